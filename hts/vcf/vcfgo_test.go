package vcf

import (
	"errors"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/brentp/vcfgo"

	"varpanel/hts/bgzf"
	"varpanel/internal/testkit"
)

// vcfgo reads the real VCFs as we do: columns, INFO values, genotypes and sample
// values. Where it is known to differ the comparison says so.
func TestAgainstVcfgo(t *testing.T) {
	records := 0
	for _, file := range []string{
		"data/vcf/HG002_trio.GRCh37.chr1p.gatk.vcf.gz", "data/vcf/NA12878.BRCA1.GRCh38.bcftools.vcf.gz",
		"data/vcf/NA12878.chr21_APP.GRCh38.platinum_truth.vcf.gz", "data/vcf/trio_synthetic_genotypes.talos.GRCh38.vcf.gz",
		"data/vcf/tumour.T001-COAD.GRCh38.somatic.vcf.gz", "data/annotation/GRCh38.BRCA1.1000g_phase3.af.vcf.gz",
		"data/vcf/tumour_normal.NA12877_NA12878_admix.chr22.GRCh38.strelka_snvs.vcf.gz",
	} {
		records += compareVcfgo(t, testkit.Shared(t, file))
	}
	t.Logf("%d records", records)
	if records < 10000 {
		t.Error("too few")
	}
}

func compareVcfgo(t *testing.T, path string) int {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	text, err := Text(f, bgzf.Options{Name: path})
	if err != nil {
		t.Fatal(err)
	}
	defer text.Close()
	theirs, err := vcfgo.NewReader(text, false)
	if theirs == nil {
		t.Fatal(err)
	}
	ours, err := Open(path, bgzf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer ours.Close()
	h := ours.Header()
	if !slices.Equal(h.Samples, theirs.Header.SampleNames) && len(h.Samples) > 0 {
		t.Errorf("%s: samples %d, %d", path, len(h.Samples), len(theirs.Header.SampleNames))
	}
	for id, f := range theirs.Header.Infos {
		if got, ok := h.Info(id); !ok || got.Type != f.Type {
			t.Errorf("%s: INFO %s: %+v", path, id, got)
		}
	}
	for id, f := range theirs.Header.SampleFormats {
		if got, ok := h.FormatField(id); !ok || got.Type != f.Type {
			t.Errorf("%s: FORMAT %s: %+v", path, id, got)
		}
	}
	var r Record
	for n := 0; ; n++ {
		err := ours.Read(&r)
		v := theirs.Read()
		if errors.Is(err, io.EOF) || n == 4000 {
			if errors.Is(err, io.EOF) != (v == nil) {
				t.Errorf("%s: ends differ after %d records", path, n)
			}
			return n
		}
		if err != nil || v == nil {
			t.Fatalf("%s: record %d: %v, %v", path, n+1, err, theirs.Error())
		}
		sameColumns(t, &r, v)
		sameInfo(t, h, &r, v)
		for i := range h.Samples {
			sameSample(t, &r, i, v)
		}
		if t.Failed() {
			return n
		}
	}
}

func sameColumns(t *testing.T, r *Record, v *vcfgo.Variant) {
	t.Helper()
	q, p := Float(r.Qual())
	if string(r.Chrom()) != v.Chromosome || r.Pos() != int(v.Pos)-1 || string(r.ID()) != v.Id_ || string(r.Ref()) != v.Reference ||
		string(r.Alts()) != strings.Join(v.Alternate, ",") || string(r.Filter()) != v.Filter ||
		p == Present && float32(q) != v.Quality || p == Missing && math.Float32bits(v.Quality) != math.Float32bits(vcfgo.MISSING_VAL) {
		t.Errorf("%.200q: columns differ", r.Line())
	}
}

func sameInfo(t *testing.T, h *Header, r *Record, v *vcfgo.Variant) {
	t.Helper()
	info, ok := v.Info_.(*vcfgo.InfoByte)
	if !ok {
		t.Fatalf("%T", v.Info_)
	}
	for _, f := range h.Infos {
		got, p := r.InfoByKey(h.InfoKey(f.ID))
		want := string(info.SGet(f.ID))
		switch {
		case p == Present && got == nil: // vcfgo gives a flag's key
			if want != f.ID {
				t.Errorf("%.200q: flag %s: %q", r.Line(), f.ID, want)
			}
		case p == Missing && want != "" && want != ".":
			t.Errorf("%.200q: %s is missing, %q there", r.Line(), f.ID, want)
		case p == Present && string(got) != want:
			t.Errorf("%.200q: %s: %q, %q", r.Line(), f.ID, got, want)
		}
	}
}

func sameSample(t *testing.T, r *Record, i int, v *vcfgo.Variant) {
	t.Helper()
	theirs := v.Samples[i]
	if len(theirs.Fields) == 0 { // vcfgo reads nothing where fields were dropped
		return
	}
	for key, want := range theirs.Fields {
		got, p := r.SampleValue(i, key)
		if p == Missing {
			got = []byte(".")
		}
		if string(got) != want {
			t.Errorf("%.200q: sample %d: %s differs", r.Line(), i+1, key)
		}
	}
	gt, err := r.Genotype(i, nil)
	if err != nil {
		t.Error(err)
	}
	var want []int
	for _, a := range gt {
		want = append(want, a.Index)
	}
	if len(gt) > 0 && !slices.Equal(want, theirs.GT) {
		t.Errorf("%.200q: sample %d: GT differs", r.Line(), i+1)
	}
	if len(gt) > 1 && gt[1].Phased != theirs.Phased {
		t.Errorf("%.200q: sample %d: phase differs", r.Line(), i+1)
	}
	if dp, p := r.SampleValue(i, "DP"); p == Present && string(dp) != strconv.Itoa(theirs.DP) {
		t.Errorf("%.200q: sample %d: DP differs", r.Line(), i+1)
	}
}

// What vcfgo changes, or cannot take, leaves here as it came.
func TestFaultsOfVcfgo(t *testing.T) {
	head := "##fileformat=VCFv4.2\n" +
		"##FORMAT=<ID=GT,Number=1,Type=String,Description=\"x\">\n##FORMAT=<ID=DP,Number=1,Type=Integer,Description=\"x\">\n" +
		"##zebra=1\n##INFO=<ID=Z,Number=1,Type=String,Description=\"x\">\n##INFO=<ID=A,Number=1,Type=Float,Description=\"x\">\n" +
		"##FILTER=<ID=q,Description=\"x\">\n##INFO=<ID=M,Number=1,Type=Float,Description=\"x\">\n##alpha=2\n" +
		"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ts\n"
	body := "1\t5\t.\tA\tC\t481.02\tPASS\tA=0.00001234567;Z=x\tGT:DP\t0/1\n" + // a dropped field, QUAL and INFO numbers
		"1\t6\t.\tA\tC\t1e-05\tPASS\tM=1.50;A=.\tGT:DP\t./.:.\n" +
		"1\t7\t.\tA\tC\t0.000\t.\t.\tGT:DP\t0|1:007\n"
	v, err := NewReader(strings.NewReader(head+body), "x.vcf")
	if err != nil {
		t.Fatal(err)
	}
	if got := v.Header().Text(); got != head {
		t.Errorf("the header is written as %q", got)
	}
	var out []byte
	var r Record
	var e Edit
	for {
		err := v.Read(&r)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		e.Reset()
		e.SetSample(-1, nil) // the samples one by one
		out = append(e.Append(out, &r), '\n')
	}
	if string(out) != body {
		t.Errorf("written as %q", out)
	}
	for n := range strings.Count(body, "\t") { // short lines
		var r Record
		cut := strings.Join(strings.Split(body, "\t")[:n], "\t")
		if err := r.Parse([]byte(cut)); err == nil && n < 8 {
			t.Errorf("%q is taken", cut)
		}
		NewChecker(v.Header(), func(string, string) {}).Check(new(Record))
	}
}
