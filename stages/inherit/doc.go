// Package inherit finds the modes of inheritance that a proband's alleles fit.
//
// It sees the proband alone: a de novo, a parental origin and uniparental
// isodisomy need the family and are not evaluated. What cannot be told is
// flagged and never taken for one of the answers.
package inherit
