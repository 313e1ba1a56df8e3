package explain

import (
	"regexp"
	"strconv"
	"strings"

	"varpanel/annotate/hgvs"
	"varpanel/hts/fault"
	"varpanel/reference/allele"
	"varpanel/reference/genome"
	"varpanel/reference/transcript"
)

// alleleForm is contig:pos:ref:alt; a contig may hold colons itself.
var alleleForm = regexp.MustCompile(`^(.+):([0-9]+):([A-Za-z]+):([A-Za-z]+)$`)

// question is the allele that was asked for, normalised, and the transcript of
// its name where it was named.
type question struct {
	allele allele.Allele
	as     string // what the name stood for, where it was a name
}

// ask reads VARIANT: contig:pos:ref:alt, or an HGVS name on a transcript or a
// contig.
func (f *folder) ask(text string, seq genome.Sequence, model *transcript.Model) (question, error) {
	if m := alleleForm.FindStringSubmatch(text); m != nil {
		return f.askAllele(m[1], m[2], strings.ToUpper(m[3]), strings.ToUpper(m[4]), seq)
	}
	v, err := hgvs.ParseVariant(text)
	if err != nil {
		return question{}, fault.Usagef("%s: neither contig:pos:ref:alt nor a name that this version reads: %v", text, err)
	}
	var a allele.Allele
	switch v.Kind {
	case 'p':
		return f.askProtein(text, v)
	case 'g', 'm':
		name, ok := f.bundle.Contigs().Resolve(v.Reference)
		if !ok {
			return question{}, fault.Usagef("%s: the bundle has no contig %q", text, v.Reference)
		}
		a, err = v.OnContig(name, seq)
	default:
		var t *transcript.Transcript
		if t, err = f.transcriptOf(text, v, model); err != nil {
			return question{}, err
		}
		a, err = v.OnTranscript(transcript.NewMap(t), seq)
	}
	if err != nil {
		return question{}, fault.Usagef("%s: %v", text, err)
	}
	return f.normalised(a, text, seq)
}

func (f *folder) askAllele(contig, pos, ref, alt string, seq genome.Sequence) (question, error) {
	name, ok := f.bundle.Contigs().Resolve(contig)
	if !ok {
		return question{}, fault.Usagef("%s: the bundle has no contig of that name", contig)
	}
	n, err := strconv.Atoi(pos)
	if err != nil || n < 1 {
		return question{}, fault.Usagef("%s:%s: a position is a number from 1", contig, pos)
	}
	return f.normalised(allele.Allele{Contig: name, Pos: n - 1, Ref: ref, Alt: alt}, "", seq)
}

func (f *folder) normalised(a allele.Allele, as string, seq genome.Sequence) (question, error) {
	state, err := allele.Check(a, seq)
	if err != nil {
		return question{}, err
	}
	if state == allele.RefMismatch {
		return question{}, fault.Usagef("%s: REF is not what the bundle's reference (%s) has there", a, f.bundle.Manifest.Assembly)
	}
	if state == allele.RefMatch {
		if a, err = allele.LeftAlign(a, seq); err != nil {
			return question{}, err
		}
	}
	return question{allele: a, as: as}, nil
}

// transcriptOf finds the transcript of a c. or n. name: by its accession, or
// by a gene symbol the panel's first chosen one.
func (f *folder) transcriptOf(text string, v hgvs.Variant, model *transcript.Model) (*transcript.Transcript, error) {
	if v.Reference == "" {
		return nil, fault.Usagef("%s: the name needs a transcript or a gene before the colon", text)
	}
	found := model.TranscriptsByAccession(v.Reference)
	if len(found) == 0 && v.Gene != "" {
		// NC_000017.11(NM_007294.4):c.80+5G>A, the form for introns.
		if found = model.TranscriptsByAccession(v.Gene); len(found) > 0 {
			v.Reference = v.Gene
		}
	}
	if len(found) == 0 {
		for _, g := range f.bundle.Panel.Genes {
			if g.Symbol == v.Reference && len(g.Transcripts) > 0 {
				found = model.TranscriptsByAccession(g.Transcripts[0].Accession)
			}
		}
	}
	if len(found) == 0 {
		return nil, fault.Usagef("%s: the bundle has no transcript and no panel gene %q", text, v.Reference)
	}
	t := found[0]
	if _, version, ok := strings.Cut(v.Reference, "."); ok && !strings.HasSuffix(t.Accession, "."+version) && t.Version != version {
		return nil, fault.Usagef("%s: the bundle has this transcript as %s: positions of another version may differ", text, t.Accession)
	}
	return t, nil
}

// askProtein finds a row of that protein name; a protein name alone stands for
// several alleles and cannot be looked up elsewhere.
func (f *folder) askProtein(text string, v hgvs.Variant) (question, error) {
	match := func(n naming) bool {
		return n.HGVSp == v.Protein && (v.Reference == n.Gene || v.Reference == n.Transcript || v.Gene == n.Gene || v.Reference == "")
	}
	for _, r := range f.rows.Variants {
		if match(r.naming) {
			return question{allele: r.allele(), as: text}, nil
		}
	}
	for _, r := range f.rows.Excluded {
		if match(r.naming) {
			return question{allele: r.allele(), as: text}, nil
		}
	}
	return question{}, fault.Usagef("%s: no row of this case has that protein name, and several alleles can give it", text).
		WithHint("ask by contig:pos:ref:alt or by a c. name")
}

func (p place) allele() allele.Allele {
	return allele.Allele{Contig: p.Contig, Pos: p.Pos - 1, Ref: p.Ref, Alt: p.Alt}
}

func (n naming) String() string {
	parts := []string{}
	for _, s := range []string{n.Gene, n.Transcript, n.HGVSc, n.HGVSp, n.Consequence} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, " ")
}
