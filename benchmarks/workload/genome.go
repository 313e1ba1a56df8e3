package main

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"

	"varpanel/reference/transcript"
)

// contig is one sequence of the made-up genome.
type contig struct {
	name   string
	length int
	sites  bool // whether variants are placed on it
}

// The lengths are those of GRCh38 (NCBI assembly report GCF_000001405.26), so
// that the public gene model stands on the made-up bases. The sample is female.
var grch38 = []contig{
	{"chr1", 248956422, true}, {"chr2", 242193529, true}, {"chr3", 198295559, true}, {"chr4", 190214555, true},
	{"chr5", 181538259, true}, {"chr6", 170805979, true}, {"chr7", 159345973, true}, {"chr8", 145138636, true},
	{"chr9", 138394717, true}, {"chr10", 133797422, true}, {"chr11", 135086622, true}, {"chr12", 133275309, true},
	{"chr13", 114364328, true}, {"chr14", 107043718, true}, {"chr15", 101991189, true}, {"chr16", 90338345, true},
	{"chr17", 83257441, true}, {"chr18", 80373285, true}, {"chr19", 58617616, true}, {"chr20", 64444167, true},
	{"chr21", 46709983, true}, {"chr22", 50818468, true}, {"chrX", 156040895, true}, {"chrY", 57227415, false},
	{"chrM", 16569, false},
}

// telomere is how many bases at both ends of a contig are N.
const telomere = 10_000

// genome is a made-up sequence: every base is a function of its place, and
// coding sequences of the gene model are then opened (no inner stop codon). It
// is safe for concurrent use once made.
type genome struct {
	contigs []contig
	rank    map[string]int
	opened  [][]piece // by contig, sorted, disjoint
}

// piece is a stretch of bases that replace those of the function.
type piece struct {
	start int
	bases []byte
}

func (p piece) end() int { return p.start + len(p.bases) }

func newGenome(contigs []contig) *genome {
	g := &genome{contigs: contigs, rank: map[string]int{}, opened: make([][]piece, len(contigs))}
	for i, c := range contigs {
		g.rank[c.name] = i
	}
	return g
}

// mix is splitmix64's finaliser: well spread bits of x.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// at is a hash of a place for one purpose.
func at(purpose uint64, c, pos int) uint64 {
	return mix(purpose<<56 ^ uint64(c)<<40 ^ uint64(pos))
}

// The purposes of at.
const (
	forBases = iota + 1
	forRepeats
	forSites
	forAlleles
	forGenotypes
	forShards
	forTargets
	forGenes
)

const (
	letters   = "ACGT"
	blockSize = 32 // bases that one hash makes
)

// block writes the bases of one aligned block. One block in fourteen is a
// short tandem repeat, for without them an indel would have one place only.
func block(dst *[blockSize]byte, c, number int) {
	h := at(forBases, c, number)
	for i := range dst {
		dst[i] = letters[h&3]
		h >>= 2
	}
	r := at(forRepeats, c, number)
	if r%14 != 0 {
		return
	}
	unit := 1 + int(r>>8%3)
	from, to := 2+int(r>>16%6), 14+int(r>>24%16)
	for i := from + unit; i < to; i++ {
		dst[i] = dst[i-unit]
	}
}

// bases appends contig c's [start, end), 0-based half-open, to dst[:0].
func (g *genome) bases(dst []byte, c, start, end int) []byte {
	dst = g.plain(dst, c, start, end)
	pieces := g.opened[c]
	i, _ := slices.BinarySearchFunc(pieces, start, func(p piece, pos int) int { return cmp.Compare(p.end(), pos+1) })
	for ; i < len(pieces) && pieces[i].start < end; i++ {
		p := pieces[i]
		from, to := max(start, p.start), min(end, p.end())
		copy(dst[from-start:to-start], p.bases[from-p.start:])
	}
	return dst
}

// plain is bases before any coding sequence was opened.
func (g *genome) plain(dst []byte, c, start, end int) []byte {
	dst = slices.Grow(dst[:0], end-start)[:end-start]
	var b [blockSize]byte
	for pos := start; pos < end; {
		block(&b, c, pos/blockSize)
		pos += copy(dst[pos-start:], b[pos%blockSize:])
	}
	for pos := start; pos < min(end, telomere); pos++ {
		dst[pos-start] = 'N'
	}
	for pos := max(start, g.contigs[c].length-telomere); pos < end; pos++ {
		dst[pos-start] = 'N'
	}
	return dst
}

// Bases and Length make a genome a genome.Sequence.
func (g *genome) Bases(name string, start, end int) ([]byte, error) {
	c, ok := g.rank[name]
	if !ok || start < 0 || end > g.contigs[c].length || start > end {
		return nil, fmt.Errorf("no bases %s:%d-%d", name, start, end)
	}
	return g.bases(nil, c, start, end), nil
}

func (g *genome) Length(name string) (int, bool) {
	c, ok := g.rank[name]
	if !ok {
		return 0, false
	}
	return g.contigs[c].length, true
}

// open puts GT and AG at the ends of introns, a start and a stop codon at the
// ends of each coding sequence and no stop codon inside. Where genes overlap on
// another strand or frame the last one wins; two more passes mend most of that.
func (g *genome) open(model *transcript.Model) {
	for c := range g.contigs {
		g.opened[c] = nil
	}
	stretches := make([][]interval, len(g.contigs))
	for _, t := range model.Transcripts() {
		c, ok := g.rank[t.Contig]
		if !ok || t.End > g.contigs[c].length {
			continue
		}
		for _, e := range t.Exons {
			stretches[c] = append(stretches[c], interval{max(e.Start-2, t.Start), min(e.End+2, t.End)})
		}
	}
	for c, list := range stretches {
		for _, s := range merge(list) {
			g.opened[c] = append(g.opened[c], piece{s.start, g.plain(nil, c, s.start, s.end)})
		}
	}
	for pass := range 3 {
		for _, t := range model.Transcripts() {
			if c, ok := g.rank[t.Contig]; ok && t.End <= g.contigs[c].length {
				if pass == 0 {
					g.splice(c, t)
				}
				g.openFrame(c, t)
			}
		}
	}
}

// cells gives the opened bases from start to end, which lie in one piece.
func (g *genome) cells(c, start, end int) []byte {
	pieces := g.opened[c]
	i, _ := slices.BinarySearchFunc(pieces, start, func(p piece, pos int) int { return cmp.Compare(p.end(), pos+1) })
	p := pieces[i]
	return p.bases[start-p.start : end-p.start]
}

func (g *genome) splice(c int, t *transcript.Transcript) {
	left, right := "GT", "AG"
	if t.Strand == transcript.Minus {
		left, right = "CT", "AC"
	}
	for i, e := range t.Exons[1:] {
		before := t.Exons[i].End
		if e.Start-before < 4 {
			continue
		}
		copy(g.cells(c, before, before+2), left)
		copy(g.cells(c, e.Start-2, e.Start), right)
	}
}

// openFrame writes one transcript's start and stop and breaks its inner stops.
func (g *genome) openFrame(c int, t *transcript.Transcript) {
	if t.CDSStart < 0 {
		return
	}
	var frame []*byte // the coding bases in the transcript's direction
	skip := 0
	for i := range t.Exons {
		e := t.Exons[i]
		if t.Strand == transcript.Minus {
			e = t.Exons[len(t.Exons)-1-i]
		}
		from, to := max(e.Start, t.CDSStart), min(e.End, t.CDSEnd)
		if from >= to {
			continue
		}
		if frame == nil && e.Phase > 0 {
			skip = int(e.Phase)
		}
		bases := g.cells(c, from, to)
		for j := range bases {
			k := j
			if t.Strand == transcript.Minus {
				k = len(bases) - 1 - j
			}
			frame = append(frame, &bases[k])
		}
	}
	frame = frame[min(skip, len(frame)):]
	s := strand{t.Strand == transcript.Minus}
	if len(frame) < 9 {
		return
	}
	if skip == 0 && !t.Incomplete5 {
		s.put(frame, "ATG")
	}
	whole := len(frame) / 3 * 3
	for i := 3; i+3 < whole; i += 3 {
		if transcript.TranslateCodon(s.get(frame[i]), s.get(frame[i+1]), s.get(frame[i+2]), t.CodonTable) == transcript.Stop {
			s.put(frame[i+1:], "C")
		}
	}
	if whole == len(frame) && !t.Incomplete3 {
		s.put(frame[whole-3:], "TAA")
	}
}

// strand reads and writes bases in a transcript's direction.
type strand struct{ minus bool }

func (s strand) get(b *byte) byte {
	if s.minus {
		return complement(*b)
	}
	return *b
}

func (s strand) put(frame []*byte, bases string) {
	for i := range bases {
		*frame[i] = bases[i]
		if s.minus {
			*frame[i] = complement(bases[i])
		}
	}
}

func complement(b byte) byte {
	switch b {
	case 'A':
		return 'T'
	case 'C':
		return 'G'
	case 'G':
		return 'C'
	case 'T':
		return 'A'
	}
	return b
}

const lineWidth = 60

// writeFASTA writes the sequence and, to fai, its index (samtools faidx).
func (g *genome) writeFASTA(out, fai io.Writer) error {
	w := bufio.NewWriterSize(out, 1<<20)
	offset := 0
	var bases []byte
	for c, info := range g.contigs {
		n, err := fmt.Fprintf(w, ">%s\n", info.name)
		if err != nil {
			return err
		}
		offset += n
		if _, err := fmt.Fprintf(fai, "%s\t%d\t%d\t%d\t%d\n", info.name, info.length, offset, lineWidth, lineWidth+1); err != nil {
			return err
		}
		for start := 0; start < info.length; start += 1000 * lineWidth {
			bases = g.bases(bases, c, start, min(start+1000*lineWidth, info.length))
			for line := range slices.Chunk(bases, lineWidth) {
				w.Write(line)
				w.WriteByte('\n')
				offset += len(line) + 1
			}
		}
	}
	return w.Flush()
}
