// Package source joins alleles with annotation sources.
package source
