package cooperation

import (
	"istmo/access"
	"istmo/exchange"
	"istmo/fault"
	"istmo/store"
)

// Partner is another country's node, and the health of the link to it.
type Partner = exchange.Partner

// How a partner stands with us.
const (
	PartnerActive    = exchange.Active
	PartnerSuspended = exchange.Suspended
	PartnerRemoved   = exchange.Removed
)

// link is a partner as the object of a verb.
type link struct{ node string }

// ObjectID is the partner's node.
func (l link) ObjectID() string { return l.node }

// Facts are what a policy may look at.
func (l link) Facts() access.Facts { return access.Facts{"partner": l.node} }

// AddPartner trusts another node from now on. Two people have compared the
// fingerprint, by a way other than the one by which the card came.
type AddPartner struct {
	Card        string `json:"card"`
	Fingerprint string `json:"fingerprint"`
}

// Verb names it.
func (AddPartner) Verb() access.Verb { return "cooperation.add-partner" }

// Find reads the card.
func (c AddPartner) Find(tx *store.Tx, who access.Who) (link, error) {
	card, err := exchange.ParseCard(c.Card)
	return link{card.Node}, err
}

// Do pairs.
func (c AddPartner) Do(tx *store.Tx, who access.Who, l link) error {
	card, err := exchange.ParseCard(c.Card)
	if err != nil {
		return err
	}
	return exchange.AddPartner(tx, card, c.Fingerprint)
}

// partnerOf is what every verb on a partner begins with.
type partnerOf struct {
	Node string `json:"node"`
}

// Find is the partner, if there is such a one.
func (c partnerOf) Find(tx *store.Tx, who access.Who) (link, error) {
	all, err := exchange.Partners(tx)
	if err != nil {
		return link{}, err
	}
	for _, p := range all {
		if p.Node == c.Node {
			return link{p.Node}, nil
		}
	}
	return link{}, fault.NotFound()
}

// RemovePartner ends the trust: nothing leaves to it, nothing from it is heard.
type RemovePartner struct{ partnerOf }

// Verb names it.
func (RemovePartner) Verb() access.Verb { return "cooperation.remove-partner" }

// Do removes.
func (c RemovePartner) Do(tx *store.Tx, who access.Who, l link) error {
	return exchange.RemovePartner(tx, l.node)
}

// SuspendPartner stops the link; what is written meanwhile waits.
type SuspendPartner struct{ partnerOf }

// Verb names it.
func (SuspendPartner) Verb() access.Verb { return "cooperation.suspend-partner" }

// Do suspends.
func (c SuspendPartner) Do(tx *store.Tx, who access.Who, l link) error {
	return exchange.Suspend(tx, l.node)
}

// ResumePartner opens the link again.
type ResumePartner struct{ partnerOf }

// Verb names it.
func (ResumePartner) Verb() access.Verb { return "cooperation.resume-partner" }

// Do resumes.
func (c ResumePartner) Do(tx *store.Tx, who access.Who, l link) error {
	return exchange.Resume(tx, l.node)
}

// Partners lists the partners and the health of the links.
type Partners struct{}

// Verb names it.
func (Partners) Verb() access.Verb { return "cooperation.partners" }

// Ask lists them.
func (Partners) Ask(tx *store.Tx, who access.Who) ([]Partner, error) { return exchange.Partners(tx) }

// Card is what a node gives to its partner to be known by.
type Card = exchange.Card

// ReadCard reads the text of a card. Reading one trusts nobody.
func ReadCard(text string) (Card, error) { return exchange.ParseCard(text) }

// Key is the public key with which a node signs, as two people compare it.
type Key struct {
	Node        string `json:"node"`
	Name        string `json:"name"`
	Fingerprint string `json:"fingerprint"`
}

// Keys lists the signing keys of this node and of its partners: who works with
// the other country can see that both mean the same one.
type Keys struct{}

// Verb names it.
func (Keys) Verb() access.Verb { return "cooperation.keys" }

// Ask lists this node's own first.
func (Keys) Ask(tx *store.Tx, who access.Who) ([]Key, error) {
	cards, err := exchange.Cards(tx)
	keys := make([]Key, len(cards))
	for i, c := range cards {
		keys[i] = Key{c.Node, c.Name, c.SignKey()}
	}
	return keys, err
}
