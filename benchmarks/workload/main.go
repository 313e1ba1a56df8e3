// Command workload writes the files that benchmarks/compare measures on, once:
// the kinds and sizes of a laboratory's inputs, made up from fixed seeds. The
// bytes do not depend on the threads.
//
// The gene model is the shared data's; the sequence under it is made up, with
// every coding sequence open, and REF agrees with it in every file. What stands
// at a position is the same in every file, so that they join. docs/performance.md
// says what each file is like.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"varpanel/reference/gene"
	"varpanel/reference/transcript"
)

func main() {
	var o options
	var sizeName string
	flag.StringVar(&sizeName, "size", "full", "full, or small: about a fiftieth, chromosome 20 alone")
	flag.StringVar(&o.only, "only", "", "write one file only: "+strings.Join(names(), ", "))
	flag.StringVar(&o.out, "o", "benchmarks/work", "folder; files go to its subfolder named by the size")
	flag.StringVar(&o.shared, "shared", "../shared", "folder of the shared data")
	flag.IntVar(&o.threads, "threads", runtime.GOMAXPROCS(0), "threads")
	flag.BoolVar(&o.force, "force", false, "write files again that are there")
	flag.Parse()
	err := o.choose(sizeName)
	if err == nil {
		err = o.run()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "workload:", err)
		os.Exit(1)
	}
}

type options struct {
	only, out, shared string
	threads           int
	force             bool
	contigs           []contig
	scale             float64 // of the numbers of records, genes and bases
}

func (o *options) choose(name string) error {
	switch name {
	case "full":
		o.contigs, o.scale = grch38, 1
	case "small":
		o.contigs, o.scale = []contig{grch38[19]}, 1.0/50
	default:
		return fmt.Errorf("-size %s: full or small", name)
	}
	if o.only != "" && !slices.Contains(names(), o.only) {
		return fmt.Errorf("-only %s: one of %s", o.only, strings.Join(names(), ", "))
	}
	o.out = filepath.Join(o.out, name)
	return os.MkdirAll(o.out, 0o755)
}

// The numbers of the full size.
const (
	wgsRecords, trioRecords, exonRecords = 4.48e6, 5.0e6, 713e3
	gnomadExonic, gnomadElsewhere        = 2.6e6, 3.4e6
	clinvarRecords                       = 2.6e6
	exomeReads, exomeBases               = 24.7e6, 46.5e6
	fineContigs                          = 2 // of the file with 40 levels of quality
)

// file is one thing to write. write gives its plain and packed size.
type file struct {
	name  string
	write func(*world, string) (size, error)
	index []string // the program that indexes it, and its flags
}

var (
	tabix    = []string{"tabix", "-f", "-p", "vcf"}
	samtools = []string{"samtools", "index"}
	files    = []file{
		{"genome.fa", (*world).fasta, nil},
		{"panels", (*world).panels, nil},
		{"wgs.vcf.gz", (*world).wgs, tabix},
		{"trio.vcf.gz", (*world).trio, tabix},
		{"exons.vcf.gz", (*world).exons, tabix},
		{"gnomad.vcf.gz", (*world).gnomad, tabix},
		{"clinvar.vcf.gz", (*world).clinvar, tabix},
		{"exome.bam", (*world).exome, samtools},
		{"exome40.bam", (*world).exome40, samtools},
	}
)

func names() []string {
	var out []string
	for _, f := range files {
		out = append(out, f.name)
	}
	return out
}

// world is the made-up genome with the real gene model on it.
type world struct {
	*options
	g      *genome
	model  *transcript.Model
	places places
	sites  [][]stretch
	span   [classes]float64
}

func newWorld(o *options) (*world, error) {
	genes := filepath.Join(o.shared, "data", "genes")
	model, err := readGunzipped(filepath.Join(genes, "GRCh38.ensembl110.canonical.gff3.gz"), transcript.ReadGFF3)
	if err != nil {
		return nil, err
	}
	w := &world{options: o, g: newGenome(o.contigs), model: model}
	w.g.open(model)
	w.places = w.g.placesOf(model, int(exomeBases*o.scale))
	w.sites = w.g.stretches(w.places)
	w.span = w.g.span(w.sites)
	return w, nil
}

func (o *options) run() error {
	var todo []file
	for _, f := range files {
		if o.only != "" && f.name != o.only {
			continue
		}
		if _, err := os.Stat(o.mark(f)); err == nil && !o.force {
			continue
		}
		todo = append(todo, f)
	}
	if len(todo) == 0 {
		return nil
	}
	w, err := newWorld(o)
	if err != nil {
		return err
	}
	for _, f := range todo {
		path := filepath.Join(o.out, f.name)
		n, err := f.write(w, path)
		if err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
		if f.index != nil {
			if err := run(f.index[0], append(f.index[1:], path)...); err != nil {
				return err
			}
		}
		report := fmt.Sprintf("%-16s %8.1f MB", f.name, float64(n.plain)/1e6)
		if n.packed > 0 {
			report += fmt.Sprintf(" %8.1f MB packed, %.2f times", float64(n.packed)/1e6, float64(n.plain)/float64(n.packed))
		}
		fmt.Println(report)
		if err := os.WriteFile(o.mark(f), []byte(report+"\n"), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// mark is the file that says that another one is whole, and its size.
func (o *options) mark(f file) string { return filepath.Join(o.out, f.name+".done") }

func (w *world) fasta(path string) (n size, err error) {
	fai, err := os.Create(path + ".fai")
	if err != nil {
		return n, err
	}
	defer func() { err = errors.Join(err, fai.Close()) }()
	f, err := os.Create(path)
	if err != nil {
		return n, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	out := &counter{w: f}
	err = w.g.writeFASTA(out, fai)
	return size{plain: out.n}, err
}

// panels writes the gene lists and exons of both panels and the exome's targets.
func (w *world) panels(path string) (n size, err error) {
	hgnc, err := readGunzipped(filepath.Join(w.shared, "data", "genes", "hgnc_20230613.tsv.gz"), gene.Read)
	if err != nil {
		return n, err
	}
	from, err := w.g.candidates(w.model, hgnc)
	if err != nil {
		return n, err
	}
	dir := filepath.Dir(path)
	for _, p := range []struct {
		name         string
		genes, exons float64
	}{{"panel80", 80, 1584}, {"panel4000", 4000, 59304}} {
		chosen := panel(from, max(1, int(p.genes*w.scale)), int(p.exons*w.scale))
		exons := 0
		for _, t := range chosen {
			exons += len(t.Exons)
		}
		fmt.Printf("%s: %d genes, %d exons\n", p.name, len(chosen), exons)
		if err := w.g.writePanel(filepath.Join(dir, p.name), chosen); err != nil {
			return n, err
		}
	}
	fmt.Printf("targets: %d bases\n", total(w.places.targets))
	return n, w.g.writeBED(filepath.Join(dir, "targets.bed"), w.places.targets)
}

// variants writes a VCF: the header, then one shard after another.
func (w *world) variants(path string, header []byte, purpose uint64, b bands, site func() func(*text, *rand.Rand, int, int, float64)) (size, error) {
	return pack(path, w.threads, func(out io.Writer) error {
		if _, err := out.Write(header); err != nil {
			return err
		}
		shards := w.g.shards()
		return ordered(len(shards), w.threads, func(part int, dst []byte) []byte {
			s := shards[part]
			t := &text{dst}
			write := site()
			r := rand.New(rand.NewPCG(at(forShards, s.contig, s.start), purpose))
			w.g.scan(w.sites[s.contig], s.contig, s.start, s.end, b, func(pos int, number float64) {
				write(t, r, s.contig, pos, number)
			})
			return t.b
		}, func(b []byte) error { _, err := out.Write(b); return err })
	})
}

func (w *world) all() float64 { return w.span[elsewhere] + w.span[exonic] + w.span[coding] }

// carried is the band of what the case's sample carries.
func (w *world) carried() bands { return even(band{0, wgsRecords * w.scale / w.all()}) }

func (w *world) calls(path string, purpose uint64, b bands, samples ...string) (size, error) {
	return w.variants(path, w.g.vcfHeader(gatkHeader, samples...), purpose, b, func() func(*text, *rand.Rand, int, int, float64) {
		c := caller{g: w.g, samples: len(samples)}
		return func(t *text, r *rand.Rand, contig, pos int, _ float64) { c.site(t, r, contig, pos) }
	})
}

func (w *world) wgs(path string) (size, error) { return w.calls(path, 1, w.carried(), caseSample) }

func (w *world) trio(path string) (size, error) {
	return w.calls(path, 2, even(band{0, trioRecords * w.scale / w.all()}), caseSample, "FATHER1", "MOTHER1")
}

func (w *world) exons(path string) (size, error) {
	b := band{0, exonRecords * w.scale / (w.span[exonic] + w.span[coding])}
	return w.calls(path, 3, bands{exonic: b, coding: b}, caseSample)
}

func (w *world) gnomad(path string) (size, error) {
	const perSite = 1.02 // records: some positions have two ALTs
	elsewhereWidth := gnomadElsewhere * w.scale / perSite / w.span[elsewhere]
	exonWidth := gnomadExonic * w.scale / perSite / (w.span[exonic] + w.span[coding])
	inExons := band{0.0001, 0.0001 + exonWidth}
	b := bands{elsewhere: {0.0001, 0.0001 + elsewhereWidth}, exonic: inExons, coding: inExons}
	return w.variants(path, w.g.vcfHeader(gnomadHeader()), 4, b, func() func(*text, *rand.Rand, int, int, float64) {
		f := frequencies{g: w.g}
		return f.site
	})
}

func (w *world) clinvar(path string) (size, error) {
	const perSite = 1.02
	b := bands{coding: {0.0003, 0.0003 + clinvarRecords*w.scale/perSite/w.span[coding]}}
	return w.variants(path, w.g.vcfHeader(clinvarHeader), 5, b, func() func(*text, *rand.Rand, int, int, float64) {
		s := submissions{g: w.g}
		return s.site
	})
}

func (w *world) reads(path string, fine bool, contigs int) (size, error) {
	s := newSequencer(w.g, w.sites, w.carried(), w.places.targets, exomeReads*w.scale, fine, contigs)
	return pack(path, w.threads, func(out io.Writer) error {
		if _, err := out.Write(w.g.bamHeader()); err != nil {
			return err
		}
		return ordered(len(s.parts), w.threads, s.part, func(b []byte) error { _, err := out.Write(b); return err })
	})
}

func (w *world) exome(path string) (size, error) { return w.reads(path, false, len(w.contigs)) }

func (w *world) exome40(path string) (size, error) { return w.reads(path, true, fineContigs) }
