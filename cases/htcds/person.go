package htcds

import (
	"fmt"
	"strconv"
	"time"
)

// Evidence is one ticked or unticked consent box. It says that somebody recorded
// a consent; to what, to whom, when and in which language it does not say, so
// that nothing may be passed on because of it. The person has to be asked.
type Evidence struct {
	Field   string // con_Consent, or the deprecated agreement
	Section int    // of the Consent table, from 1
	Given   bool
}

// ConsentEvidence lists the consent boxes of a record that can be read.
func ConsentEvidence(r Record) []Evidence {
	var list []Evidence
	add := func(field string, n int, value string) {
		if value == "true" || value == "false" {
			list = append(list, Evidence{Field: field, Section: n, Given: value == "true"})
		}
	}
	for i, section := range r.Tables[Consent] {
		add("con_Consent", i+1, section["con_Consent"])
	}
	const agreement = "vic_AgreementToManagePersonalData"
	add(agreement, 1, r.Get(agreement))
	return list
}

// Birth is what is known of a birth date. Month and Day are 0 when unknown.
type Birth struct {
	Year, Month, Day int
	Estimated        bool
}

// BirthOf reads the birth date of a settled record; ok is false if it has none
// that can be read.
func BirthOf(r Record) (b Birth, ok bool) {
	text := r.Get("prs_Birthdate")
	b.Estimated = ticks[r.Extensions[BirthdateEstimated]] == "true"
	for _, layout := range []string{time.DateOnly, "2006-01", "2006"} {
		t, err := time.Parse(layout, text)
		if err != nil {
			continue
		}
		b.Year = t.Year()
		if len(layout) > 4 {
			b.Month = int(t.Month())
		}
		if layout == time.DateOnly {
			b.Day = t.Day()
		}
		return b, true
	}
	return b, false
}

// Ages is how old the person is at least and at most on a day; negative before
// the birth.
func (b Birth) Ages(on time.Time) (least, most int) {
	firstDay := time.Date(b.Year, time.Month(max(b.Month, 1)), max(b.Day, 1), 0, 0, 0, 0, time.UTC)
	lastDay := firstDay
	switch {
	case b.Month == 0:
		lastDay = time.Date(b.Year, 12, 31, 0, 0, 0, 0, time.UTC)
	case b.Day == 0:
		lastDay = time.Date(b.Year, time.Month(b.Month)+1, 0, 0, 0, 0, 0, time.UTC)
	}
	return age(lastDay, on), age(firstDay, on)
}

func age(born, on time.Time) int {
	years := on.Year() - born.Year()
	if on.YearDay() < born.AddDate(years, 0, 0).YearDay() {
		years--
	}
	return years
}

// MayBeChild reports whether the person may be under eighteen on a day. Where it
// is open, by an estimate or a birth date known by its year only, the answer is
// yes, and the person is treated as a child until their age is known.
//
// law: coe:10.3
func (b Birth) MayBeChild(on time.Time) bool {
	least, _ := b.Ages(on)
	return least < 18 || b.Estimated && least < 18+doubt
}

// doubt is how many years an estimated age may be too high.
const doubt = 2

// bands are the upper ends of the age bands that CTDC publishes.
var bands = []int{8, 17, 20, 23, 26, 29, 38, 47}

// AgeBand is the band of a person's age on a day, as in 18-20, and may stand in
// clear where the birth date may not. Where the age is open it is the band of the
// lowest age that it may be. It is empty for a day before the birth.
func (b Birth) AgeBand(on time.Time) string {
	least, most := b.Ages(on)
	if most < 0 {
		return ""
	}
	from := 0
	for _, to := range bands {
		if least <= to {
			return fmt.Sprintf("%d-%d", from, to)
		}
		from = to + 1
	}
	return strconv.Itoa(from) + "+"
}
