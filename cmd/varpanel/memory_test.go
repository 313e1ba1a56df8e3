package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"varpanel/hts/bgzf"
)

// promised is what a scan may hold at a number of threads, in bytes: 64 MB, and
// 4 MB for each thread.
func promised(threads int) int64 { return (64 + 4*int64(threads)) << 20 }

// program is the program as it is delivered: a test binary may have the race
// detector in it, which holds several times the memory.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "varpanel")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "varpanel")
	build := exec.Command("go", "build", "-o", path, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w: %s", err, out)
	}
	return path, nil
})

// held runs the program and gives its exit code, its messages and the most
// memory that its process held, in bytes, as the kernel says of it every few
// milliseconds: what wait tells counts what this process held when it forked.
func held(t *testing.T, stdin string, args ...string) (code int, stderr string, peak int64) {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	var msg bytes.Buffer
	cmd.Stdout, cmd.Stderr = io.Discard, &msg
	if slices.Contains(args, "check") {
		cmd.Stdout = &msg // its result is a message
	}
	if stdin != "" {
		f, err := os.Open(stdin)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		cmd.Stdin = f
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	status := fmt.Sprintf("/proc/%d/status", cmd.Process.Pid)
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for tick := time.NewTicker(2 * time.Millisecond); ; {
		select {
		case <-ended:
			tick.Stop()
			return cmd.ProcessState.ExitCode(), msg.String(), peak
		case <-tick.C:
			peak = max(peak, highWater(status))
		}
	}
}

// highWater reads the most memory that a process has held; 0 once it has ended.
func highWater(status string) int64 {
	text, err := os.ReadFile(status)
	if err != nil {
		return 0
	}
	_, value, _ := strings.Cut(string(text), "VmHWM:")
	var kb int64
	if _, err := fmt.Sscan(value, &kb); err != nil {
		return 0
	}
	return kb << 10
}

const memoryHead = "##fileformat=VCFv4.2\n##contig=<ID=chr1,length=248956422>\n" +
	"##INFO=<ID=DP,Number=1,Type=Integer,Description=\"x\">\n##FORMAT=<ID=GT,Number=1,Type=String,Description=\"x\">\n" +
	"##FORMAT=<ID=AD,Number=R,Type=Integer,Description=\"x\">\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tA\tB\tC\n"

// makePacked writes a bgzipped file.
func makePacked(t *testing.T, name string, fill func(io.Writer)) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	z := bgzf.NewWriter(f, bgzf.WriterOptions{Threads: 2, Level: 1})
	w := bufio.NewWriterSize(z, 1<<16)
	fill(w)
	for _, end := range []func() error{w.Flush, z.Close, f.Close} {
		if err := end(); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// A scan of a file several times its bound stays under it, whatever is asked.
func TestScanMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("writes a large file")
	}
	rnd := rand.New(rand.NewPCG(3, 4))
	size := 0
	path := makePacked(t, "big.vcf.gz", func(w io.Writer) {
		n, _ := io.WriteString(w, memoryHead)
		size += n
		var tails [1000]string
		for i := range tails {
			tails[i] = fmt.Sprintf("\t.\tA\tC\t%d.5\tPASS\tDP=%d\tGT:AD\t0/1:%d,%d\t0/0:%d,0\t1/1:0,%d\n",
				rnd.IntN(900), rnd.IntN(200), rnd.IntN(90), rnd.IntN(90), rnd.IntN(90), rnd.IntN(90))
		}
		var lines []byte
		for i := range 1_500_000 {
			lines = append(strconv.AppendInt(append(lines, "chr1\t"...), int64(1+i*100), 10), tails[rnd.IntN(len(tails))]...)
			if len(lines) > 1<<16 || i == 1_499_999 {
				n, _ := w.Write(lines)
				size, lines = size+n, lines[:0]
			}
		}
	})
	t.Logf("%d MB of text", size>>20)
	if code, msg, _ := held(t, "", "index", path); code != exitDone {
		t.Fatal(msg)
	}
	for _, args := range [][]string{
		{"-t1", "scan", "-i", `QUAL>500 && GT[0]="het"`}, {"-t1", "check"}, {"-t4", "scan", "-O", "z"},
		{"-t4", "scan", "-s", "C,A", "-O", "z"}, {"-t4", "scan", "-r", "chr1:1-140000000"},
	} {
		threads := 1
		if args[0] == "-t4" {
			threads = 4
		}
		if args = append(args, path); args[1] == "scan" {
			args = append(args, "-o", os.DevNull)
		}
		code, msg, peak := held(t, "", args...)
		t.Logf("%.1f MB: %s", float64(peak)/(1<<20), strings.ReplaceAll(strings.Join(args, " "), path, "FILE"))
		if code != exitDone || peak == 0 || peak > promised(threads) {
			t.Errorf("exit %d, %d bytes held: %s", code, peak, msg)
		}
	}
}

// An INFO column of 100 MB is refused with its place, and is not held.
func TestLongInfo(t *testing.T) {
	fill := func(w io.Writer) {
		_, _ = io.WriteString(w, memoryHead+"chr1\t5\t.\tA\tC\t.\t.\tDP=1\tGT\t0/1\t0/0\t0/0\nchr1\t6\t.\tA\tC\t.\t.\tX=")
		part := bytes.Repeat([]byte("ACGT"), 1<<14)
		for range 100 << 20 / len(part) {
			_, _ = w.Write(part)
		}
		_, _ = io.WriteString(w, "\tGT\t0/1\t0/0\t0/0\n")
	}
	packed := makePacked(t, "long.vcf.gz", fill)
	plain := filepath.Join(t.TempDir(), "long.vcf")
	f, err := os.Create(plain)
	if err != nil {
		t.Fatal(err)
	}
	fill(f)
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		path    string
		threads int
		most    int64
		args    []string
	}{
		{packed, 1, promised(1), []string{"scan"}},
		{packed, 4, promised(4), []string{"scan", "-O", "z"}},
		{plain, 4, promised(4), []string{"scan", "-i", "DP>0"}},
		{packed, 1, promised(1), []string{"check"}},
		{plain, 1, promised(1), []string{"check"}},
		{packed, 4, 2 * promised(4), []string{"norm", "-m", "-any"}}, // it holds records until their order is known
	} {
		args := append(tt.args, "-", "-t", fmt.Sprint(tt.threads))
		what := fmt.Sprintf("%s < %s", strings.Join(args, " "), filepath.Base(tt.path))
		code, msg, peak := held(t, tt.path, args...)
		t.Logf("%.1f MB: %s", float64(peak)/(1<<20), what)
		if code != exitInput || !strings.Contains(msg, "line 8") && !strings.Contains(msg, "offset 0:") {
			t.Errorf("%s: exit %d, %.300s", what, code, msg)
		}
		if peak == 0 || peak > tt.most {
			t.Errorf("%s: %d bytes held", what, peak)
		}
	}
}
