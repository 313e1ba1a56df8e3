package main

import (
	"fmt"
	"io"

	"varpanel/hts/fasta"
)

// writeVCF writes the design as a caller would have found it in the fragments.
func writeVCF(w io.Writer, contigs []fasta.Contig, fragments []fragment) error {
	fmt.Fprint(w, `##fileformat=VCFv4.2
##source=made up for varpanel's demo: no person is behind these calls
##FILTER=<ID=PASS,Description="All filters passed">
##FILTER=<ID=low_vaf,Description="Allele fraction below 0.15">
`)
	for _, c := range contigs {
		fmt.Fprintf(w, "##contig=<ID=%s,length=%d>\n", c.Name, c.Length)
	}
	fmt.Fprint(w, `##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">
##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Fragments with each allele">
##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Fragments that span the place">
`)
	fmt.Fprintf(w, "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t%s\n", sample)
	for i, v := range design {
		ref, alt := count(fragments, i)
		if _, err := fmt.Fprintf(w, "%s\t%d\t.\t%s\t%s\t%d\t%s\t.\tGT:AD:DP\t0/1:%d,%d:%d\n",
			contig, v.pos+1, v.ref, v.alt, v.qual, v.filter, ref, alt, ref+alt); err != nil {
			return err
		}
	}
	return nil
}

// count counts the fragments that show each allele of variant i, mates once.
func count(fragments []fragment, i int) (ref, alt int) {
	v := design[i]
	for j := range fragments {
		f := &fragments[j]
		switch {
		case !f.spans(v.pos, v.pos+len(v.ref)):
		case f.carries(i):
			alt++
		default:
			ref++
		}
	}
	return ref, alt
}
