package cases

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"varpanel/annotate/consequence"
	"varpanel/annotate/source"
	"varpanel/hts/fasta"
	"varpanel/hts/fault"
	"varpanel/hts/vcf"
	"varpanel/pipeline/engine"
	"varpanel/reference/allele"
	"varpanel/reference/transcript"
	"varpanel/stages/annotate"
	"varpanel/stages/caller"
	"varpanel/stages/coverage"
	"varpanel/stages/normalise"
	"varpanel/stages/report"
	"varpanel/stages/scan"
	"varpanel/stages/sex"
	"varpanel/stages/variant"
)

// upDownstream is how far beside a transcript an allele is still called
// upstream or downstream of it: VEP's default.
const upDownstream = 5000

// knowledge is what every worker looks things up in: read-only and shared.
type knowledge struct {
	sequence  *fasta.File
	model     *transcript.Model
	predictor *consequence.Predictor // that workers fork
	sources   *source.Set
	known     *source.Known
	genes     *annotate.Genes
	loci      *sex.Loci
	sex       sex.Sex
}

// batch is one batch of records on its way, and what came of it.
type batch struct {
	scan.Batch
	found  []*variant.Variant
	seen   []coverage.Seen
	gvcf   bool // there is a reference block
	counts report.Counts
	noCall []allele.Allele // in the panel, in a record without a genotype
}

// worker carries batches through all stages that look at one record.
type worker struct {
	p          *plan
	normaliser *normalise.Normaliser
	annotator  *annotate.Annotator
	caller     *caller.Adapter
	normal     *caller.Adapter // nil without a matched normal
	loci       *sex.Loci
	sex        sex.Sex

	record vcf.Record
	splits []normalise.Split
	gt     []vcf.GTAllele
}

// stream reads the panel's records and gives the alleles of the proband that
// belong to the panel, in the order of the file.
func (p *plan) stream(ctx context.Context, k *knowledge) (*batch, error) {
	r := p.calls.stdin
	if r == nil {
		var err error
		r, err = scan.Open(scan.Options{
			Path: p.calls.path, Threads: p.Threads, SafeInflate: p.SafeInflate, AllowOldIndex: p.AllowOldIndex, Regions: p.scanRegions(),
		})
		if err != nil {
			return nil, err
		}
		defer r.Close()
	}
	if r.IndexOld() {
		p.oldIndex = append(p.oldIndex, baseName(r.Index().Path))
	}
	all := &batch{}
	seen := 0
	flow := engine.Flow[*batch]{
		Threads: p.Threads,
		New:     func() *batch { return new(batch) },
		Source:  func(b *batch) error { return r.Next(&b.Batch) },
		Worker: func() (func(*batch) error, error) {
			w := p.newWorker(k)
			return w.carry, nil
		},
		Sink: func(b *batch) error {
			all.take(b)
			seen += len(b.Lines)
			p.progress("reading variants", seen)
			return nil
		},
	}
	if err := flow.Run(ctx); err != nil {
		return nil, err
	}
	return all, nil
}

// take moves what came of a batch.
func (all *batch) take(b *batch) {
	all.found = append(all.found, b.found...)
	all.seen = append(all.seen, b.seen...)
	all.gvcf = all.gvcf || b.gvcf
	all.noCall = append(all.noCall, b.noCall...)
	all.counts.Records += b.counts.Records
	all.counts.Star += b.counts.Star
	all.counts.ReferenceBlock += b.counts.ReferenceBlock
	all.counts.NotCarried += b.counts.NotCarried
}

func (p *plan) newWorker(k *knowledge) *worker {
	h, sequence := p.calls.header, k.sequence.Cursor()
	w := &worker{
		p:          p,
		normaliser: normalise.New(h, sequence, p.bundleName),
		annotator:  annotate.New(k.genes, k.predictor.Fork(sequence), k.sources.View(), k.known),
		caller:     caller.New(h, p.sample, p.profile),
		loci:       k.loci, sex: k.sex,
	}
	w.normaliser.Wanted = w.wants
	if p.normal >= 0 {
		w.normal = caller.New(h, p.normal, p.profile)
	}
	return w
}

// wants tells whether an allele may become a row: most of those read lie beside the
// panel's regions.
func (w *worker) wants(s *normalise.Split) bool {
	switch s.Kind {
	case normalise.Star, normalise.ReferenceBlock:
		return false
	case normalise.Sequence:
		return w.p.regions.holds(s.Allele)
	}
	return true
}

// carry takes one batch through the stages.
func (w *worker) carry(b *batch) error {
	b.found, b.seen, b.gvcf, b.noCall, b.counts = b.found[:0], b.seen[:0], false, b.noCall[:0], report.Counts{}
	for i, line := range b.Lines {
		err := w.record.Parse(line)
		if err == nil {
			err = w.p.calls.header.Fits(&w.record)
		}
		if err == nil {
			err = w.carryRecord(b)
		}
		if err != nil {
			return w.at(b.Places[i], err)
		}
	}
	return nil
}

// at gives an error its place, unless it has one already.
func (w *worker) at(place scan.Place, err error) error {
	if fault.KindOf(err) != 0 {
		return err
	}
	var column *vcf.ColumnError
	if errors.As(err, &column) {
		return vcf.FaultAt(w.p.calls.path, place.String(), err)
	}
	return err
}

func (w *worker) carryRecord(b *batch) error {
	r := &w.record
	name, ok := w.p.bundleName(string(r.Chrom()))
	if !ok {
		return nil
	}
	member := w.p.regions.meets(name, r.Pos(), max(r.End(), r.Pos()+1))
	if member {
		b.counts.Records++
		if err := w.observe(b, name); err != nil {
			return err
		}
	}
	if r.NAlt() == 0 {
		b.counts.ReferenceBlock += btoi(member)
		return nil
	}
	var err error
	if w.splits, err = w.normaliser.Record(r, w.splits[:0]); err != nil {
		return err
	}
	for i := range w.splits {
		if err := w.carryAllele(b, &w.splits[i], member); err != nil {
			return err
		}
	}
	return nil
}

// carryAllele takes one ALT of the record. member tells whether the record as
// it stands meets a region: it decides for what has no normalised allele.
func (w *worker) carryAllele(b *batch, s *normalise.Split, member bool) error {
	switch s.Kind {
	case normalise.Star:
		b.counts.Star += btoi(member)
		return nil
	case normalise.ReferenceBlock:
		// <NON_REF> beside a real ALT says that nothing else was seen; alone
		// it is a block.
		b.counts.ReferenceBlock += btoi(member && w.record.NAlt() == 1)
		return nil
	}
	inPanel := member
	if s.Kind == normalise.Sequence {
		if s.RefState == allele.RefMismatch {
			return w.wrongReference(s)
		}
		inPanel = w.p.regions.holds(s.Allele)
	}
	if !inPanel {
		return nil
	}
	locus := w.loci.Of(s.Allele.Contig, s.Allele.Pos, s.Allele.End())
	call, err := w.caller.Read(&w.record, s.AltIndex, sex.CopiesOf(w.sex, locus))
	if err != nil {
		return err
	}
	switch call.Carried {
	case caller.NotCarried:
		b.counts.NotCarried++
		return nil
	case caller.CarriedUnknown:
		b.counts.NotCarried++
		b.noCall = append(b.noCall, s.Allele)
		return nil
	}
	v := w.newVariant(s, &call)
	if w.normal != nil {
		normal, err := w.normal.Read(&w.record, s.AltIndex, sex.CopiesOf(w.sex, locus))
		if err != nil {
			return err
		}
		v.Normal = normal.Reads
	}
	if !v.Symbolic {
		if err := w.annotator.Annotate(v); err != nil {
			return err
		}
	}
	b.found = append(b.found, v)
	return nil
}

func (w *worker) newVariant(s *normalise.Split, call *caller.Call) *variant.Variant {
	r := &w.record
	v := &variant.Variant{
		Allele: s.Allele, Symbolic: s.Kind == normalise.Symbolic,
		ReferenceUnknown: s.Kind == normalise.Sequence && s.RefState == allele.RefUnknown,
		Origins: []variant.Origin{{
			File: w.p.calls.name, Contig: string(r.Chrom()), Pos: r.Pos(),
			Ref: string(r.Ref()), Alt: string(r.Alt(s.AltIndex)), Filter: string(r.Filter()),
		}},
		Qual: string(r.Qual()), Filters: strings.Split(string(r.Filter()), ";"),
		Genotype: call.Genotype, Reads: call.Reads, Line: s.Line,
	}
	for _, f := range call.Flags {
		v.Flag(f)
	}
	if len(s.Unsplit) > 0 {
		v.Flag("unsplit-values")
	}
	return v
}

// wrongReference refuses a file whose REF is not the bundle's.
func (w *worker) wrongReference(s *normalise.Split) error {
	r := &w.record
	return fault.Inputf(w.p.calls.path, string(r.Chrom())+":"+strconv.Itoa(r.Pos()+1),
		"REF does not agree with the bundle's reference (%s): another assembly, or a damaged record", w.p.bundle.Manifest.Assembly).
		WithHint("bcftools norm -c w -f REFERENCE lists every record that disagrees")
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
