package source

import (
	"slices"
	"strings"
	"testing"

	"varpanel/hts/bed"
	"varpanel/hts/fault"
	"varpanel/reference/bundle"
)

const clinicalHeader = `##fileformat=VCFv4.2
##contig=<ID=chr1,length=248956422>
##contig=<ID=chr7,length=159345973>
##INFO=<ID=CLNSIG,Number=.,Type=String,Description="x">
##INFO=<ID=CLNREVSTAT,Number=.,Type=String,Description="x">
#CHROM	POS	ID	REF	ALT	QUAL	FILTER	INFO
`

func clinicalSource(name string) bundle.Source {
	return bundle.Source{Name: name, Kind: "clinical-significance", File: "sources/" + name + ".vcf.gz",
		Fields: map[string][]string{"significance": {"CLNSIG"}, "review": {"CLNREVSTAT"}}}
}

// TestPathogenic: region by region, there source by source, and nothing else.
func TestPathogenic(t *testing.T) {
	dir := t.TempDir()
	writeSlice(t, dir, "a", clinicalHeader, []string{
		"chr1 5 . A T CLNSIG=Pathogenic",                             // on another contig
		"chr7 10 1 A T CLNSIG=Pathogenic",                            // before the first region
		"chr7 11 2 A T CLNSIG=Likely_pathogenic;CLNREVSTAT=practice", // its first base
		"chr7 11 3 A C CLNSIG=Benign",
		"chr7 20 . A T CLNSIG=Pathogenic/Likely_pathogenic",
		"chr7 21 5 A T CLNSIG=Pathogenic", // behind the region
		"chr7 40001 6 A T CLNSIG=Pathogenic",
		"chr7 40005 7 A T CLNREVSTAT=practice", // no significance
		"chr7 90000 8 A T CLNSIG=Pathogenic",
	})
	writeSlice(t, dir, "b", clinicalHeader, []string{"chr7 15 9 G T CLNSIG=Pathogenic", "chr7 40002 10 G T CLNSIG=Pathogenic"})
	writeSlice(t, dir, "exomes", frequencyHeader, []string{"chr7 12 . A T AF=0.1"})
	set := open(t, dir, clinicalSource("a"), frequencySource, clinicalSource("b"))
	regions := []bed.Record{{Contig: "chr7", Start: 10, End: 20}, {Contig: "chr7", Start: 30, End: 35}, {Contig: "chr7", Start: 40000, End: 40005}}
	list, searched, err := set.Pathogenic(regions)
	if err != nil || !searched {
		t.Fatal(searched, err)
	}
	var got []string
	for _, k := range list {
		got = append(got, k.Source+" "+k.ID+" "+k.String()+" "+k.Significance+" "+k.Review)
	}
	want := []string{
		"a 2 chr7:11:A:T Likely_pathogenic practice", "a  chr7:20:A:T Pathogenic/Likely_pathogenic ", "b 9 chr7:15:G:T Pathogenic ",
		"a 6 chr7:40001:A:T Pathogenic ", "b 10 chr7:40002:G:T Pathogenic ",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %s\nwant %s", strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
	if list, searched, err = open(t, dir, frequencySource).Pathogenic(regions); len(list) > 0 || searched || err != nil {
		t.Errorf("without such a source: %v, %v, %v", list, searched, err)
	}
}

// TestPathogenicUnsorted: a slice out of order would lose some. (No index can be
// made of one, so a line is given by hand.)
func TestPathogenicUnsorted(t *testing.T) {
	l := lister{slice: &slice{path: "a"}, regions: []bed.Record{{Contig: "chr7", Start: 10, End: 20}}, last: 19}
	if _, err := l.take("chr7", []byte("chr7\t11\t.\tA\tT\t.\t.\tCLNSIG=Pathogenic")); fault.KindOf(err) != fault.Input {
		t.Errorf("error %v", err)
	}
}
