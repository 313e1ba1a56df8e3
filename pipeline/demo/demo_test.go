package demo

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
	"varpanel/hts/vcf"
	"varpanel/reference/bundle"
)

func unpacked(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "demo")
	if err := Unpack(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

func in(dir, name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }

func TestCases(t *testing.T) {
	want := []string{"rare-disease", "solid-tumour", "haem-myeloid"}
	var types []string
	for _, c := range Cases() {
		types = append(types, c.Type)
		madeUp, nothing := strings.Contains(c.Origin, "; made up: "), strings.HasPrefix(c.Origin, "nothing made up")
		if madeUp == nothing || strings.Contains(c.Origin, "\n") {
			t.Errorf("%s: origin %q does not say in a line what is made up", c.Name, c.Origin)
		}
		if c.Title == "" || strings.Contains(c.Title, "\n") {
			t.Errorf("%s: title %q is no line", c.Name, c.Title)
		}
	}
	if !slices.Equal(types, want) {
		t.Errorf("test types %q, want %q", types, want)
	}
}

// TestBundles holds the unpacked bundles against their own digests and against
// what the cases say.
func TestBundles(t *testing.T) {
	dir := unpacked(t)
	genes := map[string][]string{
		"rare-disease": {"STK11"},
		"solid-tumour": {"BRAF", "CDKN2A", "KRAS", "SDHD", "SMAD4", "STK11", "TP53"},
		"haem-myeloid": {"DNMT3A", "FLT3", "IDH1", "JAK2", "NPM1"},
	}
	for _, c := range Cases() {
		if err := bundle.Verify(in(dir, c.Bundle)); err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
		b, err := bundle.Open(in(dir, c.Bundle), bgzf.Options{})
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
			continue
		}
		m := b.Manifest
		if m.Test.Type != c.Type || m.Test.Profile != c.Type || m.Assembly != "GRCh38" {
			t.Errorf("%s: the bundle is of type %s, profile %s, assembly %s", c.Name, m.Test.Type, m.Test.Profile, m.Assembly)
		}
		var symbols []string
		for _, g := range b.Panel.Genes {
			symbols = append(symbols, g.Symbol)
		}
		slices.Sort(symbols)
		if !slices.Equal(symbols, genes[c.Name]) {
			t.Errorf("%s: genes %q, want %q", c.Name, symbols, genes[c.Name])
		}
		for _, s := range m.Sources {
			if s.Name != "clinvar" && s.Name != "common_snps" {
				t.Errorf("%s: source %s is not among those that may be embedded", c.Name, s.Name)
			}
		}
		if _, err := b.Transcripts(); err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
	}
}

// TestReferenceBases holds every call against the bundle's sequence, where it
// has any there. A made-up call must lie where there is sequence.
func TestReferenceBases(t *testing.T) {
	dir := unpacked(t)
	known := map[string]int{"rare-disease": 6, "solid-tumour": 4, "haem-myeloid": 9}
	for _, c := range Cases() {
		b, err := bundle.Open(in(dir, c.Bundle), bgzf.Options{})
		if err != nil {
			t.Fatal(err)
		}
		ref, err := b.Reference()
		if err != nil {
			t.Fatal(err)
		}
		defer ref.Close()
		compared, calls := 0, 0
		eachCall(t, in(dir, c.VCF), func(r *vcf.Record) {
			calls++
			name, ok := b.Contigs().Resolve(string(r.Chrom()))
			if !ok {
				return
			}
			bases, err := ref.Bases(name, r.Pos(), r.Pos()+len(r.Ref()))
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(bases), "N") {
				return
			}
			compared++
			if string(bases) != string(r.Ref()) {
				t.Errorf("%s: %s:%d has REF %s, the reference %s", c.Name, name, r.Pos()+1, r.Ref(), bases)
			}
		})
		madeUp := !strings.HasPrefix(c.Origin, "nothing made up")
		if compared < known[c.Name] || madeUp && compared != calls {
			t.Errorf("%s: %d of %d calls lie where there is sequence, want %d", c.Name, compared, calls, known[c.Name])
		}
	}
}

func TestHotspotBases(t *testing.T) {
	dir := unpacked(t)
	for _, c := range Cases() {
		b, err := bundle.Open(in(dir, c.Bundle), bgzf.Options{})
		if err != nil {
			t.Fatal(err)
		}
		ref, err := b.Reference()
		if err != nil {
			t.Fatal(err)
		}
		defer ref.Close()
		for _, h := range b.Hotspots {
			bases, err := ref.Bases(h.Contig, h.Pos, h.Pos+len(h.Ref))
			if err != nil || string(bases) != h.Ref {
				t.Errorf("%s: %s has REF %s, the reference %s (%v)", c.Name, h.Name, h.Ref, bases, err)
			}
			if h.Source == "" {
				t.Errorf("%s: %s names no source", c.Name, h.Name)
			}
		}
		if want := c.Type != "rare-disease"; (len(b.Hotspots) > 0) != want {
			t.Errorf("%s: %d hotspots", c.Name, len(b.Hotspots))
		}
	}
}

func eachCall(t *testing.T, name string, do func(*vcf.Record)) {
	t.Helper()
	r, err := vcf.Open(name, bgzf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var rec vcf.Record
	for {
		switch err := r.Read(&rec); {
		case err == nil:
			do(&rec)
		case isEOF(err):
			return
		default:
			t.Fatal(err)
		}
	}
}

// TestSize keeps the binary small: 6 MB is the limit.
func TestSize(t *testing.T) {
	var size int64
	err := fs.WalkDir(data, ".", func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		size += info.Size()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if size == 0 || size >= 6_000_000 {
		t.Errorf("the embedded data is %d bytes, want fewer than 6,000,000", size)
	}
}

// TestLicences looks into every embedded file for the names of sources that may
// not be passed on.
func TestLicences(t *testing.T) {
	dir := unpacked(t)
	forbidden := []string{"vkgl", "cadd", "revel", "dbnsfp", "cancerhotspots", "cancer_hotspots", "hotspot3d", "spliceai", "cosmic", "na12878"}
	seen := 0
	err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasSuffix(name, bundle.ReferenceFile) {
			return err
		}
		seen++
		text := strings.ToLower(string(plain(t, name)))
		for _, f := range forbidden {
			if strings.Contains(text, f) {
				t.Errorf("%s names %s", name, f)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 40 {
		t.Errorf("looked into %d files only", seen)
	}
}

// plain gives a file's bytes, inflated where it is BGZF.
func plain(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bgzf.IsBGZF(b[:min(18, len(b))]) {
		return b
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	return readBGZF(t, f, name)
}

func TestUnpackTwice(t *testing.T) {
	dir := unpacked(t)
	c := Cases()[0]
	report := in(dir, c.Name+"/reports/run.json")
	write := func(name, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	write(report, "kept")
	write(in(dir, "notes.txt"), "kept")
	// What an interrupted or damaged demo leaves.
	write(in(dir, c.VCF), "damaged")
	write(in(dir, c.VCF)+partial, "half")
	if err := Unpack(dir); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{report, in(dir, "notes.txt")} {
		if b, err := os.ReadFile(name); err != nil || string(b) != "kept" {
			t.Errorf("%s is %q (%v)", name, b, err)
		}
	}
	calls := 0
	eachCall(t, in(dir, c.VCF), func(*vcf.Record) { calls++ })
	if calls != 6 {
		t.Errorf("%d calls after unpacking again, want 6", calls)
	}
	if _, err := os.Stat(in(dir, c.VCF) + partial); err == nil {
		t.Error("a partial file is left")
	}
}

// TestIndexesNotOlder: run refuses an index that is older than its data.
func TestIndexesNotOlder(t *testing.T) {
	dir := unpacked(t)
	pairs := map[string]string{}
	for _, c := range Cases() {
		pairs[c.VCF] = c.VCF + ".tbi"
		if c.BAM != "" {
			pairs[c.BAM] = c.BAM + ".bai"
		}
	}
	for of, index := range pairs {
		d, err := os.Stat(in(dir, of))
		if err != nil {
			t.Fatal(err)
		}
		x, err := os.Stat(in(dir, index))
		if err != nil {
			t.Fatal(err)
		}
		if x.ModTime().Before(d.ModTime()) {
			t.Errorf("%s is older than its data", index)
		}
		if x.Mode().Perm() != 0o640 || d.Mode().Perm() != 0o640 {
			t.Errorf("%s has mode %v, its index %v; want 0640", of, d.Mode(), x.Mode())
		}
	}
}

func TestInTheWay(t *testing.T) {
	tests := []struct {
		name string
		put  func(dir string) error // into a folder with unpacked cases
	}{
		{"a foreign bundle", func(dir string) error {
			return os.Remove(filepath.Join(dir, "solid-tumour", markFile))
		}},
		{"a foreign mark", func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "solid-tumour", markFile), []byte("mine\n"), 0o640)
		}},
		{"a file of the case's name", func(dir string) error {
			name := filepath.Join(dir, "haem-myeloid")
			if err := os.RemoveAll(name); err != nil {
				return err
			}
			return os.WriteFile(name, nil, 0o640)
		}},
		{"a foreign file in the bundle", func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "haem-myeloid", "bundle", "mine.bed"), nil, 0o640)
		}},
		{"a foreign folder in the inputs", func(dir string) error {
			return os.Mkdir(filepath.Join(dir, "haem-myeloid", "inputs", "mine"), 0o750)
		}},
		{"a folder for a file", func(dir string) error {
			name := filepath.Join(dir, "haem-myeloid", "bundle", "bundle.json")
			if err := os.Remove(name); err != nil {
				return err
			}
			return os.Mkdir(name, 0o750)
		}},
		{"a link for a case", func(dir string) error {
			if err := os.Rename(filepath.Join(dir, "haem-myeloid"), filepath.Join(dir, "elsewhere")); err != nil {
				return err
			}
			return os.Symlink("elsewhere", filepath.Join(dir, "haem-myeloid"))
		}},
		{"a link for the mark under way", func(dir string) error {
			return os.Symlink("../notes.txt", filepath.Join(dir, "rare-disease", markFile+partial))
		}},
		{"a link for a file", func(dir string) error {
			name := filepath.Join(dir, "rare-disease", "bundle", "bundle.json")
			if err := os.Rename(name, filepath.Join(dir, "mine.json")); err != nil {
				return err
			}
			return os.Symlink("../../mine.json", name)
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := unpacked(t)
			if err := tt.put(dir); err != nil {
				t.Fatal(err)
			}
			// Nothing may be written, not even into cases that are free.
			canary := in(dir, Cases()[0].VCF)
			if err := os.WriteFile(canary, []byte("as it was"), 0o640); err != nil {
				t.Fatal(err)
			}
			err := Unpack(dir)
			if fault.KindOf(err) != fault.Usage || !strings.Contains(err.Error(), "in the way") || fault.HintOf(err) == "" {
				t.Fatalf("got %v, want a usage fault that says what is in the way", err)
			}
			if b, err := os.ReadFile(canary); err != nil || string(b) != "as it was" {
				t.Errorf("files were written all the same (%v)", err)
			}
		})
	}
}

// TestUnpackIntoEmpty: a case's folder that is empty is no hindrance.
func TestUnpackIntoEmpty(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "rare-disease"), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := Unpack(dir); err != nil {
		t.Fatal(err)
	}
	for _, c := range Cases() {
		b, err := os.ReadFile(filepath.Join(dir, c.Name, markFile))
		if err != nil || !strings.Contains(string(b), "Origin of this case: "+c.Origin+"\n") {
			t.Errorf("%s: %s is %q (%v)", c.Name, markFile, b, err)
		}
	}
}
