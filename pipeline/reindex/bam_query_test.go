package reindex

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"varpanel/hts/bam"
	"varpanel/hts/bgzf"
	"varpanel/internal/testkit"
)

// reads gives all reads with a place.
func reads(t *testing.T, path string) (header *bam.Header, all []line) {
	t.Helper()
	f, err := os.Open(path)
	must(t, err)
	defer f.Close()
	r, err := bam.NewReader(f, bgzf.Options{Threads: 1, Name: path}, true)
	must(t, err)
	defer r.Close()
	for rec := (bam.Record{}); ; {
		err := r.Read(&rec)
		if errors.Is(err, io.EOF) {
			return r.Header(), all
		}
		must(t, err)
		if id := rec.RefID(); id >= 0 {
			all = append(all, line{r.Header().Refs[id].Name, rec.Pos(), rec.End(), string(rec.Name())})
		}
	}
}

// Ten thousand random regions of real BAM files: our reader gives the reads of
// each that a look at all of them finds, by our .bai and .csi and by samtools' own
// in turn; and samtools counts as many for each hundred of them.
func TestTenThousandBAMQueries(t *testing.T) {
	const together = 100
	for _, name := range []string{"NA12878.BRCA1.GRCh38.bam", "NA24385.chr20_36018823.GRCh37.wgs.bam"} {
		t.Run(name, func(t *testing.T) {
			source := testkit.Shared(t, "data/bam/"+name)
			header, all := reads(t, source)
			var files []*bam.File
			var paths []string
			for _, p := range pairs(t, source) {
				for _, path := range []string{p.ours, p.theirs} {
					f, err := bam.Open(path, bam.Options{})
					must(t, err)
					defer f.Close()
					files, paths = append(files, f), append(paths, path)
				}
			}
			list := filepath.Join(t.TempDir(), "regions.bed")
			regions := near(all, 10_000)
			for i, batch := 0, 0; i < len(regions); i, batch = i+together, batch+1 {
				met, bed := map[int]bool{}, ""
				for k, r := range regions[i : i+together] {
					var names strings.Builder
					for n, l := range all {
						if l.start < r.to && l.end >= r.from && l.contig == r.contig {
							names.WriteString(l.text + "\n")
							met[n] = true
						}
					}
					if got := queried(t, files[k%len(files)], header, r); got != names.String() {
						t.Fatalf("%s by index %d: %d reads, want %d", r, k%len(files), strings.Count(got, "\n"), strings.Count(names.String(), "\n"))
					}
					bed += fmt.Sprintf("%s\t%d\t%d\n", r.contig, r.from-1, r.to)
				}
				put(t, list, []byte(bed))
				if got := strings.TrimSpace(testkit.Run(t, "samtools", "view", "-c", "-M", "-L", list, paths[batch%len(paths)])); got != strconv.Itoa(len(met)) {
					t.Fatalf("regions from %d by index %d: samtools counts %s reads, want %d", i, batch%len(paths), got, len(met))
				}
			}
			t.Logf("%d regions, %d indexes", len(regions), len(files))
		})
	}
}

func queried(t *testing.T, f *bam.File, h *bam.Header, r region) string {
	t.Helper()
	id, ok := h.ID(r.contig)
	if !ok {
		t.Fatalf("no contig %s", r.contig)
	}
	in, err := f.Query(id, []bam.Interval{{Start: r.from - 1, End: r.to}})
	must(t, err)
	defer in.Close()
	var out strings.Builder
	for rec := (bam.Record{}); ; {
		err := in.Read(&rec)
		if errors.Is(err, io.EOF) {
			return out.String()
		}
		must(t, err)
		out.Write(rec.Name())
		out.WriteByte('\n')
	}
}

// samtools' own index cases: the bytes of a .bai, and the reads of a contig that
// samtools finds by ours.
func TestSamtoolsIndexConformance(t *testing.T) {
	dir, work := testkit.Shared(t, "conformance/samtools/index"), t.TempDir()
	matched := 0
	bytesOf := func(name string) []byte {
		b, err := os.ReadFile(name)
		must(t, err)
		return b
	}
	for _, name := range []string{"test_input_1_a.bam", "test_input_1_b.bam"} {
		put(t, filepath.Join(work, name), bytesOf(filepath.Join(dir, name)))
		if _, err := File(context.Background(), filepath.Join(work, name), Options{Threads: 1}); err != nil {
			t.Fatal(err)
		}
	}
	ours := bytesOf(filepath.Join(work, "test_input_1_a.bam.bai"))
	if string(ours) == string(inOrder(t, bytesOf(filepath.Join(dir, "test_input_1_a.bam.bai.expected")))) {
		matched++
	} else {
		t.Error("test_input_1_a.bam: another .bai")
	}
	got, want := testkit.Run(t, "samtools", "view", filepath.Join(work, "test_input_1_b.bam"), "ref2"), string(bytesOf(filepath.Join(dir, "test_input_1_b.X.expected")))
	if got == want {
		matched++
	} else {
		t.Errorf("test_input_1_b.bam: ref2 has %q, want %q", got, want)
	}
	t.Logf("samtools index/cases.tsv: matched %d / 2 run / 0 not applicable", matched)
}
