// Package figure is one figure in all the forms in which people want it: a table
// that is shown as a picture over itself, taken along as CSV or XLSX, and, where
// all of it is public, put into a page of somebody else. It is said once, as a
// [report.Table], so that no form can say something else than another.
package figure

import (
	"bytes"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"time"

	"istmo/fault"
	"istmo/i18n"
	"istmo/report"
	"istmo/web"
)

// Figure is a table with a picture of it.
type Figure struct {
	Name    string       // in addresses: "months"
	File    string       // the name of its files, in the reader's words; Name if empty
	Table   report.Table // caption, columns, rows, source and day
	Picture web.Chart    // note, bars or lines; what Table says is filled in
	Public  bool         // it holds nothing but public figures, and may be put into other pages
}

// The files of a figure. The last is for Public ones.
const (
	csv   = ".csv"
	xlsx  = ".xlsx"
	embed = ".html"
)

// Chart is the figure as a part of a page, with links to its files under root.
func (f Figure) Chart(r *web.Request, root string) web.Chart {
	c := f.dressed(r)
	if f.Name == "" {
		return c
	}
	c.Download = web.Link{Text: r.Say("web.figure.csv"), Href: root + "/" + f.Name + csv}
	c.Others = []web.Link{{Text: r.Say("web.figure.xlsx"), Href: root + "/" + f.Name + xlsx}}
	if f.Public {
		c.Others = append(c.Others, web.Link{Text: r.Say("web.figure.embed"), Href: root + "/" + f.Name + embed})
	}
	return c
}

// dressed is the picture with what the table says.
func (f Figure) dressed(r *web.Request) web.Chart {
	c := f.Picture
	c.Title, c.Source, c.Table = f.Table.Caption, f.Table.Source, Written(r.Lang, f.Table)
	if !f.Table.Dated.IsZero() {
		c.Dated = i18n.Date(r.Lang, day(f.Table.Dated, r.Zone()))
	}
	return c
}

// day is the day of a time in a zone; a time at midnight is a day already.
func day(t time.Time, zone *time.Location) time.Time {
	if t.Equal(t.Truncate(24 * time.Hour)) {
		return t
	}
	return t.In(zone)
}

// Files hangs the files of a page's figures under root: find gives the one of a
// name to whoever may have it, and fault.NotFound() for any other name.
func Files(s *web.Site, root string, find func(r *web.Request, name string) (Figure, error)) {
	s.Raw("GET "+root+"/{file}", func(w http.ResponseWriter, r *web.Request) error {
		file := r.PathValue("file")
		dot := strings.LastIndexByte(file, '.')
		if dot <= 0 {
			return fault.NotFound()
		}
		f, err := find(r, file[:dot])
		if err != nil {
			return err
		}
		var out bytes.Buffer
		kind := ""
		switch ext := file[dot:]; {
		case ext == csv:
			kind, err = "text/csv; charset=utf-8", f.document(r).CSV(&out)
		case ext == xlsx:
			kind, err = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", f.document(r).XLSX(&out)
		case ext == embed && f.Public:
			kind, err = "text/html; charset=utf-8", f.embed(s, r, &out)
		default:
			return fault.NotFound()
		}
		if err != nil {
			return err
		}
		name := f.File
		if name == "" {
			name = f.Name
		}
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Content-Disposition", `attachment; filename="`+name+file[dot:]+`"`)
		_, _ = out.WriteTo(w) // the reader has gone; there is nobody left to tell
		return nil
	})
}

// document is the table as a file, with what must be known of it.
func (f Figure) document(r *web.Request) report.Document {
	about := f.Picture.About
	d := report.Document{Lang: r.Lang, Title: f.Table.Caption, Notice: r.Notice(r.Lang), Made: r.Now, Sections: []report.Section{{Heading: f.Table.Caption, Table: &f.Table}}}
	for _, one := range [][2]string{{"web.chart.definition", about.Definition}, {"web.chart.certainty", about.Certainty},
		{"web.chart.comparable", about.Comparable}, {"web.chart.known", about.Note}} {
		if one[1] != "" {
			d.Facts = append(d.Facts, [2]string{r.Say(one[0]), one[1]})
		}
	}
	return d
}

var page = template.Must(template.New("embed").Parse(`<!doctype html>
<html lang="{{.Lang}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{{.Title}}</title>
<style>{{.Style}}</style></head>
<body class="istmo-embed"><main>{{with .Notice}}<p class="istmo-embed__notice">{{.}}</p>{{end}}
{{.Chart}}</main></body></html>
`))

// embed writes the figure as a page that needs nothing else: no script, no font, no
// address of this node.
func (f Figure) embed(s *web.Site, r *web.Request, out *bytes.Buffer) error {
	style, err := s.AssetText("embed.css")
	if err != nil {
		return err
	}
	c := f.dressed(r)
	c.Alone = true
	chart, err := s.Chart(r.Lang, c)
	if err != nil {
		return err
	}
	err = page.Execute(out, map[string]any{"Lang": r.Lang, "Title": f.Table.Caption, "Notice": r.Notice(r.Lang),
		"Style": template.CSS(style), "Chart": chart}) // our own sheet
	if err != nil {
		return fmt.Errorf("figure: %w", err)
	}
	return nil
}

// About is what must be known of a figure, as its room says it under a key.
func About(r *web.Request, key string) web.About {
	return web.About{Definition: r.Say(key + ".definition"), Certainty: r.Say(key + ".certainty"), Comparable: r.Say(key + ".comparable")}
}

// Written is a table in words. What is not shown is a dash.
func Written(lang string, t report.Table) (out web.ChartTable) {
	for _, c := range t.Columns {
		out.Columns = append(out.Columns, web.ChartColumn{Title: c.Title, Number: c.Number})
	}
	for _, row := range t.Rows {
		words := make([]string, len(row))
		for i, cell := range row {
			words[i] = Word(lang, cell)
		}
		out.Rows = append(out.Rows, words)
	}
	return out
}

// Word is a cell in words.
func Word(lang string, c report.Cell) string {
	switch v := c.(type) {
	case nil:
		return "–"
	case int:
		return Number(lang, v)
	case int64:
		return i18n.Number(lang, v)
	case float64:
		return i18n.Decimal(lang, v, Places(v))
	case time.Time:
		return i18n.Date(lang, v)
	case string:
		return v
	}
	return ""
}

// Places are enough to tell small figures apart: 0.43, 2.7, 38.
func Places(f float64) int {
	switch {
	case f == 0:
		return 0
	case f < 0.995:
		return 2
	case f < 99.5:
		return 1
	}
	return 0
}

// Number is a whole number in words.
func Number(lang string, n int) string { return i18n.Number(lang, int64(n)) }

// Count is a number of a table; what is below zero is not shown.
func Count(n int) report.Cell {
	if n < 0 {
		return nil
	}
	return n
}

// Share is a figure of a table, or nothing where it is not known.
func Share(f float64, known bool) report.Cell {
	if !known {
		return nil
	}
	return f
}

// Column is a column of words.
func Column(title string) report.Column { return report.Column{Title: title} }

// Numbers is a column of numbers.
func Numbers(title string) report.Column { return report.Column{Title: title, Number: true} }

// Month is a month, "2026-11", in few letters: "nov 2026".
func Month(lang, month string) string {
	t, err := time.Parse("2006-01", month)
	if err != nil {
		return month
	}
	_, rest, _ := strings.Cut(i18n.Date(lang, t), " ")
	return rest
}
