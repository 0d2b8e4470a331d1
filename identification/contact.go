package identification

import (
	"strings"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/cases"
	"istmo/fault"
	"istmo/store"
	"istmo/vault"
)

// Contact is justice asking to meet a person. It never meets them by it: those who
// accompany the person ask them, and answer.
type Contact struct {
	ID         string    `json:"id"`
	Person     string    `json:"-"`
	Agency     string    `json:"agency"`
	User       string    `json:"user"`
	Consent    string    `json:"consent"` // on which it rests, in a reflection period
	At         time.Time `json:"at"`
	Answer     string    `json:"answer"` // empty while nobody has answered
	AnsweredAt time.Time `json:"answered_at"`
	Words      string    `json:"words"` // for those who accompany the person
	Ref        string    `json:"ref"`
	person     cases.Person
}

// ObjectID is the person whom it is about, so that every try stands with them.
func (c Contact) ObjectID() string { return c.Person }

// PersonID is whose key seals what was asked.
func (c Contact) PersonID() string { return c.Person }

// Facts are what a policy may look at.
func (c Contact) Facts() access.Facts {
	return access.Facts{"agency": c.person.Agency, "assigned": c.person.Assigned(), "voters": []string{}, "notified": []string{}, "erased": !c.person.ErasedAt.IsZero()}
}

// RequestContact is a prosecutor asking to meet a person, by the reference that is
// said on the telephone. In a reflection period it is refused without the person's
// consent for an investigation to the asker's own agency. A refusal, an erased
// person and a reference that nobody has are answered alike; each try is a deed that
// those who accompany the person see.
// law: cr-9095:37.f
type RequestContact struct {
	Ref   string `json:"ref"`
	Words string `json:"words"` // what it is about, for those who accompany the person
}

// Verb names it.
func (RequestContact) Verb() access.Verb { return "identification.request-contact" }

func nobody() error { return fault.Invalid("ref", "identification.nobody-to-contact") }

// Find loads the person by reference, however it is written down.
func (c RequestContact) Find(tx *store.Tx, who access.Who) (Contact, error) {
	if !access.Could(who, c.Verb()) {
		return Contact{}, fault.Denied()
	}
	if len([]rune(strings.TrimSpace(c.Words))) < 20 { // before anybody is looked for, so that it tells of nobody
		return Contact{}, fault.Invalid("words", "identification.reasons-too-short")
	}
	id, err := store.One(tx, store.Value[string], `SELECT id FROM person WHERE ref = $1 AND erased_at = ''`, strings.ToUpper(strings.TrimSpace(c.Ref)))
	if fault.Is(err, fault.KindNotFound) {
		return Contact{}, nobody()
	}
	if err != nil {
		return Contact{}, err
	}
	p, err := cases.Find(tx, id)
	return Contact{ID: tx.NewID("ctc"), Person: id, Agency: who.Agency, User: who.ID, At: tx.Now, person: p}, err
}

// Do keeps what is asked, for those who accompany the person to answer.
func (c RequestContact) Do(tx *store.Tx, who access.Who, k Contact) error {
	if err := MayReach(tx, k.Person, "investigation", act.Here(tx), who.Agency); fault.Is(err, fault.KindConflict) {
		return nobody()
	} else if err != nil {
		return err
	}
	if consent, err := agreed(tx, k.Person, act.Here(tx), who.Agency); err == nil {
		k.Consent = consent.ID
	} else if !fault.Is(err, fault.KindConflict) {
		return err
	}
	if err := vault.Put(tx, k.Person, map[string]string{"identification.contact." + k.ID: c.Words}); err != nil {
		return err
	}
	_, err := tx.Exec(`INSERT INTO identification_contact (id, person, agency, user_id, consent, at) VALUES ($1, $2, $3, $4, $5, $6)`, k.ID, k.Person, k.Agency, k.User, k.Consent, tx.Now)
	return err
}

// ContactAnswers are how those who accompany a person answer.
var ContactAnswers = []string{"arranged", "declined", "not-now"}

// AnswerContact answers justice, once the person was asked.
type AnswerContact struct {
	Contact string `json:"contact"`
	Answer  string `json:"answer"`
}

// Verb names it.
func (AnswerContact) Verb() access.Verb { return "identification.answer-contact" }

// Find loads it.
func (c AnswerContact) Find(tx *store.Tx, who access.Who) (Contact, error) {
	k, err := store.One(tx, (*Contact).columns, selectContact+` WHERE id = $1`, c.Contact)
	if err == nil {
		k.person, err = cases.Find(tx, k.Person)
	}
	return k, err
}

// Do keeps the answer. What is arranged in a reflection period rests on the person's
// consent still.
func (c AnswerContact) Do(tx *store.Tx, who access.Who, k Contact) error {
	if !known(ContactAnswers, c.Answer) {
		return fault.Invalid("answer", "fault.choose")
	}
	if k.Answer != "" {
		return fault.Conflict("identification.already-answered")
	}
	if c.Answer == "arranged" {
		if err := MayReach(tx, k.Person, "investigation", act.Here(tx), k.Agency); err != nil {
			return err
		}
	}
	_, err := tx.Exec(`UPDATE identification_contact SET answer = $2, answered_at = $3 WHERE id = $1`, k.ID, c.Answer, tx.Now)
	return err
}

// ConsentWithdrawn is what follows when the person takes consent back: what justice
// had asked on it is over.
func ConsentWithdrawn(tx *store.Tx, d act.Deed) error {
	gone, err := cases.Withdrawn(tx, d.Person)
	for _, consent := range gone {
		if _, err := tx.Exec(`UPDATE identification_contact SET answer = 'withdrawn', answered_at = $2 WHERE consent = $1 AND answer IN ('', 'arranged')`, consent, tx.Now); err != nil {
			return err
		}
	}
	return err
}

// Contacts lists what the asker has asked. It holds references, and how each was
// answered, and nothing of where a person stands.
type Contacts struct{}

// Verb names it.
func (Contacts) Verb() access.Verb { return "identification.contacts" }

// Ask lists them, the last first.
func (Contacts) Ask(tx *store.Tx, who access.Who) ([]Contact, error) {
	return store.All(tx, func(c *Contact) []any { return append(c.columns(), &c.Ref) },
		`SELECT c.id, c.person, c.agency, c.user_id, '', c.at, c.answer, c.answered_at, p.ref FROM identification_contact c JOIN person p ON p.id = c.person
		WHERE c.user_id = $1 AND p.erased_at = '' ORDER BY c.id DESC LIMIT 200`, who.ID)
}
