package pileup

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"varpanel/hts/bam"
	"varpanel/internal/testkit"
)

// Depth is compared, base by base, with mosdepth and samtools depth: on the
// real BAM files and on made-up ones that are full of what real reads have now
// and then (deletions, skips, mates whose CIGARs differ, mates that start
// together, lone mates, supplementary and filtered reads).

// perBase gives mosdepth's depth of the bases [from, to) of a contig.
func perBase(t *testing.T, path, contig string, from, to int, fast bool) []int32 {
	t.Helper()
	program, env := testkit.Mosdepth(t)
	prefix := filepath.Join(t.TempDir(), "m")
	args := []string{"-c", contig, prefix, path}
	if fast {
		args = append([]string{"--fast-mode"}, args...)
	}
	cmd := exec.Command(program, args...)
	cmd.Env = env
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("mosdepth: %v: %s", err, out)
	}
	f, err := os.Open(prefix + ".per-base.bed.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	depth := make([]int32, to-from)
	for lines := bufio.NewScanner(z); lines.Scan(); {
		fields := strings.Split(lines.Text(), "\t")
		if fields[0] != contig {
			continue
		}
		start, end, n := number(t, fields[1]), number(t, fields[2]), number(t, fields[3])
		for at := max(start, from); at < min(end, to); at++ {
			depth[at-from] = int32(n)
		}
	}
	return depth
}

func number(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// samtoolsDepth gives samtools depth's answer for the bases [from, to).
func samtoolsDepth(t *testing.T, path, contig string, from, to int, args ...string) []int32 {
	t.Helper()
	args = append([]string{"depth", "-a", "-r", fmt.Sprintf("%s:%d-%d", contig, from+1, to)}, append(args, path)...)
	out, err := exec.Command(testkit.Oracle(t, "samtools"), args...).Output()
	if err != nil {
		t.Fatalf("samtools depth: %v", err)
	}
	depth := make([]int32, to-from)
	for line := range strings.Lines(string(out)) {
		fields := strings.Split(strings.TrimSpace(line), "\t")
		depth[number(t, fields[1])-1-from] = int32(number(t, fields[2]))
	}
	return depth
}

// measure gives our depth over intervals of one contig.
func measure(t *testing.T, path, contig string, intervals []bam.Interval, mode Mode) [][]int32 {
	t.Helper()
	f, err := bam.Open(path, bam.Options{AllowOldIndex: true})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	id, ok := f.Header().ID(contig)
	if !ok {
		t.Fatalf("%s: no contig %s", path, contig)
	}
	d := NewDepth(intervals, Options{Mode: mode, Exclude: DefaultFlags})
	r, err := f.Query(id, d.Intervals())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for rec := new(bam.Record); ; {
		if err := r.Read(rec); errors.Is(err, io.EOF) {
			return finish(d)
		} else if err != nil {
			t.Fatal(err)
		}
		d.Add(rec)
	}
}

// compare holds our depth over the whole contig, and over pieces of it, to an
// oracle's.
func compare(t *testing.T, what, path, contig string, want []int32, from, to int, mode Mode) {
	t.Helper()
	var pieces []bam.Interval
	for at := from; at < to; at += 150 {
		pieces = append(pieces, bam.Interval{Start: at, End: min(at+1+at%139, to)})
	}
	for _, intervals := range [][]bam.Interval{{{Start: from, End: to}}, pieces} {
		got := measure(t, path, contig, intervals, mode)
		wrong := 0
		for i, in := range intervals {
			for j, d := range got[i] {
				if at := in.Start + j; d != want[at-from] && wrong < 5 {
					t.Errorf("%s: %s:%d (%d intervals): depth %d, want %d", what, contig, at+1, len(intervals), d, want[at-from])
					wrong++
				}
			}
		}
	}
}

func compareAll(t *testing.T, path, contig string, from, to int, skips bool) {
	t.Helper()
	compare(t, "mosdepth", path, contig, perBase(t, path, contig, from, to, false), from, to, MatesOnce)
	compare(t, "mosdepth --fast-mode", path, contig, perBase(t, path, contig, from, to, true), from, to, Span)
	compare(t, "samtools depth", path, contig, samtoolsDepth(t, path, contig, from, to), from, to, EveryRead)
	if skips {
		return // samtools depth -J leaves skipped bases out, mosdepth --fast-mode does not
	}
	compare(t, "samtools depth -J", path, contig, samtoolsDepth(t, path, contig, from, to, "-J"), from, to, Span)
}

func TestBRCA1AgainstOracles(t *testing.T) {
	compareAll(t, "../../../testdata/bam/NA12878.BRCA1.GRCh38.bam", "chr17", 43000000, 43450000, false)
}

func TestNA24385AgainstOracles(t *testing.T) {
	compareAll(t, testkit.Shared(t, "data", "bam", "NA24385.chr20_36018823.GRCh37.wgs.bam"), "20", 36010000, 36050000, false)
}

func TestMadeUpReadsAgainstOracles(t *testing.T) {
	const length = 5000
	for seed := range uint64(12) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			path := convert(t, madeUp(rand.New(rand.NewPCG(seed, 7)), length))
			compareAll(t, path, "c1", 0, length, true)
		})
	}
}

// convert makes an indexed BAM file of SAM text.
func convert(t *testing.T, sam string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "made-up.bam")
	sort := exec.Command(testkit.Oracle(t, "samtools"), "sort", "-o", path, "-")
	sort.Stdin = strings.NewReader(sam)
	if out, err := sort.CombinedOutput(); err != nil {
		t.Fatalf("samtools sort: %v: %s", err, out)
	}
	if out, err := exec.Command("samtools", "index", path).CombinedOutput(); err != nil {
		t.Fatalf("samtools index: %v: %s", err, out)
	}
	return path
}

// madeUp writes SAM text: fragments on a contig of length bases.
func madeUp(r *rand.Rand, length int) string {
	var b bytes.Buffer
	fmt.Fprintf(&b, "@HD\tVN:1.6\tSO:coordinate\n@SQ\tSN:c1\tLN:%d\n@SQ\tSN:c2\tLN:9000\n", length)
	for i := range 600 {
		name := "f" + strconv.Itoa(i)
		pos := 1 + r.IntN(length-700)
		mate := pos + max(0, r.IntN(260)-60)
		flag := bam.Paired | bam.ProperPair
		if r.IntN(8) == 0 {
			flag = bam.Paired
		}
		for j, at := range []int{pos, mate} {
			f := flag | []int{bam.Read1 | bam.MateReverse, bam.Read2 | bam.Reverse}[j]
			if r.IntN(10) == 0 {
				f |= []int{bam.Duplicate, bam.QCFail, bam.Secondary}[r.IntN(3)]
			}
			if r.IntN(15) == 0 {
				continue // a lone mate
			}
			cigar, bases := madeUpCigar(r)
			write(&b, name, f, at, cigar, bases, []int{mate, pos}[j])
			if r.IntN(12) == 0 {
				write(&b, name, f|bam.Supplementary, at+r.IntN(40), "30H60M", 60, []int{mate, pos}[j])
			}
		}
	}
	return b.String()
}

func write(b *bytes.Buffer, name string, flag, pos int, cigar string, bases, mate int) {
	fmt.Fprintf(b, "%s\t%d\tc1\t%d\t%d\t%s\t=\t%d\t0\t%s\t*\n", name, flag, pos, 60, cigar, mate, strings.Repeat("A", bases))
}

// madeUpCigar gives a CIGAR and the bases that it consumes of the read.
func madeUpCigar(r *rand.Rand) (string, int) {
	n := func() int { return 1 + r.IntN(80) }
	a, b, c := n(), n(), n()
	switch r.IntN(8) {
	case 0:
		return fmt.Sprintf("%dM%dD%dM", a, c%30+1, b), a + b
	case 1:
		return fmt.Sprintf("%dS%dM%dI%dM", c%20+1, a, c%9+1, b), c%20 + 1 + a + c%9 + 1 + b
	case 2:
		return fmt.Sprintf("%dM%dN%dM", a, 3*c, b), a + b
	case 3:
		return fmt.Sprintf("%d=%dX%d=%dS", a, c%4+1, b, c), a + c%4 + 1 + b + c
	case 4:
		return fmt.Sprintf("%dM%dD%dI%dM%dD%dM", a, c%5+1, c%7+1, b, c%11+1, c), a + c%7 + 1 + b + c
	case 5:
		return fmt.Sprintf("%dH%dM", c, a+b), a + b
	}
	return fmt.Sprintf("%dM", a+b), a + b
}
