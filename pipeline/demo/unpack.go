package demo

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"varpanel/hts/fault"
)

const (
	dirMode  = 0o750
	fileMode = 0o640
)

// markFile marks a case's folder as the demo's own; its first line is mark.
const (
	markFile = "ORIGIN.txt"
	mark     = "varpanel demo case"
)

// Unpack writes every case into dir, which is made where it is not there: for
// each case ORIGIN.txt, bundle/ and inputs/ in a folder of the case's name.
// Nothing else in dir is touched.
//
// What an earlier Unpack wrote is written anew. A folder of a case's name that
// the demo did not make, or a foreign file in its bundle/ or inputs/, is in the
// way: a Usage fault, before anything is written.
func Unpack(dir string) error {
	if err := os.MkdirAll(dir, dirMode); err != nil {
		return err
	}
	// A root keeps every write inside dir, whatever links stand there.
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	cases := Cases()
	files := make([][]string, len(cases))
	for i, c := range cases {
		if files[i], err = embedded(c); err != nil {
			return err
		}
		if err := checkWay(root, dir, c, files[i]); err != nil {
			return err
		}
	}
	for i, c := range cases {
		if err := unpack(root, c, files[i]); err != nil {
			return err
		}
	}
	return nil
}

// packed ends the name of an embedded file that is gzipped once more: a
// reference's thousands of equal blocks of N become small by it.
const packed = ".packed"

// embedded lists a case's files, relative to data, sorted: an index comes after
// its data, and so is never the older one.
func embedded(c Case) ([]string, error) {
	var files []string
	err := fs.WalkDir(data, path.Join("data", c.Name), func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			files = append(files, strings.TrimSuffix(strings.TrimPrefix(name, "data/"), packed))
		}
		return err
	})
	slices.Sort(files)
	return files, err
}

// content gives the bytes of a file that embedded lists.
func content(name string) ([]byte, error) {
	b, err := data.ReadFile("data/" + name)
	if !errors.Is(err, fs.ErrNotExist) {
		return b, err
	}
	if b, err = data.ReadFile("data/" + name + packed); err != nil {
		return nil, err
	}
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// checkWay says whether the case's folder may be written.
func checkWay(root *os.Root, dir string, c Case, files []string) error {
	inTheWay := func(name, why string) error {
		return fault.Usagef("%s/%s is in the way: %s", dir, name, why).
			WithHint("choose another folder with -o, or move it away")
	}
	info, err := root.Lstat(c.Name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !info.IsDir():
		return inTheWay(c.Name, "not a folder")
	}
	own, err := isOwn(root, c)
	if err != nil {
		return err
	}
	if !own {
		return inTheWay(c.Name, "the demo did not make it")
	}
	return fs.WalkDir(root.FS(), c.Name, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name == c.Name || strings.TrimSuffix(name, partial) == path.Join(c.Name, markFile) && entry.Type().IsRegular():
			return nil
		case !inside(name, c) && !strings.HasPrefix(name, path.Join(c.Name, markFile)):
			// Reports and whatever else stands beside bundle/ and inputs/.
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case entry.IsDir() && slices.ContainsFunc(files, func(f string) bool { return strings.HasPrefix(f, name+"/") }):
			return nil
		case entry.Type().IsRegular() && slices.Contains(files, strings.TrimSuffix(name, partial)):
			return nil
		}
		return inTheWay(name, "not a file of the demo")
	})
}

// inside says whether a path is one of the two folders that Unpack writes, or
// in one.
func inside(name string, c Case) bool {
	for _, own := range []string{path.Join(c.Name, "bundle"), path.Join(c.Name, "inputs")} {
		if name == own || strings.HasPrefix(name, own+"/") {
			return true
		}
	}
	return false
}

// isOwn says whether a case's folder is empty or has the demo's mark.
func isOwn(root *os.Root, c Case) (bool, error) {
	name := path.Join(c.Name, markFile)
	info, err := root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		entries, err := fs.ReadDir(root.FS(), c.Name)
		return len(entries) == 0, err
	}
	if err != nil || !info.Mode().IsRegular() {
		return false, err
	}
	text, err := root.ReadFile(name)
	return strings.HasPrefix(string(text), mark+" "), err
}

func unpack(root *os.Root, c Case, files []string) error {
	if err := root.MkdirAll(c.Name, dirMode); err != nil {
		return err
	}
	// The mark comes first: what is interrupted can be unpacked again.
	text := fmt.Sprintf("%s %s\n%s\nOrigin of this case: %s\n", mark, c.Name, c.Title, c.Origin)
	if err := write(root, path.Join(c.Name, markFile), []byte(text)); err != nil {
		return err
	}
	for _, name := range files {
		b, err := content(name)
		if err != nil {
			return err
		}
		if err := root.MkdirAll(path.Dir(name), dirMode); err != nil {
			return err
		}
		if err := write(root, name, b); err != nil {
			return err
		}
	}
	return nil
}

// partial ends the name that a file has until it is whole.
const partial = ".partial"

// write puts a file in its place in one step.
func write(root *os.Root, name string, b []byte) error {
	if err := root.WriteFile(name+partial, b, fileMode); err != nil {
		return err
	}
	return root.Rename(name+partial, name)
}
