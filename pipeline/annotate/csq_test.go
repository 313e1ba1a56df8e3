package annotate

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"varpanel/internal/testkit"
)

// bcftools csq reads a sample's haplotypes (-p a); so do we. What each says of the
// alleles of one haplotype is compared on the shared core's sequence and canonical
// transcripts: on calls that are phased in truth, and on real pathogenic alleles that
// are dealt to haplotypes here.

// runCSQ gives bcftools csq's text of a VCF.
func runCSQ(t *testing.T, path string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "csq.vcf")
	command := exec.Command(testkit.Oracle(t, "bcftools"), "csq", "-p", "a", "-n", "64", "-o", out,
		"-f", testkit.Shared(t, "data/reference/GRCh38.regions.fa.gz"),
		"-g", testkit.Shared(t, "data/genes/GRCh38.ensembl110.canonical.gff3.gz"), path)
	if text, err := command.CombinedOutput(); err != nil {
		t.Fatalf("bcftools csq: %v\n%s", err, text)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func ours(t *testing.T, path string) string {
	t.Helper()
	text, err := annotated(t, Options{Path: path, Threads: 1,
		Genes: testkit.Shared(t, "data/genes/GRCh38.ensembl110.canonical.gff3.gz"),
		Fasta: testkit.Shared(t, "data/reference/GRCh38.regions.fa.gz")})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// termOf gives the Sequence Ontology's name of csq's first term.
func termOf(csq string) string {
	first, _, _ := strings.Cut(csq, "&")
	switch first {
	case "5_prime_utr", "3_prime_utr":
		return strings.Replace(first, "utr", "UTR_variant", 1)
	case "missense", "synonymous", "frameshift", "intron", "splice_region", "splice_donor", "splice_acceptor":
		return first + "_variant"
	case "stop_retained", "start_retained", "coding_sequence":
		return first + "_variant"
	case "non_coding":
		return "non_coding_transcript_exon_variant"
	}
	return first
}

// group is alleles of one haplotype that are read together on a transcript.
type group struct{ terms, ref, alt string }

// groupsOfCSQ gives what csq reads together, by contig, transcript and members.
func groupsOfCSQ(text string) map[string]group {
	out := map[string]group{}
	change := regexp.MustCompile(`^[0-9]+([A-Z*]*)(?:>[0-9]+([A-Z*]*))?`)
	for key, info := range records(text) {
		contig, _, _ := strings.Cut(key, ":")
		for entry := range strings.SplitSeq(info["BCSQ"], ",") {
			f := strings.Split(strings.TrimPrefix(entry, "*"), "|")
			if len(f) < 7 || !strings.Contains(f[6], "+") {
				continue
			}
			g := group{terms: f[0]}
			if m := change.FindStringSubmatch(f[5]); m != nil {
				g.ref, g.alt = m[1], m[2]
				if !strings.Contains(f[5], ">") {
					g.alt = g.ref
				}
			}
			out[groupKey(contig, f[2], strings.Split(f[6], "+"))] = g
		}
	}
	return out
}

// groupsOfOurs gives what we read together.
func groupsOfOurs(text string) map[string]group {
	out := map[string]group{}
	for key, info := range records(text) {
		r := strings.Split(key, ":")
		for entry := range strings.SplitSeq(info["CSQ"], ",") {
			f := strings.Split(entry, "|")
			members := []string{r[1] + r[3] + ">" + strings.TrimRight(r[4], "+")}
			joined := false
			for flag := range strings.SplitSeq(f[20], "&") {
				joined = joined || flag == "haplotype"
				if other, is := strings.CutPrefix(flag, "with:"); is {
					members = append(members, other)
				}
			}
			if !joined {
				continue
			}
			g := group{terms: f[1]}
			var two bool
			if g.ref, g.alt, two = strings.Cut(strings.ReplaceAll(f[15], "-", ""), "/"); !two {
				g.alt = g.ref
			}
			out[groupKey(r[0], f[6], members)] = g
		}
	}
	return out
}

func groupKey(contig, transcript string, members []string) string {
	slices.Sort(members)
	return contig + " " + transcript + " " + strings.Join(members, "+")
}

// core takes the residues away that both sides share at their ends.
func (g group) core() string {
	a, b := g.ref, g.alt
	for a != "" && b != "" && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for a != "" && b != "" && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return a + ">" + b
}

// Classes of groups that the two do not read alike.
const (
	nextCodon   = "csq joins an indel with a base of the codon before it, whose codons they do not share"
	startLost   = "a start codon changed twice: csq leaves its records by themselves"
	skipped     = "csq skips the second allele as overlapping, which begins behind the first"
	exonEdge    = "a deletion up to the exon's edge: csq does not join it"
	overSplice  = "an allele over the exon's edge: csq reads its coding bases, we do not know the transcript"
	vepAltering = "VEP's protein_altering_variant: neither of the two sequences of residues holds the other"
)

// csqGroupMisses are the groups that only one of the two has, with their class.
var csqGroupMisses = map[string]string{
	"chr11 ENST00000375549 112086908A>T+112086910G>A":        startLost,
	"chr13 ENST00000380152 32316462T>G+32316463G>A":          startLost,
	"chr13 ENST00000380152 32316462TG>T+32316470G>T":         startLost,
	"chr13 ENST00000380152 32319181G>T+32319183AC>A":         nextCodon,
	"chr13 ENST00000380152 32319256G>T+32319258GC>G":         nextCodon,
	"chr13 ENST00000380152 32326257T>A+32326258GT>G":         nextCodon,
	"chr13 ENST00000380152 32326554A>CT+32326555T>TA":        skipped,
	"chr17 ENST00000225927 42543450C>T+42543452G>GT":         nextCodon,
	"chr17 ENST00000225927 42543451G>A+42543452G>GT":         nextCodon,
	"chr17 ENST00000269305 7674191C>A+7674200TGATGGTGAG>T":   nextCodon,
	"chr17 ENST00000357654 43047690A>AT+43047695GTGGACACC>G": exonEdge,
	"chr17 ENST00000357654 43051062CCT>ATGTTG+43051066T>TG":  overSplice,
	"chr19 ENST00000326873 1221244G>T+1221246AG>A":           nextCodon,
}

// dealt writes ClinVar's pathogenic alleles of the core as pairs of near alleles, each
// pair on a haplotype of 100 samples where no other pair lies within 3 Mb.
func dealt(t *testing.T) string {
	t.Helper()
	const haplotypes, apart, near = 200, 3_000_000, 9
	type record struct {
		contig, ref, alt string
		pos              int
	}
	query := exec.Command(testkit.Oracle(t, "bcftools"), "query", "-f", "%CHROM %POS %REF %ALT\n",
		testkit.Shared(t, "data/annotation/GRCh38.clinvar_20241215.plp_2star.vcf.gz"))
	text, err := query.Output()
	if err != nil {
		t.Fatal(err)
	}
	inside := coreRegions(t)
	var list []record
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		pos, _ := strconv.Atoi(f[1])
		r := record{"chr" + strings.Replace(f[0], "MT", "M", 1), f[2], f[3], pos}
		if strings.Trim(r.ref+r.alt, "ACGT") == "" && len(r.ref) <= 20 && len(r.alt) <= 20 && inside(r.contig, pos) {
			list = append(list, r)
		}
	}
	genotypes := map[int][]byte{} // of a record: '1' where a haplotype has it
	give := func(i, haplotype int) {
		if genotypes[i] == nil {
			genotypes[i] = []byte(strings.Repeat("0", haplotypes))
		}
		genotypes[i][haplotype] = '1'
	}
	last := make([]record, haplotypes)
	for i, r := range list {
		var partners []int
		for j := i + 1; j < min(i+16, len(list)); j++ {
			if gap := list[j].pos - r.pos - len(r.ref); list[j].contig == r.contig && gap >= 0 && gap <= near {
				partners = append(partners, j)
			}
		}
		if len(partners) == 0 {
			continue
		}
		j := partners[i%len(partners)]
		free := func(p record) bool { return p.contig != r.contig || r.pos-p.pos > apart }
		if h := slices.IndexFunc(last, free); h >= 0 {
			last[h] = list[j]
			give(i, h)
			give(j, h)
		}
	}
	var b strings.Builder
	b.WriteString("##fileformat=VCFv4.2\n")
	for i, r := range list {
		if i == 0 || list[i-1].contig != r.contig {
			fmt.Fprintf(&b, "##contig=<ID=%s>\n", r.contig)
		}
	}
	b.WriteString("##FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT")
	for s := range haplotypes / 2 {
		fmt.Fprintf(&b, "\tS%d", s)
	}
	for _, i := range slices.Sorted(maps.Keys(genotypes)) {
		r, g := list[i], genotypes[i]
		fmt.Fprintf(&b, "\n%s\t%d\t.\t%s\t%s\t.\t.\t.\tGT", r.contig, r.pos, r.ref, r.alt)
		for s := 0; s < haplotypes; s += 2 {
			b.WriteString("\t" + string(g[s]) + "|" + string(g[s+1]))
		}
	}
	b.WriteString("\n")
	path := filepath.Join(t.TempDir(), "dealt.vcf")
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// coreRegions tells whether a place lies in the sequence that is there, 50 bases or
// more from its ends.
func coreRegions(t *testing.T) func(contig string, pos int) bool {
	t.Helper()
	text, err := os.ReadFile(testkit.Shared(t, "data/reference/GRCh38.regions.bed"))
	if err != nil {
		t.Fatal(err)
	}
	type region struct{ start, end int }
	regions := map[string][]region{}
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		start, _ := strconv.Atoi(f[1])
		end, _ := strconv.Atoi(f[2])
		regions[f[0]] = append(regions[f[0]], region{start, end})
	}
	return func(contig string, pos int) bool {
		return slices.ContainsFunc(regions[contig], func(r region) bool { return r.start+50 < pos && pos < r.end-50 })
	}
}

// TestHaplotypesOfBcftoolsCSQ compares pairs of real alleles on made-up haplotypes: which are
// read together, the first of csq's terms, and the residues where the frame is kept.
func TestHaplotypesOfBcftoolsCSQ(t *testing.T) {
	path := dealt(t)
	theirs, got := groupsOfCSQ(runCSQ(t, path)), groupsOfOurs(ours(t, path))
	keys := slices.Collect(maps.Keys(theirs))
	for k := range got {
		if _, both := theirs[k]; !both {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, func(a, b string) int { return cmp.Compare(a, b) })
	matched := 0
	classes := map[string]int{}
	for _, k := range keys {
		csq, theyHave := theirs[k]
		own, weHave := got[k]
		class := csqGroupMisses[k]
		frame := strings.Contains(csq.terms+own.terms, "frameshift")
		switch {
		case !theyHave || !weHave:
		case !slices.Contains(strings.Split(own.terms, "&"), termOf(csq.terms)):
			if strings.HasPrefix(csq.terms, "inframe_") && own.terms == "protein_altering_variant" {
				class = cmp.Or(class, vepAltering)
			}
		case frame || csq.core() == own.core():
			matched++
			continue
		}
		classes[class]++
		if class == vepAltering {
			continue
		}
		t.Logf("miss %s: csq %.60s %.40s>%.40s, ours %s %s>%s (%s)", k, csq.terms, csq.ref, csq.alt, own.terms, own.ref, own.alt, class)
		if class == "" {
			t.Errorf("%s: in no class", k)
		}
	}
	for _, c := range slices.Sorted(maps.Keys(classes)) {
		t.Logf("%d: %s", classes[c], c)
	}
	t.Logf("bcftools csq -p a, ClinVar's alleles in pairs: matched %d / %d run / 0 not applicable", matched, len(keys))
	if matched < 532 || classes[vepAltering] > 53 {
		t.Errorf("matched %d, 532 were before; %d protein_altering_variant, 53 were", matched, classes[vepAltering])
	}
}

// TestPhasedTruthOfBcftoolsCSQ compares the 2,060 calls of the Platinum Genomes truth on
// chromosome 21: no two of them change one codon, and neither program joins any. Of each
// entry of csq the first term is among ours for the transcript.
func TestPhasedTruthOfBcftoolsCSQ(t *testing.T) {
	path := testkit.Shared(t, "data/vcf/NA12878.chr21_APP.GRCh38.platinum_truth.vcf.gz")
	theirs, got := runCSQ(t, path), ours(t, path)
	if a, b := groupsOfCSQ(theirs), groupsOfOurs(got); len(a) > 0 || len(b) > 0 {
		t.Errorf("groups: csq %v, ours %v", a, b)
	}
	own := records(got)
	matched, run, without := 0, 0, 0
	for key, info := range records(theirs) {
		if info["BCSQ"] == "" {
			without++
			continue
		}
		for entry := range strings.SplitSeq(info["BCSQ"], ",") {
			f := strings.Split(strings.TrimPrefix(entry, "*"), "|")
			run++
			met := false
			for e := range strings.SplitSeq(own[key]["CSQ"], ",") {
				g := strings.Split(e, "|")
				same := g[6] == f[2] || f[2] == "" && g[3] == f[1] // csq's introns name the gene alone
				met = met || same && slices.Contains(strings.Split(g[1], "&"), termOf(f[0]))
			}
			if met {
				matched++
			} else {
				t.Errorf("%s: csq %s, ours %s", key, entry, own[key]["CSQ"])
			}
		}
	}
	t.Logf("bcftools csq -p a, Platinum truth: matched %d / %d run / %d not applicable", matched, run, without)
	if run < 580 {
		t.Errorf("only %d entries", run)
	}
}
