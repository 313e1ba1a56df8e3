package source

import (
	"varpanel/reference/allele"
	"varpanel/reference/hotspot"
)

// PanelHotspots is the name of the source that holds a bundle's own
// hotspots.tsv.
const PanelHotspots = "panel-hotspots"

type panelHotspots struct {
	rows     []hotspot.Row
	byAllele map[allele.Allele][]int
	change   []string // one-letter protein change of each row
}

// AddHotspots adds a bundle's own hotspot rows as a source of kind hotspot.
// Their alleles are normalised and have the bundle's contig names. It is called
// before the first View is used.
func (s *Set) AddHotspots(rows []hotspot.Row, version string) {
	if len(rows) == 0 {
		return
	}
	p := &panelHotspots{rows: rows, byAllele: make(map[allele.Allele][]int, len(rows)), change: make([]string, len(rows))}
	for i, r := range rows {
		a := allele.Allele{Contig: r.Contig, Pos: r.Pos, Ref: r.Ref, Alt: r.Alt}
		p.byAllele[a] = append(p.byAllele[a], i)
		p.change[i] = oneLetter(r.HGVSp)
	}
	s.panel = p
	s.descriptions = append(s.descriptions, Description{
		Name: PanelHotspots, Version: version, Kind: Hotspot,
		Keys: []string{FieldGene, FieldName, FieldOrigin, FieldProtein},
	})
}

func (p *panelHotspots) lookup(a allele.Allele, dst []Hit) []Hit {
	for _, i := range p.byAllele[a] {
		dst = append(dst, p.hit(i, ByAllele))
	}
	return dst
}

func (p *panelHotspots) lookupProtein(contig string, from, to int, gene, change string, dst []Hit) []Hit {
	for i, r := range p.rows {
		if r.Contig == contig && r.Pos >= from && r.Pos < to && p.change[i] == change && sameGene(r.Gene, gene) {
			return append(dst, p.hit(i, ByProtein))
		}
	}
	return dst
}

func (p *panelHotspots) hit(i int, by MatchBy) Hit {
	r := p.rows[i]
	return Hit{Source: PanelHotspots, Kind: Hotspot, By: by, Fields: []string{r.Gene, r.Name, r.Source, r.HGVSp}}
}
