package figures

import (
	"fmt"
	"strconv"
	"strings"
)

// Month is one month of the calendar.
type Month struct{ Year, Month int }

func (m Month) String() string { return fmt.Sprintf("%04d-%02d", m.Year, m.Month) }

// ParseMonth reads 2023-08.
func ParseMonth(s string) (Month, bool) {
	y, m, ok := strings.Cut(s, "-")
	year, err := strconv.Atoi(y)
	month, err2 := strconv.Atoi(m)
	return Month{year, month}, ok && err == nil && err2 == nil && len(y) == 4 && len(m) == 2 && year >= 1950 && year <= 2100 && month >= 1 && month <= 12
}

// Before reports whether m comes before n.
func (m Month) Before(n Month) bool { return m.Year < n.Year || m.Year == n.Year && m.Month < n.Month }

// Next is the month after.
func (m Month) Next() Month {
	if m.Month == 12 {
		return Month{m.Year + 1, 1}
	}
	return Month{m.Year, m.Month + 1}
}

// Previous is the month before.
func (m Month) Previous() Month {
	if m.Month == 1 {
		return Month{m.Year - 1, 12}
	}
	return Month{m.Year, m.Month - 1}
}

// months are the abbreviations of the migration service's tables, folded.
var months = map[string]int{}

func init() {
	for i, names := range []string{"ene enero", "feb febrero", "mar marzo", "abr abril", "may mayo", "jun junio", "jul julio", "ago agosto",
		"sep sept set septiembre setiembre", "oct octubre", "nov noviembre", "dic diciembre"} {
		for _, n := range strings.Fields(names) {
			months[n] = i + 1
		}
	}
}
