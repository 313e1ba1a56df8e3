package explain

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"varpanel/hts/bgzf"
	"varpanel/hts/fault"
	"varpanel/pipeline/provenance"
	"varpanel/reference/bundle"
)

// folder is a case's output folder and its bundle.
type folder struct {
	run    *provenance.Run
	rows   rows
	bundle *bundle.Bundle
}

// rows are the parts of report.json that an answer needs.
type rows struct {
	Case struct {
		Sample string `json:"sample"`
	} `json:"case"`
	Variants []reported `json:"variants"`
	Excluded []excluded `json:"excluded"`
	Coverage *struct {
		PassDepth int    `json:"pass_depth"`
		Exons     []exon `json:"exons"`
		Gaps      []gap  `json:"gaps"`
	} `json:"coverage"`
	Hotspots []struct {
		Name   string `json:"name"`
		Contig string `json:"contig"`
		Pos    int    `json:"pos"`
		Status string `json:"status"`
		Why    string `json:"why"`
	} `json:"hotspots"`
	Conclusion struct {
		Points []string `json:"points"`
	} `json:"conclusion"`
}

// place is an allele as a row has it, with a 1-based position.
type place struct {
	Contig string `json:"contig"`
	Pos    int    `json:"pos"`
	Ref    string `json:"ref"`
	Alt    string `json:"alt"`
}

// naming is what a row calls an allele.
type naming struct {
	Gene        string `json:"gene"`
	Transcript  string `json:"transcript"`
	HGVSc       string `json:"hgvs_c"`
	HGVSp       string `json:"hgvs_p"`
	Consequence string `json:"consequence"`
}

type reported struct {
	place
	naming
	Rank     int      `json:"rank"`
	Tier     string   `json:"tier"`
	TierRule string   `json:"tier_rule"`
	Evidence []string `json:"evidence"`
	Rescue   []string `json:"rescue"`
	Flags    []string `json:"flags"`
}

type excluded struct {
	place
	naming
	Rule      string   `json:"rule"`
	Version   string   `json:"rule_version"`
	Observed  string   `json:"observed"`
	Threshold string   `json:"threshold"`
	Flags     []string `json:"flags"`
}

// exon has a 1-based inclusive interval, gap a 0-based half-open one.
type exon struct {
	naming
	Exon   string `json:"exon"`
	Contig string `json:"contig"`
	Start  int    `json:"start"`
	End    int    `json:"end"`
}

type gap struct {
	Contig   string `json:"contig"`
	Start    int    `json:"start0"`
	End      int    `json:"end"`
	MinDepth int    `json:"min_depth"`
	MaxDepth int    `json:"max_depth"`
}

func openFolder(dir string, o bgzf.Options) (*folder, error) {
	run, err := provenance.Read(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Usagef("%s: no %s: not the output folder of a finished run", dir, provenance.RunName)
	}
	if err != nil {
		return nil, fault.Inputf(filepath.Join(dir, provenance.RunName), "", "not readable as a run's provenance").WithCause(err)
	}
	f := &folder{run: run}
	name := filepath.Join(dir, run.Case+".report.json")
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Usagef("%s: explain reads the JSON report, which this run did not write", name).
			WithHint("run the case again with json among its --formats")
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &f.rows); err != nil {
		return nil, fault.Inputf(name, "", "not a report of this program").WithCause(err)
	}
	if f.bundle, err = bundle.Open(run.Bundle, o); err != nil {
		return nil, err
	}
	if f.bundle.Digest != run.BundleSHA {
		return nil, fault.Inputf(run.Bundle, bundle.ManifestFile, "the bundle is not the one that the case ran with: its digest has changed").
			WithHint("run the case again with this bundle")
	}
	return f, nil
}
