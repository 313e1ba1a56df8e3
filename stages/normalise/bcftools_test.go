package normalise

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"varpanel/hts/bgzf"
	"varpanel/hts/fasta"
	"varpanel/hts/vcf"
	"varpanel/internal/testkit"
	"varpanel/reference/allele"
	"varpanel/reference/genome"
)

// pipe runs a command on a file's bytes and gives its output.
func pipe(t testing.TB, in []byte, name string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(testkit.Oracle(t, name), args...)
	cmd.Stdin = bytes.NewReader(in)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %v: %v: %s", name, args, err, errs.String())
	}
	return out
}

// splits normalises every record of a VCF.
func splits(t testing.TB, text []byte, seq genome.Sequence) []Split {
	t.Helper()
	in, err := vcf.NewReader(bytes.NewReader(text), "test")
	if err != nil {
		t.Fatal(err)
	}
	n := New(in.Header(), seq, func(c string) (string, bool) { return c, true })
	var out []Split
	var r vcf.Record
	for {
		err := in.Read(&r)
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		if out, err = n.Record(&r, out); err != nil {
			t.Fatal(err)
		}
	}
}

// canon writes a record so that two writings of the same values are equal:
// numbers as a float of 5 digits (bcftools keeps 32 bits), no trailing missing
// FORMAT fields, alleles trimmed and upper-case.
func canon(t testing.TB, line string) string {
	t.Helper()
	f := strings.Split(line, "\t")
	pos, err := strconv.Atoi(f[1])
	if err != nil {
		t.Fatal(err)
	}
	a := allele.Allele{Pos: pos - 1, Ref: strings.ToUpper(f[3]), Alt: f[4]}
	if !allele.IsSymbolic(a.Alt) {
		a.Alt = strings.ToUpper(a.Alt)
		a = allele.Trim(a)
	}
	f[1], f[3], f[4] = strconv.Itoa(a.Pos+1), a.Ref, a.Alt
	f[5] = canonList(f[5])
	info := strings.Split(f[7], ";")
	for i, kv := range info {
		if k, v, ok := strings.Cut(kv, "="); ok {
			info[i] = k + "=" + canonList(v)
		}
	}
	f[7] = strings.Join(info, ";")
	for i := 9; i < len(f); i++ {
		v := strings.Split(f[i], ":")
		for j := range v {
			v[j] = canonList(v[j])
		}
		for len(v) > 1 && v[len(v)-1] == "." {
			v = v[:len(v)-1]
		}
		f[i] = strings.Join(v, ":")
	}
	return strings.Join(f, "\t")
}

func canonList(s string) string {
	list := strings.Split(s, ",")
	for i, v := range list {
		if v == "" {
			list[i] = "."
		} else if x, err := strconv.ParseFloat(v, 64); err == nil {
			list[i] = strconv.FormatFloat(float64(float32(x)), 'g', 5, 64)
		}
	}
	if !slices.ContainsFunc(list, func(v string) bool { return v != "." }) {
		return "."
	}
	return strings.Join(list, ",")
}

func canonSet(t testing.TB, lines []string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = canon(t, l)
	}
	slices.Sort(out)
	return out
}

// body gives the record lines that have an ALT: a record without one has no
// split.
func body(text []byte) []string {
	var out []string
	for line := range bytes.Lines(text) {
		if line[0] != '#' && string(bytes.Split(line, []byte{'\t'})[4]) != "." {
			out = append(out, string(bytes.TrimRight(line, "\n")))
		}
	}
	return out
}

// without takes keys ("INFO/AC", "FORMAT/PL") out of a line.
func without(line string, keys []string) string {
	f := strings.Split(line, "\t")
	var info []string
	for kv := range strings.SplitSeq(f[7], ";") {
		if k, _, _ := strings.Cut(kv, "="); !slices.Contains(keys, "INFO/"+k) {
			info = append(info, kv)
		}
	}
	f[7] = strings.Join(info, ";")
	if len(f) < 9 {
		return strings.Join(f, "\t")
	}
	names := strings.Split(f[8], ":")
	for i := 8; i < len(f); i++ {
		var left []string
		for j, v := range strings.Split(f[i], ":") {
			if !slices.Contains(keys, "FORMAT/"+names[j]) {
				left = append(left, v)
			}
		}
		f[i] = strings.Join(left, ":")
	}
	return strings.Join(f, "\t")
}

// compare reports the lines that only one of two sets has.
func compare(t testing.TB, name string, got, want []string) {
	t.Helper()
	g, w := canonSet(t, got), canonSet(t, want)
	shown := 0
	for len(g) > 0 || len(w) > 0 {
		switch {
		case len(w) == 0 || len(g) > 0 && g[0] < w[0]:
			t.Errorf("%s: only ours: %.400s", name, g[0])
			g = g[1:]
		case len(g) == 0 || w[0] < g[0]:
			t.Errorf("%s: only bcftools: %.400s", name, w[0])
			w = w[1:]
		default:
			g, w = g[1:], w[1:]
			continue
		}
		if shown++; shown == 6 {
			t.Fatalf("%s: and more", name)
		}
	}
}

// On every shared VCF the splits whose REF agrees with the reference are, field
// by field, what `bcftools norm -m -any -c x` writes.
func TestAgainstBcftoolsOnRealFiles(t *testing.T) {
	ref := testkit.Shared(t, "data/reference/GRCh38.regions.fa.gz")
	seq, err := fasta.Open(ref, bgzf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer seq.Close()
	for _, c := range []struct{ file, region string }{
		{"data/vcf/NA12878.BRCA1.GRCh38.bcftools.vcf.gz", ""},
		{"data/vcf/NA12878.chr21_APP.GRCh38.platinum_truth.vcf.gz", ""},
		{"data/vcf/tumour_normal.NA12877_NA12878_admix.chr22.GRCh38.strelka_indels.vcf.gz", ""},
		{"data/vcf/tumour_normal.NA12877_NA12878_admix.chr22.GRCh38.strelka_snvs.vcf.gz", ""},
		{"data/vcf/trio_synthetic_genotypes.talos.GRCh38.vcf.gz", "chr11"},
		{"data/vcf/tumour.T001-COAD.GRCh38.somatic.vcf.gz", "17,22,9,11,7"},
		{"data/annotation/GRCh38.BRCA1.1000g_phase3.af.vcf.gz", ""},
		{"data/annotation/GRCh38.chr21_25-26M.popfreq_1kg_gnomad.vcf.gz", "chr21:25000000-25400000"},
		{"data/annotation/GRCh38.clinvar_20241215.plp_2star.vcf.gz", "13:32310480-32401672,17:43044295-43125364,X:31117228-33344609"},
		{"data/annotation/GRCh38.vkgl_202507.regions.vcf.gz", "chr13"},
		{"data/annotation/GRCh38.cancer_hotspots_v2.vcf.gz", "chr17,chr12"},
	} {
		path := testkit.Shared(t, c.file)
		args := []string{"view", "--no-version"}
		if c.region != "" {
			args = append(args, "-r", c.region)
		}
		text := pipe(t, nil, "bcftools", append(args, path)...)
		text = withChr(t, text)
		var ours []string
		for _, s := range splits(t, text, seq) {
			if s.RefState == allele.RefMatch {
				ours = append(ours, string(s.Line))
			}
		}
		theirs := body(pipe(t, text, "bcftools", "norm", "-m", "-any", "-c", "x", "-f", ref, "-"))
		compare(t, c.file, ours, theirs)
		t.Logf("%s: %d splits, %d from bcftools", filepath.Base(c.file), len(ours), len(theirs))
		if len(ours) == 0 {
			t.Errorf("%s: nothing to compare", c.file)
		}
	}
}

// Without a reference the splits of a trio are those of `bcftools norm -m -any`:
// genotypes, depths and likelihoods of three samples.
func TestAgainstBcftoolsOnTrio(t *testing.T) {
	path := testkit.Shared(t, "data/vcf/HG002_trio.GRCh37.chr1p.gatk.vcf.gz")
	// the file has been split, so its records are joined first
	text := pipe(t, nil, "bcftools", "norm", "--no-version", "-m", "+any", path)
	// the peer splits AD only where its Number says so
	theirs := body(pipe(t, bytes.Replace(text, []byte("ID=AD,Number=."), []byte("ID=AD,Number=R"), 1),
		"bcftools", "norm", "-m", "-any", "-"))
	var ours []string
	several := 0
	for _, s := range splits(t, text, nothing{}) {
		if len(s.Unsplit) > 0 {
			t.Errorf("%s:%d: %v", s.Allele.Contig, s.Allele.Pos+1, s.Unsplit)
		}
		several += min(s.AltIndex, 1)
		ours = append(ours, string(s.Line))
	}
	compare(t, "trio", ours, theirs)
	if several < 20 {
		t.Errorf("only %d second alleles: the test says little", several)
	}
}

// withChr gives the contigs the names of the shared reference.
func withChr(t testing.TB, text []byte) []byte {
	var out bytes.Buffer
	in := bufio.NewReader(bytes.NewReader(text))
	for {
		line, err := in.ReadString('\n')
		if errors.Is(err, io.EOF) {
			return out.Bytes()
		}
		id, isContig := strings.CutPrefix(line, "##contig=<ID=")
		switch {
		case isContig && !strings.HasPrefix(id, "chr"):
			line = "##contig=<ID=chr" + id
		case line[0] != '#' && !strings.HasPrefix(line, "chr"):
			line = "chr" + line
		}
		out.WriteString(line)
	}
}

// nothing is a reference without contigs.
type nothing struct{}

func (nothing) Bases(string, int, int) ([]byte, error) { return nil, errors.New("no bases") }
func (nothing) Length(string) (int, bool)              { return 0, false }

// plain is a FASTA in memory.
type plain map[string][]byte

func (p plain) Bases(contig string, start, end int) ([]byte, error) {
	if s := p[contig]; start >= 0 && start <= end && end <= len(s) {
		return s[start:end], nil
	}
	return nil, errors.New("outside the contig")
}

func (p plain) Length(contig string) (int, bool) {
	s, ok := p[contig]
	return len(s), ok
}

func readPlain(t testing.TB, path string) plain {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	out := plain{}
	name := ""
	for line := range strings.Lines(string(b)) {
		line = strings.TrimSpace(line)
		if id, ok := strings.CutPrefix(line, ">"); ok {
			name = strings.Fields(id)[0]
			continue
		}
		out[name] = append(out[name], strings.ToUpper(line)...)
	}
	return out
}
