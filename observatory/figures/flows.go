package figures

import (
	"context"
	"io"
	"strconv"

	"istmo/fault"
)

// Others is the code for nationalities that a file does not name.
const Others = "OOO"

// By is what a table of flows is broken down by.
type By string

// What flows are broken down by.
const (
	ByNationality By = "nationality"
	ByRegion      By = "region"
	BySex         By = "sex"
	ByAge         By = "age"
)

// Flow is how many people of one group entered a country irregularly in a month.
type Flow struct {
	Row     int // line of the file
	Into    string
	Month   Month
	By      By
	Of      string     // the group: ISO 3166-1 alpha-3, OOO, or the region, sex or age as written, folded
	Country Resolution // how the nationality was found, if it is one
	Note    string     // the footnote that the row points to, such as 1
	People  int
	Missing bool // the publisher states no value; it is not zero
}

// Key is what the figure is about: the same in every edition of a file.
func (f Flow) Key() string {
	return digest("flow", f.Into, f.Month.String(), string(f.By), f.Of, f.Note)
}

// Digest is what it states about it.
func (f Flow) Digest() string {
	return digest(f.Key(), strconv.Itoa(f.People), strconv.FormatBool(f.Missing))
}

// The two shapes of flows.
const (
	LongFlows   = "long"   // date, geo, nat, n: a row for each month and nationality
	YearlyFlows = "yearly" // name, Total, Ene. … Dic.: the migration service's tables
)

// ReadFlows reads irregular entries in either shape, and gives each row without
// a problem that blocks to each. The error is the context's, the reader's or
// each's own; what is wrong with the file is in the report.
func ReadFlows(ctx context.Context, r io.Reader, told Progress, each func(Flow) error) (Report, error) {
	s := newSheet(ctx, r, told)
	report := newReport(s)
	first, line, err := s.next()
	for err == nil && blank(first) {
		first, line, err = s.next()
	}
	if err != nil {
		return report.end(s, err)
	}
	if at, missing := find(first, longColumns); missing == nil {
		report.Shape = LongFlows
		return report.end(s, s.long(report, at, first, each))
	}
	report.Shape = YearlyFlows
	y := &yearly{sheet: s, r: report, each: each}
	return report.end(s, y.read(first, line))
}

var longColumns = []column{
	{name: "date", known: []string{"date", "fecha", "mes", "month"}},
	{name: "geo", known: []string{"geo", "pais de entrada", "country", "into"}},
	{name: "nat", known: []string{"nat", "nacionalidad", "nationality"}},
	{name: "n", known: []string{"n", "personas", "people", "count", "total"}},
}

func (s *sheet) long(report *Report, at map[string]int, header []string, each func(Flow) error) error {
	for {
		cells, line, err := s.next()
		if err != nil {
			return err
		}
		if blank(cells) {
			continue
		}
		report.Rows++
		w := &row{r: report, at: line, cells: cells, where: at}
		if len(cells) != len(header) {
			w.wrong("", "figures.row-length", "Cells", len(cells), "Expected", len(header))
			continue
		}
		f := w.flow()
		if w.bad || !report.fresh(line, f.Key(), f.Digest()) {
			continue
		}
		if f.Missing {
			report.note(Problem{Row: line, Column: "n", Fault: fault.Invalid("n", "figures.no-value")})
		}
		if err := each(f); err != nil {
			return err
		}
	}
}

func (w *row) flow() Flow {
	f := Flow{Row: w.at, By: ByNationality}
	var ok bool
	if f.Month, ok = ParseMonth(w.cell("date")); !ok {
		w.wrong("date", "figures.bad-month")
	}
	if into := Resolve(w.cell("geo"), ""); into.Code != "" && !into.Guessed() {
		f.Into = into.Code
	} else {
		w.wrong("geo", "figures.bad-country")
	}
	f.Country, f.Of = w.nationality("nat", w.cell("nat"))
	if n := w.cell("n"); n == "NA" || n == "" {
		f.Missing = true
	} else {
		f.People = w.number("n")
	}
	return f
}

// nationality is the code of one, or a problem if nobody can say which it is.
func (w *row) nationality(column, written string) (Resolution, string) {
	if written == Others {
		return Resolution{Written: written, Way: NoCountry}, Others
	}
	r := Resolve(written, "")
	switch {
	case r.Way == NoCountry || r.Way == NotStated && written != "":
		return r, Others
	case r.Code == "":
		w.wrong(column, "figures.which-country", "Candidates", len(r.Candidates))
	case r.Guessed():
		w.r.note(Problem{Row: w.at, Column: column, Fault: fault.Invalid(column, "figures.guessed-country").With("Code", r.Code)})
	}
	return r, r.Code
}
