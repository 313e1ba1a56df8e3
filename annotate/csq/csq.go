package csq

import (
	"strconv"
	"strings"

	"varpanel/annotate/consequence"
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
	HGVSg    string   // with accession, or ""
	Existing []string // ids of the allele in the sources
	More     []string // values of the caller's own fields
}

// Append appends one entry.
func Append(dst []byte, p *consequence.Prediction, e Entry) []byte {
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
	w.transcript(p)
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
	if t := p.Transcript; t != nil {
		w.field(t.HGNCID)
		w.field(t.MANESelect)
		w.field(t.MANEPlusClinical)
	} else {
		w.out = append(w.out, "|||"...)
	}
	w.field(e.HGVSg)
	for _, v := range e.More {
		w.field(v)
	}
	return w.out
}

// transcript writes SYMBOL to Codons.
func (w *writer) transcript(p *consequence.Prediction) {
	t := p.Transcript
	if t == nil {
		w.out = append(w.out, "||||||||||||||"...)
		return
	}
	w.field(t.Gene)
	w.field(t.GeneID)
	w.field("Transcript")
	w.field(t.ID)
	w.field(t.Biotype)
	w.ranks(p.Exon, p.ExonLast, p.Exons)
	w.ranks(p.Intron, p.IntronLast, p.Introns)
	w.name(t.Accession, p.HGVSc)
	w.name(t.Accession, p.HGVSp)
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

// text writes a value with its separators replaced.
func (w *writer) text(s string) {
	from := 0
	for i := range len(s) {
		if r := replaced[s[i]]; r != "" {
			w.out = append(w.out, s[from:i]...)
			w.out = append(w.out, r...)
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
func (w *writer) name(accession, name string) {
	w.next()
	if name != "" {
		w.text(accession)
		w.out = append(w.out, ':')
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
