package source

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
	"varpanel/hts/index"
	"varpanel/hts/vcf"
	"varpanel/reference/bundle"
)

// Set is the sources of a bundle, opened. It is safe for concurrent use; each
// worker looks up through its own View.
type Set struct {
	slices       []*slice
	panel        *panelHotspots // nil without rows
	descriptions []Description
}

// slice is one source's indexed VCF.
type slice struct {
	description Description
	path        string
	blocks      bgzf.Options
	file        *os.File
	size        int64
	index       *index.Index
	info        [][]string // INFO keys of each of the description's Keys
	gene        int        // place of the fields gene and protein in Keys, or -1
	protein     int
}

// Open opens every source's slice in a bundle's folder. A slice or index that
// is missing or broken, or that lacks the INFO keys of its fields, is an Input
// error. Of o only the decoder counts.
func Open(dir string, sources []bundle.Source, o bgzf.Options) (*Set, error) {
	set := new(Set)
	for _, s := range sources {
		one, err := openSlice(filepath.Join(dir, filepath.FromSlash(s.File)), s, o)
		if err != nil {
			return nil, errors.Join(err, set.Close())
		}
		set.slices = append(set.slices, one)
		set.descriptions = append(set.descriptions, one.description)
	}
	return set, nil
}

// Descriptions lists the sources in the bundle's order, the panel's hotspots
// last. The caller must not change it.
func (s *Set) Descriptions() []Description { return s.descriptions }

// Close closes the slices' files.
func (s *Set) Close() error {
	var errs []error
	for _, one := range s.slices {
		errs = append(errs, one.file.Close())
	}
	return errors.Join(errs...)
}

func openSlice(path string, s bundle.Source, o bgzf.Options) (*slice, error) {
	d, info, err := describe(s)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Inputf(path, "", "the slice of source %s is missing", s.Name).
			WithHint("build the bundle again").WithCause(err)
	}
	if err != nil {
		return nil, fmt.Errorf("source %s: %w", s.Name, err)
	}
	o.Name = path
	one := &slice{description: d, path: path, blocks: o, file: f, info: info, gene: -1, protein: -1}
	for i, k := range d.Keys {
		switch k {
		case FieldGene:
			one.gene = i
		case FieldProtein:
			one.protein = i
		}
	}
	if err := one.load(); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return one, nil
}

// load reads the header and the index. The bundle's digests say that both are
// whole and belong together, so the index's age says nothing.
func (s *slice) load() error {
	stat, err := s.file.Stat()
	if err != nil {
		return fmt.Errorf("source %s: %w", s.description.Name, err)
	}
	s.size = stat.Size()
	if s.index, err = index.Find(s.path, index.Want{Format: index.Text, AllowOld: true, SafeInflate: s.blocks.SafeInflate}); err != nil {
		return err
	}
	in, err := bgzf.NewReader(s.file, s.blocks)
	if err != nil {
		return err
	}
	defer in.Close()
	v, err := vcf.NewReader(in, s.path)
	if err != nil {
		return err
	}
	return s.checkKeys(v.Header())
}

// checkKeys wants at least one INFO key of each field in the slice's header.
func (s *slice) checkKeys(h *vcf.Header) error {
	for i, keys := range s.info {
		declared := false
		for _, k := range keys {
			if _, ok := h.Info(k); ok {
				declared = true
			}
		}
		if !declared {
			return fault.Inputf(s.path, "header", "field %s: the header declares no INFO key of %s",
				s.description.Keys[i], strings.Join(keys, ", "))
		}
	}
	return nil
}
