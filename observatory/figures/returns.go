package figures

import (
	"context"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"istmo/fault"
)

// Return is one figure of a country's return to UNODC.
type Return struct {
	Row       int    `json:"row"`
	Country   string `json:"country"` // ISO 3166-1 alpha-3
	Indicator string `json:"indicator"`
	Dimension string `json:"dimension"`
	Category  string `json:"category"`
	Sex       string `json:"sex"`
	Age       string `json:"age"`
	Year      int    `json:"year"`
	Low       int    `json:"low"` // the count; of <5 it is 0 to 4
	High      int    `json:"high"`
	Nth       int    `json:"nth"` // which of the rows with the same words this is, from 1
}

// Small is the lowest count that is printed: below it stands <5.
const Small = 5

// Concealed reports whether the count is printed as <5.
func (r Return) Concealed() bool { return r.Low != r.High }

// Printed is the count as the return has it.
func (r Return) Printed() string {
	if r.Concealed() {
		return "<5"
	}
	return strconv.Itoa(r.Low)
}

func (r Return) words() string {
	return strings.Join([]string{r.Country, r.Dimension, r.Sex, r.Age, strconv.Itoa(r.Year), strconv.Itoa(len(r.Indicator)), r.Indicator, r.Category}, "\x1f")
}

// Key is what the figure is about. UNODC's export prints several rows under the
// same words, so that which of them it is belongs to it.
func (r Return) Key() string { return digest("return", r.words(), strconv.Itoa(r.Nth)) }

// Digest is what it states about it.
func (r Return) Digest() string { return digest(r.Key(), r.Printed()) }

var returnColumns = []column{
	{name: "Iso3_code", known: []string{"iso3 code", "iso3"}},
	{name: "Country", known: []string{"country"}},
	{name: "Region", known: []string{"region"}, may: true},
	{name: "Subregion", known: []string{"subregion"}, may: true},
	{name: "Indicator", known: []string{"indicator"}},
	{name: "Dimension", known: []string{"dimension"}},
	{name: "Category", known: []string{"category"}},
	{name: "Sex", known: []string{"sex"}},
	{name: "Age", known: []string{"age"}},
	{name: "Year", known: []string{"year"}},
	{name: "Unit of measurement", known: []string{"unit of measurement", "unit"}},
	{name: "txtVALUE", known: []string{"txtvalue", "value"}},
	{name: "Source", known: []string{"source"}, may: true},
}

// The words that a return uses.
var (
	sexes      = map[string]string{"total": "Total", "female": "Female", "male": "Male", "other": "Other", "unknown": "Unknown"}
	ages       = map[string]string{"total": "Total", "0 to 17 years": "0 to 17 years", "18 years or over": "18 years or over", "unknown": "Unknown"}
	dimensions = map[string]string{"total": "Total", "by citizenship": "by citizenship", "by country of repatriation": "by country of repatriation", "by form of exploitation": "by form of exploitation"}
)

// Each word is known as it is printed too, without folding it first.
func init() {
	for _, known := range []map[string]string{sexes, ages, dimensions} {
		for _, word := range slices.Collect(maps.Values(known)) {
			known[word] = word
		}
	}
}

// ReadReturns reads UNODC's export, of thirteen columns, and gives each row
// without a problem that blocks to each.
func ReadReturns(ctx context.Context, r io.Reader, told Progress, each func(Return) error) (Report, error) {
	s := newSheet(ctx, r, told)
	report := newReport(s)
	report.Shape = "glotip"
	header, _, err := s.next()
	if err != nil {
		return report.end(s, err)
	}
	at, missing := find(header, returnColumns)
	if missing != nil {
		return report.end(s, missing)
	}
	return report.end(s, s.returns(report, at, len(header), each))
}

func (s *sheet) returns(report *Report, at map[string]int, width int, each func(Return) error) error {
	nth := map[mark]int{}
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
		if len(cells) != width {
			w.wrong("", "figures.row-length", "Cells", len(cells), "Expected", width)
			continue
		}
		one := w.returned()
		if w.bad {
			continue
		}
		words := markOf(one.words())
		nth[words]++
		one.Nth = nth[words]
		report.Taken++
		if err := each(one); err != nil {
			return err
		}
	}
}

func (w *row) returned() Return {
	r := Return{Row: w.at, Indicator: w.cell("Indicator"), Category: w.cell("Category"), Year: w.year("Year")}
	code := w.cell("Iso3_code")
	if _, known := loaded().codes[code]; known && len(code) == 3 || strings.HasPrefix(code, "GBR_") || code == "XKX" {
		r.Country = code
	} else {
		w.wrong("Iso3_code", "figures.bad-country")
	}
	r.Sex, r.Age, r.Dimension = w.word("Sex", sexes), w.word("Age", ages), w.word("Dimension", dimensions)
	if r.Indicator == "" {
		w.wrong("Indicator", "figures.empty-cell")
	}
	if unit := w.cell("Unit of measurement"); unit != "Counts" && fold(unit) != "counts" {
		w.wrong("Unit of measurement", "figures.not-counts")
	}
	if strings.Contains(r.Category, "\ufffd") {
		w.r.note(Problem{Row: w.at, Column: "Category", Fault: fault.Invalid("Category", "figures.broken-accents")})
	}
	if v := strings.ReplaceAll(w.cell("txtVALUE"), " ", ""); v == "<5" {
		r.High = Small - 1
	} else {
		r.Low = w.number("txtVALUE")
		r.High = r.Low
	}
	return r
}

func (w *row) word(column string, known map[string]string) string {
	word, ok := known[w.cell(column)]
	if !ok {
		word, ok = known[fold(w.cell(column))]
	}
	if !ok {
		w.wrong(column, "figures.unknown-word")
	}
	return word
}
