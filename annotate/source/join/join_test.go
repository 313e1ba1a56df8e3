package join

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
	"varpanel/hts/vcf"
	"varpanel/internal/testkit"
)

// run annotates a VCF with a sources file and gives its INFO by record line
// (CHROM to ALT), without a reference.
func run(t *testing.T, config, query string) (map[string]map[string]string, error) {
	t.Helper()
	c, err := ReadConfig(config)
	if err != nil {
		return nil, err
	}
	in, err := vcf.Open(query, bgzf.Options{})
	if err != nil {
		return nil, err
	}
	defer in.Close()
	j, err := Open(c, in.Header(), bgzf.Options{})
	if err != nil {
		return nil, err
	}
	defer j.Close()
	v := j.View(nil)
	out := map[string]map[string]string{}
	for {
		batch, err := readBatch(in, 500)
		if err != nil || len(batch) == 0 {
			return out, err
		}
		v.Reset()
		for i := range batch {
			check(t, v.Add(&batch[i], ""))
		}
		if err := v.Load(); err != nil {
			return nil, err
		}
		for i := range batch {
			if err := v.Record(i); err != nil {
				return nil, err
			}
			var e vcf.Edit
			if err := v.Info(&batch[i], &e); err != nil {
				return nil, err
			}
			var annotated vcf.Record
			check(t, annotated.Parse(e.Append(nil, &batch[i])))
			out[key(&batch[i])] = infoOf(string(annotated.Info()))
		}
	}
}

func readBatch(in *vcf.Reader, n int) ([]vcf.Record, error) {
	var batch []vcf.Record
	for len(batch) < n {
		var r vcf.Record
		err := in.Read(&r)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		var own vcf.Record
		if err := own.Parse(bytes.Clone(r.Line())); err != nil {
			return nil, err
		}
		batch = append(batch, own)
	}
	return batch, nil
}

func key(r *vcf.Record) string {
	return fmt.Sprintf("%s:%d:%s:%s:%s", r.Chrom(), r.Pos()+1, r.ID(), r.Ref(), r.Alts())
}

func infoOf(text string) map[string]string {
	m := map[string]string{}
	for part := range strings.SplitSeq(text, ";") {
		k, v, _ := strings.Cut(part, "=")
		m[k] = v
	}
	return m
}

// sameText compares values; numbers as vcfanno prints them, with four decimals
// or five digits.
func sameText(a, b string) bool {
	if a == b {
		return true
	}
	as, bs := strings.FieldsFunc(a, isSeparator), strings.FieldsFunc(b, isSeparator)
	if len(as) != len(bs) {
		return false
	}
	for i := range as {
		x, errX := strconv.ParseFloat(as[i], 64)
		y, errY := strconv.ParseFloat(bs[i], 64)
		if as[i] == bs[i] {
			continue
		}
		if errX != nil || errY != nil || abs(x-y) > max(0.00006, 1e-4*abs(x)) {
			return false
		}
	}
	return true
}

func isSeparator(r rune) bool { return r == ',' || r == '|' }

func abs(f float64) float64 { return max(f, -f) }

// compareWith holds our INFO against an oracle's output, key by key.
func compareWith(t *testing.T, name string, got map[string]map[string]string, oracle string) bool {
	t.Helper()
	in, err := vcf.Open(oracle, bgzf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var r vcf.Record
	records, good := 0, true
	for {
		err := in.Read(&r)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		records++
		want, have := infoOf(string(r.Info())), got[key(&r)]
		for k, v := range want {
			if !sameText(have[k], v) {
				good = false
				t.Errorf("%s: %s: %s is %q, the oracle says %q", name, key(&r), k, have[k], v)
			}
		}
		for k := range have {
			if _, ok := want[k]; !ok {
				good = false
				t.Errorf("%s: %s: %s=%s, the oracle has none", name, key(&r), k, have[k])
			}
		}
	}
	if records == 0 || records != len(got) {
		t.Errorf("%s: %d records, the oracle has %d", name, len(got), records)
		return false
	}
	return good
}

// TestReducers is vcfanno's unit table of operations.
func TestReducers(t *testing.T) {
	path := testkit.Shared(t, "conformance/vcfanno/reducers.tsv")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	matched, n := 0, 0
	for line := range strings.SplitSeq(strings.TrimSpace(string(text)), "\n") {
		cells := strings.Split(line, "\t")
		if cells[0] == "values" {
			continue
		}
		n++
		var values []string
		if cells[0] != "(none)" {
			values = strings.Split(cells[0], ",")
		}
		got, ok, err := reduce(cells[1], values)
		if cells[1] == opFlag {
			got = strconv.FormatBool(ok)
		}
		if err != nil || got != cells[2] {
			t.Errorf("%s of %s: %q, %v, want %q", cells[1], cells[0], got, err, cells[2])
			continue
		}
		matched++
	}
	t.Logf("vcfanno reducers: matched %d / %d run / 0 not applicable", matched, n)
}

// write makes a bgzipped and tabix-indexed file.
func write(t *testing.T, dir, name, text, preset string) string {
	t.Helper()
	for _, program := range []string{"bgzip", "tabix"} {
		testkit.Oracle(t, program)
	}
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"bgzip", "-f", path}, {"tabix", "-f", "-p", preset, path + ".gz"}} {
		if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %v: %s", args, err, out)
		}
	}
	return path + ".gz"
}

// TestNumberA is vcfanno's unit table of values that go with their ALT.
func TestNumberA(t *testing.T) {
	path := testkit.Shared(t, "conformance/vcfanno/number_A.tsv")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	matched, n := 0, 0
	for line := range strings.SplitSeq(strings.TrimSpace(string(text)), "\n") {
		cells := strings.Split(line, "\t")
		if cells[0] == "what" {
			continue
		}
		n++
		dir := t.TempDir()
		db := write(t, dir, "db.vcf", "##fileformat=VCFv4.2\n##contig=<ID=1>\n##INFO=<ID=X,Number=A,Type=Integer,Description=\"x\">\n"+
			"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n1\t100\t.\tA\t"+cells[2]+"\t.\t.\tX="+cells[3]+"\n", "vcf")
		query := filepath.Join(dir, "q.vcf")
		config := filepath.Join(dir, "c.toml")
		check(t, os.WriteFile(query, []byte("##fileformat=VCFv4.2\n##contig=<ID=1>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n1\t100\t.\tA\t"+cells[1]+"\t.\t.\t.\n"), 0o644))
		check(t, os.WriteFile(config, []byte(fmt.Sprintf("[[annotation]]\nfile=%q\nfields=[\"X\"]\nnames=[\"Y\"]\nops=[\"self\"]\n", db)), 0o644))
		got, err := run(t, config, query)
		if err != nil {
			t.Fatal(err)
		}
		if have := got["1:100:.:A:"+cells[1]]["Y"]; have != cells[4] {
			t.Errorf("query %s, source %s=%s: %q, want %q", cells[1], cells[2], cells[3], have, cells[4])
			continue
		}
		matched++
	}
	t.Logf("vcfanno number_A: matched %d / %d run / 0 not applicable", matched, n)
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// made is a made-up source and query of many records, for comparison with
// vcfanno and with a plain reading of every line.
func made(t *testing.T, dir string) (config, query string) {
	rng := rand.New(rand.NewPCG(1, 2))
	bases := "ACGT"
	var db, q, bed strings.Builder
	db.WriteString("##fileformat=VCFv4.2\n##contig=<ID=1,length=249250621>\n##contig=<ID=2,length=243199373>\n" +
		"##INFO=<ID=N,Number=1,Type=Integer,Description=\"n\">\n##INFO=<ID=S,Number=1,Type=String,Description=\"s\">\n" +
		"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n")
	q.WriteString("##fileformat=VCFv4.2\n##contig=<ID=1,length=249250621>\n##contig=<ID=2,length=243199373>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n")
	for _, contig := range []string{"1", "2"} {
		var rows [][2]int
		pos := 1000
		for range 4000 {
			pos += 1 + rng.IntN(40)
			if rng.IntN(50) == 0 {
				pos += rng.IntN(60000)
			}
			ref, alt := bases[rng.IntN(4)], bases[rng.IntN(4)]
			if ref == alt {
				continue
			}
			fmt.Fprintf(&db, "%s\t%d\t.\t%c\t%c\t.\tPASS\tN=%d;S=v%d\n", contig, pos, ref, alt, rng.IntN(100), rng.IntN(5))
			switch rng.IntN(3) {
			case 0:
				fmt.Fprintf(&q, "%s\t%d\t.\t%c\t%c\t.\tPASS\t.\n", contig, pos, ref, alt)
			case 1:
				fmt.Fprintf(&q, "%s\t%d\t.\t%c\t%c\t.\tPASS\t.\n", contig, pos, ref, bases[rng.IntN(4)]^0)
			}
			if rng.IntN(20) == 0 { // intervals, some of them very long
				rows = append(rows, [2]int{pos - rng.IntN(100), pos + rng.IntN(100)*rng.IntN(1000)})
			}
		}
		slices.SortFunc(rows, func(a, b [2]int) int { return a[0] - b[0] })
		for i, r := range rows {
			fmt.Fprintf(&bed, "%s\t%d\t%d\tg%d\t%d\n", contig, r[0], r[1]+1, i%7, i)
		}
	}
	dbPath := write(t, dir, "db.vcf", db.String(), "vcf")
	bedPath := write(t, dir, "db.bed", bed.String(), "bed")
	query, config = filepath.Join(dir, "q.vcf"), filepath.Join(dir, "c.toml")
	check(t, os.WriteFile(query, []byte(q.String()), 0o644))
	check(t, os.WriteFile(config, []byte(fmt.Sprintf(`
[[annotation]]
file = %q
fields = ["N", "N", "N", "N", "S", "S"]
names = ["N_max", "N_mean", "N_sum", "N_first", "S_uniq", "S_by"]
ops = ["max", "mean", "sum", "first", "uniq", "by_alt"]

[[annotation]]
file = %q
columns = [4, 4, 5, 5, 5, 4]
names = ["g_uniq", "g_concat", "b_min", "b_max", "b_mean", "g_first"]
ops = ["uniq", "concat", "min", "max", "mean", "first"]
`, dbPath, bedPath)), 0o644))
	return config, query
}

// TestAgainstVcfanno compares thousands of made-up records with the program.
func TestAgainstVcfanno(t *testing.T) {
	program := testkit.Oracle(t, "vcfanno")
	dir := t.TempDir()
	config, query := made(t, dir)
	got, err := run(t, config, query)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "-p", "1", config, query)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	oracle := filepath.Join(dir, "oracle.vcf")
	check(t, os.WriteFile(oracle, out, 0o644))
	if compareWith(t, "made up", got, oracle) {
		t.Logf("vcfanno on made-up records: matched %d / %d run / 0 not applicable", len(got), len(got))
	}
}

// TestPlainAndIndexed: a small plain file gives what the indexed one gives.
func TestPlainAndIndexed(t *testing.T) {
	dir := t.TempDir()
	config, query := made(t, dir)
	indexed, err := run(t, config, query)
	check(t, err)
	text, err := os.ReadFile(config)
	check(t, err)
	for _, name := range []string{"db.vcf", "db.bed"} {
		out, err := exec.Command("bgzip", "-dk", filepath.Join(dir, name+".gz")).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	check(t, os.WriteFile(config, []byte(strings.ReplaceAll(string(text), ".gz\"", "\"")), 0o644))
	plain, err := run(t, config, query)
	check(t, err)
	for k, want := range indexed {
		for name, v := range want {
			if plain[k][name] != v {
				t.Fatalf("%s: %s is %q plain and %q indexed", k, name, plain[k][name], v)
			}
		}
	}
}

// TestSources: [[source]] tables give a value an ALT and tell found, no-value,
// absent and not-covered apart.
func TestSources(t *testing.T) {
	dir := t.TempDir()
	head := "##fileformat=VCFv4.2\n##contig=<ID=chr1,length=248956422>\n##contig=<ID=chr2,length=242193529>\n"
	db := write(t, dir, "db.vcf", head+"##INFO=<ID=AF,Number=A,Type=Float,Description=\"af\">\n##INFO=<ID=CLNSIG,Number=.,Type=String,Description=\"s\">\n"+
		"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"+
		"chr1\t100\trs1\tA\tC,G\t.\t.\tAF=0.25,0.5;CLNSIG=Benign,other\nchr1\t200\trs2\tCTT\tCT\t.\t.\tAF=0.125\nchr1\t300\trs3\tA\tT\t.\t.\tAF=.\n", "vcf")
	query, config := filepath.Join(dir, "q.vcf"), filepath.Join(dir, "c.toml")
	check(t, os.WriteFile(query, []byte("##fileformat=VCFv4.2\n##contig=<ID=1,length=248956422>\n##contig=<ID=2,length=242193529>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"+
		"1\t100\t.\tA\tG,T\t.\t.\t.\n1\t200\t.\tCT\tC\t.\t.\t.\n1\t300\t.\tA\tT\t.\t.\t.\n1\t400\t.\tA\tT\t.\t.\t.\n2\t100\t.\tA\tG\t.\t.\t.\n"), 0o644))
	check(t, os.WriteFile(config, []byte(fmt.Sprintf("[[source]]\nname=\"1000g\"\nversion=\"1\"\nkind=\"frequency\"\nfile=%q\nfields={af=\"AF\", sig=[\"NONE\", \"CLNSIG\"]}\n", db)), 0o644))
	if _, err := run(t, config, query); fault.KindOf(err) != fault.Usage || !strings.Contains(err.Error(), "NONE") {
		t.Errorf("a field that the header lacks: %v", err)
	}
	check(t, os.WriteFile(config, []byte(fmt.Sprintf("[[source]]\nname=\"1000g\"\nversion=\"1\"\nkind=\"frequency\"\nfile=%q\nfields={af=\"AF\", sig=\"CLNSIG\"}\n", db)), 0o644))
	got, err := run(t, config, query)
	check(t, err)
	for record, want := range map[string]map[string]string{
		"1:100:.:A:G,T": {"_1000g_af": "0.5,.", "_1000g_sig": "Benign%2Cother,.", "_1000g_state": "found,absent"},
		"1:200:.:CT:C":  {"_1000g_af": "0.125", "_1000g_state": "found"}, // the same deletion, padded otherwise
		"1:300:.:A:T":   {"_1000g_state": "no-value"},
		"1:400:.:A:T":   {"_1000g_state": "absent"},
		"2:100:.:A:G":   {"_1000g_state": "not-covered"},
	} {
		for k, v := range want {
			if got[record][k] != v {
				t.Errorf("%s: %s is %q, want %q", record, k, got[record][k], v)
			}
		}
		if _, ok := want["_1000g_af"]; !ok && got[record]["_1000g_af"] != "" {
			t.Errorf("%s has a frequency: %v", record, got[record])
		}
	}
}

// TestScoreTable reads a score file as CADD publishes it.
func TestScoreTable(t *testing.T) {
	path := testkit.Shared(t, "data/annotation/GRCh38.cadd_v1.3.BRCA2.tsv.gz")
	dir := t.TempDir()
	query, config := filepath.Join(dir, "q.vcf"), filepath.Join(dir, "c.toml")
	check(t, os.WriteFile(query, []byte("##fileformat=VCFv4.2\n##contig=<ID=chr13,length=114364328>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\nchr13\t32319259\t.\tC\tA,G\t.\t.\t.\n"), 0o644))
	check(t, os.WriteFile(config, []byte(fmt.Sprintf("[[source]]\nname=\"cadd\"\nversion=\"1.3\"\nkind=\"score\"\nfile=%q\nfields={phred=\"PHRED\"}\n", path)), 0o644))
	got, err := run(t, config, query)
	check(t, err)
	text, err := exec.Command(testkit.Oracle(t, "tabix"), path, "13:32319259-32319259", "chr13:32319259-32319259").Output()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for s := bufio.NewScanner(strings.NewReader(string(text))); s.Scan(); {
		cells := strings.Split(s.Text(), "\t")
		want[cells[len(cells)-3]] = cells[len(cells)-1]
	}
	if have := got["chr13:32319259:.:C:A,G"]["cadd_phred"]; have != want["A"]+","+want["G"] || want["A"] == "" {
		t.Errorf("cadd_phred is %q; tabix gives A %q, G %q", have, want["A"], want["G"])
	}
}

// TestFaults: a source that cannot be trusted is an error, never "not found".
func TestFaults(t *testing.T) {
	dir := t.TempDir()
	query, config := filepath.Join(dir, "q.vcf"), filepath.Join(dir, "c.toml")
	check(t, os.WriteFile(query, []byte("##fileformat=VCFv4.2\n##contig=<ID=1,length=248956422>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n1\t100\t.\tA\tG\t.\t.\t.\n1\t20000000\t.\tA\tG\t.\t.\t.\n"), 0o644))
	use := func(path string) error {
		check(t, os.WriteFile(config, []byte(fmt.Sprintf("[[annotation]]\nfile=%q\nfields=[\"N\"]\nops=[\"first\"]\n", path)), 0o644))
		_, err := run(t, config, query)
		return err
	}
	head := func(length int) string {
		return fmt.Sprintf("##fileformat=VCFv4.2\n##contig=<ID=1,length=%d>\n##INFO=<ID=N,Number=1,Type=Integer,Description=\"n\">\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n", length)
	}
	good := write(t, dir, "good.vcf", head(248956422)+"1\t100\t.\tA\tG\t.\t.\tN=1\n1\t20000000\t.\tA\tG\t.\t.\tN=2\n", "vcf")
	if err := use(good); err != nil {
		t.Fatalf("the good file: %v", err)
	}
	other := write(t, dir, "other.vcf", head(249250621)+"1\t100\t.\tA\tG\t.\t.\tN=1\n", "vcf")
	if err := use(other); fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "assembly") {
		t.Errorf("another assembly: %v", err)
	}
	plain := filepath.Join(dir, "unsorted.vcf")
	check(t, os.WriteFile(plain, []byte(head(248956422)+"1\t200\t.\tA\tG\t.\t.\tN=1\n1\t100\t.\tA\tG\t.\t.\tN=1\n"), 0o644))
	if err := use(plain); fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "unsorted") {
		t.Errorf("unsorted: %v", err)
	}
	text, err := os.ReadFile(good)
	check(t, err)
	cut := filepath.Join(dir, "cut.vcf.gz")
	check(t, os.WriteFile(cut, text[:len(text)-28], 0o644))
	tbi, err := os.ReadFile(good + ".tbi")
	check(t, err)
	check(t, os.WriteFile(cut+".tbi", tbi, 0o644))
	if err := use(cut); fault.KindOf(err) != fault.Input {
		t.Errorf("cut: %v", err)
	}
	alone := filepath.Join(dir, "alone.vcf.gz")
	check(t, os.WriteFile(alone, text, 0o644))
	if err := use(alone); fault.KindOf(err) != fault.Input {
		t.Errorf("no index: %v", err)
	}
	for _, bad := range []string{"[[annotation]]\nfile=\"x\"\nfields=[\"N\"]\nops=[\"median\"]\n", "[[annotation]]\nfile=\"x\"\nfields=[\"N\"]\nops=[\"lua:1\"]\n",
		"[[annotation]]\nfile=\"x.bam\"\nfields=[\"depth\"]\nops=[\"count\"]\n", "[[annotation]]\nfile=\"x\"\nwrong=1\n", "[[source]]\nname=\"a b\"\n", "x = [", ""} {
		check(t, os.WriteFile(config, []byte(bad), 0o644))
		if _, err := ReadConfig(config); fault.KindOf(err) != fault.Usage {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
