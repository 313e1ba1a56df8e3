package reindex

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"varpanel/internal/testkit"
	"varpanel/stages/scan"
)

// dataFiles gives the files of ../shared/data that end in one of the endings.
func dataFiles(t *testing.T, endings ...string) (out []string) {
	t.Helper()
	must(t, filepath.WalkDir(testkit.Shared(t, "data"), func(path string, _ fs.DirEntry, err error) error {
		for _, e := range endings {
			if strings.HasSuffix(path, e) {
				out = append(out, path)
			}
		}
		return err
	}))
	return out
}

// pair is one file with an index of ours and, elsewhere, with htslib's.
type pair struct{ how, ours, theirs string }

// pairs makes every kind of index that a file can have, by us and by a peer.
func pairs(t *testing.T, source string) (out []pair) {
	t.Helper()
	kinds := []Options{{}, {CSI: true, MinShift: 9}, {CSI: true, MinShift: 14}, {CSI: true, MinShift: 18}}
	if strings.HasSuffix(source, ".bcf") {
		kinds = kinds[1:]
	}
	for _, o := range kinds {
		p := pair{how: fmt.Sprintf("csi %d", o.MinShift)}
		if !o.CSI {
			p.how = "usual"
		}
		for _, to := range []*string{&p.ours, &p.theirs} {
			*to = filepath.Join(t.TempDir(), filepath.Base(source))
			must(t, os.Symlink(source, *to))
		}
		o.Threads = 1
		if _, err := File(context.Background(), p.ours, o); err != nil {
			t.Fatal(err)
		}
		command := map[string][]string{".bam": {"samtools", "index"}, ".bcf": {"bcftools", "index"}}[filepath.Ext(source)]
		if command == nil {
			command = []string{"tabix", "-p", "vcf"}
		}
		if o.CSI {
			csi := map[string]string{"samtools": "-c", "bcftools": "-c", "tabix": "-C"}[command[0]]
			command = append(command, csi, "-m", fmt.Sprint(o.MinShift))
		}
		testkit.Run(t, command[0], append(command[1:], p.theirs)...)
		out = append(out, p)
	}
	return out
}

// said gives all that a program prints of a file, and how it ends; the file's
// folder is left out.
func said(t *testing.T, path, name string, args ...string) string {
	t.Helper()
	testkit.Oracle(t, name)
	out, err := exec.Command(name, append(args, path)...).CombinedOutput()
	return strings.ReplaceAll(fmt.Sprintf("%s%v", out, err), filepath.Dir(path), "")
}

// What bcftools, tabix and samtools tell from an index alone is the same from
// ours and from theirs, for every real VCF, BCF and BAM.
func TestCountsFromOurIndexes(t *testing.T) {
	asked := map[string][][]string{
		".bam": {{"samtools", "idxstats"}}, ".bcf": {{"bcftools", "index", "-n"}, {"bcftools", "index", "-s"}},
		".gz": {{"bcftools", "index", "-n"}, {"bcftools", "index", "-s"}, {"tabix", "-l"}},
	}
	matched, run, files := 0, 0, dataFiles(t, ".vcf.gz", ".bcf", ".bam")
	for _, source := range files {
		for _, p := range pairs(t, source) {
			for _, a := range asked[filepath.Ext(source)] {
				run++
				got, want := said(t, p.ours, a[0], a[1:]...), said(t, p.theirs, a[0], a[1:]...)
				if got != want {
					t.Errorf("%s, %s, %s: %q, want %q", filepath.Base(source), p.how, a, got, want)
					continue
				}
				matched++
			}
		}
	}
	t.Logf("bcftools index -n and -s, tabix -l, samtools idxstats on our indexes of %d real files: matched %d / %d run / 0 not applicable",
		len(files), matched, run)
}

// line is a record of a text file.
type line struct {
	contig     string
	start, end int
	text       string
}

func allLines(t *testing.T, path string) (out []line) {
	t.Helper()
	r, err := scan.Open(scan.Options{Path: path, Threads: 1})
	must(t, err)
	defer r.Close()
	for b := (scan.Batch{}); ; {
		err := r.Next(&b)
		if errors.Is(err, io.EOF) {
			return out
		}
		must(t, err)
		for i, l := range b.Lines {
			p := b.Places[i]
			f := strings.SplitN(string(l), "\t", 5)
			out = append(out, line{p.Contig, p.Pos, p.Pos + len(f[3]), string(l)})
		}
	}
}

// region is 1-based closed, as the peers' tables have it.
type region struct {
	contig   string
	from, to int
}

func (r region) String() string { return fmt.Sprintf("%s:%d-%d", r.contig, r.from, r.to) }

// near gives distinct random regions at and between records.
func near(all []line, n int) (out []region) {
	rng := rand.New(rand.NewPCG(20, 24))
	seen := map[region]bool{}
	for len(out) < n {
		i := rng.IntN(len(all))
		from, to := all[i], all[min(i+rng.IntN(1<<rng.IntN(5)), len(all)-1)]
		if to.contig != from.contig {
			to = from
		}
		r := region{contig: from.contig, from: max(1, from.start+rng.IntN(60)-rng.IntN(1<<rng.IntN(14)))}
		r.to = max(r.from, to.start+rng.IntN(40)-10)
		if !seen[r] {
			seen[r] = true
			out = append(out, r)
		}
	}
	return out
}

func table1(t *testing.T, regions []region) string {
	t.Helper()
	var b strings.Builder
	for _, r := range regions {
		fmt.Fprintf(&b, "%s\t%d\t%d\n", r.contig, r.from, r.to)
	}
	path := filepath.Join(t.TempDir(), "regions.tsv")
	put(t, path, []byte(b.String()))
	return path
}

// scanned gives the lines of regions, each with a line end, by the scan that the
// commands use.
func scanned(t *testing.T, path string, regions ...region) string {
	t.Helper()
	asked := map[string][]scan.Interval{}
	for _, r := range regions {
		asked[r.contig] = append(asked[r.contig], scan.Interval{Start: r.from - 1, End: r.to})
	}
	r, err := scan.Open(scan.Options{Path: path, Threads: 1, Regions: asked})
	must(t, err)
	defer r.Close()
	if !r.Indexed() {
		t.Fatalf("%s: no index was used", path)
	}
	var out strings.Builder
	for b := (scan.Batch{}); ; {
		err := r.Next(&b)
		if errors.Is(err, io.EOF) {
			return out.String()
		}
		must(t, err)
		for _, l := range b.Lines {
			out.Write(l)
			out.WriteByte('\n')
		}
	}
}

// Ten thousand random regions of real files. Tabix gives the same records of each
// with our indexes as with its own; so does our scan, region by region and many
// at once, with the indexes of both, .tbi and .csi of several bin sizes, in turn.
func TestTenThousandScanRegions(t *testing.T) {
	const asTabix, asScan, together = 10_000, 2_000, 100
	for _, name := range []string{
		"HG002_trio.GRCh37.chr1p.gatk.vcf.gz", "tumour.T001-COAD.GRCh38.somatic.vcf.gz", "NA12878.BRCA1.GRCh38.bcftools.vcf.gz",
		"NA12878.chr21_APP.GRCh38.platinum_truth.vcf.gz", "trio_synthetic_genotypes.talos.GRCh38.vcf.gz",
	} {
		t.Run(name, func(t *testing.T) {
			source := testkit.Shared(t, "data/vcf/"+name)
			all, made := allLines(t, source), pairs(t, source)
			regions := near(all, min(asTabix, 8*len(all)))
			list := table1(t, regions)
			want := testkit.Run(t, "tabix", "--separate-regions", "-R", list, made[0].theirs)
			var paths []string
			for _, p := range made {
				paths = append(paths, p.ours, p.theirs)
				if testkit.Run(t, "tabix", "--separate-regions", "-R", list, p.ours) != want {
					t.Errorf("%s: tabix gives other records by our index", p.how)
				}
			}
			answers, at := map[string]string{}, ""
			for l := range strings.Lines(want) {
				if l[0] == '#' {
					at = strings.TrimSpace(l[1:])
					continue
				}
				answers[at] += l
			}
			for i, r := range regions[:min(asScan, len(regions))] {
				path := paths[i%len(paths)]
				if got := scanned(t, path, r); got != answers[r.String()] {
					t.Fatalf("%s by index %d: %d records, tabix gives %d", r, i%len(paths), strings.Count(got, "\n"), strings.Count(answers[r.String()], "\n"))
				}
			}
			for i := 0; i+together <= len(regions); i += together {
				some, path := regions[i:i+together], paths[i/together%len(paths)]
				met := map[string]bool{}
				for _, r := range some {
					for l := range strings.Lines(answers[r.String()]) {
						met[l] = true
					}
				}
				var union strings.Builder
				for _, l := range all {
					if met[l.text+"\n"] {
						union.WriteString(l.text + "\n")
					}
				}
				if got := scanned(t, path, some...); got != union.String() {
					t.Fatalf("regions %d to %d by index %d: %d records, want %d", i, i+together, i/together%len(paths),
						strings.Count(got, "\n"), strings.Count(union.String(), "\n"))
				}
			}
			t.Logf("%d regions, %d of them by themselves, %d indexes", len(regions), min(asScan, len(regions)), len(paths))
		})
	}
}

// The same for a BCF, whose records as text are those of bcftools.
func TestBCFScanRegions(t *testing.T) {
	source := testkit.Shared(t, "data/vcf/NA12878.chr21_APP.GRCh38.platinum_pass.bcf")
	made := pairs(t, source)
	all := allLines(t, source)
	if got := strings.Count(testkit.Run(t, "bcftools", "view", "-H", source), "\n"); got != len(all) {
		t.Fatalf("%d records, bcftools has %d", len(all), got)
	}
	for i, r := range near(all, 500) {
		want := ""
		for _, l := range all {
			if l.contig == r.contig && l.start < r.to && l.end >= r.from {
				want += l.text + "\n"
			}
		}
		p := made[i%len(made)]
		for _, path := range []string{p.ours, p.theirs} {
			if got := scanned(t, path, r); got != want {
				t.Fatalf("%s: %d records, want %d", r, strings.Count(got, "\n"), strings.Count(want, "\n"))
			}
		}
		if i < 20 {
			if got := testkit.Run(t, "bcftools", "view", "-H", "-r", r.String(), p.ours); got != want {
				t.Fatalf("%s: bcftools by our index: %d records, want %d", r, strings.Count(got, "\n"), strings.Count(want, "\n"))
			}
		}
	}
}
