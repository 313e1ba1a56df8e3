package sex

import (
	"testing"

	"varpanel/hts/fault"
	"varpanel/reference/contig"
)

func loci(t *testing.T, assembly contig.Assembly, prefix string) *Loci {
	t.Helper()
	lengths := map[contig.Assembly][3]int{
		contig.GRCh37: {249250621, 155270560, 59373566},
		contig.GRCh38: {248956422, 156040895, 57227415},
	}[assembly]
	mito := "MT"
	if prefix != "" {
		mito = "chrM"
	}
	set, err := contig.NewSet([]contig.Contig{
		{Name: prefix + "1", Length: lengths[0]}, {Name: prefix + "X", Length: lengths[1]},
		{Name: prefix + "Y", Length: lengths[2]}, {Name: mito, Length: 16569},
	})
	if err != nil {
		t.Fatal(err)
	}
	return NewLoci(set, assembly)
}

// TestPAREnds holds both ends of each region against the published inclusive
// coordinates (domain facts: seqr's constants; hail issue 452).
func TestPAREnds(t *testing.T) {
	tests := []struct {
		assembly contig.Assembly
		contig   string
		outside  Locus
		first    int
		last     int
	}{
		{contig.GRCh37, "X", X, 60001, 2699520},
		{contig.GRCh37, "X", X, 154931044, 155260560},
		{contig.GRCh37, "Y", Y, 10001, 2649520},
		{contig.GRCh37, "Y", Y, 59034050, 59363566},
		{contig.GRCh38, "chrX", X, 10001, 2781479},
		{contig.GRCh38, "chrX", X, 155701383, 156030895},
		{contig.GRCh38, "chrY", Y, 10001, 2781479},
		{contig.GRCh38, "chrY", Y, 56887903, 57217415},
	}
	for _, tt := range tests {
		prefix := ""
		if tt.assembly == contig.GRCh38 {
			prefix = "chr"
		}
		l := loci(t, tt.assembly, prefix)
		// A single base at the 1-based position p is [p-1, p).
		for _, c := range []struct {
			pos  int
			want Locus
		}{{tt.first - 1, tt.outside}, {tt.first, Autosomal}, {tt.last, Autosomal}, {tt.last + 1, tt.outside}} {
			if got := l.Of(tt.contig, c.pos-1, c.pos); got != c.want {
				t.Errorf("%s %s:%d: locus %d, want %d", tt.assembly, tt.contig, c.pos, got, c.want)
			}
		}
		if got := l.Of(tt.contig, tt.last-1, tt.last+1); got != tt.outside {
			t.Errorf("%s %s: a span over the end is locus %d, want %d", tt.assembly, tt.contig, got, tt.outside)
		}
	}
}

func TestPAROnlyOnSexChromosomes(t *testing.T) {
	l := loci(t, contig.GRCh38, "chr")
	if got := l.Of("chr1", 20000, 20001); got != Autosomal {
		t.Errorf("chr1: %d", got)
	}
	if got := l.Of("chrM", 100, 101); got != Mitochondrial {
		t.Errorf("chrM: %d", got)
	}
}

func TestCopies(t *testing.T) {
	tests := []struct {
		sex   Sex
		locus Locus
		want  Copies
	}{
		{Male, Autosomal, TwoCopies}, {Female, Autosomal, TwoCopies}, {Unknown, Autosomal, TwoCopies},
		{Male, X, OneCopy}, {Female, X, TwoCopies}, {Unknown, X, CopiesUnknown},
		{Male, Y, OneCopy}, {Female, Y, NoCopy}, {Unknown, Y, CopiesUnknown},
		{Male, Mitochondrial, ManyCopies}, {Unknown, Mitochondrial, ManyCopies},
	}
	for _, tt := range tests {
		if got := CopiesOf(tt.sex, tt.locus); got != tt.want {
			t.Errorf("%s at locus %d: %d copies, want %d", tt.sex, tt.locus, got, tt.want)
		}
	}
}

func TestParse(t *testing.T) {
	for in, want := range map[string]Sex{"": Unknown, "Male": Male, " female ": Female, "unknown": Unknown} {
		if got, err := Parse(in); err != nil || got != want {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
	if _, err := Parse("1"); fault.KindOf(err) != fault.Usage {
		t.Errorf("1: %v", err)
	}
}
