package cooperation

import (
	"slices"
	"strconv"

	"istmo/access"
	"istmo/act"
	"istmo/exchange"
	"istmo/fault"
	"istmo/store"
)

// DescribeAgency says what one of this node's agencies offers and how it is
// reached. Whoever describes it has checked it.
type DescribeAgency struct {
	ID           string   `json:"id"`
	Hours        string   `json:"hours"`
	Reach24      bool     `json:"reach24"`
	Phone24      string   `json:"phone24"`
	Languages    []string `json:"languages"`
	Services     []string `json:"services"`
	Beds         string   `json:"beds"`         // a number, or empty for not said: no beds is something else
	Interpreters string   `json:"interpreters"` // likewise
	Focal        string   `json:"focal"`
}

// Verb names it.
func (DescribeAgency) Verb() access.Verb { return "cooperation.describe-agency" }

// Find loads the entry.
func (c DescribeAgency) Find(tx *store.Tx, who access.Who) (Agency, error) {
	return AgencyOf(tx, here(tx), c.ID)
}

// Do keeps it and tells every partner.
// law: cr-9095:25
func (c DescribeAgency) Do(tx *store.Tx, who access.Who, a Agency) error {
	var check fault.Check
	a.Hours, a.Reach24, a.Phone24, a.Focal = c.Hours, c.Reach24, c.Phone24, c.Focal
	a.Languages, a.Services = c.Languages, c.Services
	a.Beds = capacity(&check, "beds", c.Beds)
	a.Interpreters = capacity(&check, "interpreters", c.Interpreters)
	check.That(len(c.Hours) <= 200, "hours", "fault.too-long")
	check.That(len(c.Phone24) <= 60, "phone24", "fault.too-long")
	check.That(len(c.Focal) <= 120, "focal", "fault.too-long")
	check.That(all(c.Languages, languageCode), "languages", "cooperation.language-code")
	check.That(!slices.ContainsFunc(c.Services, func(s string) bool { return !slices.Contains(Services, s) }), "services", "fault.not-in-list")
	check.That(!c.Reach24 || c.Phone24 != "", "phone24", "cooperation.reach24-how")
	if err := check.Err(); err != nil {
		return err
	}
	return a.verified(tx, who)
}

// capacity reads a number that may be left out.
func capacity(check *fault.Check, field, word string) int64 {
	if word == "" {
		return -1
	}
	n, err := strconv.ParseInt(word, 10, 64)
	check.That(err == nil && n >= 0 && n <= 100_000, field, "fault.not-a-number")
	return n
}

// verified keeps an entry that somebody has just checked, and tells every partner.
func (a Agency) verified(tx *store.Tx, who access.Who) error {
	a.Verified, a.VerifiedBy = tx.Now, who.ID
	if err := a.keep(tx); err != nil {
		return err
	}
	return tellAll(tx, a.ID, MirrorAgency{Agency: a.bare()})
}

// VerifyAgency says that an entry was checked today, and is right.
type VerifyAgency struct {
	ID string `json:"id"`
}

// Verb names it.
func (VerifyAgency) Verb() access.Verb { return "cooperation.verify-agency" }

// Find loads the entry.
func (c VerifyAgency) Find(tx *store.Tx, who access.Who) (Agency, error) {
	return AgencyOf(tx, here(tx), c.ID)
}

// Do keeps the day and tells every partner.
func (c VerifyAgency) Do(tx *store.Tx, who access.Who, a Agency) error { return a.verified(tx, who) }

// tellAll sends word of this node's own to every partner that is one; to one that
// is suspended it waits.
func tellAll(tx *store.Tx, about string, c letter) error {
	partners, err := exchange.Partners(tx)
	if err != nil {
		return err
	}
	var nodes []string
	for _, p := range partners {
		if p.State != exchange.Removed {
			nodes = append(nodes, p.Node)
		}
	}
	return tellEach(tx, nodes, about, c)
}

func tellEach(tx *store.Tx, nodes []string, about string, c letter) error {
	for _, n := range nodes {
		if _, err := act.Tell(tx, act.Letter{To: n, Purpose: ForCooperation, About: about, Command: c}); err != nil {
			return err
		}
	}
	return nil
}
