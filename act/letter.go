package act

import (
	"encoding/json"

	"istmo/access"
	"istmo/exchange"
	"istmo/fault"
	"istmo/store"
)

// Letter is a command for another node, and what allows it to go there.
type Letter struct {
	To        string   // the node it goes to
	From      string   // the node it comes from; set by the carrier
	Agreement string   // the agreement it rests on; empty only for what makes agreements
	Purpose   string   // what it is for: "assistance", "protection", …
	About     string   // the object it is about
	Person    string   // whom it is about, or empty
	ToAgency  string   // the agency there that receives what is about a person
	Fields    []string // the fields of the person that it carries
	Command   interface{ Verb() access.Verb }
}

// Delivery is a letter as it arrived.
type Delivery = exchange.Delivery

// Rung is a step of the receipts ladder.
type Rung = exchange.Rung

// The rungs. The carrier climbs the first, or refuses; the receiving side climbs
// the others itself.
const (
	Delivered = exchange.Delivered
	Opened    = exchange.Opened
	Decided   = exchange.Decided
	Served    = exchange.Served
	Refused   = exchange.Refused
)

// Carried is a command that wants to know the envelope it came in.
type Carried interface{ CarriedBy(d Delivery) }

// Leaving adds a warrant that every letter must pass before it leaves, and
// Arriving one that every letter must pass when it comes. With none, nothing passes.
func (e *Engine) Leaving(w Warrant)  { e.leaving = append(e.leaving, w) }
func (e *Engine) Arriving(w Warrant) { e.arriving = append(e.arriving, w) }

// Tell puts a letter into the outbox of this transaction, if every warrant lets
// it go, and returns its envelope's id.
func Tell(tx *store.Tx, l Letter) (string, error) {
	e := engine(tx)
	l.From = e.Self.ID
	if err := pass(tx, e.leaving, l); err != nil {
		return "", err
	}
	body, err := json.Marshal(l.Command)
	if err != nil {
		return "", err
	}
	if l.To == e.Self.ID { // between agencies of one node: the same letter, handed over at once
		return "", e.Handle(tx, Delivery{From: e.Self.ID, Agreement: l.Agreement, Purpose: l.Purpose,
			Verb: string(l.Command.Verb()), About: l.About, At: tx.Now, Body: body})
	}
	return exchange.Post(tx, exchange.Message{To: l.To, Agreement: l.Agreement, Purpose: l.Purpose,
		Verb: string(l.Command.Verb()), About: l.About, Body: body})
}

// Climb signs a further receipt for the letter that came in this envelope.
func Climb(tx *store.Tx, envelope string, r Rung) error { return exchange.Climb(tx, envelope, r) }

// Recall takes back every letter about an object that has not left yet, and
// returns the envelopes that may have.
func Recall(tx *store.Tx, about string) ([]string, error) { return exchange.Recall(tx, about) }

func pass(tx *store.Tx, warrants []Warrant, l Letter) error {
	if len(warrants) == 0 {
		return fault.Denied()
	}
	for _, w := range warrants {
		if err := w(tx, l); err != nil {
			return err
		}
	}
	return nil
}

// Handle carries out what a partner sent, with the partner as who asks. The
// carrier has checked signature, order and trust and claimed the envelope; a
// fault becomes a refusing receipt.
func (e *Engine) Handle(tx *store.Tx, d Delivery) error {
	entry, ok := e.Verbs.Find(access.Verb(d.Verb))
	if !ok || entry.within == nil {
		return fault.Invalid("verb", "act.unknown-verb")
	}
	cmd, err := entry.FromJSON(d.Body)
	if err != nil {
		return err
	}
	if c, ok := cmd.(Carried); ok {
		c.CarriedBy(d)
	}
	l := Letter{To: e.Self.ID, From: d.From, Agreement: d.Agreement, Purpose: d.Purpose, About: d.About,
		Command: cmd.(interface{ Verb() access.Verb })}
	if err := pass(tx, e.arriving, l); err != nil {
		return err
	}
	partner := access.Who{Kind: access.Partner, ID: d.From, Node: d.From}
	_, err = entry.within(tx, e, partner, cmd)
	return err
}
