package scan

import "varpanel/hts/fault"

// Order tells whether records are sorted: each contig in one piece, and in it no
// position after a larger one. The zero value is ready.
type Order struct {
	contig string
	pos    int
	seen   map[string]bool
}

// Take takes the next record. An error is an Input error that has no file and no
// place yet.
func (o *Order) Take(contig []byte, pos int) error {
	if string(contig) != o.contig {
		return o.enter(string(contig), pos)
	}
	if pos < o.pos {
		return fault.Inputf("", "", "unsorted: position %d of %s stands after %d", pos+1, o.contig, o.pos+1).WithHint(sortHint)
	}
	o.pos = pos
	return nil
}

const sortHint = "bcftools sort -O z -o NEW.vcf.gz FILE"

// enter begins a contig.
func (o *Order) enter(contig string, pos int) error {
	if o.seen[contig] {
		return fault.Inputf("", "", "unsorted: contig %s comes back after %s", contig, o.contig).WithHint(sortHint)
	}
	if o.seen == nil {
		o.seen = map[string]bool{}
	}
	o.seen[contig] = true
	o.contig, o.pos = contig, pos
	return nil
}

// Reset forgets every record.
func (o *Order) Reset() {
	clear(o.seen)
	o.contig, o.pos = "", 0
}

// Contig is that of the last record, "" before the first one.
func (o *Order) Contig() string { return o.contig }

// Pos is that of the last record.
func (o *Order) Pos() int { return o.pos }
