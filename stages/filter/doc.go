// Package filter decides which alleles are not reported, by the rules of a
// profile. Rescue comes before the rules; of the rules the first that excludes
// is kept, with what it saw and its threshold.
package filter
