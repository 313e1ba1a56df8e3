package transcript

import (
	"fmt"

	"varpanel/reference/genome"
)

// ProblemKind is what is wrong with a transcript of the model.
type ProblemKind string

const (
	PastContigEnd ProblemKind = "past-contig-end" // a feature ends beyond its contig
	InnerStop     ProblemKind = "inner-stop"      // a complete CDS with stop codons before its end
	UnevenCDS     ProblemKind = "uneven-cds"      // a CDS whose length is no multiple of three
	NoStartCodon  ProblemKind = "no-start-codon"  // a complete CDS that begins with no start codon of its table
	NoStopCodon   ProblemKind = "no-stop-codon"   // a complete CDS that ends without a stop codon
)

// Problem is one fault of a transcript. NoStartCodon and NoStopCodon are worth
// a flag; the others mean that the model or the sequence is wrong.
type Problem struct {
	Kind   ProblemKind
	Detail string
}

// Problems checks a transcript against the sequence. What needs bases that are
// N is not judged. An error is one of reading the sequence.
func (t *Transcript) Problems(seq genome.Sequence) ([]Problem, error) {
	length, ok := seq.Length(t.Contig)
	if !ok {
		return nil, nil
	}
	if t.End > length {
		return []Problem{{PastContigEnd, fmt.Sprintf("%s ends at %s:%d, the contig has %d bases", t.ID, t.Contig, t.End, length)}}, nil
	}
	m := NewMap(t)
	if m.CDSStart < 0 {
		return nil, nil
	}
	bases, err := m.Spliced(seq)
	if err != nil {
		return nil, err
	}
	return t.cdsProblems(m, bases[m.CDSStart:m.CDSEnd]), nil
}

func (t *Transcript) cdsProblems(m *Map, cds []byte) []Problem {
	var out []Problem
	skip := (3 - m.Pad) % 3
	if len(cds) <= skip {
		return nil
	}
	protein := Translate(nil, cds[skip:], t.CodonTable)
	tail := (len(cds) - skip) % 3
	if tail != 0 && t.CodonTable != 2 {
		out = append(out, Problem{UnevenCDS, fmt.Sprintf("the CDS of %s has %d bases", t.ID, len(cds))})
	}
	stops := 0
	for i, aa := range protein {
		if aa == Stop && i != len(protein)-1 {
			stops++
		}
	}
	if stops > 0 && !t.Incomplete5 {
		out = append(out, Problem{InnerStop, fmt.Sprintf("the CDS of %s has %d inner stop codons", t.ID, stops)})
	}
	known := len(protein) > 0
	if known && !t.Incomplete5 && protein[0] != Unknown && !IsStart(cds[:3], t.CodonTable) {
		out = append(out, Problem{NoStartCodon, fmt.Sprintf("the CDS of %s begins with %s", t.ID, cds[:3])})
	}
	if last := len(protein) - 1; known && !t.Incomplete3 && tail == 0 && protein[last] != Stop && protein[last] != Unknown {
		out = append(out, Problem{NoStopCodon, fmt.Sprintf("the CDS of %s ends with %s", t.ID, cds[len(cds)-3:])})
	}
	return out
}
