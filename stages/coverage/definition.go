package coverage

import (
	"fmt"
	"strings"

	"varpanel/hts/bam/pileup"
)

// Definition says in words which reads and bases count as depth.
func (o Options) Definition() string {
	d := o.Depth
	reads := []string{fmt.Sprintf("reads with any of the SAM flags in %d%s", d.Exclude, flagNames(d.Exclude))}
	if d.Include != 0 {
		reads = append(reads, fmt.Sprintf("reads with none of the SAM flags in %d%s", d.Include, flagNames(d.Include)))
	}
	reads = append(reads, fmt.Sprintf("reads with a mapping quality below %d", d.MinMapQ))
	quality := "no base quality is asked for"
	if d.MinBaseQ > 0 {
		quality = fmt.Sprintf("bases with a quality below %d do not count", d.MinBaseQ)
	}
	last := len(reads) - 1
	return fmt.Sprintf("Depth leaves out %s and %s; %s. %s", strings.Join(reads[:last], ", "), reads[last], quality, modeWords(d))
}

func modeWords(d pileup.Options) string {
	if d.Mode == pileup.Span {
		return "Every read counts from its start to its end, deleted and skipped bases too, and overlapping mates count twice (mosdepth --fast-mode)."
	}
	mates, deletions := "Overlapping mates of a pair count once", "deleted and skipped bases do not count"
	if d.Mode == pileup.EveryRead {
		mates = "Overlapping mates of a pair count twice"
	}
	if d.Deletions {
		deletions = "deleted bases count, skipped ones do not"
	}
	peer := ""
	if d.MinBaseQ == 0 && !d.Deletions {
		peer = " (mosdepth's default)"
		if d.Mode == pileup.EveryRead {
			peer = " (samtools depth's default)"
		}
	}
	return mates + "; " + deletions + peer + "."
}

// Code is the definition in short, for a column of a table.
func (o Options) Code() string {
	d := o.Depth
	mates, deletions := "once", "no"
	switch d.Mode {
	case pileup.EveryRead:
		mates = "twice"
	case pileup.Span:
		mates = "span" // from a read's start to its end
	}
	if d.Deletions || d.Mode == pileup.Span {
		deletions = "yes"
	}
	return fmt.Sprintf("exclude=%d,include=%d,mapq=%d,baseq=%d,mates=%s,deletions=%s", d.Exclude, d.Include, d.MinMapQ, d.MinBaseQ, mates, deletions)
}

// flagNames gives " (unmapped, duplicate)" for the bits of flags.
func flagNames(flags int) string {
	names := [...]string{"paired", "proper pair", "unmapped", "mate unmapped", "reverse", "mate reverse",
		"first in pair", "second in pair", "secondary", "QC failed", "duplicate", "supplementary"}
	var set []string
	for i, name := range names {
		if flags>>i&1 == 1 {
			set = append(set, name)
		}
	}
	if set == nil {
		return ""
	}
	return " (" + strings.Join(set, ", ") + ")"
}
