package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"istmo/i18n"
)

// Document is what goes onto paper: already in the reader's language, or in two.
type Document struct {
	Lang            string // "es", "en"; in a document of two languages the left column's
	Beside          string // the right column's language, or empty
	Kicker          string // a line above the title, such as the agreement's name
	Title, Subtitle string
	Facts           [][2]string // label and value: version, date, parties, hash
	Sections        []Section
	Signatures      []Signature
	Foot            string    // on every page, beside its number: a short hash, a version
	Notice          string    // said loudly on every page, such as that all is invented
	Made            time.Time // the one time in the document that is not written in it
}

// Section is a part of a document under one heading.
type Section struct {
	Heading    string
	Paragraphs []string
	Sides      []Side
	Table      *Table
	Bars       []Bar
}

// Side is one clause: the same in two languages, side by side, or in one alone
// (Left), with what is known of it below.
type Side struct {
	Number, Label string
	Left, Right   string
	Facts         [][2]string
}

// Table is a table, with where its figures come from and of which day they are.
type Table struct {
	Caption string
	Columns []Column
	Rows    [][]Cell
	Source  string
	Dated   time.Time
}

// Column is a column. Its weight is its share of the width; without one it gets
// what its words need. Numbers stand at its right edge.
type Column struct {
	Title  string
	Weight float64
	Number bool
}

// Cell is a string, an int, int64 or float64, a time.Time, or nil for nothing.
// A time at midnight is a day. A year is a string: it is not grouped as a number.
type Cell any

// Bar is one horizontal bar, which starts at zero. Of is what would be all of it.
type Bar struct {
	Label     string
	Value, Of int64
	Words     string // what else there is to say
}

// Signature is a place to sign by hand, and the machine's signature if there is one.
type Signature struct {
	Country, Institution, Place string
	Signed                      time.Time
	Mark                        string
}

// say is a sentence in the document's language, or in both.
func (d Document) say(key string, args ...any) string {
	first := i18n.Say(d.Lang, key, args...)
	if second := i18n.Say(d.Beside, key, args...); d.Beside != "" && second != first {
		return first + " · " + second
	}
	return first
}

// tables are the document's tables, each with a name.
func (d Document) tables() []Table {
	var all []Table
	for _, s := range d.Sections {
		if s.Table == nil {
			continue
		}
		t := *s.Table
		if t.Caption == "" {
			t.Caption = s.Heading
		}
		all = append(all, t)
	}
	return all
}

// origin says where a table's figures come from and of which day they are.
func (d Document) origin(t Table) string {
	var parts []string
	if t.Source != "" {
		parts = append(parts, d.say("report.source")+": "+t.Source)
	}
	if !t.Dated.IsZero() {
		parts = append(parts, d.say("report.dated")+": "+moment(d.Lang, t.Dated))
	}
	return strings.Join(parts, ". ")
}

// written is a cell as people read it, a decimal with so many places.
func written(lang string, c Cell, places int) (string, error) {
	switch v := c.(type) {
	case nil:
		return "", nil
	case string:
		return v, nil
	case int:
		return i18n.Number(lang, int64(v)), nil
	case int64:
		return i18n.Number(lang, v), nil
	case float64:
		return i18n.Decimal(lang, v, places), nil
	case time.Time:
		return strings.ReplaceAll(moment(lang, v), " ", "\u00a0"), nil
	}
	return "", fmt.Errorf("report: a cell cannot be a %T", c)
}

// moment is a day, or a day and an hour.
func moment(lang string, t time.Time) string {
	if t.IsZero() || midnight(t) {
		return i18n.Date(lang, t)
	}
	return i18n.DateTime(lang, t, t.Location())
}

func midnight(t time.Time) bool {
	h, m, s := t.Clock()
	return h+m+s+t.Nanosecond() == 0
}

// mostPlaces is how many decimal places are written at most. Three digits behind
// a mark would be taken for thousands.
const mostPlaces = 2

// places is how many decimal places a figure has.
func places(f float64) int {
	_, after, _ := strings.Cut(strconv.FormatFloat(f, 'f', mostPlaces, 64), ".")
	return len(strings.TrimRight(after, "0"))
}
