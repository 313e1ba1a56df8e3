package cases

import (
	"varpanel/annotate/hgvs"
	"varpanel/reference/transcript"
)

// transcriptNames names stretches of the genome on the bundle's transcripts. It
// is not safe for concurrent use.
type transcriptNames struct {
	model *transcript.Model
	maps  map[string]*transcript.Map
}

func newTranscriptNames(m *transcript.Model) *transcriptNames {
	return &transcriptNames{model: m, maps: map[string]*transcript.Map{}}
}

// interval gives the c. (or n.) interval of contig[start:end] on the transcript
// of an accession, in the transcript's direction: c.4097-2_4110. It is "" for a
// target region, and where an end lies beside the transcript.
func (n *transcriptNames) interval(accession, contig string, start, end int) string {
	m := n.onContig(accession, contig)
	if m == nil || start >= end {
		return ""
	}
	first, last := start, end-1
	if m.Transcript.Strand == transcript.Minus {
		first, last = last, first
	}
	a, ok := m.Position(first)
	b, also := m.Position(last)
	if !ok || !also {
		return ""
	}
	prefix := "n."
	if m.CDSStart >= 0 {
		prefix = "c."
	}
	name := hgvs.AppendPosition([]byte(prefix), m, a)
	if first != last {
		name = hgvs.AppendPosition(append(name, '_'), m, b)
	}
	return string(name)
}

func (n *transcriptNames) onContig(accession, contig string) *transcript.Map {
	key := accession + "\t" + contig
	m, known := n.maps[key]
	if known || accession == "" {
		return m
	}
	for _, t := range n.model.TranscriptsByAccession(accession) {
		if t.Contig == contig {
			m = transcript.NewMap(t)
			break
		}
	}
	n.maps[key] = m
	return m
}
