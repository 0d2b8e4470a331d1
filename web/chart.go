package web

import (
	"cmp"
	"fmt"
	"html/template"
	"math"
	"slices"
	"strconv"

	"istmo/i18n"
)

// Chart is figures as a picture and, beneath it, as the table that says the same,
// with where they come from and of which day they are: {{chart .Data.C}}. Bars
// start at zero; what is uncertain shows how far it reaches; lines are named where
// they end, and each has a colour, a dash and a mark of its own; places are a
// Map. Without any it is a table with its source.
//
// It is drawn for the width that there is: what is wide is told in parts of it, so
// that letters are as large on a phone as on a wall.
type Chart struct {
	Title    string // what is shown
	Under    bool   // it stands under a heading of the second level
	Alone    bool   // it is a page by itself
	Whole    bool   // every row of its table is seen at once, by who answers for each
	Note     string // how to read it, in a sentence; may be empty
	Unit     string // "%" or nothing
	Places   int    // how many decimal places are told
	Top      float64
	Mark     float64 // a value to compare with, as a line through all bars; 0 for none
	MarkName string
	Bars     []ChartBar
	Steps    []string // the times of Lines, the oldest first
	Lines    []ChartLine
	Band     []ChartSpan // behind Lines, at each of Steps: what was expected
	BandName string
	Flag     int // the number of the step from which something is marked, the first one 1; 0 for none
	FlagName string
	Map      *Map // instead of bars and lines
	Table    ChartTable
	Source   string
	Dated    string // the day, in words
	Download Link   // to the same as a file
	Others   []Link // to it in other forms
	About    About  // what else a reader must know of it
}

// About is what must stand beside a figure that others may quote: how it is
// defined, how certain it is, what it may be compared with and what not. Each is a
// sentence in the reader's language; what is empty is left out.
type About struct {
	Definition, Certainty, Comparable, Note string
}

// Any reports whether there is anything to say.
func (a About) Any() bool { return a != About{} }

// ChartBar is one bar. Absent says why there is none.
type ChartBar struct {
	Label     string
	Value     float64
	Low, High float64 // how far it may reach; none if both are 0
	Text      string  // how the value is told; by its number if empty
	Absent    string
	Tone      int // 0 is the first colour; others for bars of another kind
	Detail    string
}

// ChartLine is one line over time. A point that is not known leaves a gap.
type ChartLine struct {
	Label  string
	Points []ChartPoint
}

// ChartPoint is a value at a time.
type ChartPoint struct {
	Known bool
	Value float64
}

// ChartSpan is from where to where something was expected at a time. What lies beyond
// the picture is cut off at its edge.
type ChartSpan struct {
	Known     bool
	Low, High float64
}

// ChartTable is the table beneath: texts, in the reader's language. The first
// column names the row.
type ChartTable struct {
	Columns []ChartColumn
	Rows    [][]string
}

// ChartColumn is a column; numbers stand at its right edge.
type ChartColumn struct {
	Title  string
	Number bool
}

// The measures of the picture of lines, in pixels.
const (
	linesHigh     = 240
	plotTop       = 12
	plotFoot      = 212
	apart         = 19 // between the names of two lines
	mostLines     = 6  // beyond this colours and marks repeat
	nameChars     = 15
	mostMarks     = 24 // of more points of a line not each has its mark
	mostTimes     = 6  // that are told along the axis, where they are as short as a year
	mostLongTimes = 4
	shortTime     = 5
	longTable     = 12 // rows beyond which a table has a window of its own
)

// tick is a value of the axis and where it stands.
type tick struct {
	At   string // in percent for bars, in pixels for lines
	Text string
	Edge string // "start" and "end" of bars, so that no number is cut off
}

type drawnBar struct {
	ChartBar
	Wide, From, To string // percent
	Text, Range    string // as they are told
	Uncertain      bool
	Number         int // of the colour
}

type drawnLine struct {
	Number int // of colour, dash and mark
	Paths  []string
	Marks  []drawnMark
	Name   []string
	NameY  int
	Joint  int // where the line ends, beside its name
}

type drawnMark struct {
	X string // percent
	Y float64
}

type step struct {
	X, Text, Anchor string
	Minor           bool // left out where there is no room
}

type chart struct {
	Chart
	Ticks  []tick
	Drawn  []drawnBar
	Wires  []drawnLine
	Atlas  *atlasMap
	Times  []step
	MarkAt string
	Bands  []string // paths, in percent and pixels
	FlagAt string
	High   int
}

// Chart is a chart as it stands on a page.
func (s *Site) Chart(lang string, c Chart) (template.HTML, error) {
	d := draw(lang, c)
	if c.Map != nil {
		d.Atlas = s.atlas(lang, c.Title, *c.Map)
	}
	return s.part(lang, "chart", d)
}

// Long reports whether the table has more rows than a screen.
func (c Chart) Long() bool { return len(c.Table.Rows) > longTable && !c.Whole }

// draw turns figures into places.
func draw(lang string, c Chart) chart {
	d := chart{Chart: c, High: linesHigh}
	top, by := axis(c.Top, c.largest())
	if len(c.Bars) > 0 {
		d.bars(lang, top, by)
	}
	if len(c.Steps) > 0 && len(c.Lines) > 0 {
		d.lines(lang, top, by)
	}
	return d
}

func (c Chart) largest() (most float64) {
	for _, b := range c.Bars {
		most = max(most, b.Value, b.High)
	}
	for _, l := range c.Lines {
		for _, p := range l.Points {
			most = max(most, p.Value)
		}
	}
	return max(most, c.Mark)
}

// axis is where an axis ends and how far its numbers are apart: one, two or five
// of some power of ten, so that there are two to five of them.
func axis(top, largest float64) (end, by float64) {
	if top > 0 {
		largest = top
	}
	if largest <= 0 {
		return 1, 1
	}
	power := math.Pow(10, math.Floor(math.Log10(largest)))
	for _, times := range []float64{0.2, 0.5, 1, 2} {
		if by = times * power; largest/by <= 5 {
			break
		}
	}
	return max(by*math.Ceil(largest/by-1e-9), by), by
}

// told is a number of the chart with its unit.
func (c Chart) told(lang string, v float64) string {
	text := i18n.Decimal(lang, v, c.Places)
	switch {
	case c.Unit == "%":
		return i18n.Percent(lang, v, c.Places)
	case c.Unit != "":
		return text + "\u00a0" + c.Unit
	}
	return text
}

// scaled is a number of the axis: with as many places as its steps have.
func (c Chart) scaled(lang string, v, by float64) string {
	for c.Places = 0; c.Places < 3 && math.Abs(by*math.Pow10(c.Places)-math.Round(by*math.Pow10(c.Places))) > 1e-9; {
		c.Places++
	}
	return c.told(lang, v)
}

func percent(v, of float64) string {
	return strconv.FormatFloat(math.Round(10000*min(max(v/of, 0), 1))/100, 'f', -1, 64) + "%"
}

func (d *chart) bars(lang string, top, by float64) {
	for _, b := range d.Bars {
		one := drawnBar{ChartBar: b, Wide: percent(b.Value, top), Text: cmp.Or(b.Text, d.told(lang, b.Value)), Number: b.Tone % mostLines}
		if b.Low != 0 || b.High != 0 {
			one.Uncertain, one.From, one.To = true, percent(b.Low, top), percent(b.High, top)
			one.Range = i18n.Say(lang, "web.chart.range", "Low", i18n.Decimal(lang, b.Low, d.Places), "High", d.told(lang, b.High))
		}
		d.Drawn = append(d.Drawn, one)
	}
	for v := 0.0; v <= top+by/2; v += by {
		t := tick{At: percent(v, top), Text: d.scaled(lang, v, by)}
		if v == 0 {
			t.Edge = "start"
		} else if v > top-by/2 {
			t.Edge = "end"
		}
		d.Ticks = append(d.Ticks, t)
	}
	if d.Mark > 0 {
		d.MarkAt = percent(d.Mark, top)
	}
}

func (d *chart) lines(lang string, top, by float64) {
	y := func(v float64) float64 { return math.Round(10*(plotFoot-(plotFoot-plotTop)*v/top)) / 10 }
	for v := 0.0; v <= top+by/2; v += by {
		d.Ticks = append(d.Ticks, tick{At: strconv.FormatFloat(y(v), 'f', -1, 64), Text: d.scaled(lang, v, by)})
	}
	last, most := max(1, len(d.Steps)-1), mostTimes
	if slices.ContainsFunc(d.Steps, func(text string) bool { return len(text) > shortTime }) {
		most = mostLongTimes
	}
	for i, text := range d.Steps {
		t := step{X: percent(float64(i), float64(last)), Text: text, Anchor: "middle", Minor: i != 0 && i != last}
		if i == 0 {
			t.Anchor = "start"
		} else if i == last {
			t.Anchor = "end"
		}
		if every := (len(d.Steps) + most - 1) / most; i%every == 0 && last-i >= every || i == last {
			d.Times = append(d.Times, t)
		}
	}
	for i, l := range d.Chart.Lines {
		d.Wires = append(d.Wires, wire(l, i%mostLines, last, y))
	}
	name(d.Wires)
	d.band(last, func(v float64) float64 { return y(min(v, top)) })
	if d.Flag > 0 {
		d.FlagAt = percent(float64(d.Flag-1), float64(last))
	}
}

// band draws what was expected: there along the upper edge and back along the lower.
func (d *chart) band(last int, y func(float64) float64) {
	there, back := "", ""
	flush := func() {
		if there != "" {
			d.Bands = append(d.Bands, "M"+there[1:]+back+"Z")
		}
		there, back = "", ""
	}
	for i, s := range d.Band {
		if !s.Known {
			flush()
			continue
		}
		x := math.Round(100000*float64(i)/float64(last)) / 1000
		there += fmt.Sprintf("L%g %g", x, y(s.High))
		back = fmt.Sprintf("L%g %g", x, y(s.Low)) + back
	}
	flush()
}

// wire draws a line, in pieces where something is not known.
func wire(l ChartLine, number, last int, y func(float64) float64) drawnLine {
	w := drawnLine{Number: number, Name: wrap(l.Label, nameChars), Joint: -1}
	path := ""
	for i, p := range l.Points {
		if !p.Known {
			path = ""
			continue
		}
		at := y(p.Value)
		if every := last/mostMarks + 1; (last-i)%every == 0 {
			w.Marks = append(w.Marks, drawnMark{percent(float64(i), float64(last)), at})
		}
		w.Joint = int(at)
		point := fmt.Sprintf("%g %g", math.Round(100000*float64(i)/float64(last))/1000, at)
		if path == "" {
			path = "M" + point
			continue
		}
		if path[0] == 'M' && len(w.Paths) > 0 && w.Paths[len(w.Paths)-1] == path {
			w.Paths = w.Paths[:len(w.Paths)-1]
		}
		path += "L" + point
		w.Paths = append(w.Paths, path)
	}
	return w
}

// name gives each line's name a place beside its end, apart from the others.
func name(wires []drawnLine) {
	order := make([]*drawnLine, 0, len(wires))
	for i := range wires {
		if wires[i].Joint >= 0 {
			order = append(order, &wires[i])
		}
	}
	slices.SortStableFunc(order, func(a, b *drawnLine) int { return a.Joint - b.Joint })
	free := plotTop
	for _, w := range order {
		w.NameY = max(w.Joint+5, free)
		free = w.NameY + apart*len(w.Name)
	}
	for i, floor := len(order)-1, linesHigh-6; i >= 0; i-- {
		w := order[i]
		w.NameY = min(w.NameY, floor-apart*(len(w.Name)-1))
		floor = w.NameY - apart
	}
}

// Line is the height of a line of a name.
func (w drawnLine) Line(i int) int { return w.NameY + 17*i }
