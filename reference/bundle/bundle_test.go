package bundle

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
	"varpanel/reference/hotspot"
	"varpanel/reference/panel"
)

const (
	exonsText    = "chr17\t43045677\t43045802\tBRCA1\tNM_007294.4\t23\tHGNC:1100\tassessed\nchr9\t1\t5\ttarget\t.\t1\t.\tnot assessed\n"
	hotspotsText = "name\tgene\tcontig\tpos\tref\talt\thgvs_p\tsource\nJAK2 V617F\tJAK2\tchr9\t5073770\tG\tT\t.\t.\n"
)

// handMade writes a bundle of small files by hand and gives its folder.
func handMade(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	p := panel.Panel{Genes: []panel.Gene{{HGNCID: "HGNC:1100", Symbol: "BRCA1", State: panel.Assessed, MOI: panel.Unknown}}}
	text, err := p.Encode()
	if err != nil {
		t.Fatal(err)
	}
	m := Manifest{
		Format: FormatVersion, Name: "a <test> & more", Tool: "varpanel", Version: "1", Assembly: "GRCh38", From: "contig-lengths",
		Contigs: []Contig{{Name: "chr9", Length: 138394717, Aliases: []string{"9"}}, {Name: "chr17", Length: 83257441}},
	}
	for name, text := range map[string]string{
		PanelFile: string(text), RegionsFile: "chr9\t5073764\t5073775\tJAK2\nchr17\t43044294\t43045822\tBRCA1\n",
		ExonsFile: exonsText, HotspotsFile: hotspotsText, ProfileFile: "name = \"x\"\n", "sources/a.vcf.gz": "not read here",
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := HashFile(path)
		if err != nil {
			t.Fatal(err)
		}
		f.Path = name
		m.Files = append(m.Files, f)
	}
	encoded, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, ManifestFile), encoded, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestOpen(t *testing.T) {
	dir := handMade(t)
	b, err := Open(dir, bgzf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	exons := []Exon{
		{Gene: "BRCA1", HGNCID: "HGNC:1100", Transcript: "NM_007294.4", Number: 23, Contig: "chr17", Start: 43045677, End: 43045802, State: panel.Assessed},
		{Gene: "target", Number: 1, Contig: "chr9", Start: 1, End: 5, State: panel.NotAssessed},
	}
	if d := cmp.Diff(b.Exons, exons); d != "" {
		t.Error(d)
	}
	spots := []hotspot.Row{{Name: "JAK2 V617F", Gene: "JAK2", Contig: "chr9", Pos: 5073769, Ref: "G", Alt: "T"}}
	if d := cmp.Diff(b.Hotspots, spots); d != "" {
		t.Error(d)
	}
	if len(b.Regions) != 2 || b.Regions[1].Start != 43044294 || b.Panel.Genes[0].Symbol != "BRCA1" || string(b.ProfileTOML) != "name = \"x\"\n" {
		t.Errorf("%+v", b)
	}
	manifest, err := os.ReadFile(filepath.Join(dir, ManifestFile))
	if err != nil || b.Digest != digestOf(manifest) {
		t.Errorf("digest %s, %v", b.Digest, err)
	}
	for _, alias := range []string{"9", "chr9", "NC_000009.12"} {
		if name, ok := b.Contigs().Resolve(alias); !ok || name != "chr9" {
			t.Errorf("%s is %q", alias, name)
		}
	}
	if err := Verify(dir); err != nil {
		t.Error(err)
	}
}

// TestEveryByteCounts changes each byte of each file in turn, the manifest's
// too: Open and Verify name the file.
func TestEveryByteCounts(t *testing.T) {
	dir := handMade(t)
	for _, name := range []string{ManifestFile, PanelFile, RegionsFile, ExonsFile, HotspotsFile, ProfileFile, "sources/a.vcf.gz"} {
		path := filepath.Join(dir, name)
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for i := range whole {
			whole[i] ^= 1
			if err := os.WriteFile(path, whole, 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := Open(dir, bgzf.Options{}); fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), name) {
				t.Fatalf("%s, byte %d: Open gives %v", name, i, err)
			}
			if i%16 == 0 { // Verify takes the same path for each
				if err := Verify(dir); fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), name) {
					t.Fatalf("%s, byte %d: Verify gives %v", name, i, err)
				}
			}
			whole[i] ^= 1
		}
		if err := os.WriteFile(path, whole[:len(whole)-1], 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(dir, bgzf.Options{}); fault.KindOf(err) != fault.Input {
			t.Errorf("%s, shortened: %v", name, err)
		}
		if err := os.WriteFile(path, whole, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Open(dir, bgzf.Options{}); err != nil {
		t.Error(err)
	}
}

func TestFilesThatAreMissing(t *testing.T) {
	if _, err := Open(filepath.Join(t.TempDir(), "nowhere"), bgzf.Options{}); fault.KindOf(err) != fault.Input {
		t.Errorf("no folder: %v", err)
	}
	dir := handMade(t)
	for _, name := range []string{"sources/a.vcf.gz", ExonsFile} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Open(dir, bgzf.Options{}); fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "missing") {
		t.Errorf("Open: %v", err)
	}
	err := Verify(dir)
	if fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), ExonsFile+": missing") || !strings.Contains(err.Error(), "sources/a.vcf.gz: missing") {
		t.Errorf("Verify: %v", err)
	}
}

// TestManifestsOfOthers: a manifest with a right digest of its own may still be
// another version's, or lead out of the folder.
func TestManifestsOfOthers(t *testing.T) {
	for want, change := range map[string]func(*Manifest){
		"this build reads": func(m *Manifest) { m.Format = 99 },
		"leads out":        func(m *Manifest) { m.Files = append(m.Files, File{Path: "../x"}) },
		"not listed":       func(m *Manifest) { m.Files = m.Files[:1] },
		"both called":      func(m *Manifest) { m.Contigs[1].Aliases = []string{"9"} },
	} {
		dir := handMade(t)
		b := &Bundle{Dir: dir}
		if _, err := b.readManifest(); err != nil {
			t.Fatal(err)
		}
		change(&b.Manifest)
		text, err := b.Manifest.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, ManifestFile), text, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(dir, bgzf.Options{}); fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", want, err)
		}
	}
}

func TestExonRows(t *testing.T) {
	rows, err := ReadExons(exonsText, "exons.bed")
	if err != nil {
		t.Fatal(err)
	}
	var again []byte
	for _, e := range rows {
		again = AppendExon(again, e)
	}
	if string(again) != exonsText {
		t.Errorf("written back as %q", again)
	}
	for text, want := range map[string]string{
		"a\t1\t2\n":                              "3 columns",
		"a\tx\t2\tg\tt\t1\th\tassessed\n":        "start",
		"a\t1\t2\tg\tt\t-1\th\tassessed\n":       "exon",
		"a\t2\t2\tg\tt\t1\th\tassessed\n":        "ends before",
		"a\t1\t2\tg\tt\t1\th\tassessed?\n":       "state",
		exonsText + "\n":                         "line 3",
		"a\t1\t2\tg\tt\t1\th\tassessed\textra\n": "9 columns",
	} {
		if _, err := ReadExons(text, "exons.bed"); fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func FuzzDecodeManifest(f *testing.F) {
	text, err := Manifest{Format: FormatVersion, Files: []File{{Path: PanelFile, Size: 1}}}.Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := decodeManifest(text, "x")
		if err != nil {
			return
		}
		if again, err := m.Encode(); err != nil || len(again) == 0 {
			t.Errorf("%+v: %v", m, err)
		}
	})
}

func FuzzReadExons(f *testing.F) {
	f.Add(exonsText)
	f.Fuzz(func(t *testing.T, text string) {
		rows, err := ReadExons(text, "x")
		if err != nil {
			return
		}
		var b []byte
		for _, e := range rows {
			b = AppendExon(b, e)
		}
		if again, err := ReadExons(string(b), "x"); err != nil || cmp.Diff(again, rows) != "" {
			t.Errorf("%+v is read back as %+v, %v", rows, again, err)
		}
	})
}
