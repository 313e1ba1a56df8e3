package gene

import (
	"bufio"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"varpanel/hts/fault"
)

// maxLine bounds a line: HGNC's longest is far below.
const maxLine = 1 << 20

// columns gives the names that HGNC's two downloads have for a column: the
// custom download's first, then the complete set's.
var columns = map[string][]string{
	"id":       {"HGNC ID", "hgnc_id"},
	"symbol":   {"Approved symbol", "symbol"},
	"previous": {"Previous symbols", "prev_symbol"},
	"alias":    {"Alias symbols", "alias_symbol"},
	"insdc":    {"Accession numbers", "ena"},
	"refseq":   {"RefSeq IDs", "refseq_accession"},
	"ensembl":  {"Ensembl gene ID", "ensembl_gene_id"},
	"status":   {"Status", "status"},
}

// Read reads HGNC's table (tab-separated, with a header line): the custom
// download of genenames.org, or its complete set. Only id and approved symbol
// must be there. name is the file's, for errors.
func Read(r io.Reader, name string) (*Table, error) {
	scanner := bufio.NewScanner(r)
	scanner.Buffer(make([]byte, 0, 64<<10), maxLine)
	var at map[string]int
	var genes []Gene
	var lines []int
	n := 0
	for scanner.Scan() {
		n++
		text := strings.TrimSuffix(scanner.Text(), "\r")
		if at == nil {
			var err error
			if at, err = header(strings.TrimPrefix(text, "\ufeff"), name); err != nil {
				return nil, err
			}
			continue
		}
		if text == "" {
			continue
		}
		g, err := parseRow(strings.Split(text, "\t"), at)
		if err != nil {
			return nil, fault.Inputf(name, "line "+strconv.Itoa(n), "%v", err)
		}
		genes = append(genes, g)
		lines = append(lines, n)
	}
	if err := scanner.Err(); err != nil {
		return nil, fault.Inputf(name, "line "+strconv.Itoa(n+1), "%v", err).WithCause(err)
	}
	if at == nil {
		return nil, fault.Inputf(name, "", "the file is empty")
	}
	t, err := NewTable(genes)
	var twice *Duplicate
	if errors.As(err, &twice) {
		return nil, fault.Inputf(name, "line "+strconv.Itoa(lines[twice.Index]), "%v", err)
	}
	return t, err
}

// header finds the columns that are there.
func header(text, name string) (map[string]int, error) {
	at := make(map[string]int)
	for i, title := range strings.Split(text, "\t") {
		for column, titles := range columns {
			if slices.Contains(titles, strings.TrimSpace(title)) {
				at[column] = i
			}
		}
	}
	for _, needed := range []string{"id", "symbol"} {
		if _, ok := at[needed]; !ok {
			return nil, fault.Inputf(name, "line 1", "no column %q", columns[needed][0]).
				WithHint("take the table from genenames.org/download with its header line")
		}
	}
	return at, nil
}

func parseRow(cells []string, at map[string]int) (Gene, error) {
	cell := func(column string) string {
		i, ok := at[column]
		if !ok || i >= len(cells) {
			return ""
		}
		return strings.TrimSpace(strings.Trim(cells[i], `"`))
	}
	g := Gene{
		HGNCID: cell("id"), Symbol: cell("symbol"),
		Previous: split(cell("previous")), Aliases: split(cell("alias")),
		Accessions: split(cell("insdc")),
		RefSeq:     bare(split(cell("refseq"))), Ensembl: bare(split(cell("ensembl"))),
	}
	if !IsID(g.HGNCID) {
		return Gene{}, errors.New("HGNC ID: " + strconv.Quote(g.HGNCID) + " is none")
	}
	if g.Symbol == "" {
		return Gene{}, errors.New("Approved symbol: missing")
	}
	symbol, withdrawn := strings.CutSuffix(g.Symbol, "~withdrawn")
	g.Symbol = symbol
	g.Withdrawn = withdrawn || strings.Contains(strings.ToLower(cell("status")), "withdrawn")
	return g, nil
}

// split cuts a list at commas (custom download) or bars (complete set).
func split(s string) []string {
	var parts []string
	for _, p := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == '|' }) {
		if p = strings.TrimSpace(p); p != "" {
			parts = append(parts, p)
		}
	}
	return parts
}

func bare(accessions []string) []string {
	for i, a := range accessions {
		accessions[i] = WithoutVersion(a)
	}
	return accessions
}
