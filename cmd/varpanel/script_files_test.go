package main

import (
	"bytes"
	"encoding/binary"
	"os"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"varpanel/hts/bgzf"
)

// scriptBgzip packs a file as BGZF: bgzip FROM TO.
func scriptBgzip(ts *testscript.TestScript, _ bool, args []string) {
	text, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	packed(ts, args[1], text)
}

func packed(ts *testscript.TestScript, name string, data []byte) {
	var out bytes.Buffer
	w := bgzf.NewWriter(&out, bgzf.WriterOptions{})
	_, err := w.Write(data)
	ts.Check(err)
	ts.Check(w.Close())
	ts.Check(os.WriteFile(ts.MkAbs(name), out.Bytes(), 0o644))
}

// scriptBAM makes a BAM of a SAM text, in the order that it has: bam FROM TO. The
// reads have no sequence, and a CIGAR of one operation at most.
func scriptBAM(ts *testscript.TestScript, _ bool, args []string) {
	text := ts.ReadFile(args[0])
	i32 := func(b []byte, v int) []byte { return binary.LittleEndian.AppendUint32(b, uint32(int32(v))) }
	number := func(s string) int {
		n, err := strconv.Atoi(s)
		ts.Check(err)
		return n
	}
	head, refs, reads, ids := "", []byte(nil), []byte(nil), map[string]int{"*": -1}
	for line := range strings.Lines(text) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if f[0][0] == '@' {
			head += line
		}
		if f[0] == "@SQ" {
			name := strings.TrimPrefix(f[1], "SN:")
			ids[name] = len(ids) - 1
			refs = append(append(i32(refs, len(name)+1), name...), 0)
			refs = i32(refs, number(strings.TrimPrefix(f[2], "LN:")))
		}
		if f[0][0] == '@' {
			continue
		}
		var cigar []byte
		if f[5] != "*" {
			cigar = i32(nil, number(f[5][:len(f[5])-1])<<4|strings.IndexByte("MIDNSHP=X", f[5][len(f[5])-1]))
		}
		r := i32(i32(nil, ids[f[2]]), number(f[3])-1)
		r = append(r, byte(len(f[0])+1), byte(number(f[4])), 0, 0, byte(len(cigar)/4), 0)
		r = binary.LittleEndian.AppendUint16(r, uint16(number(f[1])))
		r = i32(i32(i32(i32(r, 0), -1), -1), 0)
		r = append(append(append(r, f[0]...), 0), cigar...)
		reads = append(i32(reads, len(r)), r...)
	}
	out := append(i32([]byte("BAM\x01"), len(head)), head...)
	out = append(append(i32(out, len(ids)-1), refs...), reads...)
	packed(ts, args[1], out)
}
