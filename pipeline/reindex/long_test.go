package reindex

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"varpanel/hts/fault"
)

// Contigs longer than .tbi and .bai reach, and positions past 32 bits: a .csi has
// htslib's depth and bytes, and leads to the records; a .tbi is refused with what
// to do, unless all records lie where it reaches.
func TestLongContigs(t *testing.T) {
	dir := t.TempDir()
	for _, length := range []int{1<<29 - 256, 1 << 29, 1<<29 + 1, 1<<31 - 1, 1 << 31, 5_000_000_000, 1 << 35} {
		head := fmt.Sprintf("##fileformat=VCFv4.2\n##contig=<ID=1,length=1000>\n##contig=<ID=long,length=%d>\n"+
			"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n1\t7\t.\tA\tC\t.\t.\t.\n", length)
		rows := ""
		for _, pos := range []int{1, length / 3, length / 2, length - 70_000, length - 1, length} {
			rows += fmt.Sprintf("long\t%d\t.\tA\tC\t.\t.\t.\n", pos)
		}
		path := filepath.Join(dir, fmt.Sprintf("%d.vcf.gz", length))
		put(t, path, pack(t, head+rows, 65280))
		for _, shift := range []int{9, 14, 18} {
			equal(t, path, ".csi", Options{CSI: true, MinShift: shift}, "tabix", "-f", "-C", "-m", fmt.Sprint(shift), "-p", "vcf", path)
			want := fmt.Sprintf("long\t%d\t.\tA\tC\t.\t.\t.\nlong\t%d\t.\tA\tC\t.\t.\t.\n", length-1, length)
			if got := scanned(t, path, region{"long", length - 1, length}); got != want {
				t.Errorf("%d by bins of 2^%d: %q, want %q", length, shift, got, want)
			}
		}
		short := filepath.Join(dir, fmt.Sprintf("short%d.vcf.gz", length))
		put(t, short, pack(t, head+rows[:strings.Index(rows, "\n")+1], 65280))
		equal(t, short, ".tbi", Options{}, "tabix", "-f", "-p", "vcf", short)
		_, err := File(context.Background(), path, Options{Force: true})
		if length <= 1<<29 {
			must(t, err)
			continue
		}
		if fault.KindOf(err) != fault.Input || !strings.Contains(fault.HintOf(err), "--csi") || !strings.Contains(err.Error(), "line ") {
			t.Errorf("%d: %v, hint %q", length, err, fault.HintOf(err))
		}
	}
}
