package index

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"varpanel/hts/bgzf"
	"varpanel/internal/testkit"
)

func read(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func open(t testing.TB, path string) *Index {
	t.Helper()
	x, err := Open(path, bgzf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// some gives random regions around a VCF's records.
func some(t testing.TB, file []byte, n int) (out []named) {
	rng := rand.New(rand.NewPCG(3, 3))
	all := places(t, file)
	for range n {
		r := all[rng.IntN(len(all))]
		start := max(0, r.start+rng.IntN(4001)-2000)
		out = append(out, named{contig: r.contig, placed: placed{start: start, end: start + 1 + rng.IntN(1<<rng.IntN(22))}})
	}
	return out
}

func (n named) region() string { return fmt.Sprintf("%s:%d-%d", n.contig, n.start+1, n.end) }

// Random regions of the shared VCFs by their own .tbi and by .csi of several
// schemes that bcftools writes, against tabix.
func TestVCFQueriesAgainstTabix(t *testing.T) {
	dir := testkit.Shared(t, "data/vcf")
	tabix, bcftools := testkit.Oracle(t, "tabix"), testkit.Oracle(t, "bcftools")
	for _, name := range []string{"HG002_trio.GRCh37.chr1p.gatk.vcf.gz", "tumour.T001-COAD.GRCh38.somatic.vcf.gz",
		"NA12878.BRCA1.GRCh38.bcftools.vcf.gz", "trio_synthetic_genotypes.talos.GRCh38.vcf.gz"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(dir, name)
			file := read(t, path)
			indexes := []*Index{open(t, path+".tbi")}
			for _, shift := range []string{"14", "9", "20"} {
				csi := filepath.Join(t.TempDir(), "x.csi")
				testkit.Run(t, bcftools, "index", "-c", "-m", shift, "-o", csi, path)
				indexes = append(indexes, open(t, csi))
			}
			for _, x := range indexes {
				if err := x.Check(int64(len(file))); err != nil {
					t.Fatal(err)
				}
			}
			for _, r := range some(t, file, 25) {
				want := testkit.Run(t, tabix, path, r.region())
				for _, x := range indexes {
					if got := query(t, file, x, r.contig, r.start, r.end); got != want {
						t.Fatalf("%s by %s: %d lines, tabix gives %d", r.region(), filepath.Base(x.Path), strings.Count(got, "\n"), strings.Count(want, "\n"))
					}
				}
			}
		})
	}
}

// A .tbi of ours beside the same files: tabix and bcftools give with it what they
// give with their own.
func TestWrittenTabixAgainstHtslib(t *testing.T) {
	dir := testkit.Shared(t, "data/vcf")
	tabix, bcftools := testkit.Oracle(t, "tabix"), testkit.Oracle(t, "bcftools")
	for _, name := range []string{"HG002_trio.GRCh37.chr1p.gatk.vcf.gz", "tumour.T001-COAD.GRCh38.somatic.vcf.gz"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(dir, name)
			file := read(t, path)
			ours := filepath.Join(t.TempDir(), name)
			x := NewTabixWriter(VCF)
			for _, r := range places(t, file) {
				if err := x.Add(r.contig, r.start, r.end, r.at, r.after); err != nil {
					t.Fatal(err)
				}
			}
			var tbi bytes.Buffer
			if n, err := x.WriteTo(&tbi); err != nil || n != int64(tbi.Len()) {
				t.Fatal(n, err)
			}
			put(t, ours, file)
			put(t, ours+".tbi", tbi.Bytes())
			if got, want := testkit.Run(t, tabix, "-l", ours), testkit.Run(t, tabix, "-l", path); got != want {
				t.Errorf("contigs %q, want %q", got, want)
			}
			if got, want := testkit.Run(t, bcftools, "index", "-s", ours), testkit.Run(t, bcftools, "index", "-s", path); got != want {
				t.Errorf("counts %q, want %q", got, want)
			}
			var regions []string
			for _, r := range some(t, file, 60) {
				regions = append(regions, r.region())
			}
			for _, r := range regions[:25] {
				if got, want := testkit.Run(t, tabix, ours, r), testkit.Run(t, tabix, path, r); got != want {
					t.Fatalf("%s: %d lines, want %d", r, strings.Count(got, "\n"), strings.Count(want, "\n"))
				}
			}
			all := strings.Join(regions, ",")
			if got, want := testkit.Run(t, bcftools, "view", "-H", "-r", all, ours), testkit.Run(t, bcftools, "view", "-H", "-r", all, path); got != want || got == "" {
				t.Errorf("bcftools: %d lines, want %d", strings.Count(got, "\n"), strings.Count(want, "\n"))
			}
		})
	}
}

func put(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// Made records with POS 0, END and a contig with colons: tabix reads our index.
func TestMadeTabixAgainstHtslib(t *testing.T) {
	tabix := testkit.Oracle(t, "tabix")
	file, tbi, _ := madeVCF(t, 8, 800, bgzf.WriterOptions{Threads: 2})
	path := filepath.Join(t.TempDir(), "made.vcf.gz")
	put(t, path, file)
	put(t, path+".tbi", tbi)
	x := open(t, path+".tbi")
	for _, r := range some(t, file, 40) {
		if strings.Contains(r.contig, ":") {
			continue // tabix 1.16 has no way to quote it
		}
		want := testkit.Run(t, tabix, path, r.region())
		if got := query(t, file, x, r.contig, r.start, r.end); got != want {
			t.Fatalf("%s: %d lines, tabix gives %d", r.region(), strings.Count(got, "\n"), strings.Count(want, "\n"))
		}
	}
}

// packed compresses a text file and indexes it with our writers.
func packed(t *testing.T, text []byte, p Preset) ([]byte, *Index) {
	t.Helper()
	var out, tbi bytes.Buffer
	w, x := bgzf.NewWriter(&out, bgzf.WriterOptions{}), NewTabixWriter(p)
	for line := range strings.Lines(string(text)) {
		begin := w.Offset()
		if _, err := io.WriteString(w, line); err != nil {
			t.Fatal(err)
		}
		if line[0] == '#' || strings.TrimSpace(line) == "" {
			continue
		}
		c, start, end := extent(t, line, p)
		if err := x.Add(c, start, end, begin, w.Offset()); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := x.WriteTo(&tbi); err != nil {
		t.Fatal(err)
	}
	idx, err := Read(&tbi, bgzf.Options{Name: "x.tbi"})
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), idx
}

// extent is span for VCF and BED lines.
func extent(t *testing.T, line string, p Preset) (string, int, int) {
	t.Helper()
	line = strings.TrimRight(line, "\r\n")
	if p == VCF {
		return span(t, line)
	}
	f := strings.Split(line, "\t")
	start, err := strconv.Atoi(f[1])
	if err != nil {
		t.Fatal(err)
	}
	end, err := strconv.Atoi(f[2])
	if err != nil {
		t.Fatal(err)
	}
	return f[0], start, end
}

// region reads the lines of a region, 1-based closed as tabix takes it.
func region(t *testing.T, file []byte, x *Index, p Preset, contig string, from, to int) string {
	t.Helper()
	id, ok := x.ID(contig)
	if !ok {
		t.Fatalf("no contig %s", contig)
	}
	r, err := bgzf.NewChunkReader(bytes.NewReader(file), int64(len(file)), x.Chunks(id, from-1, to), bgzf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for {
		line, _, err := r.Line(nil, 1<<20)
		if err == io.EOF {
			return out.String()
		}
		if err != nil {
			t.Fatal(err)
		}
		if c, s, e := extent(t, string(line), p); c == contig && s < to && e > from-1 {
			fmt.Fprintf(&out, "%s\n", line)
		}
	}
}

// The peer's own tabix cases, with files and indexes that we write: the cases'
// numbers are those of cases.tsv.
func TestTabixConformance(t *testing.T) {
	dir := testkit.Shared(t, "conformance/htslib/tabix")
	expected := func(name string) string { return string(read(t, filepath.Join(dir, name))) }
	vcf, vx := packed(t, read(t, filepath.Join(dir, "vcf_file.vcf")), VCF)
	bed, bx := packed(t, read(t, filepath.Join(dir, "bed_file.bed")), BED)
	if !bx.Columns().ZeroBased || !vx.Columns().VCF {
		t.Errorf("columns %+v, %+v", bx.Columns(), vx.Columns())
	}
	separate := ""
	for _, r := range []struct {
		contig   string
		from, to int
	}{{"X", 1100, 1400}, {"Y", 100000, 100550}, {"Z", 100000, 100005}} {
		separate += fmt.Sprintf("#%s:%d-%d\n", r.contig, r.from, r.to) + region(t, bed, bx, BED, r.contig, r.from, r.to)
	}
	for _, tt := range []struct{ name, got, want string }{
		{"tabix03", region(t, vcf, vx, VCF, "1", 3000151, 3000151), expected("vcf_file.1.3000151.out")},
		{"tabix04", region(t, vcf, vx, VCF, "2", 3199812, 3199812), expected("vcf_file.2.3199812.out")},
		{"tabix15", region(t, bed, bx, BED, "Y", 100200, 100200), expected("bed_file.Y.100200.out")},
		{"tabix19", separate, expected("bed_file.separate.out")},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: got\n%s\nwant\n%s", tt.name, tt.got, tt.want)
		}
	}
}

// Contig names with colons are names like others to an index.
func TestWeirdNamesConformance(t *testing.T) {
	dir := testkit.Shared(t, "conformance/htslib/regions")
	file, x := packed(t, read(t, filepath.Join(dir, "weird-chr-names.vcf")), VCF)
	for _, tt := range []struct {
		contig   string
		from, to int
		expected string
	}{{"1", 1, 2, "weird-chr-names.1.out"}, {"1", 1, 1, "weird-chr-names.2.out"}, {"1:1", 1, 2, "weird-chr-names.3.out"}} {
		want := ""
		for line := range strings.Lines(string(read(t, filepath.Join(dir, tt.expected)))) {
			if line[0] != '#' {
				want += line
			}
		}
		if got := region(t, file, x, VCF, tt.contig, tt.from, tt.to); got != want {
			t.Errorf("%s:%d-%d: got\n%s\nwant\n%s", tt.contig, tt.from, tt.to, got, want)
		}
	}
}

// bamRecord is what an index needs of a BAM record.
type bamRecord struct {
	ref, start, end int
	unmapped        bool
}

// bamRecords reads records from where r stands to its end.
func bamRecords(t testing.TB, r *bgzf.Reader, do func(bamRecord, bgzf.Offset)) {
	t.Helper()
	var size [4]byte
	for {
		off := r.Offset()
		err := r.ReadFull(size[:])
		if err == io.EOF {
			return
		}
		b := make([]byte, binary.LittleEndian.Uint32(size[:]))
		if err == nil {
			err = r.ReadFull(b)
		}
		if err != nil {
			t.Fatal(err)
		}
		i32 := func(at int) int { return int(int32(binary.LittleEndian.Uint32(b[at:]))) }
		rec := bamRecord{ref: i32(0), start: i32(4), unmapped: b[14]&4 != 0}
		length := 0
		for i := range int(binary.LittleEndian.Uint16(b[12:])) {
			op := binary.LittleEndian.Uint32(b[32+int(b[8])+4*i:])
			if strings.IndexByte("MDN=X", "MIDNSHP=X"[op&15]) >= 0 {
				length += int(op >> 4)
			}
		}
		rec.end = rec.start + max(1, length)
		do(rec, off)
	}
}

func TestBAMQueriesAgainstSamtools(t *testing.T) {
	dir := testkit.Shared(t, "data/bam")
	samtools := testkit.Oracle(t, "samtools")
	for name, where := range map[string][2]int{"NA12878.BRCA1.GRCh38.bam": {43040000, 43130000}, "NA24385.chr20_36018823.GRCh37.wgs.bam": {36015000, 36042000}} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(dir, name)
			file := read(t, path)
			csi := filepath.Join(t.TempDir(), "x.csi")
			testkit.Run(t, samtools, "index", "-c", "-m", "11", path, csi)
			indexes := []*Index{open(t, path+".bai"), open(t, csi)}
			contigs := strings.Split(testkit.Run(t, samtools, "view", "-H", path), "\n")
			id, contig := -1, ""
			n := 0
			for _, l := range contigs {
				if strings.HasPrefix(l, "@SQ") {
					c := strings.TrimPrefix(strings.Split(l, "\t")[1], "SN:")
					if c == "chr17" || c == "20" {
						id, contig = n, c
					}
					n++
				}
			}
			rng := rand.New(rand.NewPCG(4, 4))
			for range 25 {
				start := where[0] + rng.IntN(where[1]-where[0])
				end := start + 1 + rng.IntN(1<<rng.IntN(16))
				region := fmt.Sprintf("%s:%d-%d", contig, start+1, end)
				want, err := strconv.Atoi(strings.TrimSpace(testkit.Run(t, samtools, "view", "-c", path, region)))
				if err != nil {
					t.Fatal(err)
				}
				for _, x := range indexes {
					if err := x.Check(int64(len(file))); err != nil {
						t.Fatal(err)
					}
					r, err := bgzf.NewChunkReader(bytes.NewReader(file), int64(len(file)), x.Chunks(id, start, end), bgzf.Options{})
					if err != nil {
						t.Fatal(err)
					}
					got, marks := 0, map[bgzf.Offset]Mark{}
					for _, m := range x.Marks(id, start, end) {
						marks[m.At] = m
					}
					bamRecords(t, r, func(rec bamRecord, off bgzf.Offset) {
						if m, ok := marks[off]; ok {
							if rec.ref != id || rec.start < m.Start || rec.start >= m.End {
								t.Fatalf("%+v is not what %+v says", rec, m)
							}
							delete(marks, off)
						}
						if rec.ref == id && rec.start < end && rec.end > start {
							got++
						}
					})
					if got != want || len(marks) != 0 {
						t.Fatalf("%s by %s: %d records, samtools has %d; %d marks unmet", region, x.Path, got, want, len(marks))
					}
				}
			}
			x := indexes[0]
			stat := strings.Split(testkit.Run(t, samtools, "idxstats", path), "\n")
			f := strings.Split(stat[id], "\t")
			mapped, unmapped, ok := x.Records(id)
			if !ok || f[0] != contig || f[2] != strconv.Itoa(mapped) || f[3] != strconv.Itoa(unmapped) {
				t.Errorf("%d mapped, %d unmapped; samtools has %q", mapped, unmapped, stat[id])
			}
			if n, ok := x.Mapped(id); !ok || n != mapped {
				t.Errorf("%s: %d mapped without decoding the bins, and %d with", contig, n, mapped)
			}
		})
	}
}

// The peer's own indexes: every one is read, and fits its file.
func TestSharedIndexesFit(t *testing.T) {
	root := testkit.Shared(t, "data")
	n := 0
	err := filepath.WalkDir(root, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		ext := filepath.Ext(path)
		if ext != ".tbi" && ext != ".csi" && ext != ".bai" {
			return nil
		}
		n++
		x, err := Open(path, bgzf.Options{})
		if err != nil {
			t.Error(err)
			return nil
		}
		st, err := os.Stat(strings.TrimSuffix(path, ext))
		if err != nil {
			return err
		}
		if err := x.Check(st.Size()); err != nil {
			t.Error(err)
		}
		if (ext == ".tbi") != (x.Columns() != nil) {
			t.Errorf("%s: columns %+v", path, x.Columns())
		}
		return nil
	})
	if err != nil && !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	if n < 15 {
		t.Errorf("%d indexes only", n)
	}
}
