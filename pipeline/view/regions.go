package view

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"varpanel/hts/bed"
	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
	"varpanel/hts/index"
	"varpanel/hts/vcf"
	"varpanel/stages/scan"
)

type regions map[string][]scan.Interval

// readRegions reads lists of regions, or a file of them, against the contigs of
// a file. nil means that none were asked for. A contig that is in neither the
// header nor the index gives a warning, where the header names contigs at all.
func (o Options) readRegions(lists []string, file string, h *vcf.Header, indexed []string) (regions, error) {
	if len(lists) == 0 && file == "" {
		return nil, nil
	}
	known := func(name string) bool { return h.ContigIndex(name) >= 0 || slices.Contains(indexed, name) }
	out := regions{}
	for _, list := range lists {
		parsed, err := index.ParseRegions(list, known, index.OneBase)
		if err != nil {
			return nil, err
		}
		for _, r := range parsed {
			out[r.Contig] = append(out[r.Contig], scan.Interval{Start: r.Start, End: r.End})
		}
	}
	if file != "" {
		if err := out.addFile(file); err != nil {
			return nil, err
		}
	}
	if len(h.Contigs) == 0 && len(indexed) == 0 {
		return out, nil
	}
	var absent []string
	for contig := range out {
		if !known(contig) {
			absent = append(absent, contig)
		}
	}
	slices.Sort(absent)
	const most = 5
	if n := len(absent); n > most {
		absent = append(absent[:most], fmt.Sprintf("and %d more", n-most))
	}
	if len(absent) > 0 && o.Warn != nil {
		o.Warn(fmt.Sprintf("%s: there is no contig %s: regions on it have no records", o.Path, strings.Join(absent, ", ")))
	}
	return out, nil
}

// targetsAsked gives the targets without the ^ before them; outside says that it
// was there.
func (o Options) targetsAsked() (lists []string, file string, outside bool, err error) {
	file, outside = strings.CutPrefix(o.TargetsFile, "^")
	if outside && file == "" {
		return nil, "", false, fault.Usagef("--targets-file: no file follows the ^")
	}
	without := 0
	for _, list := range o.Targets {
		rest, found := strings.CutPrefix(list, "^")
		if found {
			without++
		}
		lists = append(lists, rest)
	}
	if without > 0 && without < len(lists) {
		return nil, "", false, fault.Usagef("--targets: with ^ before all of the lists or before none")
	}
	return lists, file, outside || without > 0, nil
}

// addFile reads a file of regions, plain or gzipped: a BED by its name
// (.bed, .bed.gz), else lines of CHROM POS [END] counted from 1.
func (r regions) addFile(path string) (err error) {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	in := bufio.NewReaderSize(f, 64<<10)
	var plain io.Reader = in
	head, err := in.Peek(2)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if bgzf.IsGzip(head) {
		if plain, err = gzip.NewReader(in); err != nil {
			return fault.Inputf(path, "", "broken gzip").WithCause(err)
		}
	}
	name := strings.ToLower(path)
	if strings.HasSuffix(name, ".bed") || strings.HasSuffix(name, ".bed.gz") {
		contig, list := "", []scan.Interval(nil)
		err := bed.Each(plain, path, func(b bed.Record) {
			if b.Contig != contig {
				r.set(contig, list)
				contig = strings.Clone(b.Contig) // without the line that it stands in
				list = r[contig]
			}
			list = append(list, scan.Interval{Start: b.Start, End: b.End})
		})
		r.set(contig, list)
		return err
	}
	return r.addTable(plain, path)
}

func (r regions) set(contig string, list []scan.Interval) {
	if len(list) > 0 {
		r[contig] = list
	}
}

// maxTableLine bounds a line of a table of regions.
const maxTableLine = 1 << 20

func (r regions) addTable(in io.Reader, path string) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, maxTableLine)
	for n := 1; lines.Scan(); n++ {
		text := strings.TrimSpace(lines.Text())
		if text == "" || text[0] == '#' {
			continue
		}
		f := strings.FieldsFunc(text, func(c rune) bool { return c == '\t' || c == ' ' })
		place := "line " + strconv.Itoa(n)
		if len(f) < 2 {
			return fault.Inputf(path, place, "a region is CHROM POS [END], counted from 1")
		}
		from, ok := onePosition(f[1])
		if !ok {
			return fault.Inputf(path, place, "%q is no position", f[1])
		}
		to := from
		if len(f) > 2 {
			if to, ok = onePosition(f[2]); !ok || to < from {
				return fault.Inputf(path, place, "%q is no end of a region from %d", f[2], from)
			}
		}
		r[f[0]] = append(r[f[0]], scan.Interval{Start: from - 1, End: to})
	}
	if err := lines.Err(); err != nil {
		return fault.Inputf(path, "", "cannot be read as lines").WithCause(err)
	}
	return nil
}

func onePosition(s string) (int, bool) {
	n, err := strconv.ParseUint(s, 10, 63)
	return int(n), err == nil && n >= 1 && n <= vcf.MaxPos
}
