package build

import (
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"varpanel/hts/bed"
	"varpanel/hts/fault"
	"varpanel/reference/bundle"
	"varpanel/reference/gene"
	"varpanel/reference/panel"
	"varpanel/reference/testdirectory"
)

// wanted is one gene as the request names it.
type wanted struct {
	name        string // HGNC id or symbol
	where       string // file and place, for errors
	memberships []panel.Membership
	confidence  string
	pathogenic  []string // modes of pathogenicity
	penetrance  []string
	transcripts []string // the laboratory's choice
}

// request is what was asked for, before any of it met the references.
type request struct {
	test     bundle.Test
	name     string // default name of the bundle
	panels   []bundle.Panel
	genes    []wanted
	targets  []bed.Record
	panelApp []*panel.PanelApp
	messages []string
	warnings []string
}

func (r *request) addPanel(p bundle.Panel) {
	if !slices.Contains(r.panels, p) {
		r.panels = append(r.panels, p)
	}
}

// ask reads what was asked for.
func ask(o *Options) (*request, error) {
	r := &request{}
	for _, name := range o.PanelApp {
		p, err := readWith(name, o.blocks(), panel.ReadPanelApp)
		if err != nil {
			return nil, err
		}
		r.panelApp = append(r.panelApp, p)
		r.addPanel(bundle.Panel{ID: p.ID, Name: p.Name, Version: p.Version})
	}
	var err error
	switch {
	case o.Test != "":
		err = r.fromTest(o)
	case o.GeneList != "":
		err = r.fromList(o)
	case o.Targets != "":
		err = r.fromTargets(o)
	default:
		r.fromPanelApp(o)
	}
	r.test.AskedBy = o.askedBy()
	return r, err
}

// fromTest asks for the genes of a test code. The directory says what the test
// is, the gene-panel table which genes it looks at.
func (r *request) fromTest(o *Options) error {
	d, err := readWith(o.Directory, o.blocks(), testdirectory.ReadDirectory)
	if err != nil {
		return err
	}
	table, err := readWith(o.GenePanels, o.blocks(), testdirectory.ReadGenePanels)
	if err != nil {
		return err
	}
	in, listed := d.Find(o.Test)
	members := table.Members(o.Test)
	directory, panels := filepath.Base(o.Directory), filepath.Base(o.GenePanels)
	switch {
	case !listed && len(members) == 0:
		return fault.Usagef("--test %s: neither %s nor %s has this code", o.Test, directory, panels).
			WithHint("a code has the form R208.1: the indication's number and the test's")
	case len(members) == 0:
		return fault.Inputf(o.GenePanels, "", "no row for %s (%s), which %s has with the targets %q", o.Test, in.Name, directory, in.Targets).
			WithHint("add the rows, or give the genes by --panelapp or --gene-list")
	case !listed:
		r.warnings = append(r.warnings, o.Test+" is not in "+directory+"; name and genes are from "+panels)
		in.Code, in.Name = o.Test, strings.TrimPrefix(members[0].Indication, o.Test+"_")
	}
	r.name = o.Test
	r.test = bundle.Test{
		Code: o.Test, Indication: in.Name, Method: in.Method,
		Directory: strings.TrimSpace(d.Source + " " + d.Date),
	}
	at := make(map[string]int)
	for _, m := range members {
		r.addPanel(bundle.Panel{Name: m.Panel, Version: m.Version})
		ship := panel.Membership{Panel: m.Panel, Version: m.Version, MOI: panel.Unknown}
		i, seen := at[m.HGNCID]
		if !seen {
			i = len(r.genes)
			at[m.HGNCID] = i
			r.genes = append(r.genes, wanted{name: m.HGNCID, where: panels + ": line " + strconv.Itoa(m.Line)})
		}
		r.genes[i].memberships = append(r.genes[i].memberships, ship)
	}
	r.compareDirectory(in, at, directory, panels)
	r.addModes(at)
	return nil
}

// compareDirectory warns where the directory names genes itself and the table
// has others.
func (r *request) compareDirectory(in testdirectory.Indication, at map[string]int, directory, panels string) {
	var ids, missing []string
	for _, p := range in.Panels {
		if gene.IsID(p) {
			ids = append(ids, p)
			if _, ok := at[p]; !ok {
				missing = append(missing, p)
			}
		}
	}
	if len(ids) == 0 || len(ids) < len(in.Panels) {
		return
	}
	var more []string
	for _, g := range r.genes {
		if !slices.Contains(ids, g.name) {
			more = append(more, g.name)
		}
	}
	if len(missing)+len(more) > 0 {
		r.warnings = append(r.warnings, in.Code+": "+panels+" decides, and differs from "+directory+
			": without "+orNone(missing)+", more "+orNone(more))
	}
}

func orNone(s []string) string {
	if len(s) == 0 {
		return "none"
	}
	return strings.Join(s, ", ")
}

// addModes gives the wanted genes, by HGNC id, what the PanelApp answers say of
// them.
func (r *request) addModes(at map[string]int) {
	for _, p := range r.panelApp {
		for _, g := range p.Genes {
			if i, ok := at[g.HGNCID]; ok {
				r.genes[i].add(g)
			}
		}
	}
}

// add takes what one PanelApp entry says of the gene.
func (w *wanted) add(g panel.PanelAppGene) {
	w.memberships = append(w.memberships, g.Membership)
	if level(g.Confidence) > level(w.confidence) {
		w.confidence = g.Confidence
	}
	w.pathogenic = appendNew(w.pathogenic, g.ModeOfPathogenicity)
	w.penetrance = appendNew(w.penetrance, g.Penetrance)
}

func appendNew(list []string, s string) []string {
	if s == "" || slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// level reads PanelApp's confidence; what is no number is below all.
func level(confidence string) int {
	n, err := strconv.Atoi(confidence)
	if err != nil {
		return -1
	}
	return n
}

// fromPanelApp asks for the genes of the PanelApp answers that have the
// confidence.
func (r *request) fromPanelApp(o *Options) {
	at := make(map[string]int)
	below := 0
	for i, p := range r.panelApp {
		if r.name == "" {
			r.name = p.Name + " " + p.Version
		}
		file := filepath.Base(o.PanelApp[i])
		for _, g := range p.Genes {
			if level(g.Confidence) < o.MinConfidence {
				below++
				continue
			}
			j, seen := at[g.HGNCID]
			if !seen {
				j = len(r.genes)
				at[g.HGNCID] = j
				r.genes = append(r.genes, wanted{name: g.HGNCID, where: file + ": " + g.Symbol})
			}
			r.genes[j].add(g)
		}
	}
	if below > 0 {
		r.messages = append(r.messages, strconv.Itoa(below)+" PanelApp entries below confidence "+
			strconv.Itoa(o.MinConfidence)+" were left out")
	}
}

// fromList asks for the genes of a list.
func (r *request) fromList(o *Options) error {
	rows, err := readWith(o.GeneList, o.blocks(), panel.ReadGeneList)
	if err != nil {
		return err
	}
	base := filepath.Base(o.GeneList)
	r.name = trimExtensions(base)
	r.addPanel(bundle.Panel{Name: r.name})
	for _, row := range rows {
		where := base + ": line " + strconv.Itoa(row.Line)
		moi, known := panel.ParseMOI(row.MOIVerbatim)
		if !known {
			r.warnings = append(r.warnings, where+": moi: "+strconv.Quote(row.MOIVerbatim)+" is none of PanelApp's: taken as unknown")
		}
		r.genes = append(r.genes, wanted{
			name: row.Gene, where: where, confidence: row.Confidence, transcripts: row.Transcripts,
			pathogenic:  appendNew(nil, row.ModeOfPathogenicity),
			penetrance:  appendNew(nil, row.Penetrance),
			memberships: []panel.Membership{{Panel: r.name, MOIVerbatim: row.MOIVerbatim, MOI: moi, Confidence: row.Confidence}},
		})
	}
	return nil
}

// fromTargets asks for regions.
func (r *request) fromTargets(o *Options) error {
	rows, err := readWith(o.Targets, o.blocks(), func(in io.Reader, name string) ([]bed.Record, error) { return bed.Read(in, name) })
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return fault.Inputf(o.Targets, "", "no regions")
	}
	for _, row := range rows {
		if row.End <= row.Start {
			return fault.Inputf(o.Targets, "line "+strconv.Itoa(row.Line), "an empty region")
		}
	}
	r.name = trimExtensions(filepath.Base(o.Targets))
	r.addPanel(bundle.Panel{Name: r.name})
	r.targets = rows
	return nil
}

func trimExtensions(base string) string {
	base = strings.TrimSuffix(base, ".gz")
	return strings.TrimSuffix(base, filepath.Ext(base))
}
