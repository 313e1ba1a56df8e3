package consequence

import (
	"bufio"
	"compress/gzip"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"varpanel/internal/testkit"
	"varpanel/reference/allele"
)

// clinvarRecord is a ClinVar record of the core regions with a molecular
// consequence.
type clinvarRecord struct {
	allele.Allele
	id    string
	genes []string
	terms []string // the Sequence Ontology names in MC
}

type span struct{ start, end int }

func readRegions(t testing.TB) map[string][]span {
	t.Helper()
	text, err := os.ReadFile(testkit.Shared(t, "data/reference/GRCh38.regions.bed"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]span{}
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		start, err1 := strconv.Atoi(f[1])
		end, err2 := strconv.Atoi(f[2])
		if err1 != nil || err2 != nil {
			t.Fatalf("BED line %q", line)
		}
		out[f[0]] = append(out[f[0]], span{start, end})
	}
	return out
}

// readClinVar gives the records of the core regions, and how many of them carry
// no MC.
func readClinVar(t testing.TB) (records []clinvarRecord, without int) {
	t.Helper()
	regions := readRegions(t)
	f, err := os.Open(testkit.Shared(t, "data/annotation/GRCh38.clinvar_20241215.plp_2star.vcf.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		f := strings.Split(lines.Text(), "\t")
		if strings.HasPrefix(f[0], "#") {
			continue
		}
		name := "chr" + strings.TrimSuffix(f[0], "T")
		pos, err := strconv.Atoi(f[1])
		if err != nil {
			t.Fatal(err)
		}
		a := allele.Allele{Contig: name, Pos: pos - 1, Ref: f[3], Alt: f[4]}
		if !slices.ContainsFunc(regions[name], func(s span) bool { return a.Pos < s.end && a.End() > s.start }) {
			continue
		}
		r := clinvarRecord{Allele: a, id: f[2]}
		for field := range strings.SplitSeq(f[7], ";") {
			if v, ok := strings.CutPrefix(field, "GENEINFO="); ok {
				for g := range strings.SplitSeq(v, "|") {
					symbol, _, _ := strings.Cut(g, ":")
					r.genes = append(r.genes, symbol)
				}
			}
			if v, ok := strings.CutPrefix(field, "MC="); ok {
				for g := range strings.SplitSeq(v, ",") {
					_, term, _ := strings.Cut(g, "|")
					r.terms = append(r.terms, term)
				}
			}
		}
		if r.terms == nil {
			without++
			continue
		}
		records = append(records, r)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return records, without
}

// meets tells whether a term of MC is among ours, by the rule.
func meets(mc []string, ours []Term) bool {
	has := func(t Term) bool { return slices.Contains(ours, t) }
	for _, m := range mc {
		met := false
		switch m {
		case "nonsense":
			met = has(StopGained) || has(Frameshift)
		case "intron_variant":
			met = has(Intron) || has(SpliceRegion)
		case "inframe_indel":
			met = has(InframeInsertion) || has(InframeDeletion)
		case "initiator_codon_variant":
			met = has(StartLost)
		case "non-coding_transcript_variant":
			met = has(NonCodingTranscript) || has(NonCodingTranscriptExon)
		default:
			if t, ok := ParseTerm(m); ok {
				met = has(t)
			}
		}
		if met {
			return true
		}
	}
	return false
}

// impactOf gives the most severe impact of MC's terms; VEP's names stand for
// ClinVar's older ones.
func impactOf(mc []string) Impact {
	worst := Modifier
	for _, m := range mc {
		i := Modifier
		switch m {
		case "nonsense", "initiator_codon_variant":
			i = High
		case "inframe_indel":
			i = Moderate
		default:
			if t, ok := ParseTerm(m); ok {
				i = t.Impact()
			}
		}
		worst = max(worst, i)
	}
	return worst
}

// The consequence of ClinVar's P/LP records in the core regions: a term of MC
// is among ours for a gene of GENEINFO. bcftools csq reaches 8,750 of 8,781.
func TestClinVarConsequences(t *testing.T) {
	c := core(t)
	records, without := readClinVar(t)
	if len(records) != 8781 || without != 187 {
		t.Fatalf("%d records with MC and %d without, want 8781 and 187", len(records), without)
	}
	p := New(c.model, c.seq, Options{UpDownstream: DefaultUpDownstream})
	met, higher, lower, tract := 0, 0, 0, 0
	for _, r := range records {
		all, err := p.Predict(nil, r.Allele)
		if err != nil {
			t.Fatalf("%v: %v", r.Allele, err)
		}
		var ours []Term
		var names []string
		for _, pr := range all {
			if pr.Transcript != nil && slices.Contains(r.genes, pr.Transcript.Gene) {
				ours = append(ours, pr.Terms...)
				names = append(names, pr.Transcript.Gene+" "+pr.HGVSc+" "+pr.HGVSp+" "+termNames(pr))
			}
		}
		// Neither MC nor csq has a word for the polypyrimidine tract, which both
		// call intron_variant beyond the splice region: it is compared as that.
		worst, literal := Modifier, Modifier
		for _, term := range ours {
			literal = max(literal, term.Impact())
			if term != SplicePolypyrimidineTract {
				worst = max(worst, term.Impact())
			}
		}
		if literal > worst {
			tract++
		}
		if want := impactOf(r.terms); len(ours) > 0 && worst > want {
			higher++
			t.Logf("HIGHER %s %s %v: %v", r.id, r.Allele.String()[:min(60, len(r.Allele.String()))], r.terms, names)
		} else if worst < want {
			lower++
			t.Logf("LOWER %s %s %v: %v", r.id, r.Allele.String()[:min(60, len(r.Allele.String()))], r.terms, names)
		}
		if meets(r.terms, ours) {
			met++
		} else {
			t.Logf("MISS %s %s %v %v: %v", r.id, r.Allele.String()[:min(60, len(r.Allele.String()))], r.genes, r.terms, names)
		}
	}
	if met < 8760 {
		t.Errorf("%d of %d records meet MC, bcftools csq reaches 8750", met, len(records))
	}
	if higher > 75 || lower > 30 {
		t.Errorf("impact is higher than MC's in %d records and lower in %d; bcftools csq: 75 and about 30", higher, lower)
	}
	if tract > 15 {
		t.Errorf("%d records have an impact by the polypyrimidine tract alone, 15 lie at the 9th to 17th base", tract)
	}
	t.Logf("clinvar MC: matched %d / %d run / %d not applicable; higher %d (and %d by the polypyrimidine tract alone), lower %d",
		met, len(records), without, higher, tract, lower)
}
