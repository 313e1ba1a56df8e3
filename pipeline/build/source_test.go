package build

import (
	"fmt"
	"testing"

	"varpanel/hts/fault"
	"varpanel/internal/testkit"
)

func TestPathogenicTerms(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"Pathogenic": true, "Likely_pathogenic": true, "Pathogenic/Likely_pathogenic": true,
		"Pathogenic/Likely_pathogenic/Pathogenic,_low_penetrance": true, "Pathogenic|drug_response": true,
		"Likely_pathogenic,_low_penetrance": true, "LP": true, "P": true, "Likely_risk_allele/Pathogenic": true,
		"Conflicting_classifications_of_pathogenicity": false, "Uncertain_significance": false, "Benign": false,
		"Likely_benign": false, "LB": false, "VUS": false, "not_provided": false, "": false, "PATHOGENIC": true,
	} {
		if got := pathogenic([]byte(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// config writes SOURCES.toml with one frequency source over a VCF.
func config(t *testing.T, vcf, fields string) string {
	return write(t, "SOURCES.toml", fmt.Sprintf("[[source]]\nname = \"freq\"\nversion = \"1\"\nkind = \"frequency\"\nfile = %q\nfields = { %s }\n", vcf, fields))
}

const header = "##fileformat=VCFv4.2\n##INFO=<ID=AF,Number=A,Type=Float,Description=\"f\">\n##INFO=<ID=AFX,Number=1,Type=Float,Description=\"f\">\n"

const titles = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"

func TestSourcesThatDoNotFit(t *testing.T) {
	t.Parallel()
	o := listOptions(t, "STK11\n")
	o.Sources = config(t, testData(t, "vcf/HG002_trio.GRCh37.1_to_12Mb.vcf.gz"), `af = "AF"`)
	fails(t, o, fault.Input, "freq", "GRCh37", "GRCh38")

	// chr19:1220373 is G in GRCh38 (STK11 c.465-1); the record says C.
	bases := testkit.Run(t, "samtools", "faidx", o.FASTA, "chr19:1220373-1220373")
	if bases != ">chr19:1220373-1220373\nG\n" {
		t.Fatalf("samtools gives %q", bases)
	}
	o.Sources = config(t, write(t, "a.vcf", header+titles+"chr19\t1220373\t.\tC\tA\t.\t.\tAF=0.1\n"), `af = "AF"`)
	fails(t, o, fault.Input, "line 5", "REF C is not what the FASTA has at chr19:1220373")

	o.Sources = config(t, write(t, "a.vcf", header+"##contig=<ID=19,length=59128983>\n"+titles), `af = "AF"`)
	fails(t, o, fault.Input, "GRCh37")

	o.Sources = config(t, write(t, "a.vcf", header+titles), `af = "AFQ"`)
	fails(t, o, fault.Usage, `declares no INFO key "AFQ"`, `"AF`)
}

func TestConfigIsStrict(t *testing.T) {
	t.Parallel()
	o := listOptions(t, "STK11\n")
	vcf := write(t, "a.vcf", header+titles)
	for name, c := range map[string]struct {
		text  string
		words []string
	}{
		"unknown key":     {"[[source]]\nname=\"a\"\nversion=\"1\"\nkind=\"score\"\nfiel=\"x\"\n", []string{"line 5", "fiel", `did you mean "file"`}},
		"unknown table":   {"[[sources]]\nname=\"a\"\n", []string{"sources", `did you mean "source"`}},
		"no version":      {"[[source]]\nname=\"a\"\nkind=\"score\"\nfile=\"x\"\n", []string{"no version"}},
		"unknown kind":    {"[[source]]\nname=\"a\"\nversion=\"1\"\nkind=\"scores\"\nfile=\"x\"\n", []string{"scores", "frequency, clinical-significance"}},
		"a name's form":   {"[[source]]\nname=\"../a\"\nversion=\"1\"\nkind=\"score\"\nfile=\"x\"\n", []string{"../a", "letters, digits"}},
		"the same twice":  {"[[source]]\nname=\"a\"\nversion=\"1\"\nkind=\"score\"\nfile=\"" + vcf + "\"\n[[source]]\nname=\"A\"\nversion=\"1\"\nkind=\"score\"\nfile=\"x\"\n", []string{"twice"}},
		"a field's value": {"[[source]]\nname=\"a\"\nversion=\"1\"\nkind=\"score\"\nfile=\"x\"\nfields={score=1}\n", []string{"fields.score"}},
		"no TOML":         {"[[source]\n", []string{"line 1"}},
		"nothing":         {"", []string{"no [[source]]"}},
	} {
		t.Run(name, func(t *testing.T) {
			o.Sources = write(t, "SOURCES.toml", c.text)
			fails(t, o, fault.Usage, c.words...)
		})
	}
	o.Sources = write(t, "SOURCES.toml", "[[source]]\nname=\"a\"\nversion=\"1\"\nkind=\"score\"\nfile=\"nowhere.vcf.gz\"\n")
	fails(t, o, fault.Input, "nowhere.vcf.gz", "no such file")
}

// TestSliceOfOddRecords: records are split, moved to the left, kept in order,
// and lose what is not in use. samtools gives GRCh38 chr19:1220361-1220372 as
// TGCTGCCCGCAG: the three C at 1220366-1220368 have a G before them.
func TestSliceOfOddRecords(t *testing.T) {
	t.Parallel()
	o := listOptions(t, "STK11\n")
	o.Sources = config(t, write(t, "a.vcf", header+titles+
		"19\t1220366\tone\tC\tA\t9.50\t.\tDP=3\n"+
		// The second ALT deletes one C, written at the right end of the three.
		"19\t1220367\ttwo\tCC\tCT,C\t50\tq10\tDP=3;AF=0.1,0.2;AFX=0.5\n"+
		"19\t1220367\tthree\tC\t*,<DEL>\t50\tq10\tAF=0.1,0.2\n"), `af = "AF"`)
	b, _ := mustBuild(t, o)
	got := testkit.Run(t, "bcftools", "query", "-f", "%CHROM %POS %ID %REF %ALT %QUAL %FILTER %INFO\n", b.SourcePath(b.Manifest.Sources[0]))
	want := "chr19 1220365 two GC G . q10 AF=0.2\n" +
		"chr19 1220366 one C A . . .\n" +
		"chr19 1220368 two C T . q10 AF=0.1\n"
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
