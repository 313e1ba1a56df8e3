package consequence

import (
	"bufio"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"varpanel/annotate/hgvs"
	"varpanel/internal/testkit"
	"varpanel/reference/allele"
	"varpanel/reference/transcript"
)

// biocommons is the reference of the biocommons-hgvs tables: alignments of the
// transcripts, their own sequences, and slices of the genome.
type biocommons struct {
	seq         *pieces
	transcripts map[string]*transcript.Transcript // by accession and contig, joined by a blank
	own         map[string]*transcript.Transcript // on their own sequence
	predictors  map[*transcript.Transcript]*Predictor
}

func loadBiocommons(t testing.TB) *biocommons {
	t.Helper()
	const dir = "conformance/biocommons-hgvs/reference/"
	b := &biocommons{
		seq: newPieces(), transcripts: map[string]*transcript.Transcript{}, own: map[string]*transcript.Transcript{},
		predictors: map[*transcript.Transcript]*Predictor{},
	}
	bases := readFASTA(t, dir+"sequences.fa.gz")
	layouts := map[string]*laidOut{}
	for _, row := range testkit.Table(t, testkit.Shared(t, dir+"exon_alignments.tsv")) {
		key := row["transcript"] + " " + row["reference"]
		l := layouts[key]
		if l == nil {
			l = &laidOut{
				accession: row["transcript"], contig: row["reference"], protein: row["protein"], gene: row["gene"],
				strand: transcript.Strand(atoi(t, row["strand"])), cdsStart: -1, cdsEnd: -1,
			}
			if s := row["cds_start0"]; s != "" {
				l.cdsStart, l.cdsEnd = atoi(t, s), atoi(t, row["cds_end0_excl"])
			}
			layouts[key] = l
		}
		l.exons = append(l.exons, laidOutExon{
			start: atoi(t, row["ref_start0"]), end: atoi(t, row["ref_end0"]),
			from: atoi(t, row["tx_start0"]), to: atoi(t, row["tx_end0"]), cigar: row["cigar"],
		})
	}
	for key, l := range layouts {
		if l.accession == "NM_182758.2" {
			continue // its rows pair each exon with another one's place
		}
		b.transcripts[key] = l.transcript()
		own := bases[l.accession]
		if own == "" {
			continue
		}
		l.putExons(b.seq, own)
		b.seq.whole(l.accession, own)
		b.own[l.accession] = ownTranscript(l.accession, own, l.cdsStart, l.cdsEnd)
	}
	lines := bufio.NewScanner(openText(t, dir+"sequence_slices.tsv.gz"))
	lines.Buffer(nil, 1<<22)
	for lines.Scan() {
		f := strings.Split(lines.Text(), "\t")
		if f[0] == "accession" {
			continue
		}
		b.seq.put(f[0], atoi(t, f[1]), f[3])
		if b.own[f[0]] == nil && f[0][1] == 'M' {
			b.seq.lengths[f[0]] = max(b.seq.lengths[f[0]], atoi(t, f[2]))
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return b
}

// ownTranscript is a transcript that is a contig of its own, of one exon.
func ownTranscript(accession, bases string, cdsStart, cdsEnd int) *transcript.Transcript {
	tr := &transcript.Transcript{
		ID: accession, Accession: accession, Biotype: "protein_coding", Contig: accession, Strand: transcript.Plus,
		End: len(bases), CDSStart: cdsStart, CDSEnd: cdsEnd, CodonTable: 1,
		Exons: []transcript.Exon{{End: len(bases), Phase: 0}},
	}
	if cdsStart < 0 {
		tr.Biotype = "lncRNA"
		tr.Exons[0].Phase = -1
	}
	return tr
}

// oldBases are the bases or the count that older names give after del and dup.
var oldBases = regexp.MustCompile(`(del|dup|inv)([ACGTN]+|[0-9]+)`)

// modern gives a name as it is written today: delAAinsT is delinsT, del57 is del.
func modern(name string) string { return oldBases.ReplaceAllString(name, "$1") }

// predictNamed gives the prediction for a genomic name on one transcript.
func (b *biocommons) predictNamed(t testing.TB, a allele.Allele, tr *transcript.Transcript) Prediction {
	t.Helper()
	if b.predictors[tr] == nil {
		b.predictors[tr] = New(oneTranscript(t, tr), b.seq, Options{})
	}
	all, err := b.predictors[tr].Predict(nil, a)
	if err != nil {
		t.Fatalf("%v: %v", a, err)
	}
	for _, p := range all {
		if p.Transcript != nil {
			return p
		}
	}
	return Prediction{}
}

// biocommons-hgvs' tables of genomic, coding and protein names of one variant.
// A row is run on positions (its places on the genome are those on the
// transcript) and on names (the genomic name gives the coding one, or where that
// is an older one that is not at its 3' end, the coding name by itself gives the
// same), and on the protein.
func TestConformanceBiocommonsGCP(t *testing.T) {
	b := loadBiocommons(t)
	dir := "conformance/biocommons-hgvs/gcp"
	files, err := filepath.Glob(filepath.Join(testkit.Shared(t, dir), "*.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	positions, names, proteins := conformance{t: t}, conformance{t: t}, conformance{t: t}
	moved := 0
	for _, file := range files {
		for _, row := range testkit.Table(t, testkit.Shared(t, dir+"/"+filepath.Base(file))) {
			c, err1 := hgvs.ParseVariant(row["hgvs_c"])
			g, err2 := hgvs.ParseVariant(row["hgvs_g"])
			if err1 != nil || err2 != nil {
				t.Logf("not read %s: %v %v", row["case"], err1, err2)
				names.run++
				continue
			}
			tr := b.transcripts[c.Reference+" "+g.Reference]
			if tr == nil {
				positions.notApply++
				names.notApply++
				continue
			}
			id := row["case"] + " " + row["hgvs_g"] + " " + row["hgvs_c"]
			positions.count(positions.check(id, "places", placesOf(tr, g), placesIn(row["hgvs_c"])))
			if g.Edit == hgvs.Substitution {
				b.seq.put(g.Reference, g.Start.Base-1, g.Ref) // the name says what stands there
			}
			a, err := g.OnContig(g.Reference, b.seq)
			if err != nil || !b.seq.known(a.Contig, a.Pos, a.End()) {
				names.notApply++
				t.Logf("no sequence %s: %v", id, err)
				continue
			}
			p := b.predictNamed(t, a, tr)
			_, want, _ := strings.Cut(modern(row["hgvs_c"]), ":")
			if p.HGVSc != want {
				if back, err := c.OnTranscript(transcript.NewMap(tr), b.seq); err == nil {
					if q := b.predictNamed(t, back, tr); q.HGVSc == p.HGVSc {
						t.Logf("moved %s: %s", id, p.HGVSc)
						want = p.HGVSc
						moved++
					}
				}
			}
			names.count(names.check(id, "coding name", p.HGVSc, want))
			if row["hgvs_p"] != "" {
				want, err := hgvs.ParseVariant(row["hgvs_p"])
				if err != nil {
					t.Logf("not read %s %s: %v", id, row["hgvs_p"], err)
				}
				proteins.count(sameProtein(p.HGVSp, want.Protein) || proteins.check(id, "protein name", p.HGVSp, want.Protein))
			}
		}
	}
	positions.hold("biocommons-hgvs gcp places", 2667)
	names.hold("biocommons-hgvs gcp names", 2420)
	t.Logf("%d older names stand at another place of their repeat", moved)
	proteins.hold("biocommons-hgvs gcp proteins", 369)
}

// sameProtein tells whether a protein name is the one wanted, which may say less:
// p.(=) for a synonymous change, fs without the place of the stop.
func sameProtein(got, want string) bool {
	switch {
	case want == "p.(=)":
		return strings.HasSuffix(got, "=)")
	case strings.HasSuffix(want, "fs)"), strings.HasSuffix(want, "fsTer)"):
		short := strings.TrimSuffix(strings.TrimSuffix(want, ")"), "Ter")
		return strings.HasPrefix(got, short+"Ter") || strings.HasPrefix(got, short+")")
	}
	return got == want
}

// placesOf writes the first and last place of a genomic name as they stand on a
// transcript, in its direction.
func placesOf(tr *transcript.Transcript, g hgvs.Variant) string {
	m := transcript.NewMap(tr)
	ends := []int{g.Start.Base - 1, g.End.Base - 1}
	if tr.Strand == transcript.Minus {
		slices.Reverse(ends)
	}
	var out []byte
	for i, pos := range ends {
		if i == 1 && pos == ends[0] {
			break
		}
		if i == 1 {
			out = append(out, '_')
		}
		p, ok := m.Position(pos)
		if !ok {
			return "outside"
		}
		out = hgvs.AppendPosition(out, m, p)
	}
	return string(out)
}

// placesIn cuts the places out of a name.
func placesIn(name string) string {
	_, name, _ = strings.Cut(name, ":")
	name = name[2:]
	return name[:strings.IndexFunc(name, func(r rune) bool { return !strings.ContainsRune("0123456789+-*_", r) })]
}

// biocommons-hgvs' normalisation: names moved 3' are ours; for those moved 5',
// which nobody writes, the left-aligned allele has to stand where the name does.
func TestConformanceBiocommonsNormalize(t *testing.T) {
	b := loadBiocommons(t)
	// COL1A1's alignment is not given: its c.589 is base 714 of the slices.
	b.own["NM_000088.3"] = ownTranscript("NM_000088.3", strings.Repeat("N", 5927), 126, 4521)
	b.seq.lengths["NM_000088.3"] = 5927
	for key, tr := range b.transcripts {
		accession, _, _ := strings.Cut(key, " ")
		if m := transcript.NewMap(tr); b.own[accession] == nil {
			start, end, length := m.CDSStart, m.CDSEnd, m.Length
			if accession == "NM_001110792.1" {
				start, end, length = 66, 1563, 10241 // the alignment holds its first exons only
			}
			b.own[accession] = ownTranscript(accession, strings.Repeat("N", length), start, end)
			b.seq.lengths[accession] = length
		}
	}
	read := func(name string) (allele.Allele, *transcript.Transcript) {
		v, err := hgvs.ParseVariant(name)
		if err != nil {
			t.Fatal(err)
		}
		var a allele.Allele
		tr := b.own[v.Reference]
		if v.Kind == 'g' {
			a, err = v.OnContig(v.Reference, b.seq)
		} else {
			a, err = v.OnTranscript(transcript.NewMap(tr), b.seq)
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return a, tr
	}
	c := conformance{t: t}
	known := map[string]string{
		"norm071": "an insertion at the transcript's last base is written there as a replacement of that base",
	}
	for _, row := range testkit.Table(t, testkit.Shared(t, "conformance/biocommons-hgvs/normalize.tsv")) {
		id := row["case"] + " " + row["mode"] + " " + row["input"]
		a, tr := read(row["input"])
		got, want := "", row["expected"]
		if strings.HasPrefix(row["mode"], "3'") {
			accession, name, _ := strings.Cut(want, ":")
			want = name
			if name[0] == 'g' {
				var err error
				if got, err = GenomicName(b.seq, a, false); err != nil {
					t.Fatal(err)
				}
			} else {
				got = b.predictNamed(t, a, tr).HGVSc
			}
			if a.Ref == a.Alt && accession == a.Contig {
				got, want = "=", want[len(want)-1:]
			}
		} else {
			e, _ := read(want)
			left, err := allele.LeftAlign(a, b.seq)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(want, "dup") {
				// The copy is inserted before the first base that the name has.
				e = allele.Allele{Contig: e.Contig, Pos: e.Pos - 1, Ref: left.Ref, Alt: left.Ref + e.Ref}
			}
			got, want = left.String(), allele.Trim(e).String()
		}
		ok := c.check(id, "name", got, want)
		c.count(ok)
		if !ok && known[row["case"]] == "" {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
	}
	c.hold("biocommons-hgvs normalize", 35)
}
