package expr

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"varpanel/hts/bgzf"
	"varpanel/hts/vcf"
	"varpanel/internal/testkit"
)

// vcfText is a file's header and record lines.
func vcfText(t testing.TB, path string) (*vcf.Header, [][]byte) {
	t.Helper()
	if strings.HasSuffix(path, ".bcf") {
		out, err := exec.Command(testkit.Oracle(t, "bcftools"), "view", "--no-version", path).Output()
		if err != nil {
			t.Fatal(path, err)
		}
		return splitText(t, out)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	plain, err := vcf.Text(f, bgzf.Options{Name: path})
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	out, err := io.ReadAll(plain)
	if err != nil {
		t.Fatal(err)
	}
	return splitText(t, out)
}

func splitText(t testing.TB, text []byte) (*vcf.Header, [][]byte) {
	t.Helper()
	h := new(vcf.Header)
	var lines [][]byte
	done := false
	for line := range bytes.Lines(text) {
		line = bytes.TrimSuffix(line, []byte{'\n'})
		if !done {
			var err error
			if done, err = h.Parse(string(line)); err != nil {
				t.Fatal(err)
			}
			continue
		}
		lines = append(lines, line)
	}
	return h, lines
}

// matching gives columns 1 to 5 of the lines that an expression keeps.
func matching(h *vcf.Header, lines [][]byte, expression string) ([]string, error) {
	f, err := Compile(expression, h, Options{})
	if err != nil {
		return nil, err
	}
	var out []string
	for _, l := range lines {
		ok, err := f.Match(l)
		if err != nil {
			return out, err
		}
		if ok {
			out = append(out, key(string(l)))
		}
	}
	return out, nil
}

func key(line string) string {
	f := strings.SplitN(line, "\t", 6)
	return strings.Join(f[:min(5, len(f))], " ")
}

// peerKeys asks bcftools for the same.
func peerKeys(t testing.TB, path, option, expression string) ([]string, error) {
	t.Helper()
	cmd := exec.Command(testkit.Oracle(t, "bcftools"), "view", "-H", option, expression, path)
	var msg bytes.Buffer
	cmd.Stderr = &msg
	text, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, msg.String())
	}
	var out []string
	for line := range strings.Lines(string(text)) {
		out = append(out, key(strings.TrimSuffix(line, "\n")))
	}
	return out, nil
}

// generator makes expressions on what a file's header offers.
type generator struct {
	rnd   *rand.Rand
	h     *vcf.Header
	lines [][]byte
}

func pick[T any](g *generator, list ...T) T { return list[g.rnd.IntN(len(list))] }

// atom is one comparison.
func (g *generator) atom() string {
	var fields []func() string
	fields = append(fields, g.column, g.column)
	if len(g.h.Infos) > 0 {
		fields = append(fields, g.info, g.info, g.info)
	}
	if len(g.h.Samples) > 0 && len(g.h.Formats) > 0 {
		fields = append(fields, g.format, g.format, g.format, g.genotype)
	}
	return pick(g, fields...)()
}

func (g *generator) op() string { return pick(g, "<", "<=", ">", ">=", "=", "==", "!=") }

func (g *generator) column() string {
	line := strings.Split(string(pick(g, g.lines...)), "\t")
	switch g.rnd.IntN(11) {
	case 0:
		if line[5] == "." {
			return `QUAL!="."`
		}
		return "QUAL" + g.op() + line[5]
	case 1:
		return "POS" + g.op() + line[1]
	case 2:
		return "FILTER" + pick(g, "=", "!=", "~", "!~") + `"` + line[6] + `"`
	case 3:
		return "TYPE" + pick(g, "=", "!=", "~", "!~") + `"` + pick(g, "snp", "indel", "mnp", "other", "ref", "overlap", "bnd") + `"`
	case 4:
		return "N_ALT" + g.op() + pick(g, "1", "2")
	case 5:
		return pick(g, "REF", "ALT", "ALT[0]", "ALT[1]") + pick(g, "=", "!=", "~", "!~") + `"` + pick(g, line[3], line[4]) + `"`
	case 6:
		return "ILEN" + g.op() + pick(g, "-1", "0", "1", "-2", "2")
	case 7:
		return "STRLEN(" + pick(g, "REF", "ALT") + ")" + g.op() + pick(g, "1", "2", "3")
	case 8:
		return "ID" + pick(g, "=", "!=", "~", "!~") + `"` + line[2] + `"`
	case 9:
		return "CHROM" + pick(g, "=", "!=") + `"` + line[0] + `"`
	}
	return "QUAL" + pick(g, "=", "!=") + `"."`
}

func (g *generator) info() string {
	f := pick(g, g.h.Infos...)
	name := "INFO/" + f.ID
	value := "1"
	// A value of the data where the record has the key.
	for range 20 {
		var r record
		r.reset(pick(g, g.lines...))
		if v, has := r.info([]byte(f.ID)); has && len(v) > 0 {
			items := strings.Split(string(v), ",")
			value = items[g.rnd.IntN(len(items))]
			break
		}
	}
	switch f.Type {
	case "Flag":
		return name + pick(g, "=", "!=") + pick(g, "0", "1")
	case "Integer", "Float":
		if g.rnd.IntN(6) == 0 || value == "." {
			return name + pick(g, "=", "!=") + `"."`
		}
		if f.Number != (vcf.Count{Kind: 'N', N: 1}) {
			switch g.rnd.IntN(6) {
			case 0:
				return pick(g, "MAX", "MIN", "AVG", "MEDIAN", "STDEV", "SUM") + "(" + name + ")" + g.op() + value
			case 1:
				return "COUNT(" + name + ")" + g.op() + pick(g, "1", "2")
			case 2:
				return name + "[0]" + g.op() + value
			case 3:
				return "ABS(" + name + "[*])" + g.op() + value
			}
		} else if g.rnd.IntN(4) == 0 {
			return name + pick(g, "+", "-", "*", "/") + pick(g, "2", "0.5", "QUAL", "POS") + g.op() + value
		}
		return name + g.op() + value
	}
	if strings.ContainsAny(value, `"/`) || len(value) > 40 {
		value = value[:min(3, len(value))]
	}
	if g.rnd.IntN(2) == 0 {
		plain := strings.Map(func(r rune) rune {
			if strings.ContainsRune(`.*[]\^$`, r) {
				return 'x'
			}
			return r
		}, value)
		return name + pick(g, "~", "!~") + `"` + pick(g, plain, "^"+plain, plain+"$", strings.ToLower(plain)+"/i", plain+`\|x`) + `"`
	}
	if g.rnd.IntN(5) == 0 {
		return "STRLEN(" + name + ")" + g.op() + pick(g, "1", "2", "5")
	}
	return name + pick(g, "=", "!=") + `"` + pick(g, value, ".", value+",other") + `"`
}

func (g *generator) genotype() string {
	n := pick(g, "GT", "GT", "GT[0]", fmt.Sprintf("GT[%d]", g.rnd.IntN(len(g.h.Samples))), "GT[*]")
	if _, ok := g.h.FormatField("GT"); !ok {
		return "QUAL>1"
	}
	switch g.rnd.IntN(8) {
	case 0:
		return n + pick(g, "~", "!~") + `"` + pick(g, `\.`, "0", "1", "|", "/1$") + `"`
	case 1:
		return n + pick(g, "=", "!=") + `"` + pick(g, "0/1", "1/1", "0|1", "./.", ".", "1", "1/2", "0/0") + `"`
	case 2:
		return "COUNT(" + n + pick(g, "=", "!=") + `"` + pick(g, "het", "hom", "ref", "alt") + `")` + g.op() + pick(g, "0", "1", "2")
	case 3:
		return pick(g, "N_PASS(", "F_PASS(") + n + `="` + pick(g, "het", "alt", "mis") + `")` + g.op() + pick(g, "0", "0.5", "1", "2")
	case 4:
		return pick(g, "N_MISSING", "F_MISSING") + g.op() + pick(g, "0", "0.5", "1")
	}
	return n + pick(g, "=", "!=") + `"` +
		pick(g, "het", "HOM", "hap", "ref", "alt", "mis", "RR", "AA", "RA", "AR", "aA", "R", "A") + `"`
}

func (g *generator) format() string {
	f := pick(g, g.h.Formats...)
	if f.ID == "GT" {
		return g.genotype()
	}
	name := "FMT/" + f.ID
	single := f.Number == vcf.Count{Kind: 'N', N: 1}
	smp := fmt.Sprint(g.rnd.IntN(len(g.h.Samples)))
	value := pick(g, "0", "1", "10", "20", "30", "50", "0.5", "99")
	if f.Type != "Integer" && f.Type != "Float" {
		return name + pick(g, "=", "!=", "~", "!~") + `"` + pick(g, "PASS", "0", "1", "0|1") + `"`
	}
	if single {
		name = pick(g, name, name, name+"["+smp+"]", name+"[*]")
	} else {
		name = pick(g, name, name+"["+smp+":0]", name+"[*:1]", name+"[:0]", name+"["+smp+":*]", name+"["+smp+":]", name+"[:1-]")
	}
	switch g.rnd.IntN(10) {
	case 0:
		return name + pick(g, "=", "!=") + `"."`
	case 1:
		return pick(g, "MAX", "MIN", "AVG", "MEDIAN", "STDEV", "SUM") + "(" + name + ")" + g.op() + value
	case 2:
		return pick(g, "sMAX", "sMIN", "SMPL_AVG", "sMEDIAN", "SMPL_STDEV", "sSUM") + "(" + name + ")" + g.op() + value
	case 3:
		return pick(g, "N_PASS(", "F_PASS(", "COUNT(") + name + g.op() + value + ")" + g.op() + pick(g, "0", "1", "2", "0.5")
	case 4:
		return name + pick(g, "+", "-", "*", "/") + pick(g, "2", "0.5", "QUAL") + g.op() + value
	case 5:
		if f.Number.Kind == 'R' {
			return pick(g, "binom(FMT/", "phred(binom(FMT/")[:] + f.ID + ")" + g.op() + pick(g, "0.01", "0.5", "10")
		}
	}
	return name + g.op() + value
}

// expression joins atoms.
func (g *generator) expression() string {
	e := g.atom()
	for range g.rnd.IntN(3) {
		op := pick(g, "&&", "||", "&", "|")
		if g.rnd.IntN(3) == 0 {
			e = "(" + e + ")" + op + g.atom()
		} else {
			e = e + " " + op + " " + g.atom()
		}
	}
	if strings.Count(e, "(") > strings.Count(e, ")") {
		e += ")"
	}
	return e
}

var realFiles = []string{
	"vcf/HG002_trio.GRCh37.chr1p.gatk.vcf.gz",
	"vcf/NA12878.BRCA1.GRCh38.bcftools.vcf.gz",
	"vcf/NA12878.chr21_APP.GRCh38.platinum_pass.bcf",
	"vcf/NA12878.chr21_APP.GRCh38.platinum_truth.vcf.gz",
	"vcf/trio_synthetic_genotypes.talos.GRCh38.vcf.gz",
	"vcf/tumour.T001-COAD.GRCh38.somatic.vcf.gz",
	"vcf/tumour_normal.NA12877_NA12878_admix.chr22.GRCh38.strelka_indels.vcf.gz",
	"vcf/tumour_normal.NA12877_NA12878_admix.chr22.GRCh38.strelka_snvs.vcf.gz",
	"vcf/tumour_normal.NA12877_NA12878_admix.chr22.GRCh38.truth_snvs.vcf.gz",
	"annotation/GRCh38.clinvar_20241215.plp_2star.vcf.gz",
	"annotation/GRCh38.BRCA1.1000g_phase3.af.vcf.gz",
	"annotation/GRCh38.cancer_hotspots_v2.vcf.gz",
}

// Generated expressions keep the same records as bcftools view -i and -e.
func TestExpressionsAgainstBcftools(t *testing.T) {
	perFile, ran, refused := 34, 0, 0
	if testing.Short() {
		perFile = 5
	}
	kept := map[string]int{}
	for i, name := range realFiles {
		path := testkit.Shared(t, "data/"+name)
		h, lines := vcfText(t, path)
		g := &generator{rnd: rand.New(rand.NewPCG(2, uint64(i))), h: h, lines: lines}
		for range perFile {
			e := g.expression()
			option := pick(g, "-i", "-i", "-e")
			want, err := peerKeys(t, path, option, e)
			if err != nil {
				refused++
				continue
			}
			got, err := matching(h, lines, e)
			if option == "-e" {
				got = without(lines, got)
			}
			if ran++; err != nil {
				t.Errorf("%s %s %s: %v", name, option, e, err)
			} else if !slices.Equal(got, want) {
				t.Errorf("%s %s %s: %d records, bcftools has %d", name, option, e, len(got), len(want))
			}
			switch len(want) {
			case 0:
				kept["none"]++
			case len(lines):
				kept["all"]++
			default:
				kept["some"]++
			}
		}
	}
	t.Logf("%d expressions run, %d refused by bcftools; they keep %v", ran, refused, kept)
	if !testing.Short() && (ran < 300 || kept["some"] < ran/4) {
		t.Error("too few expressions, or too few that tell records apart")
	}
}

func without(lines [][]byte, keys []string) []string {
	drop := map[string]int{}
	for _, k := range keys {
		drop[k]++
	}
	var out []string
	for _, l := range lines {
		k := key(string(l))
		if drop[k] > 0 {
			drop[k]--
			continue
		}
		out = append(out, k)
	}
	return out
}
