package identification

import (
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/cases"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/flow"
	"istmo/store"
)

// Measure is what was given to the person: a need, and who met it.
type Measure struct {
	ID       string     `json:"id"`
	State    flow.State `json:"state"` // where the procedure stood
	Need     string     `json:"need"`
	Provider string     `json:"provider"` // an agency of this country
	At       time.Time  `json:"at"`
	By       string     `json:"by"`
}

// RecordMeasure records what was given to the person. It stands open wherever the
// procedure stands, overdue and pending included: assistance waits for nothing.
// law: cr-9095:2.b pa-79-2011:pending co-c470-2016
type RecordMeasure struct {
	On
	Need     string `json:"need"`
	Provider string `json:"provider"` // the asker's own agency, if it is empty
	Note     string `json:"note"`
}

// Verb names it.
func (RecordMeasure) Verb() access.Verb { return "identification.record-measure" }

// Do records it; the note is sealed.
func (c RecordMeasure) Do(tx *store.Tx, who access.Who, p Procedure) error {
	if !known(cases.Needs, c.Need) {
		return fault.Invalid("need", "fault.choose")
	}
	if c.Provider == "" {
		c.Provider = who.Agency
	}
	if _, err := cooperation.AgencyOf(tx, act.Here(tx), c.Provider); fault.Is(err, fault.KindNotFound) {
		return fault.Invalid("provider", "fault.not-in-list")
	} else if err != nil {
		return err
	}
	id := tx.NewID("mea")
	if err := p.words(tx, "measure", id, c.Note); err != nil {
		return err
	}
	_, err := tx.Exec(`INSERT INTO identification_measure (id, procedure_id, state, need, provider, at, by_whom) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		id, p.ID, string(p.State), c.Need, c.Provider, tx.Now, who.ID)
	return err
}
