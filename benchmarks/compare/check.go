package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"fmt"
	"hash/maphash"
	"io"
	"strconv"
)

// digest is a bag of lines: how many there are and the sum of their hashes, so
// that the order does not count.
type digest struct {
	lines  int
	sum    uint64
	seen   map[uint64]struct{} // with it, a line counts once
	twice  int                 // lines that came again
	shared maphash.Seed
}

func (d *digest) add(line []byte) {
	h := maphash.Bytes(d.shared, line)
	if d.seen != nil {
		if _, ok := d.seen[h]; ok {
			d.twice++
			return
		}
		d.seen[h] = struct{}{}
	}
	d.lines++
	d.sum += h
}

// eachLine calls f for every line that begins with no '#'. The line lives until
// f returns.
func eachLine(r io.Reader, f func(line []byte) error) error {
	b := bufio.NewReaderSize(r, 1<<20)
	var long []byte
	for {
		part, err := b.ReadSlice('\n')
		if err == bufio.ErrBufferFull {
			long = append(long, part...)
			continue
		}
		line := part
		if len(long) > 0 {
			long = append(long, part...)
			line, long = long, long[:0]
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) > 0 && line[0] != '#' {
			if err := f(line); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// canonical appends a record with its decimal numbers as bcftools prints them:
// single precision, six digits.
func canonical(dst, line []byte) []byte {
	for len(line) > 0 {
		end := bytes.IndexAny(line, "\t;=,:|/")
		token, rest := line, []byte(nil)
		if end >= 0 {
			token, rest = line[:end], line[end:end+1]
		}
		dst = append(number(dst, token), rest...)
		line = line[len(token)+len(rest):]
	}
	return dst
}

func number(dst, token []byte) []byte {
	if len(token) == 0 || token[0] != '-' && (token[0] < '0' || token[0] > '9') || !bytes.ContainsAny(token, ".e") {
		return append(dst, token...)
	}
	x, err := strconv.ParseFloat(string(token), 32)
	if err != nil {
		return append(dst, token...)
	}
	return strconv.AppendFloat(dst, x, 'g', 6, 64)
}

// form makes the comparable form of a line, appended to dst; nil leaves the
// line out.
type form func(dst, line []byte) []byte

// infoOf gives an INFO value; "." where the key is not there.
func infoOf(info []byte, key string) []byte {
	for len(info) > 0 {
		field, rest, _ := bytes.Cut(info, []byte{';'})
		k, v, _ := bytes.Cut(field, []byte{'='})
		if string(k) == key {
			return v
		}
		info = rest
	}
	return []byte(".")
}

// keyed is CHROM, POS, REF, ALT and some INFO values.
func keyed(keys ...string) form {
	return func(dst, line []byte) []byte {
		f := bytes.SplitN(line, []byte{'\t'}, 9)
		for _, i := range []int{0, 1, 3, 4} {
			dst = append(append(dst, f[i]...), '\t')
		}
		for _, k := range keys {
			dst = append(number(dst, infoOf(f[7], k)), '\t')
		}
		return dst
	}
}

// oneALT leaves records with several ALTs out, where the peers' ways differ.
func oneALT(f form) form {
	return func(dst, line []byte) []byte {
		if bytes.IndexByte(bytes.SplitN(line, []byte{'\t'}, 6)[4], ',') >= 0 {
			return nil
		}
		return f(dst, line)
	}
}

// bag digests a command's output.
func (e *env) bag(command string, once bool, f form) (digest, error) {
	d := digest{shared: e.seed}
	if once {
		d.seen = map[uint64]struct{}{}
	}
	var buffer []byte
	err := e.stream(command, func(r io.Reader) error {
		return eachLine(r, func(line []byte) error {
			if b := f(buffer[:0], line); b != nil {
				buffer = b
				d.add(b)
			}
			return nil
		})
	})
	return d, err
}

// same compares two commands' outputs line by line in a form of each.
func (e *env) same(ours, theirs string, once bool, our, their form) (string, error) {
	a, err := e.bag(ours, once, our)
	if err != nil {
		return "", err
	}
	b, err := e.bag(theirs, once, their)
	if err != nil {
		return "", err
	}
	verdict := fmt.Sprintf("equal: %d records", a.lines)
	if a.lines != b.lines || a.sum != b.sum {
		verdict = fmt.Sprintf("DIFFERS: %d records and %d", a.lines, b.lines)
	}
	if b.twice > 0 {
		verdict += fmt.Sprintf(" (the peer printed %d again)", b.twice)
	}
	return verdict, nil
}

// alike counts the lines that two commands' outputs have in common, in one form.
func (e *env) alike(ours, theirs string, f form) (string, error) {
	a, err := e.bag(ours, true, f)
	if err != nil {
		return "", err
	}
	b, err := e.bag(theirs, true, f)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d records ours, %d theirs, %d equal", a.lines, b.lines, inBoth(a, b)), nil
}

func inBoth(a, b digest) (n int) {
	for h := range a.seen {
		if _, ok := b.seen[h]; ok {
			n++
		}
	}
	return n
}

// sameBytes compares two commands' outputs.
func (e *env) sameBytes(ours, theirs string) (string, error) {
	var sums [2][]byte
	var size int64
	for i, command := range []string{ours, theirs} {
		h := sha256.New()
		err := e.stream(command, func(r io.Reader) (err error) {
			size, err = io.Copy(h, r)
			return err
		})
		if err != nil {
			return "", err
		}
		sums[i] = h.Sum(nil)
	}
	if !bytes.Equal(sums[0], sums[1]) {
		return "DIFFERS", nil
	}
	return fmt.Sprintf("equal: %.1f MB", float64(size)/1e6), nil
}

// terms are the consequences that both name, ours and bcftools csq's.
var terms = [...]struct{ ours, csq string }{
	{"missense_variant", "missense"}, {"synonymous_variant", "synonymous"}, {"stop_gained", "stop_gained"},
	{"frameshift_variant", "frameshift"}, {"inframe_deletion", "inframe_deletion"}, {"inframe_insertion", "inframe_insertion"},
	{"start_lost", "start_lost"}, {"stop_lost", "stop_lost"}, {"splice_donor_variant", "splice_donor"},
	{"splice_acceptor_variant", "splice_acceptor"},
}

// consequences reads which of the terms each record with one ALT has.
func (e *env) consequences(command, key string, csq bool) (map[uint64]uint16, error) {
	out := map[uint64]uint16{}
	site := oneALT(keyed())
	err := e.stream(command, func(r io.Reader) error {
		return eachLine(r, func(line []byte) error {
			k := site(nil, line)
			if k == nil {
				return nil
			}
			value := infoOf(bytes.SplitN(line, []byte{'\t'}, 9)[7], key)
			var mask uint16
			for _, entry := range bytes.Split(value, []byte{','}) {
				fields := bytes.SplitN(entry, []byte{'|'}, 3)
				words := fields[0]
				if !csq && len(fields) > 1 {
					words = fields[1]
				}
				for word := range bytes.SplitSeq(words, []byte{'&'}) {
					for i, t := range terms {
						if csq && string(word) == t.csq || !csq && string(word) == t.ours {
							mask |= 1 << i
						}
					}
				}
			}
			out[maphash.Bytes(e.seed, k)] = mask
			return nil
		})
	})
	return out, err
}

// sameConsequences counts the records whose coding and splice-site terms agree.
func (e *env) sameConsequences(ours, theirs string) (string, error) {
	a, err := e.consequences(ours, "CSQ", false)
	if err != nil {
		return "", err
	}
	b, err := e.consequences(theirs, "BCSQ", true)
	if err != nil {
		return "", err
	}
	agree := 0
	for k, mask := range a {
		if m, ok := b[k]; ok && m == mask {
			agree++
		}
	}
	return fmt.Sprintf("coding and splice-site terms agree in %d of %d records", agree, len(b)), nil
}
