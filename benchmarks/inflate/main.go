// Command inflate measures how fast BGZF blocks are unpacked on one core, CRC-32
// checked, by varpanel, by klauspost/compress, by the standard library and, where
// gcc and libdeflate's header are installed, by libdeflate:
//
//	go run ./benchmarks/inflate [-seconds 2] FILE.gz…
//
// It prints MB of plain data a second and varpanel's rates over libdeflate's: of
// single blocks, as the others have them, and of batches, as varpanel reads files.
// Each file is unpacked again and again; the time of a group of blocks is the best
// of all passes, and the rate that of the sum, so that what else the machine does
// counts little.
package main

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"flag"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	fast "github.com/klauspost/compress/flate"

	"varpanel/hts/bgzf"
)

// group is how many blocks are timed together, as in libdeflate.c.
const group = 8

func main() {
	seconds := flag.Float64("seconds", 2, "time for each file and implementation")
	source := flag.String("c", "benchmarks/inflate/libdeflate/libdeflate.c", "the C harness")
	flag.Parse()
	if flag.NArg() == 0 {
		fmt.Fprintln(os.Stderr, "usage: inflate [-seconds N] FILE.gz...")
		os.Exit(2)
	}
	if err := run(os.Stdout, flag.Args(), *seconds, *source); err != nil {
		fmt.Fprintln(os.Stderr, "inflate:", err)
		os.Exit(1)
	}
}

// unpack unpacks and checks one whole packed block.
type unpack func(block []byte) error

func run(w io.Writer, paths []string, seconds float64, source string) error {
	harness, done, err := build(source)
	if err != nil {
		fmt.Fprintln(os.Stderr, "without libdeflate:", err)
	}
	defer done()
	var ours bgzf.Unpacker
	ways := []unpack{
		func(b []byte) error { _, err := ours.Block(b); return err },
		streaming(func(r io.Reader) io.Reader { return fast.NewReader(r) }),
		streaming(func(r io.Reader) io.Reader { return flate.NewReader(r) }),
	}
	fmt.Fprintln(w, "file\tvarpanel\tin batches\tklauspost\tcompress/flate\tlibdeflate\tvarpanel/libdeflate\tin batches")
	for _, path := range paths {
		blocks, plain, err := split(path)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		fmt.Fprint(w, filepath.Base(path))
		var first, batch float64
		for i, f := range ways {
			rate, err := measure(blocks, plain, seconds, f)
			if err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			fmt.Fprintf(w, "\t%.0f", rate)
			if i > 0 {
				continue
			}
			first = rate
			if batch, err = measureBatches(path, plain, seconds); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			fmt.Fprintf(w, "\t%.0f", batch)
		}
		if harness == "" {
			fmt.Fprintln(w, "\t.\t.\t.")
			continue
		}
		peer, err := peerRate(harness, path, seconds)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "\t%.0f\t%.2f\t%.2f\n", peer, first/peer, batch/peer)
	}
	return nil
}

// build compiles the C harness into a folder of its own, which done removes.
func build(source string) (path string, done func(), err error) {
	dir, err := os.MkdirTemp("", "inflate")
	if err != nil {
		return "", func() {}, err
	}
	done = func() { os.RemoveAll(dir) }
	path = filepath.Join(dir, "libdeflate")
	if out, err := exec.Command("gcc", "-O2", "-o", path, source, "-ldeflate").CombinedOutput(); err != nil {
		return "", done, fmt.Errorf("gcc: %w: %s", err, bytes.TrimSpace(out))
	}
	return path, done, nil
}

func peerRate(harness, path string, seconds float64) (float64, error) {
	out, err := exec.Command(harness, fmt.Sprint(seconds), path).Output()
	if err != nil {
		return 0, fmt.Errorf("libdeflate: %s: %w", path, err)
	}
	rate, _, _ := strings.Cut(string(out), "\t")
	return strconv.ParseFloat(rate, 64)
}

// split gives a file's packed blocks and the size of all plain data.
func split(path string) (blocks [][]byte, plain int, err error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, 0, err
	}
	r := bytes.NewReader(b)
	for at := int64(0); ; {
		data, size, err := bgzf.ReadBlockAt(r, at, nil, bgzf.Options{})
		if err == io.EOF {
			return blocks, plain, nil
		}
		if err != nil {
			return nil, 0, err
		}
		blocks = append(blocks, b[at:at+int64(size)])
		plain += len(data)
		at += int64(size)
	}
}

// measure gives MB a second.
func measure(blocks [][]byte, plain int, seconds float64, f unpack) (float64, error) {
	best := make([]time.Duration, (len(blocks)+group-1)/group)
	for pass, start := 0, time.Now(); pass < 3 || time.Since(start).Seconds() < seconds; pass++ {
		for g := range best {
			t := time.Now()
			for _, b := range blocks[g*group : min(len(blocks), (g+1)*group)] {
				if err := f(b); err != nil {
					return 0, err
				}
			}
			if d := time.Since(t); pass == 0 || d < best[g] {
				best[g] = d
			}
		}
	}
	return mbPerSecond(plain, best), nil
}

func mbPerSecond(plain int, times []time.Duration) float64 {
	var sum time.Duration
	for _, d := range times {
		sum += d
	}
	return float64(plain) / sum.Seconds() / 1e6
}

// measureBatches is measure for the batches that a reader of one thread makes.
// Reading is not timed.
func measureBatches(path string, plain int, seconds float64) (float64, error) {
	var best []time.Duration
	for pass, start := 0, time.Now(); pass < 3 || time.Since(start).Seconds() < seconds; pass++ {
		times, n, err := onePass(path)
		switch {
		case err != nil:
			return 0, err
		case n != plain:
			return 0, fmt.Errorf("%d bytes in batches, %d in blocks", n, plain)
		case pass == 0:
			best = times
		}
		for i, d := range times {
			best[i] = min(best[i], d)
		}
	}
	return mbPerSecond(plain, best), nil
}

// share is the part of a MiB that a batch has, as a scan has it.
const share = 4

// onePass gives the time of each batch and the size of all plain data.
func onePass(path string) (times []time.Duration, plain int, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	r, err := bgzf.NewReader(f, bgzf.Options{})
	if err != nil {
		return nil, 0, err
	}
	defer r.Close()
	var p bgzf.Packed
	for err = r.NextPacked(&p, share); err == nil; err = r.NextPacked(&p, share) {
		t := time.Now()
		data, err := p.Unpack()
		times = append(times, time.Since(t))
		plain += len(data)
		if err != nil && err != io.EOF {
			return nil, 0, err
		}
	}
	if err != io.EOF {
		return nil, 0, err
	}
	return times, plain, nil
}

// streaming unpacks with a decoder that reads a stream, made once and reset.
func streaming(make func(io.Reader) io.Reader) unpack {
	var in bytes.Reader
	r := make(&in)
	out := new([1 << 16]byte)
	return func(b []byte) error {
		head := 12 + int(binary.LittleEndian.Uint16(b[10:]))
		foot := b[len(b)-8:]
		in.Reset(b[head : len(b)-8])
		// The two packages' Resetter interfaces are the same one.
		if err := r.(flate.Resetter).Reset(&in, nil); err != nil {
			return err
		}
		data := out[:binary.LittleEndian.Uint32(foot[4:])]
		if _, err := io.ReadFull(r, data); err != nil {
			return err
		}
		if crc32.ChecksumIEEE(data) != binary.LittleEndian.Uint32(foot) {
			return fmt.Errorf("the CRC differs")
		}
		return nil
	}
}
