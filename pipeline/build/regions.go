package build

import (
	"slices"
	"strconv"
	"strings"

	"varpanel/reference/bundle"
	"varpanel/reference/contig"
	"varpanel/reference/panel"
	"varpanel/reference/transcript"
)

// territory is what the bundle's cases scan, by contig, with the names that
// each stretch has.
type territory struct {
	contigs *contig.Set
	named   map[string][]named
}

type named struct {
	interval
	name string
}

// add takes an interval, cut to its contig. A contig that the FASTA lacks has no
// place in a bundle: its genes are not assessed.
func (t *territory) add(contigName, name string, i interval) {
	length, ok := t.contigs.Length(contigName)
	if !ok {
		return
	}
	i = interval{max(i.start, 0), min(i.end, length)}
	if i.end > i.start {
		t.named[contigName] = append(t.named[contigName], named{i, name})
	}
}

// addExons takes the exons of the chosen transcripts, UTR included, and their
// padding.
func (t *territory) addExons(m *member, padding int) {
	for _, chosen := range m.chosen {
		for _, e := range chosen.Exons {
			t.add(chosen.Contig, m.Symbol, interval{e.Start - padding, e.End + padding})
		}
	}
}

// merged gives the scan regions of a contig, sorted and disjoint, each with the
// sorted names of what it was merged from.
func (t *territory) merged(contigName string) []named {
	rows := slices.Clone(t.named[contigName])
	slices.SortFunc(rows, func(a, b named) int {
		if a.start != b.start {
			return a.start - b.start
		}
		if a.end != b.end {
			return a.end - b.end
		}
		return strings.Compare(a.name, b.name)
	})
	var out []named
	var names []string
	finish := func() {
		if n := len(out); n > 0 {
			slices.Sort(names)
			out[n-1].name = strings.Join(slices.Compact(names), ";")
		}
	}
	for _, r := range rows {
		if n := len(out); n > 0 && r.start <= out[n-1].end {
			out[n-1].end = max(out[n-1].end, r.end)
		} else {
			finish()
			out, names = append(out, r), names[:0]
		}
		names = append(names, r.name)
	}
	finish()
	return out
}

// intervals gives the scan regions of every contig.
func (t *territory) intervals() map[string][]interval {
	out := make(map[string][]interval)
	for name := range t.named {
		for _, r := range t.merged(name) {
			out[name] = append(out[name], r.interval)
		}
	}
	return out
}

// widened gives intervals of every contig with flanks, merged.
func (t *territory) widened(in map[string][]interval, by int) map[string][]interval {
	out := make(map[string][]interval, len(in))
	for name, list := range in {
		length, _ := t.contigs.Length(name)
		out[name] = widen(list, by, length)
	}
	return out
}

// bed gives regions.bed, by contig in the FASTA's order.
func (t *territory) bed() []byte {
	var b []byte
	for _, c := range t.contigs.Contigs() {
		for _, r := range t.merged(c.Name) {
			b = append(b, c.Name...)
			b = append(b, '\t')
			b = strconv.AppendInt(b, int64(r.start), 10)
			b = append(b, '\t')
			b = strconv.AppendInt(b, int64(r.end), 10)
			b = append(b, '\t')
			b = append(b, r.name...)
			b = append(b, '\n')
		}
	}
	return b
}

// spans gives the genes' spans: where P/LP positions are looked for.
func spans(members []*member) map[string][]interval {
	out := make(map[string][]interval)
	for _, m := range members {
		if m.model != nil {
			out[m.model.Contig] = append(out[m.model.Contig], interval{m.model.Start, m.model.End})
		}
	}
	for name := range out {
		out[name] = merge(out[name])
	}
	return out
}

// byContig sorts the members that the model has by their contig.
func byContig(members []*member) map[string][]*member {
	out := make(map[string][]*member)
	for _, m := range members {
		if m.model != nil {
			out[m.model.Contig] = append(out[m.model.Contig], m)
		}
	}
	return out
}

// geneAt names the members of a contig whose span meets an interval.
func geneAt(members []*member, i interval) string {
	var names []string
	for _, m := range members {
		if i.start < m.model.End && m.model.Start < i.end {
			names = appendNew(names, m.Symbol)
		}
	}
	slices.Sort(names)
	return strings.Join(names, ";")
}

// kept lists the genes of the bundle's model: the panel's, with the names that
// the build gave them, and every gene with a transcript that meets a scan
// region.
func kept(model *transcript.Model, members []*member, regions map[string][]interval) []*transcript.Gene {
	own := make(map[string]*transcript.Gene)
	for _, m := range members {
		if m.model != nil {
			own[m.model.ID] = m.model
		}
	}
	wanted := make(map[string]bool)
	var found []*transcript.Transcript
	for name, list := range regions {
		for _, r := range list {
			found = model.Overlapping(found[:0], name, r.start, r.end)
			for _, t := range found {
				wanted[t.GeneID] = true
			}
		}
	}
	var genes []*transcript.Gene
	for _, g := range model.Genes() {
		switch {
		case own[g.ID] != nil:
			genes = append(genes, own[g.ID])
		case wanted[g.ID]:
			genes = append(genes, g)
		}
	}
	return genes
}

// sortExons puts the rows of the coverage report in the FASTA's order; rows on
// contigs that it lacks stand at the end.
func sortExons(rows []bundle.Exon, contigs *contig.Set) {
	rank := func(name string) int {
		if r, ok := contigs.Rank(name); ok {
			return r
		}
		return len(contigs.Contigs())
	}
	slices.SortStableFunc(rows, func(a, b bundle.Exon) int {
		if c := rank(a.Contig) - rank(b.Contig); c != 0 {
			return c
		}
		if c := strings.Compare(a.Contig, b.Contig); c != 0 {
			return c
		}
		if a.Start != b.Start {
			return a.Start - b.Start
		}
		if a.End != b.End {
			return a.End - b.End
		}
		return strings.Compare(a.Gene+"\t"+a.Transcript, b.Gene+"\t"+b.Transcript)
	})
}

// panelRegions lists the regions and repeats of the PanelApp answers that have
// the confidence. Copy number and repeats are not assessed by this test.
func panelRegions(apps []*panel.PanelApp, least int, assembly string, contigs *contig.Set) (regions []panel.Region, strs []panel.STR) {
	own := func(name string) string {
		if known, ok := contigs.Resolve(name); ok {
			return known
		}
		return name
	}
	for _, p := range apps {
		for _, r := range p.Regions {
			if level(r.Confidence) < least {
				continue
			}
			start, end, _ := r.Place.On(assembly)
			regions = append(regions, panel.Region{
				Name: r.Name, Verbose: r.Verbose, Contig: own(r.Place.Contig), Start: start, End: end,
				Types: r.Types, Confidence: r.Confidence,
			})
		}
		for _, s := range p.STRs {
			if level(s.Confidence) < least {
				continue
			}
			start, end, _ := s.Place.On(assembly)
			strs = append(strs, panel.STR{
				Name: s.Name, Gene: s.Gene, Contig: own(s.Place.Contig), Start: start, End: end,
				Repeat: s.Repeat, Normal: s.Normal, Pathogenic: s.Pathogenic, Confidence: s.Confidence,
			})
		}
	}
	return regions, strs
}
