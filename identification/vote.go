package identification

import (
	"slices"
	"time"

	"istmo/access"
	"istmo/fault"
	"istmo/store"
)

// Vote is what one member said. A vote that is changed is a further one; the last of
// a seat in a round counts, and all are kept.
type Vote struct {
	ID      string    `json:"id"`
	Round   int64     `json:"round"`
	Member  string    `json:"member"` // the seat: agy_… or usr_…
	Voter   string    `json:"voter"`
	Choice  string    `json:"choice"`
	Reasons string    `json:"reasons"`
	Counts  bool      `json:"counts"`
	At      time.Time `json:"at"`
}

// CastVote is a member's vote, with reasons. It can be changed until the resolution.
// law: cr-9095:24.d
type CastVote struct {
	On
	Choice  string `json:"choice"`
	Reasons string `json:"reasons"`
}

// Verb names it.
func (CastVote) Verb() access.Verb { return "identification.vote" }

// Do keeps it beside those before; the reasons are sealed under the person's key.
func (c CastVote) Do(tx *store.Tx, who access.Who, p Procedure) error {
	var check fault.Check
	check.That(known(Choices, c.Choice), "choice", "fault.choose")
	reasoned(&check, "reasons", c.Reasons)
	if err := check.Err(); err != nil {
		return err
	}
	member, err := p.seatOf(tx, who)
	if err != nil {
		return err
	}
	if err := p.step(tx, c.Verb()); err != nil {
		return err
	}
	id := tx.NewID("vot")
	if err := p.words(tx, "vote", id, c.Reasons); err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO identification_vote (id, procedure_id, round, member, voter, choice, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		id, p.ID, p.Round, member, who.ID, c.Choice, tx.Now)
	return err
}

// seatOf is the seat that who fills: the one from which they spoke in this round, else
// their own, else their agency's. Nobody speaks for two.
func (p Procedure) seatOf(tx *store.Tx, who access.Who) (string, error) {
	spoke, err := store.One(tx, store.Value[string], `SELECT member FROM identification_vote WHERE procedure_id = $1 AND round = $2 AND voter = $3 ORDER BY id DESC LIMIT 1`,
		p.ID, p.Round, who.ID)
	if !fault.Is(err, fault.KindNotFound) {
		return spoke, err
	}
	for _, seat := range []string{who.ID, who.Agency} {
		if slices.Contains(p.seats, seat) {
			return seat, nil
		}
	}
	return "", fault.Denied()
}

// Count is how the votes of a round stand.
type Count struct {
	Seats   int64  `json:"seats"`
	Voted   int64  `json:"voted"`
	For     int64  `json:"for"`
	Against int64  `json:"against"`
	Needed  int64  `json:"needed"`  // votes without which nothing is decided
	Quorum  bool   `json:"quorum"`  // enough have voted
	Outcome string `json:"outcome"` // accredit, not-accredit, or nothing: a tie, or no quorum
	Tie     bool   `json:"tie"`
}

// count counts the round's votes by the rules of the day on which the authority
// learnt of the person.
func (p Procedure) count(tx *store.Tx) (c Count, err error) {
	votes, err := p.votes(tx)
	if err != nil {
		return c, err
	}
	c.Seats = int64(len(p.seats))
	for _, v := range votes {
		if !v.Counts || v.Round != p.Round {
			continue
		}
		c.Voted++
		if v.Choice == Accredits {
			c.For++
		} else {
			c.Against++
		}
	}
	quorum, err := p.rule(tx, "quorum")
	if err != nil {
		return c, err
	}
	majority, err := p.rule(tx, "majority")
	return c.judged(quorum.Value, majority.Value), err
}

// votes are all that were ever given, oldest first, marked where they count.
func (p Procedure) votes(tx *store.Tx) ([]Vote, error) {
	all, err := store.All(tx, (*Vote).columns, selectVote+` WHERE procedure_id = $1 ORDER BY id`, p.ID)
	for i := range all {
		all[i].Counts = !slices.ContainsFunc(all[i+1:], func(later Vote) bool { return later.Round == all[i].Round && later.Member == all[i].Member })
	}
	return all, err
}

// judged says what the votes amount to under a rule of quorum and one of majority.
func (c Count) judged(quorum, majority string) Count {
	c.Needed = needed(quorum, c.Seats)
	c.Quorum = c.Seats > 0 && c.Voted >= c.Needed
	least := int64(1)
	if majority == "absolute" {
		least = c.Seats/2 + 1
	}
	c.Tie = c.Quorum && c.For == c.Against
	switch {
	case !c.Quorum || c.Tie:
	case c.For > c.Against && c.For >= least:
		c.Outcome = Accredits
	case c.Against > c.For && c.Against >= least:
		c.Outcome = NotAccredits
	}
	return c
}

// needed is how many of the seats must have voted.
func needed(quorum string, seats int64) int64 {
	switch quorum {
	case "all":
		return max(1, seats)
	case "two-thirds":
		return max(1, (2*seats+2)/3)
	case "more-than-half":
		return seats/2 + 1
	}
	n := int64(0)
	for _, r := range quorum {
		if r < '0' || r > '9' {
			return seats + 1 // an unknown rule lets nothing be decided
		}
		n = n*10 + int64(r-'0')
	}
	return max(1, n)
}
