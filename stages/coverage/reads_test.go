package coverage

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"varpanel/internal/testkit"
)

// TestReadsAgainstSamtools holds what is counted of the reads over BRCA1's exons
// to samtools, whatever the number of shards.
func TestReadsAgainstSamtools(t *testing.T) {
	samtools := testkit.Oracle(t, "samtools")
	exons := manyExons()
	var bed strings.Builder
	for _, e := range exons {
		fmt.Fprintf(&bed, "%s\t%d\t%d\n", e.Contig, e.Start, e.End)
	}
	path := filepath.Join(t.TempDir(), "exons.bed")
	if err := os.WriteFile(path, []byte(bed.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	view := func(args ...string) string {
		out, err := exec.Command(samtools, append([]string{"view", "-L", path}, append(args, brca1BAM)...)...).Output()
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(out))
	}
	var inserts []int
	for line := range strings.Lines(view("-f", "2", "-F", "3332")) {
		if n, err := strconv.Atoi(strings.Split(line, "\t")[8]); err != nil {
			t.Fatal(err)
		} else if n > 0 {
			inserts = append(inserts, n)
		}
	}
	slices.Sort(inserts)
	for _, threads := range []int{1, 4} {
		o := options()
		o.Threads = threads
		r, err := Measure(context.Background(), o, exons, same)
		if err != nil {
			t.Fatal(err)
		}
		median, pairs := r.Reads.MedianInsert()
		got := fmt.Sprint(r.Reads.Aligned, r.Reads.Primary, r.Reads.Duplicates, pairs, median, r.Reads.OfFile)
		want := fmt.Sprint(view("-c", "-F", "4"), " ", view("-c", "-F", "2308"), " ", view("-c", "-f", "1024", "-F", "2308"), " ",
			len(inserts), " ", inserts[(len(inserts)-1)/2], " ", indexed(t, samtools))
		if got != want {
			t.Errorf("%d threads: alignments, primary, duplicates, pairs, median insert, of the file: %s, samtools has %s", threads, got, want)
		}
	}
}

// indexed is the number of alignments that samtools idxstats reads off the index.
func indexed(t *testing.T, samtools string) int {
	out, err := exec.Command(samtools, "idxstats", brca1BAM).Output()
	if err != nil {
		t.Fatal(err)
	}
	sum := 0
	for line := range strings.Lines(string(out)) {
		n, err := strconv.Atoi(strings.Split(line, "\t")[2])
		if err != nil {
			t.Fatal(err)
		}
		sum += n
	}
	return sum
}

func TestMedianInsert(t *testing.T) {
	var r ReadStat
	if m, n := r.MedianInsert(); m != 0 || n != 0 {
		t.Errorf("of none: %d of %d", m, n)
	}
	r.Inserts[300], r.Inserts[301], r.Inserts[maxInsert] = 1, 1, 2
	if m, n := r.MedianInsert(); m != 301 || n != 4 {
		t.Errorf("%d of %d", m, n)
	}
}
