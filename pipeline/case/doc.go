// Package cases carries one case from its files to its reports: plan (what is
// there, does it fit together), stream (every record of the panel's regions
// through the stages), and the case phase (merging, inheritance, coverage,
// tiers, reports), which is sequential, small and deterministic.
//
// The folder is pipeline/case; a Go package cannot bear that name.
package cases
