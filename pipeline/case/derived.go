package cases

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"varpanel/annotate/consequence"
	"varpanel/reference/allele"
	"varpanel/reference/profile"
	"varpanel/stages/annotate"
	"varpanel/stages/caller"
	"varpanel/stages/report"
	"varpanel/stages/variant"
)

// Flags of alleles that are read together.
const (
	flagDerived     = "derived"
	flagWith        = "with:"        // on a derived allele: a part
	flagCommonParts = "common-parts" // on a derived allele: every part is excluded by its frequency
	flagApart       = "joint-effect-not-assessed"
	flagUnphased    = "same-codon-unphased"
)

// maxSpan is how many bases of REF a derived allele may have. Longer ones, over an
// intron or between two shifts of the frame, are told by their parts and c. name.
const maxSpan = 100

// artefacts are the rules that say that an allele is not there, or not known: it
// changes no codon together with others. What is common, or changes nothing by
// itself, does.
var artefacts = []string{
	profile.IDArtefactList, profile.IDFilterFail, profile.IDDepth, profile.IDVAF, profile.IDAltReads,
	profile.IDReferenceUnknown, profile.IDSymbolic,
}

// isThere tells whether an allele may be read together with others.
func isThere(v *variant.Variant) bool {
	return v.Exclusion == nil || !slices.Contains(artefacts, v.Exclusion.Rule)
}

// join makes the derived alleles of those that the rules have seen: what alleles of
// one haplotype do to one codon or reading frame together. Each is then seen by the
// rules itself. Where the VCF has the joined allele too, the parts point to it.
func (p *phase) join(distinct []*variant.Variant) (derived []*variant.Variant, err error) {
	annotator := p.annotator()
	joint, err := annotator.Join(distinct, isThere)
	if err != nil {
		return nil, err
	}
	for _, c := range joint.Components {
		c.Part.Flag(variant.FlagPartOf + c.Whole.Allele.String())
	}
	have := map[allele.Allele]*variant.Variant{}
	for _, v := range distinct {
		have[v.Allele] = v
	}
	for _, j := range joint.Joined {
		d, err := p.derive(j)
		if err != nil {
			return nil, err
		}
		for _, part := range j.Parts {
			part.Flag(variant.FlagPartOf + derivedName(d))
			p.joint[part] = append(p.joint[part], d)
		}
		if own := have[d.Allele]; own != nil && isThere(own) {
			continue
		}
		if err := annotator.Know(d); err != nil {
			return nil, err
		}
		if err := p.applyRules(d); err != nil {
			return nil, err
		}
		derived = append(derived, d)
	}
	p.apart = joint.Apart
	for _, x := range joint.Apart {
		flag := flagApart
		if x.Why == annotate.PhaseUnknown {
			flag = flagUnphased
		}
		x.A.Flag(flag)
		x.B.Flag(flag)
	}
	return derived, nil
}

// annotator is the case phase's own.
func (p *phase) annotator() *annotate.Annotator {
	k := p.know
	return annotate.New(k.genes, k.predictor.Fork(p.bases), k.sources.View(), k.known)
}

// derive makes the allele of a group: its reads are the fewest of its parts', and it
// stands where the part stands that does not stand on every haplotype.
func (p *phase) derive(j annotate.Joined) (*variant.Variant, error) {
	d := &variant.Variant{Parts: j.Parts, Predictions: j.Predictions, Qual: "."}
	var err error
	if d.Allele, err = p.spanning(j.Parts); err != nil {
		return nil, err
	}
	d.Flag(flagDerived)
	common := true
	for _, part := range j.Parts {
		d.Flag(flagWith + part.Allele.String())
		for _, f := range part.Filters {
			if !slices.Contains(d.Filters, f) {
				d.Filters = append(d.Filters, f)
			}
		}
		d.Origins = append(d.Origins, part.Origins...)
		common = common && part.Exclusion != nil && part.Exclusion.Rule == profile.IDFrequency
	}
	if common {
		d.Flag(flagCommonParts)
	}
	d.Genotype = genotypeOf(j.Parts)
	d.Reads = fewest(j.Parts, func(v *variant.Variant) variant.Evidence { return v.Reads })
	d.Normal = fewest(j.Parts, func(v *variant.Variant) variant.Evidence { return v.Normal })
	if d.Allele.Ref != "" {
		d.Line = p.derivedLine(d)
	}
	return d, nil
}

// spanning gives the one allele that does what the parts do together. It has no REF
// and ALT where it would be too long, where a base of it is not known, and where the
// parts undo one another.
func (p *phase) spanning(parts []*variant.Variant) (allele.Allele, error) {
	type piece struct {
		ref, alt string
		pos      int
	}
	var pieces []piece
	first, end := parts[0].Allele.Pos, 0
	for _, v := range parts {
		o := v.Origins[0]
		ref, alt, pos := allele.Unpadded(allele.Allele{Pos: o.Pos, Ref: strings.ToUpper(o.Ref), Alt: strings.ToUpper(o.Alt)})
		pieces = append(pieces, piece{ref, alt, pos})
		first, end = min(first, pos), max(end, pos+len(ref))
	}
	none := allele.Allele{Contig: parts[0].Allele.Contig, Pos: first}
	start := max(first-1, 0) // with an anchor
	if end-start > maxSpan {
		return none, nil
	}
	bases, err := p.bases.Bases(none.Contig, start, end)
	if err != nil {
		return none, err
	}
	slices.SortFunc(pieces, func(a, b piece) int { return cmp.Or(cmp.Compare(a.pos, b.pos), cmp.Compare(len(a.ref), len(b.ref))) })
	var alt strings.Builder
	at := start
	for _, x := range pieces {
		if x.pos < at {
			return none, nil
		}
		alt.Write(bases[at-start : x.pos-start])
		alt.WriteString(x.alt)
		at = x.pos + len(x.ref)
	}
	a := allele.Allele{Contig: none.Contig, Pos: start, Ref: string(bases), Alt: alt.String()}
	if a.Ref == a.Alt || strings.Contains(a.Ref, "N") {
		return none, nil
	}
	return allele.LeftAlign(a, p.bases)
}

// doubt orders the zygosities of alleles that do not stand on every haplotype, the
// least certain first.
var doubt = []string{caller.PartMissing, caller.Mosaic, caller.HetXMale}

// genotypeOf gives the genotype of alleles that stand on one haplotype together.
func genotypeOf(parts []*variant.Variant) variant.Genotype {
	every := func(v *variant.Variant) bool { return v.Genotype.Every }
	i := slices.IndexFunc(parts, func(v *variant.Variant) bool { return !every(v) })
	if i < 0 {
		return parts[0].Genotype
	}
	g := parts[i].Genotype
	for _, z := range doubt {
		if slices.ContainsFunc(parts, func(v *variant.Variant) bool { return !every(v) && v.Genotype.Zygosity == z }) {
			g.Zygosity = z
			break
		}
	}
	return g
}

// fewest gives the least depth, reads with the ALT and VAF of the parts, each only
// where every part has it.
func fewest(parts []*variant.Variant, of func(*variant.Variant) variant.Evidence) variant.Evidence {
	out := of(parts[0])
	for _, v := range parts[1:] {
		e := of(v)
		out.Depth, out.AltDepth = lesser(out.Depth, e.Depth), lesser(out.AltDepth, e.AltDepth)
		out.VAF = variant.Fraction{F: min(out.VAF.F, e.VAF.F), Known: out.VAF.Known && e.VAF.Known}
	}
	out.From = "the fewest of its parts"
	return out
}

func lesser(a, b variant.Count) variant.Count {
	if !a.Known || !b.Known {
		return variant.Count{}
	}
	return variant.Count{N: min(a.N, b.N), Known: true}
}

// derivedName names a derived allele in flags and sentences.
func derivedName(d *variant.Variant) string {
	if d.Allele.Ref != "" {
		return d.Allele.String()
	}
	pred := &d.Predictions[0]
	return accession(pred) + ":" + pred.HGVSc
}

// derivedLine is the line of a derived allele in the annotated VCF. Other samples
// than the case's are not known to have it, nor not to have it.
func (p *phase) derivedLine(d *variant.Variant) []byte {
	g := d.Genotype
	format, call := "GT", genotypeText(g)
	if pid, is := variant.PID(g.PhaseSet); is && !g.Every {
		format, call = "GT:PGT:PID", "0/1:"+call+":"+pid
	} else if g.PhaseSet != "" && !g.Every {
		format, call = format+":PS", call+":"+g.PhaseSet
	}
	f := []string{
		d.Origins[0].Contig, strconv.Itoa(d.Allele.Pos + 1), ".", d.Allele.Ref, d.Allele.Alt, d.Qual, filterText(d.Filters), ".", format,
	}
	for i := range p.calls.header.Samples {
		if i == p.sample {
			f = append(f, call)
		} else {
			f = append(f, ".")
		}
	}
	return []byte(strings.Join(f, "\t"))
}

// filterText is a FILTER column of several records': what any of them failed, else
// PASS where all were filtered.
func filterText(ids []string) string {
	failed := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id == "PASS" || id == "." || id == "" })
	switch {
	case len(failed) > 0:
		return strings.Join(failed, ";")
	case slices.Contains(ids, "."):
		return "."
	}
	return "PASS"
}

func genotypeText(g variant.Genotype) string {
	switch {
	case g.Every && g.Zygosity == caller.Hemi:
		return "1"
	case g.Every:
		return "1/1"
	case g.Phased && g.AltFirst:
		return "1|0"
	case g.Phased:
		return "0|1"
	}
	return "0/1"
}

func partNames(d *variant.Variant) []string {
	var out []string
	for _, part := range d.Parts {
		out = append(out, part.Allele.String())
	}
	return out
}

// jointPredictions are what a part's further entries of CSQ are of, as annotate
// writes them: what it does together with the other alleles of its haplotype.
func (p *phase) jointPredictions(v *variant.Variant) []consequence.Prediction {
	var out []consequence.Prediction
	for _, d := range p.joint[v] {
		for _, pred := range d.Predictions {
			pred.Flags = append(slices.Clone(pred.Flags), annotate.FlagHaplotype)
			for _, part := range d.Parts {
				if part != v {
					pred.Flags = append(pred.Flags, annotate.FlagOther(part.Allele))
				}
			}
			out = append(out, pred)
		}
	}
	return out
}

// derivedPoints are the conclusion's sentences on alleles that are read together,
// and on those that could not be.
func (p *phase) derivedPoints() []string {
	var out, names []string
	for _, list := range [][]*variant.Variant{p.reported, p.excluded} {
		for _, d := range list {
			if !d.Derived() {
				continue
			}
			name := fmt.Sprintf("%s %s %s of %s", p.chosen(d).Transcript.Gene, p.chosen(d).HGVSc, p.chosen(d).HGVSp, strings.Join(partNames(d), " and "))
			if d.Exclusion != nil {
				name += " (excluded by " + d.Exclusion.Rule + ")"
			}
			names = append(names, name)
		}
	}
	if len(names) > 0 {
		out = append(out, fmt.Sprintf("%s one codon or reading frame together on one haplotype: %s. Each joint change has a row of its own.",
			report.Plural(len(names), "group of alleles changes", "groups of alleles change"), someOf(names)))
	}
	if text := p.apartText(); text != "" {
		out = append(out, "Not assessed: "+text+".")
	}
	return out
}

// apartText names the pairs whose joint effect is not known, or is "".
func (p *phase) apartText() string {
	if len(p.apart) == 0 {
		return ""
	}
	var names []string
	for _, x := range p.apart {
		names = append(names, x.A.Allele.String()+" and "+x.B.Allele.String()+": "+x.Why)
	}
	return fmt.Sprintf("the joint effect of %s of one codon or reading frame (%s)",
		report.Plural(len(names), "pair of alleles", "pairs of alleles"), someOf(names))
}
