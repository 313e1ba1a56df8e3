// Package reindex writes the index of a file that exists: .tbi or .csi for VCF,
// BED and GFF, .bai or .csi for BAM, and .csi for BCF. The file is read once from
// end to end, and every record is checked for its place.
package reindex

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/renameio/v2"

	"varpanel/hts/bam"
	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
)

// Options says which index is written and how.
type Options struct {
	CSI         bool // .csi rather than .tbi or .bai; BCF has no other
	MinShift    int  // of a .csi: its smallest bins have 1<<MinShift bases, 1 to 30
	Force       bool // an index that is there already is replaced
	Threads     int  // that inflate
	SafeInflate bool // see bgzf.Options
}

func (o Options) blocks(path string) bgzf.Options {
	return bgzf.Options{Threads: o.Threads, Name: path, SafeInflate: o.SafeInflate}
}

// DefaultMinShift makes bins of 16 KiB, as .tbi and .bai have them.
const DefaultMinShift = 14

// mode is that of every output.
const mode = 0o640

// File writes the index of the file at path beside it and gives the index's own
// path. It is an Input error when the file cannot be indexed: it is not BGZF, is
// cut or corrupt, has a malformed record or one that is out of order, or goes on
// past what the index has room for. An index in the way is a Usage error, unless
// Force is set. Nothing is left behind at an error.
func File(ctx context.Context, path string, o Options) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fault.Missing(err)
	}
	defer f.Close()
	if st, err := f.Stat(); err != nil || st.IsDir() {
		return "", errors.Join(err, fault.Inputf(path, "", "is a folder"))
	}
	in := bufio.NewReaderSize(stoppable{ctx, f}, 2*headSize)
	kind, err := look(in, path, o)
	if err != nil {
		return "", err
	}
	target := path + kind.ending(o)
	if _, err := os.Lstat(target); err == nil && !o.Force {
		return "", fault.Usagef("%s is there already", target).WithHint("--force replaces it")
	}
	index, err := kind.read(&input{path: path, r: in, options: o})
	if err != nil {
		var e *fault.Error
		if errors.As(err, &e) && e.File == "" {
			e.File = path
		}
		return "", err
	}
	return target, write(target, index)
}

// write puts the index in its place when it is whole.
func write(target string, index io.WriterTo) error {
	out, err := renameio.NewPendingFile(target, renameio.WithPermissions(mode), renameio.WithTempDir(filepath.Dir(target)))
	if err != nil {
		return err
	}
	defer out.Cleanup()
	if _, err := index.WriteTo(out); err != nil {
		return fmt.Errorf("%s: %w", target, err)
	}
	return out.CloseAtomicallyReplace()
}

// input is the file that is read.
type input struct {
	path    string
	r       io.Reader // from the first byte on
	options Options
}

// format is a kind of file that can be indexed.
type format struct {
	usual string // ending of the index that it has without --csi
	read  func(*input) (io.WriterTo, error)
}

func (f format) ending(o Options) string {
	if o.CSI {
		return ".csi"
	}
	return f.usual
}

// headSize holds any first block.
const headSize = 1 << 16

// look tells what the file is by its first bytes, and where they do not say, by
// its name.
func look(in *bufio.Reader, path string, o Options) (format, error) {
	head, err := in.Peek(headSize)
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return format{}, fmt.Errorf("%s: %w", path, err)
	case strings.HasSuffix(strings.ToLower(path), ".bam"):
		if err := bam.Kind(path, head); err != nil {
			return format{}, err
		}
	case len(head) == 0:
		return format{}, fault.Inputf(path, "", "the file is empty")
	case strings.HasPrefix(string(head[:min(4, len(head))]), "CRAM"):
		return format{}, bam.Kind(path, head)
	case !bgzf.IsGzip(head):
		return format{}, fault.Inputf(path, "", "is not compressed, so it cannot be indexed").WithHint("bgzip %s", path)
	case !bgzf.IsBGZF(head):
		return format{}, fault.Inputf(path, "", "plain gzip, not BGZF").WithHint("gunzip -c %s | bgzip > NEW", path)
	}
	return kind(firstPlain(head, o.blocks(path)), path)
}

func kind(plain, path string) (format, error) {
	switch {
	case strings.HasPrefix(plain, "BAM\x01"):
		return format{".bai", readBAM}, nil
	case strings.HasPrefix(plain, "BCF"):
		return format{".csi", readBCF}, nil
	case strings.HasPrefix(plain, "##fileformat=VCF"):
		return format{".tbi", readVCF}, nil
	case strings.HasPrefix(plain, "##gff-version"):
		return format{".tbi", readGFF}, nil
	}
	name := strings.ToLower(path)
	for _, packed := range []string{".gz", ".bgz", ".bgzf"} {
		name = strings.TrimSuffix(name, packed)
	}
	switch filepath.Ext(name) {
	case ".vcf":
		return format{".tbi", readVCF}, nil
	case ".bed":
		return format{".tbi", readBED}, nil
	case ".gff", ".gff3", ".gtf":
		return format{".tbi", readGFF}, nil
	case ".bam":
		return format{}, fault.Inputf(path, "", "not a BAM file: its first bytes are not BAM's")
	}
	return format{}, fault.Inputf(path, "", "neither VCF, BCF, BAM, BED nor GFF, by its first bytes and by its name").
		WithHint("for other tables: tabix -s COLUMN -b COLUMN -e COLUMN FILE")
}

// firstPlain gives the data of the first block that has any. Faults are left to
// the reader that comes after.
func firstPlain(head []byte, o bgzf.Options) string {
	for off := int64(0); ; {
		data, size, err := bgzf.ReadBlockAt(strings.NewReader(string(head)), off, nil, o)
		if err != nil || len(data) > 0 {
			return string(data)
		}
		off += int64(size)
	}
}

// stoppable ends reading with the context's error when that is done.
type stoppable struct {
	ctx context.Context
	r   io.Reader
}

func (s stoppable) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.r.Read(p)
}
