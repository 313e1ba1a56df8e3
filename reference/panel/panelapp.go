package panel

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"varpanel/hts/fault"
)

// maxPanelApp bounds a PanelApp answer; the largest are some 10 MB.
const maxPanelApp = 256 << 20

// PanelApp is one answer of PanelApp's API v1 for one panel (or superpanel).
type PanelApp struct {
	ID      string
	Name    string
	Version string // "4.12": no decimal number
	Genes   []PanelAppGene
	Regions []PanelAppRegion
	STRs    []PanelAppSTR
}

// PanelAppGene is one gene entry. A superpanel has one for each child panel that
// holds the gene.
type PanelAppGene struct {
	HGNCID  string
	Symbol  string
	Ensembl []string // gene ids of every build named
	Membership
	ModeOfPathogenicity string
	Penetrance          string
}

// Place is a pair of coordinates on both assemblies, 0-based half-open; a pair
// of zeros where PanelApp has none.
type Place struct {
	Contig           string
	Start37, End37   int
	Start38, End38   int
	Known37, Known38 bool
}

// On gives the place on an assembly.
func (p Place) On(assembly string) (start, end int, known bool) {
	if assembly == "GRCh37" {
		return p.Start37, p.End37, p.Known37
	}
	return p.Start38, p.End38, p.Known38
}

// PanelAppRegion is a copy-number or small-variant region.
type PanelAppRegion struct {
	Name, Verbose, Types, Confidence string
	Place                            Place
}

// PanelAppSTR is a short tandem repeat.
type PanelAppSTR struct {
	Name, Gene, Repeat, Normal, Pathogenic, Confidence string
	Place                                              Place
}

// entity is what genes, regions and STRs of the API have in common.
type entity struct {
	GeneData *struct {
		HGNCID  string                                `json:"hgnc_id"`
		HGNC    string                                `json:"hgnc_symbol"`
		Symbol  string                                `json:"gene_symbol"`
		Ensembl map[string]map[string]ensemblLocation `json:"ensembl_genes"`
	} `json:"gene_data"`
	Name        string       `json:"entity_name"`
	Verbose     string       `json:"verbose_name"`
	Confidence  string       `json:"confidence_level"`
	Penetrance  *string      `json:"penetrance"`
	Pathogenic  *string      `json:"mode_of_pathogenicity"`
	Inheritance *string      `json:"mode_of_inheritance"`
	Panel       *panelHeader `json:"panel"`
	Chromosome  string       `json:"chromosome"`
	At37        []int        `json:"grch37_coordinates"`
	At38        []int        `json:"grch38_coordinates"`
	Types       string       `json:"type_of_variants"`
	Repeat      string       `json:"repeated_sequence"`
	NormalN     *int         `json:"normal_repeats"`
	PathogenicN *int         `json:"pathogenic_repeats"`
}

type ensemblLocation struct {
	ID string `json:"ensembl_id"`
}

type panelHeader struct {
	ID      json.Number `json:"id"`
	Name    string      `json:"name"`
	Version string      `json:"version"`
}

// ReadPanelApp reads the API's JSON for one panel. name is the file's, for
// errors.
func ReadPanelApp(r io.Reader, name string) (*PanelApp, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxPanelApp+1))
	if err != nil {
		return nil, err
	}
	if len(b) > maxPanelApp {
		return nil, fault.Inputf(name, "", "larger than %d bytes: no PanelApp answer for one panel", maxPanelApp)
	}
	var file struct {
		panelHeader
		Results json.RawMessage `json:"results"`
		Genes   []entity        `json:"genes"`
		Regions []entity        `json:"regions"`
		STRs    []entity        `json:"strs"`
	}
	if err := json.Unmarshal(b, &file); err != nil {
		return nil, fault.Inputf(name, jsonPlace(err), "no PanelApp answer: %v", err).WithCause(err)
	}
	if file.Results != nil {
		return nil, fault.Inputf(name, "", "a page of PanelApp's panel list, not a panel").
			WithHint("ask the API for one panel: /api/v1/panels/ID/")
	}
	if file.Name == "" || file.Version == "" {
		return nil, fault.Inputf(name, "", "no PanelApp answer for one panel: name or version is missing")
	}
	p := &PanelApp{ID: file.ID.String(), Name: file.Name, Version: file.Version}
	for i, e := range file.Genes {
		g, err := p.gene(e)
		if err != nil {
			return nil, fault.Inputf(name, "genes["+strconv.Itoa(i)+"] "+e.Name, "%v", err)
		}
		p.Genes = append(p.Genes, g)
	}
	for i, e := range file.Regions {
		place, err := e.place()
		if err != nil {
			return nil, fault.Inputf(name, "regions["+strconv.Itoa(i)+"] "+e.Name, "%v", err)
		}
		p.Regions = append(p.Regions, PanelAppRegion{Name: e.Name, Verbose: e.Verbose, Types: e.Types, Confidence: e.Confidence, Place: place})
	}
	for i, e := range file.STRs {
		place, err := e.place()
		if err != nil {
			return nil, fault.Inputf(name, "strs["+strconv.Itoa(i)+"] "+e.Name, "%v", err)
		}
		p.STRs = append(p.STRs, e.str(place))
	}
	return p, nil
}

func (p *PanelApp) gene(e entity) (PanelAppGene, error) {
	if e.GeneData == nil || e.GeneData.HGNCID == "" {
		return PanelAppGene{}, errors.New("gene_data.hgnc_id: missing")
	}
	g := PanelAppGene{
		HGNCID: e.GeneData.HGNCID, Symbol: e.GeneData.HGNC,
		ModeOfPathogenicity: text(e.Pathogenic), Penetrance: text(e.Penetrance),
	}
	if g.Symbol == "" {
		g.Symbol = e.GeneData.Symbol
	}
	for _, releases := range e.GeneData.Ensembl {
		for _, at := range releases {
			if at.ID != "" {
				g.Ensembl = append(g.Ensembl, at.ID)
			}
		}
	}
	slices.Sort(g.Ensembl)
	g.Membership = Membership{Panel: p.Name, Version: p.Version, MOIVerbatim: text(e.Inheritance), Confidence: e.Confidence}
	if e.Panel != nil && e.Panel.Name != "" {
		g.Panel, g.Version = e.Panel.Name, e.Panel.Version
	}
	g.MOI, _ = ParseMOI(g.MOIVerbatim)
	return g, nil
}

func (e entity) str(place Place) PanelAppSTR {
	s := PanelAppSTR{Name: e.Name, Repeat: e.Repeat, Confidence: e.Confidence, Place: place}
	if e.GeneData != nil {
		s.Gene = e.GeneData.Symbol
	}
	if e.NormalN != nil {
		s.Normal = strconv.Itoa(*e.NormalN)
	}
	if e.PathogenicN != nil {
		s.Pathogenic = strconv.Itoa(*e.PathogenicN)
	}
	return s
}

// place reads PanelApp's coordinates, which are 1-based and inclusive.
func (e entity) place() (Place, error) {
	p := Place{Contig: e.Chromosome}
	for _, c := range []struct {
		key        string
		at         []int
		start, end *int
		known      *bool
	}{
		{"grch37_coordinates", e.At37, &p.Start37, &p.End37, &p.Known37},
		{"grch38_coordinates", e.At38, &p.Start38, &p.End38, &p.Known38},
	} {
		switch {
		case len(c.at) == 0:
		case len(c.at) != 2 || c.at[0] < 1 || c.at[1] < c.at[0]:
			return p, fmt.Errorf("%s: %v is no interval", c.key, c.at)
		default:
			*c.start, *c.end, *c.known = c.at[0]-1, c.at[1], true
		}
	}
	return p, nil
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return strings.TrimSpace(*s)
}

// jsonPlace gives the byte offset of a JSON error, or "".
func jsonPlace(err error) string {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return "byte " + strconv.FormatInt(syntax.Offset, 10)
	}
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		return "byte " + strconv.FormatInt(kind.Offset, 10) + ": " + kind.Field
	}
	return ""
}
