package build

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"varpanel/annotate/source"
	"varpanel/hts/fasta"
	"varpanel/hts/fault"
	"varpanel/reference/bundle"
	"varpanel/reference/contig"
	"varpanel/reference/gene"
	"varpanel/reference/hotspot"
	"varpanel/reference/panel"
	"varpanel/reference/profile"
	"varpanel/reference/transcript"
	"varpanel/stages/sex"
)

// Result is what a build says when it is done.
type Result struct {
	Dir      string
	Digest   string // of bundle.json
	Manifest bundle.Manifest
	Panel    panel.Panel
	Messages []string
}

// builder holds what the steps of one build hand on.
type builder struct {
	o        *Options
	profile  *profile.Profile
	fasta    *fasta.File
	contigs  *contig.Set
	loci     *sex.Loci
	assembly string
	from     string // how the assembly is known
	model    *transcript.Model
	join     *joiner
	request  *request
	members  []*member
	hotspots []hotspot.Row
	sources  []sourceConfig
	land     *territory
	exons    []bundle.Exon
	panel    panel.Panel
	warnings []string
}

// Build compiles a bundle. What the request lacks or contradicts is a
// fault.Usage; what the inputs lack is a fault.Input that names every gene
// concerned. Nothing is left behind by a build that fails.
func Build(ctx context.Context, o Options) (*Result, error) {
	if o.Profile == "" {
		o.Profile = DefaultProfile
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	b := &builder{o: &o}
	if err := b.load(); err != nil {
		if b.fasta != nil {
			b.fasta.Close()
		}
		return nil, err
	}
	defer b.fasta.Close()
	for _, step := range []func(context.Context) error{b.resolve, b.assess, b.plan} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return b.write(ctx)
}

// load reads the request and the references.
func (b *builder) load() error {
	var err error
	if b.profile, err = profile.Load(b.o.Profile); err != nil {
		return err
	}
	if b.request, err = ask(b.o); err != nil {
		return err
	}
	b.warnings = b.request.warnings
	if b.fasta, err = fasta.Open(b.o.FASTA, b.o.blocks()); err != nil {
		return fault.Missing(err)
	}
	if err := b.settleAssembly(); err != nil {
		return err
	}
	if b.o.Sources != "" {
		if b.sources, err = readSources(b.o.Sources); err != nil {
			return err
		}
	}
	model, err := readWith(b.o.Genes, b.o.blocks(), transcript.ReadGFF3)
	if err != nil {
		return err
	}
	var absent []string
	b.model, _, err = model.OnContigs(func(name string) (string, bool) {
		own, ok := b.contigs.Resolve(name)
		if !ok {
			absent = appendNew(absent, name)
			return name, true
		}
		return own, true
	})
	if err != nil {
		return fault.Inputf(b.o.Genes, "", "%v", err).WithCause(err)
	}
	if len(absent) == len(model.Contigs()) {
		return fault.Inputf(b.o.Genes, "", "none of its contigs (%s ...) is in %s", absent[0], b.o.FASTA)
	}
	b.join, err = newJoiner(b.o, b.request, b.model)
	return err
}

// settleAssembly names the contigs and finds the assembly: from the contig
// lengths, or from the option where they do not say.
func (b *builder) settleAssembly() error {
	var contigs []contig.Contig
	for _, c := range b.fasta.Contigs() {
		contigs = append(contigs, contig.Contig{Name: c.Name, Length: c.Length})
	}
	found, conflict := contig.AssemblyOf(contigs)
	switch {
	case found != "" && b.o.Assembly != "" && string(found) != b.o.Assembly:
		return fault.Inputf(b.o.FASTA, "", "its contig lengths are %s's, --assembly says %s", found, b.o.Assembly)
	case found != "":
		b.assembly, b.from = string(found), "contig-lengths"
	case b.o.Assembly != "":
		b.assembly, b.from = b.o.Assembly, "option"
	case conflict != "":
		return fault.Inputf(b.o.FASTA, "", "%s", conflict).WithHint("--assembly GRCh37|GRCh38 says which one it is")
	default:
		return fault.Usagef("%s: its contig lengths say nothing of the assembly", b.o.FASTA).
			WithHint("--assembly GRCh37|GRCh38 says which one it is")
	}
	var err error
	if b.contigs, err = contig.NewSet(contigs); err != nil {
		return fault.Inputf(b.o.FASTA, "", "%v", err).WithCause(err)
	}
	b.loci = sex.NewLoci(b.contigs, contig.Assembly(b.assembly))
	return nil
}

// resolve joins the wanted genes with HGNC and the model and chooses their
// transcripts.
func (b *builder) resolve(context.Context) error {
	var table *maneTable
	var overrides map[string][]string
	var err error
	if b.o.MANE != "" {
		if table, err = readWith(b.o.MANE, b.o.blocks(), readMANE); err != nil {
			return err
		}
	}
	if b.o.Transcripts != "" {
		if overrides, err = readWith(b.o.Transcripts, b.o.blocks(), readOverrides); err != nil {
			return err
		}
	}
	if b.o.Targets != "" {
		return b.resolveTargets(table, overrides)
	}
	if b.members, err = b.join.members(b.request.genes, b.o.GeneList != ""); err != nil {
		return err
	}
	if len(b.members) == 0 {
		return fault.Inputf("", "", "the panel has no gene").WithHint("is --min-confidence too high?")
	}
	for _, m := range b.members {
		if m.model != nil {
			m.own()
			m.choose(table, overrides)
		}
		if warning := m.describe(b.assembly, b.loci); warning != "" {
			b.warnings = append(b.warnings, warning)
		}
	}
	sortMembers(b.members)
	return nil
}

// sortMembers orders genes by the number of their HGNC id, then symbol.
func sortMembers(members []*member) {
	number := func(m *member) int {
		if !gene.IsID(m.HGNCID) {
			return 1 << 30
		}
		n, err := strconv.Atoi(strings.TrimPrefix(m.HGNCID, "HGNC:"))
		if err != nil {
			return 1 << 30
		}
		return n
	}
	slices.SortStableFunc(members, func(x, y *member) int {
		if a, b := number(x), number(y); a != b {
			return a - b
		}
		return strings.Compare(x.Symbol, y.Symbol)
	})
}

// assess looks how much of the panel has sequence, and fails with every gene
// that lacks some and may not.
func (b *builder) assess(ctx context.Context) error {
	look := &surveyor{seq: b.fasta, flank: b.profile.Coverage.Flank}
	var failed, allow []string
	if b.o.Targets != "" {
		lacking, names, err := b.assessTargets(look)
		if err != nil {
			return err
		}
		failed, allow = lacking, names
	} else {
		for _, m := range b.members {
			if err := ctx.Err(); err != nil {
				return err
			}
			rows, err := look.assess(m)
			if err != nil {
				return err
			}
			b.exons = append(b.exons, rows...)
			why, may := b.verdict(m)
			failed = append(failed, why...)
			if may != "" {
				allow = append(allow, may)
			}
		}
	}
	var lacking []string
	var err error
	if b.hotspots, lacking, err = readHotspots(b.o, b.contigs, b.fasta); err != nil {
		return err
	}
	failed = append(failed, lacking...)
	if err := b.checkAllowed(); err != nil {
		return err
	}
	if len(failed) == 0 {
		return nil
	}
	e := fault.Inputf("", "", "the panel cannot be built whole: %s", strings.Join(failed, "; "))
	if len(allow) > 0 {
		e = e.WithHint("%s builds it with what is there; every report then lists what is not assessed", "--allow-missing "+strings.Join(allow, " --allow-missing "))
	}
	return e
}

// verdict gives what fails the build for a gene, and the name that
// --allow-missing would take.
func (b *builder) verdict(m *member) (failed []string, allow string) {
	name := m.Symbol
	if m.Asked != m.Symbol {
		name += " (" + m.Asked + ")"
	}
	for _, why := range m.broken {
		failed = append(failed, name+": "+why)
	}
	if len(m.lacking) == 0 {
		return failed, ""
	}
	if b.o.allowed(m.names...) {
		for _, why := range m.lacking {
			b.request.messages = append(b.request.messages, name+" is "+string(m.State)+": "+why)
			m.Notes = append(m.Notes, string(m.State)+": "+why)
		}
		return failed, ""
	}
	for _, why := range m.lacking {
		failed = append(failed, name+": "+why)
	}
	return failed, m.Symbol
}

// checkAllowed refuses an --allow-missing that names no gene of the panel: it
// may be a typing error for one that then fails a later build.
func (b *builder) checkAllowed() error {
	known := make(map[string]bool)
	for _, m := range b.members {
		for _, n := range m.names {
			known[strings.ToLower(n)] = true
		}
	}
	for _, t := range b.request.targets {
		known[strings.ToLower(t.Name)] = true
	}
	for _, h := range b.hotspots {
		known[strings.ToLower(h.Gene)], known[strings.ToLower(h.Name)] = true, true
	}
	for _, a := range b.o.AllowMissing {
		if !known[strings.ToLower(a)] {
			return fault.Usagef("--allow-missing %s: the panel has no such gene", a)
		}
	}
	return nil
}

// plan lays out the scan regions. Targets stand as they were given: neither
// padding nor P/LP positions lead out of what the laboratory enriches.
func (b *builder) plan(ctx context.Context) error {
	b.land = &territory{contigs: b.contigs, named: make(map[string][]named)}
	for _, h := range b.hotspots {
		b.land.add(h.Contig, hotspotName(h), interval{h.Pos - hotspotFlank, h.Pos + len(h.Ref) + hotspotFlank})
	}
	if b.o.Targets != "" {
		for _, t := range b.request.targets {
			b.land.add(t.Contig, t.Name, interval{t.Start, t.End})
		}
		return nil
	}
	for _, m := range b.members {
		b.land.addExons(m, b.o.Padding)
	}
	s, on := b.slicer(), byContig(b.members)
	for i := range b.sources {
		if b.sources[i].kind != source.ClinicalSignificance {
			continue
		}
		found, err := s.significant(ctx, &b.sources[i], b.onFASTA(spans(b.members)))
		if err != nil {
			return err
		}
		for contigName, list := range found {
			for _, at := range list {
				if names := geneAt(on[contigName], at); names != "" {
					b.land.add(contigName, names, at)
				}
			}
		}
	}
	return nil
}

func (b *builder) slicer() *slicer {
	return &slicer{seq: b.fasta, contigs: b.contigs, assembly: b.assembly, threads: b.o.Threads, safe: b.o.SafeInflate}
}

// onFASTA leaves out the contigs that the FASTA lacks and cuts what leaves the
// others.
func (b *builder) onFASTA(in map[string][]interval) map[string][]interval {
	out := make(map[string][]interval, len(in))
	for name, list := range in {
		if length, ok := b.contigs.Length(name); ok {
			out[name] = widen(list, 0, length)
		}
	}
	return out
}

// write puts the bundle into a temporary folder beside its place and renames it
// at the end.
func (b *builder) write(ctx context.Context) (*Result, error) {
	parent, base := filepath.Split(filepath.Clean(b.o.Out))
	if parent == "" {
		parent = "."
	}
	if err := os.MkdirAll(parent, dirMode); err != nil {
		return nil, err
	}
	tmp, err := os.MkdirTemp(parent, "."+base+".building-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(tmp)
	if err := os.Chmod(tmp, dirMode); err != nil {
		return nil, err
	}
	manifest, err := b.fill(ctx, tmp)
	if err != nil {
		return nil, err
	}
	text, err := manifest.Encode()
	if err != nil {
		return nil, err
	}
	if err := writeBytes(filepath.Join(tmp, bundle.ManifestFile), text); err != nil {
		return nil, err
	}
	digest, err := bundle.HashFile(filepath.Join(tmp, bundle.ManifestFile))
	if err != nil {
		return nil, err
	}
	if err := place(tmp, b.o.Out); err != nil {
		return nil, err
	}
	return &Result{Dir: b.o.Out, Digest: digest.SHA256, Manifest: manifest, Panel: b.panel, Messages: b.messages()}, nil
}

// place renames the finished folder. An empty folder in the way gives place;
// anything that has come there meanwhile does not.
func place(tmp, out string) error {
	if err := checkOut(out); err != nil {
		return err
	}
	if err := os.Remove(out); err != nil && !os.IsNotExist(err) {
		return err
	}
	return os.Rename(tmp, out)
}

// fill writes every file but the manifest, and gives the manifest.
func (b *builder) fill(ctx context.Context, dir string) (bundle.Manifest, error) {
	regions := b.land.intervals()
	reach := b.land.widened(regions, max(flank, b.o.Padding))
	genes := kept(b.model, b.members, regions)
	if err := b.checkOthers(genes); err != nil {
		return bundle.Manifest{}, err
	}
	genes = b.placed(genes)
	keep := make(map[string][]interval)
	for name, list := range reach {
		keep[name] = append(keep[name], list...)
	}
	for _, g := range genes {
		for _, t := range g.Transcripts {
			for _, e := range t.Exons {
				keep[t.Contig] = append(keep[t.Contig], interval{e.Start, e.End})
			}
		}
	}
	if err := writeReference(ctx, dir, b.fasta, b.onFASTA(keep)); err != nil {
		return bundle.Manifest{}, err
	}
	if err := writeTranscripts(dir, genes); err != nil {
		return bundle.Manifest{}, err
	}
	slices, err := b.writeSources(ctx, dir, reach)
	if err != nil {
		return bundle.Manifest{}, err
	}
	if err := b.writeTables(dir); err != nil {
		return bundle.Manifest{}, err
	}
	m := b.manifest()
	m.Sources = slices
	if m.Inputs, err = hashInputs(ctx, b.o); err != nil {
		return m, err
	}
	m.Files, err = manifestFiles(dir)
	return m, err
}

// placed leaves out genes on contigs that the FASTA lacks, and gives the others
// their HGNC ids.
func (b *builder) placed(genes []*transcript.Gene) []*transcript.Gene {
	var out []*transcript.Gene
	for _, g := range genes {
		if _, ok := b.contigs.Length(g.Contig); !ok {
			continue
		}
		if entry, _, ok := b.join.hgncOf(g); ok && g.HGNCID == "" {
			named := &member{Gene: panel.Gene{HGNCID: entry.HGNCID}, model: g}
			named.own()
			g = named.model
		}
		out = append(out, g)
	}
	return out
}

// checkOthers warns of genes beside the panel's whose model and sequence do not
// agree.
func (b *builder) checkOthers(genes []*transcript.Gene) error {
	own := make(map[string]bool)
	for _, m := range b.members {
		own[m.ModelID] = true
	}
	var bad []string
	for _, g := range genes {
		if own[g.ID] {
			continue
		}
		for _, t := range g.Transcripts {
			found, err := t.Problems(b.fasta)
			if err != nil {
				return err
			}
			for _, p := range found {
				if p.Kind == transcript.PastContigEnd || p.Kind == transcript.InnerStop {
					bad = append(bad, p.Detail)
				}
			}
		}
	}
	if len(bad) > 0 {
		b.warnings = append(b.warnings, fmt.Sprintf("%d transcripts of genes beside the panel do not fit the sequence: %s", len(bad), strings.Join(bad[:min(len(bad), 5)], "; ")))
	}
	return nil
}

func (b *builder) writeSources(ctx context.Context, dir string, reach map[string][]interval) ([]bundle.Source, error) {
	var entries []bundle.Source
	if len(b.sources) > 0 {
		if err := os.Mkdir(filepath.Join(dir, bundle.SourcesDir), dirMode); err != nil {
			return nil, err
		}
	}
	s := b.slicer()
	for i := range b.sources {
		c := &b.sources[i]
		entry, err := s.slice(ctx, c, reach, dir)
		if err != nil {
			return nil, err
		}
		whole, err := bundle.HashFile(c.path)
		if err != nil {
			return nil, err
		}
		entry.SHA256 = whole.SHA256
		entries = append(entries, entry)
	}
	return entries, nil
}

// writeTables writes the small files.
func (b *builder) writeTables(dir string) error {
	b.panel.Genes = nil
	for _, m := range b.members {
		b.panel.Genes = append(b.panel.Genes, m.Gene)
	}
	regions, strs := panelRegions(b.request.panelApp, b.o.MinConfidence, b.assembly, b.contigs)
	b.panel.Regions = append(b.panel.Regions, regions...)
	b.panel.STRs = strs
	text, err := b.panel.Encode()
	if err != nil {
		return err
	}
	sortExons(b.exons, b.contigs)
	var exons []byte
	for _, e := range b.exons {
		exons = bundle.AppendExon(exons, e)
	}
	var spots strings.Builder
	if err := hotspot.Write(&spots, b.hotspots); err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		text []byte
	}{
		{bundle.PanelFile, text}, {bundle.RegionsFile, b.land.bed()}, {bundle.ExonsFile, exons},
		{bundle.HotspotsFile, []byte(spots.String())}, {bundle.ProfileFile, b.profile.TOML},
	} {
		if err := writeBytes(filepath.Join(dir, f.name), f.text); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) manifest() bundle.Manifest {
	m := bundle.Manifest{
		Format: bundle.FormatVersion, Name: b.o.Name, Tool: "varpanel", Version: b.o.Version,
		Test: b.request.test, Panels: b.request.panels, Assembly: b.assembly, From: b.from,
		Padding: b.o.Padding, Flank: max(flank, b.o.Padding), Missing: slices.Sorted(slices.Values(b.o.AllowMissing)), Warnings: b.warnings,
	}
	if m.Name == "" {
		m.Name = b.request.name
	}
	m.Test.Type, m.Test.Profile, m.Test.ProfileVersion = string(b.profile.Type), b.profile.Name, b.profile.Version
	for _, c := range b.contigs.Contigs() {
		m.Contigs = append(m.Contigs, bundle.Contig{Name: c.Name, Length: c.Length, Aliases: c.Aliases})
	}
	return m
}

// messages is what the build prints beside its warnings. Somatic tests have no
// mode of inheritance to miss.
func (b *builder) messages() []string {
	messages := b.request.messages
	unknown := 0
	for _, g := range b.panel.Genes {
		if g.MOI == panel.Unknown {
			unknown++
		}
	}
	if unknown > 0 && !b.profile.Type.Somatic() {
		messages = append(messages, fmt.Sprintf("%d of %d genes have no known mode of inheritance: both models are tried, their rows are capped at tier 2 and flagged moi-unknown", unknown, len(b.panel.Genes)))
	}
	return messages
}
