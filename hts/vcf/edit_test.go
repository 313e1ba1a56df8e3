package vcf

import (
	"strings"
	"testing"
)

func TestEdit(t *testing.T) {
	const line = "1\t10\t.\tA\tC\t481.020\tPASS\tDP=1;DB;AF=0.50\tGT:DP\t0/1\t1/1:3:9"
	for _, c := range []struct {
		name string
		do   func(e *Edit)
		want string
	}{
		{"nothing", func(*Edit) {}, line},
		{"set in place", func(e *Edit) { e.SetInfo("DP", []byte("7")) },
			"1\t10\t.\tA\tC\t481.020\tPASS\tDP=7;DB;AF=0.50\tGT:DP\t0/1\t1/1:3:9"},
		{"add a key and a flag", func(e *Edit) { e.SetInfo("X", []byte("a")); e.SetInfo("F", nil) },
			"1\t10\t.\tA\tC\t481.020\tPASS\tDP=1;DB;AF=0.50;X=a;F\tGT:DP\t0/1\t1/1:3:9"},
		{"remove", func(e *Edit) { e.RemoveInfo("DB"); e.RemoveInfo("NONE") },
			"1\t10\t.\tA\tC\t481.020\tPASS\tDP=1;AF=0.50\tGT:DP\t0/1\t1/1:3:9"},
		{"remove all", func(e *Edit) { e.RemoveInfo("DB"); e.RemoveInfo("DP"); e.RemoveInfo("AF") },
			"1\t10\t.\tA\tC\t481.020\tPASS\t.\tGT:DP\t0/1\t1/1:3:9"},
		{"the last word counts", func(e *Edit) { e.RemoveInfo("DB"); e.SetInfo("DB", nil) }, line},
		{"columns and a sample", func(e *Edit) {
			e.SetColumn(Pos, []byte("9"))
			e.SetColumn(Filter, []byte("q"))
			e.SetSample(1, []byte("0/0"))
		}, "1\t9\t.\tA\tC\t481.020\tq\tDP=1;DB;AF=0.50\tGT:DP\t0/1\t0/0"},
		{"no samples", func(e *Edit) { e.DropSamples() }, "1\t10\t.\tA\tC\t481.020\tPASS\tDP=1;DB;AF=0.50"},
	} {
		var e Edit
		c.do(&e)
		if got := string(e.Append(nil, parse(t, line))); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	var e Edit
	e.SetInfo("X", []byte("1"))
	if got := string(e.Append(nil, parse(t, "1\t10\t.\tA\tC\t.\t.\t."))); got != "1\t10\t.\tA\tC\t.\t.\tX=1" {
		t.Errorf("INFO of '.': %q", got)
	}
	e.Reset()
	e.SetInfo("D", []byte("1"))
	e.SetInfo("DUP", nil)
	if got := string(e.Append(nil, parse(t, "1\t10\t.\tA\tC\t.\t.\tDUP=1;DUP=2;D=0"))); got != "1\t10\t.\tA\tC\t.\t.\tDUP;D=1" {
		t.Errorf("a key that stands twice: %q", got)
	}
}

func TestEditWithoutAllocation(t *testing.T) {
	r := parse(t, full)
	var e Edit
	var out []byte
	dp := []byte("12")
	if n := testing.AllocsPerRun(100, func() {
		e.Reset()
		e.SetInfo("DP", dp)
		e.SetColumn(Filter, dp)
		out = e.Append(out[:0], r)
	}); n != 0 {
		t.Errorf("%g allocations an edit, want 0", n)
	}
}

// InfoEnd says where a value stands that was set, whatever was there before.
func TestInfoEnd(t *testing.T) {
	for _, info := range []string{".", "A=1", "CSQ=old;B=2", "B=2;CSQ=old;CSQ2=x", "XCSQ=CSQ"} {
		var r Record
		if err := r.Parse([]byte("1\t5\t.\tA\tC\t.\t.\t" + info + "\tGT\t0|1")); err != nil {
			t.Fatal(err)
		}
		var e Edit
		e.SetInfo("CSQ", []byte("new"))
		out := string(e.Append([]byte("before"), &r))
		at := e.InfoEnd("CSQ")
		if at < 0 || !strings.HasSuffix(out[:at], "CSQ=new") || out[at] != ';' && out[at] != '\t' {
			t.Errorf("%s: %d of %q", info, at, out)
		}
		if e.InfoEnd("OTHER") != -1 {
			t.Error("a key that was not set has a place")
		}
	}
}
