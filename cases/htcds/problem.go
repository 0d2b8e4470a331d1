package htcds

import (
	"maps"
	"regexp"
	"strconv"

	"istmo/fault"
)

// Severity says what a problem means for its row.
type Severity int

// The severities. A notice tells what was understood, a warning asks for a look,
// an error keeps the row out until the file is mended.
const (
	Notice Severity = iota
	Warning
	Error
)

var severities = [...]string{"notice", "warning", "error"}

func (s Severity) String() string { return severities[s] }

// Problem is one thing to say about a row of a file. The fault's key is its
// sentence and the fault's field the column; neither holds what was typed.
type Problem struct {
	Row      int // as a spreadsheet numbers it: 1 is the header of a CSV file
	Severity Severity
	*fault.Fault
}

// kinds gives every problem its severity; a key that is missing is a mistake of
// this package and fails its tests.
var kinds = map[string]Severity{
	// the file
	"htcds.not-text": Error, "htcds.empty-file": Error, "htcds.header-unknown": Error, "htcds.header-twice": Error,
	"htcds.header-wide": Error, "htcds.quote-open": Error, "htcds.too-many-rows": Error, "htcds.json-broken": Error,
	"htcds.record-too-long": Error,
	"htcds.separator":       Notice, "htcds.windows-1252": Notice,
	"htcds.column-extension": Notice, "htcds.column-unnamed": Notice, "htcds.core-missing": Notice,
	// the row
	"htcds.quote-broken": Error, "htcds.cell-too-long": Error, "htcds.row-long": Error, "htcds.row-short": Warning,
	"htcds.row-empty": Error, "htcds.duplicate": Warning, "htcds.duplicate-different": Error,
	"htcds.json-shape": Error, "htcds.json-extension": Notice, "htcds.too-many-sections": Error,
	// the value
	"htcds.control-character": Error, "htcds.date": Error, "htcds.number": Error, "htcds.checkbox": Error,
	"htcds.coordinate": Error, "htcds.value-unknown": Warning, "htcds.country-unknown": Warning,
	"htcds.language-unknown": Warning, "htcds.phone": Warning, "htcds.email": Warning, "htcds.date-serial": Warning,
	"htcds.date-day-first": Notice, "htcds.date-partial": Notice, "htcds.value-respelled": Notice,
	"htcds.list-separator": Notice,
	// the standard's own faults
	"htcds.deprecated": Notice, "htcds.untyped": Notice, "htcds.consent-without-scope": Notice,
	"htcds.control-not-listed": Notice, "htcds.forced-criminality": Notice, "htcds.industry-several": Notice,
	"htcds.spelling": Notice,
}

// Kinds lists the key of every problem with its severity.
func Kinds() map[string]Severity { return maps.Clone(kinds) }

func problem(row int, field, key string) Problem {
	return Problem{Row: row, Severity: kinds[key], Fault: fault.Invalid(field, key)}
}

// plainName is a column name that surely is one. Where a header is missing, its
// place is taken by the first person's data, which must not be shown or logged.
var plainName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]{0,15}([_.:/-][A-Za-z0-9]{1,32}){1,4}$`)

// nameToShow is a column's name if it surely is one, otherwise its number from 1,
// or nothing where it has no number.
func nameToShow(name string, number int) string {
	if _, known := slotOf(name); known || plainName.MatchString(name) {
		return name
	}
	if number == 0 {
		return ""
	}
	return "#" + strconv.Itoa(number)
}
