package build

import (
	"cmp"
	"slices"
	"strings"

	"varpanel/reference/gene"
	"varpanel/reference/panel"
	"varpanel/reference/transcript"
)

// Why a transcript was chosen: panel.Transcript.Why.
const (
	whyLaboratory = "the laboratory's choice"
	whyMANE       = "MANE Select"
	whyPlus       = "MANE Plus Clinical"
	whyCanonical  = "the model's canonical transcript"
	whyRefSeq     = "RefSeq Select"
	whyLongest    = "the longest coding sequence of the gene"
)

// own gives the member a copy of its gene of the model, which it may name.
func (m *member) own() {
	copied := *m.model
	copied.HGNCID = m.HGNCID
	copied.Transcripts = make([]*transcript.Transcript, len(m.model.Transcripts))
	for i, t := range m.model.Transcripts {
		c := *t
		c.HGNCID = m.HGNCID
		copied.Transcripts[i] = &c
	}
	m.model = &copied
	m.ModelID = copied.ID
}

// choose picks the member's transcripts: the laboratory's where it has a
// choice, else MANE Select and Plus Clinical, else one other.
func (m *member) choose(table *maneTable, overrides map[string][]string) {
	absent := m.nameByMANE(table.of(m.Symbol, m.model.Symbol))
	asked := m.wanted.transcripts
	for _, n := range m.names {
		for _, t := range overrides[n] {
			asked = appendNew(asked, t)
		}
	}
	if len(asked) > 0 {
		for _, name := range asked {
			m.takeAsked(name)
		}
		return
	}
	for _, t := range m.model.Transcripts {
		if t.MANESelect != "" {
			m.take(t, whyMANE)
		}
	}
	for _, t := range m.model.Transcripts {
		if t.MANEPlusClinical != "" && t.MANESelect == "" {
			m.take(t, whyPlus)
		}
	}
	if !slices.ContainsFunc(m.Transcripts, func(t panel.Transcript) bool { return t.Why == whyMANE }) {
		m.takeOther()
	}
	for _, row := range absent {
		m.Transcripts = append(m.Transcripts, panel.Transcript{
			ID: row.ensembl, Accession: row.refseq, NamedBy: string(transcript.NamedByMANEPlusClinical), Why: whyPlus,
		})
		m.Notes = append(m.Notes, "MANE Plus Clinical "+row.refseq+" ("+row.ensembl+") is not in the gene model: not assessed by this test")
	}
}

// nameByMANE gives the member's transcripts the names that the MANE table has
// for them, and returns the Plus Clinical rows that the model lacks.
func (m *member) nameByMANE(rows []mane) (absent []mane) {
	for _, row := range rows {
		t := m.byEnsembl(row.ensembl)
		switch {
		case t == nil && row.plus:
			absent = append(absent, row)
		case t == nil:
			m.noteSelectAbsent(row)
		case !row.plus && t.MANESelect == "":
			t.MANESelect, t.Accession, t.NamedBy = row.refseq, row.refseq, transcript.NamedByMANESelect
		case !row.plus && t.MANESelect != row.refseq:
			m.Notes = append(m.Notes, "the MANE table has "+row.refseq+" for "+t.ID+", the gene model "+t.MANESelect)
		case row.plus && t.MANEPlusClinical == "":
			t.MANEPlusClinical = row.refseq
			if t.MANESelect == "" {
				t.Accession, t.NamedBy = row.refseq, transcript.NamedByMANEPlusClinical
			}
		}
	}
	return absent
}

// noteSelectAbsent says that MANE's choice is not in the model, unless the model
// has it under its RefSeq name.
func (m *member) noteSelectAbsent(row mane) {
	for _, t := range m.model.Transcripts {
		if t.MANESelect == row.refseq || t.RefSeqSelect == row.refseq {
			return
		}
	}
	m.Notes = append(m.Notes, "MANE Select "+row.refseq+" ("+row.ensembl+") is not in the gene model")
}

// byEnsembl finds the member's transcript of an Ensembl id. Another version is
// another transcript, where the model has versions.
func (m *member) byEnsembl(id string) *transcript.Transcript {
	bare, version, _ := strings.Cut(id, ".")
	for _, t := range m.model.Transcripts {
		if bare != "" && t.ID == bare && (version == "" || t.Version == "" || t.Version == version) {
			return t
		}
	}
	return nil
}

func (m *member) take(t *transcript.Transcript, why string) {
	if slices.Contains(m.chosen, t) {
		return
	}
	m.chosen = append(m.chosen, t)
	m.Transcripts = append(m.Transcripts, panel.Transcript{
		ID: t.VersionedID(), Accession: t.Accession, NamedBy: string(t.NamedBy), Why: why, Present: true,
	})
}

// takeAsked takes a transcript that the laboratory named.
func (m *member) takeAsked(name string) {
	var near []string
	for _, t := range m.model.Transcripts {
		for _, known := range []string{t.VersionedID(), t.ID, t.MANESelect, t.MANEPlusClinical, t.RefSeqSelect, t.Accession} {
			if known == "" || gene.WithoutVersion(known) != gene.WithoutVersion(name) {
				continue
			}
			if known == name || !strings.Contains(name, ".") {
				m.take(t, whyLaboratory)
				return
			}
			near = appendNew(near, known)
		}
	}
	why := "the gene model does not have the transcript " + name
	if len(near) > 0 {
		why += ", it has " + strings.Join(near, ", ")
	}
	m.lacking = append(m.lacking, why)
}

// takeOther takes the one transcript of a gene without MANE Select.
func (m *member) takeOther() {
	if len(m.model.Transcripts) == 0 {
		m.lacking = append(m.lacking, "the gene model has no transcript of it")
		return
	}
	for _, choice := range []struct {
		why string
		is  func(*transcript.Transcript) bool
	}{
		{why: whyCanonical, is: func(t *transcript.Transcript) bool { return slices.Contains(t.Tags, "Ensembl_canonical") }},
		{why: whyRefSeq, is: func(t *transcript.Transcript) bool { return t.RefSeqSelect != "" }},
	} {
		if i := slices.IndexFunc(m.model.Transcripts, choice.is); i >= 0 {
			m.take(m.model.Transcripts[i], choice.why)
			return
		}
	}
	longest := slices.MinFunc(m.model.Transcripts, func(a, b *transcript.Transcript) int {
		return cmp.Or(cmp.Compare(codingBases(b), codingBases(a)), cmp.Compare(exonBases(b), exonBases(a)), cmp.Compare(a.ID, b.ID))
	})
	m.take(longest, whyLongest)
}

func codingBases(t *transcript.Transcript) int {
	n := 0
	for _, e := range t.Exons {
		n += max(0, min(e.End, t.CDSEnd)-max(e.Start, t.CDSStart))
	}
	return n
}

func exonBases(t *transcript.Transcript) int {
	n := 0
	for _, e := range t.Exons {
		n += e.End - e.Start
	}
	return n
}
