package normalise

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"varpanel/internal/testkit"
	"varpanel/reference/allele"
)

// sparse is a reference of which a few bases are known; the others are N.
type sparse struct {
	contig string
	bases  map[int]byte
}

func newSparse(contig string) *sparse { return &sparse{contig, map[int]byte{}} }

// put writes bases at a 0-based position. It fails the test where they are known
// to be others.
func (s *sparse) put(t *testing.T, pos int, bases string) {
	t.Helper()
	for i := range len(bases) {
		if b, known := s.bases[pos+i]; known && b != bases[i] {
			t.Fatalf("%s:%d is %c and %c", s.contig, pos+i+1, b, bases[i])
		}
		s.bases[pos+i] = bases[i]
	}
}

func (s *sparse) Bases(contig string, start, end int) ([]byte, error) {
	if contig != s.contig || start < 0 || end < start {
		return nil, errors.New("no such bases")
	}
	out := bytes.Repeat([]byte("N"), end-start)
	for i := range out {
		if b, known := s.bases[start+i]; known {
			out[i] = b
		}
	}
	return out, nil
}

func (s *sparse) Length(contig string) (int, bool) { return 1 << 28, contig == s.contig }

// site is the first columns of a record.
type site struct {
	contig       string
	pos          int // 0-based
	id, ref, alt string
}

func sitesOf(t *testing.T, text string) (all []site) {
	t.Helper()
	for line := range strings.Lines(text) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if line[0] == '#' || len(f) < 5 {
			continue
		}
		pos, err := strconv.Atoi(f[1])
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, site{f[0], pos - 1, f[2], f[3], f[4]})
	}
	return all
}

func readText(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// unit gives the bases that an indel inserts or deletes after its anchor.
func (s site) unit() string {
	if len(s.ref) > len(s.alt) {
		return s.ref[len(s.alt):]
	}
	return s.alt[len(s.ref):]
}

// vt's records of chromosome 20, which is not here. What two spellings of one
// indel say of it is enough: between them the bases repeat the indel's own, and
// before the left one is its anchor.
func TestVtNormalize(t *testing.T) {
	dir := testkit.Shared(t, "conformance/vt/normalize")
	in, want := readText(t, filepath.Join(dir, "01_IN.vcf")), sitesOf(t, readText(t, filepath.Join(dir, "01_OUT.vcf")))
	seq := newSparse("20")
	for i, s := range sitesOf(t, in) {
		seq.put(t, s.pos, s.ref)
		w := want[i]
		seq.put(t, w.pos, w.ref)
		for at := w.pos + 1; at <= s.pos; at++ {
			u := w.unit()
			seq.put(t, at, u[(at-w.pos-1)%len(u):][:1])
		}
	}
	lines, _, err := normed([]byte(in), Options{Sequence: seq})
	if err != nil {
		t.Fatal(err)
	}
	got := sitesOf(t, strings.Join(lines, "\n"))
	matched := 0
	for i, w := range want {
		if i < len(got) && got[i] == w {
			matched++
		} else {
			t.Errorf("miss: %+v", w)
		}
	}
	t.Logf("vt normalize: matched %d / %d run / 0 not applicable", matched, len(want))
}

// VRS gives the whole stretch over which an indel may stand. Its bases are made
// up where the case does not give them: they repeat the indel's. Written at the
// stretch's right end, and as the case has it, the indel must come to stand at
// the left end.
func TestVRSNormalise(t *testing.T) {
	dir := testkit.Shared(t, "conformance/vrs-python")
	matched, run, na := 0, 0, 0
	for line := range strings.Lines(readText(t, filepath.Join(dir, "normalize.tsv"))) {
		f := strings.Split(line, "\t")
		if f[0] == "case" {
			continue
		}
		var start, end, left, right int
		var name string
		scan(t, f[1], &name, &start, &end)
		scan(t, f[2], &name, &left, &right)
		_, inserted, _ := strings.Cut(f[1], `"sequence": "`)
		inserted, _, _ = strings.Cut(inserted, `"`)
		if start != end && inserted != "" {
			na++ // as many bases as it replaces: nothing moves
			continue
		}
		run++
		unit, deletion := inserted, false
		if inserted == "" {
			// turned so that the stretch begins with the first letter
			unit, deletion = "ACGT"[:end-start], true
		} else {
			turn := (start - left) % len(unit)
			unit = unit[len(unit)-turn:] + unit[:len(unit)-turn]
		}
		if err := stretchAligns(t, left, right, unit, deletion, start); err != nil {
			t.Errorf("miss %s: %v", f[0], err)
		} else {
			matched++
		}
	}
	t.Logf("vrs-python normalize: matched %d / %d run / %d not applicable", matched, run, na)
	if run < 6 {
		t.Errorf("only %d run", run)
	}
}

func scan(t *testing.T, text string, name *string, start, end *int) {
	t.Helper()
	if _, err := fmt.Sscanf(text, "seq=%s start=%d end=%d", name, start, end); err != nil {
		t.Fatal(err)
	}
}

// stretchAligns norms an indel at the right end of a stretch of its repeat, and
// at another place of it, and tells where it came to stand.
func stretchAligns(t *testing.T, left, right int, unit string, deletion bool, also int) error {
	t.Helper()
	seq := newSparse("1")
	for at := left; at < right; at++ {
		seq.put(t, at, unit[(at-left)%len(unit):][:1])
	}
	other := func(b byte) string { return string("CGTA"[strings.IndexByte("ACGT", b)]) }
	seq.put(t, left-1, other(unit[len(unit)-1]))
	seq.put(t, right, other(unit[(right-left)%len(unit)]))
	last := right
	if deletion {
		last -= len(unit)
	}
	for _, at := range []int{last, also} {
		turn := (at - left) % len(unit)
		anchor := string(seq.bases[at-1])
		long := anchor + unit[turn:] + unit[:turn]
		ref, alt := anchor, long
		if deletion {
			ref, alt = long, anchor
		}
		text := fmt.Sprintf("##fileformat=VCFv4.2\n##contig=<ID=1>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n1\t%d\t.\t%s\t%s\t.\t.\t.\n", at, ref, alt)
		lines, _, err := normed([]byte(text), Options{Sequence: seq})
		if err != nil {
			return err
		}
		got := sitesOf(t, lines[0])[0]
		anchor = string(seq.bases[left-1])
		if got.pos != left-1 || min(len(got.ref), len(got.alt)) != 1 || got.unit() != unit || got.ref[:1] != anchor {
			return fmt.Errorf("%s>%s at %d became %s>%s at %d, not %s at %d", ref, alt, at, got.ref, got.alt, got.pos+1, unit, left)
		}
	}
	return nil
}

// The indels of vrs-python's VCF with the stretch that it gives for each: the
// file's own spelling, which is left-aligned, is found from the right end too.
func TestVRSVCF(t *testing.T) {
	text := readText(t, filepath.Join(testkit.Shared(t, "conformance/vrs-python"), "test_vcf_expected_output.vcf"))
	matched, run, na := 0, 0, 0
	for line := range strings.Lines(text) {
		if line[0] == '#' {
			continue
		}
		s := sitesOf(t, line)[0]
		if len(s.ref) == len(s.alt) || strings.Contains(s.alt, ",") {
			na++
			continue
		}
		run++
		left, right := secondOf(t, line, "VRS_Starts="), secondOf(t, line, "VRS_Ends=")
		if left != s.pos+1 {
			t.Errorf("miss %+v: VRS begins at %d", s, left)
			continue
		}
		if err := stretchAligns(t, left, right, s.unit(), len(s.ref) > len(s.alt), left); err != nil {
			t.Errorf("miss %+v: %v", s, err)
			continue
		}
		matched++
	}
	t.Logf("vrs-python VCF: matched %d / %d run / %d not applicable (substitutions)", matched, run, na)
	if run == 0 {
		t.Error("nothing run")
	}
}

// secondOf gives the value of the first ALT in an INFO list that begins with REF.
func secondOf(t *testing.T, line, key string) int {
	t.Helper()
	_, list, _ := strings.Cut(line, key)
	list, _, _ = strings.Cut(list, ";")
	n, err := strconv.Atoi(strings.Split(list, ",")[1])
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// rtg's decomposition takes alleles apart, which norm does not. Where one
// primitive is left, it is the trimmed and aligned allele (rtg aligns what it
// takes apart only, so its own record is aligned before the two are compared).
// The reference is what the records' own REF columns say.
func TestRTGDecompose(t *testing.T) {
	dir := testkit.Shared(t, "conformance/rtg/decompose")
	in := readText(t, filepath.Join(dir, "vcfdecompose_in.vcf"))
	out := sitesOf(t, readText(t, filepath.Join(dir, "vcfdecompose_out_ref.vcf")))
	seq := newSparse("1")
	for _, s := range append(sitesOf(t, in), out...) {
		seq.put(t, s.pos, s.ref)
	}
	want := map[string][]site{}
	for _, s := range out {
		want[s.id] = append(want[s.id], s)
	}
	matched, run, na := 0, 0, 0
	for line := range strings.Lines(in) {
		if line[0] == '#' {
			continue
		}
		s := sitesOf(t, line)[0]
		if len(want[s.id]) != 1 || s.alt == "." || strings.ContainsAny(s.alt, ",-N") {
			na++
			continue
		}
		run++
		w := want[s.id][0]
		got, as := normedSite(t, line, seq), normedSite(t, fmt.Sprintf("1\t%d\t%s\t%s\t%s\t.\t.\t.\n", w.pos+1, w.id, w.ref, w.alt), seq)
		if got != as {
			t.Errorf("miss %+v: %+v", w, got)
			continue
		}
		matched++
	}
	t.Logf("rtg decompose: matched %d / %d run / %d not applicable", matched, run, na)
	if run < 8 {
		t.Errorf("only %d run", run)
	}
}

// normedSite norms one record of contig 1.
func normedSite(t *testing.T, line string, seq *sparse) site {
	t.Helper()
	f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
	const head = "##fileformat=VCFv4.2\n##contig=<ID=1>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
	lines, _, err := normed([]byte(head+strings.Join(f[:7], "\t")+"\t.\n"), Options{Sequence: seq})
	if err != nil {
		t.Fatal(err)
	}
	return sitesOf(t, lines[0])[0]
}

// rtg's templates, baselines and calls: every allele, split off and aligned,
// spells the haplotype that it spelled before, and whatever spells one haplotype
// is written in one way. (vcfeval's verdict on whole genotypes is not made here.)
func TestRTGHaplotypes(t *testing.T) {
	dir := testkit.Shared(t, "conformance/rtg/haplotype_equivalence")
	matched, run := 0, 0
	err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		name, isCase := strings.CutSuffix(path, "_in_template.fa")
		if err != nil || !isCase {
			return err
		}
		run++
		seq, alleles := readPlain(t, path), 0
		spelled := map[string]allele.Allele{}
		for _, file := range []string{"_in_baseline.vcf", "_in_calls.vcf"} {
			text := readText(t, name+file)
			head := text[:strings.Index(text, "\n#CHROM")]
			for line := range strings.Lines(text[len(head)+1:]) {
				if line[0] == '#' {
					head += "\n" + line
					continue
				}
				from := sitesOf(t, line)[0]
				if strings.Contains(from.alt, "-") || strings.Contains(from.alt, "*T") {
					continue // no allele
				}
				for _, s := range splits(t, []byte(head+line), seq) {
					alleles++
					checkHaplotype(t, name+file, from, s, seq, spelled)
				}
			}
		}
		if alleles == 0 {
			t.Errorf("%s: no alleles", name)
		}
		if !t.Failed() {
			matched++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("rtg haplotypes kept: matched %d / %d run / 0 not applicable", matched, run)
	if run < 12 {
		t.Errorf("only %d run", run)
	}
}

// checkHaplotype compares an allele with what it was before, and with every one
// seen that spells its haplotype.
func checkHaplotype(t *testing.T, name string, from site, s Split, seq plain, spelled map[string]allele.Allele) {
	t.Helper()
	if s.Kind != Sequence || s.RefState != allele.RefMatch || slices.Contains([]string{s.Allele.Ref, "*"}, s.Allele.Alt) {
		return
	}
	a := s.Allele
	contig := string(seq[a.Contig])
	haplotype := a.Contig + ":" + contig[:a.Pos] + a.Alt + contig[a.End():]
	was := strings.Split(from.alt, ",")[s.AltIndex]
	if haplotype != a.Contig+":"+contig[:from.pos]+was+contig[from.pos+len(from.ref):] {
		t.Errorf("%s: %+v became %s", name, from, a)
	}
	if before, there := spelled[haplotype]; there && before != a && len(a.Ref) != len(a.Alt) {
		t.Errorf("%s: %s and %s are one haplotype", name, before, a)
	}
	spelled[haplotype] = a
}
