package cases

import (
	"time"

	"istmo/access"
	"istmo/fault"
	"istmo/store"
)

// Status is what one authority of one country decided about a person.
type Status struct {
	ID         string    `json:"id"`
	Country    string    `json:"country"`
	Authority  string    `json:"authority"`
	Code       string    `json:"status"`
	LegalBasis string    `json:"legal_basis"`
	DecidedOn  time.Time `json:"decided_on"`
	RecordedAt time.Time `json:"recorded_at"`
}

// DecideStatus records a decision of an authority of this country, or evidence
// of one elsewhere. It changes no other country's.
type DecideStatus struct {
	On
	Country    string    `json:"country"`
	Authority  string    `json:"authority"`
	Status     string    `json:"status"`
	LegalBasis string    `json:"legal_basis"`
	DecidedOn  time.Time `json:"decided_on"`
}

// Verb names it.
func (DecideStatus) Verb() access.Verb { return "cases.decide-status" }

// Do keeps it beside those before it.
func (c DecideStatus) Do(tx *store.Tx, who access.Who, p Person) error {
	var check fault.Check
	check.That(len(c.Country) == 2, "country", "cases.two-letters")
	check.That(c.Authority != "", "authority", "fault.required")
	check.That(known(StatusCodes, c.Status), "status", "fault.not-in-list")
	check.That(c.LegalBasis != "", "legal_basis", "fault.required")
	check.That(!c.DecidedOn.IsZero(), "decided_on", "fault.required")
	check.That(!c.DecidedOn.After(tx.Now), "decided_on", "fault.in-the-future")
	if err := check.Err(); err != nil {
		return err
	}
	_, err := tx.Exec(`INSERT INTO person_status (id, person, country, authority, status, legal_basis, decided_on, recorded_at, recorded_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		tx.NewID("sta"), p.ID, c.Country, c.Authority, c.Status, c.LegalBasis, c.DecidedOn, tx.Now, who.ID)
	return err
}

// Risk is an assessment of a person's danger, on its date.
type Risk struct {
	ID      string    `json:"id"`
	Level   string    `json:"level"`
	Factors []string  `json:"factors"`
	At      time.Time `json:"at"`
}

// AssessRisk keeps an assessment; it is made anew at every contact.
type AssessRisk struct {
	On
	Level    string   `json:"level"`
	Factors  []string `json:"factors"`
	RiskNote string   `json:"risk_note"`
}

// Verb names it.
func (AssessRisk) Verb() access.Verb { return "cases.assess-risk" }

// Do keeps it; the note is sealed.
func (c AssessRisk) Do(tx *store.Tx, who access.Who, p Person) error {
	var check fault.Check
	check.That(known(Levels, c.Level), "level", "fault.not-in-list")
	check.That(known(RiskFactors, c.Factors...), "factors", "fault.not-in-list")
	if err := check.Err(); err != nil {
		return err
	}
	if err := (Identity{RiskNote: c.RiskNote}).seal(tx, p, who.ID); err != nil {
		return err
	}
	_, err := tx.Exec(`INSERT INTO person_risk (id, person, level, factors, at, by_whom) VALUES ($1, $2, $3, $4, $5, $6)`,
		tx.NewID("ris"), p.ID, c.Level, c.Factors, tx.Now, who.ID)
	return err
}

// LatestRisk is the last assessment, or NotFound.
func LatestRisk(tx *store.Tx, person string) (Risk, error) {
	return store.One(tx, (*Risk).columns, selectRisk+` WHERE person = $1 ORDER BY id DESC`, person)
}

// BestInterests is that a child's best interests were weighed.
type BestInterests struct {
	ID        string    `json:"id"`
	Authority string    `json:"authority"`
	Guardian  string    `json:"guardian"`
	Outcome   string    `json:"outcome"`
	At        time.Time `json:"at"`
}

// RecordBestInterests keeps that they were, by which authority, who is guardian
// and what came of it. Without one, no child is sent anywhere.
// law: coe:10.4
type RecordBestInterests struct {
	On
	Authority string `json:"authority"`
	Guardian  string `json:"guardian"`
	Outcome   string `json:"outcome"`
}

// Verb names it.
func (RecordBestInterests) Verb() access.Verb { return "cases.record-best-interests" }

// Do keeps it.
func (c RecordBestInterests) Do(tx *store.Tx, who access.Who, p Person) error {
	var check fault.Check
	check.That(c.Authority != "", "authority", "fault.required")
	check.That(known(Guardians, c.Guardian) && c.Guardian != "none", "guardian", "cases.child-needs-guardian")
	check.That(known(Outcomes, c.Outcome), "outcome", "fault.not-in-list")
	if err := check.Err(); err != nil {
		return err
	}
	_, err := tx.Exec(`INSERT INTO person_best_interests (id, person, authority, guardian, outcome, at, by_whom) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		tx.NewID("bid"), p.ID, c.Authority, c.Guardian, c.Outcome, tx.Now, who.ID)
	return err
}

// LatestBestInterests is the last record, or NotFound.
func LatestBestInterests(tx *store.Tx, person string) (BestInterests, error) {
	return store.One(tx, (*BestInterests).columns, selectBestInterests+` WHERE person = $1 ORDER BY id DESC`, person)
}
