package build

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"golang.org/x/sync/errgroup"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
	"varpanel/reference/bundle"
)

// table is an open text file, unpacked where it is gzipped.
type table struct {
	io.Reader
	closers []io.Closer
}

func (t *table) Close() error {
	var first error
	for _, c := range t.closers {
		if err := c.Close(); first == nil {
			first = err
		}
	}
	return first
}

// open opens a table or JSON file, plain or gzipped. These are read whole and
// never by index, so plain gzip is as good as BGZF.
func open(name string, o bgzf.Options) (*table, error) {
	o.Name = name
	f, err := os.Open(name)
	if err != nil {
		return nil, fault.Missing(err)
	}
	b := bufio.NewReaderSize(f, 1<<16)
	head, err := b.Peek(18)
	if err != nil && !errors.Is(err, io.EOF) {
		f.Close()
		return nil, err
	}
	switch {
	case bgzf.IsBGZF(head):
		z, err := bgzf.NewReader(b, o)
		if err != nil {
			f.Close()
			return nil, err
		}
		return &table{z, []io.Closer{z, f}}, nil
	case bgzf.IsGzip(head):
		z, err := gzip.NewReader(b)
		if err != nil {
			f.Close()
			return nil, fault.Inputf(name, "", "%v", err).WithCause(err)
		}
		return &table{gzipReader{z, name}, []io.Closer{z, f}}, nil
	}
	return &table{b, []io.Closer{f}}, nil
}

// gzipReader names the file in the errors of a damaged gzip stream.
type gzipReader struct {
	*gzip.Reader
	name string
}

func (g gzipReader) Read(p []byte) (int, error) {
	n, err := g.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = fault.Inputf(g.name, "", "the gzip stream is damaged or cut: %v", err).WithCause(err)
	}
	return n, err
}

// readWith opens a file and hands it to a parser.
func readWith[T any](name string, o bgzf.Options, parse func(io.Reader, string) (T, error)) (T, error) {
	var none T
	f, err := open(name, o)
	if err != nil {
		return none, err
	}
	v, err := parse(f, name)
	if closeErr := f.Close(); err == nil && closeErr != nil {
		return none, closeErr
	}
	return v, err
}

// hashInputs gives the digest of each input, in the order given.
func hashInputs(ctx context.Context, o *Options) ([]bundle.Input, error) {
	files := []struct{ role, name string }{
		{"directory", o.Directory}, {"gene-panels", o.GenePanels}, {"gene-list", o.GeneList}, {"regions", o.Targets},
		{"genes", o.Genes}, {"fasta", o.FASTA}, {"hgnc", o.HGNC}, {"mane", o.MANE}, {"transcripts", o.Transcripts},
		{"sources", o.Sources}, {"hotspots", o.Hotspots},
	}
	for _, p := range o.PanelApp {
		files = append(files, struct{ role, name string }{"panelapp", p})
	}
	var inputs []bundle.Input
	for _, f := range files {
		if f.name != "" {
			inputs = append(inputs, bundle.Input{Role: f.role, Name: f.name})
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(o.Threads, 1))
	for i := range inputs {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			f, err := bundle.HashFile(inputs[i].Name)
			if err != nil {
				return fault.Missing(err)
			}
			inputs[i].Name, inputs[i].SHA256 = filepath.Base(inputs[i].Name), f.SHA256
			return nil
		})
	}
	return inputs, group.Wait()
}
