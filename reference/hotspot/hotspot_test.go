package hotspot

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"varpanel/hts/fault"
)

const head = "name\tgene\tcontig\tpos\tref\talt\thgvs_p\tsource\n"

var two = []Row{
	{Name: "JAK2 V617F", Gene: "JAK2", Contig: "chr9", Pos: 5073769, Ref: "G", Alt: "T", HGVSp: "p.(Val617Phe)", Source: "laboratory"},
	{Name: "TERT -124", Contig: "5", Pos: 1295112, Ref: "G", Alt: "A"},
}

func TestReadWhatWriteWrote(t *testing.T) {
	var b bytes.Buffer
	if err := Write(&b, two); err != nil {
		t.Fatal(err)
	}
	want := head + "JAK2 V617F\tJAK2\tchr9\t5073770\tG\tT\tp.(Val617Phe)\tlaboratory\nTERT -124\t.\t5\t1295113\tG\tA\t.\t.\n"
	if b.String() != want {
		t.Errorf("wrote %q", b.String())
	}
	got, err := Read(&b, "hotspots.tsv")
	if err != nil || !slices.Equal(got, two) {
		t.Errorf("read %+v, %v", got, err)
	}
}

func TestColumnsInAnyOrder(t *testing.T) {
	got, err := Read(strings.NewReader("\ufeff#alt\tref\tpos\tcontig\tname\r\nt\tg\t5073770\tchr9\tx\r\n\r\n"), "h")
	if err != nil || len(got) != 1 || got[0] != (Row{Name: "x", Contig: "chr9", Pos: 5073769, Ref: "G", Alt: "T"}) {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := Read(strings.NewReader(head), "h"); err != nil || len(got) != 0 {
		t.Errorf("a table without rows: %+v, %v", got, err)
	}
}

func TestRowsThatAreNone(t *testing.T) {
	for text, want := range map[string]string{
		"":                                                   "no header",
		"name\tcontig\tpos\tref\n":                           `no column "alt"`,
		"name\tcontig\tpos\tref\talt\tx\n":                   `unknown column "x"`,
		"name\tname\n":                                       "twice",
		head + "a\tb\n":                                      "line 2: 2 columns, the header has 8",
		head + ".\tG\t1\t1\tA\tC\t.\t.\n":                    "line 2: name: missing",
		head + "a\tG\t.\t1\tA\tC\t.\t.\n":                    "contig",
		head + "a\tG\t1\t0\tA\tC\t.\t.\n":                    "line 2: pos",
		head + "a\tG\t1\tx\tA\tC\t.\t.\n":                    "line 2: pos",
		head + "a\tG\t1\t1\t.\tC\t.\t.\n":                    "line 2: ref",
		head + "a\tG\t1\t1\tA\t<DEL>\t.\t.\n":                "line 2: alt",
		head + "a\rb\tG\t1\t1\tA\tC\t.\t.\n":                 "line 2: a carriage return",
		head + "a\tG\t1\t1\tA\ta\t.\t.\n":                    "same as ref",
		head + strings.Repeat("a\tG\t1\t1\tA\tC\t.\t.\n", 2): "stands in line 2 too",
	} {
		_, err := Read(strings.NewReader(text), "h.tsv")
		if fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(head + "a\tG\t1\t1\tA\tC\t.\t.\n")
	f.Add(head + "a\tG\t\xfe\t1\tA\tC\t.\t.\n")
	f.Fuzz(func(t *testing.T, text string) {
		rows, err := Read(strings.NewReader(text), "x")
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := Write(&b, rows); err != nil {
			t.Fatal(err)
		}
		again, err := Read(&b, "x")
		if err != nil || !slices.Equal(again, rows) {
			t.Errorf("%+v is read back as %+v, %v", rows, again, err)
		}
	})
}
