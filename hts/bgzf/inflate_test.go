package bgzf

import (
	"bytes"
	stdflate "compress/flate"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"varpanel/internal/testkit"
)

const guard = 64

// trial unpacks between guard bytes, with other bytes after the stream each
// time: none of them may matter, be changed or be given away. Both inner loops,
// that in assembly and the portable one, must give the same bytes and errors.
type trial struct {
	decoder  decoder
	portable decoder
	safe     *safeInflater
	in       [guard + inSpace + guard]byte
	out      [guard + outSpace + guard]byte
}

func newTrial() *trial { return &trial{portable: decoder{portable: true}} }

var fillers = [2][]byte{make([]byte, 2*inSpace), bytes.Repeat([]byte{0xff}, 2*inSpace)}

// run unpacks a stream as n bytes, which stay valid until the next run.
func (k *trial) run(t testing.TB, stream []byte, n int) ([]byte, error) {
	t.Helper()
	if len(stream) > maxBlock {
		t.Fatalf("a stream of %d bytes", len(stream))
	}
	var sums [4]uint32
	var errs [4]error
	for turn := range 4 {
		filler, d := fillers[turn/2], &k.portable
		if turn%2 == 1 {
			d = &k.decoder
		}
		around := [][]byte{k.in[:guard], k.in[guard+len(stream):], k.out[:guard], k.out[guard+outSpace:]}
		for _, b := range around {
			copy(b, filler)
		}
		copy(k.in[guard:], stream)
		err := d.inflate((*[outSpace]byte)(k.out[guard:]), n, (*[inSpace]byte)(k.in[guard:]), 0, len(stream))
		if !bytes.Equal(k.in[guard:guard+len(stream)], stream) {
			t.Fatal("the input was changed")
		}
		for _, b := range around {
			if !bytes.Equal(b, filler[:len(b)]) {
				t.Fatal("a byte beside the arrays or after the stream was overwritten")
			}
		}
		errs[turn], sums[turn] = err, crc32.ChecksumIEEE(k.out[guard:guard+n])
		switch {
		case turn%2 == 1 && (fmt.Sprint(err) != fmt.Sprint(errs[turn-1]) || err == nil && sums[turn] != sums[turn-1]):
			t.Fatalf("the inner loop in Go: %v; in assembly: %v\n%x", errs[turn-1], err, stream[:min(len(stream), 400)])
		case (err == nil) != (errs[0] == nil) || err == nil && sums[turn] != sums[0]:
			t.Fatalf("bytes after the stream matter: %v, then %v", errs[0], err)
		}
	}
	return k.out[guard : guard+n], errs[3]
}

// reference unpacks with compress/flate: all data up to most bytes, how many
// bytes of the stream are left, and whether the stream is valid.
func reference(stream []byte, most int) (plain []byte, left int, err error) {
	in := bytes.NewReader(stream)
	plain, err = io.ReadAll(io.LimitReader(stdflate.NewReader(in), int64(most)+1))
	if err == nil && len(plain) > most {
		err = errors.New("too long")
	}
	return plain, in.Len(), err
}

// same holds the decoder to compress/flate and to klauspost/compress: valid
// streams give the same bytes, all others an error.
func same(t testing.TB, d *trial, stream []byte) bool {
	t.Helper()
	want, left, err := reference(stream, maxBlock)
	n := min(len(want), maxBlock)
	valid := err == nil && left == 0
	got, ourErr := d.run(t, stream, n)
	if valid != (ourErr == nil) {
		t.Fatalf("compress/flate: %d bytes, %d left, %v; ours: %v\n%x", len(want), left, err, ourErr, stream[:min(len(stream), 400)])
	}
	if valid && !bytes.Equal(got, want) {
		t.Fatalf("other data than compress/flate's\n%x", stream[:min(len(stream), 400)])
	}
	if d.safe == nil {
		d.safe = newSafeInflater()
	}
	copy(d.in[:], stream)
	safe := (*[outSpace]byte)(d.out[:])
	if err := d.safe.inflate(safe, n, (*[inSpace]byte)(d.in[:]), 0, len(stream)); (err == nil) != valid || valid && !bytes.Equal(safe[:n], want) {
		t.Fatalf("klauspost: %v; compress/flate has %d bytes, %d left, valid: %v", err, len(want), left, valid)
	}
	if !valid {
		return false
	}
	// Another size than the stream's is an error.
	for _, other := range []int{n - 1, n + 1} {
		if other < 0 || other > maxBlock {
			continue
		}
		if _, err := d.run(t, stream, other); err == nil {
			t.Fatalf("%d bytes were taken for %d", n, other)
		}
	}
	return true
}

// valid asserts that a stream is valid and gives these bytes.
func valid(t testing.TB, d *trial, stream, plain []byte) {
	t.Helper()
	if !same(t, d, stream) {
		t.Fatalf("a stream of %d bytes for %d was refused", len(stream), len(plain))
	}
	if got, _ := d.run(t, stream, len(plain)); !bytes.Equal(got, plain) {
		t.Fatal("other data than was packed")
	}
}

func TestStreamsOfEachType(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	full := noise(65536, 3)
	letters := tokensFor(rng, 0, 65536, 0, 256)
	matches := append([]token{{literal: 'A'}}, tokensFor(rng, 1, 65535, 1, 1)...)
	lengths := repeat(token{literal: 0xee}, 8)
	for n := 3; n <= 258; n++ {
		lengths = append(lengths, token{literal: byte(n)}, token{length: n, distance: 1 + n%7})
	}
	type block func(w *bitWriter, final uint)
	stored := func(data []byte) block { return func(w *bitWriter, final uint) { w.stored(final, data) } }
	fixed := func(k []token) block { return func(w *bitWriter, final uint) { w.fixed(final, k) } }
	dynamic := func(k []token) block { return func(w *bitWriter, final uint) { w.dynamic(final, k, rng) } }
	onlyEnd := make([]uint8, 257)
	onlyEnd[256] = 1
	tests := []struct {
		name   string
		plain  []byte
		blocks []block
	}{
		{"empty stored", nil, []block{stored(nil)}},
		{"empty fixed", nil, []block{fixed(nil)}},
		{"empty dynamic", nil, []block{func(w *bitWriter, final uint) { w.dynamicCodes(final, nil, onlyEnd, []uint8{0}, rng) }}},
		{"many empty blocks", nil, []block{stored(nil), fixed(nil), dynamic(nil), fixed(nil), stored(nil), dynamic(nil)}},
		{"64 KiB: 65,500 stored, the rest not", bytes.Join([][]byte{full[:65500], bytes.Repeat([]byte{9}, 36)}, nil), []block{stored(full[:65500]), fixed(append([]token{{literal: 9}}, repeat(token{length: 5, distance: 1}, 7)...))}},
		{"literals, fixed", expand(nil, letters[:60000]), []block{fixed(letters[:60000])}},
		{"literals, dynamic", expand(nil, letters[:30000]), []block{dynamic(letters[:15000]), dynamic(letters[15000:30000])}},
		{"matches, fixed", expand(nil, matches), []block{fixed(matches)}},
		{"matches, dynamic", expand(nil, matches), []block{dynamic(matches)}},
		{"each length, fixed", expand(nil, lengths), []block{fixed(lengths)}},
		{"each length, dynamic", expand(nil, lengths), []block{dynamic(lengths)}},
		{"64 KiB of one byte", bytes.Repeat([]byte{7}, 65536), []block{dynamic(append([]token{{literal: 7}, {length: 255, distance: 1}}, repeat(token{length: 255, distance: 1}, 256)...))}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var w bitWriter
			for i, b := range tt.blocks {
				final := uint(0)
				if i == len(tt.blocks)-1 {
					final = 1
				}
				b(&w, final)
			}
			if len(tt.plain) > maxBlock || len(w.b) > maxBlock {
				t.Fatalf("%d bytes, packed %d", len(tt.plain), len(w.b))
			}
			valid(t, newTrial(), w.b, tt.plain)
		})
	}
}

func repeat(k token, n int) []token {
	all := make([]token, n)
	for i := range all {
		all[i] = k
	}
	return all
}

// Every distance from 1 to 32,768, with a random length each, after data that
// repeats nowhere.
func TestEachDistance(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	d := newTrial()
	for from := 1; from <= 32768; {
		var w bitWriter
		before := noise(32768, uint64(from))
		w.stored(0, before)
		var tokens []token
		for n := 32768; from <= 32768; from++ {
			k := token{length: 3 + rng.IntN(60), distance: from}
			if n -= k.length + 1; n < 0 {
				break
			}
			tokens = append(tokens, token{literal: byte(rng.Uint32())}, k)
		}
		if len(tokens)%3 == 0 {
			w.fixed(1, tokens)
		} else {
			w.dynamic(1, tokens, rng)
		}
		if len(w.b) > maxBlock {
			t.Fatal("the stream is too long for the test")
		}
		plain := expand(bytes.Clone(before), tokens)
		if got, err := d.run(t, w.b, len(plain)); err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("before distance %d: %v", from, err)
		}
	}
}

func TestRandomStreams(t *testing.T) {
	d := newTrial()
	for seed := range uint64(400) {
		rng := rand.New(rand.NewPCG(seed, 9))
		stream, plain := randomStream(rng, []int{0, 10, 300, 4000, 40000}[rng.IntN(5)])
		if len(stream) > maxBlock {
			continue
		}
		valid(t, d, stream, plain)
	}
}

// A stream with bits changed, or cut, must be what compress/flate says it is.
func TestDamagedStreams(t *testing.T) {
	d := newTrial()
	good, bad := 0, 0
	for seed := range uint64(3000) {
		rng := rand.New(rand.NewPCG(seed, 10))
		stream, _ := randomStream(rng, 1+rng.IntN(600))
		if rng.IntN(3) == 0 {
			stream = pack(t, prose(rng.IntN(900), seed), 1+rng.IntN(9))
		}
		switch rng.IntN(4) {
		case 0:
			stream = stream[:rng.IntN(len(stream))]
		case 1:
			stream = append(stream, noise(1+rng.IntN(9), seed)...)
		default:
			for range 1 + rng.IntN(3) {
				stream[rng.IntN(min(len(stream), 100))] ^= 1 << rng.IntN(8)
			}
		}
		if same(t, d, stream) {
			good++
		} else {
			bad++
		}
	}
	t.Logf("%d valid, %d invalid", good, bad)
	if good < 50 || bad < 500 {
		t.Errorf("%d valid, %d invalid: the test does not test", good, bad)
	}
}

// A stream that is cut at any byte is an error.
func TestStreamCutEverywhere(t *testing.T) {
	d := newTrial()
	for seed := range uint64(12) {
		stream, plain := randomStream(rand.New(rand.NewPCG(seed, 11)), 300)
		for n := range stream {
			if _, err := d.run(t, stream[:n], len(plain)); err == nil {
				t.Fatalf("cut at %d of %d: no error", n, len(stream))
			}
		}
	}
}

func TestInvalidStreams(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 3))
	lit, dist := fixedBooks()
	lengths := func(n int, set ...int) []uint8 { // pairs of symbol and length
		l := make([]uint8, n)
		for i := 0; i < len(set); i += 2 {
			l[set[i]] = uint8(set[i+1])
		}
		return l
	}
	stored := func(n, not int) func(*bitWriter) {
		return func(w *bitWriter) {
			w.bits(1, 3)
			w.left = 0
			w.b = append(w.b, byte(n), byte(n>>8), byte(not), byte(not>>8), 'a', 'b')
		}
	}
	head := func(literals, distances uint, rest func(w *bitWriter)) func(*bitWriter) {
		return func(w *bitWriter) {
			w.bits(1, 1)
			w.bits(2, 2)
			w.bits(literals-257, 5)
			w.bits(distances-1, 5)
			w.bits(15, 4)
			rest(w)
			w.bits(0, 64)
		}
	}
	tests := []struct {
		name string
		make func(w *bitWriter)
	}{
		{"no bytes", func(w *bitWriter) {}},
		{"block type 3", func(w *bitWriter) { w.bits(7, 3) }},
		{"no final block", func(w *bitWriter) { w.fixed(0, nil) }},
		{"stored: the length's complement", stored(2, 2)},
		{"stored: too few bytes", stored(3, ^3)},
		{"fixed: literal 286", func(w *bitWriter) { w.bits(3, 3); lit.write(w, 286); lit.write(w, 256); w.bits(0, 32) }},
		{"fixed: literal 287", func(w *bitWriter) { w.bits(3, 3); lit.write(w, 287); w.bits(0, 32) }},
		{"fixed: distance 30", func(w *bitWriter) {
			w.bits(3, 3)
			lit.write(w, 'a')
			lit.write(w, 257)
			dist.write(w, 30)
			w.bits(0, 64)
		}},
		{"fixed: distance 31", func(w *bitWriter) {
			w.bits(3, 3)
			lit.write(w, 'a')
			lit.write(w, 257)
			dist.write(w, 31)
			w.bits(0, 64)
		}},
		{"a distance before the first byte", func(w *bitWriter) { w.fixed(1, []token{{literal: 'a'}, {length: 3, distance: 2}}) }},
		{"a distance at the first byte", func(w *bitWriter) { w.fixed(1, []token{{length: 3, distance: 1}}) }},
		{"287 literals", head(287, 1, func(w *bitWriter) {})},
		{"31 distances", head(257, 31, func(w *bitWriter) {})},
		{"no code lengths' code", head(257, 1, func(w *bitWriter) { w.bits(0, 57) })},
		{"code lengths' code over-subscribed", head(257, 1, func(w *bitWriter) {
			for range 19 {
				w.bits(1, 3)
			}
		})},
		{"code lengths' code incomplete", head(257, 1, func(w *bitWriter) { w.bits(2, 3); w.bits(2, 3); w.bits(0, 51) })},
		{"a repeat first", head(257, 1, func(w *bitWriter) { w.bits(1, 3); w.bits(0, 9); w.bits(1, 3); w.bits(0, 42); w.bits(0xffff, 16) })},
		{"repeats past the end", head(257, 1, func(w *bitWriter) {
			w.bits(0, 3)
			w.bits(0, 3)
			w.bits(1, 3) // 18
			w.bits(1, 3) // 0
			w.bits(0, 45)
			for range 3 {
				w.bits(0xff, 8)
			}
		})},
		{"literals over-subscribed", func(w *bitWriter) { w.header(1, lengths(257, 'a', 1, 'b', 1, 256, 1), []uint8{0}, rng); w.bits(0, 64) }},
		{"literals over-subscribed far down", func(w *bitWriter) {
			w.header(1, lengths(257, 'a', 1, 'b', 2, 'c', 2, 256, 15), []uint8{0}, rng)
			w.bits(0, 64)
		}},
		{"literals incomplete", func(w *bitWriter) { w.header(1, lengths(257, 'a', 2, 'b', 2, 256, 2), []uint8{0}, rng); w.bits(0, 64) }},
		{"literals incomplete: one code of two bits", func(w *bitWriter) { w.header(1, lengths(257, 256, 2), []uint8{0}, rng); w.bits(0, 64) }},
		{"no literals", func(w *bitWriter) { w.header(1, lengths(257), []uint8{0}, rng); w.bits(0, 64) }},
		{"no end of block", func(w *bitWriter) { w.header(1, lengths(257, 'a', 1, 'b', 1), []uint8{0}, rng); w.bits(0, 64) }},
		{"the unused half of a code of one symbol", func(w *bitWriter) { w.header(1, lengths(257, 256, 1), []uint8{0}, rng); w.bits(1, 64) }},
		{"distances over-subscribed", func(w *bitWriter) {
			w.header(1, lengths(257, 'a', 1, 256, 1), []uint8{1, 1, 1}, rng)
			w.bits(1, 64)
		}},
		{"distances incomplete", func(w *bitWriter) {
			w.header(1, lengths(257, 'a', 1, 256, 1), []uint8{2, 2, 2}, rng)
			w.bits(1, 64)
		}},
		{"a match without distances", func(w *bitWriter) {
			w.header(1, lengths(258, 'a', 1, 256, 2, 257, 2), []uint8{0}, rng)
			w.bits(0b11_0, 3)
			w.bits(0b01, 64)
		}},
		{"the unused half of one distance", func(w *bitWriter) {
			w.header(1, lengths(258, 'a', 1, 256, 2, 257, 2), []uint8{1}, rng)
			w.bits(0b1_11_0, 4)
			w.bits(0b01, 64)
		}},
	}
	d := newTrial()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var w bitWriter
			tt.make(&w)
			if same(t, d, w.b) {
				t.Error("it was taken")
			}
			for n := range 5 {
				if _, err := d.run(t, w.b, n); err == nil {
					t.Errorf("it was taken for %d bytes", n)
				} else if b := new(blockError); !errors.As(err, &b) {
					t.Errorf("not a block's error: %v", err)
				}
			}
		})
	}
}

// A stream that holds more than 64 KiB is an error, however it goes on.
func TestStreamTooLong(t *testing.T) {
	d := newTrial()
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 12))
		var w bitWriter
		tokens := append(repeat(token{literal: 'x'}, rng.IntN(600)), token{literal: 'y'})
		tokens = append(tokens, repeat(token{length: 258, distance: 1 + rng.IntN(len(tokens))}, 253)...)
		tokens = append(tokens, tokensFor(rng, 65536, rng.IntN(3000), rng.Float64(), 256)...)
		w.dynamic(1, tokens, rng)
		plain := expand(nil, tokens)
		for _, n := range []int{min(len(plain)-1, maxBlock), len(plain) / 2, 0} {
			if _, err := d.run(t, w.b, n); err == nil {
				t.Fatalf("%d bytes were taken for %d", len(plain), n)
			}
		}
	}
}

// atTheEdge makes a stream of about 64 KiB of plain data, and says of how many.
func atTheEdge(rng *rand.Rand) (stream []byte, n int) {
	var w bitWriter
	tokens := append(repeat(token{literal: 'x'}, 1+rng.IntN(600)), token{literal: 'y'})
	tokens = append(tokens, repeat(token{length: 258, distance: 1 + rng.IntN(len(tokens))}, 245+rng.IntN(9))...)
	tokens = append(tokens, tokensFor(rng, 65000, rng.IntN(3000), rng.Float64(), 256)...)
	w.dynamic(1, tokens, rng)
	plain := expand(nil, tokens)
	n = min(len(plain), maxBlock)
	stream = w.b
	switch rng.IntN(3) {
	case 0:
		n = max(0, n-rng.IntN(300))
	case 1:
		stream = stream[:1+rng.IntN(len(stream))]
		for range 1 + rng.IntN(3) {
			stream[rng.IntN(len(stream))] ^= 1 << rng.IntN(8)
		}
	}
	return stream[:min(len(stream), maxBlock)], n
}

// Every block of every BGZF file of the shared data, alone and with the one before.
func TestSharedBlocks(t *testing.T) {
	root := testkit.Shared(t, "data")
	d := newTrial()
	files, blocks, size, pairs := 0, 0, 0, 0
	pair, ins, both := new(decoderPair), [2]*[inSpace]byte{new([inSpace]byte), new([inSpace]byte)}, make([]byte, maxBlock+outSpace)
	var last together
	seen := map[[sha256.Size]byte]bool{}
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil || !IsBGZF(b) {
			return err
		}
		files++
		for at := 0; at < len(b); {
			n, err := blockSize(b[at:])
			if err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			head, _ := headerLength(b[at:])
			stream := b[at+head : at+n-footerSize]
			at += n
			blocks++
			if sum := sha256.Sum256(stream); seen[sum] {
				continue
			} else {
				seen[sum] = true
			}
			plain, left, err := reference(stream, maxBlock)
			if err != nil || left != 0 {
				return fmt.Errorf("%s: compress/flate: %d left, %w", path, left, err)
			}
			if got, err := d.run(t, stream, len(plain)); err != nil || !bytes.Equal(got, plain) {
				return fmt.Errorf("%s: the block before %d: %w", path, at, err)
			}
			size += len(plain)
			last.streams[0], last.n[0] = last.streams[1], last.n[1]
			last.streams[1], last.n[1] = stream, len(plain)
			if last.streams[0] != nil && last.check(t, pair, both, ins) {
				pairs++
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("shared data: %d files, %d blocks, %d of them different, with %d bytes: all as compress/flate has them; %d pairs together", files, blocks, len(seen), size, pairs)
	if files < 20 {
		t.Errorf("only %d files", files)
	}
}

// With SafeInflate a reader gives the same.
func TestSafeInflate(t *testing.T) {
	data := prose(300_000, 4)
	file := write(t, data, WriterOptions{})
	for _, threads := range threadCounts {
		r, err := NewReader(bytes.NewReader(file), Options{Threads: threads, SafeInflate: true})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, data) {
			t.Fatalf("%d bytes, %v", len(got), err)
		}
		r.Close()
	}
	file[300] ^= 1
	r, err := NewReader(bytes.NewReader(file), Options{SafeInflate: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(r); err == nil || !strings.Contains(err.Error(), "corrupt") {
		t.Fatal(err)
	}
}

// FuzzInflate takes data as a stream, or packs it, or makes a stream of it as
// seed, and may damage that.
func FuzzInflate(f *testing.F) {
	rng := rand.New(rand.NewPCG(8, 8))
	for kind := range uint8(12) {
		f.Add(kind, prose(200, uint64(kind)), uint16(0), uint8(0))
		f.Add(kind, noise(40, uint64(kind)), uint16(kind), uint8(1))
	}
	for range 4 {
		stream, _ := randomStream(rng, 200)
		f.Add(uint8(11), stream, uint16(0), uint8(0))
	}
	d := newTrial()
	f.Fuzz(func(t *testing.T, kind uint8, data []byte, at uint16, flip uint8) {
		var stream []byte
		switch {
		case kind < 10:
			stream = pack(t, data, int(kind))
		case kind == 10:
			seed := uint64(len(data))
			for _, c := range data {
				seed = seed*1099511628211 + uint64(c)
			}
			stream, _ = randomStream(rand.New(rand.NewPCG(seed, uint64(at))), 100+int(at)/16)
		default:
			stream = bytes.Clone(data)
		}
		if len(stream) > maxBlock {
			return
		}
		if flip != 0 && len(stream) > 0 {
			stream[int(at)%len(stream)] ^= flip
		}
		same(t, d, stream)
	})
}
