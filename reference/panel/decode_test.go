package panel

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// some is a panel with what a gene's line can have.
func some() *Panel {
	plain := Gene{HGNCID: "HGNC:1100", Symbol: "BRCA1", Asked: "BRCA1", JoinedBy: "refseq-id", ModelID: "ENSG00000012048", State: Assessed,
		Confidence: "3", MOIVerbatim: "BIALLELIC, autosomal", MOI: Biallelic,
		Panels:      []Membership{{Panel: "a", Version: "1.2", MOI: Biallelic}, {Panel: "b"}},
		Transcripts: []Transcript{{ID: "ENST1.2", Accession: "NM_1.2", Why: "MANE Select", Present: true}, {ID: "x"}}}
	earlier, missing, odd, bare := plain, plain, plain, Gene{Panels: []Membership{}, Transcripts: []Transcript{}}
	earlier.Previous = "OLD"
	missing.NotAssessed, missing.Notes = []Part{{Transcript: "t", Exon: 2, Contig: "chr1", Start: 1, End: 9, Bases: 3}}, []string{"n"}
	odd.Asked, odd.Panels = "a \"quote\"\t\u2028 <é> \\", nil
	return &Panel{
		Genes:   []Gene{plain, earlier, missing, odd, bare, plain},
		Regions: []Region{{Name: "r", Contig: "chr1", Start: 1, End: 2}}, STRs: []STR{{Name: "s", Gene: "g"}},
	}
}

// Decode gives what encoding/json gives, of what Encode writes and of what is
// near to it.
func TestDecodeIsJSON(t *testing.T) {
	text, err := some().Encode()
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := decodeLines(string(text)); !ok {
		t.Error("the lines of Encode are not read as such")
	}
	same := func(text []byte) {
		t.Helper()
		var want Panel
		wantErr := json.Unmarshal(text, &want)
		got, err := Decode(text, "panel.json")
		if (err == nil) != (wantErr == nil) {
			t.Errorf("%.300q: %v, encoding/json %v", text, err, wantErr)
		} else if err == nil && !reflect.DeepEqual(*got, want) {
			t.Errorf("%.300q: %+v\nwant %+v", text, *got, want)
		}
	}
	same(text)
	for _, edit := range [][2]string{
		{`"symbol":`, `"symbol" :`}, {`"3"`, "3"}, {`"present":true`, `"present":null`}, {"}]},\n", "}]}\n"}, {"}]}\n]", "}]},\n]"},
		{"[\n", "["}, {"]}\n", "]"}, {`"BRCA1"`, "\"BR\xff\""}, {`"BRCA1"`, "\"BR\x01\""}, {`{"genes"`, `{"genes":[],"genes"`},
		{`]}`, `],"genes":[{"symbol":"x"}]}`}, {`"asked"`, `"new":1,"asked"`}, {`"panels":[`, `"panels":[{},`}, {`"version":"1.2"`, `"version":null`},
	} {
		same([]byte(strings.ReplaceAll(string(text), edit[0], edit[1])))
		same([]byte(strings.Replace(string(text), edit[0], edit[1], 1)))
	}
	for i := range text { // cut, and with a byte less
		same(text[:i])
		same(append(bytes.Clone(text[:i]), text[i+1:]...))
	}
}

func FuzzDecode(f *testing.F) {
	text, err := some().Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Fuzz(func(t *testing.T, text []byte) {
		var want Panel
		wantErr := json.Unmarshal(text, &want)
		got, err := Decode(text, "panel.json")
		if (err == nil) != (wantErr == nil) || err == nil && !reflect.DeepEqual(*got, want) {
			t.Fatalf("%+v, %v\nwant %+v, %v", got, err, want, wantErr)
		}
	})
}
