// Package testdirectory reads the National Genomic Test Directory as East GLH
// parses it (JSON), and the table of gene panels that goes with it: which test
// code is which clinical indication, and which genes it looks at.
package testdirectory

import (
	"encoding/json"
	"errors"
	"io"
	"strings"

	"varpanel/hts/fault"
)

// maxFile bounds a directory; the real ones are below 1 MB.
const maxFile = 64 << 20

// Directory is a parsed test directory.
type Directory struct {
	Source      string       // the workbook that it was parsed from
	Config      string       // the parser's configuration
	Date        string       // YYMMDD
	Indications []Indication // in the file's order

	byCode map[string]int
}

// Indication is one test of the directory.
type Indication struct {
	Name    string   // clinical indication
	Code    string   // R208.1
	Full    string   // R208.1_Inherited breast cancer and ovarian cancer_P
	Method  string   // the directory's words, typing errors included
	Panels  []string // PanelApp ids or HGNC ids; empty where the directory has prose alone
	Targets string   // the directory's words for the targets
}

// ReadDirectory reads the JSON of a parsed directory. name is the file's, for
// errors.
func ReadDirectory(r io.Reader, name string) (*Directory, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(b) > maxFile {
		return nil, fault.Inputf(name, "", "larger than %d bytes: no test directory", maxFile)
	}
	var file struct {
		Source      string `json:"td_source"`
		Config      string `json:"config_source"`
		Date        string `json:"date"`
		Indications []struct {
			Name    string    `json:"name"`
			Code    string    `json:"code"`
			Full    string    `json:"gemini_name"`
			Method  string    `json:"test_method"`
			Panels  []*string `json:"panels"`
			Targets string    `json:"original_targets"`
		} `json:"indications"`
	}
	if err := json.Unmarshal(b, &file); err != nil {
		return nil, fault.Inputf(name, jsonPlace(err), "no parsed test directory: %v", err).WithCause(err)
	}
	if len(file.Indications) == 0 {
		return nil, fault.Inputf(name, "indications", "none: no parsed test directory")
	}
	d := &Directory{Source: file.Source, Config: file.Config, Date: file.Date, byCode: make(map[string]int)}
	for i, in := range file.Indications {
		code := strings.TrimSpace(in.Code)
		if code == "" {
			return nil, fault.Inputf(name, "indications["+itoa(i)+"]", "no code")
		}
		if _, taken := d.Find(code); taken {
			return nil, fault.Inputf(name, "indications["+itoa(i)+"]", "code %s stands twice", code)
		}
		row := Indication{Name: in.Name, Code: code, Full: in.Full, Method: strings.TrimSpace(in.Method), Targets: strings.TrimSpace(in.Targets)}
		for _, p := range in.Panels {
			if p != nil && strings.TrimSpace(*p) != "" {
				row.Panels = append(row.Panels, strings.TrimSpace(*p))
			}
		}
		d.byCode[code] = len(d.Indications)
		d.Indications = append(d.Indications, row)
	}
	return d, nil
}

// Find gives the test of a code.
func (d *Directory) Find(code string) (Indication, bool) {
	i, ok := d.byCode[code]
	if !ok {
		return Indication{}, false
	}
	return d.Indications[i], true
}

// jsonPlace gives the byte offset of a JSON error, or "".
func jsonPlace(err error) string {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return "byte " + itoa(int(syntax.Offset))
	}
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		return "byte " + itoa(int(kind.Offset)) + ": " + kind.Field
	}
	return ""
}
