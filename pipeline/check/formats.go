package check

import (
	"errors"
	"fmt"
	"io"
	"strconv"

	"varpanel/hts/bam"
	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
	"varpanel/hts/index"
	"varpanel/hts/vcf"
	"varpanel/reference/contig"
)

// lines gives the lines of a text file, bgzipped or not, with their numbers and
// virtual offsets. Empty lines at the end are passed over.
type lines struct {
	t      *target
	z      *bgzf.Reader // nil for plain text
	buf    []byte
	number int         // of the line given last, from 1
	at     bgzf.Offset // of that line
	from   bgzf.Offset // of the end of the line before
	open   bool        // a plain text's last line had no end
}

func (t *target) lines() (*lines, error) {
	l := &lines{t: t}
	if !t.packed {
		return l, nil
	}
	z, err := bgzf.NewReader(t.in, t.blocks())
	l.z = z
	return l, err
}

func (l *lines) close() {
	if l.z != nil {
		l.z.Close()
	}
}

func (l *lines) place() string { return "line " + strconv.Itoa(l.number) }

// next gives a line without its end, good until the next call.
func (l *lines) next() ([]byte, error) {
	line, err := l.one()
	if err != nil || len(line) > 0 {
		return line, err
	}
	place := l.place()
	for err == nil && len(line) == 0 {
		line, err = l.one()
	}
	if err != nil {
		return nil, err
	}
	return nil, fault.Inputf(l.t.path, place, "an empty line")
}

func (l *lines) one() ([]byte, error) {
	var err error
	if l.z != nil {
		l.from = l.z.Offset()
		l.buf, l.at, err = l.z.Line(l.buf, vcf.MaxLine)
	} else {
		l.buf, err = l.plain()
	}
	if err == nil {
		l.number++
	}
	return l.buf, err
}

// plain reads a line of plain text.
func (l *lines) plain() ([]byte, error) {
	l.buf = l.buf[:0]
	for {
		part, err := l.t.in.ReadSlice('\n')
		if len(l.buf)+len(part) > vcf.MaxLine {
			return nil, fault.Inputf(l.t.path, "line "+strconv.Itoa(l.number+1), "a line is longer than %d bytes", vcf.MaxLine)
		}
		l.buf = append(l.buf, part...)
		if err == nil || errors.Is(err, io.EOF) && len(l.buf) > 0 {
			break
		}
		if errors.Is(err, io.EOF) {
			return nil, io.EOF
		}
		if len(part) == 0 {
			return nil, fmt.Errorf("%s: %w", l.t.path, err)
		}
	}
	n := len(l.buf)
	l.open = n > 0 && l.buf[n-1] != '\n'
	if n > 0 && l.buf[n-1] == '\n' {
		n--
	}
	if n > 0 && l.buf[n-1] == '\r' {
		n--
	}
	return l.buf[:n], nil
}

func checkVCF(t *target) error {
	l, err := t.lines()
	if err != nil {
		return err
	}
	defer l.close()
	h, err := vcf.ReadHeader(l.next, t.path)
	if err != nil {
		return err
	}
	contigs := make([]contig.Contig, len(h.Contigs))
	for i, c := range h.Contigs {
		contigs[i] = contig.Contig{Name: c.Name, Length: c.Length}
	}
	if err := t.assembly(contigs); err != nil {
		return err
	}
	o := &order{}
	if o.index, err = t.findIndex(index.Text); err != nil {
		return err
	}
	t.result = Result{Kind: t.describe("VCF " + h.Version), Of: "record", Order: "sorted", Assembly: t.result.Assembly, Index: t.result.Index}
	for _, p := range h.Problems {
		t.result.Breaches.add("line "+strconv.Itoa(p.Line), "", p.Msg)
	}
	checker := vcf.NewChecker(h, func(column, msg string) { t.result.Breaches.add(l.place(), column, msg) })
	var r vcf.Record
	for {
		line, err := l.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if err := t.vcfRecord(l, h, &r, line, o); err != nil {
			return err
		}
		checker.Check(&r)
	}
	if l.open {
		t.result.Breaches.add(l.place(), "", "the last line has no line end")
	}
	if o.index == nil {
		return nil
	}
	return o.index.end(0)
}

func (t *target) vcfRecord(l *lines, h *vcf.Header, r *vcf.Record, line []byte, o *order) error {
	err := r.Parse(line)
	if err == nil {
		err = h.Fits(r)
	}
	if err != nil {
		return vcf.FaultAt(t.path, l.place(), err)
	}
	name := string(r.Chrom())
	// The base after the last one stands for the telomere.
	if c, ok := h.Contig(name); ok && c.Length > 0 && r.Pos() > c.Length {
		return fault.Inputf(t.path, l.place()+": POS", "%d is past the end of contig %s, which has %d bases", r.Pos()+1, name, c.Length)
	}
	t.result.Records++
	if o.next(name, r.Pos()); o.problem != "" {
		return fault.Inputf(t.path, l.place(), "records are not sorted: %s", o.problem).WithHint("bcftools sort -O z -o NEW.vcf.gz %s", t.path)
	}
	if o.index == nil {
		return nil
	}
	id, ok := o.index.x.ID(name)
	if !ok {
		id = -1
	}
	return o.index.record(id, r.Pos(), r.RefEnd(), l.from, l.at)
}

func checkBAM(t *target) error {
	r, err := bam.NewReader(t.in, t.blocks(), true)
	if err != nil {
		return err
	}
	defer r.Close()
	h := r.Header()
	if len(h.Refs) == 0 {
		return fault.Inputf(t.path, "", "the header has no reference sequence")
	}
	contigs := make([]contig.Contig, len(h.Refs))
	for i, c := range h.Refs {
		contigs[i] = contig.Contig{Name: c.Name, Length: c.Length}
	}
	if err := t.assembly(contigs); err != nil {
		return err
	}
	fits, err := t.findIndex(index.BAM)
	if err != nil {
		return err
	}
	if fits != nil && fits.x.References() > len(h.Refs) {
		return fits.misfit(0, fmt.Sprintf("it has %d contigs, the file %d", fits.x.References(), len(h.Refs)))
	}
	t.result = Result{Kind: "BAM", Of: "record", Order: "sorted", Assembly: t.result.Assembly, Index: t.result.Index}
	unplaced := 0
	for rec := (bam.Record{}); ; t.result.Records++ {
		at := r.Offset()
		err := r.Read(&rec)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if rec.RefID() < 0 {
			unplaced++
		} else if fits != nil {
			if err := fits.record(rec.RefID(), rec.Pos(), rec.End(), at, at); err != nil {
				return err
			}
		}
	}
	if fits == nil {
		return nil
	}
	return fits.end(unplaced)
}
