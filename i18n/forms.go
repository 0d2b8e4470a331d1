package i18n

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// Date is a day that cannot be read two ways: "22 nov 2026".
func Date(lang string, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return fmt.Sprintf("%d %s %d", t.Day(), Month(lang, t.Month()), t.Year())
}

// Weekday is a day with its name, "lunes 22 nov 2026". Convert to the reader's
// zone before.
func Weekday(lang string, t time.Time) string {
	return Say(lang, "i18n.weekday."+strconv.Itoa(int(t.Weekday())), "Date", Date(lang, t))
}

// DateTime is a moment in the given zone, which it tells by its distance from UTC:
// "22 nov 2026, 14:05 (-05)".
func DateTime(lang string, t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(zone)
	layout := "15:04 (-07)"
	if _, ahead := t.Zone(); ahead == 0 {
		layout = "15:04 (UTC)"
	}
	return Date(lang, t) + ", " + t.Format(layout)
}

// Month is a short name of a month: "nov".
func Month(lang string, m time.Month) string {
	return Say(lang, "i18n.month."+strconv.Itoa(int(m)))
}

// Since tells how far t is from now, in the largest unit that fits: "hace 3
// días", "in 2 hours". Under a minute either way it says that it is now.
func Since(lang string, t, now time.Time) string {
	gap, side := now.Sub(t), "ago"
	if gap < 0 {
		gap, side = -gap, "ahead"
	}
	unit, n := largest(gap)
	if n == 0 {
		return Say(lang, "i18n.now")
	}
	return Say(lang, "i18n."+side+"."+unit, "Count", n)
}

// Span is a length of time on its own: "3 días", "2 hours".
func Span(lang string, d time.Duration) string {
	unit, n := largest(max(d, -d))
	if n == 0 {
		return Say(lang, "i18n.span.moment")
	}
	return Say(lang, "i18n.span."+unit, "Count", n)
}

// largest is the unit in which a length of time is told, and how many of them
// have fully passed.
func largest(d time.Duration) (string, int) {
	const day = 24 * time.Hour
	for _, u := range []struct {
		name string
		d    time.Duration
	}{{"years", 365 * day}, {"months", 30 * day}, {"days", day}, {"hours", time.Hour}, {"minutes", time.Minute}} {
		if d >= u.d {
			return u.name, int(d / u.d)
		}
	}
	return "", 0
}

// Number groups the digits of n. Spanish uses a narrow space and leaves four
// digits together, because in Panama "1.234" and in Colombia "1,234" would be
// read as a little more than one.
func Number(lang string, n int64) string {
	digits := strconv.FormatInt(max(n, -n), 10)
	if n < 0 {
		return "−" + Number(lang, -n)
	}
	if lang == "en" {
		return group(digits, ",")
	}
	if len(digits) < 5 {
		return digits
	}
	return group(digits, "\u202f")
}

func group(digits, mark string) string {
	if len(digits) <= 3 {
		return digits
	}
	return group(digits[:len(digits)-3], mark) + mark + digits[len(digits)-3:]
}

// List joins words as one says them: "a, b y c".
func List(lang string, words ...string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := words[len(words)-1]
	return strings.Join(words[:len(words)-1], ", ") + " " + and(lang, last) + " " + last
}

// and is the word before the last item. Spanish "y" turns into "e" before the
// sound i, though not before a diphthong: "Panamá e Italia", "agua y hielo".
func and(lang, next string) string {
	next = strings.ToLower(next)
	sounds := strings.HasPrefix(next, "i") || strings.HasPrefix(next, "í") || strings.HasPrefix(next, "hi")
	if lang == "es" && sounds && !strings.HasPrefix(next, "hie") && !strings.HasPrefix(next, "hia") {
		return "e"
	}
	return Say(lang, "i18n.and")
}

// Country names the country of an ISO 3166 code: "CO" is "Colombia". A code
// that is no country is given back as it is.
func Country(lang, code string) string {
	region, err := language.ParseRegion(code)
	if err != nil {
		return code
	}
	return known(display.Regions(in(lang).tag).Name(region), code)
}

// Language names the language of a BCP 47 code: "es" is "español".
func Language(lang, code string) string {
	tag, err := language.Parse(code)
	if err != nil {
		return code
	}
	return known(display.Tags(in(lang).tag).Name(tag), code)
}

func known(name, code string) string {
	if name == "" {
		return code
	}
	return name
}

// SortBy puts items in the order of lang's dictionary by the text that each
// gives, so that "Ángel" stands beside "Ana" and "ñ" after "n".
func SortBy[T any](lang string, items []T, text func(T) string) {
	order := collate.New(in(lang).tag, collate.IgnoreCase)
	slices.SortStableFunc(items, func(a, b T) int { return order.CompareString(text(a), text(b)) })
}

// Sort puts words in the order of lang's dictionary.
func Sort(lang string, words []string) {
	SortBy(lang, words, func(s string) string { return s })
}
