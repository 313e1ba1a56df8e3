package profile

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"varpanel/hts/fault"
	"varpanel/reference/panel"
)

func load(t *testing.T, name string) *Profile {
	t.Helper()
	p, err := Load(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestBuiltIn(t *testing.T) {
	for _, name := range Names() {
		p := load(t, name)
		if p.Name != name || string(p.Type) != name {
			t.Errorf("%s: name %q, type %q", name, p.Name, p.Type)
		}
		if len(p.SHA256) != 64 || len(p.TOML) == 0 {
			t.Errorf("%s: no text or digest", name)
		}
		again, err := Parse(name, p.TOML)
		if err != nil || again.SHA256 != p.SHA256 {
			t.Errorf("%s: its own text does not parse to itself: %v", name, err)
		}
	}
}

// TestNumbers holds the built-in thresholds against the domain facts.
func TestNumbers(t *testing.T) {
	r := load(t, "rare-disease")
	s := load(t, "solid-tumour")
	m := load(t, "haem-myeloid")
	l := load(t, "haem-lymphoid")
	tests := []struct {
		what      string
		got, want float64
	}{
		// rare-disease.md 2.1.1 and 2.1.3
		{"dominant AF", r.Rules.Frequency.Dominant, 0.001},
		{"recessive AF", r.Rules.Frequency.Recessive, 0.01},
		{"gate's depth", float64(r.Coverage.PassDepth), 20},
		{"gate's percent", float64(r.Coverage.PassPercent), 95},
		{"rescue stars", float64(r.Rescue.ClinVarStars), 1},
		// solid-cancer.md 2.2.1
		{"solid AF", s.Rules.Frequency.Somatic, 0.01},
		{"solid VAF", s.Rules.VAF.Min, 0.05},
		{"solid depth", float64(s.Rules.Depth.Min), 100},
		{"solid tier II stars", float64(s.Tiers.TierIIStars), 2},
		{"solid tier IV AF", s.Tiers.TierIVAF, 0.01},
		// haem.md 2.3.1
		{"myeloid AF", m.Rules.Frequency.Somatic, 0.002},
		{"myeloid VAF", m.Rules.VAF.Min, 0.03},
		{"myeloid depth", float64(m.Rules.Depth.Min), 99},
		{"myeloid reads", float64(m.Rules.AltReads.Min), 10},
		{"myeloid cut-off", float64(m.Coverage.PassDepth), 250},
		{"lymphoid VAF", l.Rules.VAF.Min, 0.03},
		{"lymphoid depth", float64(l.Rules.Depth.Min), 100},
		{"mosdepth's flags", float64(r.Coverage.ExcludeFlags), 1796},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("%s: %v, want %v", tt.what, tt.got, tt.want)
		}
	}
	if !s.Rescue.HotspotFilters || r.Rescue.HotspotFilters || m.Rescue.HotspotFilters {
		t.Error("a hotspot overrides FILTER in solid tumours alone")
	}
	if !slices.Equal(s.Coverage.Thresholds, []int{50, 100, 150, 250}) ||
		!slices.Equal(m.Coverage.Thresholds, []int{100, 250, 500, 1000, 1500}) {
		t.Error("thresholds differ from East GLH's")
	}
}

func TestStatements(t *testing.T) {
	order := []string{"rescue", "artefact-list", "filter-fail", "frequency", "consequence", "depth", "vaf", "alt-reads",
		"outside-transcripts", "reference-unknown", "symbolic", "tiers", "coverage-gate", "hotspot-depth"}
	for _, name := range Names() {
		var ids []string
		for _, s := range load(t, name).Statements() {
			ids = append(ids, s.ID)
			if s.Version == "" || s.Text == "" || s.Source == "" || s.Missing == "" {
				t.Errorf("%s: %s says too little: %+v", name, s.ID, s)
			}
		}
		if !slices.Equal(ids, order) {
			t.Errorf("%s: %v", name, ids)
		}
	}
}

// TestRefused: each edit of a built-in profile is refused as a wrong request,
// with what is wrong and, for a key, the nearest known one.
func TestRefused(t *testing.T) {
	tests := []struct {
		name, profile, old, new string
		says                    []string
		hint                    string
	}{
		{"top key", "rare-disease", "title   =", "titel =", []string{"line", "titel"}, "nearest is title"},
		{"key of a rule", "rare-disease", "recessive     = 0.01\nmitochondrial = 0.01\n\n# GEL", "recesive = 0.01\nmitochondrial = 0.01\n\n# GEL",
			[]string{"rules.frequency.recesive"}, "nearest is recessive"},
		{"rule", "rare-disease", "[rules.vaf]", "[rules.vaff]", []string{"rules.vaff"}, "nearest is vaf"},
		{"key in a list", "solid-tumour", "hgnc_id ", "hgncid ", []string{"hgncid"}, "nearest is hgnc_id"},
		{"kind of value", "rare-disease", "pass_depth          = 20", `pass_depth = "20"`, []string{"line", "pass_depth"}, ""},
		{"not TOML", "rare-disease", "[coverage]", "[coverage", []string{"line"}, ""},
		{"type", "rare-disease", `type    = "rare-disease"`, `type = "rare-diseases"`, []string{"rare-diseases", "nearest is rare-disease"}, ""},
		{"no version", "rare-disease", `version = "1.0.0"` + "\ntype", "type", []string{"version is missing"}, ""},
		{"no source of a rule", "rare-disease", `source  = "GEL criterion 8; East GLH exclude list"`, "", []string{"artefact-list.source"}, ""},
		{"no meaning of missing", "rare-disease", `recommends"` + "\n" + `missing = "not-assessable"`, `recommends"`, []string{"rules.vaf.missing"}, ""},
		{"another meaning", "rare-disease", `recommends"` + "\n" + `missing = "not-assessable"`, `recommends"` + "\n" + `missing = "zero"`, []string{"zero"}, ""},
		{"pass depth without a column", "rare-disease", "pass_depth          = 20", "pass_depth = 25", []string{"25"}, ""},
		{"thresholds", "rare-disease", "[10, 20, 30, 50, 100]", "[20, 10]", []string{"thresholds"}, ""},
		{"percent", "rare-disease", "pass_percent        = 95", "pass_percent = 101", []string{"101"}, ""},
		{"base quality", "rare-disease", "min_base_quality    = 0", "min_base_quality = 94", []string{"min_base_quality", "94"}, ""},
		{"flags that nothing passes", "rare-disease", "include_flags       = 0", "include_flags = 1024", []string{"include_flags", "no read"}, ""},
		{"flags beyond SAM's", "rare-disease", "include_flags       = 0", "include_flags = 70000", []string{"include_flags"}, ""},
		{"deletions as a word", "rare-disease", "count_deletions     = false", `count_deletions = "yes"`, []string{"count_deletions"}, ""},
		{"VAF in percent", "solid-tumour", "min           = 0.05", "min = 5.0", []string{"fractions"}, ""},
		{"zero reads", "rare-disease", "missing = \"not-assessable\"\nmin     = 1\n", "missing = \"not-assessable\"\nmin = 0\n", []string{"alt-reads.min"}, ""},
		{"frequency in percent", "solid-tumour", "somatic  = 0.01", "somatic = 1.5", []string{"frequency.somatic"}, ""},
		{"a limit of another type", "solid-tumour", "somatic  = 0.01", "somatic = 0.01\ndominant = 0.001", []string{"dominant"}, ""},
		{"frequency field", "solid-tumour", `["af"]`, `["aff"]`, []string{"aff", "nearest is af"}, ""},
		{"at the limit", "solid-tumour", `at_limit = "kept"`, `at_limit = "keep"`, []string{"at_limit"}, ""},
		{"term", "rare-disease", `"synonymous_variant", "intron_variant", "upstream`, `"synonymous", "intron_variant", "upstream`,
			[]string{`"synonymous"`}, ""},
		{"term of a tier", "rare-disease", `"stop_gained",` + "\n" + `  "frameshift_variant", "start_lost",`, `"nonsense",`, []string{"nonsense"}, ""},
		{"place", "rare-disease", `["FORMAT/AD"]`, `["AD"]`, []string{"caller.allele_depth", "AD"}, ""},
		{"tier II without a warning", "solid-tumour", `confirm           = "for confirmation by a clinical scientist"`, "", []string{"confirm"}, ""},
		{"stars", "solid-tumour", "tier_ii_min_stars = 2", "tier_ii_min_stars = 5", []string{"tier_ii_min_stars"}, ""},
		{"no symbolic rule", "rare-disease", "[rules.symbolic]\nversion = \"1.0.0\"\nsource  = \"this test reads sequence alleles\"\nmissing = \"fail\"\n",
			"", []string{"rules.symbolic"}, ""},
	}
	for _, tt := range tests {
		text := string(load(t, tt.profile).TOML)
		edited := strings.Replace(text, tt.old, tt.new, 1)
		if edited == text {
			t.Errorf("%s: nothing was replaced", tt.name)
			continue
		}
		_, err := Parse("my.toml", []byte(edited))
		if fault.KindOf(err) != fault.Usage {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		for _, s := range append(tt.says, "my.toml") {
			if !strings.Contains(err.Error(), s) {
				t.Errorf("%s: %q does not say %q", tt.name, err, s)
			}
		}
		if !strings.Contains(fault.HintOf(err), tt.hint) {
			t.Errorf("%s: hint %q, want %q", tt.name, fault.HintOf(err), tt.hint)
		}
	}
}

func TestLoadFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "strict.toml")
	text := strings.Replace(string(load(t, "rare-disease").TOML), "pass_depth          = 20", "pass_depth = 30", 1)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if p := load(t, path); p.Coverage.PassDepth != 30 {
		t.Errorf("pass depth %d", p.Coverage.PassDepth)
	}
	for _, bad := range []string{"rare-diseas", dir, filepath.Join(dir, "none.toml")} {
		if _, err := Load(bad); fault.KindOf(err) != fault.Usage {
			t.Errorf("%s: %v", bad, err)
		}
	}
	if _, err := Load("rare-diseas"); !strings.Contains(fault.HintOf(err), "nearest is rare-disease") {
		t.Errorf("hint %q", fault.HintOf(err))
	}
}

func TestClassOf(t *testing.T) {
	tests := map[panel.MOI]Class{
		panel.Monoallelic: Dominant, panel.MonoallelicNotImprinted: Dominant, panel.MonoallelicMaternallyImprinted: Dominant,
		panel.MonoallelicPaternallyImprinted: Dominant, panel.XLinkedMonoallelic: Dominant,
		panel.Biallelic: Recessive, panel.Both: Recessive, panel.BothMoreSevereBiallelic: Recessive,
		panel.XLinkedBiallelic: Recessive, panel.Unknown: Recessive, "": Recessive, "something new": Recessive,
		panel.Mitochondrial: Mitochondrial,
	}
	for m, want := range tests {
		if got := ClassOf(m); got != want {
			t.Errorf("%q: %s, want %s", m, got, want)
		}
	}
}

func TestNearest(t *testing.T) {
	known := []string{"gnomad_exomes", "gnomad_genomes", "clinvar"}
	for in, want := range map[string]string{"gnomad_exome": "gnomad_exomes", "ClinVar": "clinvar", "qqq": "", "": ""} {
		if got := Nearest(in, known); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range Names() {
		text, err := builtIn.ReadFile(name + ".toml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte("a = 1"))
	f.Add([]byte("[rules]\nfrequency = 3"))
	f.Add([]byte("[[rules.frequency.relaxed]]\nx = 1"))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := Parse("fuzz", text)
		if err != nil && fault.KindOf(err) != fault.Usage {
			t.Fatalf("an error of another kind: %v", err)
		}
		if err == nil && len(p.Statements()) == 0 {
			t.Fatal("a profile that states nothing")
		}
	})
}
