// Package html writes a report as one self-contained HTML page: what a
// clinical scientist reads and signs beside. It needs no script, loads nothing
// and prints on A4. What the report found and all that it does not cover stand
// first. Nothing depends on colour; every empty part says so in words.
//
// All text is escaped by html/template, and the page forbids scripts and
// outside resources by itself. Long alleles and names are shortened in tables
// and stand in full, up to a bound, in the variant's detail.
package html

import (
	"bufio"
	"embed"
	"html/template"
	"io"

	"varpanel/stages/report"
)

//go:embed report.html.tmpl report.css
var files embed.FS

// Write writes the report's page. The same report gives the same bytes.
func Write(w io.Writer, r *report.Report) error {
	page, err := newPage(r)
	if err != nil {
		return err
	}
	t, err := template.New("report").Funcs(words).ParseFS(files, "report.html.tmpl")
	if err != nil {
		return err
	}
	b := bufio.NewWriterSize(w, 1<<16)
	if err := t.ExecuteTemplate(b, "report", page); err != nil {
		return err
	}
	return b.Flush()
}
