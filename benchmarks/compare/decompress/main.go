// Command decompress writes a BGZF file's plain data to standard output, as
// bgzip -dc does, through hts/bgzf. It stands for the package in the
// measurements of whole processes; the product has no such command.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"varpanel/hts/bgzf"
)

func main() {
	threads := flag.Int("t", 1, "threads")
	flag.Parse()
	if err := run(flag.Arg(0), *threads, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "decompress:", err)
		os.Exit(1)
	}
}

func run(path string, threads int, w io.Writer) (err error) {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	r, err := bgzf.NewReader(f, bgzf.Options{Threads: threads, Name: path})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	_, err = io.Copy(w, r)
	return err
}
