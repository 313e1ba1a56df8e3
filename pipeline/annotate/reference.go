package annotate

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"varpanel/hts/bgzf"
	"varpanel/hts/fasta"
	"varpanel/hts/fault"
	"varpanel/hts/vcf"
	"varpanel/reference/bundle"
	"varpanel/reference/contig"
	"varpanel/reference/genome"
	"varpanel/reference/transcript"
)

// reference is the sequence and the gene model, contigs called as the sequence
// calls them.
type reference struct {
	model              *transcript.Model // nil without --genes
	seq                *fasta.File
	own                []*fasta.File // transcripts' own sequences
	contigs            *contig.Set
	left               []string // contigs of the model that the sequence lacks
	genesName, seqName string
}

func openReference(o Options) (*reference, error) {
	ref := &reference{genesName: o.Genes, seqName: o.Fasta}
	var model *transcript.Model
	var err error
	if o.Bundle != "" {
		model, err = ref.openBundle(o)
	} else {
		model, err = ref.openFiles(o)
	}
	if err != nil {
		return nil, err
	}
	if model == nil {
		return ref, nil
	}
	if ref.model, ref.left, err = model.OnContigs(ref.contigs.Resolve); err == nil {
		err = ref.openOwn(o.Own, o.blocks())
	}
	if err != nil {
		return nil, errors.Join(err, ref.close())
	}
	ref.warnLeft(o.Warn)
	return ref, nil
}

func (r *reference) openBundle(o Options) (*transcript.Model, error) {
	b, err := bundle.Open(o.Bundle, o.blocks())
	if err != nil {
		return nil, err
	}
	r.genesName, r.seqName = o.Bundle, o.Bundle
	model, err := b.Transcripts()
	if err != nil {
		return nil, err
	}
	r.contigs = b.Contigs()
	r.seq, err = b.Reference()
	return model, err
}

func (r *reference) openFiles(o Options) (model *transcript.Model, err error) {
	if o.Genes != "" {
		if model, err = transcript.Open(o.Genes, o.blocks()); err != nil {
			return nil, err
		}
	}
	if r.seq, err = fasta.Open(o.Fasta, o.blocks()); err != nil {
		return nil, err
	}
	var list []contig.Contig
	for _, c := range r.seq.Contigs() {
		list = append(list, contig.Contig{Name: c.Name, Length: c.Length})
	}
	if r.contigs, err = contig.NewSet(list); err != nil {
		return nil, errors.Join(fault.Inputf(o.Fasta, "", "%v", err), r.seq.Close())
	}
	return model, nil
}

// openOwn opens the files of transcripts' own sequences. One that has none of the
// gene model's transcripts is refused: its names would never be asked for.
func (r *reference) openOwn(paths []string, o bgzf.Options) error {
	for _, path := range paths {
		f, err := fasta.Open(path, o)
		if err != nil {
			return err
		}
		r.own = append(r.own, f)
		known := slices.ContainsFunc(r.model.Transcripts(), func(t *transcript.Transcript) bool {
			_, byAccession := f.Length(t.Accession)
			_, byID := f.Length(t.VersionedID())
			return byAccession || byID
		})
		if !known {
			return fault.Inputf(path, "", "none of its sequences is called as a transcript of %s", r.genesName).
				WithHint("the first --fasta is the genome, further ones hold transcripts' own sequences by accession and version")
		}
	}
	return nil
}

func (r *reference) close() error {
	err := r.seq.Close()
	for _, f := range r.own {
		err = errors.Join(err, f.Close())
	}
	return err
}

// sequence gives the genome's contigs and, beside them, transcripts by accession.
func (r *reference) sequence(bases genome.Sequence) genome.Sequence {
	if len(r.own) == 0 {
		return bases
	}
	return withOwn{bases, r.own}
}

// withOwn is a genome and files of transcripts' own sequences, the first that has
// a name being asked.
type withOwn struct {
	genome genome.Sequence
	own    []*fasta.File
}

func (w withOwn) of(contig string) genome.Sequence {
	if _, ok := w.genome.Length(contig); !ok {
		for _, f := range w.own {
			if _, ok := f.Length(contig); ok {
				return f
			}
		}
	}
	return w.genome
}

func (w withOwn) Length(contig string) (int, bool) { return w.of(contig).Length(contig) }

func (w withOwn) Bases(contig string, start, end int) ([]byte, error) {
	return w.of(contig).Bases(contig, start, end)
}

// contigs refuses a VCF of another assembly, and gives the names by which the
// sequence knows the VCF's contigs. Records on a contig that it lacks get no
// consequence, with one warning a contig.
func (r *run) contigs(h *vcf.Header) (func(string) (string, bool), error) {
	if r.ref == nil {
		return func(string) (string, bool) { return "", false }, nil
	}
	var listed []contig.Contig
	for _, c := range h.Contigs {
		listed = append(listed, contig.Contig{Name: c.Name, Length: c.Length})
	}
	assembly, conflict := contig.AssemblyOf(listed)
	if own := r.ref.contigs.Assembly(); own != "" && (conflict != "" || assembly != "" && assembly != own) {
		if conflict == "" {
			conflict = fmt.Sprintf("the contigs are %s's, %s is %s", assembly, r.ref.seqName, own)
		}
		return nil, fault.Inputf(r.name, "header", "%s", conflict).
			WithHint("annotate with the gene model and sequence of the VCF's own assembly")
	}
	known := map[string]string{}
	for _, c := range listed {
		known[c.Name], _ = r.ref.contigs.ResolveContig(c)
	}
	var mu sync.Mutex
	warned := map[string]bool{}
	return func(name string) (string, bool) {
		own, listed := known[name]
		if !listed {
			own, _ = r.ref.contigs.Resolve(name)
		}
		if own != "" {
			return own, true
		}
		mu.Lock()
		defer mu.Unlock()
		if !warned[name] {
			warned[name] = true
			r.Warn("%s: contig %s is not in %s: its records are not annotated", r.name, name, r.ref.seqName)
		}
		return "", false
	}, nil
}

// blocks says how bgzipped files are unpacked.
func (o Options) blocks() bgzf.Options {
	return bgzf.Options{Threads: o.Threads, SafeInflate: o.SafeInflate}
}
