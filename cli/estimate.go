package cli

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"

	"istmo/fault"
	"istmo/observatory/mse"
)

type estimateCmd struct {
	File       string  `arg:"" help:"${estimate_file}" type:"path"`
	Threshold  float64 `help:"${estimate_threshold}" default:"0.02"`
	Replicates int     `help:"${estimate_replicates}" default:"1000"`
	Seed       uint64  `help:"${estimate_seed}" default:"1"`
	JSON       bool    `help:"${as_json}" name:"json"`
}

// Run estimates how many people were never found from the overlaps between
// lists. It needs no node: the file holds counts, and they are the reader's own.
// What it refuses to estimate, it still describes.
func (c *estimateCmd) Run(t *Terminal) error {
	table, err := readTable(c.File)
	if err != nil {
		return err
	}
	if !c.JSON {
		t.describe(table)
	}
	e, err := table.Stepwise(c.Threshold)
	if err != nil {
		return err
	}
	p := t.progress()
	i, err := table.BCa(t.ctx, mse.Options{Threshold: c.Threshold, Replicates: c.Replicates, Seed: c.Seed},
		func(done, total int) { p.at(int64(done), int64(total)) })
	p.end()
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(t.Out).Encode(estimateJSON(table, e, i, c.Seed))
	}
	t.chosen(e)
	t.estimated(e, i, c.Seed)
	t.printf("\n%s\n", t.say("estimate.meaning"))
	return nil
}

func readTable(path string) (mse.Table, error) {
	in, err := os.Open(path)
	if err != nil {
		return mse.Table{}, fault.Invalid("file", "cli.no-file").With("Path", path)
	}
	defer in.Close()
	return mse.Read(in)
}

// describe shows the lists, how many people are on each, and how many any two share.
func (t *Terminal) describe(table mse.Table) {
	t.printf("%s\n\n", t.say("estimate.observed", "Lists", len(table.Lists), "People", t.people(float64(table.Observed()))))
	if table.Repeated > 0 {
		t.printf("%s\n\n", t.say("estimate.repeated", "Count", table.Repeated))
	}
	w := tabwriter.NewWriter(t.Out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "%s\t%s\t%s\t\n", t.say("estimate.list"), t.say("estimate.on-it"), strings.Join(table.Lists, "\t"))
	for _, a := range table.Lists {
		fmt.Fprintf(w, "%s\t%s\t", a, t.people(float64(table.On(a))))
		for _, b := range table.Lists {
			if a == b {
				fmt.Fprint(w, "·\t")
			} else {
				fmt.Fprintf(w, "%s\t", t.people(float64(table.On(a, b))))
			}
		}
		fmt.Fprintln(w)
	}
	w.Flush()
}

// chosen says which interactions were taken, in order, and why it ended there.
func (t *Terminal) chosen(e mse.Estimate) {
	t.printf("\n%s\n", t.say("estimate.how", "Threshold", t.decimal(e.Threshold, 'g', -1)))
	if len(e.Steps) == 0 {
		t.printf("\n%s\n", t.say("estimate.none-taken"))
	} else {
		t.printf("\n")
		t.steps(e.Steps)
		t.printf("\n%s\n", t.say("estimate.taken", "Count", len(e.Steps)))
	}
	if len(e.Passed) > 0 {
		t.printf("\n%s\n", t.say("estimate.passed", "Count", len(e.Passed)))
		t.steps(e.Passed)
	}
}

func (t *Terminal) steps(steps []mse.Step) {
	w := tabwriter.NewWriter(t.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, t.say("estimate.columns"))
	for _, s := range steps {
		key := "estimate.more-often"
		switch {
		case s.Empty:
			key = "estimate.never"
		case float64(s.Shared) < s.Expected:
			key = "estimate.less-often"
		}
		fmt.Fprintf(w, "%s + %s\t%s\t%s\t%s\t%s\n", s.A, s.B, t.people(float64(s.Shared)), t.decimal(s.Expected, 'f', 1), t.decimal(s.P, 'g', 2), t.say(key))
	}
	w.Flush()
}

func (t *Terminal) estimated(e mse.Estimate, i mse.Intervals, seed uint64) {
	t.printf("\n%s\n", t.say("estimate.total", "Total", t.people(e.Total), "Hidden", t.people(e.Hidden), "Observed", t.people(float64(e.Observed))))
	t.printf("%s\n", t.say("estimate.wald", "Low", t.people(e.Low), "High", t.people(e.High)))
	t.printf("%s\n", t.say("estimate.bca", "Low", t.people(i.Low), "High", t.people(i.High), "Low80", t.people(i.Low80), "High80", t.people(i.High80)))
	t.printf("%s\n", t.say("estimate.replicated", "Replicates", t.people(float64(i.Replicates)), "Same", t.people(float64(i.Same)), "Seed", strconv.FormatUint(seed, 10)))
	if i.Unbounded > 0 {
		t.printf("%s\n", t.say("estimate.unbounded", "Count", i.Unbounded))
	}
}

// people is a number of people, to the unit, as the reader's language groups it.
func (t *Terminal) people(n float64) string {
	s, mark := strconv.FormatFloat(math.Round(n), 'f', 0, 64), "\u00a0"
	if t.Lang == "en" {
		mark = ","
	}
	for at := len(s) - 3; at > 0; at -= 3 {
		s = s[:at] + mark + s[at:]
	}
	return s
}

// decimal is a number with the reader's decimal mark.
func (t *Terminal) decimal(v float64, form byte, digits int) string {
	s := strconv.FormatFloat(v, form, digits, 64)
	if t.Lang != "en" {
		s = strings.Replace(s, ".", ",", 1)
	}
	return s
}

type listJSON struct {
	Name   string `json:"name"`
	People int    `json:"people"`
}

type overlapJSON struct {
	mse.Pair
	Shared int `json:"shared"`
}

type estimated struct {
	Lists     []listJSON    `json:"lists"`
	Overlaps  []overlapJSON `json:"overlaps"`
	Repeated  int           `json:"repeated"`
	Estimate  mse.Estimate  `json:"estimate"`
	Intervals mse.Intervals `json:"intervals"`
	Seed      uint64        `json:"seed"`
}

func estimateJSON(table mse.Table, e mse.Estimate, i mse.Intervals, seed uint64) estimated {
	out := estimated{Repeated: table.Repeated, Estimate: e, Intervals: i, Seed: seed}
	for k, a := range table.Lists {
		out.Lists = append(out.Lists, listJSON{a, table.On(a)})
		for _, b := range table.Lists[k+1:] {
			out.Overlaps = append(out.Overlaps, overlapJSON{mse.Pair{A: a, B: b}, table.On(a, b)})
		}
	}
	return out
}
