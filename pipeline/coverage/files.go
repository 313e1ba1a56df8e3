package coverage

import (
	"bytes"
	"errors"
	"io"

	"github.com/google/renameio/v2"

	"varpanel/hts/bgzf"
	"varpanel/hts/index"
)

// mode keeps patients' files from other users of the server.
const mode = 0o640

// outputs are the files of a run. None has its name before commit.
type outputs struct {
	prefix string
	files  []*renameio.PendingFile
	tables []*table
}

// create opens a file under a temporary name.
func (o *outputs) create(suffix string) (*renameio.PendingFile, error) {
	f, err := renameio.NewPendingFile(o.prefix+suffix, renameio.WithPermissions(mode))
	if err == nil {
		o.files = append(o.files, f)
	}
	return f, err
}

// text writes a small file.
func (o *outputs) text(suffix string, text *bytes.Buffer) error {
	f, err := o.create(suffix)
	if err != nil {
		return err
	}
	_, err = text.WriteTo(f)
	return err
}

// table begins a bgzipped file of BED lines, and its index.
func (o *outputs) table(suffix string, longest, threads int) (*table, error) {
	f, err := o.create(suffix)
	if err != nil {
		return nil, err
	}
	x, err := index.NewCSIWriter(index.BED, leaf, longest)
	if err != nil {
		return nil, err
	}
	t := &table{suffix: suffix, out: bgzf.NewWriter(f, bgzf.WriterOptions{Level: 1, Threads: threads}), index: x}
	o.tables = append(o.tables, t)
	return t, nil
}

// finish ends the tables and writes their indexes.
func (o *outputs) finish() error {
	for _, t := range o.tables {
		if err := t.close(); err != nil {
			return err
		}
		f, err := o.create(t.suffix + ".csi")
		if err != nil {
			return err
		}
		if _, err := t.index.WriteTo(f); err != nil {
			return err
		}
	}
	return nil
}

// commit gives the files their names.
func (o *outputs) commit() error {
	for len(o.files) > 0 {
		if err := o.files[0].CloseAtomicallyReplace(); err != nil {
			return err
		}
		o.files = o.files[1:]
	}
	return nil
}

// discard removes what has no name yet, and ends the goroutines of the writers.
func (o *outputs) discard() error {
	var err error
	for _, t := range o.tables {
		t.close() // the run has failed already, or this is the second time
	}
	for _, f := range o.files {
		err = errors.Join(err, f.Cleanup())
	}
	return err
}

// table is a bgzipped file of BED lines with a .csi index.
type table struct {
	suffix string
	out    *bgzf.Writer
	index  *index.TabixWriter
	queue  []entry // whose places are not known yet
	closed bool
}

// entry is what the index is told of lines.
type entry struct {
	contig            string
	start, end, lines int
	begin, after      bgzf.Mark
}

// write adds lines, which are one or lie in one leaf of the index.
func (t *table) write(contig string, start, end, lines int, text []byte) error {
	begin := t.out.Mark()
	if _, err := t.out.Write(text); err != nil {
		return err
	}
	t.queue = append(t.queue, entry{contig, start, end, lines, begin, t.out.Mark()})
	if len(t.queue) < 1<<12 {
		return nil
	}
	return t.drain()
}

// head adds a comment line.
func (t *table) head(text string) error {
	_, err := io.WriteString(t.out, text)
	return err
}

// drain tells the index of the lines whose places are known.
func (t *table) drain() error {
	n := 0
	for _, e := range t.queue {
		begin, ok := t.out.Resolve(e.begin)
		after, known := t.out.Resolve(e.after)
		if !ok || !known {
			break
		}
		if err := t.index.AddRun(e.contig, e.start, e.end, e.lines, begin, after); err != nil {
			return err
		}
		n++
	}
	t.queue = append(t.queue[:0], t.queue[n:]...)
	return nil
}

func (t *table) close() error {
	if t.closed {
		return nil
	}
	t.closed = true
	if err := t.out.Close(); err != nil {
		return err
	}
	return t.drain()
}
