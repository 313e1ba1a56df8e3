package build

import (
	"slices"
	"strings"

	"varpanel/reference/contig"
	"varpanel/reference/panel"
	"varpanel/stages/sex"
)

// falseDuplication names the genes that GRCh38 hides behind a false duplication
// (domain finding 4): reads of them have mapping quality 0 unless the duplicate
// is masked, and callers drop them.
var falseDuplication = []string{"U2AF1", "CBS", "KCNE1", "CRYAA"}

// selenoproteins are the human genes whose coding sequence reads TGA as
// selenocysteine (Kryukov et al. 2003, symbols of HGNC today): an inner TGA is
// no fault of the model there.
var selenoproteins = []string{
	"DIO1", "DIO2", "DIO3", "GPX1", "GPX2", "GPX3", "GPX4", "GPX6", "MSRB1", "SELENOF", "SELENOH", "SELENOI",
	"SELENOK", "SELENOM", "SELENON", "SELENOO", "SELENOP", "SELENOS", "SELENOT", "SELENOV", "SELENOW",
	"SEPHS2", "TXNRD1", "TXNRD2", "TXNRD3",
}

// describe fills what the panels say of the gene. It gives a warning, or "":
// PanelApp's own lint of a gene on X (pseudoautosomal regions aside) with an
// autosomal mode.
func (m *member) describe(assembly string, loci *sex.Loci) (warning string) {
	w := m.wanted
	m.Panels = w.memberships
	m.Confidence = w.confidence
	m.ModeOfPathogenicity = strings.Join(w.pathogenic, "; ")
	m.Penetrance = joinPenetrance(w.penetrance)
	m.MOIVerbatim, m.MOI = joinModes(w.memberships)
	if differ(w.memberships) {
		m.Notes = append(m.Notes, "its panels name different modes of inheritance: "+m.MOIVerbatim)
	}
	if assembly == string(contig.GRCh38) && slices.Contains(falseDuplication, m.Symbol) {
		m.Notes = append(m.Notes, "GRCh38 has a false duplication of this gene: unless it was masked for mapping, reads here have mapping quality 0 and variants are missed")
	}
	if m.model != nil && autosomal(m.MOI) && loci.Of(m.model.Contig, m.model.Start, m.model.End) == sex.X {
		warning = m.Symbol + " lies on X and has the mode " + m.MOIVerbatim
		m.Notes = append(m.Notes, "lies on X, its mode of inheritance is an autosomal one")
	}
	return warning
}

// joinModes gives the gene's mode: the panels' where they agree, their verbatim
// strings joined where they do not.
func joinModes(ships []panel.Membership) (verbatim string, moi panel.MOI) {
	var words []string
	var modes []panel.MOI
	for _, s := range ships {
		words = appendNew(words, s.MOIVerbatim)
		modes = append(modes, s.MOI)
	}
	return strings.Join(words, "; "), panel.JoinMOI(modes)
}

// differ tells whether two panels name different known modes.
func differ(ships []panel.Membership) bool {
	first := panel.Unknown
	for _, s := range ships {
		switch {
		case s.MOI == panel.Unknown:
		case first == panel.Unknown:
			first = s.MOI
		case s.MOI != first:
			return true
		}
	}
	return false
}

// joinPenetrance takes the wider of PanelApp's words: incomplete penetrance
// excludes nothing.
func joinPenetrance(words []string) string {
	for _, w := range words {
		if strings.EqualFold(w, "incomplete") {
			return w
		}
	}
	if len(words) == 0 {
		return ""
	}
	return words[0]
}

func autosomal(m panel.MOI) bool {
	switch m {
	case panel.Unknown, panel.XLinkedBiallelic, panel.XLinkedMonoallelic, panel.Mitochondrial:
		return false
	}
	return true
}
