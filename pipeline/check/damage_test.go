package check

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"varpanel/hts/bam"
	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
)

// damaging is set in the process that goes through the damaged files.
const damaging = "VARPANEL_TEST_DAMAGE"

// mostMemory is what check may take of it, in bytes, for any file of a size like
// these.
const mostMemory = 64 << 20

// A small VCF and a small BAM, cut at every byte and with every other bit of
// every byte flipped: an error that is an input's, or the same records; and all of it in a
// process that never holds more than 64 MB, the test itself included.
func TestDamaged(t *testing.T) {
	if os.Getenv(damaging) == "" {
		if underRace {
			t.Skip("the race detector takes memory of its own: TestCutAndFlipped runs under it")
		}
		exe, err := os.Executable()
		must(t, err)
		cmd := exec.Command(exe, "-test.run=^TestDamaged$", "-test.v")
		cmd.Env = append(os.Environ(), damaging+"=1", "GOMAXPROCS=1")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v:\n%s", err, out)
		}
		peak := int64(cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss) << 10
		t.Logf("peak of the process: %.1f MB", float64(peak)/(1<<20))
		for line := range strings.Lines(string(out)) {
			if strings.Contains(line, "damaged files") {
				t.Log(strings.TrimSpace(line))
			}
		}
		if peak > mostMemory {
			t.Errorf("the process held %d bytes, more than %d", peak, mostMemory)
		}
		return
	}
	lines := many("chr1", 12, 7000)
	lines[5] = record("chr1", 40_000, "END=40020;X="+strings.Repeat("ACGT", 20))
	text, _ := packed(t, lines...)
	sweep(t, "x.vcf.gz", text)
	sweep(t, "x.bam", smallBAM(t))
}

// sweep damages a file in every way and checks it with one thread and with two.
func sweep(t *testing.T, name string, whole []byte) {
	ctx := context.Background()
	want, err := Stream(ctx, bytes.NewReader(whole), name, Options{})
	must(t, err)
	all, err := plain(whole)
	must(t, err)
	n, harmless := 0, 0
	judge := func(what string, at int, b []byte) {
		n++
		r, err := Stream(ctx, bytes.NewReader(b), name, Options{Threads: 1 + n%2})
		if err != nil {
			if fault.KindOf(err) != fault.Input {
				t.Fatalf("%s, %s at %d: %v is no input fault", name, what, at, err)
			}
			return
		}
		harmless++
		got, err := plain(b)
		if err != nil || got != all || r.String() != want.String() {
			t.Fatalf("%s, %s at %d: passes as %q with other records (%v)", name, what, at, r, err)
		}
	}
	for at := range whole {
		judge("cut", at, whole[:at])
	}
	for at := range whole {
		for bit := at % 2; bit < 8; bit += 2 {
			bad := bytes.Clone(whole)
			bad[at] ^= 1 << bit
			judge("bit flipped", at, bad)
		}
	}
	t.Logf("%s, %d bytes: %d damaged files, of which %d have the same records", name, len(whole), n, harmless)
	if harmless > n/10 {
		t.Errorf("%s: %d of %d damaged files pass", name, harmless, n)
	}
}

// plain gives a file's records: all of its bytes, unpacked.
func plain(b []byte) (string, error) {
	z, err := bgzf.NewReader(bytes.NewReader(b), bgzf.Options{Name: "x"})
	if err != nil {
		return "", err
	}
	defer z.Close()
	all, err := io.ReadAll(z)
	return string(all), err
}

// smallBAM is the first reads of the repository's BAM, three a block, under a
// header of one contig.
func smallBAM(t *testing.T) []byte {
	raw, err := os.ReadFile(filepath.Join("..", "..", "testdata", "bam", "NA12878.BRCA1.GRCh38.bam"))
	must(t, err)
	z, err := bgzf.NewReader(bytes.NewReader(raw), bgzf.Options{Name: "x"})
	must(t, err)
	defer z.Close()
	_, err = bam.ReadHeader(z)
	must(t, err)
	var out bytes.Buffer
	w := bgzf.NewWriter(&out, bgzf.WriterOptions{})
	write := func(b []byte) {
		_, err := w.Write(b)
		must(t, err)
	}
	u32 := func(n int) []byte { return binary.LittleEndian.AppendUint32(nil, uint32(int32(n))) }
	text := "@SQ\tSN:chr17\tLN:83257441\n"
	write([]byte("BAM\x01"))
	write(u32(len(text)))
	write([]byte(text))
	write(u32(1))
	write(u32(len("chr17") + 1))
	write([]byte("chr17\x00"))
	write(u32(83257441))
	for i := range 6 {
		if i%3 == 0 {
			must(t, w.Flush())
		}
		var size [4]byte
		must(t, z.ReadFull(size[:]))
		body := make([]byte, binary.LittleEndian.Uint32(size[:]))
		must(t, z.ReadFull(body))
		binary.LittleEndian.PutUint32(body, 0)      // refID: the one contig
		binary.LittleEndian.PutUint32(body[20:], 0) // its mate's
		write(u32(len(body)))
		write(body)
	}
	must(t, w.Close())
	return out.Bytes()
}
