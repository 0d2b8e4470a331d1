package figures

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"istmo/fault"
)

// mostLines is how many rows one yearly table may have: there are about 250
// countries.
const mostLines = 400

// yearly reads the migration service's tables: a title with its year, a heading
// of fourteen columns, a row for each group with its total and twelve months, and
// notes beneath. A file may hold several. A table is short, so it is kept until it
// has ended; then its sums are looked at, and only then are its rows given.
type yearly struct {
	*sheet
	r    *Report
	each func(Flow) error

	year  int
	by    By
	heads []string // as the file writes them
	where [14]int  // which column is the total (1) and each month (2 to 13)
	lines []line

	totals map[Month]counted // by month, from the first table of that year
}

// counted is how many people a table has in a month, and where it begins.
type counted struct{ people, at int }

// line is one row of a table, read.
type line struct {
	at      int
	name    string
	note    string
	values  [13]int // total, then months
	stated  [13]bool
	bad     bool
	country Resolution
	of      string
}

var (
	yearOf     = regexp.MustCompile(`\b(19[5-9]\d|20\d\d)\b`)
	startsNote = regexp.MustCompile(`^\(\d{1,2}\)`)
	noteOf     = regexp.MustCompile(`\s*\((\d{1,2})\)\s*$`)
)

func (y *yearly) read(cells []string, at int) error {
	var err error
	for ; err == nil; cells, at, err = y.next() {
		if err := y.take(cells, at); err != nil {
			return err
		}
	}
	if settled := y.settle(); settled != nil {
		return settled
	}
	if y.r.Rows == 0 && !y.r.Stopped {
		y.r.stop(fault.Invalid("file", "figures.no-known-shape"))
	}
	return err
}

// take does what a row asks: begin a table, add to it, or end it.
func (y *yearly) take(cells []string, at int) error {
	if by, where, ok := heading(cells); ok {
		if err := y.settle(); err != nil {
			return err
		}
		y.by, y.where, y.heads = by, where, slices.Clone(cells)
		return nil
	}
	text := strings.Join(cells, " ")
	switch {
	case blank(cells):
		return nil
	case y.heads == nil && counts(cells) > 2:
		y.r.Rows++
		y.refuse(at, "", fault.Invalid("file", "figures.row-outside"), 1)
		return nil
	case y.heads == nil || filled(cells) < 2 || isNote(cells[0]):
		if err := y.settle(); err != nil {
			return err
		}
		if found := yearOf.FindAllString(text, -1); len(found) > 0 && !isNote(cells[0]) {
			y.year, _ = strconv.Atoi(found[len(found)-1])
		}
		return nil
	case len(y.lines) == mostLines:
		return fault.Invalid("file", "figures.table-too-long").With("Row", at).With("Most", mostLines)
	}
	y.r.Rows++
	y.lines = append(y.lines, y.line(cells, at))
	return nil
}

func filled(cells []string) (n int) {
	for _, c := range cells {
		if c != "" {
			n++
		}
	}
	return n
}

// counts is how many cells after the first are counts, as these tables write them.
func counts(cells []string) (n int) {
	for _, c := range cells[1:] {
		if _, ok := whole(c); ok || c == "-" {
			n++
		}
	}
	return n
}

// isNote reports whether a row is what is printed beneath a table.
func isNote(first string) bool {
	if startsNote.MatchString(first) {
		return true
	}
	for _, word := range []string{"fuente", "nota", "cifras", "grafico"} {
		if strings.HasPrefix(fold(first), word) {
			return true
		}
	}
	return false
}

// heading reports whether a row names a total and all twelve months, and where.
func heading(cells []string) (by By, where [14]int, ok bool) {
	found := 0
	for i, c := range cells {
		name := fold(c)
		at := months[name] + 1
		switch {
		case name == "total":
			at = 1
		case months[name] == 0:
			if i == 0 {
				by = breakdown(name)
			}
			continue
		}
		if where[at] == 0 && i > 0 {
			where[at], found = i, found+1
		}
	}
	return by, where, found == 13 && by != ""
}

func breakdown(name string) By {
	switch name = strings.ReplaceAll(name, "\ufffd", ""); {
	case strings.HasPrefix(name, "reg"):
		return ByRegion
	case strings.HasPrefix(name, "pa") && len(name) <= 6, strings.HasPrefix(name, "nacional"):
		return ByNationality
	case strings.HasPrefix(name, "condici"), name == "sexo", name == "edad":
		return BySex // or age: the names of its rows say which
	}
	return ""
}

func (y *yearly) line(cells []string, at int) line {
	w := &row{r: y.r, at: at, cells: cells}
	l := line{at: at, name: cells[0]}
	if m := noteOf.FindStringSubmatch(l.name); m != nil {
		l.note, l.name = m[1], strings.TrimSuffix(l.name, m[0])
	}
	if len(cells) < len(y.heads) {
		w.wrong("", "figures.row-length", "Cells", len(cells), "Expected", len(y.heads))
		l.bad = true
		return l
	}
	for i := range l.values {
		column := y.where[i+1]
		switch c := cells[column]; c {
		case "": // not stated
		case "-", "–", "—":
			l.stated[i] = true
		default:
			var ok bool
			if l.values[i], ok = whole(c); !ok {
				w.wrong(Printable(y.heads[column]), "figures.bad-number")
			}
			l.stated[i] = ok
		}
	}
	switch {
	case fold(l.name) == "total":
	case y.by == ByNationality:
		l.country, l.of = w.nationality(Printable(y.heads[0]), l.name)
	default:
		if l.of = group(y.by, l.name); l.of == "" {
			w.wrong(Printable(y.heads[0]), "figures.unknown-group")
		}
	}
	l.bad = w.bad
	return l
}

// settle looks at the sums of the table that has ended, and gives its rows if
// they hold.
func (y *yearly) settle() error {
	lines := y.lines
	y.lines, y.heads = nil, nil
	if len(lines) == 0 {
		return nil
	}
	if y.year == 0 {
		y.refuse(lines[0].at, "", fault.Invalid("file", "figures.no-year"), len(lines))
		return nil
	}
	t := table{lines: lines, by: y.by, year: y.year}
	if slices.ContainsFunc(lines, func(l line) bool { return l.of == "adult" || l.of == "minor" }) {
		t.by = ByAge
	}
	if bad := y.sums(t); bad || slices.ContainsFunc(lines, func(l line) bool { return l.bad }) {
		return nil
	}
	y.beside(t)
	for _, l := range lines {
		if fold(l.name) == "total" {
			continue
		}
		if err := y.give(t, l); err != nil {
			return err
		}
	}
	return nil
}

func (y *yearly) refuse(at int, column string, f *fault.Fault, rows int) {
	y.r.Blocked += rows
	y.r.note(Problem{Row: at, Column: column, Blocks: true, Fault: f})
}

// table is one that has been read to its end.
type table struct {
	lines []line
	by    By
	year  int
}

// groups are those that the service's tables have besides nationalities.
var groups = map[By]map[string]string{
	ByRegion: {"américa del sur": "south-america", "antillas": "antilles", "áfrica": "africa", "asia": "asia", "europa": "europe", "eurasia": "eurasia",
		"oceanía": "oceania", "américa central": "central-america", "américa del norte": "north-america", "otras": "others", "otros": "others"},
	BySex: {"hombres": "male", "hombre": "male", "mujeres": "female", "mujer": "female", "adultos": "adult", "adulto": "adult", "menores": "minor", "menor": "minor", "menores de edad": "minor"},
}

// group is the code of one, its accents broken or not; or nothing.
func group(by By, written string) string {
	for name, code := range groups[by] {
		if fold(name) == fold(written) || fits(strings.ToLower(written), name) {
			return code
		}
	}
	return ""
}

var columnsOfYear = [13]string{"Total", "Ene", "Feb", "Mar", "Abr", "May", "Jun", "Jul", "Ago", "Sep", "Oct", "Nov", "Dic"}

// sums compares each row's months with its total, and each column's rows with the
// row of totals. Either that fails blocks the table: which number is the wrong
// one nobody here can say.
func (y *yearly) sums(t table) (bad bool) {
	var of [13]int
	total := -1
	for i, l := range t.lines {
		sum := 0
		for m := 1; m < 13; m++ {
			sum += l.values[m]
		}
		if !l.bad && l.stated[0] && sum != l.values[0] {
			y.refuse(l.at, "Total", fault.Invalid("Total", "figures.row-sum").With("Sum", sum).With("Stated", l.values[0]), 1)
			bad = true
		}
		if fold(l.name) == "total" {
			total = i
			continue
		}
		for m, v := range l.values {
			of[m] += v
		}
	}
	if total < 0 || slices.ContainsFunc(t.lines, func(l line) bool { return l.bad }) {
		return bad
	}
	for m, v := range of {
		if l := t.lines[total]; l.stated[m] && l.values[m] != v {
			y.refuse(l.at, columnsOfYear[m], fault.Invalid(columnsOfYear[m], "figures.column-sum").With("Sum", v).With("Stated", l.values[m]), 1)
			bad = true
		}
	}
	return bad
}

// beside compares a table's months with those of the first table of its year,
// which counts the same people in other groups.
func (y *yearly) beside(t table) {
	if y.totals == nil {
		y.totals = map[Month]counted{}
	}
	for m := 1; m < 13; m++ {
		month, sum := Month{t.year, m}, 0
		for _, l := range t.lines {
			if fold(l.name) != "total" {
				sum += l.values[m]
			}
		}
		first, there := y.totals[month]
		if !there {
			y.totals[month] = counted{sum, t.lines[0].at}
		} else if first.people != sum {
			f := fault.Invalid(columnsOfYear[m], "figures.tables-differ").With("Sum", sum).With("Stated", first.people).With("First", first.at)
			y.r.note(Problem{Row: t.lines[0].at, Column: columnsOfYear[m], Fault: f})
		}
	}
}

// give hands over the twelve months of a row. A month that no row of the table
// states has not come yet.
func (y *yearly) give(t table, l line) error {
	for m := 1; m < 13; m++ {
		if !l.stated[m] || !t.reached(m) {
			continue
		}
		f := Flow{Row: l.at, Into: "PAN", Month: Month{t.year, m}, By: t.by, Of: l.of, Country: l.country, Note: l.note, People: l.values[m]}
		if !y.r.fresh(l.at, f.Key(), f.Digest()) {
			continue
		}
		if err := y.each(f); err != nil {
			return err
		}
	}
	return nil
}

// reached reports whether anybody is counted in month m or in a later one.
func (t table) reached(m int) bool {
	for _, l := range t.lines {
		for k := m; k < 13; k++ {
			if l.values[k] > 0 {
				return true
			}
		}
	}
	return false
}
