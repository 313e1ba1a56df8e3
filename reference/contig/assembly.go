package contig

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Assembly is a version of the human reference genome.
type Assembly string

const (
	GRCh37 Assembly = "GRCh37"
	GRCh38 Assembly = "GRCh38"
)

// Contig is one sequence of an assembly or of a file's header.
type Contig struct {
	Name    string
	Length  int      // bases; 0 where a header does not say
	Aliases []string // other names of the same sequence
}

// rcrs is the revised Cambridge Reference Sequence, the mitochondrion of both
// assemblies as Ensembl, 1000 Genomes and GRCh38 use it. UCSC's hg19 chrM is
// another sequence, NC_001807.4 of 16,571 bases: coordinates do not carry over.
const (
	rcrs           = "NC_012920.1"
	rcrsLength     = 16569
	oldMito        = "NC_001807.4"
	oldMitoLength  = 16571
	mitochondrion  = "MT"
	chromosomePart = "chr"
)

// primary is a chromosome's length and the version of its RefSeq accession.
type primary struct {
	name    string
	length  int
	version int
}

// The lengths and versions are those of the NCBI assembly reports
// GCF_000001405.13 (GRCh37) and GCF_000001405.26 (GRCh38). The accession's
// number is NC_0000 with the chromosome's number, X 23 and Y 24.
var (
	primary37 = [...]primary{
		{"1", 249250621, 10}, {"2", 243199373, 11}, {"3", 198022430, 11}, {"4", 191154276, 11},
		{"5", 180915260, 9}, {"6", 171115067, 11}, {"7", 159138663, 13}, {"8", 146364022, 10},
		{"9", 141213431, 11}, {"10", 135534747, 10}, {"11", 135006516, 9}, {"12", 133851895, 11},
		{"13", 115169878, 10}, {"14", 107349540, 8}, {"15", 102531392, 9}, {"16", 90354753, 9},
		{"17", 81195210, 10}, {"18", 78077248, 9}, {"19", 59128983, 9}, {"20", 63025520, 10},
		{"21", 48129895, 8}, {"22", 51304566, 10}, {"X", 155270560, 10}, {"Y", 59373566, 9},
	}
	primary38 = [...]primary{
		{"1", 248956422, 11}, {"2", 242193529, 12}, {"3", 198295559, 12}, {"4", 190214555, 12},
		{"5", 181538259, 10}, {"6", 170805979, 12}, {"7", 159345973, 14}, {"8", 145138636, 11},
		{"9", 138394717, 12}, {"10", 133797422, 11}, {"11", 135086622, 10}, {"12", 133275309, 12},
		{"13", 114364328, 11}, {"14", 107043718, 9}, {"15", 101991189, 10}, {"16", 90338345, 10},
		{"17", 83257441, 11}, {"18", 80373285, 10}, {"19", 58617616, 10}, {"20", 64444167, 11},
		{"21", 46709983, 9}, {"22", 50818468, 11}, {"X", 156040895, 11}, {"Y", 57227415, 10},
	}
)

func primaries(a Assembly) []primary {
	switch a {
	case GRCh37:
		return primary37[:]
	case GRCh38:
		return primary38[:]
	}
	return nil
}

func (p primary) accession(rank int) string {
	return fmt.Sprintf("NC_%06d.%d", rank+1, p.version)
}

// Accession gives the RefSeq accession of a primary contig under any of its
// names (for HGVS g. names), or "" where the assembly has no such contig.
func Accession(a Assembly, name string) string {
	bare := bareName(name)
	if bare == mitochondrion {
		return rcrs
	}
	for i, p := range primaries(a) {
		if p.name == bare {
			return p.accession(i)
		}
	}
	return ""
}

// bareName gives the name of a primary contig without prefix (17, X, MT) for
// any of its spellings, or the name itself where it is no primary contig.
func bareName(name string) string {
	if strings.HasPrefix(name, "NC_") {
		return bareAccession(name)
	}
	bare := strings.TrimPrefix(name, chromosomePart)
	if bare == "M" || bare == mitochondrion {
		return mitochondrion
	}
	if rankOf(bare) >= 0 {
		return bare
	}
	return name
}

func bareAccession(acc string) string {
	if acc == rcrs {
		return mitochondrion
	}
	number, version, ok := strings.Cut(strings.TrimPrefix(acc, "NC_"), ".")
	n, err := strconv.Atoi(number)
	if !ok || err != nil || len(number) != 6 || n < 1 || n > len(primary38) {
		return acc
	}
	for _, p := range []primary{primary37[n-1], primary38[n-1]} {
		if strconv.Itoa(p.version) == version {
			return p.name
		}
	}
	return acc
}

// rankOf gives the 0-based place of a bare primary name in karyotype order, or -1.
func rankOf(bare string) int {
	if bare == mitochondrion {
		return len(primary38)
	}
	return slices.IndexFunc(primary38[:], func(p primary) bool { return p.name == bare })
}

// IsMitochondrial tells whether a contig name is one of the mitochondrion's.
func IsMitochondrial(name string) bool {
	return name == oldMito || bareName(name) == mitochondrion
}

// IsX and IsY tell whether a contig name is one of that sex chromosome's.
func IsX(name string) bool { return bareName(name) == "X" }

// IsY is IsX's twin.
func IsY(name string) bool { return bareName(name) == "Y" }

// AssemblyOf tells which assembly the lengths of primary contigs belong to.
// Contigs that are not primary, have no length, or are mitochondrial say
// nothing. It gives "" where nothing speaks for either assembly; conflict then
// is "" too, or names the contigs that speak against each other or against both.
func AssemblyOf(contigs []Contig) (a Assembly, conflict string) {
	for _, c := range contigs {
		bare := bareName(c.Name)
		if c.Length <= 0 || bare == mitochondrion {
			continue
		}
		rank := rankOf(bare)
		if rank < 0 {
			continue
		}
		var says Assembly
		switch c.Length {
		case primary37[rank].length:
			says = GRCh37
		case primary38[rank].length:
			says = GRCh38
		default:
			return "", fmt.Sprintf("contig %s of %d bases is of neither GRCh37 (%d) nor GRCh38 (%d)",
				c.Name, c.Length, primary37[rank].length, primary38[rank].length)
		}
		if a != "" && a != says {
			return "", fmt.Sprintf("contig %s of %d bases is %s's, the contigs before it are %s's",
				c.Name, c.Length, says, a)
		}
		a = says
	}
	return a, ""
}
