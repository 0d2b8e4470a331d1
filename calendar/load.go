package calendar

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ErrNoCountry says that the tables have no row for a country.
var ErrNoCountry = errors.New("calendar: unknown country")

// Calendar is the countries and deadlines of one set of tables. It does not
// change after Load and may be used by many at once.
type Calendar struct {
	countries map[string]*Country
	deadlines []Deadline
}

// The tables, each a CSV file with a header. The first layer must have all three.
const (
	countriesFile = "countries.csv"
	holidaysFile  = "holidays.csv"
	deadlinesFile = "deadlines.csv"
)

// maxAmount bounds a term, so that a slip of the keyboard cannot make a clock
// that is never due, nor a loop over millennia.
const maxAmount = 10_000

// Load reads the shipped tables and lays others over them, in order. A later
// layer may hold any of the three files. Its rows take the place of all rows
// with the same identity: a country by its code, a holiday by country and id, a
// deadline by country and key. An error names the file, the line and the column.
func Load(shipped fs.FS, over ...fs.FS) (*Calendar, error) {
	c := &Calendar{countries: map[string]*Country{}}
	for i, layer := range append([]fs.FS{shipped}, over...) {
		for _, t := range []struct {
			name string
			add  func([]row) error
		}{
			{countriesFile, c.addCountries}, {holidaysFile, c.addHolidays}, {deadlinesFile, c.addDeadlines},
		} {
			rows, err := readTable(layer, t.name)
			if errors.Is(err, fs.ErrNotExist) && i > 0 {
				continue
			}
			if err == nil {
				err = t.add(rows)
			}
			if err != nil {
				return nil, fmt.Errorf("calendar: %w", err)
			}
		}
	}
	return c, nil
}

// Country finds a country by its ISO 3166-1 alpha-2 code.
func (c *Calendar) Country(code string) (*Country, error) {
	if where, ok := c.countries[code]; ok {
		return where, nil
	}
	return nil, fmt.Errorf("%w: %s", ErrNoCountry, code)
}

// Countries lists the codes that the tables know, in alphabetical order.
func (c *Calendar) Countries() []string {
	var codes []string
	for code := range c.countries {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	return codes
}

var weekdays = map[string]time.Weekday{
	"sun": time.Sunday, "mon": time.Monday, "tue": time.Tuesday, "wed": time.Wednesday,
	"thu": time.Thursday, "fri": time.Friday, "sat": time.Saturday,
}

func (c *Calendar) addCountries(rows []row) error {
	for _, r := range rows {
		where := &Country{
			Code: r.must("country"), Name: Text{r.must("name_es"), r.must("name_en")},
			weekend: map[time.Weekday]bool{}, from: r.number("holidays_from"), to: r.number("holidays_to"),
			years: map[int]map[string]Holiday{},
		}
		zone, err := time.LoadLocation(r.must("zone"))
		r.fail("zone", err)
		where.Zone = zone
		for _, name := range strings.Fields(r.text("weekend")) {
			day, ok := weekdays[name]
			r.check(ok, "weekend", "days are sun, mon, tue, wed, thu, fri, sat")
			where.weekend[day] = true
		}
		r.check(len(where.weekend) < 7, "weekend", "a week needs a working day")
		if old := c.countries[where.Code]; old != nil {
			where.holidays = old.holidays
		}
		c.countries[where.Code] = where
		if *r.err != nil {
			return *r.err
		}
	}
	return nil
}

func (c *Calendar) addHolidays(rows []row) error {
	replaced := map[string]bool{}
	for _, r := range rows {
		h := Holiday{
			Country: r.must("country"), ID: r.must("id"), Name: Text{r.must("name_es"), r.must("name_en")},
			Kind: r.text("kind"), Law: r.text("law"), Source: r.must("source"), Verified: r.yes("verified"),
			from: r.number("from"), to: r.number("to"),
		}
		rule, err := parseDayRule(r.must("rule"))
		r.fail("rule", err)
		h.rule = rule
		where := c.countries[h.Country]
		r.check(where != nil, "country", "the country has no row in "+countriesFile)
		if *r.err != nil {
			return *r.err
		}
		if id := h.Country + " " + h.ID; !replaced[id] {
			where.holidays = slices.DeleteFunc(where.holidays, func(o Holiday) bool { return o.ID == h.ID })
			replaced[id] = true
		}
		where.holidays = append(where.holidays, h)
	}
	return nil
}

func (c *Calendar) addDeadlines(rows []row) error {
	replaced := map[string]bool{}
	for _, r := range rows {
		d := Deadline{
			Country: r.must("country"), Key: r.must("key"), Amount: r.number("amount"), Unit: Unit(r.must("unit")),
			From: r.date("from"), To: r.date("to"), Basis: Basis(r.must("basis")),
			Rule: Text{r.must("rule_es"), r.must("rule_en")}, Source: r.must("source"), Verified: r.yes("verified"),
		}
		r.check(slices.Contains([]Unit{Minutes, Hours, Days, WorkingDays, Months}, d.Unit), "unit", "units are minutes, hours, days, working-days, months")
		r.check(slices.Contains([]Basis{Statute, Practice, Proposal}, d.Basis), "basis", "a basis is statute, practice or proposal")
		r.check(d.Country == anywhere || c.countries[d.Country] != nil, "country", "the country has no row in "+countriesFile)
		r.check(d.Amount >= 0 && d.Amount <= maxAmount, "amount", fmt.Sprintf("an amount is 1 to %d, or empty if not known", maxAmount))
		if *r.err != nil {
			return *r.err
		}
		same := func(o Deadline) bool { return o.Country == d.Country && o.Key == d.Key }
		if id := d.Country + " " + d.Key; !replaced[id] {
			c.deadlines = slices.DeleteFunc(c.deadlines, same)
			replaced[id] = true
		}
		both := func(o Deadline) bool { return same(o) && o.overlaps(d) }
		if r.check(!slices.ContainsFunc(c.deadlines, both), "from", "two rows would hold at once"); *r.err != nil {
			return *r.err
		}
		c.deadlines = append(c.deadlines, d)
	}
	return nil
}

// row is one line of a table. It keeps the first thing that is wrong with it.
type row struct {
	file   string
	line   int
	values map[string]string
	err    *error
}

func readTable(layer fs.FS, name string) ([]row, error) {
	f, err := layer.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	header, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	header[0] = strings.TrimPrefix(header[0], "\ufeff") // as Excel writes it
	var rows []row
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		line, _ := r.FieldPos(0)
		values := map[string]string{}
		for i, cell := range cells {
			values[header[i]] = strings.TrimSpace(cell)
		}
		rows = append(rows, row{file: name, line: line, values: values, err: new(error)})
	}
}

func (r row) check(ok bool, column, why string) {
	if !ok && *r.err == nil {
		*r.err = fmt.Errorf("%s line %d, column %s: %s", r.file, r.line, column, why)
	}
}

func (r row) fail(column string, err error) {
	if err != nil {
		r.check(false, column, err.Error())
	}
}

func (r row) text(column string) string { return r.values[column] }

func (r row) must(column string) string {
	r.check(r.values[column] != "", column, "must not be empty")
	return r.values[column]
}

func (r row) number(column string) int {
	if r.values[column] == "" {
		return 0
	}
	n, err := strconv.Atoi(r.values[column])
	r.check(err == nil, column, "must be a whole number")
	r.check(err != nil || n != 0, column, "must not be 0")
	return n
}

func (r row) date(column string) string {
	if r.values[column] == "" {
		return ""
	}
	_, err := time.Parse(time.DateOnly, r.values[column])
	r.check(err == nil, column, "must be a date as in 2024-12-03")
	return r.values[column]
}

func (r row) yes(column string) bool {
	r.check(r.values[column] == "yes" || r.values[column] == "no", column, "must be yes or no")
	return r.values[column] == "yes"
}
