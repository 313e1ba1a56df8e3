package main

import (
	"cmp"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"
)

const (
	readLength   = 150
	longestPiece = 450 // bases of the longest fragment
)

// sequencer makes the reads of an exome: pairs of 150 bases whose fragments
// begin in and around the targets. Substitutions that the case's sample carries
// are in the reads; its indels are not.
type sequencer struct {
	g        *genome
	sites    [][]stretch
	carried  bands
	parts    []seqPart
	rate     float64 // fragments a base of a target of average capture
	fine     bool    // 40 levels of quality, not 4
	onlyRank int     // contigs from this one on are left out
}

// seqPart is what one worker fills: targets whose fragments meet no others.
type seqPart struct {
	contig  int
	targets []interval
}

// newSequencer plans for about the given number of reads over all targets.
func newSequencer(g *genome, sites [][]stretch, carried bands, targets [][]interval, reads float64, fine bool, contigs int) *sequencer {
	s := &sequencer{g: g, sites: sites, carried: carried, fine: fine, onlyRank: contigs}
	weight := 0.0
	for c, list := range targets {
		last := -1
		for _, t := range list {
			weight += float64(t.end-t.start+before-inside) * capture(c, t.start)
			if c >= contigs {
				continue
			}
			far := last < 0 || t.start-s.parts[last].targets[0].start > shardSize
			if far && (last < 0 || t.start-s.parts[last].end() > 2*longestPiece) {
				s.parts = append(s.parts, seqPart{contig: c})
				last = len(s.parts) - 1
			}
			s.parts[last].targets = append(s.parts[last].targets, t)
		}
	}
	s.rate = reads / 2 / weight * (1 - duplicates)
	return s
}

func (p seqPart) end() int { return p.targets[len(p.targets)-1].end }

// duplicates is the share of pairs that are copies of the one before.
const duplicates = 0.05

// A fragment begins between before bases ahead of a target and inside bases
// ahead of its end, so that its middle lies about as far off on both sides.
const before, inside = 170, 60

// capture is how well a target is caught, 1 on average.
func capture(c, start int) float64 {
	r := rand.New(rand.NewPCG(at(forTargets, c, start), 0))
	return math.Exp(0.1*r.NormFloat64() - 0.1*0.1/2)
}

// read is one end of a fragment, waiting for its turn.
type read struct {
	pos, mate, piece int // 0-based; piece is the fragment's length
	name             []byte
	flag             uint16
	mapq             byte
	hap              int8
	shape            uint8 // of its CIGAR
}

// part appends one part's records.
func (s *sequencer) part(number int, dst []byte) []byte {
	p := s.parts[number]
	r := rand.New(rand.NewPCG(at(forTargets, p.contig, p.targets[0].start), 1))
	start := max(0, p.targets[0].start-before)
	end := min(s.g.contigs[p.contig].length, p.end()+longestPiece+readLength+64)
	haps := s.haplotypes(p.contig, start, end)
	e := encoder{r: r, contig: p.contig, start: start, haps: haps, fine: s.fine, dst: dst}
	var waiting []read // second ends, sorted by position
	done := start
	for _, t := range p.targets {
		step := 1 / (s.rate * capture(p.contig, t.start))
		from := max(done, t.start-before)
		for x := float64(from) + step*r.ExpFloat64(); x < float64(t.end-inside); x += step * r.ExpFloat64() {
			first, second := s.pair(r, int(x))
			waiting = e.until(waiting, first.pos)
			e.read(&first)
			waiting = enqueue(waiting, second)
			for r.Float64() < duplicates {
				first, second := first, second
				first.name = s.name(r)
				second.name = first.name
				first.flag, second.flag = first.flag|1024, second.flag|1024
				e.read(&first)
				waiting = enqueue(waiting, second)
			}
		}
		done = max(done, t.end-inside)
	}
	e.until(waiting, end)
	return e.dst
}

func enqueue(waiting []read, r read) []read {
	i, _ := slices.BinarySearchFunc(waiting, r.pos+1, func(w read, pos int) int { return cmp.Compare(w.pos, pos) })
	return slices.Insert(waiting, i, r)
}

// pair draws a fragment that begins at pos.
func (s *sequencer) pair(r *rand.Rand, pos int) (first, second read) {
	piece := min(longestPiece, max(readLength, int(230+60*r.NormFloat64())))
	right := pos + piece - readLength
	first = read{pos: pos, mate: right, piece: piece, name: s.name(r), flag: 99, mapq: 60, hap: int8(r.IntN(2))}
	second = read{pos: right, mate: pos, piece: -piece, name: first.name, flag: 147, mapq: 60, hap: first.hap}
	if r.IntN(2) == 0 { // the fragment's other strand
		first.flag, second.flag = 163, 83
	}
	switch r.IntN(40) {
	case 0:
		first.mapq = byte(r.IntN(60))
		second.mapq = first.mapq
	case 1:
		first.mapq, second.mapq = 0, 0
	}
	first.shape, second.shape = uint8(r.IntN(64)), uint8(r.IntN(64))
	return first, second
}

// name is a read's name as a NovaSeq gives it.
func (s *sequencer) name(r *rand.Rand) []byte {
	var t text
	t.s("A00412:87:HGW3MDSXX:").i(1 + r.IntN(2)).c(':').i(1101 + 100*r.IntN(5)*2 + r.IntN(78)).c(':')
	return t.i(1000 + r.IntN(31000)).c(':').i(1000 + r.IntN(36000)).b
}

// haplotypes are both of the sample's sequences of a stretch, with what it
// carries in place.
func (s *sequencer) haplotypes(c, start, end int) [2][]byte {
	a := s.g.bases(nil, c, start, end)
	b := slices.Clone(a)
	var v variant
	s.g.scan(s.sites[c], c, start, end, s.carried, func(pos int, _ float64) {
		if !v.at(s.g, c, pos) || len(v.ref) != 1 || len(v.alt[0]) != 1 {
			return
		}
		switch {
		case v.alts == 2 && !v.star:
			a[pos-start], b[pos-start] = v.alt[0][0], v.alt[1][0]
		case genotype(c, pos) == 2 && !v.star:
			a[pos-start], b[pos-start] = v.alt[0][0], v.alt[0][0]
		case at(forGenotypes, c, pos)>>32&1 == 0:
			a[pos-start] = v.alt[0][0]
		default:
			b[pos-start] = v.alt[0][0]
		}
	})
	return [2][]byte{a, b}
}

// encoder appends records in BAM's form (SAM specification, section 4.2).
type encoder struct {
	r      *rand.Rand
	contig int
	start  int // of the haplotypes' first base
	haps   [2][]byte
	fine   bool
	dst    []byte
	bases  [readLength]byte
	quals  [readLength]byte
	cigar  []uint32
}

// until writes the waiting reads that begin at or before pos.
func (e *encoder) until(waiting []read, pos int) []read {
	i := 0
	for i < len(waiting) && waiting[i].pos <= pos {
		e.read(&waiting[i])
		i++
	}
	return slices.Delete(waiting, 0, i)
}

const (
	opMatch, opInsert, opDelete, opSoft = 0, 1, 2, 4
)

// align lays the read out by its shape: most match from end to end, some begin
// or end in a soft clip, or have an insertion or a deletion.
func (e *encoder) align(r *read) (span int) {
	hap := e.haps[r.hap][r.pos-e.start:]
	op := func(kind, n int) { e.cigar = append(e.cigar, uint32(n)<<4|uint32(kind)) }
	e.cigar = e.cigar[:0]
	at := 30 + int(r.shape)
	switch {
	case r.shape == 0:
		op(opMatch, at)
		op(opDelete, 2)
		op(opMatch, readLength-at)
		copy(e.bases[:at], hap)
		copy(e.bases[at:], hap[at+2:])
		return readLength + 2
	case r.shape == 1:
		op(opMatch, at)
		op(opInsert, 3)
		op(opMatch, readLength-at-3)
		copy(e.bases[:at], hap)
		copy(e.bases[at:at+3], "GAT")
		copy(e.bases[at+3:], hap[at:])
		return readLength - 3
	case r.shape == 2:
		op(opMatch, 2*at)
		op(opSoft, readLength-2*at)
		copy(e.bases[:], hap)
		for i := 2 * at; i < readLength; i++ {
			e.bases[i] = letters[e.r.IntN(4)]
		}
		return 2 * at
	}
	op(opMatch, readLength)
	copy(e.bases[:], hap)
	return readLength
}

// qualities draws the read's qualities; where one is low the base may be wrong.
func (e *encoder) qualities() (errors int) {
	if e.fine {
		e.fineQualities()
	} else {
		e.binned()
	}
	for i, q := range e.quals {
		if q < 20 && e.r.IntN(6) == 0 {
			e.bases[i] = letters[e.r.IntN(4)]
			errors++
		}
	}
	return errors
}

// binned is the four levels of a NovaSeq: long runs of the best.
func (e *encoder) binned() {
	i := 0
	for i < readLength {
		run := int(binnedRun * e.r.ExpFloat64())
		for ; run > 0 && i < readLength; i++ {
			e.quals[i] = 37
			run--
		}
		if i < readLength {
			e.quals[i] = [...]byte{25, 25, 25, 11, 11, 2}[e.r.IntN(6)]
			i++
		}
	}
}

// binnedRun is the mean run of the best quality; it sets how well the file
// compresses.
const binnedRun = 11.5

// fineQualities wander over 40 levels, as older machines wrote them.
func (e *encoder) fineQualities() {
	level := 38 + 2*e.r.NormFloat64()
	for i := range e.quals {
		level += 0.25*(37-float64(i)/14-level) + fineSpread*e.r.NormFloat64()
		e.quals[i] = byte(max(2, min(41, level+fineNoise*e.r.NormFloat64())))
	}
}

// fineSpread is the step of the wandering qualities, fineNoise what each base
// adds.
const fineSpread, fineNoise = 4.5, 8

var nibble = [256]byte{'A': 1, 'C': 2, 'G': 4, 'T': 8, 'N': 15}

// read appends one record.
func (e *encoder) read(r *read) {
	span := e.align(r)
	wrong := e.qualities()
	begin := len(e.dst)
	b := append(e.dst, make([]byte, 4)...)
	le := binary.LittleEndian
	b = le.AppendUint32(b, uint32(e.contig))
	b = le.AppendUint32(b, uint32(r.pos))
	b = append(b, byte(len(r.name)+1), r.mapq)
	b = le.AppendUint16(b, bin(r.pos, r.pos+span))
	b = le.AppendUint16(b, uint16(len(e.cigar)))
	b = le.AppendUint16(b, r.flag)
	b = le.AppendUint32(b, readLength)
	b = le.AppendUint32(b, uint32(e.contig))
	b = le.AppendUint32(b, uint32(r.mate))
	b = le.AppendUint32(b, uint32(r.piece))
	b = append(append(b, r.name...), 0)
	for _, op := range e.cigar {
		b = le.AppendUint32(b, op)
	}
	for i := 0; i < readLength; i += 2 {
		b = append(b, nibble[e.bases[i]]<<4|nibble[e.bases[i+1]])
	}
	b = append(b, e.quals[:]...)
	b = append(b, "MCZ150M\x00MDZ150\x00PGZM\x00NMC"...)
	b = append(b, byte(wrong), 'A', 'S', 'C', byte(readLength-5*wrong), 'X', 'S', 'C', byte(19+wrong))
	b = append(b, "RGZ1\x00"...)
	le.PutUint32(b[begin:], uint32(len(b)-begin-4))
	e.dst = b
}

// bin is the BAI bin of [start, end) (SAM specification, section 5.3).
func bin(start, end int) uint16 {
	end--
	for level := range 5 {
		shift := 14 + 3*level
		if start>>shift == end>>shift {
			return uint16((1<<(3*(5-level))-1)/7 + start>>shift)
		}
	}
	return 0
}

// bamHeader is the magic, the text and the references.
func (g *genome) bamHeader() []byte {
	var t text
	t.s("@HD\tVN:1.6\tSO:coordinate\n")
	for _, c := range g.contigs {
		t.s("@SQ\tSN:").s(c.name).s("\tLN:").i(c.length).c('\n')
	}
	t.s("@RG\tID:1\tSM:" + caseSample + "\tPL:ILLUMINA\tLB:1\n@PG\tID:M\tPN:MarkDuplicates\n")
	le := binary.LittleEndian
	b := append([]byte("BAM\x01"), le.AppendUint32(nil, uint32(len(t.b)))...)
	b = append(b, t.b...)
	b = le.AppendUint32(b, uint32(len(g.contigs)))
	for _, c := range g.contigs {
		b = le.AppendUint32(b, uint32(len(c.name)+1))
		b = append(append(b, c.name...), 0)
		b = le.AppendUint32(b, uint32(c.length))
	}
	return b
}
