package cli

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"istmo/fault"
	"istmo/node"
	"istmo/observatory/figures"
)

type importCmd struct {
	Flows      importFlows      `cmd:"" help:"${import_flows}"`
	Glotip     importGlotip     `cmd:"" help:"${import_glotip}"`
	Population importPopulation `cmd:"" help:"${import_population}"`
	Borders    importBorders    `cmd:"" help:"${import_borders}"`
}

// figuresFile is a file of public figures. With Check it is only read, which needs no
// node; otherwise it is taken in, as the token's owner.
type figuresFile struct {
	File      string `arg:"" help:"${import_file}" type:"path"`
	Check     bool   `help:"${import_check}"`
	Source    string `help:"${import_source}"`
	Edition   string `help:"${import_edition}"`
	Note      string `help:"${import_note}"`
	TokenFile string `help:"${do_token_file}" type:"path"`
}

type (
	importFlows      struct{ figuresFile }
	importGlotip     struct{ figuresFile }
	importPopulation struct{ figuresFile }
	importBorders    struct {
		figuresFile
		Level string `help:"${import_level}" enum:"country,province,municipality" default:"province"`
	}
)

// reading is how a file of one kind is read.
type reading func(in io.Reader, told figures.Progress) (figures.Report, error)

// read opens the file, reads it, and says what is in it and what is wrong with it,
// and takes it in unless it was only to be checked. Its error says that something is
// in the way.
func (c *figuresFile) read(t *Terminal, kind, level string, read reading, then func()) error {
	in, size, err := openRecords(c.File)
	if err != nil {
		return err
	}
	defer in.Close()
	p := t.progress()
	report, err := read(in, p.rows(size))
	p.end()
	if err != nil {
		return err
	}
	t.reported(report)
	then()
	if !report.Clean() {
		return fault.Conflict("figures.not-clean").With("Count", max(report.Blocked, 1))
	}
	if c.Check {
		return nil
	}
	return c.take(t, kind, level, in, size)
}

// take takes the file in, and says what changed.
func (c *figuresFile) take(t *Terminal, kind, level string, in *os.File, size int64) error {
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return t.with(func(n *node.Node) error {
		who, err := t.owner(n, c.TokenFile, "sources.import")
		if err != nil {
			return err
		}
		o := node.FiguresOf(kind)
		o.Level, o.Source, o.Edition, o.Note = level, c.Source, c.Edition, c.Note
		p := t.progress()
		_, came, err := n.ImportFigures(t.ctx, who, o, in, p.rows(size))
		p.end()
		if err != nil {
			return err
		}
		key := "sources.came"
		if came.Same {
			key = "sources.same"
		}
		t.printf("\n%s\n", t.say(key, "File", came.ID, "Source", came.Source, "Edition", came.Edition, "New", t.people(float64(came.New)),
			"Changed", t.people(float64(came.Changed)), "Unchanged", t.people(float64(came.Unchanged)), "Older", t.people(float64(came.Older))))
		return nil
	})
}

var separators = map[string]string{",": "comma", ";": "semicolon", "\t": "tab"}

func (t *Terminal) reported(r figures.Report) {
	t.printf("%s\n", t.say("figures.read", "Shape", t.say("figures.shape."+cmp.Or(r.Shape, "none")), "Encoding", t.say("figures.encoding."+r.Encoding), "Separator", t.say("figures.separator."+cmp.Or(separators[r.Separator], "comma"))))
	t.printf("%s\n", t.say("figures.counts", "Rows", t.people(float64(r.Rows)), "Taken", t.people(float64(r.Taken)), "Repeated", t.people(float64(r.Repeated)), "Blocked", t.people(float64(r.Blocked))))
	shown := map[string]int{}
	w := tabwriter.NewWriter(t.Out, 0, 0, 2, ' ', 0)
	for _, p := range r.Problems {
		shown[p.Key]++
		weight := "figures.warns"
		if p.Blocks {
			weight = "figures.blocks"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", t.say("records.row", "Row", p.Row), figures.Printable(p.Column), t.say(weight), t.sentence(p.Fault))
	}
	w.Flush()
	for _, p := range r.Problems {
		if more := r.Counts[p.Key] - shown[p.Key]; more > 0 {
			t.printf("%s %s\n", t.sentence(p.Fault), t.say("records.more", "Count", more))
			shown[p.Key] = r.Counts[p.Key]
		}
	}
}

// Run reads irregular entries and shows their yearly totals, and beside them what
// was stated elsewhere for the same months.
func (c *importFlows) Run(t *Terminal) error {
	var tally figures.Tally
	return c.read(t, "flows", "", func(in io.Reader, told figures.Progress) (figures.Report, error) {
		return figures.ReadFlows(t.ctx, in, told, func(f figures.Flow) error { tally.Add(f); return nil })
	}, func() { t.tallied(&tally) })
}

func (t *Terminal) tallied(tally *figures.Tally) {
	if tally.By() == "" {
		return
	}
	t.printf("\n%s\n", t.say("figures.totals"))
	w := tabwriter.NewWriter(t.Out, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, y := range tally.Years() {
		note := ""
		if y.Missing > 0 {
			note = t.say("figures.missing", "Count", y.Missing)
		}
		fmt.Fprintf(w, "%s – %s\t%s\t  %s\n", y.From, y.To, t.people(float64(y.People)), note)
	}
	w.Flush()
	for _, g := range tally.Gaps() {
		t.printf("%s\n", t.say("figures.gap", "Month", g.Month.String(), "Country", g.Of, "Before", t.people(float64(g.Before)), "After", t.people(float64(g.After))))
	}
	held, err := figures.Held()
	if err != nil {
		t.tell(err)
		return
	}
	for _, b := range tally.Differences(held) {
		t.printf("\n%s\n", t.say("figures.beside", "From", b.Stated.From, "To", b.Stated.To, "Counted", t.people(float64(b.Counted.People)), "Stated", t.people(float64(b.Stated.Low)), "Source", b.Stated.Source(t.Lang)))
		if note := b.Stated.Note(t.Lang); note != "" {
			t.printf("%s\n", note)
		}
	}
}

// Run reads a return to UNODC, and shows what cannot hold in it, what it gives
// away, and which country each spelling was taken for.
func (c *importGlotip) Run(t *Terminal) error {
	var all []figures.Return
	return c.read(t, "glotip", "", func(in io.Reader, told figures.Progress) (figures.Report, error) {
		return figures.ReadReturns(t.ctx, in, told, func(r figures.Return) error { all = append(all, r); return nil })
	}, func() {
		t.found(figures.Validate(all))
		t.spelled(all)
	})
}

func (t *Terminal) found(found []figures.Finding) {
	t.printf("\n%s\n", t.say("figures.found", "Count", len(found)))
	for _, kind := range figures.Kinds {
		for _, certainty := range []figures.Certainty{figures.Certain, figures.Likely, figures.Doubtful} {
			var list []figures.Finding
			for _, f := range found {
				if f.Kind == kind && f.Certainty == certainty {
					list = append(list, f)
				}
			}
			if len(list) > 0 {
				t.printf("\n%s (%d; %s)\n", t.say("figures.kind."+string(kind)), len(list), t.say("figures.certainty."+string(certainty)))
				t.listed(list)
			}
		}
	}
}

func (t *Terminal) listed(list []figures.Finding) {
	w := tabwriter.NewWriter(t.Out, 0, 0, 2, ' ', 0)
	for _, f := range list {
		years := strings.Trim(fmt.Sprint(f.Years), "[]")
		fmt.Fprintf(w, "  %s %s\t%s\t%s\t%s\n", f.Country, years, figures.Printable(f.Indicator), t.arithmetic(f), t.cells(f))
	}
	w.Flush()
}

// arithmetic says in words why, as the finding's numbers have it.
func (t *Terminal) arithmetic(f figures.Finding) string {
	text := strings.Join(f.Sums, "; ")
	switch f.Kind {
	case figures.Rebuilt:
		return t.say("figures.is", "Sums", text, "Value", f.Low)
	case figures.Narrowed:
		return t.say("figures.between", "Sums", text, "Low", f.Low, "High", f.High)
	}
	if f.Axis != "" && text != "" {
		return t.say("figures.axis."+string(f.Axis)) + ": " + text
	}
	return text
}

const shownCells = 6

// cells are the rows involved, each with its words and its number.
func (t *Terminal) cells(f figures.Finding) string {
	var words []string
	for i, r := range f.Cells {
		if i == shownCells {
			words = append(words, t.say("figures.and-more", "Count", len(f.Cells)-i))
			break
		}
		words = append(words, t.say("figures.cell", "Row", r.Row, "Words", figures.Printable(strings.Join([]string{r.Category, r.Sex, r.Age}, " · ")), "Value", r.Printed()))
	}
	return strings.Join(words, "; ")
}

// spelled shows each spelling of a country once, and how it was found.
func (t *Terminal) spelled(all []figures.Return) {
	ways := map[figures.Way][]string{}
	seen := map[string]bool{}
	for _, r := range all {
		key := r.Category
		if r.Dimension != "by citizenship" && r.Dimension != "by country of repatriation" {
			continue
		}
		one := figures.Resolve(r.Category, r.Country)
		if one.Way == figures.ByReporter {
			key += r.Country
		}
		if seen[key] {
			continue
		}
		seen[key] = true
		ways[one.Way] = append(ways[one.Way], t.resolved(one))
	}
	if len(seen) == 0 {
		return
	}
	t.printf("\n%s\n", t.say("figures.spellings", "Count", len(seen)))
	for _, way := range figures.Ways {
		if list := ways[way]; len(list) > 0 {
			t.printf("\n%s (%d)\n  %s\n", t.say("figures.way."+string(way)), len(list), strings.Join(list, "; "))
		}
	}
}

func (t *Terminal) resolved(r figures.Resolution) string {
	text := "«" + figures.Printable(r.Written) + "»"
	switch {
	case r.Code != "":
		text += " → " + r.Code + " " + figures.Name(r.Code, t.Lang)
	case len(r.Candidates) > 0:
		text += " → " + strings.Join(r.Candidates, "/") + "?"
	}
	return text
}

// Run reads how many people live where.
func (c *importPopulation) Run(t *Terminal) error {
	return c.read(t, "population", "", func(in io.Reader, told figures.Progress) (figures.Report, error) {
		return figures.ReadPopulation(t.ctx, in, told, func(figures.Population) error { return nil })
	}, func() {})
}

// Run reads boundaries of the deployer's own.
func (c *importBorders) Run(t *Terminal) error {
	return c.read(t, "borders", c.Level, func(in io.Reader, told figures.Progress) (figures.Report, error) {
		b, err := figures.CheckBorders(t.ctx, in, told, func(figures.Area) error { return nil })
		return b.Report, err
	}, func() {})
}
