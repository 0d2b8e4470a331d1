// Package law is the index of the duties that istmo carries out: article by
// article, in one line of our own words, with where we read it. It holds no text
// of any law.
//
// Code that carries out a duty says so on a line of its own in the comment above,
//
//	// law: palermo:6.1
//
// with one or several ids. A test resolves each id here, and turns the lines into
// docs/generated/duties.md, so that a lawyer can go from an article to the code
// and a programmer from the code to the article. A duty that was not read at its
// source is marked so and has to be verified by counsel.
package law

import (
	_ "embed"
	"encoding/csv"
	"strings"
)

//go:generate go test -run TestDuties -update .

// Duty is one thing that a treaty, law, ruling or standard asks for.
type Duty struct {
	ID         string // as in cr-9095:37.f
	Instrument string
	Article    string // empty where the source did not say
	ES, EN     string // one line of our own words
	Source     string
	Seen       bool // read at the source; otherwise to be verified by counsel
}

// Summary is the duty in lang, in Spanish for languages that the index lacks.
func (d Duty) Summary(lang string) string {
	if lang == "en" {
		return d.EN
	}
	return d.ES
}

//go:embed index.csv
var indexCSV string

var index = readIndex()

// Index lists all duties in the order of the table: treaties, then standards,
// then countries.
func Index() []Duty { return append([]Duty(nil), index...) }

// Find is the duty with an id.
func Find(id string) (Duty, bool) {
	for _, d := range index {
		if d.ID == id {
			return d, true
		}
	}
	return Duty{}, false
}

func readIndex() []Duty {
	rows, err := csv.NewReader(strings.NewReader(indexCSV)).ReadAll()
	if err != nil {
		panic("law: the embedded index is broken: " + err.Error())
	}
	var list []Duty
	for _, r := range rows[1:] {
		list = append(list, Duty{
			ID: r[0], Instrument: r[1], Article: r[2], ES: r[3], EN: r[4], Source: r[5], Seen: r[6] == "yes",
		})
	}
	return list
}
