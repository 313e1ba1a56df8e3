// Package vcf writes a case's annotated VCF: every allele of both tables of
// the report, split and normalised, sorted, as BGZF with its .tbi. What the
// caller wrote stays byte for byte; INFO gains VP_TIER, VP_RULE and CSQ.
package vcf
