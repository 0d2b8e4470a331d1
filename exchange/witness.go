package exchange

import (
	"crypto/ed25519"
	"encoding/json"

	"istmo/fault"
	"istmo/ledger"
	"istmo/store"
)

// noteSent records that an envelope left for the first time.
func noteSent(tx *store.Tx, self string, e *Envelope) error {
	_, err := ledger.Append(tx, ledger.Deed{Actor: "node:" + self, Verb: "exchange.send", Object: e.object(), Outcome: "done"})
	return err
}

// noteReceived records what became of a partner's envelope.
func noteReceived(tx *store.Tx, node string, e *Envelope, outcome string) error {
	_, err := ledger.Append(tx, ledger.Deed{Actor: "partner:" + node, Verb: "exchange.receive", Object: e.object(), Outcome: outcome})
	return err
}

// object is what an envelope is about, or the envelope itself if it is about nothing.
func (e *Envelope) object() string {
	if e.About == "" {
		return e.ID
	}
	return e.About
}

// word is what a bundle says of the ledgers: the answer to the last statement
// that was heard from the other side, and a statement of one's own.
type word struct {
	Answer    *ledger.Answer    `json:"answer,omitempty"`
	Statement *ledger.Statement `json:"statement,omitempty"`
}

const (
	troubleHistory = "exchange.trouble-history" // a partner's ledger contradicts what it signed before
	troubleLedger  = "exchange.trouble-ledger"  // our own cannot be signed
)

// sayLedger makes our word. A ledger that refuses to be signed, because it is
// not what was signed before, does not stop the post: people depend on it, and
// the partner that misses the checkpoint sees that something is wrong.
func sayLedger(tx *store.Tx, p *partner) ([]byte, error) {
	w := word{}
	if len(p.answer) > 0 {
		w.Answer = &ledger.Answer{}
		if err := json.Unmarshal(p.answer, w.Answer); err != nil {
			return nil, fault.Internal("exchange: a stored answer", err)
		}
	}
	s, err := ledger.Say(tx, p.node)
	switch {
	case err == nil:
		w.Statement = &s
	case len(fault.All(err)) > 0:
		p.inTrouble(tx.Now, troubleLedger)
	default:
		return nil, err
	}
	return json.Marshal(w)
}

// hearLedger takes in a partner's word and returns what is wrong with it. A word
// that cannot be believed is left aside; the envelopes beside it count.
func (b *Border) hearLedger(tx *store.Tx, p *partner, said []byte) (trouble string, err error) {
	var w word
	if len(said) == 0 {
		return "", nil
	}
	if json.Unmarshal(said, &w) != nil {
		return troubleHistory, nil
	}
	err = tx.Nest(func() error { return p.hearAnswer(tx, w.Answer) })
	if err == nil && w.Statement != nil {
		err = tx.Nest(func() (err error) {
			trouble, err = b.hearStatement(tx, p, *w.Statement)
			return err
		})
	}
	if len(fault.All(err)) > 0 {
		return troubleHistory, nil
	}
	return trouble, err
}

// hearAnswer keeps the partner's countersignature of our checkpoint.
func (p *partner) hearAnswer(tx *store.Tx, a *ledger.Answer) error {
	if a == nil {
		return nil
	}
	err := ledger.Settle(tx, p.node, p.card.Sign, *a)
	if err == nil && len(a.Holds) > 0 && a.Size > p.agreed {
		p.agreed, p.agreedAt = a.Size, tx.Now
	}
	return err
}

// hearStatement weighs a statement and keeps the answer for the next bundle.
func (b *Border) hearStatement(tx *store.Tx, p *partner, s ledger.Statement) (trouble string, err error) {
	keys, err := b.signers(tx)
	if err != nil {
		return "", err
	}
	a, err := ledger.Hear(tx, p.node, p.card.Sign, keys, s)
	if err != nil {
		return "", err
	}
	if a.Found != "" {
		trouble = troubleHistory
	}
	p.answer, err = json.Marshal(a)
	return trouble, err
}

// signers are the keys of every node that we know.
func (b *Border) signers(tx *store.Tx) (map[string]ed25519.PublicKey, error) {
	cards, err := store.All(tx, store.Value[[]byte], `SELECT card FROM exchange_partner WHERE state = 'active'`)
	keys := map[string]ed25519.PublicKey{b.self.Node: b.self.Sign}
	for _, signed := range cards {
		c, err := b.card(signed)
		if err != nil {
			return nil, err
		}
		keys[c.Node] = c.Sign
	}
	return keys, err
}
