package gff

import (
	"reflect"
	"testing"

	"varpanel/hts/fault"
)

// What is read is written so that it reads back as it was.
func FuzzRead(f *testing.F) {
	f.Add("##gff-version 3\n21\th\tCDS\t1\t2\t.\t+\t0\tID=a;P=b%2C%252C%zz,c\n")
	f.Add("1\t.\tgene\t1\t1\t0.5\t-\t.\t.")
	f.Fuzz(func(t *testing.T, text string) {
		fs, err := readAll(t, text)
		if err != nil && fault.KindOf(err) != fault.Input {
			t.Fatalf("%v is no input fault", err)
		}
		for _, f := range fs {
			line := Append(nil, &f)
			again, err := readAll(t, string(line))
			if err != nil || len(again) != 1 {
				t.Fatalf("%q does not read back: %v", line, err)
			}
			again[0].Line = f.Line
			if !reflect.DeepEqual(again[0], f) && (len(f.Attributes) > 0 || len(again[0].Attributes) > 0) {
				t.Fatalf("%+v reads back as %+v", f, again[0])
			}
		}
	})
}
