package publishing

import (
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/fault"
	"istmo/flow"
	"istmo/observatory/release"
	"istmo/observatory/release/approval"
	"istmo/store"
)

// Entry is a release in the register, with what this room adds to it.
type Entry struct {
	approval.Entry
	Publication Publication
	Took        Took

	node   string
	was    flow.State
	words  string
	note   string
	sealed []byte
}

// Took is what preparing found and did, in numbers of numbers.
type Took struct {
	Cells     int `json:"cells"`
	Small     int `json:"small"`
	Beside    int `json:"beside"`
	Told      int `json:"told"`
	Programs  int `json:"programs"`
	Attacked  int `json:"attacked"`
	PastBroke int `json:"past_broke"`
}

func took(o release.Outcome) Took {
	return Took{o.Cells, o.Small, o.Beside, o.Told, o.Programs, o.Attacked, o.PastBroke}
}

// ObjectID is its id.
func (e Entry) ObjectID() string { return e.ID }

// Facts are what a policy may look at.
func (e Entry) Facts() access.Facts {
	return access.Facts{"node": e.node, "state": string(e.State)}
}

// On names a release.
type On struct {
	ID string `json:"id"`
}

// Find loads it.
func (c On) Find(tx *store.Tx, who access.Who) (Entry, error) { return find(tx, c.ID) }

// Sending is one copy that went out.
type Sending struct {
	ID          string    `json:"id"`
	Entry       string    `json:"entry"`
	Kind        string    `json:"kind"`     // Public, Named or Partner
	Receiver    string    `json:"receiver"` // who, or which node; empty for the public
	Agreement   string    `json:"agreement"`
	Envelope    string    `json:"-"`
	DeliveredAt time.Time `json:"delivered_at"` // to a partner's node; zero before
	Refused     string    `json:"refused"`      // why that node, or the agreement, did not take it
	At          time.Time `json:"at"`
	By          string    `json:"by"`
}

// To whom a release can go.
const (
	Public  = "public"
	Named   = "named"
	Partner = "partner"
)

// register reads everything that went out or may, in the order of preparing,
// without the counts.
func register(tx *store.Tx) (r approval.Register, err error) {
	all, err := entries(tx, ` WHERE state <> 'declined' ORDER BY id`)
	for _, e := range all {
		r = append(r, e.Entry)
	}
	return r, err
}

// move brings an entry where the rules of approval have brought it.
func (e Entry) move(tx *store.Tx, next approval.Entry) error {
	e.was, e.Entry = e.State, next
	return e.update(tx)
}

// Approve lets a release go out, by its digest: that of the tables that were seen.
type Approve struct {
	On
	Digest string `json:"digest"`
}

// Verb names it.
func (Approve) Verb() access.Verb { return approval.VerbApprove }

// Do approves it, and signs it as this node.
func (c Approve) Do(tx *store.Tx, who access.Who, e Entry) error {
	r, err := register(tx)
	if err != nil {
		return err
	}
	next, err := r.Approve(e.Entry, who.ID, tx.Now, c.Digest)
	if err != nil {
		return err
	}
	if e.note, err = act.Sign(tx, e.statement(tx.Now, e.words)); err != nil {
		return err
	}
	return e.move(tx, next)
}

// Decline keeps a release from going out, and destroys what was counted for it.
type Decline struct {
	On
	Reason string `json:"reason"`
}

// Verb names it.
func (Decline) Verb() access.Verb { return approval.VerbDecline }

// Do declines it.
func (c Decline) Do(tx *store.Tx, who access.Who, e Entry) error {
	if len(c.Reason) > longestReason {
		return fault.Invalid("reason", "fault.too-long")
	}
	next, err := approval.Decline(e.Entry, who.ID, tx.Now, c.Reason)
	if err != nil {
		return err
	}
	e.sealed, e.note = []byte{}, ""
	return e.move(tx, next)
}

const longestReason = 1000
