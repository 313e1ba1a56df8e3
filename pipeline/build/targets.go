package build

import (
	"fmt"
	"slices"

	"varpanel/hts/bed"
	"varpanel/hts/fault"
	"varpanel/reference/bundle"
	"varpanel/reference/panel"
	"varpanel/reference/transcript"
)

// targetRow is a row of the targets with the bundle's contig name.
type targetRow = bed.Record

// resolveTargets finds the genes whose chosen transcripts have an exon in the
// targets: they are the panel's genes, as far as the targets reach. Nobody
// asked for them by name, so one without a HGNC id is no failure.
func (b *builder) resolveTargets(table *maneTable, overrides map[string][]string) error {
	var met []*transcript.Gene
	seen := make(map[*transcript.Gene]bool)
	var found []*transcript.Transcript
	for i := range b.request.targets {
		t := &b.request.targets[i]
		place := fmt.Sprintf("line %d", t.Line)
		if own, ok := b.contigs.Resolve(t.Contig); ok {
			t.Contig = own
			if length, _ := b.contigs.Length(own); t.End > length {
				return fault.Inputf(b.o.Targets, place, "ends at %d, %s has %d bases", t.End, own, length)
			}
		}
		if t.Name == "" {
			t.Name = fmt.Sprintf("%s:%d-%d", t.Contig, t.Start+1, t.End)
		}
		found = b.model.Overlapping(found[:0], t.Contig, t.Start, t.End)
		for _, tr := range found {
			if g := b.model.Gene(tr.GeneID); !seen[g] {
				seen[g] = true
				met = append(met, g)
			}
		}
	}
	targets := b.targetsByContig()
	for _, g := range met {
		m := &member{where: g.ID, names: []string{g.Symbol}, model: g}
		m.Asked, m.Symbol = g.Symbol, g.Symbol
		m.JoinedBy = "target"
		if entry, by, ok := b.join.hgncOf(g); ok {
			m.HGNCID, m.Symbol, m.JoinedBy = entry.HGNCID, entry.Symbol, by
			m.names = append(m.names, entry.HGNCID, entry.Symbol)
		}
		m.own()
		m.choose(table, overrides)
		m.lacking = nil
		m.describe(b.assembly, b.loci)
		if reached(m, targets[g.Contig]) {
			b.members = append(b.members, m)
		}
	}
	sortMembers(b.members)
	return nil
}

// targetsByContig gives the targets of each contig, merged.
func (b *builder) targetsByContig() map[string][]interval {
	out := make(map[string][]interval)
	for _, t := range b.request.targets {
		out[t.Contig] = append(out[t.Contig], interval{t.Start, t.End})
	}
	for name := range out {
		out[name] = merge(out[name])
	}
	return out
}

// reached tells whether an exon of the member's transcripts lies in a target of
// its contig.
func reached(m *member, targets []interval) bool {
	return slices.ContainsFunc(m.chosen, func(t *transcript.Transcript) bool {
		return slices.ContainsFunc(t.Exons, func(e transcript.Exon) bool {
			return len(meet(interval{e.Start, e.End}, targets)) > 0
		})
	})
}

// shortfall counts what the targets of one name lack.
type shortfall struct {
	targets, lacking int
	bases, unknown   int
	contig           string // that the FASTA lacks, or ""
	allowed          bool
}

func (f *shortfall) String() string {
	s := fmt.Sprintf("%s of %s bases have no sequence in %d of %d targets", thousands(f.unknown), thousands(f.bases), f.lacking, f.targets)
	if f.contig != "" {
		s += " (the FASTA has no contig " + f.contig + ")"
	}
	return s
}

// assessTargets asks for sequence at every base of every target. The coverage
// report's rows are the targets.
func (b *builder) assessTargets(look *surveyor) (failed, allow []string, err error) {
	var names []string
	sums := make(map[string]*shortfall)
	for _, t := range b.request.targets {
		gaps, err := look.gaps(t.Contig, interval{t.Start, t.End})
		if err != nil {
			return nil, nil, err
		}
		f := sums[t.Name]
		if f == nil {
			f = &shortfall{}
			sums[t.Name], names = f, append(names, t.Name)
		}
		f.add(t, gaps)
		if _, ok := b.contigs.Length(t.Contig); !ok {
			f.contig = t.Contig
		}
		f.allowed = f.allowed || b.o.allowed(b.targetNames(t)...)
		row := bundle.Exon{Gene: t.Name, Number: f.targets, Contig: t.Contig, Start: t.Start, End: t.End}
		b.exons = append(b.exons, look.stretches(row, gaps)...)
		b.panel.Regions = append(b.panel.Regions, panel.Region{
			Name: t.Name, Contig: t.Contig, Start: t.Start, End: t.End, Types: "small", Assessed: len(gaps) == 0,
		})
	}
	for _, name := range names {
		switch f := sums[name]; {
		case f.lacking == 0:
		case f.allowed:
			b.request.messages = append(b.request.messages, name+": "+f.String())
		default:
			failed = append(failed, name+": "+f.String())
			allow = append(allow, name)
		}
	}
	targets := b.targetsByContig()
	for _, m := range b.members {
		if err := b.assessInside(look, m, targets[m.model.Contig]); err != nil {
			return nil, nil, err
		}
		for _, why := range m.broken {
			failed = append(failed, m.Symbol+": "+why)
		}
	}
	return failed, allow, nil
}

func (f *shortfall) add(t targetRow, gaps []interval) {
	f.targets++
	f.bases += t.End - t.Start
	if len(gaps) > 0 {
		f.lacking++
	}
	for _, g := range gaps {
		f.unknown += g.length()
	}
}

// targetNames lists what --allow-missing may call a target: its own name and
// the genes in it.
func (b *builder) targetNames(t targetRow) []string {
	names := []string{t.Name}
	for _, m := range b.members {
		if m.model.Contig == t.Contig && m.model.Start < t.End && t.Start < m.model.End {
			names = append(names, m.names...)
		}
	}
	return names
}

// assessInside sets the state of a gene from the part of its coding sequence
// that the targets reach.
func (b *builder) assessInside(look *surveyor, m *member, targets []interval) error {
	looked, unknown := 0, 0
	for _, t := range m.chosen {
		if err := look.problems(m, t); err != nil {
			return err
		}
		for _, p := range parts(t) {
			for _, inside := range meet(interval{p.start - spliceFlank, p.end + spliceFlank}, targets) {
				gaps, err := look.gaps(t.Contig, inside)
				if err != nil {
					return err
				}
				looked += inside.length()
				for _, g := range gaps {
					unknown += g.length()
				}
				m.addParts(t, p, gaps)
			}
		}
	}
	switch {
	case unknown == 0:
		m.State = panel.Assessed
	case unknown == looked:
		m.State = panel.NotAssessed
	default:
		m.State = panel.PartAssessed
	}
	m.Notes = append(m.Notes, "assessed inside the target regions only")
	return nil
}
