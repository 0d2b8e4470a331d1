package identification

import (
	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/store"
)

// Overdue lists the procedures whose clock has run out without anybody told.
func Overdue(tx *store.Tx) ([]string, error) {
	return store.All(tx, store.Value[string], `SELECT id FROM identification WHERE due_key <> '' AND due_at <> '' AND due_at < $1 AND escalated_at = ''`, tx.Now)
}

// Escalate tells the named person of the team that the clock has run out. It decides
// nothing, and whatever is given to the person goes on.
type Escalate struct{ On }

// Verb names it.
func (Escalate) Verb() access.Verb { return "identification.escalate" }

// Do notes who is told.
func (c Escalate) Do(tx *store.Tx, who access.Who, p Procedure) error {
	if p.DueKey == "" || !p.Overdue(tx.Now) || !p.EscalatedAt.IsZero() {
		return fault.Conflict("identification.not-overdue")
	}
	a, err := cooperation.AgencyOf(tx, act.Here(tx), p.Agency)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE identification SET escalated_at = $2, escalated_to = $3 WHERE id = $1`, p.ID, tx.Now, a.Escalation)
	return err
}

// EndOf is what follows when a person is erased: what runs about them ends.
func EndOf(tx *store.Tx, d act.Deed) error {
	p, err := open(tx, d.Person)
	if err == nil {
		err = act.Then(tx, d, End{On{p.ID}})
	}
	if err != nil && !fault.Is(err, fault.KindNotFound) {
		return err
	}
	for _, sql := range []string{
		`UPDATE identification_reflection SET ended_at = $2, chosen = 'erased' WHERE person = $1 AND ended_at = ''`,
		`UPDATE identification_contact SET answer = 'withdrawn', answered_at = $2 WHERE person = $1 AND answer = ''`,
	} {
		if _, err := tx.Exec(sql, d.Person, tx.Now); err != nil {
			return err
		}
	}
	return nil
}

// End ends the procedure of a person who was erased. Nobody calls it by hand.
type End struct{ On }

// Verb names it.
func (End) Verb() access.Verb { return end }

// Do ends it.
func (c End) Do(tx *store.Tx, who access.Who, p Procedure) error { return p.step(tx, c.Verb()) }
