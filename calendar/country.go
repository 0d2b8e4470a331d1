package calendar

import (
	"sort"
	"sync"
	"time"
	_ "time/tzdata" // the three zones must be known on a machine that has no zone files
)

// Country is where an office stands: its time zone, its week and its holidays.
type Country struct {
	Code string // ISO 3166-1 alpha-2
	Name Text
	Zone *time.Location

	weekend  map[time.Weekday]bool
	holidays []Holiday
	from, to int // years for which the holidays were checked

	mu    sync.Mutex
	years map[int]map[string]Holiday
}

// Covers reports whether the country's holidays were checked for a year. Outside
// it the permanent rules still apply, but a law or decree may have moved a day.
func (c *Country) Covers(year int) bool { return year >= c.from && year <= c.to }

// Holiday is the holiday on the local date of t, if that date is one.
func (c *Country) Holiday(t time.Time) (Holiday, bool) {
	local := t.In(c.Zone)
	h, ok := c.year(local.Year())[local.Format(time.DateOnly)]
	return h, ok
}

// Works reports whether offices work on the local date of t.
func (c *Country) Works(t time.Time) bool {
	_, holiday := c.Holiday(t)
	return !holiday && !c.weekend[t.In(c.Zone).Weekday()]
}

// Holidays lists a year's holidays by date.
func (c *Country) Holidays(year int) []Day {
	var days []Day
	for text, h := range c.year(year) {
		date, _ := time.ParseInLocation(time.DateOnly, text, c.Zone)
		days = append(days, Day{Date: date, Holiday: h})
	}
	sort.Slice(days, func(i, j int) bool { return days[i].Date.Before(days[j].Date) })
	return days
}

// AfterWorkingDays is the end of the n-th working day after the local date of
// start; the day of start itself is not counted. n must be 1 or more.
func (c *Country) AfterWorkingDays(start time.Time, n int) time.Time {
	day := midday(start.In(c.Zone))
	for n > 0 {
		day = day.AddDate(0, 0, 1)
		if c.Works(day) {
			n--
		}
	}
	return endOf(day)
}

// year is the holidays of one year by date. The neighbouring years are looked at
// too, since a holiday that is moved may cross the turn of the year.
func (c *Country) year(year int) map[string]Holiday {
	c.mu.Lock()
	defer c.mu.Unlock()
	if days, ok := c.years[year]; ok {
		return days
	}
	days := map[string]Holiday{}
	for _, h := range c.holidays {
		for y := year - 1; y <= year+1; y++ {
			c.mark(days, h, y, year)
		}
	}
	c.years[year] = days
	return days
}

func (c *Country) mark(days map[string]Holiday, h Holiday, in, year int) {
	if h.from != 0 && in < h.from || h.to != 0 && in > h.to {
		return
	}
	for _, day := range h.rule.in(in, c.Zone) {
		if day.Year() == year {
			days[day.Format(time.DateOnly)] = h
		}
	}
}

// midday keeps day arithmetic clear of any change of the clock.
func midday(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 12, 0, 0, 0, t.Location())
}

// endOf is the last second of t's local day, which still belongs to it.
func endOf(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 23, 59, 59, 0, t.Location())
}
