package consequence

import (
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"

	"varpanel/annotate/hgvs"
	"varpanel/internal/testkit"
	"varpanel/reference/allele"
	"varpanel/reference/contig"
	"varpanel/reference/transcript"
)

// brca1Moved is by how much BRCA1's place on GRCh37 is smaller than on GRCh38;
// the bases of the gene and its flanks are the same.
const brca1Moved = 1_847_983

// grch37 is what is known of that assembly here: biocommons' slices and
// transcripts, and BRCA1 with the transcripts of cdot (by way of hgvs-rs).
func grch37(t testing.TB) *biocommons {
	t.Helper()
	b := loadBiocommons(t)
	c := core(t)
	const start, end = 43_000_000, 43_200_000
	bases, err := c.seq.Bases("chr17", start, end)
	if err != nil {
		t.Fatal(err)
	}
	b.seq.put("NC_000017.10", start-brca1Moved, string(bases))
	text, err := io.ReadAll(openText(t, "conformance/hgvs-rs/cdot.refseq.brca1.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cdot struct {
		Transcripts map[string]struct {
			Protein    string
			StartCodon *int `json:"start_codon"`
			StopCodon  *int `json:"stop_codon"`
			Builds     map[string]struct {
				Contig, Strand string
				Exons          [][]any
			} `json:"genome_builds"`
		}
	}
	if err := json.Unmarshal(text, &cdot); err != nil {
		t.Fatal(err)
	}
	for id, tr := range cdot.Transcripts {
		for _, build := range tr.Builds {
			l := laidOut{accession: id, contig: build.Contig, protein: tr.Protein, gene: "BRCA1", strand: transcript.Plus, cdsStart: -1, cdsEnd: -1}
			if build.Strand == "-" {
				l.strand = transcript.Minus
			}
			if tr.StartCodon != nil && tr.StopCodon != nil {
				l.cdsStart, l.cdsEnd = *tr.StartCodon, *tr.StopCodon
			}
			for _, e := range build.Exons {
				at := func(i int) int { return int(e[i].(float64)) }
				if e[5] != nil {
					t.Fatalf("%s has a gap %v", id, e[5])
				}
				l.exons = append(l.exons, laidOutExon{
					start: at(0), end: at(1), from: at(3) - 1, to: at(4), cigar: itoa(at(1)-at(0)) + "=",
				})
			}
			if key := id + " " + build.Contig; b.transcripts[key] == nil {
				b.transcripts[key] = l.transcript()
			}
		}
	}
	return b
}

func itoa(n int) string {
	text, _ := json.Marshal(n)
	return string(text)
}

// parseDashed reads chrom-pos-ref-alt on an assembly, its contig by accession.
func parseDashed(t testing.TB, assembly contig.Assembly, s string) (allele.Allele, bool) {
	t.Helper()
	f := strings.Split(s, "-")
	if len(f) < 4 || f[2] == "" || strings.Trim(f[2]+f[3], "ACGT") != "" {
		return allele.Allele{}, false
	}
	name := contig.Accession(assembly, strings.TrimPrefix(f[0], "chr"))
	return allele.Allele{Contig: name, Pos: atoi(t, f[1]) - 1, Ref: f[2], Alt: f[3]}, name != ""
}

// settled tells whether the bases around an allele that its name can rest on are
// known.
func (b *biocommons) settled(a allele.Allele) bool {
	if !b.seq.known(a.Contig, a.Pos, a.End()) {
		return false
	}
	pl, err := place(b.seq, a)
	return err == nil && b.seq.known(a.Contig, pl.start-pl.left-1, pl.end+pl.right+1)
}

// The old-style and made-up terms of mehari, as VEP has them.
var mehariTerms = map[string]string{
	"exonic_splice_region_variant": "splice_region_variant", "coding_transcript_intron_variant": "intron_variant",
	"5_prime_UTR_exon_variant": "5_prime_UTR_variant", "3_prime_UTR_exon_variant": "3_prime_UTR_variant",
	"conservative_inframe_deletion": "inframe_deletion", "non_coding_transcript_intron_variant": "intron_variant",
	"frameshift_truncation": "frameshift_variant", "frameshift_elongation": "frameshift_variant", "splice_donor_fifth_base_variant": "splice_donor_5th_base_variant",
	"feature_elongation": "",
}

// mehari: terms, impact and names of BRCA1's transcripts on GRCh37.
func TestConformanceMehari(t *testing.T) {
	b := grch37(t)
	c := conformance{t: t}
	for _, row := range testkit.Table(t, testkit.Shared(t, "conformance/mehari/consequences_grch37.tsv")) {
		a, ok := parseDashed(t, contig.GRCh37, row["variant"])
		tr := b.transcripts[row["transcript"]+" "+a.Contig]
		if !ok || tr == nil || !b.settled(a) {
			c.notApply++
			continue
		}
		id := row["case"] + " " + row["variant"] + " " + row["transcript"]
		if ref, _ := b.seq.Bases(a.Contig, a.Pos, a.End()); string(ref) != a.Ref && !strings.ContainsAny(row["hgvs_c"], "+-") {
			a.Ref = string(ref) // it writes bases that are not the genome's, and takes an exon's from the transcript
		}
		all, err := New(oneTranscript(t, tr), b.seq, Options{UpDownstream: DefaultUpDownstream}).Predict(nil, a)
		if err != nil || len(all) != 1 {
			t.Fatalf("%s: %v %v", id, all, err)
		}
		p := all[0]
		good := c.check(id, "coding name", p.HGVSc, row["hgvs_c"])
		want, err := hgvs.ParseVariant(row["hgvs_p"])
		if err == nil && !(p.HGVSp == "" && want.Protein == hgvs.UnknownProtein) {
			good = c.check(id, "protein name", p.HGVSp, want.Protein) && good
		}
		good = c.check(id, "impact", strings.ToLower(p.Impact.String()), row["impact"]) && good
		for name := range strings.SplitSeq(row["consequences"], "&") {
			if other, ok := mehariTerms[name]; ok {
				name = other
			}
			term, ok := ParseTerm(name)
			if name != "" && (!ok || !slices.Contains(p.Terms, term)) && !silenced(p, name) {
				good = c.check(id, "terms", termNames(p), name)
			}
		}
		c.count(good)
	}
	c.hold("mehari consequences", 52)
}

// silenced tells whether a term is one that VEP leaves out beside a narrower one.
func silenced(p Prediction, name string) bool {
	has := func(terms ...Term) bool {
		return slices.ContainsFunc(terms, func(t Term) bool { return slices.Contains(p.Terms, t) })
	}
	switch name {
	case "splice_region_variant":
		return has(SpliceDonor, SpliceAcceptor, SpliceDonorRegion, SpliceDonor5thBase)
	case "intron_variant":
		return has(SpliceDonor, SpliceAcceptor, NonCodingTranscript)
	case "splice_donor_region_variant":
		return has(SpliceDonor5thBase)
	}
	return false
}

// mehari: splice terms by distance, on BRCA1's NM_007294.4.
func TestConformanceMehariSplice(t *testing.T) {
	b := grch37(t)
	tr := b.transcripts["NM_007294.4 NC_000017.10"]
	c := conformance{t: t}
	for _, row := range testkit.Table(t, testkit.Shared(t, "conformance/mehari/splice_distance_grch37.tsv")) {
		f := strings.Split(row["spdi_like"], ":")
		a := allele.Allele{Contig: "NC_000017.10", Pos: atoi(t, f[1]) - 1, Ref: f[2], Alt: f[3]}
		if f[0] != "17" {
			c.notApply++ // OPA1's exons on GRCh37 are not here
			continue
		}
		// The table writes bases of its own; the place decides.
		ref, err := b.seq.Bases(a.Contig, a.Pos, a.End())
		if err != nil {
			t.Fatal(err)
		}
		if a.Ref = string(ref); a.Ref == a.Alt {
			a.Alt = string(transcript.AppendReverseComplement(nil, ref))
		}
		p := b.predictNamed(t, a, tr)
		good := true
		for name := range strings.SplitSeq(row["consequences"], ",") {
			if other, ok := mehariTerms[name]; ok {
				name = other
			}
			term, ok := ParseTerm(name)
			if (!ok || !slices.Contains(p.Terms, term)) && !silenced(p, name) {
				good = c.check(row["spdi_like"], "terms", termNames(p), name)
			}
		}
		c.count(good)
	}
	c.hold("mehari splice distance", 12)
}

// VariantValidator: c. name, protein name of three and one letters, and the g.
// name, wherever transcript and bases are here.
func TestConformanceVariantValidator(t *testing.T) {
	b := grch37(t)
	c38 := core(t)
	p38 := New(c38.model, c38.seq, Options{})
	c := conformance{t: t}
	for _, row := range testkit.Table(t, testkit.Shared(t, "conformance/variantvalidator/mapping.tsv")) {
		accession, name, _ := strings.Cut(row["transcript_hgvs"], ":")
		id := row["case"] + " " + row["submitted"] + " " + row["transcript_hgvs"]
		var p Prediction
		judged := false
		for _, build := range []struct {
			g        string
			assembly contig.Assembly
		}{{row["g_grch37"], contig.GRCh37}, {row["g_grch38"], contig.GRCh38}} {
			a, ok := allele.Allele{}, false
			if v, err := hgvs.ParseVariant(build.g); err == nil {
				if v.Edit == hgvs.Substitution && b.transcripts[accession+" "+v.Reference] != nil {
					b.seq.put(v.Reference, v.Start.Base-1, v.Ref)
				}
				a, err = v.OnContig(v.Reference, b.seq)
				ok = err == nil
			} else if build.assembly == contig.GRCh37 && row["build"] == "GRCh37" {
				a, ok = parseDashed(t, build.assembly, row["submitted"])
			}
			tr := b.transcripts[accession+" "+a.Contig]
			if judged || !ok || tr == nil || a.Ref == a.Alt ||
				!b.seq.known(a.Contig, a.Pos, a.End()) || !b.settled(a) && len(a.Ref)+len(a.Alt) > 2 {
				continue
			}
			p, judged = b.predictNamed(t, a, tr), true
		}
		if v, err := hgvs.ParseVariant(row["g_grch38"]); !judged && err == nil {
			p, judged = onModel(t, c38, p38, v, accession)
		}
		if !judged || slices.Contains(p.Flags, FlagDiffers) {
			c.notApply++ // transcript, bases, or the transcript's own sequence are not here
			continue
		}
		want, err := hgvs.ParseVariant(row["protein"])
		good := c.check(id, "coding name", p.HGVSc, name)
		silent := p.HGVSp == "" && (want.Protein == hgvs.UnknownProtein || want.Protein == "p.(=)")
		if row["protein"] != "" && err == nil && !silent && !slices.Contains(p.Flags, FlagSequenceUnknown) {
			_, short, _ := strings.Cut(row["protein_one_letter"], ":")
			good = c.check(id, "protein name", p.HGVSp, want.Protein) && c.check(id, "one letter", hgvs.ShortProtein(p.HGVSp), short) && good
		}
		c.count(good)
		if !good {
			t.Errorf("%s is missed", row["case"])
		}
	}
	c.hold("variantvalidator mapping", 30)
}

// onModel predicts a GRCh38 g. name on a transcript of the gene model that has
// this very version.
func onModel(t testing.TB, c coreReference, p *Predictor, v hgvs.Variant, accession string) (Prediction, bool) {
	t.Helper()
	for _, name := range c.model.Contigs() {
		if contig.Accession(contig.GRCh38, name) != v.Reference {
			continue
		}
		a, err := v.OnContig(name, c.seq)
		if err != nil || strings.Contains(a.Ref, "N") || a.Ref == a.Alt {
			return Prediction{}, false
		}
		all, err := p.Predict(nil, a)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range all {
			if p.Transcript != nil && (p.Transcript.Accession == accession || p.Transcript.VersionedID() == accession) {
				return p, true
			}
		}
	}
	return Prediction{}, false
}

// VariantValidator's warnings: what is no name, or an uncertain one, is refused.
func TestConformanceVariantValidatorWarnings(t *testing.T) {
	c := conformance{t: t}
	for _, row := range testkit.Table(t, testkit.Shared(t, "conformance/variantvalidator/warnings.tsv")) {
		w := row["warnings"]
		syntax := strings.Contains(w, "InsertionLengthError") || strings.Contains(w, "Uncertain positions") || strings.Contains(w, "lower case") ||
			strings.Contains(w, "InvalidVariantError") || strings.Contains(w, "no reference sequence ID") || strings.Contains(w, "must begin with")
		if !syntax {
			c.notApply++ // of sequences and alignments that are not here
			continue
		}
		v, err := hgvs.ParseVariant(row["submitted"])
		if err == nil {
			t.Errorf("miss %s: read as %s", row["submitted"], v)
		}
		c.count(err != nil)
	}
	c.hold("variantvalidator warnings", 9)
}

// pyhgvs (Counsyl): places on BRCA1's NM_007294.3.
func TestConformanceCounsyl(t *testing.T) {
	b := grch37(t)
	places, names := conformance{t: t}, conformance{t: t}
	for _, row := range testkit.Table(t, testkit.Shared(t, "conformance/counsyl-hgvs/coordinates_hg19.tsv")) {
		tr := b.transcripts[row["transcript"]+" NC_000017.10"]
		_, pos, _ := strings.Cut(row["genomic"], ":")
		if tr == nil {
			places.notApply++
			continue
		}
		got := "outside"
		m := transcript.NewMap(tr)
		if at, ok := m.Position(atoi(t, pos) - 1); ok {
			got = string(hgvs.AppendPosition(nil, m, at))
		}
		if got == "outside" {
			places.notApply++ // beyond the transcript, where no place is named
			continue
		}
		places.count(places.check(row["case"]+" "+row["genomic"], "place", got, row["cdna"]))
	}
	places.hold("counsyl coordinates", 14)
	for _, file := range []string{"test_name_to_variant", "test_variant_to_name", "test_variants"} {
		for line := range strings.Lines(readAll(t, "conformance/counsyl-hgvs/reference/"+file+".genome.tsv")) {
			f := strings.Fields(line)
			if len(f) == 4 && f[0] != "chrom" {
				b.seq.put(contig.Accession(contig.GRCh37, f[0]), atoi(t, f[1]), f[3])
			}
		}
	}
	for _, row := range testkit.Table(t, testkit.Shared(t, "conformance/counsyl-hgvs/names_vs_vcf_hg19.tsv")) {
		v, err := hgvs.ParseVariant(row["hgvs"])
		want, ok := parseDashed(t, contig.GRCh37, row["vcf_hg19"])
		if strings.HasPrefix(v.Reference, "ENST00000357654") {
			v.Reference = "NM_007294.3"
		}
		tr := b.transcripts[v.Reference+" "+want.Contig]
		if err != nil || !ok || v.Kind == 'c' && tr == nil {
			names.notApply++
			continue
		}
		var a allele.Allele
		if v.Kind == 'c' {
			a, err = v.OnTranscript(transcript.NewMap(tr), b.seq)
		} else {
			a, err = v.OnContig(contig.Accession(contig.GRCh37, v.Reference), b.seq)
		}
		if err != nil {
			t.Logf("%s: %v", row["hgvs"], err)
		}
		got, err1 := allele.LeftAlign(a, b.seq)
		want, err2 := allele.LeftAlign(want, b.seq)
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		names.count(names.check(row["case"]+" "+row["hgvs"], "allele", got.String(), want.String()))
	}
	names.hold("counsyl names", 7)
	normal := conformance{t: t}
	for _, row := range testkit.Table(t, testkit.Shared(t, "conformance/counsyl-hgvs/normalize.tsv")) {
		in := row["input"]
		if strings.Contains(in, "--") { // an insertion before that base
			f := strings.Split(in, "-")
			at := atoi(t, f[1]) - 1
			base, err := b.seq.Bases("NC_000017.10", at-1, at)
			if err != nil {
				t.Fatal(err)
			}
			in = f[0] + "-" + itoa(at) + "-" + string(base) + "-" + string(base) + f[len(f)-1]
		}
		a, _ := parseDashed(t, contig.GRCh37, in)
		want, _ := parseDashed(t, contig.GRCh37, row["expected"])
		got, err := allele.LeftAlign(a, b.seq)
		if err != nil {
			t.Fatal(err)
		}
		normal.count(normal.check(row["input"], "allele", got.String(), want.String()))
	}
	normal.hold("counsyl normalize", 5)
	parse := conformance{t: t}
	known := map[string]string{
		"pn23": "p.Glu1000_Ser1003?fs is no name of the nomenclature", "pn27": "an insertion at one position is no name of the nomenclature",
	}
	for _, row := range testkit.Table(t, testkit.Shared(t, "conformance/counsyl-hgvs/parse_names.tsv")) {
		v, err := hgvs.ParseVariant(row["hgvs"])
		if err != nil {
			t.Logf("miss %s %s: %v", row["case"], row["hgvs"], err)
			if known[row["case"]] == "" {
				t.Errorf("%s is missed, and is not among the known misses", row["case"])
			}
			parse.count(false)
			continue
		}
		var f struct {
			Kind, Transcript, Gene string
			RefAllele              string `json:"ref_allele"`
			AltAllele              string `json:"alt_allele"`
			Start                  string `json:"cdna_start"`
			End                    string `json:"cdna_end"`
		}
		json.Unmarshal([]byte(row["parsed"]), &f) // a number where a text stands is left out
		ok := f.Kind == "" || f.Kind == string(v.Kind)
		if f.Start != "" {
			ok = ok && parse.check(row["case"], "place", v.Start.String()+" "+v.End.String(), f.Start+" "+f.End)
		}
		if f.Transcript != "" {
			ok = ok && parse.check(row["case"], "transcript", v.Reference, f.Transcript)
		}
		if f.Kind != "" && (v.Edit == hgvs.Substitution || v.Edit == hgvs.Insertion || v.Edit == hgvs.DelIns) {
			ok = ok && parse.check(row["case"], "bases", v.Alt, f.AltAllele)
		}
		parse.count(ok)
	}
	parse.hold("counsyl parse", 19)
}

func readAll(t testing.TB, name string) string {
	t.Helper()
	text, err := io.ReadAll(openText(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// unmoved tells whether a change is named without looking at the bases around it.
func unmoved(a allele.Allele) bool {
	pl, err := place(newPieces(), a)
	return err == nil && len(pl.ref) > 0 && len(pl.alt) > 0
}

// namedAlone gives the prediction for an allele on one transcript, on a genome of
// which only its own bases are known.
func namedAlone(t testing.TB, tr *transcript.Transcript, a allele.Allele) Prediction {
	t.Helper()
	seq := newPieces()
	seq.put(a.Contig, a.Pos, a.Ref)
	all, err := New(oneTranscript(t, tr), seq, Options{}).Predict(nil, a)
	if err != nil {
		t.Fatal(err)
	}
	return all[0]
}

// ensembl-vep's names: substitutions and replacements, which need no sequence
// here; what moves, and what inserts, does.
func TestConformanceVEPNames(t *testing.T) {
	transcripts := vepTranscripts(t)
	c := conformance{t: t}
	for _, row := range testkit.Table(t, testkit.Shared(t, "conformance/ensembl-vep/hgvs_grch37.tsv")) {
		reference, name, _ := strings.Cut(row["hgvs_transcript"], ":")
		id, _, _ := strings.Cut(reference, ".")
		tr := transcripts[id]
		g, err := hgvs.ParseVariant(row["hgvs_g"])
		if err != nil || tr == nil || name == "" || g.Edit != hgvs.Substitution && g.Edit != hgvs.DelIns {
			c.notApply++
			continue
		}
		seq := newPieces()
		seq.put(tr.Contig, g.Start.Base-1, g.Ref)
		a, err := g.OnContig(tr.Contig, seq)
		if err != nil {
			t.Fatal(err)
		}
		all, err := New(oneTranscript(t, tr), seq, Options{}).Predict(nil, a)
		if err != nil {
			t.Fatal(err)
		}
		c.count(c.check(row["case"], "transcript name", all[0].HGVSc, name))
	}
	c.hold("ensembl-vep hgvs_grch37", 11)
}

// ngs-bits: c. names of substitutions and replacements; its transcripts have no
// sequence here.
func TestConformanceNgsBits(t *testing.T) {
	layouts := map[string]*laidOut{}
	bounds := map[string][2]int{}
	for _, row := range testkit.Table(t, testkit.Shared(t, "conformance/ngs-bits/hgvs_transcripts_grch38.tsv")) {
		id := row["transcript"]
		l := layouts[id]
		if l == nil {
			l = &laidOut{accession: id, contig: row["chrom"], strand: transcript.Plus, cdsStart: -1, cdsEnd: -1}
			if row["strand"] == "-" {
				l.strand = transcript.Minus
			}
			layouts[id] = l
		}
		if row["coding_from"] != "" {
			from, to := atoi(t, row["coding_from"]), atoi(t, row["coding_to"])
			bounds[id] = [2]int{min(from, to) - 1, max(from, to)}
		}
		start, end := atoi(t, row["start"])-1, atoi(t, row["end"])
		l.exons = append(l.exons, laidOutExon{start: start, end: end, cigar: itoa(end-start) + "="})
	}
	transcripts := map[string]*transcript.Transcript{}
	for id, l := range layouts {
		tr := l.transcript()
		tr.Alignment, tr.Differs = nil, false
		if b, ok := bounds[id]; ok && b[1] > b[0]+1 {
			tr.CDSStart, tr.CDSEnd = b[0], b[1]
			for i := range tr.Exons {
				if e := &tr.Exons[i]; e.End > tr.CDSStart && e.Start < tr.CDSEnd {
					e.Phase = 0
				}
			}
		}
		transcripts[id] = tr
	}
	c := conformance{t: t}
	for _, row := range testkit.Table(t, testkit.Shared(t, "conformance/ngs-bits/hgvs_grch38.tsv")) {
		tr := transcripts[row["transcript"]]
		if tr == nil || row["pos"] == "" || row["hgvs_c"] == "" {
			c.notApply++
			continue
		}
		a := allele.Allele{Contig: tr.Contig, Pos: atoi(t, row["pos"]) - 1, Ref: row["ref"], Alt: row["alt"]}
		if !unmoved(a) || a.Pos < tr.Start || a.Pos >= tr.End {
			c.notApply++ // an indel, or (ngshgvs069) a row of another gene's place
			continue
		}
		c.count(c.check(row["case"], "coding name", namedAlone(t, tr, a).HGVSc, row["hgvs_c"]))
	}
	c.hold("ngs-bits hgvs_grch38", 17)
}

// snpeff: the names of BRCA1's NM_007294.3, the only transcript of its files that
// is here with its bases.
func TestConformanceSnpEff(t *testing.T) {
	b := grch37(t)
	c := conformance{t: t}
	for _, row := range testkit.Table(t, testkit.Shared(t, "conformance/snpeff/files.tsv")) {
		for line := range strings.Lines(readAll(t, "conformance/snpeff/"+row["file"])) {
			f := strings.Split(strings.TrimSpace(line), "\t")
			if strings.HasPrefix(line, "#") || len(f) < 8 {
				continue
			}
			accession, name := "", ""
			if _, csq, ok := strings.Cut(f[7], "CSQ="); ok {
				parts := strings.Split(csq, "|")
				accession = parts[0]
				if len(parts) > 1 {
					_, name, _ = strings.Cut(parts[1], ":")
				}
			}
			a := allele.Allele{Contig: "NC_000017.10", Pos: atoi(t, f[1]) - 1, Ref: f[3], Alt: f[4]}
			tr := b.transcripts[accession+" "+a.Contig]
			if tr == nil || strings.TrimPrefix(f[0], "chr") != "17" || !b.settled(a) {
				c.notApply++
				continue
			}
			c.count(c.check(row["file"]+" "+a.String(), "coding name", b.predictNamed(t, a, tr).HGVSc, modern(name)))
		}
	}
	c.hold("snpeff", 4)
}

// clinvar: c. names of substitutions on a transcript of the gene model that has
// the accession, whatever its version; other versions move some of them.
func TestConformanceClinVarTable(t *testing.T) {
	m := core(t).model
	c := conformance{t: t}
	for _, row := range testkit.Table(t, testkit.Shared(t, "conformance/clinvar/hgvs_and_consequence_grch38.tsv")) {
		accession, name, _ := strings.Cut(row["hgvs_c"], ":")
		bare, _, _ := strings.Cut(accession, ".")
		found := m.TranscriptsByAccession(bare)
		if len(found) != 1 || row["pos"] == "" {
			c.notApply++
			continue
		}
		a := allele.Allele{Contig: found[0].Contig, Pos: atoi(t, row["pos"]) - 1, Ref: row["ref"], Alt: row["alt"]}
		if !unmoved(a) {
			c.notApply++
			continue
		}
		c.count(c.check(row["symbol"]+" "+a.String(), "coding name", namedAlone(t, found[0], a).HGVSc, modern(name)))
	}
	c.hold("clinvar hgvs_and_consequence_grch38", 260)
}
