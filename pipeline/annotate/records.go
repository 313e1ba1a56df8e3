package annotate

import (
	"cmp"
	"slices"
	"sync/atomic"

	"varpanel/annotate/consequence"
	"varpanel/annotate/csq"
	"varpanel/annotate/source/join"
	"varpanel/hts/fasta"
	"varpanel/hts/fault"
	"varpanel/hts/vcf"
	"varpanel/reference/allele"
	"varpanel/reference/contig"
	stage "varpanel/stages/annotate"
	"varpanel/stages/scan"
)

// annotator is one worker.
type annotator struct {
	header    *vcf.Header
	ref       *reference // nil without a sequence
	resolve   func(string) (string, bool)
	predictor *consequence.Predictor // nil without a gene model
	seq       *fasta.Cursor
	sources   *join.View // nil without sources

	unknownSpans *atomic.Int64 // of all workers

	order          scan.Order // of the batch's records
	records        []vcf.Record
	contig         string // of the last allele
	called         []byte // its name in g. names, with a colon
	mitochondrial  bool
	known          string      // the last record's contig as the sequence calls it
	record         *vcf.Record // the one at hand
	names          []string    // the records' contigs as the sequence calls them, or ""
	edit           vcf.Edit
	predictions    []consequence.Prediction
	alts           []string
	value, genomic []byte
	entry          csq.Writer
	choice         csq.Choice
	picked         []csq.Picked
	blank          []string       // values of the sources' fields in an entry without sources
	coding         []stage.Coding // of the record
	carriers       []stage.Carrier
	keptCoding     []stage.Coding // what left with a batch, and room for more
	keptCarriers   []stage.Carrier
	genotype       []vcf.GTAllele
}

func (r *run) annotator(h *vcf.Header) *annotator {
	w := &annotator{header: h, ref: r.ref, resolve: r.resolve, choice: r.Choice, unknownSpans: &r.unknownSpans}
	if r.ref != nil && r.ref.model != nil {
		w.seq = r.ref.seq.Cursor()
		w.predictor = r.predictor.Fork(r.ref.sequence(w.seq))
	}
	if r.sources != nil {
		w.blank = make([]string, len(r.sources.Fields()))
	}
	switch {
	case r.sources == nil:
	case r.ref != nil:
		w.sources = r.sources.View(r.ref.seq)
	default:
		w.sources = r.sources.View(nil)
	}
	return w
}

// batch fills out. An error of a record waits in the batch for its place.
func (w *annotator) batch(b *batch) error {
	if b.err != nil {
		return nil
	}
	if w.sources != nil {
		w.sources.Reset()
	}
	w.cut(b)
	if w.sources != nil {
		if err := w.sources.Load(); err != nil {
			return err
		}
	}
	b.out = slices.Grow(b.out, 2*(len(b.Edge)+len(b.Text))) // most often enough
	for i := range b.lines {
		if err := w.annotate(i); err != nil {
			b.stop(i, w.records[i].Line(), err)
			return nil
		}
		start := len(b.out)
		b.out = w.edit.Append(b.out, w.record)
		b.out = append(b.out, '\n')
		w.keepCoding(b, start)
	}
	return nil
}

// annotate makes the edit of record i of the batch.
func (w *annotator) annotate(i int) error {
	w.edit.Reset()
	w.coding = w.coding[:0]
	r := &w.records[i]
	w.record = r
	if r.Pos() < 0 {
		return nil
	}
	if w.sources != nil {
		if err := w.sources.Record(i); err != nil {
			return err
		}
	}
	if w.names[i] != "" && w.predictor != nil {
		if err := w.consequences(r, w.names[i]); err != nil {
			return err
		}
	}
	if w.sources != nil {
		return w.sources.Info(r, &w.edit)
	}
	return nil
}

// consequences sets CSQ of a record on the contig that the sequence calls name.
func (w *annotator) consequences(r *vcf.Record, name string) error {
	ref := vcf.Upper(r.Ref())
	w.alts = w.alts[:0]
	for i := range r.NAlt() {
		w.alts = append(w.alts, vcf.Upper(r.Alt(i)))
	}
	w.value = w.value[:0]
	for i, alt := range w.alts {
		if !vcf.IsSequence([]byte(ref)) || !vcf.IsSequence([]byte(alt)) {
			if err := w.symbolic(name, i); err != nil {
				return err
			}
			continue
		}
		if err := w.allele(allele.Allele{Contig: name, Pos: r.Pos(), Ref: ref, Alt: alt}, i, ref); err != nil {
			return err
		}
	}
	if len(w.value) > 0 {
		w.edit.SetInfo(csq.Key, w.value)
	} else {
		w.edit.RemoveInfo(csq.Key)
	}
	return nil
}

// allele appends the entries of one ALT.
func (w *annotator) allele(a allele.Allele, i int, ref string) error {
	state, err := allele.Check(a, w.seq)
	if err != nil {
		return err
	}
	if state == allele.RefMismatch {
		return fault.Inputf("", "REF", "%s is not the base of the sequence: another assembly, or a broken record", ref).
			WithHint("bcftools norm -c w -f FASTA lists such records")
	}
	if w.predictions, err = w.predictor.Predict(w.predictions[:0], a); err != nil {
		return err
	}
	g, err := w.genomicName(a)
	if err != nil {
		return err
	}
	entry := csq.Entry{Allele: csq.AlleleText(ref, w.alts, i), HGVSg: g}
	if w.sources != nil {
		entry.Existing, entry.More = w.sources.Allele(i)
	}
	w.entries(entry)
	return w.codingAlleles(a, i, entry.Allele)
}

// genomicName gives the g. name of the allele that was predicted last, on the
// contig's accession or else its own name; nothing where it changes nothing.
func (w *annotator) genomicName(a allele.Allele) (_ []byte, err error) {
	if w.contig != a.Contig {
		w.contig, w.mitochondrial = a.Contig, contig.IsMitochondrial(a.Contig)
		w.called = append([]byte(cmp.Or(contig.Accession(w.ref.contigs.Assembly(), a.Contig), a.Contig)), ':')
	}
	w.genomic, err = w.predictor.AppendGenomicName(append(w.genomic[:0], w.called...), w.mitochondrial)
	if err != nil || len(w.genomic) == len(w.called) {
		return nil, err
	}
	return w.genomic, nil
}

// entries appends an entry for each prediction that is kept.
func (w *annotator) entries(entry csq.Entry) {
	w.picked = w.choice.Pick(w.picked[:0], w.predictions)
	fields := len(entry.More)
	for _, k := range w.picked {
		if len(w.value) > 0 {
			w.value = append(w.value, ',')
		}
		if w.choice != csq.AllTranscripts {
			entry.More = append(entry.More[:fields:fields], k.Reason)
		}
		w.value = w.entry.Append(w.value, &w.predictions[k.Index], &entry)
	}
}
