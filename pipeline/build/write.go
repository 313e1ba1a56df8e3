package build

import (
	"bufio"
	"context"
	"io"
	"os"
	"path/filepath"

	"varpanel/hts/bgzf"
	"varpanel/hts/fasta"
	"varpanel/reference/bundle"
	"varpanel/reference/transcript"
)

const (
	fileMode = 0o640
	dirMode  = 0o750
)

// writeFile writes one file of the bundle through a buffer.
func writeFile(name string, write func(io.Writer) error) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return err
	}
	b := bufio.NewWriterSize(f, 1<<18)
	err = write(b)
	if err == nil {
		err = b.Flush()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return err
}

func writeBytes(name string, text []byte) error {
	return writeFile(name, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}

// stretch is how much sequence is in memory at a time.
const stretch = 1 << 20

// writeReference writes whole contigs at full length: the sequence of the kept
// intervals (sorted and disjoint, by contig), N elsewhere.
func writeReference(ctx context.Context, dir string, from *fasta.File, keep map[string][]interval) error {
	name := filepath.Join(dir, bundle.ReferenceFile)
	return writeFile(name, func(out io.Writer) error {
		return writeFile(name+".fai", func(fai io.Writer) error {
			return writeFile(name+".gzi", func(gzi io.Writer) error {
				w := fasta.NewWriter(out, fai, gzi)
				for _, c := range from.Contigs() {
					if err := writeContig(ctx, w, from, c, keep[c.Name]); err != nil {
						return err
					}
				}
				return w.Close()
			})
		})
	})
}

func writeContig(ctx context.Context, w *fasta.Writer, from *fasta.File, c fasta.Contig, keep []interval) error {
	if err := w.Begin(c.Name, c.Length); err != nil {
		return err
	}
	at := 0
	for _, k := range keep {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := w.N(k.start - at); err != nil {
			return err
		}
		for at = k.start; at < k.end; {
			end := min(at+stretch, k.end)
			bases, err := from.Bases(c.Name, at, end)
			if err != nil {
				return err
			}
			if err := w.Bases(bases); err != nil {
				return err
			}
			at = end
		}
	}
	return w.N(c.Length - at)
}

// writeTranscripts writes the gene model, bgzipped, in the model's order of
// genes; the lines of one gene stand together.
func writeTranscripts(dir string, genes []*transcript.Gene) error {
	return writeFile(filepath.Join(dir, bundle.TranscriptsFile), func(out io.Writer) error {
		w := bgzf.NewWriter(out, bgzf.WriterOptions{})
		if _, err := w.Write(transcript.AppendGFF3(nil, genes)); err != nil {
			return err
		}
		return w.Close()
	})
}

// manifestFiles hashes every file below dir.
func manifestFiles(dir string) ([]bundle.File, error) {
	var files []bundle.File
	err := filepath.WalkDir(dir, func(name string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		f, err := bundle.HashFile(name)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		f.Path = filepath.ToSlash(rel)
		files = append(files, f)
		return err
	})
	return files, err
}
