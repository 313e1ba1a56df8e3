package vcf

import (
	"bytes"
	"encoding/binary"
)

// Key is an INFO or FORMAT key that was looked up in the header once, so that
// finding it in a record compares numbers and allocates nothing. A Key is not
// changed by use and is safe for concurrent use; it may be used for records of
// other files too.
type Key struct {
	Field   Field // the header's line, or else the specification's
	Defined bool  // the header has a line for it

	sign uint64
}

// InfoKey makes a key of an INFO id, which the header may lack: records do have
// keys that no line defines. Its Field then is the specification's for a
// reserved key, and of Type String and unstated Number for any other.
func (h *Header) InfoKey(id string) *Key {
	_, defined := h.Info(id)
	f, ok := h.infoField(id)
	return newKey(id, f, ok, defined)
}

// FormatKey makes a key of a FORMAT id; see InfoKey.
func (h *Header) FormatKey(id string) *Key {
	_, defined := h.FormatField(id)
	f, ok := h.formatField(id)
	return newKey(id, f, ok, defined)
}

func newKey(id string, f Field, known, defined bool) *Key {
	if !known {
		f = Field{ID: id, Number: Count{Kind: '.'}, Type: "String"}
	}
	return &Key{Field: f, Defined: defined, sign: signOf([]byte(id), 0, len(id))}
}

// exact is the longest key that its sign alone tells from all others.
const exact = 7

// signOf packs the first bytes of line[from:to] and its length into a number.
func signOf(line []byte, from, to int) uint64 {
	n := to - from
	sign := uint64(min(n, 255)) << (8 * exact)
	if from+8 <= len(line) {
		return sign | binary.LittleEndian.Uint64(line[from:])&(1<<(8*min(n, exact))-1)
	}
	for i, c := range line[from : from+min(n, exact)] {
		sign |= uint64(c) << (8 * i)
	}
	return sign
}

// matches says whether line[from:to], whose sign is sign, is the key.
func (k *Key) matches(sign uint64, line []byte, from, to int) bool {
	return k.sign == sign && (to-from <= exact || string(line[from:to]) == k.Field.ID)
}

// infoSpan is one field of an INFO column that was passed on the way to a key.
type infoSpan struct {
	sign           uint64
	from, eq, stop int // in the line; eq is stop for a field without a value
}

// findInfo finds a key's field. It goes on where the search for an earlier key
// of the same record ended, so that a record's INFO is read once at most.
func (r *Record) findInfo(k *Key) (infoSpan, bool) {
	for i := range r.infos {
		f := &r.infos[i]
		if k.matches(f.sign, r.line, f.from, f.eq) {
			return *f, true
		}
	}
	for end := r.end[Info]; r.infoAt <= end; {
		f := infoSpan{from: r.infoAt, stop: end}
		if n := bytes.IndexByte(r.line[f.from:end], ';'); n >= 0 {
			f.stop = f.from + n
		}
		f.eq = f.stop
		if n := bytes.IndexByte(r.line[f.from:f.stop], '='); n >= 0 {
			f.eq = f.from + n
		}
		f.sign = signOf(r.line, f.from, f.eq)
		r.infoAt = f.stop + 1
		r.infos = append(r.infos, f)
		if k.matches(f.sign, r.line, f.from, f.eq) {
			return f, true
		}
	}
	return infoSpan{}, false
}

// InfoByKey finds an INFO key; see InfoValue.
func (r *Record) InfoByKey(k *Key) ([]byte, Presence) {
	f, ok := r.findInfo(k)
	if !ok {
		return nil, Missing
	}
	if f.eq == f.stop {
		return nil, Present
	}
	v := r.line[f.eq+1 : f.stop : f.stop]
	if isMissing(v) {
		return nil, Missing
	}
	return v, Present
}

// InfoInt gives value i (from 0) of an INFO key as an integer: Bad where the key
// has fewer values or the value is no integer.
func (r *Record) InfoInt(k *Key, i int) (int, Presence) {
	v, p := r.InfoByKey(k)
	return intAt(v, p, i)
}

// InfoFloat gives value i (from 0) of an INFO key as a number.
func (r *Record) InfoFloat(k *Key, i int) (float64, Presence) {
	v, p := r.InfoByKey(k)
	return floatAt(v, p, i)
}

// formatPlace gives a key's place in FORMAT, or -1. FORMAT is read again only
// where it is another than the last record's.
func (r *Record) formatPlace(k *Key) int {
	if !r.formatCut {
		r.cutFormat()
	}
	for i := range r.formats {
		f := &r.formats[i]
		if k.matches(f.sign, r.format, f.from, f.stop) {
			return i
		}
	}
	return -1
}

// formatSpan is one key of FORMAT.
type formatSpan struct {
	sign       uint64
	from, stop int // in the FORMAT column
}

func (r *Record) cutFormat() {
	r.formatCut = true
	text := r.Format()
	if text == nil {
		r.formats = r.formats[:0]
		return
	}
	if len(r.formats) > 0 && bytes.Equal(text, r.format) {
		return
	}
	r.format = append(r.format[:0], text...)
	r.formats = r.formats[:0]
	for from := 0; from <= len(text); { // a last ':' has an empty key after it
		stop := len(text)
		if n := bytes.IndexByte(text[from:], ':'); n >= 0 {
			stop = from + n
		}
		r.formats = append(r.formats, formatSpan{signOf(r.format, from, stop), from, stop})
		from = stop + 1
	}
}

// SampleByKey finds a FORMAT key's value for a sample; see SampleValue.
func (r *Record) SampleByKey(sample int, k *Key) ([]byte, Presence) {
	i := r.formatPlace(k)
	if i < 0 {
		return nil, Missing
	}
	v, ok := nth(r.Sample(sample), ':', i)
	if !ok || isMissing(v) || v == nil {
		return nil, Missing
	}
	return v, Present
}

// SampleInt gives value i (from 0) of a FORMAT key of a sample as an integer.
func (r *Record) SampleInt(sample int, k *Key, i int) (int, Presence) {
	v, p := r.SampleByKey(sample, k)
	return intAt(v, p, i)
}

// SampleFloat gives value i (from 0) of a FORMAT key of a sample as a number.
func (r *Record) SampleFloat(sample int, k *Key, i int) (float64, Presence) {
	v, p := r.SampleByKey(sample, k)
	return floatAt(v, p, i)
}

func intAt(list []byte, p Presence, i int) (int, Presence) {
	if p != Present {
		return 0, p
	}
	v, p := Nth(list, i)
	if p != Present {
		return 0, p
	}
	return Int(v)
}

func floatAt(list []byte, p Presence, i int) (float64, Presence) {
	if p != Present {
		return 0, p
	}
	v, p := Nth(list, i)
	if p != Present {
		return 0, p
	}
	return Float(v)
}
