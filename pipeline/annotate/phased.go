package annotate

import (
	"slices"

	"varpanel/annotate/csq"
	"varpanel/reference/allele"
	stage "varpanel/stages/annotate"
)

// codingAlleles notes the transcripts on which ALT i changes codons, where a
// sample has it on a haplotype that is known.
func (w *annotator) codingAlleles(a allele.Allele, i int, text string) (err error) {
	if w.record.NSamples() == 0 {
		return nil
	}
	var carriers []stage.Carrier
	for k := range w.predictions {
		piece, ok := w.predictor.PieceOf(&w.predictions[k], a)
		if !ok {
			continue
		}
		if carriers == nil {
			if w.carriers, err = stage.Carriers(w.record, i, w.carriers, &w.genotype); err != nil || len(w.carriers) == 0 {
				return err
			}
			carriers = keep(&w.keptCarriers, w.carriers)
		}
		n := slices.IndexFunc(w.picked, func(p csq.Picked) bool { return p.Index == k })
		more := w.blank
		if n >= 0 && w.choice != csq.AllTranscripts {
			more = append(more[:len(more):len(more)], w.picked[n].Reason)
		}
		w.coding = append(w.coding, stage.Coding{
			Transcript: w.predictions[k].Transcript, Piece: piece, Carriers: carriers, Allele: text, Kept: n >= 0, More: more,
			Spelt: a,
		})
	}
	return nil
}

// keep copies values to where they may stay, many copies side by side.
func keep[T any](room *[]T, values []T) []T {
	if cap(*room)-len(*room) < len(values) {
		*room = make([]T, 0, max(64, len(values)))
	}
	n := len(*room)
	*room = append(*room, values...)
	return (*room)[n:len(*room):len(*room)]
}

// keepCoding puts the record that was written at start among the batch's.
func (w *annotator) keepCoding(b *batch, start int) {
	if len(w.coding) == 0 {
		return
	}
	b.coding = append(b.coding, stage.CodingRecord{
		Contig: string(w.record.Chrom()), Start: w.record.Pos(), End: w.record.Pos() + len(w.record.Ref()),
		Line: start, At: w.edit.InfoEnd(csq.Key), Alleles: keep(&w.keptCoding, w.coding),
	})
}
