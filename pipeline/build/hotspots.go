package build

import (
	"fmt"
	"strings"

	"varpanel/hts/fault"
	"varpanel/reference/allele"
	"varpanel/reference/contig"
	"varpanel/reference/genome"
	"varpanel/reference/hotspot"
)

// readHotspots reads the panel's hotspots and brings each to its normal form in
// the bundle's contigs. A REF that the FASTA contradicts is an error; one that
// it has no sequence for is returned in lacking, unless the gene or the row's
// name is allowed to lack.
func readHotspots(o *Options, contigs *contig.Set, seq genome.Sequence) (rows []hotspot.Row, lacking []string, err error) {
	if o.Hotspots == "" {
		return nil, nil, nil
	}
	if rows, err = readWith(o.Hotspots, o.blocks(), hotspot.Read); err != nil {
		return nil, nil, err
	}
	for i := range rows {
		r := &rows[i]
		name, ok := contigs.Resolve(r.Contig)
		if !ok {
			return nil, nil, fault.Inputf(o.Hotspots, r.Name, "the FASTA has no contig %s", r.Contig)
		}
		a := allele.Allele{Contig: name, Pos: r.Pos, Ref: r.Ref, Alt: r.Alt}
		state, err := allele.Check(a, seq)
		if err != nil {
			return nil, nil, err
		}
		switch state {
		case allele.RefMismatch:
			return nil, nil, fault.Inputf(o.Hotspots, r.Name, "REF %s is not what the FASTA has at %s:%d", short(r.Ref), name, r.Pos+1).
				WithHint("is the position of this assembly, and 1-based?")
		case allele.RefUnknown:
			if !o.allowed(r.Gene, r.Name) {
				lacking = append(lacking, fmt.Sprintf("hotspot %s: the FASTA has no sequence at %s:%d", r.Name, name, r.Pos+1))
			}
		}
		if a, err = allele.LeftAlign(a, seq); err != nil {
			return nil, nil, err
		}
		r.Contig, r.Pos, r.Ref, r.Alt = a.Contig, a.Pos, a.Ref, a.Alt
	}
	return rows, lacking, nil
}

// hotspotName is how a hotspot's stretch of the scan regions is called.
func hotspotName(r hotspot.Row) string {
	if r.Gene != "" {
		return r.Gene
	}
	return strings.ReplaceAll(r.Name, "\t", " ")
}
