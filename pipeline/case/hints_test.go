package cases

import (
	"strings"
	"testing"

	"varpanel/annotate/source"
	"varpanel/reference/allele"
	"varpanel/reference/contig"
	"varpanel/reference/profile"
	"varpanel/stages/coverage"
	"varpanel/stages/report"
	"varpanel/stages/sex"
	"varpanel/stages/variant"
)

func hintPhase(t *testing.T) *phase {
	t.Helper()
	set, err := contig.NewSet([]contig.Contig{{Name: "chr1", Length: 248956422}, {Name: "chrX", Length: 156040895}})
	if err != nil {
		t.Fatal(err)
	}
	return &phase{
		plan: &plan{profile: &profile.Profile{}}, know: &knowledge{loci: sex.NewLoci(set, contig.GRCh38)},
		sources:  map[string]*source.Description{"g": {Name: "g", Kind: source.Frequency, Keys: []string{source.FieldAF}}},
		coverage: &coverage.Result{},
	}
}

// says checks how a hint's value begins.
func says(t *testing.T, h report.Hint, want string) {
	t.Helper()
	if !strings.HasPrefix(h.Value, want) {
		t.Errorf("%s: %q, want %q", h.Name, h.Value, want)
	}
	if h.Means == "" {
		t.Errorf("%s does not say what it means", h.Name)
	}
}

func TestReadHints(t *testing.T) {
	r := &coverage.ReadStat{Known: true, OfFile: 10000, Aligned: 3333, Primary: 2000, Duplicates: 1}
	r.Inserts[350] = 1000
	says(t, offTarget(r), "66.67 % (6,667 of 10,000)")
	says(t, duplicates(r), "0.05 % (1 of 2,000)")
	says(t, insertSize(r), "350 bp (1,000 pairs)")
	few := &coverage.ReadStat{Known: true, OfFile: 1, Primary: 1}
	says(t, offTarget(few), "not assessable: 1 alignment in the file")
	says(t, offTarget(&coverage.ReadStat{OfFile: 10000}), "not assessable: the index has no counts")
	says(t, duplicates(few), "not assessable: 1 read over the panel")
	says(t, insertSize(few), "not assessable: 0 proper pairs over the panel")
}

func TestSexByReads(t *testing.T) {
	exon := func(contig string, start, bases, depth int) coverage.ExonStat {
		return coverage.ExonStat{Exon: &coverage.Exon{Contig: contig, Start: start, End: start + bases},
			Stat: coverage.Stat{Length: bases, Sum: int64(bases * depth)}}
	}
	for _, c := range []struct {
		x     coverage.ExonStat
		sex   sex.Sex
		want  string
		point bool
	}{
		{exon("chrX", 50_000_000, 2000, 20), sex.Female, "X at 0.50 of the autosomes: as with one X", true},
		{exon("chrX", 50_000_000, 2000, 20), sex.Male, "X at 0.50 of the autosomes: as with one X", false},
		{exon("chrX", 50_000_000, 2000, 38), sex.Male, "X at 0.95 of the autosomes: as with two X", true},
		{exon("chrX", 50_000_000, 2000, 30), sex.Male, "X at 0.75 of the autosomes: unclear", false},
		{exon("chrX", 50_000_000, 999, 30), sex.Male, "not assessable: the panel has 999 bases on X", false},
		{exon("chrX", 100_000, 2000, 38), sex.Male, "not assessable: the panel has 0 bases on X", false}, // pseudoautosomal
	} {
		p := hintPhase(t)
		p.know.sex = c.sex
		p.coverage.Exons = []coverage.ExonStat{exon("chr1", 1000, 4000, 40), c.x}
		says(t, p.sexByReads(), c.want)
		if got := len(p.identityPoints()) == 1; got != c.point {
			t.Errorf("%s, %s: a point in the conclusion: %v", c.sex, c.want, got)
		}
	}
	p := hintPhase(t)
	p.coverage.Exons = []coverage.ExonStat{exon("chr1", 1000, 4000, 9), exon("chrX", 50_000_000, 2000, 9)}
	says(t, p.sexByReads(), "not assessable: 4,000 bases on autosomes, mean depth 9.00")
}

func TestCommonVariants(t *testing.T) {
	p := hintPhase(t)
	add := func(n int, zygosity, af string, vaf float64, depth int) {
		for range n {
			p.excluded = append(p.excluded, &variant.Variant{
				Allele:   allele.Allele{Contig: "chr1", Pos: 10 + len(p.excluded), Ref: "A", Alt: "C"},
				Genotype: variant.Genotype{State: variant.CalledAlternate, Zygosity: zygosity},
				Reads:    variant.Evidence{Depth: variant.Count{N: depth, Known: true}, VAF: variant.Fraction{F: vaf, Known: true}},
				Hits:     []source.Hit{{Source: "g", Kind: source.Frequency, Fields: []string{af}}},
			})
		}
	}
	add(9, "het", "0.05", 0.5, 20)
	add(5, "het", "0.049", 0.1, 20) // rare
	add(5, "het", "0.5", 0.1, 19)   // too few reads
	says(t, p.commonVariants(), "not assessable: 9 such heterozygous variants, 10 are needed")
	add(1, "mosaic", "0.5", 0.15, 200)
	add(2, "hom", "0.5", 0.97, 30)
	says(t, p.commonVariants(), "10 heterozygous: lowest 0.15, median 0.50, highest 0.50, 1 outside 0.2 to 0.8; 2 homozygous: lowest 0.97, median 0.97")
}
