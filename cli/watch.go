package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"text/tabwriter"

	"istmo/fault"
	"istmo/observatory/watch"
)

type watchCmd struct {
	File    string   `arg:"" help:"${watch_file}" type:"path"`
	At      string   `help:"${watch_at}" placeholder:"2023-06"`
	By      string   `help:"${watch_by}" placeholder:"nationality"`
	Before  string   `help:"${watch_before}" type:"path"`
	PerYear float64  `help:"${watch_per_year}" default:"0.6"`
	Share   float64  `help:"${watch_share}" default:"0.1"`
	Break   []string `help:"${watch_break}" placeholder:"2024-01"`
	JSON    bool     `help:"${as_json}" name:"json"`
}

// Run says what changed in a month. It needs no node: the file holds counts, and
// they are the reader's own.
func (c *watchCmd) Run(t *Terminal) error {
	r, err := c.report()
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(t.Out).Encode(r)
	}
	t.watched(r, c.By != "")
	return nil
}

func (c *watchCmd) report() (watch.Report, error) {
	s := watch.Settings{PerYear: c.PerYear, Share: c.Share}
	for _, text := range c.Break {
		m, ok := watch.ParseMonth(text)
		if !ok {
			return watch.Report{}, fault.Invalid("break", "watch.bad-at")
		}
		s.Breaks = append(s.Breaks, watch.Break{Month: m})
	}
	if !slices.Contains([]string{"", "nationality", "category"}, c.By) {
		return watch.Report{}, fault.Invalid("by", "watch.bad-by")
	}
	table, err := readCounts(c.File)
	if err != nil {
		return watch.Report{}, err
	}
	at, ok := table.To, true
	if c.At != "" {
		at, ok = watch.ParseMonth(c.At)
	}
	if !ok {
		return watch.Report{}, fault.Invalid("at", "watch.bad-at")
	}
	var earlier *watch.Table
	if c.Before != "" {
		before, err := readCounts(c.Before)
		if err != nil {
			return watch.Report{}, err
		}
		earlier = &before
	}
	r, err := watch.Watch(table, at, s, earlier)
	if c.By == "" {
		r.Categories, r.Short, r.Missing = nil, nil, nil
	}
	return r, err
}

func readCounts(path string) (watch.Table, error) {
	in, err := os.Open(path)
	if err != nil {
		return watch.Table{}, fault.Invalid("file", "cli.no-file").With("Path", path)
	}
	defer in.Close()
	return watch.Read(in)
}

// watched shows a report: the total in a sentence, what changed in a table, how
// surely, and what it rests on.
func (t *Terminal) watched(r watch.Report, by bool) {
	t.printf("%s\n\n", t.say("watch.heading", "Month", r.At.String()))
	t.printf("%s\n", t.change(r.Total))
	var told []watch.Finding
	for _, f := range append([]watch.Finding{r.Total}, r.Categories...) {
		if f.Kind != watch.Quiet {
			told = append(told, f)
		}
	}
	if len(told) == 0 {
		t.printf("%s\n", t.say("watch.quiet-month"))
	} else {
		t.printf("\n")
		t.changes(told)
	}
	t.printf("\n")
	for _, m := range methods(told) {
		t.printf("%s\n", t.say("watch.rests."+string(m)))
	}
	t.printf("%s\n", t.say("watch.sure", "PerYear", t.decimal(r.PerYear, 'g', -1), "Share", t.decimal(100*r.Share, 'g', 3)))
	for _, n := range []struct {
		key   string
		count int
	}{{"watch.short", len(r.Short)}, {"watch.missing", len(r.Missing)}, {"watch.revisions", len(r.Revisions)}} {
		if n.count > 0 {
			t.printf("%s\n", t.say(n.key, "Count", n.count))
		}
	}
	t.printf("\n%s\n", t.say("watch.meaning"))
}

// change is the sentence of a finding.
func (t *Terminal) change(f watch.Finding) string {
	if f.Method == watch.TooShort || f.Method == watch.NoCount {
		return t.say("watch.method." + string(f.Method))
	}
	way := ""
	if f.Kind == watch.Changed {
		way = t.say("watch.kind.changed." + string(f.Direction))
	}
	return t.say("watch.found."+string(f.Kind), "Way", way, "Series", t.series(f), "Since", f.Since.String(), "Observed", t.people(f.Observed), "Expected", t.people(f.Expected),
		"Ratio", t.decimal(f.Ratio.Value, 'f', 2), "Low", t.decimal(f.Ratio.Low, 'f', 2), "High", t.decimal(f.Ratio.High, 'f', 2))
}

func (t *Terminal) series(f watch.Finding) string {
	if f.Category == "" {
		return t.say("watch.total")
	}
	return f.Category
}

func (t *Terminal) changes(told []watch.Finding) {
	w := tabwriter.NewWriter(t.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, t.say("watch.columns"))
	for _, f := range told {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s–%s\t%s\t%s\n", t.series(f), t.say("watch.kind."+string(f.Kind)+"."+string(f.Direction)), f.Since, t.people(f.Expected), t.people(f.Observed),
			t.decimal(f.Ratio.Value, 'f', 2), t.decimal(f.Ratio.Low, 'f', 2), t.decimal(f.Ratio.High, 'f', 2), t.decimal(f.Q, 'g', 2), t.say("watch.method."+string(f.Method)))
	}
	w.Flush()
}

// methods are what the findings rest on, each once.
func methods(told []watch.Finding) (all []watch.Method) {
	for _, f := range told {
		if !slices.Contains(all, f.Method) {
			all = append(all, f.Method)
		}
	}
	return all
}
