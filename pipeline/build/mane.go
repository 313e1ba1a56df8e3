package build

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"varpanel/hts/fault"
)

// mane is one row of a MANE table.
type mane struct {
	gene    string // symbol
	plus    bool   // MANE Plus Clinical, else MANE Select
	ensembl string // transcript with version
	refseq  string // transcript with version
}

// maneTable is a MANE table by symbol and by Ensembl transcript.
type maneTable struct {
	bySymbol map[string][]mane
}

// readMANE reads the comma-separated table of MANE transcripts: gene, type
// (MANE SELECT or MANE PLUS CLINICAL), Ensembl and RefSeq transcript of GRCh38.
// Further columns are ignored.
func readMANE(in io.Reader, name string) (*maneTable, error) {
	r := csv.NewReader(in)
	r.FieldsPerRecord = -1
	t := &maneTable{bySymbol: make(map[string][]mane)}
	for first := true; ; first = false {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fault.Inputf(name, "", "%v", err).WithCause(err)
		}
		line, _ := r.FieldPos(0)
		place := "line " + strconv.Itoa(line)
		if first {
			if len(cells) < 4 || !strings.EqualFold(strings.TrimPrefix(cells[0], "\ufeff"), "gene") {
				return nil, fault.Inputf(name, place, "no header of a MANE table").
					WithHint("the first columns are: Gene, MANE TYPE, Ensembl StableID GRCh38, RefSeq StableID GRCh38 / GRCh37")
			}
			continue
		}
		if len(cells) < 4 {
			return nil, fault.Inputf(name, place, "%d columns, needs 4", len(cells))
		}
		row := mane{gene: strings.TrimSpace(cells[0]), ensembl: strings.TrimSpace(cells[2]), refseq: strings.TrimSpace(cells[3])}
		switch kind := strings.ToUpper(strings.TrimSpace(cells[1])); kind {
		case "MANE SELECT":
		case "MANE PLUS CLINICAL":
			row.plus = true
		default:
			return nil, fault.Inputf(name, place+": MANE TYPE", "%q is none", kind)
		}
		if row.gene == "" || row.refseq == "" {
			return nil, fault.Inputf(name, place, "no gene or no RefSeq transcript")
		}
		t.bySymbol[row.gene] = append(t.bySymbol[row.gene], row)
	}
	return t, nil
}

// of gives the rows of a gene under its approved symbol or, where the table is
// older or younger, the model's symbol.
func (t *maneTable) of(symbols ...string) []mane {
	if t == nil {
		return nil
	}
	for _, s := range symbols {
		if rows := t.bySymbol[s]; s != "" && len(rows) > 0 {
			return rows
		}
	}
	return nil
}

// readOverrides reads the laboratory's choice of transcripts: tab-separated
// gene (HGNC id or symbol) and transcript, one a line, with or without the
// header `gene transcript`. Several lines of one gene choose several
// transcripts.
func readOverrides(in io.Reader, name string) (map[string][]string, error) {
	scanner := bufio.NewScanner(in)
	scanner.Buffer(make([]byte, 0, 64<<10), 1<<20)
	choice := make(map[string][]string)
	n := 0
	for scanner.Scan() {
		n++
		text := strings.TrimPrefix(strings.TrimSuffix(scanner.Text(), "\r"), "\ufeff")
		if text == "" || strings.HasPrefix(text, "#") || n == 1 && strings.HasPrefix(text, "gene\ttranscript") {
			continue
		}
		cells := strings.Split(text, "\t")
		if len(cells) < 2 || strings.TrimSpace(cells[0]) == "" || strings.TrimSpace(cells[1]) == "" {
			return nil, fault.Inputf(name, "line "+strconv.Itoa(n), "needs two columns: gene and transcript")
		}
		g, t := strings.TrimSpace(cells[0]), strings.TrimSpace(cells[1])
		if !slices.Contains(choice[g], t) {
			choice[g] = append(choice[g], t)
		}
	}
	if err := scanner.Err(); err != nil {
		return nil, fault.Inputf(name, "line "+strconv.Itoa(n+1), "%v", err).WithCause(err)
	}
	return choice, nil
}
