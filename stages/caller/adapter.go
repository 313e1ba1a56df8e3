package caller

import (
	"math"
	"strings"

	"varpanel/hts/vcf"
	"varpanel/reference/profile"
	"varpanel/stages/sex"
	"varpanel/stages/variant"
)

// Carried tells whether the sample has an allele.
type Carried uint8

const (
	CarriedUnknown Carried = iota // not called: never read as "no"
	NotCarried                    // called, without the allele
	IsCarried
)

// FlagAltDerived says that the reads with the ALT were computed from depth and
// VAF.
const FlagAltDerived = "alt-depth-derived"

// Call is what a record says of one ALT in one sample.
type Call struct {
	Genotype variant.Genotype
	Reads    variant.Evidence
	Carried  Carried
	Flags    []string
}

// Adapter reads calls of one sample. It keeps scratch space: one for each
// goroutine.
type Adapter struct {
	sample  int // -1: the VCF has no samples
	somatic bool
	// alone: the VCF has one sample or none, so that INFO speaks of it.
	alone   bool
	mosaic  float64
	depth   []place
	alleles []place
	alt     []place
	vaf     []place
	strelka strelka

	gt []vcf.GTAllele
}

// place is a FORMAT or INFO key.
type place struct {
	key  string
	info bool
}

func (p place) String() string {
	if p.info {
		return "INFO/" + p.key
	}
	return "FORMAT/" + p.key
}

// New makes an adapter for a sample column, from 0, or -1 for a VCF without
// samples. INFO places of the profile are used only where the VCF has at most
// one sample: INFO says nothing of one among several.
func New(h *vcf.Header, sample int, p *profile.Profile) *Adapter {
	a := &Adapter{
		sample: sample, somatic: p.Type.Somatic(), alone: len(h.Samples) < 2, mosaic: p.Caller.MosaicBelow,
		strelka: newStrelka(h),
	}
	a.depth = a.places(p.Caller.Depth)
	a.alleles = a.places(p.Caller.AlleleDepth)
	a.alt = a.places(p.Caller.AltDepth)
	a.vaf = a.places(p.Caller.VAF)
	return a
}

func (a *Adapter) places(list []string) []place {
	var out []place
	for _, s := range list {
		column, key, _ := strings.Cut(s, "/")
		p := place{key: key, info: column == "INFO"}
		if p.info && !a.alone || !p.info && a.sample < 0 {
			continue
		}
		out = append(out, p)
	}
	return out
}

// Read reads ALT number alt, from 0, of an unsplit record. An error is a
// *vcf.ColumnError: a value that is there and malformed.
func (a *Adapter) Read(r *vcf.Record, alt int, copies sex.Copies) (Call, error) {
	var c Call
	var err error
	if c.Reads, c.Flags, err = a.reads(r, alt); err != nil {
		return Call{}, err
	}
	if err := a.genotype(r, alt, copies, &c); err != nil {
		return Call{}, err
	}
	return c, nil
}

// value gives what a place holds in a record.
func (a *Adapter) value(r *vcf.Record, p place) ([]byte, bool) {
	var v []byte
	var state vcf.Presence
	if p.info {
		v, state = r.InfoValue(p.key)
	} else {
		v, state = r.SampleValue(a.sample, p.key)
	}
	return v, state == vcf.Present && len(v) > 0
}

// reads fills depth, reads with the ALT, and VAF, each from the first place
// that has it.
func (a *Adapter) reads(r *vcf.Record, alt int) (variant.Evidence, []string, error) {
	var e variant.Evidence
	var from []string
	var fraction variant.Fraction // of the reads that tell the alleles apart
	if c, ok, err := a.strelka.read(a, r, alt); err != nil {
		return e, nil, err
	} else if ok {
		e.AltDepth, fraction = c.alt, c.vaf
		from = append(from, "alt "+c.from)
	}
	sum, err := a.alleleDepths(r, alt, &e, &fraction, &from)
	if err != nil {
		return e, nil, err
	}
	if err := a.altDepth(r, alt, &e, &from); err != nil {
		return e, nil, err
	}
	if err := a.readDepth(r, sum, &e, &from); err != nil {
		return e, nil, err
	}
	if err := a.readVAF(r, alt, fraction, &e, &from); err != nil {
		return e, nil, err
	}
	var flags []string
	if a.somatic && !e.AltDepth.Known && e.Depth.Known && e.VAF.Known {
		e.AltDepth = known(int(math.Round(float64(e.Depth.N) * e.VAF.F)))
		from = append(from, "alt from depth and VAF")
		flags = append(flags, FlagAltDerived)
	}
	e.From = strings.Join(from, "; ")
	return e, flags, nil
}

func known(n int) variant.Count { return variant.Count{N: n, Known: true} }

// alleleDepths reads one number an allele. A list of another length than the
// record's alleles is not of that kind (VarScan's AD holds the ALT's reads
// alone) and is left alone. The sum is known when every number is.
func (a *Adapter) alleleDepths(r *vcf.Record, alt int, e *variant.Evidence, f *variant.Fraction, from *[]string) (variant.Count, error) {
	for _, p := range a.alleles {
		v, ok := a.value(r, p)
		if !ok || vcf.ListLen(v) != r.NAlt()+1 {
			continue
		}
		sum, whole := 0, true
		var mine variant.Count
		for i := range r.NAlt() + 1 {
			n, state, err := a.count(v, i, p)
			if err != nil {
				return variant.Count{}, err
			}
			if state == vcf.Missing {
				whole = false
				continue
			}
			sum += n
			if i == alt+1 {
				mine = known(n)
			}
		}
		if !e.AltDepth.Known && mine.Known {
			e.AltDepth = mine
			*from = append(*from, "alt "+p.String())
			if whole && sum > 0 {
				*f = variant.Fraction{F: float64(mine.N) / float64(sum), Known: true}
			}
		}
		if whole {
			return known(sum), nil
		}
	}
	return variant.Count{}, nil
}

func (a *Adapter) altDepth(r *vcf.Record, alt int, e *variant.Evidence, from *[]string) error {
	for _, p := range a.alt {
		v, ok := a.value(r, p)
		if e.AltDepth.Known || !ok || vcf.ListLen(v) != r.NAlt() {
			continue
		}
		n, state, err := a.count(v, alt, p)
		if err != nil {
			return err
		}
		if state == vcf.Present {
			e.AltDepth = known(n)
			*from = append(*from, "alt "+p.String())
		}
	}
	return nil
}

// readDepth reads the depth, or takes the sum over all alleles.
func (a *Adapter) readDepth(r *vcf.Record, sum variant.Count, e *variant.Evidence, from *[]string) error {
	for _, p := range a.depth {
		v, ok := a.value(r, p)
		if !ok {
			continue
		}
		n, state, err := a.count(v, 0, p)
		if err != nil {
			return err
		}
		if state == vcf.Present {
			e.Depth = known(n)
			*from = append(*from, "depth "+p.String())
			return nil
		}
	}
	if sum.Known {
		e.Depth = sum
		*from = append(*from, "depth sum over the alleles")
	}
	return nil
}

// readVAF reads the caller's own fraction, or the fraction of the reads.
func (a *Adapter) readVAF(r *vcf.Record, alt int, fraction variant.Fraction, e *variant.Evidence, from *[]string) error {
	for _, p := range a.vaf {
		v, ok := a.value(r, p)
		if !ok || vcf.ListLen(v) != r.NAlt() {
			continue
		}
		one, state := vcf.Nth(v, alt)
		if state == vcf.Missing {
			continue
		}
		f, state := vcf.Float(one)
		if state != vcf.Present || math.IsNaN(f) || f < 0 || f > 1 {
			return malformed(p, "is no fraction from 0 to 1")
		}
		e.VAF = variant.Fraction{F: f, Known: true}
		*from = append(*from, "vaf "+p.String())
		return nil
	}
	switch {
	case fraction.Known:
		e.VAF = fraction
		*from = append(*from, "vaf from the allele's reads")
	case e.AltDepth.Known && e.Depth.Known && e.Depth.N > 0 && e.AltDepth.N <= e.Depth.N:
		e.VAF = variant.Fraction{F: float64(e.AltDepth.N) / float64(e.Depth.N), Known: true}
		*from = append(*from, "vaf from alt and depth")
	}
	return nil
}

// maxReads bounds a read count, far above any sequencing depth, so that sums
// of hostile numbers do not overflow.
const maxReads = 1 << 40

func (a *Adapter) count(list []byte, i int, p place) (int, vcf.Presence, error) {
	v, state := vcf.Nth(list, i)
	if state == vcf.Missing {
		return 0, vcf.Missing, nil
	}
	n, state := vcf.Int(v)
	if state == vcf.Missing {
		return 0, vcf.Missing, nil
	}
	if state == vcf.Bad || n < 0 || n > maxReads {
		return 0, vcf.Bad, malformed(p, "is no number of reads")
	}
	return n, vcf.Present, nil
}

func malformed(p place, what string) error {
	return &vcf.ColumnError{Column: p.String(), Msg: what}
}
