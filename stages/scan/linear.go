package scan

import (
	"errors"
	"io"
	"strconv"

	"varpanel/hts/vcf"
)

// linear reads a file from its start.
type linear struct {
	text io.Closer
	in   *vcf.Reader
}

func (r *Reader) linear(in io.Reader, threads int) error {
	text, err := vcf.Text(in, r.path, threads)
	if err != nil {
		return err
	}
	v, err := vcf.NewReader(text, r.path)
	if err != nil {
		return errors.Join(err, text.Close())
	}
	r.header, r.in = v.Header(), &linear{text, v}
	return nil
}

func (l *linear) next() ([]byte, error)         { return l.in.ReadLine() }
func (l *linear) line() int                     { return l.in.LineNumber() }
func (l *linear) check([]byte, int, bool) error { return nil }
func (l *linear) place() string                 { return "line " + strconv.Itoa(l.in.LineNumber()) }
func (l *linear) close() error                  { return l.text.Close() }
