package main

import (
	"cmp"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"varpanel/reference/gene"
	"varpanel/reference/transcript"
)

// interval is 0-based half-open.
type interval struct{ start, end int }

// merge sorts intervals and joins those that touch.
func merge(list []interval) []interval {
	slices.SortFunc(list, func(a, b interval) int { return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end)) })
	var out []interval
	for _, v := range list {
		if n := len(out); n > 0 && v.start <= out[n-1].end {
			out[n-1].end = max(out[n-1].end, v.end)
			continue
		}
		out = append(out, v)
	}
	return out
}

// Where variants and reads are placed, by contig.
type places struct {
	exons   [][]interval // all exons, merged
	coding  [][]interval // coding parts ± 20
	targets [][]interval // what the exome kit catches: coding parts ± a pad
}

// readGunzipped reads a gzipped file of the shared data with the given parser.
func readGunzipped[T any](path string, parse func(io.Reader, string) (T, error)) (value T, err error) {
	f, err := os.Open(path)
	if err != nil {
		return value, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	z, err := gzip.NewReader(f)
	if err != nil {
		return value, fmt.Errorf("%s: %w", path, err)
	}
	return parse(z, filepath.Base(path))
}

// around gives the coding parts of all exons with pad bases on both sides, or
// the whole exons, merged, by contig.
func (g *genome) around(model *transcript.Model, coding bool, pad int) [][]interval {
	out := make([][]interval, len(g.contigs))
	for _, t := range model.Transcripts() {
		c, ok := g.rank[t.Contig]
		if !ok || !g.contigs[c].sites || t.End > g.contigs[c].length-telomere {
			continue
		}
		for _, e := range t.Exons {
			from, to := e.Start, e.End
			if coding {
				from, to = max(from, t.CDSStart), min(to, t.CDSEnd)
			}
			if from < to {
				out[c] = append(out[c], interval{max(from-pad, telomere), min(to+pad, g.contigs[c].length-telomere)})
			}
		}
	}
	for c := range out {
		out[c] = merge(out[c])
	}
	return out
}

func total(list [][]interval) int {
	n := 0
	for _, l := range list {
		for _, v := range l {
			n += v.end - v.start
		}
	}
	return n
}

// placesOf reads what the gene model says. The targets are padded until they
// hold about the wanted number of bases.
func (g *genome) placesOf(model *transcript.Model, bases int) places {
	p := places{exons: g.around(model, false, 0), coding: g.around(model, true, 20)}
	for pad := 0; pad < 200; pad++ {
		if p.targets = g.around(model, true, pad); total(p.targets) >= bases {
			break
		}
	}
	return p
}

// candidates are the genes that a panel can be built of without exceptions:
// known to HGNC by the model's symbol, one contig, no fault in the sequence.
func (g *genome) candidates(model *transcript.Model, hgnc *gene.Table) ([]*transcript.Transcript, error) {
	var out []*transcript.Transcript
	for _, t := range model.Transcripts() {
		c, ok := g.rank[t.Contig]
		if !ok || !g.contigs[c].sites || t.End > g.contigs[c].length-telomere || t.CDSStart < 0 || t.Incomplete5 || t.Incomplete3 {
			continue
		}
		if _, known := hgnc.BySymbol(t.Gene); !known || len(model.GenesBySymbol(t.Gene)) != 1 {
			continue
		}
		problems, err := t.Problems(g)
		if err != nil {
			return nil, err
		}
		if len(problems) == 0 {
			out = append(out, t)
		}
	}
	return out, nil
}

// panel chooses n genes with the wanted number of exons between them: the first
// n in the order of a hash, then exchanges until the number is met or nothing
// brings it nearer.
func panel(from []*transcript.Transcript, n, exons int) []*transcript.Transcript {
	from = slices.Clone(from)
	slices.SortFunc(from, func(a, b *transcript.Transcript) int {
		return cmp.Or(cmp.Compare(hashName(a.ID), hashName(b.ID)), cmp.Compare(a.ID, b.ID))
	})
	n = min(n, len(from))
	have := 0
	for _, t := range from[:n] {
		have += len(t.Exons)
	}
	for i := 0; have != exons && i < 50*n; i++ {
		out := i % n
		want := max(-6, min(6, exons-have)) // small steps, so that not only the largest genes are taken
		for j := n; j < len(from); j++ {
			if len(from[j].Exons)-len(from[out].Exons) == want {
				from[out], from[j] = from[j], from[out]
				have += want
				break
			}
		}
	}
	chosen := from[:n]
	slices.SortFunc(chosen, func(a, b *transcript.Transcript) int { return cmp.Compare(a.Gene, b.Gene) })
	return chosen
}

func hashName(s string) uint64 {
	h := uint64(forGenes)
	for i := range len(s) {
		h = mix(h ^ uint64(s[i]))
	}
	return h
}

// writePanel writes a gene list for panel build, and the exons of its genes as
// BED: one row an exon in .exons.bed, merged in .bed.
func (g *genome) writePanel(prefix string, chosen []*transcript.Transcript) (err error) {
	list, err := os.Create(prefix + ".genes.tsv")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, list.Close()) }()
	modes := []string{
		"BIALLELIC, autosomal or pseudoautosomal",
		"MONOALLELIC, autosomal or pseudoautosomal, imprinted status unknown",
		"BOTH monoallelic and biallelic, autosomal or pseudoautosomal",
	}
	fmt.Fprintln(list, "gene\tconfidence\tmoi\tmode_of_pathogenicity\tpenetrance\ttranscript")
	byContig := make([][]interval, len(g.contigs))
	var rows [][]string
	for _, t := range chosen {
		c := g.rank[t.Contig]
		mode := modes[hashName(t.Gene)%uint64(len(modes))]
		if t.Contig == "chrX" {
			mode = "X-LINKED: hemizygous mutation in males, biallelic mutations in females"
		}
		fmt.Fprintf(list, "%s\t3\t%s\t\t\t\n", t.Gene, mode)
		for i, e := range t.Exons {
			byContig[c] = append(byContig[c], interval{e.Start, e.End})
			rows = append(rows, []string{t.Contig, fmt.Sprint(e.Start), fmt.Sprint(e.End), fmt.Sprintf("%s_%d", t.Gene, i+1), fmt.Sprintf("%02d%010d", c, e.Start)})
		}
	}
	slices.SortStableFunc(rows, func(a, b []string) int { return cmp.Compare(a[4], b[4]) })
	exons, err := os.Create(prefix + ".exons.bed")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, exons.Close()) }()
	for _, r := range rows {
		fmt.Fprintf(exons, "%s\t%s\t%s\t%s\n", r[0], r[1], r[2], r[3])
	}
	for c := range byContig {
		byContig[c] = merge(byContig[c])
	}
	return g.writeBED(prefix+".bed", byContig)
}

// writeBED writes intervals by contig.
func (g *genome) writeBED(path string, list [][]interval) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	for c, intervals := range list {
		for _, v := range intervals {
			if _, err := fmt.Fprintf(f, "%s\t%d\t%d\n", g.contigs[c].name, v.start, v.end); err != nil {
				return err
			}
		}
	}
	return nil
}
