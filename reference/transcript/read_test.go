package transcript

import (
	"bytes"
	"fmt"
	"io"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

// readers sets how many goroutines parse until the test ends.
func readers(t *testing.T, n int) {
	t.Helper()
	before := runtime.GOMAXPROCS(n)
	t.Cleanup(func() { runtime.GOMAXPROCS(before) })
}

// The model does not depend on how many goroutines read it.
func TestSameModelByAnyReaders(t *testing.T) {
	for _, name := range []string{canonical, "data/genes/GRCh38.ensembl.chr21.full.gff3.gz"} {
		text, err := io.ReadAll(sharedFile(t, name))
		if err != nil {
			t.Fatal(err)
		}
		var want *Model
		for _, n := range []int{1, 2, 7} {
			readers(t, n)
			m, err := Read(bytes.NewReader(text), name)
			switch {
			case err != nil:
				t.Fatal(err)
			case want == nil:
				want = m
			case !reflect.DeepEqual(m.Genes(), want.Genes()):
				t.Errorf("%s: %d goroutines read another model than one", name, n)
			case !reflect.DeepEqual(m.Transcripts(), want.Transcripts()):
				t.Errorf("%s: the transcripts of %d goroutines are in another order", name, n)
			}
		}
	}
}

// Of several bad lines, in several chunks, the first is named, whether a column
// is wrong, an attribute, or the line beside others.
func TestFirstBadLine(t *testing.T) {
	const before, after = 9000, 18000
	bad := map[string]string{
		"start":               "1\t.\texon\t0\t2\t.\t+\t.\tParent=t\n",
		"phase":               "1\t.\tCDS\t1\t2\t.\t+\t3\tParent=t\n",
		"no key=value":        "1\t.\tmRNA\t1\t2\t.\t+\t.\tID=u;Parent=g;x\n",
		"this may be a GTF":   "1\t.\texon\t1\t2\t.\t+\t.\ttranscript_id \"t\"\n",
		"second transcript":   "1\t.\tmRNA\t1\t2\t.\t+\t.\tID=t;Parent=gene:g\n",
		"second gene":         "1\t.\tgene\t1\t2\t.\t+\t.\tID=gene:g\n",
		"no strand":           "1\t.\tmRNA\t1\t2\t.\t.\t.\tID=u;Parent=gene:g\n",
		"transl_table=3":      "1\t.\tCDS\t1\t2\t.\t+\t0\tParent=v;transl_table=3\n",
		"cDNA_match":          "1\t.\tcDNA_match\t1\t2\t.\t+\t.\tID=a;Target=x\n",
		"GFF version":         "##gff-version 2.1\n",
		"nine tab-separated":  "1\t.\texon\n",
		"a line of more than": strings.Repeat("x", maxLine+1) + "\n",
	}
	head := "1\t.\tgene\t1\t90\t.\t+\t.\tID=gene:g\n1\t.\tmRNA\t1\t90\t.\t+\t.\tID=t;Parent=gene:g\n"
	filler := "1\t.\tfive_prime_UTR\t1\t2\t.\t+\t.\tParent=t\n"
	for says, line := range bad {
		text := head + strings.Repeat(filler, before) + line + strings.Repeat(filler, after)
		for _, second := range bad {
			text += second
		}
		want := fmt.Sprintf("line %d:", before+3)
		for _, n := range []int{1, 3} {
			readers(t, n)
			_, err := Read(strings.NewReader(text), "bad.gff3")
			if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), says) {
				t.Errorf("%s: %v, want %s", says, err, want)
			}
		}
	}
}

// A column that is wrong in the first line of a transcript is what is said.
func TestBadColumnOfATranscript(t *testing.T) {
	const text = "1\t.\tgene\t1\t9\t.\t+\t.\tID=gene:g\n1\t.\tmRNA\t7\t2\t.\t+\t.\tID=t;Parent=gene:g\n"
	_, err := Read(strings.NewReader(text), "bad.gff3")
	if want := "bad.gff3: line 2: end: 2 lies before start 7"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

// The Parent of a part is an attribute of its own, wherever it stands.
func TestParentOf(t *testing.T) {
	for in, want := range map[string]string{
		"Parent=a": "a", "ID=x;Parent=a,b;rank=1": "a,b", "ID=x; Parent=a ;rank=1": "a ", "Parent=": "", ";;Parent=a;": "a",
		"ID=x": "none", "": "none", "Note=the Parent=a": "none", "xParent=a": "none", "Parent": "none", "Parent2=a": "none", "Parent=a;Parent=b": "a",
	} {
		got := "none"
		if p := parentOf([]byte(in)); p != nil {
			got = string(p)
		}
		if got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
