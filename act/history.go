package act

import (
	"time"

	"istmo/access"
	"istmo/exchange"
	"istmo/fault"
	"istmo/ledger"
	"istmo/store"
)

// Receipt is a rung of the ladder, as the partner signed it.
type Receipt = exchange.Receipt

// Line is a deed as the ledger keeps it, without its sealed detail.
type Line = ledger.Deed

// Finding is something wrong with a ledger, and where.
type Finding = ledger.Finding

// Ladder gives the receipts for the letters about an object.
func Ladder(tx *store.Tx, about string) ([]Receipt, error) { return exchange.Ladder(tx, about) }

// History asks the ledger who did what. It holds no names, and nothing that was
// typed: whoever may read it learns that a file was opened, not what it says.
type History struct {
	Object  string    `json:"object"`
	Actor   string    `json:"actor"`
	Of      string    `json:"verb"`
	Outcome string    `json:"outcome"` // done, looked, refused
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	Before  int64     `json:"before"`
	Limit   int64     `json:"limit"`
}

// Verb names it.
func (History) Verb() access.Verb { return "ledger.show" }

// Ask answers, newest first.
func (c History) Ask(tx *store.Tx, who access.Who) ([]Line, error) {
	if c.Limit <= 0 || c.Limit > 200 {
		c.Limit = 100
	}
	f := c.filter()
	f.Before, f.Limit = c.Before, int(c.Limit)
	return ledger.Show(tx, f)
}

func (c History) filter() ledger.Filter {
	return ledger.Filter{Object: c.Object, Actor: c.Actor, Verb: c.Of, Outcome: c.Outcome, From: c.From, To: c.To}
}

// Count says how many deeds a History would list, over all its pages.
type Count struct{ History }

// Counted is how many.
type Counted struct {
	Count int64 `json:"count"`
}

// Verb names it.
func (Count) Verb() access.Verb { return "ledger.count" }

// Ask counts them.
func (c Count) Ask(tx *store.Tx, who access.Who) (n Counted, err error) {
	n.Count, err = ledger.Count(tx, c.filter())
	return n, err
}

// Findings lists what is wrong with partners' ledgers, as far as it was heard.
type Findings struct{}

// Verb names it.
func (Findings) Verb() access.Verb { return "ledger.findings" }

// Ask lists them.
func (Findings) Ask(tx *store.Tx, who access.Who) ([]Finding, error) {
	return ledger.Findings(tx)
}

// Prove gives a portable proof that a deed stands in the ledger, which anybody
// can check without this node: a person's own counsel, for instance.
type Prove struct {
	Seq int64 `json:"seq"`
}

// Verb names it.
func (Prove) Verb() access.Verb { return "ledger.prove" }

// Ask proves.
func (c Prove) Ask(tx *store.Tx, who access.Who) (ledger.Inclusion, error) {
	if c.Seq <= 0 {
		return ledger.Inclusion{}, fault.Invalid("seq", "fault.required")
	}
	return ledger.ProveInclusion(tx, c.Seq)
}

// Settle ends what was found about a node's history, this one's or a partner's,
// once people have cleared up why, such as a backup that had to be restored: what
// that node says next is believed as at first contact. What was found stays.
type Settle struct {
	Node   string `json:"node"`
	Reason string `json:"reason"` // what people found out, for the auditors on both sides
}

// Verb names it.
func (Settle) Verb() access.Verb { return "ledger.settle" }

// found is a node about whose history something was found.
type found struct{ node string }

// ObjectID is the node.
func (f found) ObjectID() string { return f.node }

// Facts are what a policy may look at.
func (f found) Facts() access.Facts { return access.Facts{"node": f.node} }

// Find is the node, if anything unsettled was found about it.
func (c Settle) Find(tx *store.Tx, who access.Who) (found, error) {
	all, err := ledger.Findings(tx)
	if err != nil {
		return found{}, err
	}
	for _, f := range all {
		if f.Node == c.Node {
			return found{c.Node}, nil
		}
	}
	return found{}, fault.NotFound()
}

// Do settles it.
func (c Settle) Do(tx *store.Tx, who access.Who, f found) error {
	if len([]rune(c.Reason)) < 10 {
		return fault.Invalid("reason", "act.settle-reason")
	}
	return ledger.Readmit(tx, f.node)
}
