package testdirectory

import (
	"bufio"
	"io"
	"strconv"
	"strings"

	"varpanel/hts/fault"
	"varpanel/reference/gene"
)

func itoa(n int) string { return strconv.Itoa(n) }

// maxLine bounds a line of the gene-panel table.
const maxLine = 1 << 20

// GenePanels is the table of gene panels: one row for each gene of each
// clinical indication.
type GenePanels struct {
	members []Member
}

// Member is one gene of one clinical indication.
type Member struct {
	Indication string // R208.1_Inherited breast cancer and ovarian cancer_P
	Panel      string // the panel's name
	Version    string // the panel's version; "" where the table has none
	HGNCID     string
	Line       int
}

// ReadGenePanels reads the tab-separated table `clinical indication, panel and
// version, HGNC id`, which has no header line; further columns are ignored.
// name is the file's, for errors.
func ReadGenePanels(r io.Reader, name string) (*GenePanels, error) {
	scanner := bufio.NewScanner(r)
	scanner.Buffer(make([]byte, 0, 64<<10), maxLine)
	g := &GenePanels{}
	n := 0
	for scanner.Scan() {
		n++
		text := strings.TrimSuffix(scanner.Text(), "\r")
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		place := "line " + itoa(n)
		cells := strings.Split(text, "\t")
		if len(cells) < 3 {
			return nil, fault.Inputf(name, place, "%d columns, needs 3: clinical indication, panel and version, HGNC id", len(cells))
		}
		m := Member{Indication: strings.TrimSpace(cells[0]), HGNCID: strings.TrimSpace(cells[2]), Line: n}
		if m.Indication == "" {
			return nil, fault.Inputf(name, place+": column 1", "no clinical indication")
		}
		if !gene.IsID(m.HGNCID) {
			return nil, fault.Inputf(name, place+": column 3", "%q is no HGNC id", m.HGNCID)
		}
		m.Panel, m.Version = splitVersion(strings.TrimSpace(cells[1]))
		g.members = append(g.members, m)
	}
	if err := scanner.Err(); err != nil {
		return nil, fault.Inputf(name, "line "+itoa(n+1), "%v", err).WithCause(err)
	}
	if len(g.members) == 0 {
		return nil, fault.Inputf(name, "", "no rows")
	}
	return g, nil
}

// splitVersion cuts "Inherited pancreatic cancer_2.0" into name and version.
// "HGNC:1100_SG_panel" has no version.
func splitVersion(s string) (panel, version string) {
	i := strings.LastIndexByte(s, '_')
	if i < 0 || i+1 == len(s) || strings.Trim(s[i+1:], "0123456789.") != "" {
		return s, ""
	}
	return s[:i], s[i+1:]
}

// Members gives the rows of a test code, in the table's order: those whose
// indication is the code itself or begins with it and an underscore.
func (g *GenePanels) Members(code string) []Member {
	var rows []Member
	for _, m := range g.members {
		if m.Indication == code || strings.HasPrefix(m.Indication, code+"_") {
			rows = append(rows, m)
		}
	}
	return rows
}
