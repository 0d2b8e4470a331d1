package identification

import (
	"errors"
	"regexp"
	"strings"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/calendar"
	"istmo/cases"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/store"
)

// Reflection is time that is the person's own: to recover, to be advised, and to
// decide freely whether to speak with justice at all.
type Reflection struct {
	ID        string    `json:"id"`
	Procedure string    `json:"procedure"`
	Person    string    `json:"person"`
	Starts    time.Time `json:"starts"`
	Least     time.Time `json:"least"` // no earlier, by the law
	Until     time.Time `json:"until"`
	EndedAt   time.Time `json:"ended_at"` // when the person chose to end it
	Chosen    string    `json:"chosen"`
	Language  string    `json:"language"`
	Way       string    `json:"way"`
}

// Runs reports whether it runs at an instant.
func (r Reflection) Runs(at time.Time) bool {
	return r.ID != "" && r.EndedAt.IsZero() && !at.After(r.Until)
}

// Choosings are why a person ends it: always what they themselves want.
var Choosings = []string{"wants-to-speak", "wants-to-return", "wants-to-go-on", "other-wish"}

// Reflecting is the reflection period that runs for a person, under whichever of the
// files that are theirs, or NotFound.
func Reflecting(tx *store.Tx, person string) (Reflection, error) {
	files, err := cases.SameAs(tx, person)
	if err != nil {
		return Reflection{}, err
	}
	for _, file := range files {
		if r, err := running(tx, file); !fault.Is(err, fault.KindNotFound) {
			return r, err
		}
	}
	return Reflection{}, fault.NotFound()
}

// running is the one that runs under this very file.
func running(tx *store.Tx, file string) (Reflection, error) {
	return store.One(tx, (*Reflection).columns, selectReflection+` WHERE person = $1 AND ended_at = '' AND until >= $2 ORDER BY until DESC LIMIT 1`, file, tx.Now)
}

// agreed is the person's consent to an investigation by an agency, under whichever of
// their files it was given, or a Conflict.
func agreed(tx *store.Tx, person, toNode, toAgency string) (cases.Consent, error) {
	files, err := cases.SameAs(tx, person)
	if err != nil {
		return cases.Consent{}, err
	}
	for _, file := range files {
		if c, err := cases.Agreed(tx, file, "investigation", toNode, toAgency, nil); !fault.Is(err, fault.KindConflict) {
			return c, err
		}
	}
	return cases.Consent{}, fault.Conflict("identification.not-now")
}

// least is the end of the shortest period that the country's row allows. ErrNoRule
// and ErrUnknownTerm say that no row sets one.
func least(tx *store.Tx, starts time.Time) (calendar.Clock, error) {
	return cooperation.Days(tx).Due(cooperation.Country(act.Here(tx)), "reflection", starts, starts)
}

// StartReflection gives the person a reflection period: from now at least as long as
// the law says, and longer if it is decided so. It can stand wherever the procedure
// stands. Where no row sets a least, the day until which it runs must be said.
// law: cr-9095:37.f
type StartReflection struct {
	On
	Until time.Time `json:"until"` // its last day; the law's least, if it is empty
}

// Verb names it.
func (StartReflection) Verb() access.Verb { return "identification.start-reflection" }

// Do starts it, and puts off what justice had asked without the person's consent.
func (c StartReflection) Do(tx *store.Tx, who access.Who, p Procedure) error {
	if _, err := running(tx, p.Person); err == nil {
		return fault.Conflict("identification.reflection-runs")
	} else if !fault.Is(err, fault.KindNotFound) {
		return err
	}
	clock, err := least(tx, tx.Now)
	if errors.Is(err, calendar.ErrNoRule) || errors.Is(err, calendar.ErrUnknownTerm) {
		if c.Until.IsZero() {
			return fault.Invalid("until", "identification.reflection-no-rule")
		}
		clock.Due, err = tx.Now, nil
	}
	if err != nil {
		return err
	}
	until, err := c.last(tx, clock.Due)
	if err != nil {
		return err
	}
	if _, err = tx.Exec(`INSERT INTO identification_reflection (id, procedure_id, person, starts, least, until, by_whom) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		tx.NewID("rfl"), p.ID, p.Person, tx.Now, clock.Due, until, who.ID); err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE identification_contact SET answer = 'not-now', answered_at = $2 WHERE person = $1 AND answer IN ('', 'arranged') AND consent = ''`, p.Person, tx.Now)
	return err
}

// last is the end of the last day that was said, or the least.
func (c StartReflection) last(tx *store.Tx, least time.Time) (time.Time, error) {
	if c.Until.IsZero() {
		return least, nil
	}
	until := endOfDay(tx, c.Until)
	if until.Before(least) {
		return least, fault.Invalid("until", "identification.reflection-too-short")
	}
	return until, nil
}

// endOfDay is the end of a day as it is told in this country: a day comes from a form
// as its midnight in no zone.
func endOfDay(tx *store.Tx, day time.Time) time.Time {
	zone, ok := cooperation.Zone(tx, cooperation.Country(act.Here(tx)))
	if !ok {
		zone = time.UTC
	}
	y, m, d := day.UTC().Date()
	return time.Date(y, m, d, 23, 59, 59, 0, zone)
}

// LengthenReflection gives the person more time.
type LengthenReflection struct {
	On
	Until time.Time `json:"until"`
}

// Verb names it.
func (LengthenReflection) Verb() access.Verb { return "identification.lengthen-reflection" }

// Do lengthens it; it never shortens.
func (c LengthenReflection) Do(tx *store.Tx, who access.Who, p Procedure) error {
	r, err := p.reflecting(tx)
	if err != nil {
		return err
	}
	until := endOfDay(tx, c.Until)
	if c.Until.IsZero() || !until.After(r.Until) {
		return fault.Invalid("until", "identification.reflection-only-longer")
	}
	_, err = tx.Exec(`UPDATE identification_reflection SET until = $2 WHERE id = $1`, r.ID, until)
	return err
}

func (p Procedure) reflecting(tx *store.Tx) (Reflection, error) {
	r, err := running(tx, p.Person)
	if fault.Is(err, fault.KindNotFound) {
		err = fault.Conflict("identification.no-reflection")
	}
	return r, err
}

// EndReflection records that the person chose to end it, for their own sake, and in
// which language and way they were asked. Nobody ends it for them.
type EndReflection struct {
	On
	Chosen   string `json:"chosen"`
	Own      bool   `json:"own"` // it is the person's own wish, said without pressure and after advice
	Language string `json:"language"`
	Way      string `json:"way"`
	Said     string `json:"said"` // what they said, as near to their words as can be
}

// Verb names it.
func (EndReflection) Verb() access.Verb { return "identification.end-reflection" }

// Do ends it; what the person said is sealed.
func (c EndReflection) Do(tx *store.Tx, who access.Who, p Procedure) error {
	var check fault.Check
	check.That(c.Own, "own", "identification.reflection-own-wish")
	check.That(known(Choosings, c.Chosen), "chosen", "fault.choose")
	check.That(len(c.Language) == 2, "language", "cases.two-letters-language")
	check.That(known(Ways, c.Way), "way", "fault.choose")
	check.That(len([]rune(strings.TrimSpace(c.Said))) >= 20, "said", "identification.reasons-too-short")
	if err := check.Err(); err != nil {
		return err
	}
	r, err := p.reflecting(tx)
	if err != nil {
		return err
	}
	if err := p.childIsHeard(tx, true); err != nil {
		return err
	}
	if err := p.words(tx, "reflection", r.ID, c.Said); err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE identification_reflection SET ended_at = $2, chosen = $3, language = $4, way = $5 WHERE id = $1`, r.ID, tx.Now, c.Chosen, c.Language, c.Way)
	return err
}

// justice are the kinds of agency that investigate and prosecute.
var justice = []string{"prosecutor", "police"}

// MayReach refuses what would bring a person in their reflection period before
// justice without their consent: anything for an investigation, and anything that
// goes to an agency of justice. Consent is the person's own, for this purpose and
// this agency. The refusal says nothing of why: it may cross a border.
// law: cr-9095:37.f
func MayReach(tx *store.Tx, person, purpose, toNode, toAgency string) error {
	if _, err := Reflecting(tx, person); fault.Is(err, fault.KindNotFound) {
		return nil
	} else if err != nil {
		return err
	}
	a, err := cooperation.AgencyOf(tx, toNode, toAgency)
	if err != nil && !fault.Is(err, fault.KindNotFound) {
		return err
	}
	if purpose != "investigation" && !known(justice, a.Kind) {
		return nil
	}
	_, err = agreed(tx, person, toNode, toAgency)
	return err
}

// reference is how a person is called here, wherever it stands in a text.
var reference = regexp.MustCompile(`(?i)\b[A-Z]{2}-[2-9A-Z]{4}-[2-9A-Z]{4}\b`)

// MayName refuses words for others' eyes in which a person in their reflection period
// is called by their reference, where it would bring them before justice: every
// receiver, "CO/agy_…", must be one that the person has consented to.
func MayName(tx *store.Tx, words, purpose string, receivers []string) error {
	for _, ref := range reference.FindAllString(words, -1) {
		person, err := store.One(tx, store.Value[string], `SELECT id FROM person WHERE ref = $1`, strings.ToUpper(ref))
		if fault.Is(err, fault.KindNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		for _, receiver := range receivers {
			node, agency, _ := strings.Cut(receiver, "/")
			if err := MayReach(tx, person, purpose, node, agency); err != nil {
				return err
			}
		}
	}
	return nil
}

// KeepsJusticeOut refuses that somebody of justice opens the file of a person in
// their reflection period, whatever else they are. It looks absent.
func KeepsJusticeOut(tx *store.Tx, d act.Deed) error {
	if !d.Who.Has(access.Prosecutor) {
		return nil
	}
	if _, err := Reflecting(tx, d.Person); err == nil {
		return fault.Denied()
	} else if !fault.Is(err, fault.KindNotFound) {
		return err
	}
	return nil
}
