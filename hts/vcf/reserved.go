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
	unstated    = Count{Kind: '.'}
)

// What VCF 4.4 and 4.5 added or made definite (VCFv4.5 sections 1.6.1, 1.6.2, 3
// and 4).
var newInfo = map[string]definition{
	"CN": {perAlt, "Float"}, "SVLEN": {perAlt, "Integer"}, "SVCLAIM": {perAlt, "String"}, "EVENT": {perAlt, "String"},
	"CIPOS": {unstated, "Integer"}, "CIEND": {unstated, "Integer"}, "CILEN": {unstated, "Integer"}, "CICN": {unstated, "Float"},
	"MEINFO": {unstated, "String"}, "METRANS": {unstated, "String"}, "RN": {perAlt, "Integer"}, "RUS": {unstated, "String"},
	"RUL": {unstated, "Integer"}, "RUC": {unstated, "Float"}, "RB": {unstated, "Integer"}, "CIRUC": {unstated, "Float"},
	"CIRB": {unstated, "Integer"}, "RUB": {unstated, "Integer"},
}

var newFormat = map[string]definition{
	"PSL": {unstated, "String"}, "PSO": {unstated, "Integer"}, "PSQ": {unstated, "Integer"}, "LAA": {unstated, "Integer"},
	"LAD": {unstated, "Integer"}, "LADF": {unstated, "Integer"}, "LADR": {unstated, "Integer"}, "LEC": {unstated, "Integer"},
	"LGL": {unstated, "Float"}, "LGP": {unstated, "Float"}, "LGT": {one, "String"}, "LPL": {unstated, "Integer"},
	"LPP": {unstated, "Integer"},
}

// perOf says what the keys of newFormat have values for.
var perOf = map[string]string{
	"PSL": "P", "PSO": "P", "PSQ": "P", "LAD": "LR", "LADF": "LR", "LADR": "LR", "LEC": "LA", "LGL": "LG", "LGP": "LG",
	"LPL": "LG", "LPP": "LG",
}

// compareReserved reports a reserved key that a header line defines otherwise.
func (h *Header) compareReserved(key string, f Field) {
	want, ok := h.reserved(key, f.ID)
	if !ok {
		return
	}
	if f.Type != want.Type {
		h.problemf("##%s %s: Type %s, the specification says %s", key, f.ID, f.Type, want.Type)
	}
	if f.Number != want.Number || f.Per != want.Per {
		h.problemf("##%s %s: its Number is not the specification's", key, f.ID)
	}
}

// reserved gives what the header's version of the specification says of a key of
// INFO or FORMAT.
func (h *Header) reserved(key, id string) (Field, bool) {
	always, since44 := reservedInfo, newInfo
	if key == "FORMAT" {
		always, since44 = reservedFormat, newFormat
	}
	d, ok := always[id]
	f := Field{ID: id, Number: d.number, Type: d.typ}
	if !ok && h.Version >= "4.4" {
		if d, ok = since44[id]; ok {
			f.Number, f.Type = d.number, d.typ
			if key == "FORMAT" {
				f.Per = perOf[id]
			}
		}
	}
	return f, ok
}

// infoField gives the definition of an INFO key: the header's, or else the
// specification's.
func (h *Header) infoField(id string) (Field, bool) {
	if f, ok := h.Info(id); ok {
		return f, true
	}
	return h.reserved("INFO", id)
}

// formatField does the same for a FORMAT key.
func (h *Header) formatField(id string) (Field, bool) {
	if f, ok := h.FormatField(id); ok {
		return f, true
	}
	return h.reserved("FORMAT", id)
}
