package panel

import (
	"bufio"
	"io"
	"slices"
	"strconv"
	"strings"

	"varpanel/hts/fault"
)

const maxLine = 1 << 20

// listColumns are the columns of a gene list with a header line.
var listColumns = []string{"gene", "confidence", "moi", "mode_of_pathogenicity", "penetrance", "transcript"}

// Listed is one row of a gene list.
type Listed struct {
	Gene                string // HGNC id or symbol, as the list has it
	Confidence          string
	MOIVerbatim         string
	ModeOfPathogenicity string
	Penetrance          string
	Transcripts         []string // the laboratory's choice; empty: the build chooses
	Line                int
}

// ReadGeneList reads a gene list: one HGNC id or symbol a line, or a
// tab-separated table whose header begins with `gene` (columns in any order,
// only gene is needed; `.` and empty cells are missing; several transcripts are
// joined by `;`). Lines that begin with # are skipped. A gene that comes twice
// is an error. name is the file's, for errors.
func ReadGeneList(r io.Reader, name string) ([]Listed, error) {
	scanner := bufio.NewScanner(r)
	scanner.Buffer(make([]byte, 0, 64<<10), maxLine)
	var rows []Listed
	var at map[string]int
	seen := make(map[string]int)
	n, first := 0, true
	for scanner.Scan() {
		n++
		text := strings.TrimSuffix(scanner.Text(), "\r")
		if n == 1 {
			text = strings.TrimPrefix(text, "\ufeff")
		}
		if strings.TrimSpace(text) == "" || strings.HasPrefix(text, "#") {
			continue
		}
		place := "line " + strconv.Itoa(n)
		if first {
			first = false
			var err error
			if at, err = listHeader(text, name, place); err != nil {
				return nil, err
			}
			if at != nil {
				continue
			}
		}
		row, err := parseListed(text, at, name, place)
		if err != nil {
			return nil, err
		}
		row.Line = n
		if line, twice := seen[row.Gene]; twice {
			return nil, fault.Inputf(name, place, "%s stands in line %d too", row.Gene, line)
		}
		seen[row.Gene] = n
		rows = append(rows, row)
	}
	if err := scanner.Err(); err != nil {
		return nil, fault.Inputf(name, "line "+strconv.Itoa(n+1), "%v", err).WithCause(err)
	}
	if len(rows) == 0 {
		return nil, fault.Inputf(name, "", "no genes")
	}
	return rows, nil
}

// listHeader gives the places of the columns, or nil where the line is a gene.
func listHeader(text, name, place string) (map[string]int, error) {
	titles := strings.Split(text, "\t")
	if !slices.Contains(titles, "gene") {
		return nil, nil
	}
	at := make(map[string]int)
	for i, title := range titles {
		title = strings.TrimSpace(title)
		if !slices.Contains(listColumns, title) {
			return nil, fault.Inputf(name, place, "unknown column %q", title).
				WithHint("the columns are: %s", strings.Join(listColumns, " "))
		}
		if _, twice := at[title]; twice {
			return nil, fault.Inputf(name, place, "column %q stands twice", title)
		}
		at[title] = i
	}
	return at, nil
}

func parseListed(text string, at map[string]int, name, place string) (Listed, error) {
	if at == nil {
		gene := strings.TrimSpace(text)
		if strings.ContainsAny(gene, "\t ,;") {
			return Listed{}, fault.Inputf(name, place, "%q is not one gene", gene).
				WithHint("one HGNC id or symbol a line, or a table with the header: %s", strings.Join(listColumns, " "))
		}
		return Listed{Gene: gene}, nil
	}
	cells := strings.Split(text, "\t")
	if len(cells) > len(at) {
		return Listed{}, fault.Inputf(name, place, "%d columns, the header has %d", len(cells), len(at))
	}
	cell := func(column string) string {
		i, ok := at[column]
		if !ok || i >= len(cells) {
			return ""
		}
		if v := strings.TrimSpace(cells[i]); v != "." {
			return v
		}
		return ""
	}
	row := Listed{
		Gene: cell("gene"), Confidence: cell("confidence"), MOIVerbatim: cell("moi"),
		ModeOfPathogenicity: cell("mode_of_pathogenicity"), Penetrance: cell("penetrance"),
	}
	if row.Gene == "" {
		return Listed{}, fault.Inputf(name, place+": gene", "missing")
	}
	for t := range strings.SplitSeq(cell("transcript"), ";") {
		if t = strings.TrimSpace(t); t != "" {
			row.Transcripts = append(row.Transcripts, t)
		}
	}
	return row, nil
}
