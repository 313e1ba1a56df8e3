package gff

import (
	"bufio"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"varpanel/hts/fault"
)

func readAll(t testing.TB, text string) ([]Feature, error) {
	t.Helper()
	r := NewReader(strings.NewReader(text), "x.gff3")
	var fs []Feature
	for {
		var f Feature
		err := r.Read(&f)
		if errors.Is(err, io.EOF) {
			return fs, nil
		}
		if err != nil {
			return fs, err
		}
		fs = append(fs, f)
	}
}

func TestRead(t *testing.T) {
	const text = "##gff-version 3\n#!genome-build GRCh38\n\n" +
		"21\thavana\tCDS\t5011799\t5011874\t.\t+\t0\tID=CDS:ENSP1;Parent=transcript:A,transcript:B;Note=a%3Db%2Cc%25;\r\n" +
		"###\n" +
		"chr%091\t.\tgene\t1\t1\t0.5\t-\t.\t.\n" +
		"##FASTA\n>chr1\nACGT"
	fs, err := readAll(t, text)
	if err != nil {
		t.Fatal(err)
	}
	want := []Feature{
		{Seqid: "21", Source: "havana", Type: "CDS", Start: 5011798, End: 5011874, Score: ".", Strand: '+', Phase: 0, Line: 4,
			Attributes: []Attribute{{"ID", "CDS:ENSP1"}, {"Parent", "transcript:A,transcript:B"}, {"Note", "a=b%2Cc%"}}},
		{Seqid: "chr\t1", Source: ".", Type: "gene", Start: 0, End: 1, Score: "0.5", Strand: '-', Phase: -1, Line: 6},
	}
	if !reflect.DeepEqual(fs, want) {
		t.Errorf("got %+v\nwant %+v", fs, want)
	}
	if v := fs[0].Attributes[2].Values(); !reflect.DeepEqual(v, []string{"a=b,c%"}) {
		t.Errorf("Values: %q", v)
	}
	if v := fs[0].Attributes[1].Values(); len(v) != 2 || v[1] != "transcript:B" {
		t.Errorf("Values: %q", v)
	}
}

func TestReadRefuses(t *testing.T) {
	for _, c := range []struct{ line, place string }{
		{"1\tx\tgene\t1\t2\t.\t+\t.", "line 1: phase"}, {"1 x gene", "line 1: seqid"},
		{"1\tx\tgene\t0\t2\t.\t+\t.\tID=a", "line 1: start"}, {"1\tx\tgene\t1e3\t2\t.\t+\t.\tID=a", "line 1: start"},
		{"1\tx\tgene\t3\t2\t.\t+\t.\tID=a", "line 1: end"}, {"1\tx\tgene\t3\t99999999999999\t.\t+\t.\tID=a", "line 1: end"},
		{"1\tx\tgene\t1\t2\tx\t+\t.\tID=a", "line 1: score"}, {"1\tx\tgene\t1\t2\t.\t1\t.\tID=a", "line 1: strand"},
		{"1\tx\tgene\t1\t2\t.\t+\t3\tID=a", "line 1: phase"}, {"1\tx\tgene\t1\t2\t.\t+\t.\tgene_id \"a\"", "line 1: attributes"},
		{"1\tx\tgene\t1\t2\t.\t+\t.\tID=a\textra", "line 1: attributes"}, {"\tx\tgene\t1\t2\t.\t+\t.\tID=a", "line 1: seqid"},
		{"##gff-version 2", "line 1"}, {strings.Repeat("x", maxLine+1), "line 1"},
	} {
		_, err := readAll(t, c.line+"\n")
		var e *fault.Error
		if !errors.As(err, &e) || e.Kind != fault.Input || e.Place != c.place {
			t.Errorf("%.60q: %v", c.line, err)
		}
	}
}

// Every line of the shared gene models reads and is written back to the byte.
func TestLossless(t *testing.T) {
	for _, name := range []string{"GRCh38.ensembl110.canonical.gff3.gz", "GRCh38.ensembl.chr21.full.gff3.gz"} {
		path := filepath.Join("..", "..", "..", "shared", "data", "genes", name)
		f, err := os.Open(path)
		if errors.Is(err, os.ErrNotExist) {
			t.Skip("not here: ../shared/data/genes/" + name)
		}
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		z, err := gzip.NewReader(f)
		if err != nil {
			t.Fatal(err)
		}
		counts := map[string]int{}
		var ft Feature
		in := bufio.NewScanner(z)
		for in.Scan() {
			line := in.Text()
			if line == "" || line[0] == '#' {
				continue
			}
			if err := ft.parse(line); err != nil {
				t.Fatalf("%s: %s: %v", name, line, err)
			}
			if got := string(Append(nil, &ft)); got != line+"\n" {
				t.Fatalf("%s: written %q, read %q", name, got, line)
			}
			counts[ft.Type]++
		}
		// counts that the data's README states
		switch {
		case strings.Contains(name, "canonical") && counts["mRNA"] != 19326,
			strings.Contains(name, "chr21") && (counts["gene"] != 541 || counts["transcript"] != 1091):
			t.Errorf("%s: %v", name, counts)
		}
	}
}
