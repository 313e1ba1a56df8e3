package csq

import (
	"strconv"
	"strings"

	"varpanel/annotate/consequence"
	"varpanel/reference/transcript"
)

// Key is the INFO key.
const Key = "CSQ"

// Fields are the names of an entry's fields, in VEP's order, then ours.
var Fields = [...]string{
	"Allele", "Consequence", "IMPACT", "SYMBOL", "Gene", "Feature_type", "Feature", "BIOTYPE", "EXON", "INTRON",
	"HGVSc", "HGVSp", "cDNA_position", "CDS_position", "Protein_position", "Amino_acids", "Codons",
	"Existing_variation", "DISTANCE", "STRAND", "FLAGS",
	"HGNC_ID", "MANE_SELECT", "MANE_PLUS_CLINICAL", "HGVSg",
}

// HeaderLine gives the ## line that declares the field. more are the names of
// fields that the caller appends to each entry.
func HeaderLine(more ...string) string {
	names := strings.Join(append(Fields[:len(Fields):len(Fields)], more...), "|")
	return `##INFO=<ID=` + Key + `,Number=.,Type=String,Description="Consequence annotations from varpanel. Format: ` + names + `">`
}

// Entry is what an entry holds beside the prediction.
type Entry struct {
	Allele   string   // as AlleleText gives it
	HGVSg    []byte   // with accession, or empty
	Existing []string // ids of the allele in the sources
	More     []string // values of the caller's own fields
}

// Append appends one entry.
func Append(dst []byte, p *consequence.Prediction, e Entry) []byte {
	return appendEntry(dst, p, &e, textsOf(p.Transcript))
}

// Writer appends entries. It keeps what is the same in every entry of a
// transcript, and is for one goroutine. The zero value is ready.
type Writer struct {
	kept map[*transcript.Transcript]*texts
}

// texts are the parts of a transcript's entries that no allele changes, as they
// are written.
type texts struct {
	head      []byte // SYMBOL to BIOTYPE
	accession []byte // with the colon behind it
	tail      []byte // HGNC_ID to MANE_PLUS_CLINICAL
}

// mostKept bounds the transcripts whose texts are kept.
const mostKept = 512

// Append appends one entry.
func (k *Writer) Append(dst []byte, p *consequence.Prediction, e *Entry) []byte {
	own := k.kept[p.Transcript]
	if own == nil && p.Transcript != nil {
		if k.kept == nil || len(k.kept) >= mostKept {
			k.kept = make(map[*transcript.Transcript]*texts)
		}
		own = textsOf(p.Transcript)
		k.kept[p.Transcript] = own
	}
	return appendEntry(dst, p, e, own)
}

func textsOf(t *transcript.Transcript) *texts {
	if t == nil {
		return nil
	}
	x := new(texts)
	var w writer
	for _, s := range [...]string{t.Gene, t.GeneID, "Transcript", t.ID, t.Biotype} {
		w.field(s)
	}
	x.head, w.out = w.out, nil
	w.text(t.Accession)
	x.accession, w.out = append(w.out, ':'), nil
	for _, s := range [...]string{t.HGNCID, t.MANESelect, t.MANEPlusClinical} {
		w.field(s)
	}
	x.tail = w.out
	return x
}

// appendEntry appends an entry; own is nil without a transcript.
func appendEntry(dst []byte, p *consequence.Prediction, e *Entry, own *texts) []byte {
	w := writer{out: dst}
	w.text(e.Allele)
	w.next()
	for i, t := range p.Terms {
		if i > 0 {
			w.out = append(w.out, '&')
		}
		w.out = append(w.out, t.String()...)
	}
	w.field(p.Impact.String())
	w.transcript(p, own)
	w.list(e.Existing)
	w.next()
	if p.Distance > 0 {
		w.out = strconv.AppendInt(w.out, int64(p.Distance), 10)
	}
	w.next()
	if t := p.Transcript; t != nil {
		w.out = strconv.AppendInt(w.out, int64(t.Strand), 10)
	}
	w.list(p.Flags)
	if p.NMD != consequence.NMDNone {
		if len(p.Flags) > 0 {
			w.out = append(w.out, '&')
		}
		w.out = append(w.out, p.NMD.String()...)
	}
	if own != nil {
		w.out = append(w.out, own.tail...)
	} else {
		w.out = append(w.out, "|||"...)
	}
	w.next()
	appendText(&w, e.HGVSg)
	for _, v := range e.More {
		w.field(v)
	}
	return w.out
}

// transcript writes SYMBOL to Codons.
func (w *writer) transcript(p *consequence.Prediction, own *texts) {
	if own == nil {
		w.out = append(w.out, "||||||||||||||"...)
		return
	}
	w.out = append(w.out, own.head...)
	w.ranks(p.Exon, p.ExonLast, p.Exons)
	w.ranks(p.Intron, p.IntronLast, p.Introns)
	w.name(own.accession, p.HGVSc)
	w.name(own.accession, p.HGVSp)
	w.span(p.CDNAStart, p.CDNAEnd)
	w.span(p.CDSStart, p.CDSEnd)
	w.span(p.ProteinStart, p.ProteinEnd)
	w.field(p.AminoAcids)
	w.field(p.Codons)
}

type writer struct{ out []byte }

func (w *writer) next() { w.out = append(w.out, '|') }

func (w *writer) field(s string) {
	w.next()
	w.text(s)
}

// replaced gives what VEP writes for the characters that INFO and CSQ use as
// separators.
var replaced = [256]string{';': "%3B", '=': "%3D", ',': "&", '|': "&", ' ': "_", '\t': "_"}

var isSeparator = func() (t [256]bool) {
	for c, r := range replaced {
		t[c] = r != ""
	}
	return t
}()

// text writes a value with its separators replaced.
func (w *writer) text(s string) { appendText(w, s) }

func appendText[T string | []byte](w *writer, s T) {
	from := 0
	for i := range len(s) {
		if isSeparator[s[i]] {
			w.out = append(w.out, s[from:i]...)
			w.out = append(w.out, replaced[s[i]]...)
			from = i + 1
		}
	}
	w.out = append(w.out, s[from:]...)
}

func (w *writer) list(values []string) {
	w.next()
	for i, v := range values {
		if i > 0 {
			w.out = append(w.out, '&')
		}
		w.text(v)
	}
}

// name writes accession:name.
func (w *writer) name(accession []byte, name string) {
	w.next()
	if name != "" {
		w.out = append(w.out, accession...)
		w.text(name)
	}
}

// ranks writes 3/24, or 3-5/24.
func (w *writer) ranks(first, last, of int) {
	w.next()
	if first == 0 {
		return
	}
	w.out = strconv.AppendInt(w.out, int64(first), 10)
	if last > first {
		w.out = append(w.out, '-')
		w.out = strconv.AppendInt(w.out, int64(last), 10)
	}
	w.out = append(w.out, '/')
	w.out = strconv.AppendInt(w.out, int64(of), 10)
}

// span writes 76, 76-78, or ?-78 where one end has no position.
func (w *writer) span(first, last int) {
	w.next()
	if first == 0 && last == 0 {
		return
	}
	number := func(n int) {
		if n == 0 {
			w.out = append(w.out, '?')
		} else {
			w.out = strconv.AppendInt(w.out, int64(n), 10)
		}
	}
	number(first)
	if first != last {
		w.out = append(w.out, '-')
		number(last)
	}
}

// AlleleText gives an ALT as VEP's first field names it: without the first base
// where every allele of the record shares it and one is of another length, "-"
// for what is then empty. Symbolic alleles and '*' have no say.
func AlleleText(ref string, alts []string, i int) string {
	differ, shared := false, true
	for _, a := range alts {
		if a == "" || strings.ContainsAny(a[:1], "<*") {
			continue
		}
		differ = differ || len(a) != len(ref)
		shared = shared && a[0] == ref[0]
	}
	alt := alts[i]
	switch {
	case !differ || !shared:
		return alt
	case len(alt) == 1:
		return "-"
	}
	return alt[1:]
}
