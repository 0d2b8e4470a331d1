package calendar

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Text is a sentence in the languages that the data tables carry.
type Text struct{ ES, EN string }

// In says the text in lang; Spanish is the first language and answers for any
// language that the tables do not carry.
func (t Text) In(lang string) string {
	if lang == "en" {
		return t.EN
	}
	return t.ES
}

// Holiday is one day on which a country's offices do not work, in every year
// for which its row is valid.
type Holiday struct {
	Country, ID string
	Name        Text
	Kind        string // civic, religious or mourning
	Law, Source string
	Verified    bool // seen at the source named
	rule        dayRule
	from, to    int // years, 0 for open
}

// Day is a holiday in one year.
type Day struct {
	Date    time.Time // midnight in the country's time zone
	Holiday Holiday
}

// dayRule says when a holiday falls. Exactly one of month, easter or dated is
// meant: a fixed date, a distance in days from Easter Sunday, or one date.
type dayRule struct {
	month      time.Month
	day        int
	easter     int
	byEaster   bool
	dated      string // 2006-01-02
	nextMonday bool   // kept on the following Monday unless it is one
	addMonday  bool   // if it falls on a Sunday, the Monday after is free too
	never      bool   // an override that takes a shipped holiday away
}

// parseDayRule reads "11-03", "easter-2", "2024-07-01" or "never", followed by
// "next-monday" or "sunday-adds-monday" where a law moves the day.
func parseDayRule(text string) (dayRule, error) {
	var r dayRule
	words := strings.Fields(text)
	if len(words) == 0 {
		return r, fmt.Errorf("no rule")
	}
	for _, move := range words[1:] {
		switch move {
		case "next-monday":
			r.nextMonday = true
		case "sunday-adds-monday":
			r.addMonday = true
		default:
			return r, fmt.Errorf("unknown move %q", move)
		}
	}
	return r, r.parseWhen(words[0])
}

func (r *dayRule) parseWhen(when string) error {
	if when == "never" {
		r.never = true
		return nil
	}
	if distance, ok := strings.CutPrefix(when, "easter"); ok {
		n, err := strconv.Atoi(distance)
		if err != nil {
			return fmt.Errorf("easter needs a distance in days, as in easter-2")
		}
		r.easter, r.byEaster = n, true
		return nil
	}
	if _, err := time.Parse(time.DateOnly, when); err == nil {
		r.dated = when
		return nil
	}
	t, err := time.Parse("01-02", when)
	if err != nil {
		return fmt.Errorf("a rule is a date, a month and day, or a distance from easter")
	}
	r.month, r.day = t.Month(), t.Day()
	return nil
}

// in is the days that the rule gives in a year, none to two.
func (r dayRule) in(year int, zone *time.Location) []time.Time {
	var day time.Time
	switch {
	case r.never:
		return nil
	case r.byEaster:
		day = easter(year, zone).AddDate(0, 0, r.easter)
	case r.dated != "":
		day, _ = time.ParseInLocation(time.DateOnly, r.dated, zone)
		if day.Year() != year {
			return nil
		}
	default:
		day = time.Date(year, r.month, r.day, 0, 0, 0, 0, zone)
	}
	return r.move(day)
}

func (r dayRule) move(day time.Time) []time.Time {
	if r.nextMonday {
		return []time.Time{day.AddDate(0, 0, (8-int(day.Weekday()))%7)}
	}
	if r.addMonday && day.Weekday() == time.Sunday {
		return []time.Time{day, day.AddDate(0, 0, 1)}
	}
	return []time.Time{day}
}

// easter is Easter Sunday of the Gregorian calendar, by the algorithm published
// anonymously in Nature in 1876 (Meeus, Astronomical Algorithms, chapter 8).
func easter(year int, zone *time.Location) time.Time {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	g := (b - (b+8)/25 + 1) / 3
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return time.Date(year, time.Month(n/31), n%31+1, 0, 0, 0, 0, zone)
}
