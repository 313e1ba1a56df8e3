// Package tsv writes a report's tables as tab-separated text: UTF-8, one
// header line of lower-case names, "." for missing, lists joined by ";",
// 1-based positions. Gaps is a BED file and so 0-based half-open.
//
// A cell never breaks its row: tabs and line ends in a value become spaces. A
// cell that a spreadsheet would run as a formula is written behind an
// apostrophe, which spreadsheets read as "this is text". Gene names and every
// other value stay as they are.
package tsv
