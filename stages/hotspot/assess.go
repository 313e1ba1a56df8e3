package hotspot

import (
	"fmt"
	"strconv"
	"strings"

	"varpanel/reference/hotspot"
	"varpanel/stages/report"
	"varpanel/stages/variant"
)

// Words of report.Hotspot.Status.
const (
	Detected      = "detected"
	NotDetected   = "not-detected"
	NotAssessable = "not-assessable"
)

// Words of report.Hotspot.DepthFrom.
const (
	fromReads = "reads" // by the profile's definition of depth
	fromCall  = "call"  // the caller's own numbers
	fromBlock = "reference block"
)

// Options are the profile's thresholds.
type Options struct {
	// MinDepth is the depth below which nothing found says nothing.
	MinDepth int
	// MinAltDepth and MinVAF are what reads need to show an allele that no
	// caller called. With a MinAltDepth of 0 reads alone never do.
	MinAltDepth int
	MinVAF      float64
}

// Block is a stretch of a gVCF in which the sample was called reference.
type Block struct {
	Contig     string // the bundle's name
	Start, End int    // 0-based half-open
	Depth      variant.Count
}

// Evidence is what there is beside the variants. Reads are parallel to the rows
// and nil without a BAM; Blocks are looked at only then.
type Evidence struct {
	Reads  []Reads
	Blocks []Block
}

// Assess makes the statement for every row, in the rows' order. The variants
// are all of the case's alleles, the excluded ones too.
func Assess(rows []hotspot.Row, variants []*variant.Variant, e Evidence, o Options) []report.Hotspot {
	if len(rows) == 0 {
		return nil
	}
	known := index(variants)
	blocks := groupBlocks(e.Blocks)
	out := make([]report.Hotspot, len(rows))
	for i, row := range rows {
		h := &out[i]
		*h = report.Hotspot{Name: row.Name, Gene: row.Gene, Contig: row.Contig, Pos: row.Pos + 1, HGVSp: row.HGVSp}
		var reads *Reads
		if e.Reads != nil {
			reads = &e.Reads[i]
			if reads.Why == "" {
				setReads(h, reads)
			}
		}
		v, byProtein := known.find(row)
		if v != nil && v.Exclusion == nil {
			setVariant(h, v, byProtein)
			continue
		}
		if reads != nil {
			byReads(h, reads, o)
		} else {
			byBlocks(h, row, blocks[row.Contig], o)
		}
		if v != nil {
			excluded(h, v)
		}
	}
	return out
}

func setReads(h *report.Hotspot, r *Reads) {
	h.Depth, h.AltDepth, h.DepthFrom = strconv.Itoa(r.Depth), strconv.Itoa(r.Alt), fromReads
	if r.Depth > 0 {
		h.VAF = fraction(float64(r.Alt) / float64(r.Depth))
	}
}

// setVariant states what was called. The call's own numbers are given where it
// has them; without any, those of the reads stay.
func setVariant(h *report.Hotspot, v *variant.Variant, byProtein bool) {
	h.Status = Detected
	if byProtein {
		h.Why = "the same protein change by " + v.Allele.String()
	}
	for _, f := range v.Flags {
		if whole, is := strings.CutPrefix(f, variant.FlagPartOf); is && h.Why == "" {
			h.Why = "called on one haplotype with others, which make another change together: " + whole
		}
	}
	e := v.Reads
	if !e.Depth.Known && !e.AltDepth.Known && !e.VAF.Known {
		return
	}
	h.Depth, h.AltDepth, h.VAF, h.DepthFrom = count(e.Depth), count(e.AltDepth), "", fromCall
	if e.VAF.Known {
		h.VAF = fraction(e.VAF.F)
	}
}

func byReads(h *report.Hotspot, r *Reads, o Options) {
	vaf := 0.0
	if r.Depth > 0 {
		vaf = float64(r.Alt) / float64(r.Depth)
	}
	switch {
	case r.Why != "":
		h.Status, h.Why = NotAssessable, r.Why
	case o.MinAltDepth > 0 && r.Alt >= o.MinAltDepth && vaf >= o.MinVAF:
		h.Status = Detected
		h.Why = fmt.Sprintf("%d of %d fragments carry the allele; no caller called it", r.Alt, r.Depth)
	case r.Depth == 0:
		h.Status, h.Why = NotAssessable, "no reads"
	case r.Depth < o.MinDepth:
		h.Status, h.Why = NotAssessable, fmt.Sprintf("depth %d is below %d", r.Depth, o.MinDepth)
	default:
		h.Status = NotDetected
		if r.Alt > 0 {
			h.Why = fmt.Sprintf("%d of %d fragments carry the allele, too few for a statement that it is there", r.Alt, r.Depth)
		}
	}
}

func byBlocks(h *report.Hotspot, row hotspot.Row, blocks []Block, o Options) {
	h.Status, h.Why = NotAssessable, "no BAM, and no reference block of a gVCF"
	depth, covered := lowest(blocks, row.Pos, row.Pos+len(row.Ref))
	switch {
	case !covered:
	case !depth.Known:
		h.Why = "no BAM, and the gVCF's reference block has no depth"
	case depth.N < o.MinDepth:
		h.Depth, h.DepthFrom, h.Why = strconv.Itoa(depth.N), fromBlock, fmt.Sprintf("depth %d is below %d", depth.N, o.MinDepth)
	default:
		h.Depth, h.DepthFrom, h.Status, h.Why = strconv.Itoa(depth.N), fromBlock, NotDetected, ""
	}
}

// excluded corrects what the reads say of an allele that was called, and that a
// rule excluded: it is not reported, and it is not "not detected" either.
func excluded(h *report.Hotspot, v *variant.Variant) {
	why := fmt.Sprintf("called, and excluded by %s", v.Exclusion.Rule)
	if h.Why != "" {
		why += "; " + h.Why
	}
	h.Why = why
	if h.Status == NotDetected {
		h.Status = NotAssessable
	}
}

func count(c variant.Count) string {
	if !c.Known {
		return ""
	}
	return strconv.Itoa(c.N)
}

// fraction writes a VAF with four decimals.
func fraction(f float64) string { return strconv.FormatFloat(f, 'f', 4, 64) }
