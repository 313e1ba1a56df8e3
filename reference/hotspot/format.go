package hotspot

import (
	"bufio"
	"io"
	"slices"
	"strconv"
	"strings"

	"varpanel/hts/fault"
)

// columns are those of hotspots.tsv, in the order in which they are written.
var columns = []string{"name", "gene", "contig", "pos", "ref", "alt", "hgvs_p", "source"}

// optional are the columns that a file need not have.
var optional = []string{"gene", "hgvs_p", "source"}

const maxLine = 1 << 20

// Read reads hotspots.tsv: tab-separated, a header line with the columns in any
// order (gene, hgvs_p and source may lack), `.` for missing, 1-based positions.
// A name that comes twice is an error. name is the file's, for errors.
func Read(r io.Reader, name string) ([]Row, error) {
	scanner := bufio.NewScanner(r)
	scanner.Buffer(make([]byte, 0, 64<<10), maxLine)
	var at map[string]int
	var rows []Row
	seen := make(map[string]int)
	n := 0
	for scanner.Scan() {
		n++
		text := strings.TrimSuffix(scanner.Text(), "\r")
		if n == 1 {
			text = strings.TrimPrefix(text, "\ufeff")
		}
		if text == "" || at == nil && strings.HasPrefix(text, "##") {
			continue
		}
		place := "line " + strconv.Itoa(n)
		if at == nil {
			var err error
			if at, err = header(text, name, place); err != nil {
				return nil, err
			}
			continue
		}
		if strings.Contains(text, "\r") {
			return nil, fault.Inputf(name, place, "a carriage return inside the line")
		}
		row, err := parseRow(strings.Split(text, "\t"), at, name, place)
		if err != nil {
			return nil, err
		}
		if first, twice := seen[row.Name]; twice {
			return nil, fault.Inputf(name, place+": name", "%q stands in line %d too", row.Name, first)
		}
		seen[row.Name] = n
		rows = append(rows, row)
	}
	if err := scanner.Err(); err != nil {
		return nil, fault.Inputf(name, "line "+strconv.Itoa(n+1), "%v", err).WithCause(err)
	}
	if at == nil {
		return nil, fault.Inputf(name, "", "no header line").WithHint("the columns are: %s", strings.Join(columns, " "))
	}
	return rows, nil
}

func header(text, name, place string) (map[string]int, error) {
	at := make(map[string]int)
	for i, title := range strings.Split(strings.TrimPrefix(text, "#"), "\t") {
		title = strings.TrimSpace(title)
		if !slices.Contains(columns, title) {
			return nil, fault.Inputf(name, place, "unknown column %q", title).WithHint("the columns are: %s", strings.Join(columns, " "))
		}
		if _, twice := at[title]; twice {
			return nil, fault.Inputf(name, place, "column %q stands twice", title)
		}
		at[title] = i
	}
	for _, c := range columns {
		if _, ok := at[c]; !ok && !slices.Contains(optional, c) {
			return nil, fault.Inputf(name, place, "no column %q", c).WithHint("the columns are: %s", strings.Join(columns, " "))
		}
	}
	return at, nil
}

func parseRow(cells []string, at map[string]int, name, place string) (Row, error) {
	if len(cells) != len(at) {
		return Row{}, fault.Inputf(name, place, "%d columns, the header has %d", len(cells), len(at))
	}
	cell := func(column string) string {
		i, ok := at[column]
		if !ok {
			return ""
		}
		if v := strings.TrimSpace(cells[i]); v != "." {
			return v
		}
		return ""
	}
	row := Row{
		Name: cell("name"), Gene: cell("gene"), Contig: cell("contig"),
		Ref: strings.ToUpper(cell("ref")), Alt: strings.ToUpper(cell("alt")),
		HGVSp: cell("hgvs_p"), Source: cell("source"),
	}
	if row.Name == "" {
		return Row{}, fault.Inputf(name, place+": name", "missing")
	}
	if row.Contig == "" {
		return Row{}, fault.Inputf(name, place+": contig", "missing")
	}
	pos, err := strconv.Atoi(cell("pos"))
	if err != nil || pos < 1 {
		return Row{}, fault.Inputf(name, place+": pos", "%q is no 1-based position", cell("pos"))
	}
	row.Pos = pos - 1
	for _, a := range []struct{ column, bases string }{{"ref", row.Ref}, {"alt", row.Alt}} {
		if a.bases == "" || strings.Trim(a.bases, "ACGT") != "" {
			return Row{}, fault.Inputf(name, place+": "+a.column, "%q is no sequence of A, C, G and T", a.bases)
		}
	}
	if row.Ref == row.Alt {
		return Row{}, fault.Inputf(name, place+": alt", "is the same as ref")
	}
	return row, nil
}

// Write writes rows in their order, in the form that Read takes.
func Write(w io.Writer, rows []Row) error {
	var b []byte
	b = append(b, strings.Join(columns, "\t")...)
	b = append(b, '\n')
	for _, r := range rows {
		cells := []string{r.Name, r.Gene, r.Contig, strconv.Itoa(r.Pos + 1), r.Ref, r.Alt, r.HGVSp, r.Source}
		for i, c := range cells {
			if i > 0 {
				b = append(b, '\t')
			}
			if c == "" {
				c = "."
			}
			b = append(b, oneCell.Replace(c)...)
		}
		b = append(b, '\n')
	}
	_, err := w.Write(b)
	return err
}

// oneCell keeps a value inside its cell, and every other byte as it is.
var oneCell = strings.NewReplacer("\t", " ", "\n", " ", "\r", " ")
