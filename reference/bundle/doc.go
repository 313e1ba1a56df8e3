// Package bundle reads and verifies a panel bundle: a folder of standard,
// indexed files and a manifest that a case runs from.
package bundle
