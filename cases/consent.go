package cases

import (
	"slices"
	"strings"
	"time"

	"istmo/access"
	"istmo/fault"
	"istmo/store"
)

// Consent is what a person agreed to share: for one purpose, with one receiver,
// in named groups of fields.
type Consent struct {
	ID          string    `json:"id"`
	Person      string    `json:"person"`
	Purpose     string    `json:"purpose"`
	ToNode      string    `json:"to_node"`
	ToAgency    string    `json:"to_agency"`
	Groups      []string  `json:"groups"`
	Language    string    `json:"language"`
	Way         string    `json:"way"`
	Guardian    string    `json:"guardian"`
	Assent      bool      `json:"assent"`
	GivenAt     time.Time `json:"given_at"`
	ExpiresAt   time.Time `json:"expires_at"`
	WithdrawnAt time.Time `json:"withdrawn_at"`
	RecordedBy  string    `json:"-"`
}

// Holds reports whether it still stands at an instant.
func (c Consent) Holds(at time.Time) bool {
	return c.WithdrawnAt.IsZero() && (c.ExpiresAt.IsZero() || at.Before(c.ExpiresAt))
}

// RecordConsent keeps what the person agreed to. For a child a guardian
// consents and the child assents.
// law: cr-8968:transfer
// law: pa-81-2019:consent
type RecordConsent struct {
	On
	Purpose   string    `json:"purpose"`
	To        string    `json:"to"` // node and agency in one word, "CO/agy_…", as a page's choice has it
	ToNode    string    `json:"to_node"`
	ToAgency  string    `json:"to_agency"`
	Groups    []string  `json:"groups"`
	Language  string    `json:"language"`
	Way       string    `json:"way"`
	Guardian  string    `json:"guardian"`
	Assent    bool      `json:"assent"`
	ExpiresAt time.Time `json:"expires_at"`
}

// Verb names it.
func (RecordConsent) Verb() access.Verb { return "cases.record-consent" }

// Do keeps it.
func (c RecordConsent) Do(tx *store.Tx, who access.Who, p Person) error {
	if c.Guardian == "" {
		c.Guardian = "none"
	}
	if node, agency, ok := strings.Cut(c.To, "/"); ok {
		c.ToNode, c.ToAgency = node, agency
	}
	if err := c.check(tx, p); err != nil {
		return err
	}
	_, err := tx.Exec(`INSERT INTO person_consent (id, person, purpose, to_node, to_agency, groups, language, way, guardian, assent, given_at, expires_at, recorded_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		tx.NewID("con"), p.ID, c.Purpose, c.ToNode, c.ToAgency, c.Groups, c.Language, c.Way, c.Guardian, c.Assent, tx.Now, c.ExpiresAt, who.ID)
	return err
}

func (c RecordConsent) check(tx *store.Tx, p Person) error {
	var check fault.Check
	check.That(known(Purposes, c.Purpose), "purpose", "fault.not-in-list")
	check.That(c.ToNode != "" && c.ToAgency != "", "to", "fault.required")
	check.That(len(c.Groups) > 0 && known(Groups, c.Groups...), "groups", "fault.choose-one")
	check.That(len(c.Language) == 2, "language", "cases.two-letters-language")
	check.That(known(Ways, c.Way), "way", "fault.not-in-list")
	check.That(known(Guardians, c.Guardian), "guardian", "fault.not-in-list")
	check.That(!p.Child() || c.Guardian != "none", "guardian", "cases.child-needs-guardian")
	check.That(!p.Child() || c.Assent, "assent", "cases.child-assents")
	check.That(c.ExpiresAt.IsZero() || c.ExpiresAt.After(tx.Now), "expires_at", "fault.in-the-past")
	return check.Err()
}

// WithdrawConsent ends a consent. Everything that rests on it stops in the same
// instant: see node/reactions.go.
type WithdrawConsent struct {
	Consent string `json:"consent"`
}

// Verb names it.
func (WithdrawConsent) Verb() access.Verb { return "cases.withdraw-consent" }

// Find loads the person who withdraws.
func (c WithdrawConsent) Find(tx *store.Tx, who access.Who) (Person, error) {
	con, err := FindConsent(tx, c.Consent)
	if err != nil {
		return Person{}, err
	}
	return Find(tx, con.Person)
}

// Do ends it; ending it twice is the same as once.
func (c WithdrawConsent) Do(tx *store.Tx, who access.Who, p Person) error {
	_, err := tx.Exec(`UPDATE person_consent SET withdrawn_at = $2 WHERE id = $1 AND withdrawn_at = ''`, c.Consent, tx.Now)
	return err
}

// Withdrawn lists the consents that a person has withdrawn.
func Withdrawn(tx *store.Tx, person string) ([]string, error) {
	return store.All(tx, store.Value[string], `SELECT id FROM person_consent WHERE person = $1 AND withdrawn_at <> ''`, person)
}

// FindConsent loads a consent.
func FindConsent(tx *store.Tx, id string) (Consent, error) {
	return store.One(tx, (*Consent).columns, selectConsent+` WHERE id = $1`, id)
}

// Agreed finds the consent that covers this receiver, this purpose and these
// groups now. With none it says what is missing: consent altogether, or a group.
func Agreed(tx *store.Tx, person, purpose, toNode, toAgency string, groups []string) (Consent, error) {
	all, err := store.All(tx, (*Consent).columns, selectConsent+
		` WHERE person = $1 AND purpose = $2 AND to_node = $3 AND to_agency = $4 ORDER BY id DESC`, person, purpose, toNode, toAgency)
	if err != nil {
		return Consent{}, err
	}
	missing := "cases.no-consent"
	for _, c := range all {
		if !c.Holds(tx.Now) {
			continue
		}
		left := slices.DeleteFunc(slices.Clone(groups), func(g string) bool { return slices.Contains(c.Groups, g) })
		if len(left) == 0 {
			return c, nil
		}
		missing = "cases.consent-lacks-group"
	}
	return Consent{}, fault.Conflict(missing)
}
