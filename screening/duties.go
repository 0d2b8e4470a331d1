package screening

import (
	"slices"
	"time"

	"istmo/act"
	"istmo/cooperation"
	"istmo/store"
)

// Duty is something that is still to be done of a screening while every field of
// If has one of its values and no field of Unless has. "child" is no field of the
// form: it says whether the person is treated as a child. A phone goes by the same
// rows (web/assets/js/screening/duties.js).
type Duty struct {
	Key    string              `json:"duty"`
	If     map[string][]string `json:"if,omitempty"`
	Unless map[string][]string `json:"unless,omitempty"`
	Until  string              `json:"until,omitempty"` // "met": a team has taken the person on; "final": the officer has finished
}

// Duties are in the order in which they press.
// law: palermo:6.3
var Duties = []Duty{
	{Key: "help", If: map[string][]string{"help": Helps}, Until: "met"},
	{Key: "child-authority", If: map[string][]string{"child": {"yes"}, "company": {"alone", "unrelated-adult"}}, Until: "met"},
	{Key: "team", If: map[string][]string{"outcome": {"presumed", "other-protection"}}, Until: "met"},
	{Key: "smuggled", If: map[string][]string{"outcome": {"smuggled"}}, Until: "met"},
	{Key: "across", If: map[string][]string{"companions_where": {"other-side"}, "outcome": {"presumed", "other-protection"}}, Until: "met"},
	{Key: "finish", Until: "final"},
	{Key: "outcome", Unless: map[string][]string{"outcome": Outcomes}},
	{Key: "rights", Unless: map[string][]string{"rights_read": {"yes"}}},
	{Key: "consent", Unless: map[string][]string{"consent": {"given", "refused"}}},
}

// due lists the duties that are not yet done.
func (s Screening) due(values map[string][]string) []string {
	var due []string
	for _, d := range Duties {
		if d.Until == "met" && !s.MetAt.IsZero() || d.Until == "final" && s.Final {
			continue
		}
		if d.stands(s.Child(), values) {
			due = append(due, d.Key)
		}
	}
	return due
}

func (d Duty) stands(child bool, values map[string][]string) bool {
	has := func(field string, any []string) bool {
		words := values[field]
		if field == "child" {
			words = []string{"no"}
			if child {
				words = []string{"yes"}
			}
		}
		return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(any, w) })
	}
	for field, any := range d.If {
		if !has(field, any) {
			return false
		}
	}
	for field, any := range d.Unless {
		if has(field, any) {
			return false
		}
	}
	return true
}

// forgetAt is when a screening that found nothing is forgotten, by the country's
// own term.
func forgetAt(tx *store.Tx, received time.Time) (time.Time, error) {
	clock, err := cooperation.Due(tx, act.Here(tx), "screening.forget", received)
	return clock.Due, err
}
