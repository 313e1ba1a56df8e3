package source

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"varpanel/annotate/consequence"
	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
	"varpanel/hts/index"
	"varpanel/reference/allele"
	"varpanel/reference/bundle"
	"varpanel/reference/hotspot"
)

const frequencyHeader = `##fileformat=VCFv4.2
##contig=<ID=chr1,length=248956422>
##contig=<ID=chr7,length=159345973>
##INFO=<ID=AF,Number=A,Type=Float,Description="x">
##INFO=<ID=AF_nfe,Number=A,Type=Float,Description="x">
##INFO=<ID=COMMON,Number=0,Type=Flag,Description="x">
#CHROM	POS	ID	REF	ALT	QUAL	FILTER	INFO
`

const hotspotHeader = `##fileformat=VCFv4.2
##contig=<ID=chr7,length=159345973>
##INFO=<ID=HOTSPOT_GENE,Number=1,Type=String,Description="x">
##INFO=<ID=HOTSPOT3D_GENE,Number=1,Type=String,Description="x">
##INFO=<ID=HOTSPOT_HGVSp,Number=A,Type=String,Description="x">
##INFO=<ID=HOTSPOT3D_HGVSp,Number=A,Type=String,Description="x">
#CHROM	POS	ID	REF	ALT	QUAL	FILTER	INFO
`

// writeSlice writes records (contig pos ref alt info, 1-based) as a bgzipped
// VCF with its .tbi.
func writeSlice(t *testing.T, dir, name, header string, records []string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(dir, "sources"), 0o750); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "sources", name+".vcf.gz")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := bgzf.NewWriter(f, bgzf.WriterOptions{})
	x := index.NewTabixWriter(index.VCF)
	if _, err := w.Write([]byte(header)); err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		c := strings.Fields(r)
		pos, err := strconv.Atoi(c[1])
		if err != nil {
			t.Fatal(err)
		}
		begin := w.Offset()
		if _, err := fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t.\t.\t%s\n", c[0], c[1], c[2], c[3], c[4], c[5]); err != nil {
			t.Fatal(err)
		}
		if err := x.Add(c[0], pos-1, pos-1+len(c[3]), begin, w.Offset()); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	tbi, err := os.Create(path + ".tbi")
	if err != nil {
		t.Fatal(err)
	}
	defer tbi.Close()
	if _, err := x.WriteTo(tbi); err != nil {
		t.Fatal(err)
	}
}

var frequencySource = bundle.Source{Name: "exomes", Version: "4.1", Kind: "frequency", File: "sources/exomes.vcf.gz",
	Fields: map[string][]string{"af": {"AF"}, "common": {"COMMON"}}, Populations: map[string]string{"nfe": "AF_nfe"}}

var hotspotSource = bundle.Source{Name: "hotspots", Version: "2", Kind: "hotspot", File: "sources/hotspots.vcf.gz",
	Fields: map[string][]string{"gene": {"HOTSPOT_GENE", "HOTSPOT3D_GENE"}, "protein": {"HOTSPOT_HGVSp", "HOTSPOT3D_HGVSp"}}}

func open(t *testing.T, dir string, sources ...bundle.Source) *Set {
	t.Helper()
	set, err := Open(dir, sources, bgzf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := set.Close(); err != nil {
			t.Error(err)
		}
	})
	return set
}

// described gives the description of a source.
func described(t *testing.T, set *Set, name string) *Description {
	t.Helper()
	all := set.Descriptions()
	i := slices.IndexFunc(all, func(d Description) bool { return d.Name == name })
	if i < 0 {
		t.Fatalf("no source %s", name)
	}
	return &all[i]
}

func snv(contig string, pos int, ref, alt string) allele.Allele {
	return allele.Allele{Contig: contig, Pos: pos - 1, Ref: ref, Alt: alt}
}

func TestLookup(t *testing.T) {
	dir := t.TempDir()
	writeSlice(t, dir, "exomes", frequencyHeader, []string{
		"chr1 16384 . A C AF=0.1", // the last base of the first window
		"chr1 16385 . A C AF=0.2", // the first of the second
		"chr1 20000 rs1 AT A AF=0.25;AF_nfe=0.3;COMMON",
		"chr1 20000 . A G AF=.",
		"chr1 20000 . A T AF_nfe=0.5",
		"chr1 20000 dup A G AF=0.75",
		"chr7 20000 . A G AF=1.0",
	})
	set := open(t, dir, frequencySource)
	d := set.Descriptions()[0]
	if !slices.Equal(d.Keys, []string{"af", "common", "af_nfe"}) || !slices.Equal(d.Populations, []string{"nfe"}) {
		t.Fatalf("keys %v, populations %v", d.Keys, d.Populations)
	}
	tests := []struct {
		a      allele.Allele
		fields [][]string // one a hit
	}{
		{snv("chr1", 16384, "A", "C"), [][]string{{"0.1", "", ""}}},
		{snv("chr1", 16385, "A", "C"), [][]string{{"0.2", "", ""}}},
		{snv("chr1", 20000, "AT", "A"), [][]string{{"0.25", "1", "0.3"}}},
		{snv("chr1", 20000, "A", "G"), [][]string{{"", "", ""}, {"0.75", "", ""}}}, // in the source, without a value
		{snv("chr1", 20000, "A", "T"), [][]string{{"", "", "0.5"}}},
		{snv("chr1", 20000, "A", "C"), nil},
		{snv("chr1", 20001, "A", "G"), nil},
		{snv("chr7", 20000, "A", "G"), [][]string{{"1.0", "", ""}}}, // same place, another contig
		{snv("chr9", 20000, "A", "G"), nil},
		{snv("chr1", 200000000, "A", "G"), nil},
		{snv("chr1", 16384, "A", "C"), [][]string{{"0.1", "", ""}}}, // back again
	}
	v := set.View()
	for _, tt := range tests {
		hits, err := v.Lookup(tt.a, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(hits) != len(tt.fields) {
			t.Errorf("%s: %d hits, want %d", tt.a, len(hits), len(tt.fields))
			continue
		}
		for i, h := range hits {
			if !slices.Equal(h.Fields, tt.fields[i]) || h.Source != "exomes" || h.Kind != Frequency || h.By != ByAllele {
				t.Errorf("%s: %+v, want %v", tt.a, h, tt.fields[i])
			}
		}
	}
	hits, _ := v.Lookup(snv("chr1", 20000, "AT", "A"), nil)
	if hits[0].ID != "rs1" || d.Value(hits[0], "af_nfe") != "0.3" || d.Value(hits[0], "nothing") != "" {
		t.Errorf("%+v", hits[0])
	}
}

// TestViewsAgree: views side by side give what one view gives.
func TestViewsAgree(t *testing.T) {
	dir := t.TempDir()
	var records []string
	for pos := 1; pos < 100_000; pos += 7 {
		records = append(records, fmt.Sprintf("chr1 %d . A C AF=0.%d", pos, pos))
	}
	writeSlice(t, dir, "exomes", frequencyHeader, records)
	set := open(t, dir, frequencySource)
	errs := make(chan error)
	for worker := range 4 {
		go func() {
			v := set.View()
			for pos := 1 + worker; pos < 100_000; pos += 11 {
				hits, err := v.Lookup(snv("chr1", pos, "A", "C"), nil)
				if found := len(hits) == 1; err != nil || found != ((pos-1)%7 == 0) {
					errs <- fmt.Errorf("position %d: %v, %w", pos, hits, err)
					return
				}
			}
			errs <- nil
		}()
	}
	for range 4 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}

func TestLookupProtein(t *testing.T) {
	dir := t.TempDir()
	writeSlice(t, dir, "hotspots", hotspotHeader, []string{
		"chr7 140753335 . CA TT HOTSPOT_GENE=BRAF;HOTSPOT_HGVSp=p.V600E",
		"chr7 140753336 . A T HOTSPOT3D_GENE=BRAF;HOTSPOT3D_HGVSp=p.V600E",
		"chr7 140753336 . AC TT HOTSPOT_GENE=BRAF;HOTSPOT_HGVSp=p.V600K",
		"chr7 140753400 . A T HOTSPOT_GENE=BRAF;HOTSPOT_HGVSp=p.V600E", // far away: another numbering
	})
	v := open(t, dir, hotspotSource).View()
	hits, err := v.Lookup(snv("chr7", 140753336, "A", "T"), nil)
	if err != nil || len(hits) != 1 || hits[0].Fields[1] != "p.V600E" || hits[0].Fields[0] != "BRAF" {
		t.Fatalf("by allele, from the second key: %+v, %v", hits, err)
	}
	tests := []struct {
		name         string
		pos          int // 1-based
		gene, change string
		want         int
	}{
		{"same change, other bases", 140753335, "BRAF", "V600E", 1},
		{"another change", 140753336, "BRAF", "V600R", 0},
		{"another gene", 140753336, "KRAS", "V600E", 0},
		{"no change", 140753336, "BRAF", "", 0},
		{"too far", 140753350, "BRAF", "V600E", 0},
		{"K", 140753337, "BRAF", "V600K", 1},
		{"gene not said", 140753336, "", "V600E", 1},
	}
	for _, tt := range tests {
		hits, err := v.LookupProtein("chr7", tt.pos-1, tt.pos, tt.gene, tt.change, nil)
		if err != nil || len(hits) != tt.want {
			t.Errorf("%s: %+v, %v", tt.name, hits, err)
		}
		for _, h := range hits {
			if h.By != ByProtein || h.Kind != Hotspot {
				t.Errorf("%s: %+v", tt.name, h)
			}
		}
	}
}

// TestPanelHotspots: JAK2 V617F and NPM1 type A get their row from the panel's
// own file, by allele and by protein change.
func TestPanelHotspots(t *testing.T) {
	set := open(t, t.TempDir())
	set.AddHotspots([]hotspot.Row{
		{Name: "JAK2 V617F", Gene: "JAK2", Contig: "chr9", Pos: 5073769, Ref: "G", Alt: "T", HGVSp: "p.(Val617Phe)", Source: "laboratory"},
		{Name: "NPM1 type A", Gene: "NPM1", Contig: "chr5", Pos: 171410538, Ref: "C", Alt: "CTCTG"},
	}, "1")
	v := set.View()
	hits, err := v.Lookup(snv("chr9", 5073770, "G", "T"), nil)
	if err != nil || len(hits) != 1 || hits[0].Source != PanelHotspots || hits[0].Kind != Hotspot {
		t.Fatalf("%+v, %v", hits, err)
	}
	d := described(t, set, PanelHotspots)
	if d.Value(hits[0], "name") != "JAK2 V617F" || d.Value(hits[0], "gene") != "JAK2" {
		t.Errorf("%+v", d)
	}
	if hits, _ = v.Lookup(snv("chr5", 171410539, "C", "CTCTG"), nil); len(hits) != 1 {
		t.Errorf("NPM1: %+v", hits)
	}
	if hits, _ = v.Lookup(snv("chr5", 171410543, "G", "GTCTG"), nil); len(hits) != 0 {
		t.Errorf("NPM1 before it is normalised is another allele: %+v", hits)
	}
	if hits, _ = v.LookupProtein("chr9", 5073768, 5073770, "JAK2", "V617F", nil); len(hits) != 1 {
		t.Errorf("JAK2 by protein: %+v", hits)
	}
}

// TestBroken: a slice that cannot be read is an error, never "not in the
// source".
func TestBroken(t *testing.T) {
	records := []string{"chr1 100 . A C AF=0.1"}
	tests := []struct {
		name  string
		spoil func(t *testing.T, path string)
		opens bool // the error comes with the first lookup
	}{
		{"missing", func(t *testing.T, path string) { remove(t, path) }, false},
		{"no index", func(t *testing.T, path string) { remove(t, path+".tbi") }, false},
		{"cut in the middle", func(t *testing.T, path string) { truncate(t, path, 60) }, false},
		{"end block lost", func(t *testing.T, path string) { truncate(t, path, -28) }, true},
		{"index is no index", func(t *testing.T, path string) { write(t, path+".tbi", "x") }, false},
		{"not BGZF", func(t *testing.T, path string) { write(t, path, frequencyHeader) }, false},
	}
	for _, tt := range tests {
		dir := t.TempDir()
		writeSlice(t, dir, "exomes", frequencyHeader, records)
		tt.spoil(t, filepath.Join(dir, "sources", "exomes.vcf.gz"))
		set, err := Open(dir, []bundle.Source{frequencySource}, bgzf.Options{})
		if err == nil && tt.opens {
			_, err = set.View().Lookup(snv("chr1", 100, "A", "C"), nil)
			set.Close()
		}
		if fault.KindOf(err) != fault.Input {
			t.Errorf("%s: %v", tt.name, err)
		}
	}

	dir := t.TempDir()
	writeSlice(t, dir, "exomes", strings.Replace(frequencyHeader, "ID=AF,", "ID=OTHER,", 1), records)
	if _, err := Open(dir, []bundle.Source{frequencySource}, bgzf.Options{}); fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "af") {
		t.Errorf("a field without its INFO key: %v", err)
	}
	bad := frequencySource
	bad.Kind = "frequencies"
	if _, err := Open(dir, []bundle.Source{bad}, bgzf.Options{}); fault.KindOf(err) != fault.Input {
		t.Errorf("a kind that is none: %v", err)
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// truncate cuts a file to n bytes, or by -n.
func truncate(t *testing.T, path string, n int64) {
	t.Helper()
	if n < 0 {
		st, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		n += st.Size()
	}
	if err := os.Truncate(path, n); err != nil {
		t.Fatal(err)
	}
}

// TestStars holds ClinVar's own table (its page "Review status").
func TestStars(t *testing.T) {
	tests := []struct {
		review string
		stars  int
		ok     bool
	}{
		{"practice_guideline", 4, true},
		{"reviewed_by_expert_panel", 3, true},
		{"criteria_provided,_multiple_submitters,_no_conflicts", 2, true},
		{"criteria provided, multiple submitters, no conflicts", 2, true},
		{"criteria_provided,_conflicting_classifications", 1, true},
		{"criteria_provided,_conflicting_interpretations", 1, true},
		{"criteria_provided,_single_submitter", 1, true},
		{"no_assertion_criteria_provided", 0, true},
		{"no_classification_provided", 0, true},
		{"", 0, false},
		{".", 0, false},
		{"criteria_provided", 0, false},
	}
	for _, tt := range tests {
		if n, ok := Stars(tt.review); n != tt.stars || ok != tt.ok {
			t.Errorf("%q: %d %v", tt.review, n, ok)
		}
	}
}

func TestIsPathogenic(t *testing.T) {
	for s, want := range map[string]bool{
		"Pathogenic": true, "Likely_pathogenic": true, "Pathogenic/Likely_pathogenic": true, "likely pathogenic": true,
		"Pathogenic|drug_response": true, "drug_response|Likely_pathogenic": true, "Pathogenic/Likely_pathogenic|risk_factor": true,
		"Pathogenic/Likely_risk_allele": true, "Pathogenic,_low_penetrance": true, "Pathogenic|_other": true,
		"Conflicting_classifications_of_pathogenicity": false, "Conflicting_interpretations_of_pathogenicity|other": false,
		"Benign": false, "Likely_benign": false, "Uncertain_significance": false, "not_provided": false, "": false, ".": false,
		"Uncertain_significance/Uncertain_risk_allele": false, "NotPathogenic": false, "Established_risk_allele": false,
	} {
		if got := IsPathogenic(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}

func TestProteinChange(t *testing.T) {
	for _, tt := range []struct {
		p    consequence.Prediction
		want string
	}{
		{consequence.Prediction{AminoAcids: "V/E", ProteinStart: 600, ProteinEnd: 600}, "V600E"},
		{consequence.Prediction{AminoAcids: "R/*", ProteinStart: 213, ProteinEnd: 213}, "R213*"},
		{consequence.Prediction{AminoAcids: "L", ProteinStart: 771, ProteinEnd: 771}, ""},
		{consequence.Prediction{AminoAcids: "VK/EN", ProteinStart: 600, ProteinEnd: 601}, ""},
		{consequence.Prediction{AminoAcids: "W/CX", ProteinStart: 288, ProteinEnd: 288}, ""},
		{consequence.Prediction{AminoAcids: "V/E"}, ""},
	} {
		if got := ProteinChange(tt.p); got != tt.want {
			t.Errorf("%+v: %q, want %q", tt.p, got, tt.want)
		}
	}
}

func TestOneLetter(t *testing.T) {
	for in, want := range map[string]string{
		"p.V600E": "V600E", "V600E": "V600E", "p.(Val600Glu)": "V600E", "p.Val600Glu": "V600E", "p.(Arg213Ter)": "R213*",
		"p.Arg213*": "R213*", "p.X125_splice": "X125_splice", "": "", "p.(Trp288CysfsTer12)": "Trp288CysfsTer12",
		"p.Val600": "Val600", "p.(ValGlu)": "ValGlu",
	} {
		if got := oneLetter(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
