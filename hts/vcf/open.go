package vcf

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
)

// Open opens a VCF file, BGZF or plain text, and reads its header. Plain gzip
// and BCF are refused with a hint (bcf.Open takes BCF as well). The name
// in o is not used. The caller closes the Reader.
func Open(path string, o bgzf.Options) (*Reader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	o.Name = path
	text, err := Text(f, o)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	v, err := NewReader(text, path)
	if err != nil {
		return nil, errors.Join(err, text.Close(), f.Close())
	}
	v.CloseWith(text, f)
	return v, nil
}

// Text gives the plain text of a VCF stream, whatever its compression; o.Name
// is for messages. Closing
// it leaves in open.
func Text(in io.Reader, o bgzf.Options) (io.ReadCloser, error) {
	name := o.Name
	b := bufio.NewReaderSize(in, 64<<10)
	head, err := b.Peek(18)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	switch {
	case bgzf.IsBGZF(head):
		z, err := bgzf.NewReader(b, o)
		if err != nil {
			return nil, err
		}
		return inner(z, name)
	case bgzf.IsGzip(head):
		return nil, fault.Inputf(name, "", "plain gzip, not BGZF").WithHint("gunzip -c %s | bgzip > NEW.vcf.gz", name)
	}
	return inner(io.NopCloser(b), name)
}

// inner refuses a BCF, which may be compressed or not: its reader stands above
// this package.
func inner(text io.ReadCloser, name string) (io.ReadCloser, error) {
	b := bufio.NewReaderSize(text, 64<<10)
	head, err := b.Peek(3)
	if err == nil && string(head) == "BCF" {
		err = fault.Inputf(name, "", "BCF, where VCF text is read").WithHint("bcftools view -O z -o NEW.vcf.gz %s", name)
	} else if errors.Is(err, io.EOF) {
		err = nil
	}
	if err != nil {
		return nil, errors.Join(err, text.Close())
	}
	return struct {
		io.Reader
		io.Closer
	}{b, text}, nil
}
