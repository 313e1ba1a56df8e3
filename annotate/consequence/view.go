package consequence

import (
	"slices"
	"sync"
	"sync/atomic"

	"varpanel/reference/genome"
	"varpanel/reference/transcript"
)

// view is a transcript in its own direction; predictors share it. Its unspliced coordinate counts
// from 0 at the transcript's first base, introns included.
type view struct {
	*transcript.Map
	start, end []int // exons in unspliced coordinates
	span       int   // unspliced length
	junction   int   // transcript position where the last coding exon begins, or -1

	flags []string // that the transcript has whatever the allele

	loading sync.Mutex
	coding  atomic.Pointer[codingSequence] // loaded when a codon is looked at

	looked  sync.Once
	own     *view // on the transcript's own sequence; nil where the genome's is used
	genomic *view // of an own view: the one that holds it

	// under the list's lock
	held    int  // bytes of coding sequence, own among them
	dropped bool // from the list
}

func newView(t *transcript.Transcript) *view {
	v := &view{Map: transcript.NewMap(t), span: t.End - t.Start, flags: staticFlags(t)}
	v.junction = lastJunction(v.Map)
	bounds := make([]int, 2*len(t.Exons))
	v.start, v.end = bounds[:len(t.Exons)], bounds[len(t.Exons):]
	for i := range t.Exons {
		e := v.Exon(i)
		if t.Strand == transcript.Minus {
			v.start[i], v.end[i] = t.End-e.End, t.End-e.Start
		} else {
			v.start[i], v.end[i] = e.Start-t.Start, e.End-t.Start
		}
	}
	return v
}

// unspliced carries a genomic span into unspliced coordinates.
func (v *view) unspliced(start, end int) (int, int) {
	if v.Transcript.Strand == transcript.Minus {
		return v.Transcript.End - end, v.Transcript.End - start
	}
	return start - v.Transcript.Start, end - v.Transcript.Start
}

// beyond gives by how many bases an edit would have to move 5' to lie before the
// transcript's end.
func (v *view) beyond(e edit) int {
	if e.insertion() {
		return e.start - v.span + 1
	}
	return e.end - v.span
}

// codingSequence is the reading frame of a transcript: codon i is
// bases[3*i:3*i+3].
type codingSequence struct {
	bases   []byte // pad of N, CDS, then the 3' UTR
	before  []byte // the bases of the 5' UTR in front of the start codon, three at most
	end     int    // of the CDS in bases, completed by polyadenylation where that is so
	protein []byte // one amino acid for each whole codon of the CDS, stop included
	starts  bool   // the first codon starts the protein
	slips   []slip // in the direction of the transcript
	flags   []string
	size    int // bytes held, for the cache
}

// slip is a transcript.Slip in the offsets of the coding sequence: the base at
// (before any slip is counted) is the first one read after it.
type slip struct{ at, shift int }

// frame carries an offset that counts the transcript's bases into bases, where
// those that are read twice stand twice.
func (c *codingSequence) frame(offset int) int {
	out := offset
	for _, s := range c.slips {
		if offset >= s.at {
			out -= s.shift
		}
	}
	return out
}

// slipsNear tells whether a span lies so near to a slip that its frame is not
// sure.
func (c *codingSequence) slipsNear(from, to int) bool {
	for _, s := range c.slips {
		if from <= s.at+2 && to >= s.at-2 {
			return true
		}
	}
	return false
}

// Flags of a transcript whose coding sequence is out of the ordinary.
const (
	FlagCDSStartNF      = "cds_start_NF"
	FlagCDSEndNF        = "cds_end_NF"
	FlagRefSeqBySpan    = "refseq-by-span"
	FlagNoStartCodon    = "no-start-codon"
	FlagInnerStop       = "inner-stop"
	FlagSequenceUnknown = "sequence-unknown"
	// FlagDiffers says that the transcript's own sequence is not the genome's
	// and was not given: the name counts the genome's bases.
	FlagDiffers = "differs-from-genome"
	// FlagOwnSequence says that the name is on the transcript's own sequence,
	// which is not the genome's.
	FlagOwnSequence = "own-sequence"
)

// loadCoding reads the spliced sequence of a coding transcript.
func (v *view) loadCoding(seq genome.Sequence, room *transcript.Room) (*codingSequence, error) {
	t := v.Transcript
	spliced, err := v.splicedOrUnknown(seq, room)
	if err != nil {
		return nil, err
	}
	c := &codingSequence{end: v.CDSEnd - v.CDSStart + v.Pad}
	c.bases = make([]byte, 0, v.Pad+v.Length-v.CDSStart+2)
	for range v.Pad {
		c.bases = append(c.bases, 'N')
	}
	c.before = slices.Clone(spliced[max(0, v.CDSStart-3):v.CDSStart])
	read := v.CDSStart // of spliced
	for _, s := range t.Slips {
		at, ok := v.Position(s.At)
		if !ok || at.Offset != 0 || at.Base-s.Shift < read || at.Base >= v.CDSEnd {
			continue
		}
		c.bases = append(c.bases, spliced[read:at.Base-s.Shift]...)
		c.slips = append(c.slips, slip{at.Base - v.CDSStart + v.Pad, s.Shift})
		c.end -= s.Shift
		read = at.Base
	}
	c.bases = append(c.bases, spliced[read:]...)
	if v.CDSEnd == v.Length && completed(t) {
		// The mitochondrion's T or TA becomes TAA when the tail is added.
		for c.end%3 != 0 {
			c.bases = append(c.bases, 'A')
			c.end++
		}
	}
	c.protein = transcript.Translate(make([]byte, 0, c.end/3), c.bases[:c.end], t.CodonTable)
	if len(c.protein) > 0 && !t.Incomplete5 && c.protein[0] != transcript.Unknown {
		usual := transcript.IsStart(c.bases[:3], t.CodonTable)
		if !usual {
			c.flags = append(c.flags, FlagNoStartCodon)
		}
		if c.starts = usual || isRareStart(c.bases[:3]); c.starts {
			// Whatever codon starts it, a protein begins with methionine.
			c.protein[0] = 'M'
		}
	}
	v.except(c)
	for i, aa := range c.protein {
		if aa == transcript.Stop && i != len(c.protein)-1 {
			c.flags = append(c.flags, FlagInnerStop)
			break
		}
	}
	c.size = cap(c.bases) + cap(c.protein)
	return c, nil
}

// completed tells whether polyadenylation completes the stop codon.
func completed(t *transcript.Transcript) bool {
	return t.CodonTable == 2 || slices.ContainsFunc(t.Exceptions, func(e transcript.Exception) bool {
		return e.AminoAcid == transcript.Stop
	})
}

// except sets the amino acids of codons that do not translate by the code.
func (v *view) except(c *codingSequence) {
	for _, e := range v.Transcript.Exceptions {
		first := e.Start
		if v.Transcript.Strand == transcript.Minus {
			first = e.End - 1
		}
		at, ok := v.Position(first)
		if !ok || at.Offset != 0 || at.Base < v.CDSStart {
			continue
		}
		if i := c.frame(at.Base-v.CDSStart+v.Pad) / 3; i < len(c.protein) {
			c.protein[i] = e.AminoAcid
		}
	}
}

// isRareStart tells whether a codon other than ATG is known to start proteins of
// the nucleus: CTG (WT1, MYC), GTG (EIF4G2), TTG. A CDS that begins with anything
// else is taken to be cut at its 5' end, although the model does not say so.
func isRareStart(codon []byte) bool {
	switch string(codon) {
	case "CTG", "GTG", "TTG":
		return true
	}
	return false
}

// splicedOrUnknown gives N where the sequence lacks the contig, so that a gene
// model wider than the FASTA is no error here. What it gives lives in the room.
func (v *view) splicedOrUnknown(seq genome.Sequence, room *transcript.Room) ([]byte, error) {
	if length, ok := seq.Length(v.Transcript.Contig); ok && v.Transcript.End <= length {
		return v.SplicedIn(room, seq)
	}
	n := make([]byte, v.Length)
	for i := range n {
		n[i] = 'N'
	}
	return n, nil
}

// stopAt gives the place of the stop codon among the codons, or -1 where the
// CDS ends without one.
func (c *codingSequence) stopAt() int {
	if n := len(c.protein); n > 0 && c.protein[n-1] == transcript.Stop {
		return n - 1
	}
	return -1
}
