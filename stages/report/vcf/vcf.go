package vcf

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"

	"varpanel/hts/bgzf"
	"varpanel/hts/index"
	htsvcf "varpanel/hts/vcf"
)

// Row is one allele of the report.
type Row struct {
	Line []byte // split and normalised, with the input's contig name, without line end
	Tier string // "" for an excluded allele
	Rule string // id and version of the rule that gave the tier or excluded
	// CSQ hands over an entry for each transcript, fields joined by "|", which is
	// not kept; it may have none, or be nil. It is asked when the row is written, in
	// the order of the file: the entries of all rows would be most of the report's
	// memory.
	CSQ func(add func(entry []byte)) error
	// Derived are the alleles that a derived one joins, as contig:pos:ref:alt.
	Derived []string
}

// excludedTier is VP_TIER of an allele that a rule excluded.
const excludedTier = "excluded"

// Write writes rows under the input's header to w and their .tbi to tbi. The
// order is the header's contigs, then position, REF and ALT; a contig that the
// header lacks is declared behind the others. Rows are not changed.
//
// csqFields is the list of CSQ's fields, joined by "|". An INFO key CSQ or
// VP_* of the input is replaced; removed names each such key, for a warning.
func Write(w, tbi io.Writer, h *htsvcf.Header, csqFields string, rows []Row) (removed []string, err error) {
	records, err := parse(h, rows)
	if err != nil {
		return nil, err
	}
	head, gone, err := prepare(h, csqFields, records)
	if err != nil {
		return nil, err
	}
	order(head, records)
	z := bgzf.NewWriter(w, bgzf.WriterOptions{})
	if _, err := io.WriteString(z, head.Text()); err != nil {
		return nil, err
	}
	idx := index.NewTabixWriter(index.VCF)
	to := liner{gone: gone}
	for i := range records {
		line, err := to.line(records[i].row)
		if err != nil {
			return nil, err
		}
		begin := z.Offset()
		if _, err := z.Write(line); err != nil {
			return nil, err
		}
		if err := idx.Add(string(to.record.Chrom()), to.record.Pos(), to.record.End(), begin, z.Offset()); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	if _, err := idx.WriteTo(tbi); err != nil {
		return nil, err
	}
	slices.Sort(to.gone)
	return slices.Compact(to.gone), nil
}

// record is where a row stands in the file.
type record struct {
	row       *Row
	chrom     []byte
	contig    int // of the header to write
	pos       int // 0-based
	ref, alts []byte
}

// parse finds where each row stands.
func parse(h *htsvcf.Header, rows []Row) ([]record, error) {
	records := make([]record, len(rows))
	var r htsvcf.Record
	for i := range rows {
		row := &rows[i]
		err := r.Parse(row.Line)
		if err == nil {
			err = h.Fits(&r)
		}
		if err != nil {
			return nil, fmt.Errorf("row %d of the annotated VCF: %w", i+1, err)
		}
		records[i] = record{row: row, chrom: r.Chrom(), pos: r.Pos(), ref: r.Ref(), alts: r.Alts()}
	}
	return records, nil
}

// prepare makes the header to write: without our keys of an earlier run, with
// ours, and with every contig that has a row.
func prepare(h *htsvcf.Header, csqFields string, records []record) (*htsvcf.Header, []string, error) {
	d := newDraft(h)
	gone := d.remove()
	for _, r := range records {
		if name := string(r.chrom); h.ContigIndex(name) < 0 {
			d.add("##contig=<ID=" + name + ">")
		}
	}
	d.lines = append(d.lines, infoLines(csqFields)...)
	head, err := d.header()
	return head, gone, err
}

func order(head *htsvcf.Header, records []record) {
	for i := range records {
		records[i].contig = head.ContigIndex(string(records[i].chrom))
	}
	slices.SortStableFunc(records, func(a, b record) int {
		return cmp.Or(
			cmp.Compare(a.contig, b.contig),
			cmp.Compare(a.pos, b.pos),
			bytes.Compare(a.ref, b.ref),
			bytes.Compare(a.alts, b.alts),
			bytes.Compare(a.row.Line, b.row.Line),
		)
	})
}

// liner makes the rows' lines in room that it keeps.
type liner struct {
	record     htsvcf.Record // of the last row
	edit       htsvcf.Edit
	info, text []byte
	gone       []string // the input's keys that made room for ours
}

// line gives a row with our keys at the end of INFO, and its line end. It is valid
// until the next call.
func (l *liner) line(row *Row) ([]byte, error) {
	if err := l.record.Parse(row.Line); err != nil {
		return nil, err
	}
	l.info = l.info[:0]
	for field := range bytes.SplitSeq(l.record.Info(), []byte{';'}) {
		key, _, _ := bytes.Cut(field, []byte{'='})
		switch {
		case ours(string(key)):
			l.gone = append(l.gone, string(key))
		case len(field) > 0 && !bytes.Equal(field, []byte{'.'}):
			l.info = append(append(l.info, field...), ';')
		}
	}
	l.info = appendEscaped(append(l.info, "VP_TIER="...), cmp.Or(row.Tier, excludedTier))
	if row.Rule != "" {
		l.info = appendEscaped(append(l.info, ";VP_RULE="...), row.Rule)
	}
	for i, d := range row.Derived {
		before := ","
		if i == 0 {
			before = ";VP_DERIVED="
		}
		l.info = append(append(l.info, before...), d...)
	}
	if row.CSQ != nil {
		before := ";CSQ="
		if err := row.CSQ(func(entry []byte) {
			l.info = appendEscaped(append(l.info, before...), entry)
			before = ","
		}); err != nil {
			return nil, err
		}
	}
	l.edit.SetColumn(htsvcf.Info, l.info)
	l.text = append(l.edit.Append(l.text[:0], &l.record), '\n')
	return l.text, nil
}

// appendEscaped writes what may not stand in an INFO value in percent encoding, by
// section 1.2 of the VCF 4.3 specification. A "%" stays, so that a text that
// was encoded before is not encoded twice.
func appendEscaped[T string | []byte](dst []byte, s T) []byte {
	const hex = "0123456789ABCDEF"
	from := 0
	for i := range len(s) {
		if c := s[i]; reserved[c] {
			dst = append(append(dst, s[from:i]...), '%', hex[c>>4], hex[c&15])
			from = i + 1
		}
	}
	return append(dst, s[from:]...)
}

// reserved marks the bytes that appendEscaped encodes.
var reserved = func() (t [256]bool) {
	for c := range t {
		t[c] = c <= ' ' || c == 0x7f || c == ';' || c == '=' || c == ','
	}
	return t
}()
