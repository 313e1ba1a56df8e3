package bcf

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"varpanel/hts/bgzf"
	"varpanel/hts/vcf"
)

// Open opens a VCF or BCF file, compressed with BGZF or not, and reads its
// header. What the file is shows in its first bytes, never in its name. The
// name in o is not used. The caller closes the Reader.
func Open(path string, o bgzf.Options) (*vcf.Reader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	o.Name = path
	v, err := OpenStream(f, o)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	v.CloseWith(f)
	return v, nil
}

// OpenStream does what Open does for a stream, which Close leaves open. Its name
// in o is for messages.
func OpenStream(in io.Reader, o bgzf.Options) (*vcf.Reader, error) {
	name := o.Name
	b := bufio.NewReaderSize(in, 64<<10)
	head, err := b.Peek(18)
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return nil, fmt.Errorf("%s: %w", name, err)
	case bgzf.IsBGZF(head):
		return openPacked(b, o)
	case isMagic(head):
		in := Plain(b)
		h, err := ReadHeader(in, name)
		if err != nil {
			return nil, err
		}
		return vcf.NewLinesReader(NewReader(in, h, name), h.VCF, name), nil
	}
	text, err := vcf.Text(b, o)
	if err != nil {
		return nil, err
	}
	return closing(text, func() (*vcf.Reader, error) { return vcf.NewReader(text, name) })
}

func openPacked(in io.Reader, o bgzf.Options) (*vcf.Reader, error) {
	name := o.Name
	z, err := bgzf.NewReader(in, o)
	if err != nil {
		return nil, err
	}
	return closing(z, func() (*vcf.Reader, error) {
		var magic [magicLength]byte
		n, err := io.ReadFull(z, magic[:])
		switch {
		case err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
			return nil, err
		case !isMagic(magic[:n]):
			return vcf.NewReader(io.MultiReader(bytes.NewReader(magic[:n]), z), name)
		case n < magicLength:
			return nil, cut(name, "the BCF header", err)
		}
		h, err := readHeader(z, magic[:], name)
		if err != nil {
			return nil, err
		}
		return vcf.NewLinesReader(NewReader(z, h, name), h.VCF, name), nil
	})
}

// closing gives what open makes of c, and closes c where it fails.
func closing(c io.Closer, open func() (*vcf.Reader, error)) (*vcf.Reader, error) {
	v, err := open()
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	v.CloseWith(c)
	return v, nil
}
