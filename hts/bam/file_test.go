package bam

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
	"varpanel/internal/testkit"
)

const brca1 = "../../testdata/bam/NA12878.BRCA1.GRCh38.bam"

// names gives the names of a query's records, with flags and places.
func names(t *testing.T, f *File, contig string, intervals ...Interval) []string {
	t.Helper()
	id, ok := f.Header().ID(contig)
	if !ok {
		t.Fatalf("no contig %s", contig)
	}
	r, err := f.Query(id, intervals)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	return readNames(t, r)
}

func readNames(t *testing.T, r *Reader) []string {
	t.Helper()
	var out []string
	for rec := new(Record); ; {
		if err := r.Read(rec); errors.Is(err, io.EOF) {
			return out
		} else if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(rec.Name())+"\t"+strconv.Itoa(rec.Flag())+"\t"+strconv.Itoa(rec.Pos()+1))
	}
}

func open(t *testing.T, path string) *File {
	t.Helper()
	f, err := Open(path, Options{AllowOldIndex: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func TestHeader(t *testing.T) {
	h := open(t, brca1).Header()
	id, ok := h.ID("chr17")
	if !ok || h.Refs[id] != (Ref{"chr17", 83257441}) {
		t.Errorf("chr17 is reference %d, %v", id, ok)
	}
	if len(h.ReadGroups) != 1 || h.ReadGroups[0].Sample != "NA12878" || h.SortOrder != "coordinate" {
		t.Errorf("read groups %v, sort order %q", h.ReadGroups, h.SortOrder)
	}
}

// TestKnownCounts are the counts that the data's README states.
func TestKnownCounts(t *testing.T) {
	f := open(t, brca1)
	all, err := NewReader(bytes.NewReader(slurp(t, brca1)), bgzf.Options{Threads: 2, Name: brca1}, true)
	if err != nil {
		t.Fatal(err)
	}
	defer all.Close()
	if n := len(readNames(t, all)); n != 19836 {
		t.Errorf("%d records, want 19836", n)
	}
	id, _ := f.Header().ID("chr17")
	r, err := f.Query(id, []Interval{{43044294, 43125364}})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	n := 0
	for rec := new(Record); r.Read(rec) == nil; {
		if rec.Flag()&3844 == 0 && rec.MapQ() >= 20 {
			n++
		}
	}
	if n != 18857 {
		t.Errorf("%d records without flags 3844 and at MAPQ 20, want 18857", n)
	}
}

// TestQueryAgainstLinear: a query gives what a scan of the whole file gives,
// each record once, whatever the intervals are and whichever index is used.
func TestQueryAgainstLinear(t *testing.T) {
	f := open(t, brca1)
	lists := [][]Interval{
		{{43044294, 43125364}},
		{{43045677, 43045802}, {43047642, 43047703}, {43049120, 43049194}, {43124016, 43124096}},
		{{0, 1}, {43100000, 43100001}, {43100001, 43100002}, {43100500, 43100500}},
		{{0, 83257441}},
		{{50000000, 60000000}},
		{},
	}
	// Short intervals far apart: the blocks between them are passed over.
	r := rand.New(rand.NewPCG(11, 12))
	for range 12 {
		var far []Interval
		for at := 43040000; at < 43130000; at += 1 + r.IntN(15000) {
			far = append(far, Interval{at, at + r.IntN(120)})
			at += 120
		}
		lists = append(lists, far)
	}
	for i, intervals := range lists {
		if got, want := names(t, f, "chr17", intervals...), linear(t, f, "chr17", intervals); !equal(got, want) {
			t.Errorf("list %d: %d records by the index, %d by a scan", i, len(got), len(want))
		}
	}
}

func linear(t *testing.T, f *File, contig string, intervals []Interval) []string {
	t.Helper()
	r, err := NewReader(bytes.NewReader(slurp(t, f.path)), bgzf.Options{Threads: 1, Name: f.path}, true)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	id, _ := f.Header().ID(contig)
	var out []string
	for rec := new(Record); ; {
		if err := r.Read(rec); errors.Is(err, io.EOF) {
			return out
		} else if err != nil {
			t.Fatal(err)
		}
		for _, in := range intervals {
			if rec.RefID() == id && in.Start < in.End && rec.Pos() < in.End && rec.End() > in.Start {
				out = append(out, string(rec.Name())+"\t"+strconv.Itoa(rec.Flag())+"\t"+strconv.Itoa(rec.Pos()+1))
				break
			}
		}
	}
}

func equal(a, b []string) bool { return strings.Join(a, "\n") == strings.Join(b, "\n") }

// beside copies files into a folder of their own, the data first and the index
// newer.
func beside(t *testing.T, data, index []byte, suffix string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.bam")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if index != nil {
		if err := os.WriteFile(path+suffix, index, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

func slurp(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func wantInput(t *testing.T, what string, err error, message, hint string) {
	t.Helper()
	if fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), message) || !strings.Contains(fault.HintOf(err), hint) {
		t.Errorf("%s: error %v, hint %q; want an input error with %q and hint %q", what, err, fault.HintOf(err), message, hint)
	}
}

func TestWrongFiles(t *testing.T) {
	data, index := slurp(t, brca1), slurp(t, brca1+".bai")
	for _, c := range []struct {
		what          string
		data, index   []byte
		message, hint string
	}{
		{"no index", data, nil, "no index", "samtools index"},
		{"CRAM", []byte("CRAM\x03\x00 and so on, long enough"), nil, "CRAM", "samtools view -b"},
		{"SAM", []byte("@HD\tVN:1.6\tSO:coordinate\n"), nil, "SAM text", "samtools sort"},
		{"empty", []byte{}, nil, "empty", ""},
		{"text", []byte("hello, hello, hello, hello"), nil, "not a BAM file", ""},
		{"plain gzip", []byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03abcdefghijkl"), nil, "plain gzip", ""},
		// samtools left two end-of-file blocks in this file; one is enough.
		{"no end-of-file block", data[:len(data)-56], index, "", ""},
		{"cut in the middle", data[:len(data)/2], index, "", ""},
		{"cut index", data, index[:len(index)/2], "corrupt", ""},
		{"VCF", pack(t, []byte("##fileformat=VCFv4.2\n#CHROM\tPOS\n")), nil, "not a BAM file", ""},
		{"unsorted, no index", pack(t, encodeHeader("@HD\tVN:1.6\tSO:queryname\n", Ref{"a", 100})), nil, "no index", "samtools sort"},
	} {
		_, err := Open(beside(t, c.data, c.index, ".bai"), Options{})
		wantInput(t, c.what, err, c.message, c.hint)
	}
	if _, err := Open(filepath.Join(t.TempDir(), "none.bam"), Options{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

func TestOldIndex(t *testing.T) {
	path := beside(t, slurp(t, brca1), slurp(t, brca1+".bai"), ".bai")
	past := time.Now().Add(-time.Hour)
	if err := os.Chtimes(path+".bai", past, past); err != nil {
		t.Fatal(err)
	}
	_, err := Open(path, Options{})
	wantInput(t, "old index", err, "older", "samtools index")
	f, err := Open(path, Options{AllowOldIndex: true})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if !f.Index().Old {
		t.Error("an old index that is allowed is not called old")
	}
}

// TestCSI: the .csi of the same file gives the same records.
func TestCSI(t *testing.T) {
	csi := testkit.Shared(t, "data", "bam", "NA12878.BRCA1.GRCh38.bam.csi")
	f := open(t, beside(t, slurp(t, brca1), slurp(t, csi), ".csi"))
	for _, intervals := range [][]Interval{{{43044294, 43125364}}, {{43045677, 43045802}, {43124016, 43124096}}} {
		if got, want := names(t, f, "chr17", intervals...), names(t, open(t, brca1), "chr17", intervals...); !equal(got, want) {
			t.Errorf("%d records by .csi, %d by .bai", len(got), len(want))
		}
	}
}

// TestAnotherFilesIndex: no index of another file is taken in silence.
func TestAnotherFilesIndex(t *testing.T) {
	other := testkit.Shared(t, "data", "bam", "NA24385.chr20_36018823.GRCh37.wgs.bam")
	_, err := Open(beside(t, slurp(t, brca1), slurp(t, other+".bai"), ".bai"), Options{})
	wantInput(t, "the index of another file", err, "does not fit", "samtools index")
	_, err = Open(beside(t, slurp(t, other), slurp(t, brca1+".bai"), ".bai"), Options{})
	wantInput(t, "the index of another file", err, "does not fit", "samtools index")
}

// TestIndexOfACut: the index of a file from which reads were taken, or to which
// some were added, is refused when the file is opened or read.
func TestIndexOfACut(t *testing.T) {
	samtools := testkit.Oracle(t, "samtools")
	dir := t.TempDir()
	for i, args := range [][]string{
		{"-s", "0.5"}, {"-L", bedFile(t, "chr17\t43044000\t43090000\n")}, {"-L", bedFile(t, "chr17\t43090000\t43130000\n")},
		{"-F", "4"}, {"-q", "60"}, {"-e", "qname != \"none\""}, {"-L", bedFile(t, "chr2\t1\t2\n")},
	} {
		path := filepath.Join(dir, strconv.Itoa(i)+".bam")
		testkit.Run(t, samtools, append([]string{"view", "-b", "-o", path, brca1}, args...)...)
		testkit.Run(t, samtools, "index", path)
		data, index := slurp(t, path), slurp(t, path+".bai")
		if bytes.Equal(index, slurp(t, brca1+".bai")) {
			continue // the same file again
		}
		checkMisfit(t, strings.Join(args, " ")+": its index for the whole", beside(t, slurp(t, brca1), index, ".bai"))
		checkMisfit(t, strings.Join(args, " ")+": the whole's index for it", beside(t, data, slurp(t, brca1+".bai"), ".bai"))
	}
}

func bedFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.bed")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func checkMisfit(t *testing.T, what, path string) {
	t.Helper()
	f, err := Open(path, Options{})
	if err == nil {
		defer f.Close()
		err = readAll(f, 43000000, 43200000)
	}
	if fault.KindOf(err) != fault.Input {
		t.Errorf("%s: %v", what, err)
	}
}

func readAll(f *File, start, end int) error {
	id, ok := f.Header().ID("chr17")
	if !ok {
		return fault.Inputf("", "", "no chr17")
	}
	r, err := f.Query(id, []Interval{{start, end}})
	if err != nil {
		return err
	}
	defer r.Close()
	for rec := new(Record); ; {
		if err := r.Read(rec); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}
