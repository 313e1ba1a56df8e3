package bundle

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/sync/errgroup"

	"varpanel/hts/bed"
	"varpanel/hts/bgzf"
	"varpanel/hts/fasta"
	"varpanel/hts/fault"
	"varpanel/reference/contig"
	"varpanel/reference/hotspot"
	"varpanel/reference/panel"
	"varpanel/reference/transcript"
)

// hashedWhole is the size up to which a run hashes a file of the bundle. Of
// larger ones size and index are checked, and each block's CRC as it is read.
const hashedWhole = 4 << 20

// maxManifest bounds bundle.json: thousands of contigs and sources are far
// below.
const maxManifest = 64 << 20

// Bundle is an open bundle. It is read-only and safe for concurrent use.
type Bundle struct {
	Dir         string
	Manifest    Manifest
	Panel       panel.Panel
	Hotspots    []hotspot.Row
	Regions     []bed.Record // merged, sorted by contig as in the manifest
	Exons       []Exon
	Digest      string // SHA-256 of bundle.json
	ProfileTOML []byte

	contigs *contig.Set
	blocks  bgzf.Options // how its files are unpacked
}

// Open reads a bundle. It checks size and SHA-256 of every file up to 4 MB and
// of every index, and the size of larger files; anything that is not as the
// manifest says is a fault.Input. Sequence, transcripts and sources are opened
// by their own calls, and unpacked as o says; the name in o is not used.
func Open(dir string, o bgzf.Options) (*Bundle, error) {
	b := &Bundle{Dir: dir, blocks: o}
	text, err := b.readManifest()
	if err != nil {
		return nil, err
	}
	b.Digest = digestOf(text)
	files, err := b.checkAll()
	if err != nil {
		return nil, err
	}
	if err := b.parse(files); err != nil {
		return nil, err
	}
	contigs := make([]contig.Contig, len(b.Manifest.Contigs))
	for i, c := range b.Manifest.Contigs {
		contigs[i] = contig.Contig{Name: c.Name, Length: c.Length, Aliases: c.Aliases}
	}
	b.contigs, err = contig.NewSet(contigs)
	if err != nil {
		return nil, fault.Inputf(b.path(ManifestFile), "contigs", "%v", err).WithCause(err)
	}
	return b, nil
}

func (b *Bundle) path(name string) string { return filepath.Join(b.Dir, filepath.FromSlash(name)) }

func (b *Bundle) readManifest() ([]byte, error) {
	name := b.path(ManifestFile)
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Inputf(b.Dir, "", "no bundle: it has no %s", ManifestFile).
			WithHint("varpanel panel build writes a bundle").WithCause(err)
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxManifest+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxManifest {
		return nil, changed(name, "it is larger than any manifest")
	}
	if b.Manifest, err = decodeManifest(text, name); err != nil {
		return nil, err
	}
	for _, f := range b.Manifest.Files {
		if !filepath.IsLocal(filepath.FromSlash(f.Path)) {
			return nil, fault.Inputf(name, "files", "%q leads out of the bundle", f.Path)
		}
	}
	return text, nil
}

// checkAll compares every file with the manifest and gives the content of those
// that Open parses. Of several changed files the first by path is named.
func (b *Bundle) checkAll() (map[string][]byte, error) {
	texts := make([][]byte, len(b.Manifest.Files))
	errs := make([]error, len(b.Manifest.Files))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, f := range b.Manifest.Files {
		group.Go(func() error {
			texts[i], errs[i] = b.check(f)
			return nil
		})
	}
	group.Wait() // no goroutine gives an error: they are in errs
	keep := make(map[string][]byte)
	for i, f := range b.Manifest.Files {
		if errs[i] != nil {
			return nil, errs[i]
		}
		if parsed(f.Path) {
			keep[f.Path] = texts[i]
		}
	}
	return keep, nil
}

// check compares a file with the manifest and gives its content where that was
// read.
func (b *Bundle) check(f File) ([]byte, error) {
	name := b.path(f.Path)
	st, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, changed(name, "the file is missing")
	}
	if err != nil {
		return nil, err
	}
	if st.Size() != f.Size {
		return nil, changed(name, sizes(st.Size(), f.Size))
	}
	if f.Size > hashedWhole && !isIndex(f.Path) && !parsed(f.Path) {
		return nil, nil
	}
	var text []byte
	var got string
	if parsed(f.Path) {
		text, err = os.ReadFile(name)
		got = digestOf(text)
	} else {
		var hashed File
		hashed, err = HashFile(name)
		got = hashed.SHA256
	}
	switch {
	case err != nil:
		return nil, err
	case got != f.SHA256:
		return nil, changed(name, "SHA-256 "+got+", "+ManifestFile+" says "+f.SHA256)
	}
	return text, nil
}

func isIndex(name string) bool {
	switch path.Ext(name) {
	case ".fai", ".gzi", ".tbi", ".csi":
		return true
	}
	return false
}

// parsed tells whether Open reads the file's content.
func parsed(name string) bool {
	switch name {
	case PanelFile, RegionsFile, ExonsFile, HotspotsFile, ProfileFile:
		return true
	}
	return false
}

func (b *Bundle) parse(files map[string][]byte) error {
	for _, name := range []string{PanelFile, RegionsFile, ExonsFile, HotspotsFile, ProfileFile} {
		if _, ok := files[name]; !ok {
			return fault.Inputf(b.path(ManifestFile), "files", "%s is not listed", name)
		}
	}
	var group errgroup.Group
	group.Go(func() error {
		p, err := panel.Decode(files[PanelFile], b.path(PanelFile))
		if err == nil {
			b.Panel = *p
		}
		return err
	})
	group.Go(func() (err error) {
		b.Regions, err = bed.ReadText(string(files[RegionsFile]), b.path(RegionsFile))
		return err
	})
	group.Go(func() (err error) {
		b.Exons, err = ReadExons(string(files[ExonsFile]), b.path(ExonsFile))
		return err
	})
	group.Go(func() (err error) {
		b.Hotspots, err = hotspot.Read(bytes.NewReader(files[HotspotsFile]), b.path(HotspotsFile))
		return err
	})
	b.ProfileTOML = files[ProfileFile]
	return group.Wait()
}

// Contigs gives the bundle's contigs under all their names.
func (b *Bundle) Contigs() *contig.Set { return b.contigs }

// Reference opens the bundle's sequence. The caller closes it.
func (b *Bundle) Reference() (*fasta.File, error) { return fasta.Open(b.path(ReferenceFile), b.blocks) }

// Transcripts reads the bundle's gene model.
func (b *Bundle) Transcripts() (*transcript.Model, error) {
	name := b.path(TranscriptsFile)
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	o := b.blocks
	o.Name = name
	r, err := bgzf.NewReader(f, o)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return transcript.ReadGFF3(r, name)
}

// SourcePath gives the path of a source's slice.
func (b *Bundle) SourcePath(s Source) string { return b.path(s.File) }

// Verify hashes every file of a bundle. The error names each file that is
// missing or is not what the build wrote.
func Verify(dir string) error {
	b := &Bundle{Dir: dir}
	if _, err := b.readManifest(); err != nil {
		return err
	}
	var bad []string
	for _, f := range b.Manifest.Files {
		how, err := b.difference(f)
		if err != nil {
			return err
		}
		if how != "" {
			bad = append(bad, f.Path+": "+how)
		}
	}
	if len(bad) == 0 {
		return nil
	}
	return fault.Inputf(dir, "", "the bundle was changed after it was built: %s", strings.Join(bad, "; ")).
		WithHint("build the bundle again or take it from its archive")
}

// difference says how a file is not what the manifest says, or "".
func (b *Bundle) difference(f File) (string, error) {
	got, err := HashFile(b.path(f.Path))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "missing", nil
	case err != nil:
		return "", err
	case got.Size != f.Size:
		return sizes(got.Size, f.Size), nil
	case got.SHA256 != f.SHA256:
		return "SHA-256 " + got.SHA256 + ", " + ManifestFile + " says " + f.SHA256, nil
	}
	return "", nil
}
