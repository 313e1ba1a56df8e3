package cases

import (
	"fmt"
	"slices"
	"strconv"

	"varpanel/stages/coverage"
	"varpanel/stages/report"
	"varpanel/stages/sex"
	"varpanel/stages/variant"
)

// What a hint needs before it says anything, and the borders between its words.
// All are our own choice: they decide nothing, and print their numbers.
const (
	hintReads     = 1000 // alignments, reads or pairs
	hintBases     = 1000 // bases of X and of autosomes
	hintDepth     = 10.0 // mean depth of the autosomes
	hintVariants  = 10   // common heterozygous variants
	hintVAFDepth  = 20   // reads of such a variant
	commonAF      = 0.05
	oneX          = 0.65 // up to this share of the autosomes' depth
	twoX          = 0.85 // from this
	notAssessable = "not assessable"
)

// hints gathers what the reads that were read and the calls say of contamination
// and identity.
func (p *phase) hints() []report.Hint {
	if p.coverage == nil {
		return []report.Hint{p.commonVariants()}
	}
	r := &p.coverage.Reads
	return []report.Hint{offTarget(r), duplicates(r), insertSize(r), p.sexByReads(), p.commonVariants()}
}

func offTarget(r *coverage.ReadStat) report.Hint {
	h := report.Hint{Name: "alignments off target", Value: notAssessable,
		Means: "the file's alignments by the BAM's index, less those over the panel's exons and listed positions: other genes of the capture kit count as off target, so a small panel of a large kit has a high share"}
	switch {
	case !r.Known:
		h.Value += ": the index has no counts"
	case r.OfFile < hintReads:
		h.Value += fmt.Sprintf(": %s in the file", report.Plural(r.OfFile, "alignment", "alignments"))
	default:
		off := max(r.OfFile-r.Aligned, 0)
		h.Value = fmt.Sprintf("%s %% (%s of %s)", coverage.Pct(off, r.OfFile), report.Count(off), report.Count(r.OfFile))
	}
	return h
}

func duplicates(r *coverage.ReadStat) report.Hint {
	h := report.Hint{Name: "duplicates", Value: notAssessable,
		Means: "primary reads over the panel that are marked as duplicates; 0 is also what a file shows whose duplicates were never marked, or were removed"}
	if r.Primary < hintReads {
		h.Value += fmt.Sprintf(": %s over the panel", report.Plural(r.Primary, "read", "reads"))
		return h
	}
	h.Value = fmt.Sprintf("%s %% (%s of %s)", coverage.Pct(r.Duplicates, r.Primary), report.Count(r.Duplicates), report.Count(r.Primary))
	return h
}

func insertSize(r *coverage.ReadStat) report.Hint {
	h := report.Hint{Name: "insert size", Value: notAssessable,
		Means: "median length of the proper pairs whose first read lies over the panel; short fragments are usual in FFPE and cell-free DNA"}
	median, pairs := r.MedianInsert()
	if pairs < hintReads {
		h.Value += fmt.Sprintf(": %s over the panel", report.Plural(pairs, "proper pair", "proper pairs"))
		return h
	}
	h.Value = fmt.Sprintf("%s bp (%s pairs)", report.Count(median), report.Count(pairs))
	return h
}

// sexByReads compares the panel's exons on X, outside the pseudoautosomal
// regions, with those on autosomes.
func (p *phase) sexByReads() report.Hint {
	h := report.Hint{Name: "sex by depth", Value: notAssessable,
		Means: fmt.Sprintf("mean depth of the panel's exons on X over that on autosomes: up to %.2f as with one X, from %.2f as with two, unclear between; capture bias, mosaicism and copy-number changes move it", oneX, twoX)}
	depth, bases := p.depthByLocus()
	switch {
	case bases[sex.X] < hintBases:
		h.Value += fmt.Sprintf(": the panel has %s on X outside the pseudoautosomal regions", report.Plural(bases[sex.X], "base", "bases"))
		return h
	case bases[sex.Autosomal] < hintBases || depth[sex.Autosomal] < hintDepth:
		h.Value += fmt.Sprintf(": %s on autosomes, mean depth %.2f", report.Plural(bases[sex.Autosomal], "base", "bases"), depth[sex.Autosomal])
		return h
	}
	ratio := depth[sex.X] / depth[sex.Autosomal]
	p.copiesOfX = copiesOfX(ratio)
	h.Value = fmt.Sprintf("X at %.2f of the autosomes: %s", ratio, p.copiesOfX)
	if bases[sex.Y] >= hintBases {
		h.Value += fmt.Sprintf("; Y at %.2f", depth[sex.Y]/depth[sex.Autosomal])
	}
	return h
}

const (
	likeOneX  = "as with one X"
	likeTwoX  = "as with two X"
	likeNoSex = "unclear"
)

func copiesOfX(ratio float64) string {
	switch {
	case ratio <= oneX:
		return likeOneX
	case ratio >= twoX:
		return likeTwoX
	}
	return likeNoSex
}

// depthByLocus gives the mean depth and the bases of the rows by kind of place.
// Rows that overlap count each.
func (p *phase) depthByLocus() (mean map[sex.Locus]float64, bases map[sex.Locus]int) {
	sum := map[sex.Locus]int64{}
	mean, bases = map[sex.Locus]float64{}, map[sex.Locus]int{}
	for _, e := range p.coverage.Exons {
		l := p.know.loci.Of(e.Contig, e.Start, e.End)
		sum[l] += e.Sum
		bases[l] += e.Length
	}
	for l, n := range bases {
		mean[l] = float64(sum[l]) / float64(n)
	}
	return mean, bases
}

// commonVariants looks at the allele fractions of autosomal variants that are
// common in a population.
func (p *phase) commonVariants() report.Hint {
	h := report.Hint{Name: "VAF of common variants", Value: notAssessable,
		Means: "autosomal variants of a population frequency of 0.05 or more and 20 reads or more: heterozygous ones lie about 0.5 and homozygous ones about 1 in one person's germline DNA; both are drawn towards each other by another person's DNA, and heterozygous ones apart by copy-number changes"}
	var het, hom []float64
	for _, list := range [][]*variant.Variant{p.reported, p.excluded} {
		for _, v := range list {
			if !p.isCommon(v) {
				continue
			}
			switch v.Genotype.Zygosity {
			case "het", "mosaic":
				het = append(het, v.Reads.VAF.F)
			case "hom":
				hom = append(hom, v.Reads.VAF.F)
			}
		}
	}
	if len(het) < hintVariants {
		h.Value += fmt.Sprintf(": %s, %d are needed", report.Plural(len(het), "such heterozygous variant", "such heterozygous variants"), hintVariants)
		return h
	}
	slices.Sort(het)
	slices.Sort(hom)
	outside := 0
	for _, f := range het {
		if f < 0.2 || f > 0.8 {
			outside++
		}
	}
	h.Value = fmt.Sprintf("%d heterozygous: lowest %.2f, median %.2f, highest %.2f, %d outside 0.2 to 0.8", len(het), het[0], het[(len(het)-1)/2], het[len(het)-1], outside)
	if len(hom) > 0 {
		h.Value += fmt.Sprintf("; %d homozygous: lowest %.2f, median %.2f", len(hom), hom[0], hom[(len(hom)-1)/2])
	}
	return h
}

func (p *phase) isCommon(v *variant.Variant) bool {
	if v.Symbolic || v.Derived() || !v.Reads.VAF.Known || !v.Reads.Depth.Known || v.Reads.Depth.N < hintVAFDepth ||
		p.know.loci.Of(v.Allele.Contig, v.Allele.Pos, v.Allele.End()) != sex.Autosomal {
		return false
	}
	text, _ := p.frequency(v)
	af, err := strconv.ParseFloat(text, 64)
	return err == nil && af >= commonAF
}

// identityPoints says where the reads contradict the sex that was given.
func (p *phase) identityPoints() []string {
	switch {
	case p.know.sex == sex.Male && p.copiesOfX == likeTwoX, p.know.sex == sex.Female && p.copiesOfX == likeOneX:
		return []string{fmt.Sprintf("The sex given is %s, and the reads over X are %s: check whose sample this is.", p.know.sex, p.copiesOfX)}
	}
	return nil
}
