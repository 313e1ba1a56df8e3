package consequence

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"varpanel/annotate/hgvs"
	"varpanel/hts/bgzf"
	"varpanel/hts/fasta"
	"varpanel/internal/testkit"
	"varpanel/reference/allele"
	"varpanel/reference/transcript"
)

// The peers' cases. Each test prints matched, run and not applicable, logs every
// miss, and holds what is matched today, so that it can only grow.

// memory is a sequence of made-up contigs by 0-based position; what was not
// written is N.
type memory map[string]map[int]byte

func (m memory) Length(contig string) (int, bool) { return 300_000_000, true }

func (m memory) Bases(contig string, start, end int) ([]byte, error) {
	if start < 0 || end < start {
		return nil, fmt.Errorf("%s:%d-%d", contig, start, end)
	}
	out := make([]byte, end-start)
	for i := range out {
		out[i] = 'N'
		if b, ok := m[contig][start+i]; ok {
			out[i] = b
		}
	}
	return out, nil
}

// write puts bases on a contig, plus strand, from a 0-based position.
func (m memory) write(contig string, at int, bases []byte) {
	if m[contig] == nil {
		m[contig] = map[int]byte{}
	}
	for i, b := range bases {
		m[contig][at+i] = b
	}
}

// writeSpliced puts the transcript's bases from one spliced position on, in the
// direction of the transcript.
func (m memory) writeSpliced(c *transcript.Map, from int, bases string) {
	for i, b := range []byte(bases) {
		if pos, ok := c.Genomic(transcript.Position{Base: from + i}); ok {
			base := []byte{b}
			if c.Transcript.Strand == transcript.Minus {
				base = transcript.AppendReverseComplement(nil, base)
			}
			m.write(c.Transcript.Contig, pos, base)
		}
	}
}

type conformance struct {
	t                      *testing.T
	matched, run, notApply int
}

func (c *conformance) check(id, what, got, want string) bool {
	if got == want {
		return true
	}
	c.t.Logf("miss %s: %s %q, want %q", id, what, got, want)
	return false
}

func (c *conformance) count(ok bool) {
	c.run++
	if ok {
		c.matched++
	}
}

// hold prints the score and fails below the one reached so far.
func (c *conformance) hold(name string, least int) {
	c.t.Helper()
	c.t.Logf("%s: matched %d / %d run / %d not applicable", name, c.matched, c.run, c.notApply)
	if c.matched < least {
		c.t.Errorf("%s: matched %d of %d, %d were reached before", name, c.matched, c.run, least)
	}
}

func oneTranscript(t testing.TB, tr *transcript.Transcript) *transcript.Model {
	t.Helper()
	m, err := transcript.NewModel([]*transcript.Gene{{
		ID: "G" + tr.ID, Symbol: "G", Contig: tr.Contig, Start: tr.Start, End: tr.End, Strand: tr.Strand,
		Transcripts: []*transcript.Transcript{tr},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func atoi(t testing.TB, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// biocommons-hgvs: names on made-up transcripts to protein names. The transcript is
// its own contig, for the names are of its bases. Where nothing of the coding
// sequence changes, p.? and no name say the same.
func TestConformanceCToP(t *testing.T) {
	const dir = "conformance/biocommons-hgvs/"
	seq := newPieces()
	own := map[string]*transcript.Transcript{}
	for _, row := range testkit.Table(t, testkit.Shared(t, dir+"c_to_p_synthetic_transcripts.tsv")) {
		id, bases := row["accession"], row["transcript_sequence"]
		own[id] = ownTranscript(id, bases, atoi(t, row["cds_start_i"]), atoi(t, row["cds_end_i"]))
		seq.whole(id, bases)
	}
	known := map[string]string{
		"deletion_into_three_prime_utr_frameshift": "the codon that the transcript's end cuts is named Xaa there",
	}
	c := conformance{t: t}
	for _, row := range testkit.Table(t, testkit.Shared(t, dir+"c_to_p_synthetic.tsv")) {
		v, err := hgvs.ParseVariant(row["hgvs_c"])
		if err != nil {
			t.Fatal(err)
		}
		tr := own[v.Reference]
		a, err := v.OnTranscript(transcript.NewMap(tr), seq)
		if err != nil {
			t.Fatalf("%s: %v", row["hgvs_c"], err)
		}
		all, err := New(oneTranscript(t, tr), seq, Options{}).Predict(nil, a)
		if err != nil {
			t.Fatal(err)
		}
		want, err := hgvs.ParseVariant(row["hgvs_p"])
		if err != nil {
			t.Fatal(err)
		}
		ok := all[0].HGVSp == "" && want.Protein == hgvs.UnknownProtein || c.check(row["case"]+" "+row["hgvs_c"], "protein", all[0].HGVSp, want.Protein)
		c.count(ok)
		if !ok && known[row["case"]] == "" {
			t.Errorf("%s: %s, want %s", row["hgvs_c"], all[0].HGVSp, want.Protein)
		}
	}
	c.hold("biocommons-hgvs c_to_p_synthetic", 20)
}

type vibeTranscript struct {
	Biotype, Chrom, ID           string
	Start, End, CDSStart, CDSEnd int
	Strand                       int
	CDSSequence, UTR3Sequence    string
	Exons                        []struct{ Start, End, CDSStart, CDSEnd int }
}

func (v vibeTranscript) transcript() *transcript.Transcript {
	tr := &transcript.Transcript{
		ID: v.ID, Accession: v.ID, Biotype: v.Biotype, Contig: v.Chrom, Start: v.Start - 1, End: v.End,
		Strand: transcript.Strand(v.Strand), CDSStart: v.CDSStart - 1, CDSEnd: v.CDSEnd, CodonTable: 1,
	}
	for _, e := range v.Exons {
		phase := int8(-1)
		if e.CDSStart > 0 {
			phase = 0
		}
		tr.Exons = append(tr.Exons, transcript.Exon{Start: e.Start - 1, End: e.End, Phase: phase})
	}
	slices.SortFunc(tr.Exons, func(a, b transcript.Exon) int { return a.Start - b.Start })
	tr.Start, tr.End = tr.Exons[0].Start, tr.Exons[len(tr.Exons)-1].End
	return tr
}

// vibe-vep: consequence and names on small transcripts. Its "fs" without a
// distance, "ext*" and "X8_splice" are its own; they are compared as far as they
// say the same.
func TestConformanceVibeVEP(t *testing.T) {
	text, err := os.ReadFile(testkit.Shared(t, "conformance/vibe-vep/transcripts.json"))
	if err != nil {
		t.Fatal(err)
	}
	var transcripts map[string]vibeTranscript
	if err := json.Unmarshal(text, &transcripts); err != nil {
		t.Fatal(err)
	}
	c := conformance{t: t}
	for _, row := range testkit.Table(t, testkit.Shared(t, "conformance/vibe-vep/cases.tsv")) {
		v, ok := transcripts[row["transcript"]]
		if !ok || v.CDSSequence == "" || row["ref"] == row["alt"] || row["ref"] == "" || row["alt"] == "" {
			c.notApply++
			continue
		}
		tr := v.transcript()
		m := transcript.NewMap(tr)
		seq := memory{}
		a := allele.Allele{Contig: v.Chrom, Pos: atoi(t, row["pos"]) - 1, Ref: row["ref"], Alt: row["alt"]}
		seq.write(a.Contig, a.Pos, []byte(a.Ref))
		if m.CDSStart >= 0 {
			seq.writeSpliced(m, m.CDSStart, v.CDSSequence)
			seq.writeSpliced(m, m.CDSEnd, v.UTR3Sequence)
		}
		if bases, _ := seq.Bases(a.Contig, a.Pos, a.End()); string(bases) != a.Ref {
			c.notApply++ // the case's REF is not its transcript's base
			continue
		}
		all, err := New(oneTranscript(t, tr), seq, Options{UpDownstream: DefaultUpDownstream}).Predict(nil, a)
		if err != nil {
			t.Fatal(err)
		}
		id := fmt.Sprintf("%s %s:%s:%s:%s (%s %s %s)", row["case"], row["chrom"], row["pos"], row["ref"], row["alt"],
			termNames(all[0]), all[0].HGVSc, all[0].HGVSp)
		want := strings.Split(row["consequence"], ",")
		met := slices.ContainsFunc(want, func(s string) bool {
			term, ok := ParseTerm(s)
			return ok && slices.Contains(all[0].Terms, term)
		})
		if !met {
			t.Logf("miss %s: want %s", id, row["consequence"])
		}
		ok = c.check(id, "coding name", all[0].HGVSc, row["hgvsc"])
		c.count(met && ok)
	}
	c.hold("vibe-vep", 75)
}

// vepTranscripts reads the exon tables of ensembl-vep's cases.
func vepTranscripts(t testing.TB) map[string]*transcript.Transcript {
	t.Helper()
	transcripts := map[string]*transcript.Transcript{}
	for _, row := range testkit.Table(t, testkit.Shared(t, "conformance/ensembl-vep/transcripts_grch37.tsv")) {
		tr := transcripts[row["transcript"]]
		if tr == nil {
			tr = &transcript.Transcript{
				ID: row["transcript"], Accession: row["transcript"], Biotype: row["biotype"], Contig: row["chrom"],
				Strand: transcript.Strand(atoi(t, row["strand"])), CDSStart: -1, CDSEnd: -1, CodonTable: 1,
			}
			transcripts[tr.ID] = tr
			if s := row["cds_start"]; s != "" {
				tr.CDSStart, tr.CDSEnd = atoi(t, s)-1, atoi(t, row["cds_end"])
			}
		}
		e := transcript.Exon{Start: atoi(t, row["start"]) - 1, End: atoi(t, row["end"]), Phase: -1}
		if tr.CDSStart >= 0 && e.Start < tr.CDSEnd && e.End > tr.CDSStart {
			phase := max(0, atoi(t, row["phase"]))
			e.Phase = int8((3 - phase) % 3)
		}
		tr.Exons = append(tr.Exons, e)
		slices.SortFunc(tr.Exons, func(a, b transcript.Exon) int { return a.Start - b.Start })
		tr.Start, tr.End = tr.Exons[0].Start, tr.Exons[len(tr.Exons)-1].End
	}
	for _, tr := range transcripts {
		m := transcript.NewMap(tr)
		tr.Incomplete5 = m.Pad > 0
	}
	return transcripts
}

// ensembl-vep: the exact set of terms where no sequence is needed.
func TestConformanceVEPEffects(t *testing.T) {
	const dir = "conformance/ensembl-vep/"
	transcripts := vepTranscripts(t)
	c := conformance{t: t}
	for _, row := range testkit.Table(t, testkit.Shared(t, dir+"effects_grch37.tsv")) {
		tr := transcripts[row["transcript"]]
		alt := row["alt"]
		if row["needs_sequence"] != "no" || tr == nil || strings.Contains(alt, "(3)") || strings.Contains(alt, "BP") {
			c.notApply++
			continue
		}
		start, end := atoi(t, row["start"])-1, atoi(t, row["end"])
		if alt == "-" {
			alt = ""
		} else if strings.Contains(alt, "complement") {
			alt = "T"
		}
		a := allele.Allele{Contig: row["chrom"], Pos: start - 1, Ref: "C" + strings.Repeat("A", end-start), Alt: "C" + alt}
		all, err := New(oneTranscript(t, tr), memory{}, Options{UpDownstream: DefaultUpDownstream}).Predict(nil, a)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, term := range all[0].Terms {
			got = append(got, term.String())
		}
		slices.Sort(got)
		want := strings.Fields(row["effects"])
		slices.Sort(want)
		c.count(c.check(row["case"], row["comment"], strings.Join(got, " "), strings.Join(want, " ")))
	}
	c.hold("ensembl-vep effects", 51)
}

// csqNames gives bcftools csq's short names for our terms.
var csqNames = map[Term]string{
	Missense: "missense", Frameshift: "frameshift", Synonymous: "synonymous", SpliceRegion: "splice_region",
	SpliceAcceptor: "splice_acceptor", SpliceDonor: "splice_donor", Intron: "intron", FivePrimeUTR: "5_prime_utr",
	ThreePrimeUTR: "3_prime_utr", NonCodingTranscriptExon: "non_coding", NonCodingTranscript: "non_coding",
	StopRetained: "stop_retained", StartRetained: "start_retained", ProteinAltering: "inframe_altering",
	CodingSequence: "coding_sequence", StopGained: "stop_gained", StopLost: "stop_lost", StartLost: "start_lost",
	InframeInsertion: "inframe_insertion", InframeDeletion: "inframe_deletion",
}

// bcftools csq, each record by itself (--local-csq): the first of csq's terms is
// among ours. Where csq has none, ours is intron or intergenic.
func TestConformanceBcftoolsCSQ(t *testing.T) {
	const dir = "conformance/bcftools/"
	rows := testkit.Table(t, testkit.Shared(t, dir+"csq_flat.tsv"))
	c := conformance{t: t}
	predictors := map[string]*Predictor{}
	for _, row := range rows {
		if !strings.HasPrefix(row["mode"], "local") || row["expected_BCSQ"] == "" || strings.Contains(row["alt"], ",") ||
			strings.ContainsAny(row["alt"], "<*.") {
			c.notApply++
			continue
		}
		p := predictors[row["directory"]]
		if p == nil {
			p = openCase(t, dir+"data/csq/"+row["directory"], row["directory"])
			predictors[row["directory"]] = p
		}
		a := allele.Allele{Contig: row["chrom"], Pos: atoi(t, row["pos"]) - 1, Ref: strings.ToUpper(row["ref"]), Alt: strings.ToUpper(row["alt"])}
		all, err := p.Predict(nil, a)
		if err != nil {
			t.Fatal(err)
		}
		ok := true
		for entry := range strings.SplitSeq(row["expected_BCSQ"], ",") {
			f := strings.Split(strings.TrimPrefix(entry, "*"), "|")
			if strings.HasPrefix(entry, "@") || len(f) < 3 {
				continue
			}
			first, _, _ := strings.Cut(f[0], "&")
			id, _, _ := strings.Cut(f[2], ".")
			i := slices.IndexFunc(all, func(pr Prediction) bool {
				return pr.Transcript != nil && strings.HasPrefix(pr.Transcript.ID, id)
			})
			if i < 0 || !slices.ContainsFunc(all[i].Terms, func(term Term) bool { return csqNames[term] == first }) {
				got := "none"
				if i >= 0 {
					got = termNames(all[i])
				}
				ok = c.check(row["directory"]+" "+a.String(), "terms", got, f[0])
			}
		}
		c.count(ok)
	}
	c.hold("bcftools csq local", 66)
}

func openCase(t testing.TB, dir, name string) *Predictor {
	t.Helper()
	seq, err := fasta.Open(testkit.Shared(t, filepath.Join(dir, name+".fa")), bgzf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { seq.Close() })
	f, err := os.Open(testkit.Shared(t, filepath.Join(dir, name+".gff")))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, err := transcript.ReadGFF3(f, name+".gff")
	if err != nil {
		t.Fatal(err)
	}
	return New(m, seq, Options{})
}
