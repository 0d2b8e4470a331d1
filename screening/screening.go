package screening

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"istmo/access"
	"istmo/cases"
	"istmo/fault"
	"istmo/store"
)

// Screening is a talk, as codes under a receipt.
type Screening struct {
	ID           string    `json:"id"`      // scr_…
	Receipt      string    `json:"receipt"` // "7K3Q-29XD"
	Agency       string    `json:"agency"`  // the unit
	Officer      string    `json:"officer"` // who began it
	Post         string    `json:"post"`    // pst_…
	List         string    `json:"list"`    // the indicators that were asked
	Sex          string    `json:"sex"`
	AgeBand      string    `json:"age_band"`
	AgeInDoubt   bool      `json:"age_in_doubt"`
	Citizenships []string  `json:"citizenships"`
	Languages    []string  `json:"languages"`
	Company      string    `json:"company"`
	Help         []string  `json:"help"`    // what was called for at once
	Outcome      string    `json:"outcome"` // the officer's decision, or empty
	Final        bool      `json:"final"`   // the officer finished
	Duress       bool      `json:"duress"`  // something in it was made under threat
	StartedAt    time.Time `json:"started_at"`
	FinishedAt   time.Time `json:"finished_at"`
	ReceivedAt   time.Time `json:"received_at"`
	Person       string    `json:"person"` // the file that it began, or empty
	MetAt        time.Time `json:"met_at"` // when a team took it on
	ForgottenAt  time.Time `json:"forgotten_at"`
	chain        string
	subject      string // of the vault: its own id, another one after it was forgotten
	device       string
	raised       []string // the alerts that were given
	assigned     []string
	fresh        bool             // made by this very command
	changed      map[string]delta // what this command changed
	kept         map[string]value // the fields, once they were read
}

// ObjectID is the screening's id.
func (s Screening) ObjectID() string { return s.ID }

// PersonID is whose key seals what is kept of a deed on it: its own, so that it
// goes when the screening is forgotten.
func (s Screening) PersonID() string { return s.subject }

// Facts are what a policy may look at.
func (s Screening) Facts() access.Facts {
	return access.Facts{"agency": s.Agency, "officer": s.Officer, "assigned": s.assigned, "child": s.Child(),
		"person": s.Person}
}

// Child reports whether the person is treated as a child: an age in doubt is.
// law: palermo:3.d
func (s Screening) Child() bool {
	return cases.Person{AgeBand: s.AgeBand, AgeInDoubt: s.AgeInDoubt}.Child()
}

// Alone reports whether nobody who answers for them is with them.
func (s Screening) Alone() bool { return s.Company == "alone" || s.Company == "unrelated-adult" }

// The codes of a screening's own fields.
var (
	Companies = []string{"alone", "family", "known", "unrelated-adult", "group"}
	Spoken    = []string{"es", "en", "fr", "ht", "pt", "zh"}
	Helps     = []string{"danger", "health", "child", "violence"}
	Outcomes  = []string{"presumed", "smuggled", "other-protection", "none"}
	Consents  = []string{"given", "refused", "not-asked"}
	Wheres    = []string{"here", "other-side", "unknown"}
	Answers   = []string{"yes", "no", "unknown"}
	yesNo     = []string{"yes", "no"}
)

// shaped are the fields whose values are no list of codes and stand in clear all the
// same: what they can look like leaves no room for a name.
var shaped = map[string]*regexp.Regexp{
	"citizenships": regexp.MustCompile(`^[A-Za-z]{2}$`), "languages": regexp.MustCompile(`^[a-z]{2,3}$`), "companions": regexp.MustCompile(`^\d{1,4}$`),
	"started_at": regexp.MustCompile(`^\d{4}-\d\d-\d\dT[\d:.]{5,12}(Z|[+-]\d\d:\d\d)$`), "finished_at": regexp.MustCompile(`^\d{4}-\d\d-\d\dT[\d:.]{5,12}(Z|[+-]\d\d:\d\d)$`),
}

// coded lists the fields whose values are codes, and stand in clear. Everything else
// is sealed.
var coded = map[string][]string{
	"sex": cases.Sexes, "age_band": cases.AgeBands, "age_in_doubt": yesNo, "interpreter": yesNo, "private": yesNo, "rights_read": yesNo,
	"needs": cases.Needs, "forms": cases.Forms, "company": Companies, "guardian": cases.Guardians,
	"spoken": Spoken, "help": Helps, "consent": Consents, "consent_way": cases.Ways, "consent_language": Spoken,
	"outcome": Outcomes, "companions_where": Wheres,
}

// clear reports whether a value can stand in clear: the field is coded, and every
// word of the value is one of its codes. What is none is kept sealed, for a person to
// read.
func clear(field string, words []string) bool {
	codes, is := coded[field]
	if isAnswer(field) {
		codes, is = Answers, true
	}
	shape := shaped[field]
	if !is && shape == nil {
		return false
	}
	return !slices.ContainsFunc(words, func(w string) bool {
		if shape != nil {
			return !shape.MatchString(w)
		}
		return !slices.Contains(codes, w)
	})
}

func isAnswer(field string) bool { return strings.HasPrefix(field, "q.") }

// Find loads a screening with who is assigned to its person.
func Find(tx *store.Tx, id string) (Screening, error) {
	return found(tx, `id = $1`, id)
}

func found(tx *store.Tx, where string, args ...any) (Screening, error) {
	s, err := store.One(tx, (*Screening).columns, selectScreening+` WHERE `+where, args...)
	if err != nil || s.Person == "" {
		return s, err
	}
	p, err := cases.Find(tx, s.Person)
	if fault.Is(err, fault.KindNotFound) {
		return s, nil
	}
	s.assigned = p.Assigned()
	return s, err
}

// On says which screening a verb is about.
type On struct {
	ID string `json:"id"`
}

// Find loads it.
func (c On) Find(tx *store.Tx, who access.Who) (Screening, error) { return Find(tx, c.ID) }
