// Package view carries the records of a VCF or BCF that meet regions, filters
// and an expression to a VCF, as bcftools view does.
//
// Stretches of text go from the reader to the workers as the blocks had them;
// a worker unpacks them, looks at the columns that are asked for and gathers
// what is kept; the sink writes that in order. Records that nobody changed leave
// as the bytes that were read.
package view
