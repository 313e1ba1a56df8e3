package join

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"varpanel/hts/fault"
	"varpanel/hts/vcf"
	"varpanel/reference/contig"
)

// readHead reads a VCF's header, or a table's, and sets the layout.
func (f *file) readHead(r *bufio.Reader, theirs queryContigs) error {
	switch stem := f.stem(); {
	case strings.HasSuffix(stem, ".vcf"):
		f.layout = layout{format: formatVCF, begin: 1, end: -1, based: 1, ref: 3, alt: 4, genome: -1, comment: '#'}
		h, err := vcf.ReadHeader(func() ([]byte, error) { return readLine(r) }, f.path)
		f.header = h
		return err
	case strings.HasSuffix(stem, ".bed"):
		f.layout = layout{format: formatBED, begin: 1, end: 2, ref: -1, alt: -1, genome: -1, comment: '#'}
		return nil
	case strings.HasSuffix(stem, ".csv"):
		f.layout = layout{format: formatTable, begin: 1, end: -1, based: 1, ref: -1, alt: -1, genome: -1, comma: true, comment: '#'}
	default:
		f.layout = layout{format: formatTable, begin: 1, end: -1, based: 1, ref: -1, alt: -1, genome: -1, comment: '#'}
	}
	// Of a VCF setContigs does this.
	if err := f.checkAssembly("", theirs); err != nil {
		return err
	}
	return f.readTableHead(r)
}

// readTableHead takes the last line that begins with '#', or a first line whose
// position is no number, as the columns' names.
func (f *file) readTableHead(r *bufio.Reader) error {
	for {
		ahead, err := r.Peek(min(r.Size(), 1<<15))
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if len(ahead) == 0 {
			return nil
		}
		line, _, _ := bytes.Cut(ahead, []byte{'\n'})
		columns := f.layout.split(bytes.TrimRight(line, "\r"), nil)
		isHead := ahead[0] == '#' || len(f.names) == 0 && len(columns) > 1 && !isDigits(columns[f.layout.begin])
		if !isHead {
			return nil
		}
		if len(columns) > 2 {
			if err := f.nameColumns(columns); err != nil {
				return err
			}
		}
		if _, err := readLine(r); err != nil {
			return err
		}
	}
}

func isDigits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(b) > 0
}

// Names that published score files give their columns, in lower case.
var (
	contigNames   = []string{"chrom", "chr", "chromosome", "contig", "seqname"}
	positionNames = []string{"pos", "position", "pos(1-based)", "start"}
	refNames      = []string{"ref", "reference", "ref_allele"}
	altNames      = []string{"alt", "alternate", "alt_allele"}
	genomeNames   = []string{"genome"} // AlphaMissense: hg19 or hg38 in each row
)

// REVEL has a column of positions for each assembly.
var positionsOf = map[contig.Assembly]string{contig.GRCh37: "hg19_pos", contig.GRCh38: "grch38_pos"}

// assemblyNames are UCSC's names, in a column that tells the assembly.
var assemblyNames = map[string]contig.Assembly{
	"hg19": contig.GRCh37, "hg38": contig.GRCh38, "grch37": contig.GRCh37, "grch38": contig.GRCh38,
}

// nameColumns finds contig, position and alleles by the columns' names.
func (f *file) nameColumns(columns [][]byte) error {
	f.names = f.names[:0]
	for _, c := range columns {
		f.names = append(f.names, strings.TrimSpace(strings.TrimPrefix(string(c), "#")))
	}
	find := func(names []string) int {
		return slices.IndexFunc(f.names, func(n string) bool { return slices.Contains(names, strings.ToLower(n)) })
	}
	if i := find(contigNames); i >= 0 {
		f.layout.seq = i
	}
	if i := find(positionNames); i >= 0 {
		f.layout.begin = i
	}
	if ref, alt := find(refNames), find(altNames); ref >= 0 && alt >= 0 {
		f.layout.ref, f.layout.alt = ref, alt
	}
	f.layout.genome = find(genomeNames)
	return f.choosePosition(find)
}

// choosePosition takes the positions of the assembly of the file to annotate
// where a table has several. An index says which one it was made of, and
// openIndexed holds that against this.
func (f *file) choosePosition(find func([]string) int) error {
	of := map[contig.Assembly]int{}
	for a, name := range positionsOf {
		if i := find([]string{name}); i >= 0 {
			of[a] = i
		}
	}
	switch at, ok := of[f.assembly]; {
	case len(of) == 0:
	case ok:
		f.layout.begin = at
	case f.assembly != "":
		return fault.Inputf(f.path, "header", "no positions of %s, which the file to annotate is of", f.assembly)
	case f.index == nil:
		return fault.Inputf(f.path, "header", "positions of GRCh37 and GRCh38, and the file to annotate does not say which it is of").
			WithHint("give its header ##contig lines with lengths")
	}
	return nil
}

// checkGenome refuses a row that says to be of another assembly.
func (f *file) checkGenome(columns [][]byte) error {
	if f.layout.genome < 0 || f.assembly == "" {
		return nil
	}
	name := string(columns[f.layout.genome])
	if a := assemblyNames[strings.ToLower(name)]; a != "" && a != f.assembly {
		return fault.Inputf(f.path, string(columns[f.layout.seq])+":"+string(columns[f.layout.begin]), "assembly mismatch: the row is of %s, the file to annotate of %s", name, f.assembly)
	}
	return nil
}

func readLine(r *bufio.Reader) ([]byte, error) {
	var whole []byte
	for {
		part, err := r.ReadSlice('\n')
		if len(whole)+len(part) > vcf.MaxLine {
			return nil, fmt.Errorf("a line of more than %d MB", vcf.MaxLine>>20)
		}
		whole = append(whole, part...)
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if errors.Is(err, io.EOF) && len(whole) > 0 {
			err = nil
		}
		return bytes.TrimRight(whole, "\r\n"), err
	}
}
