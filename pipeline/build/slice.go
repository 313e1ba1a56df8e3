package build

import (
	"bytes"
	"container/heap"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"varpanel/hts/bcf"
	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
	"varpanel/hts/index"
	"varpanel/hts/vcf"
	"varpanel/reference/allele"
	"varpanel/reference/bundle"
	"varpanel/reference/contig"
	"varpanel/reference/genome"
	"varpanel/stages/normalise"
	"varpanel/stages/scan"
)

// reorder is how far left-alignment may move a record before the slice's order
// is given up: far above any repeat of the genome that a variant is called in.
const reorder = 100_000

// slicer reads annotation sources on regions of the bundle.
type slicer struct {
	seq      genome.Sequence
	contigs  *contig.Set
	assembly string
	threads  int
	safe     bool // see bgzf.Options.SafeInflate
}

// each gives every normalised sequence allele of a source that meets the
// regions (by the bundle's contig names). The split and its line are good until
// yield returns.
func (s *slicer) each(ctx context.Context, c *sourceConfig, regions map[string][]interval, yield func(*vcf.Record, *normalise.Split) error) error {
	h, err := s.header(c)
	if err != nil {
		return err
	}
	in, err := scan.Open(scan.Options{Path: c.path, Threads: s.threads, SafeInflate: s.safe, Regions: s.fileRegions(h, regions)})
	if err != nil {
		return fault.Missing(err)
	}
	err = s.records(ctx, c, in, yield)
	if closeErr := in.Close(); err == nil {
		err = closeErr
	}
	return err
}

// header reads and checks a source's header.
func (s *slicer) header(c *sourceConfig) (*vcf.Header, error) {
	r, err := bcf.Open(c.path, bgzf.Options{SafeInflate: s.safe})
	if err != nil {
		return nil, fault.Missing(err)
	}
	h := r.Header()
	if err := r.Close(); err != nil {
		return nil, err
	}
	return h, c.checkHeader(h, s.contigs, s.assembly)
}

// fileRegions names the regions as the file does. Where its header has no
// contig lines every alias is asked for.
func (s *slicer) fileRegions(h *vcf.Header, regions map[string][]interval) map[string][]scan.Interval {
	out := make(map[string][]scan.Interval)
	for _, c := range s.contigs.Contigs() {
		list := regions[c.Name]
		if len(list) == 0 {
			continue
		}
		asked := make([]scan.Interval, len(list))
		for i, r := range list {
			asked[i] = scan.Interval{Start: r.start, End: r.end}
		}
		for _, name := range append([]string{c.Name}, c.Aliases...) {
			if _, known := h.Contig(name); known || len(h.Contigs) == 0 {
				out[name] = asked
			}
		}
	}
	return out
}

func (s *slicer) records(ctx context.Context, c *sourceConfig, in *scan.Reader, yield func(*vcf.Record, *normalise.Split) error) error {
	split := normalise.New(in.Header(), s.seq, s.contigs.Resolve)
	var batch scan.Batch
	var record, part vcf.Record
	var splits []normalise.Split
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := in.Next(&batch)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		for i, line := range batch.Lines {
			place := batch.Places[i]
			if err := record.Parse(line); err != nil {
				return vcf.FaultAt(c.path, place.String(), err)
			}
			if splits, err = split.Record(&record, splits[:0]); err != nil {
				return vcf.FaultAt(c.path, place.String(), err)
			}
			for k := range splits {
				if err := s.one(c, place, &part, &splits[k], yield); err != nil {
					return err
				}
			}
		}
	}
}

func (s *slicer) one(c *sourceConfig, place scan.Place, part *vcf.Record, split *normalise.Split, yield func(*vcf.Record, *normalise.Split) error) error {
	if split.Kind != normalise.Sequence {
		return nil
	}
	if split.RefState == allele.RefMismatch {
		return fault.Inputf(c.path, place.String(), "source %s: REF %s is not what the FASTA has at %s:%d", c.name, short(split.Allele.Ref), split.Allele.Contig, split.Allele.Pos+1).
			WithHint("is it of another assembly? bcftools norm -c x -f FASTA drops single records")
	}
	if err := part.Parse(split.Line); err != nil {
		return vcf.FaultAt(c.path, place.String(), err)
	}
	return yield(part, split)
}

func short(bases string) string {
	if len(bases) > 20 {
		return bases[:20] + "..."
	}
	return bases
}

// pathogenic tells whether a significance says pathogenic or likely pathogenic:
// one of its terms does, in ClinVar's words or the classes' short forms, with or
// without low penetrance. Conflicting classifications are none of these.
func pathogenic(significance []byte) bool {
	for term := range bytes.FieldsFuncSeq(significance, func(r rune) bool { return r == '/' || r == '|' || r == ',' || r == ';' }) {
		switch strings.ToLower(strings.Trim(string(term), "_ ")) {
		case "pathogenic", "likely_pathogenic", "likely pathogenic", "p", "lp":
			return true
		}
	}
	return false
}

// significant lists, by contig, the REF spans of a source's P/LP alleles in the
// regions.
func (s *slicer) significant(ctx context.Context, c *sourceConfig, regions map[string][]interval) (map[string][]interval, error) {
	keys := c.fields["significance"]
	out := make(map[string][]interval)
	err := s.each(ctx, c, regions, func(r *vcf.Record, split *normalise.Split) error {
		for _, key := range keys {
			value, state := r.InfoValue(key)
			if state == vcf.Missing {
				continue
			}
			if a := split.Allele; pathogenic(value) {
				out[a.Contig] = append(out[a.Contig], interval{a.Pos, a.End()})
			}
			break
		}
		return nil
	})
	return out, err
}

// sliced is one record of a slice that waits for its place in the order.
type sliced struct {
	allele allele.Allele
	order  int // of reading, to keep equal alleles apart
	line   []byte
}

// waiting is a heap of the records that later ones may still come before.
type waiting []sliced

func (w waiting) Len() int      { return len(w) }
func (w waiting) Swap(i, j int) { w[i], w[j] = w[j], w[i] }
func (w waiting) Less(i, j int) bool {
	a, b := w[i].allele, w[j].allele
	if a.Pos != b.Pos {
		return a.Pos < b.Pos
	}
	if c := strings.Compare(a.Ref, b.Ref); c != 0 {
		return c < 0
	}
	if c := strings.Compare(a.Alt, b.Alt); c != 0 {
		return c < 0
	}
	return w[i].order < w[j].order
}
func (w *waiting) Push(x any) { *w = append(*w, x.(sliced)) }
func (w *waiting) Pop() any {
	last := len(*w) - 1
	x := (*w)[last]
	*w = (*w)[:last]
	return x
}

// sliceWriter writes normalised records sorted, with their .tbi.
type sliceWriter struct {
	out     *bgzf.Writer
	index   *index.TabixWriter
	keep    map[string]bool // INFO keys
	contig  string
	waiting waiting
	last    int
	records int
	line    []byte
}

// slice writes a source's slice on the regions and gives its manifest entry,
// the original's digest left to the caller.
func (s *slicer) slice(ctx context.Context, c *sourceConfig, regions map[string][]interval, dir string) (bundle.Source, error) {
	entry := bundle.Source{
		Name: c.name, Version: c.version, Kind: string(c.kind), File: bundle.SourcesDir + "/" + c.name + ".vcf.gz",
		Fields: c.fields, Populations: c.populations, Original: filepath.Base(c.path),
	}
	h, err := s.header(c)
	if err != nil {
		return entry, err
	}
	name := filepath.Join(dir, filepath.FromSlash(entry.File))
	err = writeFile(name, func(w io.Writer) error {
		sw := &sliceWriter{out: bgzf.NewWriter(w, bgzf.WriterOptions{}), index: index.NewTabixWriter(index.VCF), keep: make(map[string]bool)}
		for _, key := range c.keys() {
			sw.keep[key] = true
		}
		if _, err := sw.out.Write(s.sliceHeader(c, h)); err != nil {
			return err
		}
		if err := s.each(ctx, c, regions, sw.add); err != nil {
			return err
		}
		if err := sw.flush(-1); err != nil {
			return err
		}
		entry.Records = sw.records
		if err := sw.out.Close(); err != nil {
			return err
		}
		return writeFile(name+".tbi", func(w io.Writer) error {
			_, err := sw.index.WriteTo(w)
			return err
		})
	})
	return entry, err
}

// sliceHeader keeps the declarations of what the slice has; contigs are the
// bundle's.
func (s *slicer) sliceHeader(c *sourceConfig, h *vcf.Header) []byte {
	keys := c.keys()
	var b bytes.Buffer
	b.WriteString("##fileformat=VCFv4.2\n")
	fmt.Fprintf(&b, "##source=%s %s\n", c.name, c.version)
	for _, line := range h.Lines() {
		switch {
		case strings.HasPrefix(line, "##FILTER=<"):
			b.WriteString(line + "\n")
		case strings.HasPrefix(line, "##INFO=<"):
			if slices.ContainsFunc(keys, func(key string) bool {
				return strings.HasPrefix(line, "##INFO=<ID="+key+",")
			}) {
				b.WriteString(line + "\n")
			}
		}
	}
	for _, k := range s.contigs.Contigs() {
		fmt.Fprintf(&b, "##contig=<ID=%s,length=%d>\n", k.Name, k.Length)
	}
	b.WriteString("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n")
	return b.Bytes()
}

// add takes one record in the order of the source.
func (sw *sliceWriter) add(r *vcf.Record, split *normalise.Split) error {
	a := split.Allele
	if a.Contig != sw.contig {
		if err := sw.flush(-1); err != nil {
			return err
		}
		sw.contig, sw.last = a.Contig, 0
	}
	heap.Push(&sw.waiting, sliced{allele: a, order: sw.records, line: sw.slim(r, a)})
	sw.records++
	return sw.flush(a.Pos)
}

// slim makes the slice's line: ID and FILTER as they were, QUAL dropped, the
// INFO keys in use.
func (sw *sliceWriter) slim(r *vcf.Record, a allele.Allele) []byte {
	line := append(sw.line[:0], a.Contig...)
	line = append(line, '\t')
	line = strconv.AppendInt(line, int64(a.Pos+1), 10)
	for _, column := range []string{string(r.ID()), a.Ref, a.Alt, ".", string(r.Filter())} {
		line = append(line, '\t')
		line = append(line, column...)
	}
	line = append(line, '\t')
	from := len(line)
	for field := range bytes.SplitSeq(r.Info(), []byte{';'}) {
		key, _, _ := bytes.Cut(field, []byte{'='})
		if !sw.keep[string(key)] {
			continue
		}
		if len(line) > from {
			line = append(line, ';')
		}
		line = append(line, field...)
	}
	if len(line) == from {
		line = append(line, '.')
	}
	sw.line = append(line, '\n')
	return bytes.Clone(sw.line)
}

// flush writes the records that nothing can come before any more when the
// source stands at pos; all of them at -1.
func (sw *sliceWriter) flush(pos int) error {
	for len(sw.waiting) > 0 && (pos < 0 || sw.waiting[0].allele.Pos < pos-reorder) {
		next := heap.Pop(&sw.waiting).(sliced)
		if next.allele.Pos < sw.last {
			return fmt.Errorf("%s moves more than %d bases to the left", next.allele, reorder)
		}
		sw.last = next.allele.Pos
		begin := sw.out.Offset()
		if _, err := sw.out.Write(next.line); err != nil {
			return err
		}
		if err := sw.index.Add(sw.contig, next.allele.Pos, next.allele.End(), begin, sw.out.Offset()); err != nil {
			return err
		}
	}
	return nil
}
