package main

import (
	"fmt"
	"io"

	"varpanel/annotate/consequence"
	"varpanel/annotate/csq"
	"varpanel/hts/fault"
	"varpanel/hts/vcf"
	"varpanel/pipeline/engine"
	"varpanel/reference/allele"
	"varpanel/reference/contig"
	"varpanel/stages/scan"
)

// annotationSources is what --sources adds to every record.
type annotationSources interface {
	// HeaderLines gives the ## lines of the INFO keys that Info writes.
	HeaderLines() []string
	// Fields names the values that Allele gives for the end of each CSQ entry.
	Fields() []string
	// Worker gives a view for one goroutine.
	Worker() (alleleSource, error)
}

// alleleSource is one worker's view of the sources.
type alleleSource interface {
	// Record begins a record, on the contig as the sequence calls it.
	Record(r *vcf.Record, contig string) error
	// Allele gives, for ALT i as the record spells it, the ids of
	// Existing_variation and one value for each of Fields.
	Allele(a allele.Allele, i int) (existing, fields []string, err error)
	// Info sets the record's INFO values, after the last of its alleles.
	Info(e *vcf.Edit) error
}

// annotatedHeader declares CSQ and what the sources write.
func annotatedHeader(h *vcf.Header, sources annotationSources) error {
	var lines, fields []string
	if sources != nil {
		lines, fields = sources.HeaderLines(), sources.Fields()
	}
	for _, l := range append(lines, csq.HeaderLine(fields...)) {
		if err := h.AddLine(l); err != nil {
			return err
		}
	}
	return nil
}

// annotateBatch is what circulates: lines in, annotated lines out.
type annotateBatch struct {
	scan.Batch
	out []byte
}

func (a *app) annotateRecords(path string, in *scan.Reader, h *vcf.Header, ref *annotation,
	resolve func(string) (string, bool), sources annotationSources, out io.Writer) error {
	if _, err := io.WriteString(out, h.Text()); err != nil {
		return err
	}
	flow := engine.Flow[*annotateBatch]{
		Threads: a.threads,
		New:     func() *annotateBatch { return &annotateBatch{} },
		Source:  func(b *annotateBatch) error { return in.Next(&b.Batch) },
		Worker: func() (func(*annotateBatch) error, error) {
			w := annotator{
				path: path, ref: ref, resolve: resolve,
				predictor: consequence.New(ref.model, ref.seq, consequence.Options{UpDownstream: consequence.DefaultUpDownstream}),
			}
			if sources != nil {
				var err error
				if w.sources, err = sources.Worker(); err != nil {
					return nil, err
				}
			}
			return w.batch, nil
		},
		Sink: func(b *annotateBatch) error {
			_, err := out.Write(b.out)
			return err
		},
	}
	return flow.Run(a.ctx)
}

// annotator is one worker.
type annotator struct {
	path      string
	ref       *annotation
	resolve   func(string) (string, bool)
	predictor *consequence.Predictor

	record      vcf.Record
	edit        vcf.Edit
	predictions []consequence.Prediction
	alts        []string
	value       []byte
	sources     alleleSource // nil without --sources
}

func (w *annotator) batch(b *annotateBatch) error {
	b.out = b.out[:0]
	for i, line := range b.Lines {
		if err := w.record.Parse(line); err != nil {
			return vcf.FaultAt(w.path, b.Places[i].String(), err)
		}
		if err := w.annotate(); err != nil {
			if fault.KindOf(err) == 0 {
				return fmt.Errorf("%s: %s: %w", w.path, b.Places[i], err)
			}
			return vcf.FaultAt(w.path, b.Places[i].String(), err)
		}
		b.out = w.edit.Append(b.out, &w.record)
		b.out = append(b.out, '\n')
	}
	return nil
}

// annotate makes the edit of the record.
func (w *annotator) annotate() error {
	w.edit.Reset()
	r := &w.record
	name, ok := w.resolve(string(r.Chrom()))
	if !ok || r.Pos() < 0 {
		return nil
	}
	if w.sources != nil {
		if err := w.sources.Record(r, name); err != nil {
			return err
		}
	}
	ref := upper(r.Ref())
	w.alts = w.alts[:0]
	for i := range r.NAlt() {
		w.alts = append(w.alts, upper(r.Alt(i)))
	}
	w.value = w.value[:0]
	for i, alt := range w.alts {
		if !vcf.IsSequence([]byte(ref)) || !vcf.IsSequence([]byte(alt)) {
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
	if w.sources != nil {
		return w.sources.Info(&w.edit)
	}
	return nil
}

// allele appends the entries of one ALT.
func (w *annotator) allele(a allele.Allele, i int, ref string) error {
	state, err := allele.Check(a, w.ref.seq)
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
	mito := contig.IsMitochondrial(a.Contig)
	g, err := consequence.GenomicName(w.ref.seq, a, mito)
	if err != nil {
		return err
	}
	if acc := contig.Accession(w.ref.contigs.Assembly(), a.Contig); acc != "" && g != "" {
		g = acc + ":" + g
	} else if g != "" {
		g = a.Contig + ":" + g
	}
	entry := csq.Entry{Allele: csq.AlleleText(ref, w.alts, i), HGVSg: g}
	if w.sources != nil {
		if entry.Existing, entry.More, err = w.sources.Allele(a, i); err != nil {
			return err
		}
	}
	for k := range w.predictions {
		if len(w.value) > 0 {
			w.value = append(w.value, ',')
		}
		w.value = csq.Append(w.value, &w.predictions[k], entry)
	}
	return nil
}

func upper(b []byte) string {
	out := make([]byte, len(b))
	for i, c := range b {
		if 'a' <= c && c <= 'z' {
			c -= 'a' - 'A'
		}
		out[i] = c
	}
	return string(out)
}
