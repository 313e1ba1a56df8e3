package check

import (
	"errors"
	"fmt"
	"io"
	"strconv"

	"varpanel/hts/bam"
	"varpanel/hts/bcf"
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
	open   bool        // the last line had no end
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
		l.open = !l.z.LastLineEnded()
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
		if need := len(l.buf) + len(part); need > cap(l.buf) {
			// By doubling: what grows by less leaves more behind.
			l.buf = append(make([]byte, 0, min(max(2*cap(l.buf), need), vcf.MaxLine)), l.buf...)
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
	v, err := t.variants(t.describe("VCF "+h.Version), h, index.Text, l.place)
	if err != nil {
		return err
	}
	for {
		line, err := l.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if err := v.take(line); err != nil {
			return err
		}
		if v.fits == nil {
			continue
		}
		id, ok := v.fits.x.ID(string(v.record.Chrom()))
		if !ok {
			id = -1
		}
		if err := v.fits.record(id, v.record.Pos(), v.record.RefEnd(), l.from, l.at); err != nil {
			return err
		}
	}
	if l.open {
		t.result.Breaches.add(l.place(), "", "the last line has no line end")
	}
	return v.end()
}

// checkBCF reads a BCF's records and checks the text that each stands for.
func checkBCF(t *target) error {
	var in bcf.Source
	if t.packed {
		z, err := bgzf.NewReader(t.in, t.blocks())
		if err != nil {
			return err
		}
		defer z.Close()
		in = z
	} else {
		in = bcf.Plain(t.in)
	}
	h, err := bcf.ReadHeader(in, t.path)
	if err != nil {
		return err
	}
	r := bcf.NewReader(in, h, t.path)
	kind := "BCF"
	if !t.packed {
		kind = "BCF, not compressed"
	}
	v, err := t.variants(kind+", VCF "+h.VCF.Version, h.VCF, index.BCF, r.Place)
	if err != nil {
		return err
	}
	for {
		line, err := r.ReadLine()
		if errors.Is(err, io.EOF) {
			return v.end()
		}
		if err != nil {
			return err
		}
		if err := v.take(line); err != nil {
			return err
		}
		if v.fits == nil {
			continue
		}
		site := r.Site()
		begin, _ := r.Offsets()
		if err := v.fits.record(site.Contig, site.Start, site.End, begin, begin); err != nil {
			return err
		}
	}
}

// variants checks the records of a VCF or BCF one by one.
type variants struct {
	*target
	order
	header  *vcf.Header
	place   func() string // of the record that is taken
	record  vcf.Record
	checker *vcf.Checker
	fits    *fit // nil where there is no index
}

func (t *target) variants(kind string, h *vcf.Header, format index.Format, place func() string) (*variants, error) {
	contigs := make([]contig.Contig, len(h.Contigs))
	for i, c := range h.Contigs {
		contigs[i] = contig.Contig{Name: c.Name, Length: c.Length}
	}
	if err := t.assembly(contigs); err != nil {
		return nil, err
	}
	fits, err := t.findIndex(format)
	if err != nil {
		return nil, err
	}
	t.result = Result{Kind: kind, Of: "record", Order: "sorted", Assembly: t.result.Assembly, Index: t.result.Index}
	for _, p := range h.Problems {
		t.result.Breaches.add("line "+strconv.Itoa(p.Line), "", p.Msg)
	}
	v := &variants{target: t, header: h, place: place, fits: fits}
	v.checker = vcf.NewChecker(h, func(column, msg string) { t.result.Breaches.add(place(), column, msg) })
	return v, nil
}

func (v *variants) take(line []byte) error {
	err := v.record.Parse(line)
	if err == nil {
		err = v.header.Fits(&v.record)
	}
	if err != nil {
		return vcf.FaultAt(v.path, v.place(), err)
	}
	name, pos := string(v.record.Chrom()), v.record.Pos()
	// The base after the last one stands for the telomere.
	if c, ok := v.header.Contig(name); ok && c.Length > 0 && pos > c.Length {
		return fault.Inputf(v.path, v.place()+": POS", "%d is past the end of contig %s, which has %d bases", pos+1, name, c.Length)
	}
	v.result.Records++
	if v.next(name, pos); v.problem != "" {
		return fault.Inputf(v.path, v.place(), "records are not sorted: %s", v.problem).WithHint("bcftools sort -O z -o NEW.vcf.gz %s", v.path)
	}
	v.checker.Check(&v.record)
	return nil
}

// end looks at what the index has after the last record.
func (v *variants) end() error {
	if v.fits == nil {
		return nil
	}
	return v.fits.end(0)
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
	h.CheckText(func(line int, msg string) { t.result.Breaches.add("header line "+strconv.Itoa(line), "", msg) })
	unplaced := 0
	var at bgzf.Offset
	checker := bam.NewChecker(func(field, msg string) {
		t.result.Breaches.add(fmt.Sprintf("offset %d:%d", at.Block(), at.Within()), field, msg)
	})
	for rec := (bam.Record{}); ; t.result.Records++ {
		at = r.Offset()
		err := r.Read(&rec)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		checker.Check(&rec)
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
