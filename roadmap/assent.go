package roadmap

import (
	"slices"
	"strings"

	"istmo/access"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/store"
)

// given is what accepting and clearing have in common: which words they are
// about. What a party assents to is what its people had before them.
type given struct {
	cooperation.By
	On
	Revision int64  `json:"revision"`
	Hash     string `json:"hash"` // filled in by the node of who assents
}

// assent is a party's assent to the current words, if they are the ones that its
// people had before them.
func (c given) assent(tx *store.Tx, who access.Who, p Commitment, step string) (Assent, error) {
	if c.Revision != p.Revision {
		return Assent{}, fault.Conflict("roadmap.words-moved")
	}
	r, err := revisionOf(tx, p.ID, c.Revision)
	if err != nil {
		return Assent{}, err
	}
	if who.Kind == access.Partner && c.Hash != r.Hash || r.Text.Hash(p.ID).String() != r.Hash {
		return Assent{}, fault.Conflict("roadmap.other-words")
	}
	return Assent{who.Node, step, c.Revision, r.Hash, c.By.Agency, tx.Now}, nil
}

// all reports whether every party has given a step to the current words.
func (p Commitment) all(tx *store.Tx, step string) (bool, error) {
	gave, err := store.All(tx, store.Value[string], `SELECT node FROM commitment_assent WHERE commitment = $1 AND step = $2 AND revision = $3`, p.ID, step, p.Revision)
	return !slices.ContainsFunc(p.Parties, func(n string) bool { return !slices.Contains(gave, n) }), err
}

// Accept accepts the current words for a country, by its focal point.
type Accept struct{ given }

// Verb names it.
func (Accept) Verb() access.Verb { return "roadmap.accept" }

// Do keeps the acceptance; the last party's makes the proposal agreed.
func (c Accept) Do(tx *store.Tx, who access.Who, p Commitment) error {
	return c.give(tx, who, p, Acceptance, agree, func(g given) command { return Accept{g} })
}

// Clear clears the accepted words for a country, by its foreign ministry.
type Clear struct{ given }

// Verb names it.
func (Clear) Verb() access.Verb { return "roadmap.clear" }

// Do keeps the clearance; the last party's lets it into the plan.
func (c Clear) Do(tx *store.Tx, who access.Who, p Commitment) error {
	return c.give(tx, who, p, Clearance, release, func(g given) command { return Clear{g} })
}

// give keeps a party's assent. What this node's own people gave is known here
// from their deed on, whatever home may say later.
func (c given) give(tx *store.Tx, who access.Who, p Commitment, step string, last access.Verb, as func(given) command) (err error) {
	if c.By, err = c.As(tx, who); err != nil {
		return err
	}
	a, err := c.assent(tx, who, p, step)
	if err != nil {
		return err
	}
	c.Hash = a.Hash
	v := as(c)
	home, err := p.ready(tx, who, v)
	if err != nil {
		return err
	}
	if err := a.insert(tx, p.ID); err != nil || !home {
		return err
	}
	moves := []access.Verb{v.Verb()}
	if whole, err := p.all(tx, step); err != nil {
		return err
	} else if whole {
		moves = append(moves, last)
	}
	return p.moved(tx, moves...)
}

// ending is what declining and withdrawing have in common.
type ending struct {
	cooperation.By
	On
	Reason string `json:"reason"`
}

// end ends a proposal at home, with the reason.
func (c ending) end(tx *store.Tx, who access.Who, p Commitment, v command) error {
	home, err := p.ready(tx, who, v)
	if err != nil || !home {
		return err
	}
	p.Reason = c.Reason
	return p.moved(tx, v.Verb())
}

func (c ending) check() error { return wordsIn("reason", strings.TrimSpace(c.Reason), true) }

// Decline ends a proposal for all parties, with the reason.
type Decline struct{ ending }

// Verb names it.
func (Decline) Verb() access.Verb { return "roadmap.decline" }

// Do ends it. Whoever proposed it withdraws it instead.
func (c Decline) Do(tx *store.Tx, who access.Who, p Commitment) error {
	if err := c.check(); err != nil {
		return err
	}
	if who.Node == p.FromNode {
		return fault.Conflict("roadmap.own-proposal")
	}
	return c.end(tx, who, p, c)
}

// Withdraw takes a proposal back, with the reason.
type Withdraw struct{ ending }

// Verb names it.
func (Withdraw) Verb() access.Verb { return "roadmap.withdraw" }

// Do takes it back, for the country that proposed it. What home did not take on
// stands here alone, and is taken back here.
func (c Withdraw) Do(tx *store.Tx, who access.Who, p Commitment) error {
	if err := c.check(); err != nil {
		return err
	}
	if who.Node != p.FromNode {
		return fault.Conflict("roadmap.others-proposal")
	}
	if untaken, err := p.untaken(tx); err != nil {
		return err
	} else if untaken {
		return p.drop(tx, c.Reason)
	}
	if err := notInSigning(tx, p); err != nil {
		return err
	}
	return c.end(tx, who, p, c)
}

// untaken reports whether home has refused to take a proposal of this node on.
func (p Commitment) untaken(tx *store.Tx) (bool, error) {
	if p.Version > 0 || p.AtHome(tx) {
		return false, nil
	}
	asks, err := cooperation.Asks(tx, p.ID)
	return slices.ContainsFunc(asks, func(a cooperation.Asked) bool { return a.Verb == Propose{}.Verb() && a.Why != "" }), err
}

// drop ends a proposal that is nowhere but here.
func (p Commitment) drop(tx *store.Tx, reason string) (err error) {
	p.was, p.Reason, p.MovedAt = p.State, reason, tx.Now
	if p.State, err = Flow.Next(p.State, Withdraw{}.Verb()); err != nil {
		return err
	}
	if err := p.update(tx); err != nil {
		return err
	}
	return p.Unask(tx)
}
