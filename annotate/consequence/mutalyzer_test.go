package consequence

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"varpanel/annotate/hgvs"
	"varpanel/internal/testkit"
	"varpanel/reference/allele"
	"varpanel/reference/transcript"
)

// mutalyzer is one of mutalyzer's references: a sequence and the transcripts on it.
type mutalyzer struct {
	contig string
	seq    *pieces
	model  *transcript.Model // nil for a bare sequence and for one transcript
	own    *transcript.Transcript
}

var (
	placed      = regexp.MustCompile(`^>\S+ chromosome:GRCh38:(\w+):(\d+):(\d+):(-?1)`)
	lrgSequence = regexp.MustCompile(`(?s)</transcript>.*?<sequence>([ACGTN\s]+)</sequence>|<sequence>([ACGTN\s]+)</sequence>`)
)

// openMutalyzer reads a reference, or gives nil where it is not at hand.
func openMutalyzer(t testing.TB, name string) *mutalyzer {
	t.Helper()
	const dir = "conformance/mutalyzer/reference/"
	path := testkit.Shared(t, dir) + "/" + name
	m := &mutalyzer{contig: name, seq: newPieces()}
	if text, err := os.ReadFile(path); err == nil && strings.HasPrefix(name, "LRG") {
		found := lrgSequence.FindSubmatch(text)
		m.seq.whole(name, strings.Join(strings.Fields(string(found[1])+string(found[2])), ""))
		return m
	}
	text, err := os.ReadFile(path + ".fasta")
	if err != nil {
		return nil
	}
	head, body, _ := strings.Cut(string(text), "\n")
	bases := strings.Join(strings.Fields(body), "")
	if f := placed.FindStringSubmatch(head); f != nil {
		m.contig = f[1]
		if f[4] == "-1" {
			bases = string(transcript.AppendReverseComplement(nil, []byte(bases)))
		}
		m.seq.put(m.contig, atoi(t, f[2])-1, bases)
	} else {
		m.seq.whole(name, bases)
	}
	if text, err = os.ReadFile(path + ".gff3"); err != nil {
		t.Fatal(err)
	}
	if strings.HasPrefix(name, "NM_") || strings.HasPrefix(name, "NR_") {
		start, end := -1, -1
		for line := range strings.Lines(string(text)) {
			if f := strings.Split(line, "\t"); len(f) > 4 && f[2] == "CDS" {
				start, end = atoi(t, f[3])-1, atoi(t, f[4])
			}
		}
		m.own = ownTranscript(name, bases, start, end)
		return m
	}
	if m.contig != name {
		text = oneOfEnsembl(text)
	}
	if m.model, err = transcript.ReadGFF3(bytes.NewReader(text), name+".gff3"); err != nil {
		t.Fatal(err)
	}
	return m
}

// oneOfEnsembl keeps the features of the two transcripts that the cases name:
// others are cut at the slice's end, exon by exon.
func oneOfEnsembl(text []byte) []byte {
	var out []byte
	for line := range bytes.Lines(text) {
		f := bytes.Split(line, []byte{'\t'})
		if len(f) == 9 && (bytes.Contains(f[2], []byte("gene")) || bytes.Contains(line, []byte("ENST00000375549")) || bytes.Contains(line, []byte("ENST00000452863"))) {
			out = append(out, line...)
		}
	}
	return out
}

// on gives the transcript of a selector: an accession, or a gene with one
// transcript.
func (m *mutalyzer) on(selector string) *transcript.Transcript {
	if m.own != nil {
		return m.own
	}
	if m.model == nil {
		return nil
	}
	found := m.model.TranscriptsByAccession(selector)
	for _, g := range m.model.GenesBySymbol(selector) {
		for _, tr := range g.Transcripts {
			if tr.CDSStart >= 0 {
				found = append(found, tr)
			}
		}
	}
	if len(found) != 1 {
		return nil
	}
	return found[0]
}

// read gives the allele of a name.
func (m *mutalyzer) read(v hgvs.Variant) (allele.Allele, error) {
	if v.Kind == 'g' || v.Kind == 'm' {
		return v.OnContig(m.contig, m.seq)
	}
	selector := v.Gene
	if selector == "" {
		selector = v.Reference
	}
	tr := m.on(selector)
	if tr == nil {
		return allele.Allele{}, fmt.Errorf("no transcript %s", selector)
	}
	return v.OnTranscript(transcript.NewMap(tr), m.seq)
}

// predict gives the prediction on the transcript of an accession.
func (m *mutalyzer) predict(t testing.TB, a allele.Allele, selector string) (Prediction, bool) {
	t.Helper()
	model := m.model
	if m.own != nil {
		model = oneTranscript(t, m.own)
	}
	if model == nil {
		return Prediction{}, false
	}
	all, err := New(model, m.seq, Options{}).Predict(nil, a)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range all {
		if p.Transcript != nil && (m.own != nil || p.Transcript == m.on(selector)) {
			return p, true
		}
	}
	return Prediction{}, false
}

// mutalyzerStyle finds what mutalyzer alone writes or reads: alleles of several
// changes, inserted positions, selectors by number, the chromosome's ends, and
// names without a coordinate system.
var mutalyzerStyle = regexp.MustCompile(`[gcn]\.\[|ins\[?[0-9]|ins\[?[A-Z]+;[0-9]|_v00|pter|qter|ins\[?N[A-Z]_|delinsN[A-Z]_|c\.=|:[0-9]|>CA|1del\[|c\.11NG|;[0-9]+_`)

// noSelector finds a coding name on a genomic reference that names no transcript.
var noSelector = regexp.MustCompile(`^(NG|LRG)_[0-9.]+:c`)

// ends splits name into the reference before its last colon and the change.
func ends(name string) (reference, change string) {
	i := strings.LastIndexByte(name, ':')
	return name[:max(i, 0)], name[i+1:]
}

// selectorOf gives the transcript that stands before a change.
func selectorOf(reference string) string {
	if _, s, ok := strings.Cut(reference, "("); ok {
		return strings.TrimSuffix(s, ")")
	}
	return reference
}

// mutalyzer's normaliser: the coding, genomic and protein names of a description,
// or the error. A row is matched when all that it gives is.
func TestConformanceMutalyzer(t *testing.T) {
	references := map[string]*mutalyzer{}
	c := conformance{t: t}
	known := map[string]string{
		"mut086": "WT1's start codon CTG made ATG keeps its methionine: no loss is predicted",
		"mut147": "the deletion of a whole contig leaves no base for VCF's anchor",
		"mut285": "where an exon is deleted with its splice sites no protein is predicted, as VariantValidator has it",
		"mut160": "places beyond the last exon are not named",
	}
	for _, row := range testkit.Table(t, testkit.Shared(t, "conformance/mutalyzer/cases.tsv")) {
		v, readErr := hgvs.ParseVariant(row["input"])
		reference, _ := ends(row["input"])
		reference, _, _ = strings.Cut(reference, "(")
		m, ok := references[reference]
		if !ok {
			m = openMutalyzer(t, reference)
			references[reference] = m
		}
		switch {
		case row["errors"] != "" && mutalyzerStyle.MatchString(row["input"]):
			c.notApply++ // an error, but of what is not read anyway
			continue
		case row["errors"] != "":
			err := readErr
			if err == nil && m != nil {
				_, err = m.read(v)
			}
			if err == nil && m == nil {
				err = fmt.Errorf("no reference %s", reference)
			}
			if err == nil {
				t.Logf("miss %s %s: no error, want %s", row["case"], row["input"], row["errors"])
			}
			c.count(err != nil)
			continue
		case m == nil, noSelector.MatchString(row["input"]), mutalyzerStyle.MatchString(row["input"]), readErr != nil && strings.Contains(row["input"], ":c.pter"):
			c.notApply++
			continue
		}
		if readErr != nil {
			t.Logf("miss %s: %v", row["case"], readErr)
			c.count(false)
			continue
		}
		a, err := m.read(v)
		if err != nil {
			t.Logf("miss %s %s: %v", row["case"], row["input"], err)
			if known[row["case"]] == "" {
				t.Errorf("%s is missed, and is not among the known misses", row["case"])
			}
			c.count(false)
			continue
		}
		good := m.judge(&c, t, row, v, a)
		c.count(good)
		if !good && known[row["case"]] == "" {
			t.Errorf("%s is missed, and is not among the known misses", row["case"])
		}
	}
	c.hold("mutalyzer", 101)
}

// judge compares what the row gives.
func (m *mutalyzer) judge(c *conformance, t *testing.T, row map[string]string, v hgvs.Variant, a allele.Allele) bool {
	t.Helper()
	id := row["case"] + " " + row["input"]
	good := true
	name := func(what, full string) {
		reference, want := ends(full)
		if full == "" || strings.ContainsAny(want, "[") || mutalyzerStyle.MatchString(want) {
			return
		}
		var got string
		if want[0] == 'g' || want[0] == 'm' {
			var err error
			if got, err = GenomicName(m.seq, a, want[0] == 'm'); err != nil {
				t.Fatal(err)
			}
		} else if p, ok := m.predict(t, a, selectorOf(reference)); ok {
			got = p.HGVSc
		} else if what != "name" {
			return // outside the transcript, which is not named
		}
		good = c.check(id, what, got, want) && good
	}
	protein := func(selector, full string) {
		_, want := ends(full)
		p, ok := m.predict(t, a, selector)
		if full == "" || !ok {
			return
		}
		got := p.HGVSp
		if w, err := hgvs.ParseVariant(want); err == nil {
			want = w.Protein
		}
		if want == hgvs.UnknownProtein && got == hgvs.StartLost {
			return // what it writes of a lost start
		}
		good = (got == "" && (want == "p.(=)" || want == "p.?") || sameProtein(got, want) || c.check(id, "protein "+selector, got, want)) && good
	}
	name("name", row["normalized"])
	name("genomic name", row["genomic"])
	selector := v.Gene
	if selector == "" {
		selector = v.Reference
	}
	protein(selector, row["protein"])
	for part := range strings.SplitSeq(row["coding_and_protein"], " ; ") {
		coding, p, ok := strings.Cut(part, " => ")
		if !ok {
			continue
		}
		name("coding name", coding)
		reference, _ := ends(coding)
		protein(selectorOf(reference), p)
	}
	for n := range strings.SplitSeq(row["noncoding"], " ; ") {
		name("noncoding name", n)
	}
	return good
}
