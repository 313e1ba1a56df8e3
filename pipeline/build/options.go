package build

import (
	"errors"
	"io/fs"
	"os"
	"strings"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
)

// Options is one request. Paths are as the user gave them.
type Options struct {
	// One of the four ways to say which genes; PanelApp may stand beside Test.
	Test          string // a code of the test directory, with Directory and GenePanels
	Directory     string
	GenePanels    string
	PanelApp      []string
	MinConfidence int // PanelApp genes below it are left out
	GeneList      string
	Targets       string // BED

	Genes       string // gene model, GFF3
	FASTA       string
	HGNC        string
	MANE        string
	Transcripts string // the laboratory's choice
	Sources     string // SOURCES.toml
	Hotspots    string
	Profile     string // a built-in profile's name or a file

	Padding      int    // bases beside each exon that are scanned
	Assembly     string // "": from the contig lengths
	AllowMissing []string
	Name         string // "": from the request
	Out          string

	Version     string // of this build of varpanel
	Threads     int
	SafeInflate bool // see bgzf.Options

	mayMiss map[string]bool // AllowMissing in lower case
}

// DefaultProfile, DefaultPadding and DefaultConfidence are what a request gets
// that does not say.
const (
	DefaultProfile    = "rare-disease"
	DefaultPadding    = 20
	DefaultConfidence = 3
)

// maxPadding keeps padding a matter of exons' neighbourhoods.
const maxPadding = 10_000

// flank is how far sequence and sources reach beyond a scan region: the window
// in which left-alignment moves records.
const flank = 1000

// hotspotFlank is scanned beside each hotspot.
const hotspotFlank = 5

// blocks says how bgzipped inputs are unpacked that are read in one thread.
func (o *Options) blocks() bgzf.Options { return bgzf.Options{SafeInflate: o.SafeInflate} }

func (o *Options) check() error {
	ways := 0
	for _, given := range []bool{o.Test != "", o.GeneList != "", o.Targets != "", len(o.PanelApp) > 0 && o.Test == ""} {
		if given {
			ways++
		}
	}
	switch {
	case ways == 0:
		return fault.Usagef("which genes: needs one of --test, --panelapp, --gene-list, --regions")
	case ways > 1:
		return fault.Usagef("more than one of --test, --panelapp, --gene-list, --regions").
			WithHint("only --panelapp may stand beside --test, for the modes of inheritance")
	case o.Test != "" && (o.Directory == "" || o.GenePanels == ""):
		return fault.Usagef("--test needs --directory and --gene-panels")
	case o.Test == "" && (o.Directory != "" || o.GenePanels != ""):
		return fault.Usagef("--directory and --gene-panels belong to --test")
	case o.Genes == "" || o.FASTA == "" || o.Out == "":
		return fault.Usagef("panel build needs --genes, --fasta and -o")
	case o.Padding < 0 || o.Padding > maxPadding:
		return fault.Usagef("--padding %d: 0 to %d", o.Padding, maxPadding)
	case o.Assembly != "" && o.Assembly != "GRCh37" && o.Assembly != "GRCh38":
		return fault.Usagef("--assembly %q: GRCh37 or GRCh38", o.Assembly)
	case o.MinConfidence < 0 || o.MinConfidence > 3:
		return fault.Usagef("--min-confidence %d: 0 to 3", o.MinConfidence).
			WithHint("3 is green, 2 amber, 1 red")
	}
	o.mayMiss = make(map[string]bool)
	for _, name := range o.AllowMissing {
		o.mayMiss[strings.ToLower(name)] = true
	}
	return checkOut(o.Out)
}

// checkOut refuses a folder that holds something.
func checkOut(out string) error {
	entries, err := os.ReadDir(out)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil && !isDir(out):
		return fault.Usagef("-o %s: is in the way and is no folder", out)
	case err != nil:
		return err
	case len(entries) > 0:
		return fault.Usagef("-o %s: the folder is in the way and is not empty", out).
			WithHint("a bundle is immutable: build into a new folder")
	}
	return nil
}

func isDir(name string) bool {
	st, err := os.Stat(name)
	return err == nil && st.IsDir()
}

// askedBy names the way in which genes were asked for.
func (o *Options) askedBy() string {
	switch {
	case o.Test != "":
		return "test"
	case o.GeneList != "":
		return "gene-list"
	case o.Targets != "":
		return "regions"
	}
	return "panelapp"
}

// allowed tells whether a gene may lack sequence, match or transcript, by any of
// its names.
func (o *Options) allowed(names ...string) bool {
	for _, n := range names {
		if n != "" && o.mayMiss[strings.ToLower(n)] {
			return true
		}
	}
	return false
}
