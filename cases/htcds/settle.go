package htcds

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"
)

// Settle brings every value of a record to the one form in which this package
// writes it: dates as 2006-01-02, ticks as true and false, codes as published.
// It never drops a value: what it cannot read stays as it was, with a problem.
// Settling twice changes nothing.
func Settle(row int, r Record) []Problem {
	var found []Problem
	r.each(func(s slot, of int, value string) {
		note := func(key string) { found = append(found, problem(row, s.column(of), key)) }
		r.Tables[s.field.Table][s.n][s.field.Name] = s.field.settle(strings.TrimSpace(value), note)
	})
	for name, value := range r.Extensions {
		if hasControl(value) {
			found = append(found, problem(row, nameToShow(name, 0), "htcds.control-character"))
		}
	}
	r.tidy()
	return found
}

func (f *Field) settle(value string, note func(string)) string {
	if value == "" {
		return ""
	}
	if hasControl(value) {
		note("htcds.control-character")
		return value
	}
	f.remark(value, note)
	switch f.Type {
	case Date:
		return settleDate(value, note)
	case Number:
		return settleNumber(value, note)
	case Checkbox:
		return settleTick(value, note)
	case Geolocation:
		return f.settleCoordinate(value, note)
	case Picklist, Multiselect:
		return f.settleCodes(value, note)
	}
	return f.settleText(value, note)
}

// remark notes what the standard leaves unsaid about a field.
func (f *Field) remark(value string, note func(string)) {
	switch {
	case f.Deprecated:
		note("htcds.deprecated")
	case f.Type == Untyped:
		note("htcds.untyped")
	case f.Name == "vic_ForcedLabourIndustry" && strings.Contains(value, separator):
		note("htcds.industry-several")
	}
	if f.Name == "con_Consent" || f.Name == "vic_AgreementToManagePersonalData" {
		note("htcds.consent-without-scope")
	}
}

// hasControl finds characters that no person types and that databases refuse.
func hasControl(value string) bool {
	return strings.ContainsFunc(value, func(c rune) bool {
		return c < ' ' && c != '\t' && c != '\n' && c != '\r' || c == 0x7f
	})
}

var (
	dayFirst = regexp.MustCompile(`^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$`)
	serial   = regexp.MustCompile(`^[1-7]\d{4}$`)
	midnight = regexp.MustCompile(`^(\d{4}-\d{2}-\d{2})[T ]00:00(:00(\.0+)?)?Z?$`)
)

// settleDate reads the forms that spreadsheets give to dates. In our three
// countries 02/01/2006 is the second of January. A day may be unknown, and a
// month: 2006-01 and 2006 are kept so, since inventing the rest would make a
// person older or younger than anybody knows.
func settleDate(value string, note func(string)) string {
	if m := midnight.FindStringSubmatch(value); m != nil {
		value = m[1]
	}
	if plausible(time.DateOnly, value) {
		return value
	}
	if plausible("2006-01", value) || plausible("2006", value) {
		note("htcds.date-partial")
		return value
	}
	if m := dayFirst.FindStringSubmatch(value); m != nil {
		if t, err := time.Parse("2/1/2006", m[1]+"/"+m[2]+"/"+m[3]); err == nil && plausibleYear(t) {
			note("htcds.date-day-first")
			return t.Format(time.DateOnly)
		}
	}
	if serial.MatchString(value) {
		note("htcds.date-serial")
		days, _ := strconv.Atoi(value)
		return time.Date(1899, 12, 30+days, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	}
	note("htcds.date")
	return value
}

func plausible(layout, value string) bool {
	t, err := time.Parse(layout, value)
	return err == nil && plausibleYear(t)
}

func plausibleYear(t time.Time) bool { return t.Year() >= 1900 && t.Year() <= 2100 }

var wholeNumber = regexp.MustCompile(`^\d{1,3}$`)

func settleNumber(value string, note func(string)) string {
	value = strings.TrimSuffix(value, ".0")
	if !wholeNumber.MatchString(value) {
		note("htcds.number")
	}
	return value
}

var ticks = map[string]string{
	"true": "true", "1": "true", "yes": "true", "y": "true", "x": "true", "si": "true", "sí": "true", "verdadero": "true",
	"false": "false", "0": "false", "no": "false", "n": "false", "falso": "false",
}

func settleTick(value string, note func(string)) string {
	if tick, ok := ticks[strings.ToLower(value)]; ok {
		return tick
	}
	note("htcds.checkbox")
	return value
}

var decimal = regexp.MustCompile(`^[+-]?\d{1,3}([.,]\d+)?$`)

func (f *Field) settleCoordinate(value string, note func(string)) string {
	limit := 180.0
	if strings.HasSuffix(f.Name, "Latitude") {
		limit = 90
	}
	settled := strings.Replace(value, ",", ".", 1)
	degrees, err := strconv.ParseFloat(settled, 64)
	if !decimal.MatchString(value) || err != nil || degrees < -limit || degrees > limit {
		note("htcds.coordinate")
		return value
	}
	return settled
}

var (
	e164  = regexp.MustCompile(`^\+[1-9]\d{6,14}$`)
	email = regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[^@\s]+$`)
)

func (f *Field) settleText(value string, note func(string)) string {
	switch {
	case f.List != "" || strings.HasSuffix(f.Name, "Country"):
		return f.settleCode(value, note)
	case strings.HasSuffix(f.Name, "Phone") && !e164.MatchString(value):
		note("htcds.phone")
	case strings.HasSuffix(f.Name, "Email") && !email.MatchString(value):
		note("htcds.email")
	}
	return value
}

// settleCodes settles the codes of a picklist cell one by one. Survey tools
// separate several codes by spaces, others by commas or bars: where that makes
// every part a known code, it is taken so.
func (f *Field) settleCodes(value string, note func(string)) string {
	if !f.several() {
		return f.settleCode(value, note)
	}
	parts := strings.Split(value, separator)
	if len(parts) == 1 && !f.known(value) {
		if other := f.splitOtherwise(value); other != nil {
			note("htcds.list-separator")
			parts = other
		}
	}
	var settled []string
	for _, part := range parts {
		if part = strings.TrimSpace(part); part != "" {
			settled = append(settled, f.settleCode(part, note))
		}
	}
	return strings.Join(settled, separator)
}

func (f *Field) splitOtherwise(value string) []string {
	for _, between := range []string{"|", ",", " "} {
		parts := strings.Split(value, between)
		all := len(parts) > 1
		for i := range parts {
			parts[i] = strings.TrimSpace(parts[i])
			all = all && f.known(parts[i])
		}
		if all {
			return parts
		}
	}
	return nil
}

// unlisted are values that belong to a field although its picklist lacks them,
// with the notice that says why.
var unlisted = map[string]map[string]string{
	"vic_MethodsOfControl": {
		"RestrictsMovement": "htcds.control-not-listed", // both are defined in the standard's text
		"UsesChildren":      "htcds.control-not-listed",
	},
	"vic_TypeOfExploitation": {
		"ForcedCriminality": "htcds.forced-criminality", // open issue 28 of UNMigration/HTCDS
	},
}

// misspelt are spellings that mean a published code.
var misspelt = map[string]string{"unacquainted": "Unaquainted"}

// known reports whether value is a code of the field exactly as it is written
// out, or would be brought to one.
func (f *Field) known(value string) bool {
	ok := true
	f.settleCode(value, func(key string) { ok = ok && kinds[key] == Notice })
	return ok
}

// settleCode settles one code.
func (f *Field) settleCode(code string, note func(string)) string {
	switch {
	case f.List == "ISO-639-2":
		return settleISO(code, "htcds.language-unknown", strings.ToLower, isLanguage, note)
	case f.List != "" || strings.HasSuffix(f.Name, "Country"):
		return settleISO(code, "htcds.country-unknown", strings.ToUpper, isCountry, note)
	}
	for _, allowed := range f.Allowed {
		if code == allowed {
			return code
		}
		if strings.EqualFold(code, allowed) {
			note("htcds.value-respelled")
			return allowed
		}
	}
	if key := unlisted[f.Name][code]; key != "" {
		note(key)
		return code
	}
	if published := misspelt[strings.ToLower(code)]; published != "" && f.Name == "vic_RelationshipToTrafficker" {
		note("htcds.spelling")
		return published
	}
	note("htcds.value-unknown")
	return code
}

func settleISO(code, unknown string, fold func(string) string, is func(string) bool, note func(string)) string {
	if !is(code) {
		note(unknown)
		return code
	}
	if folded := fold(code); folded != code {
		note("htcds.value-respelled")
		return folded
	}
	return code
}

var letters = regexp.MustCompile(`^[A-Za-z]{2,3}$`)

func isCountry(code string) bool {
	region, err := language.ParseRegion(code)
	return letters.MatchString(code) && err == nil && region.IsCountry()
}

func isLanguage(code string) bool {
	_, err := language.ParseBase(code)
	return letters.MatchString(code) && err == nil
}
