package index

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
)

// A BCF's index is a .csi without names; that of a text file, and a .bai, are not
// taken for it, and what to do about it is what makes a BCF's index.
func TestFindBCF(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.bcf")
	put(t, path, make([]byte, 5000))
	find := func() (*Index, error) { return Find(path, Want{Format: BCF}) }
	hinted := func(err error) {
		t.Helper()
		if fault.KindOf(err) != fault.Input || fault.HintOf(err) != "bcftools index -f "+path {
			t.Errorf("%v, hint %q", err, fault.HintOf(err))
		}
	}
	bai := NewBAIWriter(1)
	var b bytes.Buffer
	if _, err := bai.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	put(t, path+".bai", b.Bytes())
	_, err := find()
	if hinted(err); !errors.Is(err, ErrNone) {
		t.Errorf("%v, want none", err)
	}
	text, err := NewCSIWriter(VCF, 14, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := text.Add("1", 4, 5, bgzf.MakeOffset(0, 90), bgzf.MakeOffset(0, 120)); err != nil {
		t.Fatal(err)
	}
	b.Reset()
	if _, err := text.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	put(t, path+".csi", b.Bytes())
	_, err = find()
	hinted(err)

	write := func(end bgzf.Offset) {
		w, err := NewNumberedCSIWriter([]int{1000}, 14)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Add(0, "1", 4, 5, true, bgzf.MakeOffset(0, 90), end); err != nil {
			t.Fatal(err)
		}
		b.Reset()
		if _, err := w.WriteTo(&b); err != nil {
			t.Fatal(err)
		}
		put(t, path+".csi", b.Bytes())
	}
	write(bgzf.MakeOffset(0, 120))
	x, err := find()
	if err != nil || x.Columns() != nil || len(x.Chunks(0, 0, 10)) != 1 {
		t.Errorf("%+v, %v", x, err)
	}
	write(bgzf.MakeOffset(9000, 0))
	_, err = find()
	if fault.KindOf(err) != fault.Input || fault.HintOf(err) != "bcftools index -f "+path+" makes it again" {
		t.Errorf("%v, hint %q", err, fault.HintOf(err))
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := find(); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
}
