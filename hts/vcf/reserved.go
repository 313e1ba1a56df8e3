package vcf

// definition is what the specification says of a reserved key (VCFv4.3 sections
// 1.6.1 table 1 and 1.6.2 table 2).
type definition struct {
	number Count
	typ    string
}

var reservedInfo = map[string]definition{
	"AA": {one, "String"}, "AC": {perAlt, "Integer"}, "AD": {perAllele, "Integer"}, "ADF": {perAllele, "Integer"},
	"ADR": {perAllele, "Integer"}, "AF": {perAlt, "Float"}, "AN": {one, "Integer"}, "BQ": {one, "Float"},
	"CIGAR": {perAlt, "String"}, "DB": {none, "Flag"}, "DP": {one, "Integer"}, "END": {one, "Integer"},
	"H2": {none, "Flag"}, "H3": {none, "Flag"}, "MQ": {one, "Float"}, "MQ0": {one, "Integer"}, "NS": {one, "Integer"},
	"SOMATIC": {none, "Flag"}, "VALIDATED": {none, "Flag"}, "1000G": {none, "Flag"},
}

var reservedFormat = map[string]definition{
	"AD": {perAllele, "Integer"}, "ADF": {perAllele, "Integer"}, "ADR": {perAllele, "Integer"}, "DP": {one, "Integer"},
	"EC": {perAlt, "Integer"}, "FT": {one, "String"}, "GL": {perGenotype, "Float"}, "GP": {perGenotype, "Float"},
	"GQ": {one, "Integer"}, "GT": {one, "String"}, "HQ": {Count{'N', 2}, "Integer"}, "MQ": {one, "Integer"},
	"PL": {perGenotype, "Integer"}, "PQ": {one, "Integer"}, "PS": {one, "Integer"},
}

var (
	none        = Count{'N', 0}
	one         = Count{'N', 1}
	perAlt      = Count{Kind: 'A'}
	perAllele   = Count{Kind: 'R'}
	perGenotype = Count{Kind: 'G'}
)

// compareReserved reports a reserved key that a header line defines otherwise.
func (h *Header) compareReserved(key string, f Field) {
	table := reservedInfo
	if key == "FORMAT" {
		table = reservedFormat
	}
	want, ok := table[f.ID]
	if !ok {
		return
	}
	if f.Type != want.typ {
		h.problemf("##%s %s: Type %s, the specification says %s", key, f.ID, f.Type, want.typ)
	}
	if f.Number != want.number {
		h.problemf("##%s %s: its Number is not the specification's", key, f.ID)
	}
}

// infoField gives the definition of an INFO key: the header's, or else the
// specification's.
func (h *Header) infoField(id string) (Field, bool) {
	return fieldOr(h.Info, reservedInfo, id)
}

func (h *Header) formatField(id string) (Field, bool) {
	return fieldOr(h.FormatField, reservedFormat, id)
}

func fieldOr(of func(string) (Field, bool), reserved map[string]definition, id string) (Field, bool) {
	if f, ok := of(id); ok {
		return f, true
	}
	d, ok := reserved[id]
	return Field{ID: id, Number: d.number, Type: d.typ}, ok
}
