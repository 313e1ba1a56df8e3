// Package explain answers why one variant stands in a case's report, or why it
// does not: it reads an output folder and the bundle that the case ran with,
// and changes nothing.
package explain
