package web

import (
	"html/template"
	"time"
)

// The parts below are what a page is made of beside forms and words. A feature
// fills them in Go and places them in its template: {{timeline .Data.Events}}.
// Their texts are in the reader's language already.

// Clock is a deadline: {{clock .Data.Decide}}.
type Clock struct {
	What   string        // what must be done by then
	Due    time.Time     // zero for no deadline
	Done   time.Time     // when it was done; zero while it runs
	Soon   time.Duration // how long before Due it is shown as soon due; 24 hours if 0
	Rule   string        // "2 días hábiles desde la recepción"
	Source string        // where the rule stands
	Link   string        // the source's address, if it has one
}

// State is how a clock stands at now: "ok", "soon", "overdue", "done", or
// "late" for what was done after its time.
func (c Clock) State(now time.Time) string {
	soon := c.Soon
	if soon == 0 {
		soon = 24 * time.Hour
	}
	switch {
	case !c.Done.IsZero() && c.Done.After(c.Due) && !c.Due.IsZero():
		return "late"
	case !c.Done.IsZero():
		return "done"
	case now.After(c.Due):
		return "overdue"
	case c.Due.Sub(now) <= soon:
		return "soon"
	}
	return "ok"
}

// Tone is what a tag or a banner tells by word, shape and colour.
type Tone string

// The tones.
const (
	Neutral Tone = "neutral" // nothing to do about it
	Active  Tone = "active"  // under way
	Success Tone = "done"
	Warning Tone = "soon" // soon due, or wants attention
	Danger  Tone = "danger"
)

// Tag is a state in a word: {{tag .Data.State}}, or {{tag "done" (t "…")}}.
type Tag struct {
	Text string
	Tone Tone
}

// Event is one entry of a timeline, newest first.
type Event struct {
	At    time.Time
	Title string
	By    string
	Body  string
	Tag   Tag
	Link  Link
}

// Row is one line of a summary list.
type Row struct {
	Key     string
	Value   any // text, template.HTML, a time.Time (told as a date), or nil for "not recorded"
	Actions []Link
	Sealed  bool // exists and is not shown to this reader
}

// Task is one line of a task list.
type Task struct {
	Title, Hint string
	Href        string // empty while it cannot be started
	Tag         Tag
}

// Pagination leads through a long list by cursors.
type Pagination struct {
	Prev, Next string // addresses; empty at an end
	Label      string // such as "1 a 50 de 230"
}

// Filter is one choice by which a list is narrowed; the choices live in the URL.
type Filter struct {
	Name    string // in the query
	Label   string
	Kind    string // "select", "checkboxes", "text" or "date"
	Choices []Option
}

// Filters are the filters of a list with what is chosen now:
// {{filters .Data.Filters}}.
type Filters struct {
	Fields []Filter
	Count  int // how many the list holds under them
}

// Empty is what a list without entries says: why, and what to do.
type Empty struct {
	Title, Body string
	Action      Link
}

// Item is one thing that leaves or stays.
type Item struct {
	Label, Value string
	Why          string // why it stays
	Sealed       bool   // shown by its label alone
}

// Sides is what leaves and what stays, side by side.
type Sides struct {
	To     string // who receives what leaves
	Leaves []Item
	Stays  []Item
}

// Rung is one step of a ladder of receipts.
type Rung struct {
	Title  string
	At     time.Time // when it was climbed; zero while it is awaited
	By     string    // who signed
	Detail string
	Failed bool // refused instead
}

// Ladder is how far something sent has come, from the first rung up.
type Ladder struct {
	To    string
	Rungs []Rung
}

// Interruption asks once before something grave: a page of its own, which says
// what will happen and has the one button that does it. Show it with Interrupt.
type Interruption struct {
	Heading string
	Body    []string // sentences
	Verb    string
	Hidden  map[string]string
	Confirm string // the words of the button: a verb
	Next    string // where to go when it is done
	Cancel  Link
	Inside  template.HTML // fields, if it must ask for a reason
}

// Interrupt is the view of an interruption; title is the key of the page's name.
func Interrupt(title string, i Interruption) View {
	return View{Template: "web/interruption", Title: title, Data: i, Layout: Plain}
}
