package bgzf

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"testing"

	"varpanel/hts/fault"
)

// together is two streams and how many plain bytes each is said to have.
type together struct {
	streams [2][]byte
	n       [2]int
}

// check unpacks both at once, side by side, and holds that to what the portable
// loop makes of each alone: good streams that begin with a dynamic block are
// unpacked, with the same bytes, and nothing else is. It tells whether they were.
// plain is of n[0]+outSpace bytes.
func (k *together) check(t testing.TB, p *decoderPair, plain []byte, ins [2]*[inSpace]byte) bool {
	t.Helper()
	alone := &decoder{portable: true}
	var want [2][]byte
	good := hasAssembly
	var l [2]lane
	for i, stream := range k.streams {
		copy(ins[i][:], stream)
		var out [outSpace]byte
		err := alone.inflate(&out, k.n[i], ins[i], 0, len(stream))
		want[i] = out[:k.n[i]]
		good = good && err == nil && stream[0]>>1&3 == 2 && k.n[i] >= leastPair
		l[i] = lane{src: ins[i], size: uint(k.n[i]), limit: uint(len(stream))}
	}
	l[0].dst, l[1].dst = (*[outSpace]byte)(plain), (*[outSpace]byte)(plain[k.n[0]:])
	if got := p.inflateTwo(&l, [2]int{}); got != good {
		t.Fatalf("together %v, alone %v", got, good)
	}
	if good && (!bytes.Equal(plain[:k.n[0]], want[0]) || !bytes.Equal(plain[k.n[0]:k.n[0]+k.n[1]], want[1])) {
		t.Fatal("other data than alone")
	}
	return good
}

// make makes two streams of rng, and damages them in one case of three.
func (k *together) make(rng *rand.Rand, seed uint64) {
	for i := range k.streams {
		for {
			if rng.IntN(3) == 0 {
				k.streams[i], k.n[i] = atTheEdge(rng)
			} else {
				stream, plain := randomStream(rng, 5000+rng.IntN(40000))
				k.streams[i], k.n[i] = stream, len(plain)
			}
			if s := k.streams[i]; len(s) <= maxBlock && len(s) > 0 && s[0]>>1&3 == 2 {
				break
			}
		}
	}
	if seed%3 == 0 {
		s := k.streams[rng.IntN(2)]
		s[rng.IntN(len(s))] ^= 1 << rng.IntN(8)
	}
}

func TestTogether(t *testing.T) {
	p := new(decoderPair)
	ins := [2]*[inSpace]byte{new([inSpace]byte), new([inSpace]byte)}
	plain := make([]byte, maxBlock+outSpace)
	good := 0
	for seed := range uint64(300) {
		var k together
		k.make(rand.New(rand.NewPCG(seed, 14)), seed)
		if k.check(t, p, plain, ins) {
			good++
		}
	}
	t.Logf("%d of 300 pairs are good", good)
	if hasAssembly && (good < 50 || good > 250) {
		t.Error("the test does not test")
	}
}

// FuzzTogether makes two streams of a seed and changes a byte of each.
func FuzzTogether(f *testing.F) {
	for seed := range uint64(6) {
		f.Add(seed, uint32(seed*100), uint8(seed&1), uint32(0), uint8(0))
	}
	p := new(decoderPair)
	ins := [2]*[inSpace]byte{new([inSpace]byte), new([inSpace]byte)}
	plain := make([]byte, maxBlock+outSpace)
	f.Fuzz(func(t *testing.T, seed uint64, at0 uint32, flip0 uint8, at1 uint32, flip1 uint8) {
		var k together
		k.make(rand.New(rand.NewPCG(seed, 15)), 1)
		k.streams[0][int(at0)%len(k.streams[0])] ^= flip0
		k.streams[1][int(at1)%len(k.streams[1])] ^= flip1
		k.check(t, p, plain, ins)
	})
}

// Whichever block is bad, the data before it are given and the error names it.
func TestBadBlockOfAPair(t *testing.T) {
	var file []byte
	var plain [][]byte
	var offsets []int
	for i := range 5 {
		data := prose(20_000+i, uint64(i))
		plain = append(plain, data)
		offsets = append(offsets, len(file))
		file = append(file, handBlock(t, data, nil, nil)...)
	}
	file = append(file, theEnd...)
	rng := rand.New(rand.NewPCG(3, 16))
	for range 300 {
		bad := rng.IntN(5)
		end := len(file) - len(theEnd)
		if bad < 4 {
			end = offsets[bad+1]
		}
		at := offsets[bad] + headerSize + rng.IntN(end-4-offsets[bad]-headerSize) // not its size
		damaged := bytes.Clone(file)
		damaged[at] ^= 1 << rng.IntN(8)
		for _, threads := range threadCounts {
			r, err := NewReader(bytes.NewReader(damaged), Options{Threads: threads, Name: "x.gz"})
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(r)
			r.Close()
			var e *fault.Error
			if !errors.As(err, &e) || e.Place != place(int64(offsets[bad])) || !bytes.Equal(got, bytes.Join(plain[:bad], nil)) {
				t.Fatalf("byte %d of block %d, %d threads: %d bytes, %v", at, bad, threads, len(got), err)
			}
		}
	}
}
