package cases

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"sync"

	"github.com/google/renameio/v2"

	"varpanel/hts/fault"
	"varpanel/pipeline/provenance"
)

// outputMode keeps patients' files from other users of the server.
const outputMode = 0o640

// outputs collects the files of a case. Each is written under a temporary name
// in the output folder; commit renames all of them, and until then the folder
// shows nothing new.
type outputs struct {
	dir     string
	pending []*pendingFile
}

type pendingFile struct {
	name   string
	file   *renameio.PendingFile
	buf    *bufio.Writer
	sum    hash.Hash
	size   int64
	synced error
}

// checkOutputFolder refuses a folder in the way, before any work is done.
func checkOutputFolder(dir string, force bool) error {
	st, err := os.Stat(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if !st.IsDir() {
		return fault.Usagef("-o %s: is a file, not a folder", dir)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	if len(entries) > 0 && !force {
		return fault.Usagef("-o %s: the folder exists and is not empty", dir).
			WithHint("choose another folder, or give --force to replace this case's files in it")
	}
	return nil
}

// newOutputs makes the folder. An earlier run.json is removed first, so that
// the folder is not taken for complete while it is written.
func newOutputs(dir string) (*outputs, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, err
	}
	err := os.Remove(filepath.Join(dir, provenance.RunName))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	return &outputs{dir: dir}, nil
}

// add writes one file under its temporary name.
func (o *outputs) add(name string, write func(io.Writer) error) error {
	p, err := o.open(name)
	if err != nil {
		return err
	}
	return p.fill(write)
}

// addAll writes files whose names begin with base, as many together as there are
// threads: none of them needs another, and a page and its JSON take longest. What
// is written goes to the disk, for which commit would wait, beside the others.
func (o *outputs) addAll(base string, files []file, threads int) error {
	var parts []func() error
	var syncing sync.WaitGroup
	for _, f := range files {
		p, err := o.open(base + f.suffix)
		if err != nil {
			return err
		}
		parts = append(parts, func() error {
			err := p.fill(f.write)
			if err == nil && threads > 1 {
				syncing.Go(func() { p.synced = p.file.Sync() })
			}
			return err
		})
	}
	err := together(threads, parts)
	syncing.Wait()
	for _, p := range o.pending {
		if err == nil && p.synced != nil {
			err = fmt.Errorf("%s: %w", p.name, p.synced)
		}
	}
	return err
}

func (o *outputs) open(name string) (*pendingFile, error) {
	f, err := renameio.NewPendingFile(filepath.Join(o.dir, name), renameio.WithPermissions(outputMode), renameio.WithTempDir(o.dir))
	if err != nil {
		return nil, err
	}
	p := &pendingFile{name: name, file: f, sum: sha256.New()}
	o.pending = append(o.pending, p)
	p.buf = bufio.NewWriterSize(io.MultiWriter(f, p.sum, (*counter)(&p.size)), 1<<16)
	return p, nil
}

func (p *pendingFile) fill(write func(io.Writer) error) error {
	if err := write(p.buf); err != nil {
		return fmt.Errorf("%s: %w", p.name, err)
	}
	if err := p.buf.Flush(); err != nil {
		return fmt.Errorf("%s: %w", p.name, err)
	}
	return nil
}

// commit gives every file its name.
func (o *outputs) commit() ([]provenance.OutputDigest, error) {
	var digests []provenance.OutputDigest
	for _, p := range o.pending {
		if err := p.file.CloseAtomicallyReplace(); err != nil {
			return nil, fmt.Errorf("%s: %w", p.name, err)
		}
		digests = append(digests, provenance.OutputDigest{
			Name: p.name, Size: p.size, SHA256: hex.EncodeToString(p.sum.Sum(nil)),
		})
	}
	o.pending = nil
	return digests, nil
}

// discard removes what was not committed.
func (o *outputs) discard() {
	for _, p := range o.pending {
		// The run has failed already; a temporary file that stays is named so.
		_ = p.file.Cleanup()
	}
	o.pending = nil
}

// counter counts bytes.
type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
