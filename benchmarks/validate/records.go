package main

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// record is a ClinVar record with a molecular consequence.
type record struct {
	columns []string // of the VCF
	id      string
	genes   []string // GENEINFO's symbols
	terms   []string // MC's Sequence Ontology names
}

// answer is what a tool says of a record for one transcript.
type answer struct {
	gene  string
	terms []string // Sequence Ontology names
	name  string   // transcript, c. and p. name, for the file of disagreements
}

type span struct{ start, end int }

func chrName(name string) string { return "chr" + strings.TrimSuffix(name, "T") }

// readCore gives the records of ClinVar that lie in the core regions and carry
// MC, the file's header, and how many lie there at all.
func readCore(data string) (records []record, header string, total int, err error) {
	bed, err := os.ReadFile(filepath.Join(data, "reference", "GRCh38.regions.bed"))
	if err != nil {
		return nil, "", 0, err
	}
	regions := map[string][]span{}
	for line := range strings.Lines(string(bed)) {
		f := strings.Fields(line)
		if len(f) < 3 {
			continue
		}
		start, err1 := strconv.Atoi(f[1])
		end, err2 := strconv.Atoi(f[2])
		if err := errors.Join(err1, err2); err != nil {
			return nil, "", 0, err
		}
		regions[f[0]] = append(regions[f[0]], span{start, end})
	}
	f, err := os.Open(filepath.Join(data, "annotation", "GRCh38.clinvar_20241215.plp_2star.vcf.gz"))
	if err != nil {
		return nil, "", 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, "", 0, err
	}
	var head strings.Builder
	err = eachLine(bufio.NewScanner(z), func(line string) error {
		if strings.HasPrefix(line, "#") {
			head.WriteString(line + "\n")
			return nil
		}
		columns := strings.Split(line, "\t")
		pos, err := strconv.Atoi(columns[1])
		if err != nil {
			return err
		}
		start, end := pos-1, pos-1+len(columns[3])
		inside := func(s span) bool { return start < s.end && end > s.start }
		if !slices.ContainsFunc(regions[chrName(columns[0])], inside) {
			return nil
		}
		total++
		r := record{
			columns: columns, id: columns[2],
			genes: pieces(info(columns[7], "GENEINFO"), "|", ":", 0),
			terms: pieces(info(columns[7], "MC"), ",", "|", 1),
		}
		if len(r.terms) > 0 {
			records = append(records, r)
		}
		return nil
	})
	return records, head.String(), total, err
}

func eachLine(lines *bufio.Scanner, do func(string) error) error {
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		if err := do(lines.Text()); err != nil {
			return err
		}
	}
	return lines.Err()
}

// info gives the value of an INFO key, "" where it is not there.
func info(column, key string) string {
	for field := range strings.SplitSeq(column, ";") {
		if v, ok := strings.CutPrefix(field, key+"="); ok {
			return v
		}
	}
	return ""
}

// pieces splits a list and gives one part of each of its items.
func pieces(list, between, within string, part int) []string {
	if list == "" {
		return nil
	}
	var out []string
	for item := range strings.SplitSeq(list, between) {
		if p := strings.Split(item, within); part < len(p) {
			out = append(out, p[part])
		}
	}
	return out
}

// minimalHeader names the contigs of the records as the sequence calls them.
func minimalHeader(records []record) string {
	var b strings.Builder
	b.WriteString("##fileformat=VCFv4.2\n")
	last := ""
	for _, r := range records {
		if r.columns[0] != last {
			last = r.columns[0]
			fmt.Fprintf(&b, "##contig=<ID=%s>\n", chrName(last))
		}
	}
	for _, key := range []string{"GENEINFO", "MC"} {
		fmt.Fprintf(&b, "##INFO=<ID=%s,Number=.,Type=String,Description=\"ClinVar's %s\">\n", key, key)
	}
	b.WriteString("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n")
	return b.String()
}

// writeVCF writes the records with the two INFO keys that matter here.
func writeVCF(path, header string, records []record, name func(string) string) error {
	var b strings.Builder
	b.WriteString(header)
	for _, r := range records {
		c := r.columns
		fmt.Fprintf(&b, "%s\t%s\t%s\t%s\t%s\t.\t.\tGENEINFO=%s;MC=%s\n", name(c[0]), c[1], c[2], c[3], c[4],
			info(c[7], "GENEINFO"), info(c[7], "MC"))
	}
	return os.WriteFile(path, []byte(b.String()), 0o600)
}

// readAnswers reads the entries of an annotated VCF by the record's id.
func readAnswers(path, key string, parse func(string) answer) (answers map[string][]answer, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	answers = map[string][]answer{}
	err = eachLine(bufio.NewScanner(f), func(line string) error {
		if strings.HasPrefix(line, "#") {
			return nil
		}
		columns := strings.Split(line, "\t")
		if v := info(columns[7], key); v != "" {
			for entry := range strings.SplitSeq(v, ",") {
				answers[columns[2]] = append(answers[columns[2]], parse(entry))
			}
		}
		return nil
	})
	return answers, err
}

func parseCSQ(entry string) answer {
	f := strings.Split(entry, "|")
	return answer{gene: f[3], terms: strings.Split(f[1], "&"), name: strings.TrimSpace(f[10] + " " + f[11])}
}

// sequenceOntology gives the names that bcftools csq shortens.
var sequenceOntology = map[string]string{
	"missense": "missense_variant", "frameshift": "frameshift_variant", "synonymous": "synonymous_variant",
	"splice_region": "splice_region_variant", "splice_acceptor": "splice_acceptor_variant",
	"splice_donor": "splice_donor_variant", "intron": "intron_variant", "5_prime_utr": "5_prime_UTR_variant",
	"3_prime_utr": "3_prime_UTR_variant", "non_coding": "non_coding_transcript_exon_variant",
	"stop_retained": "stop_retained_variant", "start_retained": "start_retained_variant",
	"inframe_altering": "protein_altering_variant", "coding_sequence": "coding_sequence_variant",
}

func parseBCSQ(entry string) answer {
	f := strings.Split(strings.TrimPrefix(entry, "*"), "|")
	a := answer{name: entry}
	for t := range strings.SplitSeq(f[0], "&") {
		if so, ok := sequenceOntology[t]; ok {
			t = so
		}
		a.terms = append(a.terms, t)
	}
	if len(f) > 1 {
		a.gene = f[1]
	}
	return a
}
