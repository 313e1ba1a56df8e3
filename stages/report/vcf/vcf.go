package vcf

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"varpanel/hts/bgzf"
	"varpanel/hts/index"
	htsvcf "varpanel/hts/vcf"
)

// Row is one allele of the report.
type Row struct {
	Line []byte // split and normalised, with the input's contig name, without line end
	Tier string // "" for an excluded allele
	Rule string // id and version of the rule that gave the tier or excluded
	// CSQ gives an entry for each transcript, fields joined by "|"; it may give
	// none, or be nil. It is asked when the row is written, in the order of the
	// file: the entries of all rows would be most of the report's memory.
	CSQ func() ([]string, error)
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
	var line []byte
	for _, r := range records {
		var keys []string
		if line, keys, err = r.appendTo(line[:0]); err != nil {
			return nil, err
		}
		gone = append(gone, keys...)
		begin := z.Offset()
		if _, err := z.Write(append(line, '\n')); err != nil {
			return nil, err
		}
		if err := idx.Add(string(r.Chrom()), r.Pos(), r.End(), begin, z.Offset()); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	if _, err := idx.WriteTo(tbi); err != nil {
		return nil, err
	}
	slices.Sort(gone)
	return slices.Compact(gone), nil
}

// record is a parsed row.
type record struct {
	htsvcf.Record
	row Row
}

func parse(h *htsvcf.Header, rows []Row) ([]*record, error) {
	records := make([]*record, len(rows))
	for i, row := range rows {
		r := &record{row: row}
		err := r.Parse(row.Line)
		if err == nil {
			err = h.Fits(&r.Record)
		}
		if err != nil {
			return nil, fmt.Errorf("row %d of the annotated VCF: %w", i+1, err)
		}
		records[i] = r
	}
	return records, nil
}

// prepare makes the header to write: without our keys of an earlier run, with
// ours, and with every contig that has a row.
func prepare(h *htsvcf.Header, csqFields string, records []*record) (*htsvcf.Header, []string, error) {
	d := newDraft(h)
	gone := d.remove()
	for _, r := range records {
		if name := string(r.Chrom()); h.ContigIndex(name) < 0 {
			d.add("##contig=<ID=" + name + ">")
		}
	}
	d.lines = append(d.lines, infoLines(csqFields)...)
	head, err := d.header()
	return head, gone, err
}

func order(head *htsvcf.Header, records []*record) {
	slices.SortStableFunc(records, func(a, b *record) int {
		return cmp.Or(
			cmp.Compare(head.ContigIndex(string(a.Chrom())), head.ContigIndex(string(b.Chrom()))),
			cmp.Compare(a.Pos(), b.Pos()),
			bytes.Compare(a.Ref(), b.Ref()),
			bytes.Compare(a.Alts(), b.Alts()),
			bytes.Compare(a.Line(), b.Line()),
		)
	})
}

// appendTo appends the record with our keys at the end of INFO, and gives the
// keys that made room for them.
func (r *record) appendTo(dst []byte) (line []byte, removed []string, err error) {
	var kept [][]byte
	for field := range bytes.SplitSeq(r.Info(), []byte{';'}) {
		key, _, _ := bytes.Cut(field, []byte{'='})
		switch {
		case ours(string(key)):
			removed = append(removed, string(key))
		case len(field) > 0 && !bytes.Equal(field, []byte{'.'}):
			kept = append(kept, field)
		}
	}
	kept = append(kept, []byte("VP_TIER="+escape(cmp.Or(r.row.Tier, excludedTier))))
	if r.row.Rule != "" {
		kept = append(kept, []byte("VP_RULE="+escape(r.row.Rule)))
	}
	if len(r.row.Derived) > 0 {
		kept = append(kept, []byte("VP_DERIVED="+strings.Join(r.row.Derived, ",")))
	}
	var entries []string
	if r.row.CSQ != nil {
		if entries, err = r.row.CSQ(); err != nil {
			return dst, nil, err
		}
	}
	if len(entries) > 0 {
		escaped := make([]string, len(entries))
		for i, e := range entries {
			escaped[i] = escape(e)
		}
		kept = append(kept, []byte("CSQ="+strings.Join(escaped, ",")))
	}
	var edit htsvcf.Edit
	edit.SetColumn(htsvcf.Info, bytes.Join(kept, []byte{';'}))
	return edit.Append(dst, &r.Record), removed, nil
}

// escape writes what may not stand in an INFO value in percent encoding, by
// section 1.2 of the VCF 4.3 specification. A "%" stays, so that a text that
// was encoded before is not encoded twice.
func escape(s string) string {
	if !strings.ContainsFunc(s, reserved) {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c < 0x80 && reserved(rune(c)) {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func reserved(r rune) bool {
	return r <= ' ' || r == 0x7f || r == ';' || r == '=' || r == ','
}
