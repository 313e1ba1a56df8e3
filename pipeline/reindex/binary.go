package reindex

import (
	"errors"
	"fmt"
	"io"
	"math"

	"varpanel/hts/bam"
	"varpanel/hts/bcf"
	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
	"varpanel/hts/index"
)

func readBAM(in *input) (io.WriterTo, error) {
	r, err := bam.NewReader(in.r, in.options.blocks(in.path), true)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	refs := r.Header().Refs
	x := index.NewBAIWriter(len(refs))
	if in.options.CSI {
		lengths := make([]int, len(refs))
		for i, ref := range refs {
			lengths[i] = ref.Length
		}
		if x, err = index.NewNumberedCSIWriter(lengths, in.options.MinShift); err != nil {
			return nil, err
		}
	}
	begin := r.Offset()
	for rec := (bam.Record{}); ; {
		err := r.Read(&rec)
		if errors.Is(err, io.EOF) {
			return x, nil
		}
		if err != nil {
			return nil, err
		}
		after, id, name := r.Offset(), rec.RefID(), ""
		if id >= 0 {
			name = refs[id].Name
		}
		if err := x.Add(id, name, rec.Pos(), rec.End(), rec.Flag()&bam.Unmapped == 0, begin, after); err != nil {
			place := fmt.Sprintf("offset %d:%d", begin.Block(), begin.Within())
			return nil, in.at(place, err).WithHint("%s", sortHint(err, "samtools sort -o NEW.bam "+in.path))
		}
		begin = after
	}
}

// noLength stands for the length of a BCF's contigs where the header has none.
const noLength = math.MaxInt32

func readBCF(in *input) (io.WriterTo, error) {
	z, err := bgzf.NewReader(in.r, in.options.blocks(in.path))
	if err != nil {
		return nil, err
	}
	defer z.Close()
	h, err := bcf.ReadHeader(z, in.path)
	if err != nil {
		return nil, err
	}
	contigs := h.Contigs()
	lengths, longest := make([]int, len(contigs)), 0
	for i, name := range contigs {
		if c, ok := h.VCF.Contig(name); ok {
			lengths[i] = c.Length
			longest = max(longest, c.Length)
		}
	}
	if longest == 0 {
		lengths = append(lengths[:0], make([]int, len(contigs))...)
		for i := range lengths {
			lengths[i] = noLength
		}
	}
	shift := in.options.MinShift
	x, err := index.NewNumberedCSIWriter(lengths, shift)
	if err != nil {
		return nil, err
	}
	for r := bcf.NewReader(z, h, in.path); ; {
		err := r.Next()
		if errors.Is(err, io.EOF) {
			return x, nil
		}
		if err != nil {
			return nil, err
		}
		site := r.Site()
		if site.Contig < 0 || site.Contig >= len(contigs) || contigs[site.Contig] == "" {
			return nil, fault.Inputf(in.path, r.Place(), "CHROM: contig number %d is not in the header", site.Contig)
		}
		begin, after := r.Offsets()
		if err := x.Add(site.Contig, contigs[site.Contig], site.Start, site.End, true, begin, after); err != nil {
			return nil, in.at(r.Place(), err).WithHint("%s", sortHint(err, "bcftools sort -O b -o NEW.bcf "+in.path))
		}
	}
}

// at gives an index writer's error its file and place.
func (in *input) at(place string, err error) *fault.Error {
	return fault.Inputf(in.path, place, "%s", err).WithHint("%s", fault.HintOf(err)).WithCause(err)
}

// sortHint is what to do about an index writer's error: what it says itself, or
// to sort the file.
func sortHint(err error, sort string) string {
	if hint := fault.HintOf(err); hint != "" {
		return hint
	}
	return sort
}
