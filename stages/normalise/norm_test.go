package normalise

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"varpanel/hts/bgzf"
	"varpanel/hts/fasta"
	"varpanel/hts/vcf"
	"varpanel/internal/testkit"
	"varpanel/reference/genome"
)

// normed rewrites a VCF's records, one batch after another, and gives the lines
// and what was warned of.
func normed(text []byte, o Options) (lines, warned []string, err error) {
	in, err := vcf.NewReader(bytes.NewReader(text), "test")
	if err != nil {
		return nil, nil, err
	}
	if o.Contig == nil {
		o.Contig = func(c string) (string, bool) {
			_, there := o.Sequence.Length(c)
			return c, there
		}
	}
	o.Path, o.Source = "test", "the reference"
	var out bytes.Buffer
	from := NewLines(in)
	rewriter := NewRewriter(in.Header(), o)
	window := NewWindow(&out, o, func(format string, args ...any) { warned = append(warned, fmt.Sprintf(format, args...)) })
	// as many batches circulate as with several threads
	batches := []*Batch{new(Batch), new(Batch), new(Batch)}
	for i := 0; ; i++ {
		b := batches[i%len(batches)]
		if err = from.Next(b); errors.Is(err, io.EOF) {
			err = window.Close()
			break
		}
		if err == nil {
			err = rewriter.Batch(b)
		}
		if err == nil {
			err = window.Take(b)
		}
		if err != nil {
			break
		}
	}
	for line := range strings.Lines(out.String()) {
		lines = append(lines, strings.TrimSuffix(line, "\n"))
	}
	return lines, warned, err
}

// flags are a way to call the peer, and our options for the same.
type flags struct {
	args []string
	o    Options
}

// allFlags gives every combination of the options that both have, every other
// one with a tag. The peer does not remove duplicates while it splits: then it is
// called twice.
func allFlags(t testing.TB, seq genome.Sequence, fa string) []flags {
	t.Helper()
	var all []flags
	for _, split := range []bool{false, true} {
		for i, check := range []string{"", "w", "x", "wx", "none"} {
			for j, remove := range []string{"", "snps", "indels", "both", "any", "exact"} {
				f := flags{o: Options{Split: split}}
				var err error
				if f.o.Remove, err = ParseDuplicates(remove); err != nil {
					t.Fatal(err)
				}
				if split {
					f.args = append(f.args, "-m", "-any")
				}
				if check != "none" {
					if f.o.Check, err = ParseCheck(check); err != nil {
						t.Fatal(err)
					}
					f.o.Sequence = seq
					f.args = append(f.args, "-f", fa)
					if check != "" {
						f.args = append(f.args, "-c", check)
					}
				}
				if (i+j)%2 == 0 {
					f.o.OldTag = "OLD"
					f.args = append(f.args, "--old-rec-tag", "OLD")
				}
				if remove != "" {
					f.args = append(f.args, "-d", remove)
				}
				if check != "none" || split || remove != "" {
					all = append(all, f)
				}
			}
		}
	}
	return all
}

// theirs runs the peer. ok is false where it fails.
func theirs(t testing.TB, text []byte, f flags) (lines []string, ok bool) {
	t.Helper()
	args := f.args
	var remove []string
	if at := slices.Index(args, "-d"); f.o.Split && at >= 0 {
		args, remove = args[:at], args[at:]
	}
	out, ok := peer(t, text, args)
	if ok && remove != nil {
		// where a float is missing the peer may write nothing, and read that as 0
		out, ok = peer(t, emptyValue.ReplaceAll(out, []byte(":.$1")), remove)
	}
	for line := range strings.Lines(string(out)) {
		if line[0] != '#' {
			lines = append(lines, strings.TrimSuffix(line, "\n"))
		}
	}
	return lines, ok
}

var emptyValue = regexp.MustCompile(`(?m):([:\t]|$)`)

func peer(t testing.TB, text []byte, args []string) ([]byte, bool) {
	t.Helper()
	cmd := exec.Command(testkit.Oracle(t, "bcftools"), append(append([]string{"norm", "--no-version"}, args...), "-")...)
	cmd.Stdin = bytes.NewReader(text)
	out, err := cmd.Output()
	return out, err == nil
}

// alike compares records in their order, field by field: numbers as 32-bit
// floats, alleles in either case, and trailing missing values of a sample as
// dropped ones. What was named as not split is left out of both.
func alike(t testing.TB, ours, theirs []string, unsplit []string) (string, bool) {
	t.Helper()
	for i := range max(len(ours), len(theirs)) {
		var a, b string
		if i < len(ours) {
			a = field(t, without(ours[i], unsplit))
		}
		if i < len(theirs) {
			b = field(t, without(theirs[i], unsplit))
		}
		if a != b {
			return fmt.Sprintf("record %d of %d and %d:\nours     %.300s\nbcftools %.300s", i+1, len(ours), len(theirs), a, b), false
		}
	}
	return "", true
}

// field is canon without its trimming of alleles.
func field(t testing.TB, line string) string {
	if line == "" {
		return ""
	}
	f := strings.Split(line, "\t")
	out := strings.Split(canon(t, line), "\t")
	out[1], out[3], out[4] = f[1], strings.ToUpper(f[3]), strings.ToUpper(f[4])
	return strings.Join(out, "\t")
}

// unsplitKeys reads the keys out of warnings.
func unsplitKeys(warned []string) []string {
	var keys []string
	for _, w := range warned {
		if part := strings.Split(w, ": "); strings.Contains(w, "not split") {
			keys = append(keys, part[2])
		}
	}
	return keys
}

// On every shared VCF the records and their order are those of bcftools norm,
// with every combination of options on the first file, and on the others with
// every seventh, another one each.
func TestNormOnRealFiles(t *testing.T) {
	for at, c := range []struct{ file, region, reference string }{
		{"data/vcf/NA12878.BRCA1.GRCh38.bcftools.vcf.gz", "", "GRCh38.regions"},
		{"data/vcf/NA12878.chr21_APP.GRCh38.platinum_truth.vcf.gz", "", "GRCh38.regions"},
		{"data/vcf/tumour_normal.NA12877_NA12878_admix.chr22.GRCh38.strelka_indels.vcf.gz", "", "GRCh38.regions"},
		{"data/vcf/tumour_normal.NA12877_NA12878_admix.chr22.GRCh38.strelka_snvs.vcf.gz", "", "GRCh38.regions"},
		{"data/vcf/tumour_normal.NA12877_NA12878_admix.chr22.GRCh38.truth_snvs.vcf.gz", "", "GRCh38.regions"},
		{"data/vcf/trio_synthetic_genotypes.talos.GRCh38.vcf.gz", "chr11", "GRCh38.regions"},
		{"data/vcf/tumour.T001-COAD.GRCh38.somatic.vcf.gz", "17,22,9,11,7", "GRCh38.regions"},
		{"data/vcf/NA12878.chr21_APP.GRCh38.platinum_pass.bcf", "", "GRCh38.regions"},
		{"data/vcf/HG002_trio.GRCh37.chr1p.gatk.vcf.gz", "", ""},
		{"data/annotation/GRCh38.BRCA1.1000g_phase3.af.vcf.gz", "", "GRCh38.regions"},
		{"data/annotation/GRCh38.chr21_25-26M.popfreq_1kg_gnomad.vcf.gz", "chr21:25000000-25100000", "GRCh38.regions"},
		{"data/annotation/GRCh38.clinvar_20241215.plp_2star.vcf.gz", "13:32310480-32401672,17:43044295-43125364", "GRCh38.regions"},
		{"data/annotation/GRCh38.vkgl_202507.regions.vcf.gz", "chr13", "GRCh38.regions"},
		{"data/annotation/GRCh38.cancer_hotspots_v2.vcf.gz", "chr17,chr12", "GRCh38.regions"},
		{"data/annotation/GRCh38.common_snps.af.vcf.gz", "chr17", "GRCh38.regions"},
	} {
		args := []string{"view", "--no-version"}
		if c.region != "" {
			args = append(args, "-r", c.region)
		}
		text := withChr(t, pipe(t, nil, "bcftools", append(args, testkit.Shared(t, c.file))...))
		var seq genome.Sequence
		fa := ""
		if c.reference != "" {
			fa = testkit.Shared(t, "data/reference/"+c.reference+".fa.gz")
			f, err := fasta.Open(fa, bgzf.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			seq = f
		}
		run, refused := 0, 0
		for i, f := range allFlags(t, seq, fa) {
			if fa == "" && slices.Contains(f.args, "-f") || at > 0 && fa != "" && i%7 != at%7 {
				continue
			}
			run++
			want, ok := theirs(t, text, f)
			got, warned, err := normed(text, f.o)
			if !ok || err != nil {
				if refused++; ok != (err == nil) {
					t.Errorf("%s %v: ours %v, the peer's success %v", c.file, f.args, err, ok)
				}
				continue
			}
			if diff, same := alike(t, got, want, unsplitKeys(warned)); !same {
				t.Errorf("%s %v: %s", c.file, f.args, diff)
			}
		}
		t.Logf("%s: %d combinations of options, %d refused by both", filepath.Base(c.file), run, refused)
	}
}

// Random records of one to four ALTs, phased and not, haploid and diploid, with
// missing values, over repeats, some with a REF that is not the reference's, some
// of them twice. Each combination of options runs on one of the seeds.
func TestNormOnMadeUpRecords(t *testing.T) {
	testkit.Oracle(t, "bcftools")
	for seed := range uint64(3) {
		rnd := rand.New(rand.NewPCG(seed, 77))
		var seq strings.Builder
		for seq.Len() < 1200 {
			seq.WriteString(strings.Repeat([]string{"A", "CA", "CAG", "GT", "C", "ACCA", "N"}[rnd.IntN(7)], 1+rnd.IntN(12)))
		}
		m := &madeUp{rnd: rnd, seq: seq.String()}
		m.b.WriteString(madeUpHead)
		for pos := 1; pos < 1180; pos += rnd.IntN(3) {
			start := m.b.Len()
			m.record(pos)
			line := m.b.String()[start:]
			for rnd.IntN(6) == 0 {
				m.b.WriteString(line)
			}
		}
		fa := filepath.Join(t.TempDir(), "c.fa")
		if err := os.WriteFile(fa, []byte(">c\n"+m.seq+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		good := []byte(m.b.String())
		other := strings.NewReplacer("A", "C", "C", "A").Replace
		lines := strings.SplitAfter(m.b.String(), "\n")
		for i, line := range lines {
			if f := strings.Split(line, "\t"); i > strings.Count(madeUpHead, "\n") && rnd.IntN(9) == 0 && len(f) > 4 {
				f[3] = other(f[3])
				lines[i] = strings.Join(f, "\t")
			}
		}
		bad := []byte(strings.Join(lines, ""))
		run := 0
		for i, f := range allFlags(t, plain{"c": []byte(m.seq)}, fa) {
			if uint64(i)%3 != seed {
				continue
			}
			text := bad
			if f.o.Check == (Check{}) {
				text = good
			}
			want, ok := theirs(t, text, f)
			got, warned, err := normed(text, f.o)
			if err != nil || !ok {
				t.Errorf("%v: %v (the peer's success %v)", f.args, err, ok)
				continue
			}
			if keys := unsplitKeys(warned); len(keys) > 0 {
				t.Errorf("%v: not split: %v", f.args, keys)
			}
			if diff, same := alike(t, got, want, nil); !same {
				t.Errorf("seed %d %v: %s", seed, f.args, diff)
			}
			run++
		}
		t.Logf("seed %d: %d records, %d combinations of options", seed, strings.Count(m.b.String(), "\nc\t"), run)
	}
}
