package cases

import (
	"io"
	"strings"
	"time"

	"varpanel/hts/bgzf"
	"varpanel/stages/report"
)

// Options is one case to run.
type Options struct {
	Bundle  string   // the bundle's folder
	VCFs    []string // "-" is Stdin
	BAMs    []BAM
	Proband string
	Tumour  string
	Normal  string
	Sex     string // male, female, or "" for unknown
	Profile string // a built-in name or a file; "" for the bundle's own
	Known   string // the laboratory's list of known alleles; "" for none
	Name    string // the case's name; "" for the sample's
	Out     string
	Force   bool
	Formats []string

	Threads       int
	SafeInflate   bool // see bgzf.Options
	AllowOldIndex bool
	FastMode      bool   // count every read for coverage, overlapping mates too
	HashInputs    bool   // hash BAMs whole
	Origin        string // demo cases: which parts are real and which made up

	Stdin    io.Reader
	Tool     report.Tool
	Revision string
	GoVer    string
	Command  []string
	Now      func() time.Time
	// Progress is told what is being done and how many records have passed;
	// nil for silence. It may be called from several goroutines.
	Progress func(stage string, records int)
}

// blocks says how small bgzipped files are unpacked.
func (o *Options) blocks() bgzf.Options { return bgzf.Options{SafeInflate: o.SafeInflate} }

// BAM is one --bam: a file, and the sample it is said to be of ("" for the
// proband).
type BAM struct {
	Sample string
	Path   string
}

// Formats that run can write, and those it writes unless told otherwise.
var (
	KnownFormats   = []string{"tsv", "json", "html", "vcf"}
	DefaultFormats = []string{"tsv", "json", "html", "vcf"}
)

// Result is what a run gives back beside its files.
type Result struct {
	Dir      string
	Report   *report.Report
	Files    []string
	Warnings []string
	// GateFailed: the reports are written, and the QC gate did not pass.
	GateFailed bool
}

// isCaseName tells whether a name can name a case and its files: 1 to 64
// letters, digits, '.', '_' and '-', the first a letter or digit.
func isCaseName(s string) bool {
	if s == "" || len(s) > 64 || strings.IndexByte("._-", s[0]) >= 0 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') && c != '.' && c != '_' && c != '-' {
			return false
		}
	}
	return true
}
