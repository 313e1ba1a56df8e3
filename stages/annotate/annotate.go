// Package annotate gives an allele what is known about it: its consequence on
// every transcript, the panel genes that it must be evaluated for, and the
// sources' records of it.
package annotate

import (
	"varpanel/annotate/consequence"
	"varpanel/annotate/source"
	"varpanel/stages/variant"
)

// Annotator annotates the alleles of one worker: it is for one goroutine.
type Annotator struct {
	genes     *Genes
	predictor *consequence.Predictor
	view      *source.View
	known     *source.Known // nil without a laboratory's list
}

// New makes a worker's annotator.
func New(g *Genes, p *consequence.Predictor, v *source.View, k *source.Known) *Annotator {
	return &Annotator{genes: g, predictor: p, view: v, known: k}
}

// Annotate fills Predictions, Evaluations and Hits of an allele that is
// normalised and not symbolic. An error is one of reading the bundle.
func (a *Annotator) Annotate(v *variant.Variant) (err error) {
	if v.Predictions, err = a.predictor.Predict(v.Predictions[:0], v.Allele); err != nil {
		return err
	}
	return a.Know(v)
}

// Know is Annotate for an allele whose Predictions are there.
func (a *Annotator) Know(v *variant.Variant) (err error) {
	a.genes.evaluate(v)
	if v.Hits, err = a.view.Lookup(v.Allele, v.Hits[:0]); err != nil {
		return err
	}
	if err := a.proteinHits(v); err != nil {
		return err
	}
	v.Hits = a.known.Lookup(v.Allele, v.Hits)
	for _, e := range v.Evaluations {
		for _, f := range v.Predictions[e.Prediction].Flags {
			v.Flag(f)
		}
	}
	return nil
}

// proteinHits adds hotspot records of the same protein change by another
// allele. A source that has the allele itself needs no second match.
func (a *Annotator) proteinHits(v *variant.Variant) error {
	have := map[string]bool{}
	for _, h := range v.Hits {
		have[h.Source] = true
	}
	for i, e := range v.Evaluations {
		if i > 0 && v.Evaluations[i-1].HGNCID == e.HGNCID {
			continue // the same gene under another mode of inheritance
		}
		change := source.ProteinChange(v.Predictions[e.Prediction])
		hits, err := a.view.LookupProtein(v.Allele.Contig, v.Allele.Pos, v.Allele.End(), e.Gene, change, nil)
		if err != nil {
			return err
		}
		for _, h := range hits {
			if !have[h.Source] {
				have[h.Source] = true
				v.Hits = append(v.Hits, h)
			}
		}
	}
	return nil
}
