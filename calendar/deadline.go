package calendar

import (
	"errors"
	"fmt"
	"time"
)

// Unit says how a term is counted.
type Unit string

// The units. Minutes and hours run without pause. Days and months end with the last second
// of the local day; a month that lacks the day ends with its last one. Working
// days leave out weekends and holidays. The day of the start is never counted.
const (
	Minutes     Unit = "minutes"
	Hours       Unit = "hours"
	Days        Unit = "days"
	WorkingDays Unit = "working-days"
	Months      Unit = "months"
)

// Basis says what stands behind a deadline.
type Basis string

// What may stand behind a deadline: a law or decree, a protocol or custom, or
// only a proposal of ours that the partners should agree on or change.
const (
	Statute  Basis = "statute"
	Practice Basis = "practice"
	Proposal Basis = "proposal"
)

// ErrNoRule says that no row sets such a term for the country at that date.
var ErrNoRule = errors.New("calendar: no rule in force")

// ErrUnknownTerm says that a rule is in force whose length nobody could find;
// the row tells what is known, and an operator can fill it in.
var ErrUnknownTerm = errors.New("calendar: the length of the term is not known")

// Deadline is one row: the term that a country, or everyone, sets for a thing,
// within the dates in which it is in force.
type Deadline struct {
	Country  string // alpha-2, or * for wherever there is no row of its own
	Key      string // what is to be done in time, as in referral.decide
	Amount   int    // 0 when the length is not known
	Unit     Unit
	From, To string // first and last day in force as 2006-01-02, empty for open
	Basis    Basis
	Rule     Text // one sentence for people
	Source   string
	Verified bool // seen at the source named
}

// Clock is a deadline running from an instant.
type Clock struct {
	Start, Due time.Time
	Rule       Text
	Source     string
	Amount     int
	Unit       Unit
	Basis      Basis
	// Verified is false when the row was not seen at its source, or when
	// working days were counted in a year whose holidays were not checked.
	Verified bool
}

// Overdue reports whether the clock has run out at now.
func (c Clock) Overdue(now time.Time) bool { return now.After(c.Due) }

// Left is how long remains at now, negative once it is overdue.
func (c Clock) Left(now time.Time) time.Duration { return c.Due.Sub(now) }

// Due starts the clock for key in a country. The rule is the one in force on the
// local date of at, which is start unless a law says that older cases keep older
// terms. A country's own row goes before the one for everyone.
func (c *Calendar) Due(country, key string, start, at time.Time) (Clock, error) {
	where, err := c.Country(country)
	if err != nil {
		return Clock{}, err
	}
	d, ok := c.inForce(country, key, at.In(where.Zone).Format(time.DateOnly))
	if !ok {
		return Clock{}, fmt.Errorf("%w: %s for %s", ErrNoRule, key, country)
	}
	if d.Amount == 0 {
		return Clock{Start: start, Rule: d.Rule, Source: d.Source, Unit: d.Unit, Basis: d.Basis},
			fmt.Errorf("%w: %s for %s", ErrUnknownTerm, key, country)
	}
	due := where.after(start, d.Amount, d.Unit)
	return Clock{
		Start: start, Due: due, Rule: d.Rule, Source: d.Source,
		Amount: d.Amount, Unit: d.Unit, Basis: d.Basis,
		Verified: d.Verified && where.vouches(d.Unit, start, due),
	}, nil
}

// Deadlines lists the rows that hold for a country on the local date of at, its
// own and those for everyone, in the order of the table.
func (c *Calendar) Deadlines(country string, at time.Time) ([]Deadline, error) {
	where, err := c.Country(country)
	if err != nil {
		return nil, err
	}
	date := at.In(where.Zone).Format(time.DateOnly)
	var list []Deadline
	seen := map[string]bool{}
	for _, d := range c.deadlines {
		if seen[d.Key] || d.Country != country && d.Country != anywhere {
			continue
		}
		if row, ok := c.inForce(country, d.Key, date); ok {
			list, seen[d.Key] = append(list, row), true
		}
	}
	return list, nil
}

// anywhere is the country of rows that hold wherever there is no row of its own.
const anywhere = "*"

func (c *Calendar) inForce(country, key, date string) (Deadline, bool) {
	for _, place := range []string{country, anywhere} {
		for _, d := range c.deadlines {
			if d.Country == place && d.Key == key && d.holds(date) {
				return d, true
			}
		}
	}
	return Deadline{}, false
}

func (d Deadline) holds(date string) bool {
	return (d.From == "" || date >= d.From) && (d.To == "" || date <= d.To)
}

func (d Deadline) overlaps(o Deadline) bool {
	return (d.To == "" || o.From <= d.To) && (o.To == "" || d.From <= o.To)
}

func (c *Country) after(start time.Time, n int, unit Unit) time.Time {
	local := midday(start.In(c.Zone))
	switch unit {
	case WorkingDays:
		return c.AfterWorkingDays(start, n)
	case Days:
		return endOf(local.AddDate(0, 0, n))
	case Months:
		return endOf(addMonths(local, n))
	case Minutes:
		return start.Add(time.Duration(n) * time.Minute)
	default:
		return start.Add(time.Duration(n) * time.Hour)
	}
}

// addMonths moves to the same day n months later, or to that month's last day
// where it has no such day: three months after 30 November end in February.
func addMonths(t time.Time, n int) time.Time {
	moved := t.AddDate(0, n, 0)
	if moved.Day() != t.Day() {
		moved = moved.AddDate(0, 0, -moved.Day())
	}
	return moved
}

func (c *Country) vouches(unit Unit, start, due time.Time) bool {
	return unit != WorkingDays ||
		c.Covers(start.In(c.Zone).Year()) && c.Covers(due.In(c.Zone).Year())
}
