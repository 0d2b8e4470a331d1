package watch

import (
	"fmt"
	"strconv"

	"istmo/fault"
)

// Month is a month of the calendar, counted from January of the year 0.
type Month int

// ParseMonth reads "2023-06". It reports false where that is not a month.
func ParseMonth(s string) (Month, bool) {
	if len(s) != 7 || s[4] != '-' {
		return 0, false
	}
	year, err := strconv.ParseUint(s[:4], 10, 16)
	month, err2 := strconv.ParseUint(s[5:], 10, 8)
	if err != nil || err2 != nil || year < 1900 || month < 1 || month > 12 {
		return 0, false
	}
	return Month(int(year)*12 + int(month) - 1), true
}

// String is "2023-06".
func (m Month) String() string { return fmt.Sprintf("%04d-%02d", int(m)/12, int(m)%12+1) }

// MarshalText writes a month as String has it; none at all is empty.
func (m Month) MarshalText() ([]byte, error) {
	if m == 0 {
		return nil, nil
	}
	return []byte(m.String()), nil
}

// UnmarshalText reads it again.
func (m *Month) UnmarshalText(text []byte) error {
	at, ok := ParseMonth(string(text))
	if !ok && len(text) > 0 {
		return fault.Invalid("month", "watch.bad-at")
	}
	*m = at
	return nil
}
