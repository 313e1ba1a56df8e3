package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2"

	"varpanel/hts/fault"
)

// openOutput opens what -o names, "-" being standard output. end takes the
// error of what was written to it and gives the command's: a file takes its
// name only when all went well. A device or a pipe has no other name to be
// written under, and is written to as it is.
func (a *app) openOutput(path string) (w io.Writer, end func(error) error, err error) {
	if path == "-" {
		return a.out, func(err error) error { return err }, nil
	}
	if st, err := os.Stat(path); err == nil && !st.Mode().IsRegular() && !st.IsDir() {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return nil, nil, err
		}
		return f, func(err error) error { return errors.Join(err, f.Close()) }, nil
	}
	if err := outFolder(path); err != nil {
		return nil, nil, err
	}
	f, err := renameio.NewPendingFile(path, renameio.WithPermissions(0o640))
	if err != nil {
		return nil, nil, err
	}
	return f, func(err error) error {
		if err != nil {
			return errors.Join(err, f.Cleanup())
		}
		return f.CloseAtomicallyReplace()
	}, nil
}

// outFolder refuses an output, or the beginning of outputs' names, in a folder
// that is not there.
func outFolder(path string) error {
	dir := filepath.Dir(path)
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return fault.Usagef("-o %s: there is no folder %s", path, dir)
	}
	return nil
}
