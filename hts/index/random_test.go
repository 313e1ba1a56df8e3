package index

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"

	"varpanel/hts/bgzf"
	"varpanel/internal/testkit"
)

// regionCount is how many random regions every index is asked for.
const regionCount = 10_000

// row is a record of a text file with its line.
type row struct {
	named
	line string
}

// rows reads a whole text file by an index's columns.
func rows(t *testing.T, file []byte, c *Columns) (out []row) {
	t.Helper()
	r, err := bgzf.NewReader(bytes.NewReader(file), bgzf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for {
		b, at, err := r.Line(nil, 1<<24)
		if err != nil {
			return out
		}
		line := string(b)
		if line[0] == c.Meta {
			continue
		}
		one := row{line: line}
		if c.VCF {
			one.contig, one.start, one.end = span(t, line)
		} else {
			f := strings.Split(line, "\t")
			one.contig = f[c.Seq-1]
			if one.start, err = strconv.Atoi(f[c.Begin-1]); err != nil {
				t.Fatal(err)
			}
			if one.end = one.start; c.End > 0 {
				if one.end, err = strconv.Atoi(f[c.End-1]); err != nil {
					t.Fatal(err)
				}
			}
			if !c.ZeroBased {
				one.start--
			}
		}
		one.at, one.after = at, r.Offset()
		out = append(out, one)
	}
}

// around gives distinct random regions near records, from one base wide to some
// ten records, and a few beside all of them.
func around(all []row, n int) (out []named) {
	rng := rand.New(rand.NewPCG(17, 4))
	seen := map[string]bool{}
	for len(out) < n {
		i := rng.IntN(len(all))
		from, to := all[i], all[min(i+rng.IntN(1<<rng.IntN(5)), len(all)-1)]
		if to.contig != from.contig {
			to = from
		}
		before := 8
		if len(out)%50 == 0 {
			before = 16
		}
		start := max(0, from.start+rng.IntN(40)-rng.IntN(1<<rng.IntN(before)))
		end := max(start+1, to.start+rng.IntN(40)-20)
		one := named{contig: from.contig, placed: placed{start: start, end: end}}
		if text := one.region(); !seen[text] {
			seen[text] = true
			out = append(out, one)
		}
	}
	return out
}

// answers asks tabix for each region by itself, in one process.
func answers(t *testing.T, tabix, path string, regions []named) map[string]string {
	t.Helper()
	var list strings.Builder
	for _, r := range regions {
		fmt.Fprintf(&list, "%s\t%d\t%d\n", r.contig, r.start+1, r.end)
	}
	name := filepath.Join(t.TempDir(), "regions.tsv")
	put(t, name, []byte(list.String()))
	out := map[string]string{}
	region := ""
	for line := range strings.Lines(testkit.Run(t, tabix, "--separate-regions", "-R", name, path)) {
		if line[0] == '#' {
			region = strings.TrimSpace(line[1:])
			continue
		}
		out[region] += line
	}
	return out
}

// led gives the numbers of the records that the chunks hold, and fails where a
// chunk begins or ends within one.
func led(t *testing.T, ats []bgzf.Offset, afters []bgzf.Offset, chunks []bgzf.Chunk) (out []int) {
	t.Helper()
	for _, c := range chunks {
		i := sort.Search(len(ats), func(i int) bool { return ats[i] >= c.Begin })
		if i > 0 && afters[i-1] > c.Begin {
			t.Fatalf("chunk %x-%x begins within a record", c.Begin, c.End)
		}
		for ; i < len(ats) && ats[i] < c.End; i++ {
			if afters[i] > c.End {
				t.Fatalf("chunk %x-%x ends within a record", c.Begin, c.End)
			}
			out = append(out, i)
		}
	}
	return out
}

// Ten thousand random regions of real files by .tbi and by .csi with bins of
// several sizes: the records of every one are tabix's.
func TestTenThousandTextRegionsAgainstTabix(t *testing.T) {
	tabix := testkit.Oracle(t, "tabix")
	for _, tt := range []struct {
		name    string
		how     []string
		regions int // fewer where many records lie on one base
	}{
		{"vcf/HG002_trio.GRCh37.chr1p.gatk.vcf.gz", []string{"-p", "vcf"}, regionCount},
		{"vcf/tumour.T001-COAD.GRCh38.somatic.vcf.gz", []string{"-p", "vcf"}, regionCount},
		{"genes/GRCh38.ensembl.chr21.full.gff3.gz", []string{"-p", "gff"}, regionCount / 20},
		{"annotation/GRCh38.cadd_v1.3.BRCA2.tsv.gz", []string{"-s1", "-b2", "-e2"}, regionCount / 50},
	} {
		name, how := tt.name, tt.how
		t.Run(filepath.Base(name), func(t *testing.T) {
			source := testkit.Shared(t, "data/"+name)
			file := read(t, source)
			path := filepath.Join(t.TempDir(), filepath.Base(name))
			put(t, path, file)
			indexes := []*Index{open(t, source+".tbi")}
			for _, shift := range []string{"9", "14", "18"} {
				testkit.Run(t, tabix, append(how, "-f", "-C", "-m", shift, path)...)
				indexes = append(indexes, open(t, path+".csi"))
			}
			all := rows(t, file, indexes[0].Columns())
			var ats, afters []bgzf.Offset
			for _, r := range all {
				ats, afters = append(ats, r.at), append(afters, r.after)
			}
			regions := around(all, tt.regions)
			want := answers(t, tabix, source, regions)
			found := 0
			for _, x := range indexes {
				for _, q := range regions {
					id, _ := x.ID(q.contig)
					var got strings.Builder
					for _, i := range led(t, ats, afters, x.Chunks(id, q.start, q.end)) {
						if r := all[i]; r.contig == q.contig && r.start < q.end && r.end > q.start {
							got.WriteString(r.line + "\n")
							found++
						}
					}
					if got.String() != want[q.region()] {
						t.Fatalf("%s by %s (%d): %d records, tabix gives %d", q.region(), filepath.Base(x.Path), x.scheme.minShift,
							strings.Count(got.String(), "\n"), strings.Count(want[q.region()], "\n"))
					}
				}
			}
			t.Logf("%d regions by %d indexes, %d records", len(regions), len(indexes), found)
		})
	}
}

// Ten thousand random regions of real BAM files by .bai and by .csi: every index
// leads to every record that a look at all of them finds, and samtools counts as
// many.
func TestTenThousandBAMRegions(t *testing.T) {
	samtools := testkit.Oracle(t, "samtools")
	for _, name := range []string{"NA12878.BRCA1.GRCh38.bam", "NA24385.chr20_36018823.GRCh37.wgs.bam"} {
		t.Run(name, func(t *testing.T) {
			source := testkit.Shared(t, "data/bam/"+name)
			file := read(t, source)
			indexes := []*Index{open(t, source+".bai")}
			for _, shift := range []string{"9", "14", "18"} {
				csi := filepath.Join(t.TempDir(), "x.csi")
				testkit.Run(t, samtools, "index", "-c", "-m", shift, source, csi)
				indexes = append(indexes, open(t, csi))
			}
			var names []string
			for line := range strings.Lines(testkit.Run(t, samtools, "view", "-H", source)) {
				if rest, ok := strings.CutPrefix(line, "@SQ\tSN:"); ok {
					sn, _, _ := strings.Cut(strings.TrimSpace(rest), "\t")
					names = append(names, sn)
				}
			}
			var all []bamRecord
			var ats, afters []bgzf.Offset
			var near []row
			recordsOf(t, file, len(names), func(r bamRecord, at, after bgzf.Offset) {
				if r.ref < 0 {
					return
				}
				all, ats, afters = append(all, r), append(ats, at), append(afters, after)
				near = append(near, row{named: named{contig: names[r.ref], placed: placed{start: r.start}}})
			})
			for n, q := range around(near, regionCount) {
				id := slices.Index(names, q.contig)
				want := 0
				for _, r := range all {
					if r.ref == id && r.start < q.end && r.end > q.start {
						want++
					}
				}
				for _, x := range indexes {
					got := 0
					for _, i := range led(t, ats, afters, x.Chunks(id, q.start, q.end)) {
						if r := all[i]; r.ref == id && r.start < q.end && r.end > q.start {
							got++
						}
					}
					if got != want {
						t.Fatalf("%s by %s (%d): %d records, want %d", q.region(), filepath.Base(x.Path), x.scheme.minShift, got, want)
					}
				}
				if n < 40 {
					if out := testkit.Run(t, samtools, "view", "-c", source, q.region()); strings.TrimSpace(out) != strconv.Itoa(want) {
						t.Fatalf("%s: %d records, samtools counts %s", q.region(), want, out)
					}
				}
			}
		})
	}
}

// recordsOf passes the header of a BAM file and gives its records with their
// places.
func recordsOf(t *testing.T, file []byte, refs int, do func(r bamRecord, at, after bgzf.Offset)) {
	t.Helper()
	z, err := bgzf.NewReader(bytes.NewReader(file), bgzf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	number := func() int {
		var b [4]byte
		if err := z.ReadFull(b[:]); err != nil {
			t.Fatal(err)
		}
		return int(b[0]) | int(b[1])<<8 | int(b[2])<<16 | int(b[3])<<24
	}
	skip := func(n int) {
		if err := z.ReadFull(make([]byte, n)); err != nil {
			t.Fatal(err)
		}
	}
	skip(4)
	skip(number())
	if n := number(); n != refs {
		t.Fatalf("%d references, want %d", n, refs)
	}
	for range refs {
		skip(number())
		number()
	}
	bamRecords(t, z, func(r bamRecord, at bgzf.Offset) { do(r, at, z.Offset()) })
}
