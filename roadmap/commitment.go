package roadmap

import (
	"time"

	"istmo/access"
	"istmo/cooperation"
	"istmo/flow"
	"istmo/store"
)

// Commitment is one thing that the parties to an agreement promise each other,
// from the first proposal on. Its current words are Text.
type Commitment struct {
	cooperation.Joint
	FromNode   string     `json:"from_node"` // who proposed it
	FromAgency string     `json:"from_agency"`
	Meeting    string     `json:"meeting"`  // the meeting that decided it, or empty
	Amends     string     `json:"amends"`   // the commitment of the plan whose words it is to replace, or empty
	Revision   int64      `json:"revision"` // the current one
	Number     int64      `json:"number"`   // its place in the plan; 0 before it has one
	Value      int64      `json:"value"`    // of the indicator, as last reported
	Reason     string     `json:"reason"`   // why declined or withdrawn
	State      flow.State `json:"state"`
	CreatedAt  time.Time  `json:"created_at"`
	MovedAt    time.Time  `json:"moved_at"`
	Text       `json:"text"`
	was        flow.State
}

// Facts are what a policy may look at.
func (c Commitment) Facts() access.Facts {
	return access.Facts{"home": c.Home, "parties": c.Parties, "state": string(c.State)}
}

// Revision is one wording, and which one its author had before them.
type Revision struct {
	N       int64     `json:"n"`
	BasedOn int64     `json:"based_on"`
	Node    string    `json:"node"`
	Agency  string    `json:"agency"`
	At      time.Time `json:"at"`
	Hash    string    `json:"hash"`
	Text    Text      `json:"text"`
}

// Aside reports whether it was written without seeing the one before it.
func (r Revision) Aside() bool { return r.N > 1 && r.BasedOn < r.N-1 }

// Comment is what an institution says about a proposal, in its own language.
type Comment struct {
	ID     string    `json:"id"`
	Node   string    `json:"node"`
	Agency string    `json:"agency"`
	At     time.Time `json:"at"`
	Words  string    `json:"words"`
}

// What a party gives to a wording: its focal point accepts it, its foreign
// ministry clears it.
const (
	Acceptance = "accept"
	Clearance  = "clear"
)

// Assent is a party's acceptance or clearance of one wording.
type Assent struct {
	Node     string    `json:"node"`
	Step     string    `json:"step"`
	Revision int64     `json:"revision"`
	Hash     string    `json:"hash"`
	Agency   string    `json:"agency"`
	At       time.Time `json:"at"`
}

// Report is how far one side says that a commitment has come, with its evidence,
// and what another side answered.
type Report struct {
	ID           string    `json:"id"`
	Node         string    `json:"node"`
	Agency       string    `json:"agency"`
	At           time.Time `json:"at"`
	Completes    bool      `json:"completes"` // it is said to be done
	Value        int64     `json:"value"`
	Words        string    `json:"words"`
	Evidence     string    `json:"evidence"`    // what shows it
	EvidenceAt   string    `json:"evidence_at"` // where that is kept
	Answer       string    `json:"answer"`      // "", confirmed or disputed
	AnswerNode   string    `json:"answer_node"`
	AnswerAgency string    `json:"answer_agency"`
	AnswerWords  string    `json:"answer_words"`
	AnsweredAt   time.Time `json:"answered_at"`
	Note         string    `json:"note"`        // the reporter's node's signature
	AnswerNote   string    `json:"answer_note"` // the answerer's
}

// The answers to a report.
const (
	Confirmed = "confirmed"
	Disputed  = "disputed"
)

// Live are the states of a commitment in the plan that is not done yet.
func (c Commitment) Live() bool {
	return c.State == Planned || c.State == UnderWay || c.State == Reported
}

// Overdue reports whether its day is over and it is not done.
func (c Commitment) Overdue(now time.Time) bool {
	return c.Live() && !c.Due.IsZero() && !now.Before(c.Due.AddDate(0, 0, 1))
}

// On says which commitment a verb is about.
type On struct {
	ID string `json:"id"`
}

// Find loads the commitment.
func (c On) Find(tx *store.Tx, who access.Who) (Commitment, error) { return Find(tx, c.ID) }

type command interface{ Verb() access.Verb }

// ready checks that a verb can be carried out now. At a mirror it asks home, and
// reports that nothing more is to be done here.
func (c Commitment) ready(tx *store.Tx, who access.Who, v command) (home bool, err error) {
	if _, err := Flow.Next(c.State, v.Verb()); err != nil {
		return false, err
	}
	if err := c.Working(tx); err != nil {
		return false, err
	}
	if !c.AtHome(tx) {
		return false, c.Ask(tx, who, v)
	}
	return true, nil
}

// moved makes the moves of a verb, and of what follows from it by itself, at
// home, and shows the other parties where that leads.
func (c Commitment) moved(tx *store.Tx, verbs ...access.Verb) error {
	for _, verb := range verbs {
		if err := c.move(tx, verb); err != nil {
			return err
		}
	}
	return c.show(tx)
}

// move keeps the commitment where a verb leads.
func (c *Commitment) move(tx *store.Tx, verb access.Verb) (err error) {
	c.was = c.State
	if c.State, err = Flow.Next(c.State, verb); err != nil {
		return err
	}
	return c.touch(tx)
}

// touch keeps what has changed without a move.
func (c *Commitment) touch(tx *store.Tx) error {
	c.Version, c.MovedAt = c.Version+1, tx.Now
	return c.update(tx)
}
