package gff

import "testing"

// What GFF3 reserves is escaped where it would be read as something else.
func TestAppend(t *testing.T) {
	for want, f := range map[string]Feature{
		"21\thavana\tCDS\t5011799\t5011874\t.\t+\t0\tID=CDS:ENSP1;Parent=transcript:A,transcript:B\n": {
			Seqid: "21", Source: "havana", Type: "CDS", Start: 5011798, End: 5011874, Strand: '+',
			Attributes: []Attribute{{"ID", "CDS:ENSP1"}, {"Parent", "transcript:A,transcript:B"}}},
		"chr%091\t.\tgene\t1\t1\t0.5\t-\t.\t.\n": {
			Seqid: "chr\t1", Type: "gene", End: 1, Score: "0.5", Strand: '-', Phase: -1},
		"%3E1%25\t.\t.\t1\t2\t.\t.\t2\ta%3Db%2C=x%3By%3Dz%26%25,w%2Cv%252Cu%0A\n": {
			Seqid: ">1%", End: 2, Phase: 2, Attributes: []Attribute{{"a=b,", "x;y=z&%,w%2Cv%252Cu\n"}}},
	} {
		if got := string(Append(nil, &f)); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
