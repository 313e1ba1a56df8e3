package explain

import (
	"errors"
	"fmt"
	"strings"

	"varpanel/annotate/consequence"
	"varpanel/hts/bgzf"
	"varpanel/reference/genome"
	"varpanel/reference/transcript"
)

// Answer gives the lines that explain one variant of a finished case.
func Answer(dir, variant string, o bgzf.Options) (lines []string, err error) {
	f, err := openFolder(dir, o)
	if err != nil {
		return nil, err
	}
	seq, err := f.bundle.Reference()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, seq.Close()) }()
	model, err := f.bundle.Transcripts()
	if err != nil {
		return nil, err
	}
	q, err := f.ask(variant, seq, model)
	if err != nil {
		return nil, err
	}
	lines = []string{q.allele.String()}
	if q.as != "" {
		lines[0] = q.as + " is " + lines[0]
	}
	if more := f.found(q); more != nil {
		return append(lines, more...), nil
	}
	more, err := f.notFound(q, seq, model)
	return append(lines, more...), err
}

// found answers for an allele that has a row.
func (f *folder) found(q question) []string {
	for _, r := range f.rows.Variants {
		if r.allele() != q.allele {
			continue
		}
		out := []string{r.naming.String(), fmt.Sprintf("reported: rank %d, tier %s by rule %s", r.Rank, r.Tier, r.TierRule)}
		for _, e := range r.Evidence {
			out = append(out, "evidence: "+e)
		}
		if len(r.Rescue) > 0 {
			out = append(out, "rescued by: "+strings.Join(r.Rescue, ", "))
		}
		if len(r.Flags) > 0 {
			out = append(out, "flags: "+strings.Join(r.Flags, ", "))
		}
		return out
	}
	for _, r := range f.rows.Excluded {
		if r.allele() != q.allele {
			continue
		}
		out := fmt.Sprintf("excluded by rule %s %s", r.Rule, r.Version)
		if r.Observed != "" {
			out += ": observed " + r.Observed
		}
		if r.Threshold != "" {
			out += ", threshold " + r.Threshold
		}
		lines := []string{out}
		if name := r.naming.String(); name != "" {
			lines = []string{name, out}
		}
		if len(r.Flags) > 0 {
			lines = append(lines, "flags: "+strings.Join(r.Flags, ", "))
		}
		return lines
	}
	return nil
}

// notFound answers for an allele without a row: outside the regions, or inside
// and not called.
func (f *folder) notFound(q question, seq genome.Sequence, model *transcript.Model) ([]string, error) {
	var out []string
	predictions, err := consequence.New(model, seq, consequence.Options{UpDownstream: 5000}).Predict(nil, q.allele)
	if err != nil {
		return nil, err
	}
	for _, p := range predictions {
		if p.Transcript != nil {
			out = append(out, naming{p.Transcript.Gene, p.Transcript.Accession, p.HGVSc, p.HGVSp, p.Terms[0].String()}.String())
		}
	}
	near, inside := f.region(q)
	if !inside {
		return append(out, "not in the report: it lies outside the scan regions of this test"+near), nil
	}
	out = append(out, fmt.Sprintf("not in the report: it lies in the scan regions, and the VCF has no such allele of %s", f.rows.Case.Sample))
	out = append(out, f.callability(q)...)
	for _, h := range f.rows.Hotspots {
		if h.Contig == q.allele.Contig && h.Pos-1 >= q.allele.Pos && h.Pos-1 < q.allele.End() {
			out = append(out, strings.TrimSpace(fmt.Sprintf("hotspot %s: %s %s", h.Name, h.Status, h.Why)))
		}
	}
	return out, nil
}

// region tells whether the allele belongs to the panel by the rule of
// membership, and where the nearest region is.
func (f *folder) region(q question) (near string, inside bool) {
	start, end := q.allele.Pos, q.allele.End()
	if len(q.allele.Ref) == 1 && len(q.allele.Alt) > 1 {
		end++
	}
	best := -1
	for _, r := range f.bundle.Regions {
		if r.Contig != q.allele.Contig {
			continue
		}
		d := max(r.Start-end+1, start-r.End+1, 0)
		if best >= 0 && d >= best {
			continue
		}
		best = d
		near = fmt.Sprintf("; the nearest is %s:%d-%d, %d bases away", r.Contig, r.Start+1, r.End, d)
	}
	if best < 0 {
		near = "; it has none on " + q.allele.Contig
	}
	return near, best == 0
}

// callability says what the reads were like where the allele would stand.
func (f *folder) callability(q question) []string {
	c := f.rows.Coverage
	if c == nil {
		return []string{"no BAM was given: whether this place was read deep enough is not known"}
	}
	for _, g := range c.Gaps {
		if g.Contig == q.allele.Contig && g.Start < q.allele.End() && q.allele.Pos < g.End {
			return []string{fmt.Sprintf("the reads are below %dx there: depth %d to %d at %s:%d-%d; this is not evidence of its absence",
				c.PassDepth, g.MinDepth, g.MaxDepth, g.Contig, g.Start+1, g.End)}
		}
	}
	for _, e := range c.Exons {
		if e.Contig == q.allele.Contig && e.Start-1 < q.allele.End() && q.allele.Pos < e.End {
			return []string{fmt.Sprintf("the reads are at %dx or more there (%s exon %s)", c.PassDepth, e.Transcript, e.Exon)}
		}
	}
	return []string{"it lies beside the coding bases whose depth was measured: whether it was read deep enough is not known"}
}
