package index

import (
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"varpanel/hts/fault"
	"varpanel/internal/testkit"
)

func in(names ...string) func(string) bool {
	return func(s string) bool { return slices.Contains(names, s) }
}

func TestParseRegion(t *testing.T) {
	const end = math.MaxInt
	known := in("1", "1:1", "1:1-1", "chr7", "HLA-A*01:01:01:01")
	for _, tt := range []struct {
		text string
		lone Lone
		want Region
	}{
		{"chr7", ToEnd, Region{"chr7", 0, end}},
		{"chr7:140,753,336-140,753,337", ToEnd, Region{"chr7", 140753335, 140753337}},
		{"chr7:1-1", ToEnd, Region{"chr7", 0, 1}},
		{"chr7:5", ToEnd, Region{"chr7", 4, end}},
		{"chr7:5", OneBase, Region{"chr7", 4, 5}},
		{"chr7:5-", OneBase, Region{"chr7", 4, end}},
		{"chr7:-5", OneBase, Region{"chr7", 0, 5}},
		{"chr7:1k-1.25M", ToEnd, Region{"chr7", 999, 1250000}},
		{"chr7:2e6-1G", ToEnd, Region{"chr7", 1999999, 1000000000}},
		{"chr7:0.5e1-1.0", ToEnd, Region{}},
		{"{1:1}", ToEnd, Region{"1:1", 0, end}},
		{"{1:1}:2-3", ToEnd, Region{"1:1", 1, 3}},
		{"1:1-2", ToEnd, Region{"1", 0, 2}},
		{"1:1:7-9", ToEnd, Region{"1:1", 6, 9}},
		{"HLA-A*01:01:01:01", ToEnd, Region{"HLA-A*01:01:01:01", 0, end}},
		{"HLA-A*01:01:01:01:3-4", ToEnd, Region{"HLA-A*01:01:01:01", 2, 4}},
		{"absent:7-9", ToEnd, Region{"absent", 6, 9}},
		{"absent:x", ToEnd, Region{"absent:x", 0, end}},
		{"1:1", ToEnd, Region{}}, {"1:1-1", ToEnd, Region{}}, {"", ToEnd, Region{}}, {"{}", ToEnd, Region{}},
		{"{1:1", ToEnd, Region{}}, {"{1:1}x", ToEnd, Region{}}, {"{1:1},1", ToEnd, Region{}}, {"chr7:", ToEnd, Region{}}, {"chr7:0-5", ToEnd, Region{}},
		{"chr7:9-5", ToEnd, Region{}}, {"chr7:--5", ToEnd, Region{}}, {"chr7:5x", ToEnd, Region{}}, {"chr7:1.5", ToEnd, Region{}},
		{"chr7:1e-3", ToEnd, Region{}}, {"chr7:1e99", ToEnd, Region{}}, {"chr7:99999999999999999999", ToEnd, Region{}}, {"chr7:,", ToEnd, Region{}},
	} {
		got, err := ParseRegion(tt.text, known, tt.lone)
		if tt.want.Contig == "" {
			if fault.KindOf(err) != fault.Usage || fault.HintOf(err) == "" {
				t.Errorf("%q: %+v, %v", tt.text, got, err)
			}
			continue
		}
		if err != nil || got != tt.want {
			t.Errorf("%q: %+v, %v; want %+v", tt.text, got, err, tt.want)
		}
	}
	if got, err := ParseRegion("a:b:5-6", nil, ToEnd); err != nil || got != (Region{"a:b", 4, 6}) {
		t.Errorf("no contig known: %+v, %v", got, err)
	}
}

func TestParseRegions(t *testing.T) {
	known := in("1", "1:1", "a,b")
	got, err := ParseRegions("1:5,{a,b}:7-9,{1:1},2,1:3-4", known, OneBase)
	want := []Region{{"1", 4, 5}, {"a,b", 6, 9}, {"1:1", 0, math.MaxInt}, {"2", 0, math.MaxInt}, {"1", 2, 4}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
	for _, bad := range []string{"", "1,", ",1", "{1", "1:5,{1}x", "1:1", "1:7-x"} {
		if got, err := ParseRegions(bad, known, OneBase); fault.KindOf(err) != fault.Usage {
			t.Errorf("%q: %+v, %v", bad, got, err)
		}
	}
}

// The peer's unit test of region strings, against its header.
func TestParseRegionConformance(t *testing.T) {
	dir := testkit.Shared(t, "conformance/htslib/regions")
	known := in("chr1", "chr1:100", "chr1:100-200", "chr2:100-200", "chr3", "chr1,chr3")
	rows := testkit.Table(t, filepath.Join(dir, "parse_region.tsv"))
	matched := 0
	for _, row := range rows {
		lone := ToEnd
		if strings.Contains(row["mode"], "lone coordinate") {
			lone = OneBase
		}
		p := regionParser{text: row["region"], known: known, lone: lone, commas: !strings.Contains(row["mode"], "comma list")}
		got, rest, err := p.parse()
		want := "error"
		if row["expect"] == "ok" {
			want = strings.Join([]string{row["sequence"], row["beg0"], row["end0_excl"], row["unparsed_rest"]}, " ")
		}
		said := "error"
		if err == nil {
			end := "END"
			if got.End != math.MaxInt {
				end = strconv.Itoa(got.End)
			}
			said = strings.Join([]string{got.Contig, strconv.Itoa(got.Start), end, strings.TrimPrefix(rest, ",")}, " ")
		}
		if said != want {
			t.Errorf("%s %q: %s, want %s", row["case"], row["region"], said, want)
			continue
		}
		matched++
	}
	t.Logf("htslib regions/parse_region.tsv: matched %d / %d run / 0 not applicable", matched, len(rows))
}

func FuzzParseRegion(f *testing.F) {
	for _, s := range []string{"chr7:1-2", "{a:b}:1,000-2k", "1:-5", "1:1,2:2-,{x}", "a:1.5e3", "{", "1:"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, known := range []func(string) bool{nil, in("1", "chr7", "a:b")} {
			list, _ := ParseRegions(s, known, OneBase)
			if r, err := ParseRegion(s, known, ToEnd); err == nil {
				list = append(list, r)
			}
			for _, r := range list {
				if r.Contig == "" || r.Start < 0 || r.End <= r.Start {
					t.Errorf("%q: %+v", s, r)
				}
			}
		}
	})
}
