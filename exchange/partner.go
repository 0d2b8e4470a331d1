package exchange

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"istmo/fault"
	"istmo/store"
)

// State is how we stand with a partner.
type State string

// The states of a partner. To one that is not active nothing leaves, and from
// it nothing is heard.
const (
	Active    State = "active"
	Suspended State = "suspended" // messages may be posted, and wait
	Removed   State = "removed"   // messages may not be posted
)

// Partner is a partner and the health of the link to it.
type Partner struct {
	Card
	State       State         `json:"state"`
	Queue       int           `json:"queue"`        // messages that it does not have yet
	Contact     time.Time     `json:"contact"`      // when it was last heard
	LastReceipt time.Time     `json:"last_receipt"` // of its newest receipt
	Trouble     string        `json:"trouble"`      // what is wrong now, as a translation key; empty if nothing is
	TroubleAt   time.Time     `json:"trouble_at"`
	Skew        time.Duration `json:"skew"`   // its clock less ours, when last heard by net, in nanoseconds
	Agreed      int64         `json:"agreed"` // size of our ledger that it has countersigned
	AgreedAt    time.Time     `json:"agreed_at"`
}

// partner is a row of exchange_partner.
type partner struct {
	node           string
	state          string
	signed         []byte
	card           Card
	pairing        string
	outSeq         int64
	outLeaf        Hash
	outHeard       int64
	inSeq          int64
	inLeaf         Hash
	receiptsHeard  int64 // of ours, by it
	receiptsIn     int64
	receiptsInLeaf Hash
	said           time.Time
	contact        time.Time
	skew           int64
	trouble        string
	troubleAt      time.Time
	answer         []byte // to the last ledger statement that was heard
	agreed         int64
	agreedAt       time.Time
}

// AddPartner trusts a card from now on, given the fingerprint that two people
// compared, and renews the card of a partner that we have. A removed partner
// that comes back with its old keys goes on where it stopped; with new keys it
// is a new beginning, and what was sealed to the old ones is stopped.
//
// An Invalid fault names "card" or "fingerprint"; a Conflict says that the
// partner must be removed first, because its keys are others.
func AddPartner(tx *store.Tx, c Card, fingerprint string) error {
	b := bound(tx)
	if c.Node == b.self.Node || c.TLS == b.self.TLS {
		return fault.Invalid("card", "exchange.card-own")
	}
	if digits(fingerprint) != digits(Fingerprint(b.self, c)) {
		return fault.Invalid("fingerprint", "exchange.fingerprint-differs")
	}
	old, err := b.partnerRow(tx, c.Node)
	switch {
	case fault.Is(err, fault.KindNotFound):
		err = insertPartner(tx, b.self, c)
	case err != nil:
	case old.card.same(c):
		err = renewPartner(tx, old, c)
	case old.state != string(Removed):
		return fault.Conflict("exchange.partner-keys-differ")
	default:
		err = restartPartner(tx, b.self, c)
	}
	if store.Unique(err) {
		return fault.Invalid("card", "exchange.card-taken")
	}
	if err == nil {
		b.changed(tx, c.Node)
	}
	return err
}

// renewPartner takes the newer of two cards with the same keys.
func renewPartner(tx *store.Tx, old *partner, c Card) error {
	if c.Made.Before(old.card.Made) {
		return fault.Invalid("card", "exchange.card-older")
	}
	_, err := tx.Exec(`UPDATE exchange_partner SET card = $2, state = $3 WHERE node = $1`, c.Node, c.signed, string(Active))
	return err
}

// restartPartner begins anew with a partner that lost or changed its keys.
func restartPartner(tx *store.Tx, self, c Card) error {
	out, in := genesis(self, c), genesis(c, self)
	if _, err := tx.Exec(`UPDATE exchange_partner SET card = $2, state = $3, tls = $4, pairing = $5,
		out_seq = 0, out_heard = 0, out_leaf = $6, in_seq = 0, in_leaf = $7,
		receipts_out = 0, receipts_out_heard = 0, receipts_in = 0, receipts_in_leaf = $8, said = '', trouble = '', trouble_at = '',
		answer = NULL, agreed = 0, agreed_at = '' WHERE node = $1`,
		c.Node, c.signed, string(Active), hex.EncodeToString(c.TLS[:]), pairing(self, c), out[:], in[:], make([]byte, 32)); err != nil {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM exchange_inbox WHERE node = $1 AND state = 'held'`, c.Node); err != nil {
		return err
	}
	_, err := tx.Exec(`UPDATE exchange_outbox SET state = 'stopped', body = NULL, why = $2
		WHERE node = $1 AND state IN ('waiting', 'taken')`, c.Node, "exchange.stopped-keys")
	return err
}

func insertPartner(tx *store.Tx, self, c Card) error {
	out, in := genesis(self, c), genesis(c, self)
	_, err := tx.Exec(`INSERT INTO exchange_partner (node, state, card, tls, pairing, out_leaf, in_leaf, receipts_in_leaf)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		c.Node, string(Active), c.signed, hex.EncodeToString(c.TLS[:]), pairing(self, c), out[:], in[:], make([]byte, 32))
	return err
}

// pairing names the streams between two sets of keys.
func pairing(self, other Card) string {
	out, in := genesis(self, other), genesis(other, self)
	sum := sha256.Sum256(append(out[:], in[:]...))
	return hex.EncodeToString(sum[:])
}

// RemovePartner ends the exchange with a node: from this commit on nothing
// leaves to it and it is answered like a stranger.
func RemovePartner(tx *store.Tx, node string) error { return setState(tx, node, Removed) }

// Suspend holds everything for a partner until Resume.
func Suspend(tx *store.Tx, node string) error { return setState(tx, node, Suspended) }

// Resume ends a suspension. A removed partner comes back by AddPartner alone.
func Resume(tx *store.Tx, node string) error { return setState(tx, node, Active) }

func setState(tx *store.Tx, node string, s State) error {
	n, err := tx.Exec(`UPDATE exchange_partner SET state = $2 WHERE node = $1 AND state <> $3`, node, string(s), string(Removed))
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.NotFound()
	}
	bound(tx).changed(tx, node)
	return nil
}

// Partners lists every partner, removed ones too, with the health of the link.
func Partners(tx *store.Tx) ([]Partner, error) {
	b := bound(tx)
	rows, err := store.All(tx, (*partner).columns, `SELECT `+partnerColumns+` FROM exchange_partner ORDER BY node`)
	if err != nil {
		return nil, err
	}
	all := make([]Partner, len(rows))
	for i := range rows {
		if all[i], err = b.health(tx, &rows[i]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (b *Border) health(tx *store.Tx, p *partner) (Partner, error) {
	card, err := b.card(p.signed)
	if err != nil {
		return Partner{}, err
	}
	h := Partner{Card: card, State: State(p.state), Contact: p.contact, Trouble: p.trouble, TroubleAt: p.troubleAt,
		Skew: time.Duration(p.skew) * time.Millisecond, Agreed: p.agreed, AgreedAt: p.agreedAt}
	err = tx.Get([]any{&h.Queue}, `SELECT COUNT(*) FROM exchange_outbox WHERE node = $1 AND state IN ('waiting', 'taken')`, p.node)
	if err != nil {
		return h, err
	}
	err = tx.Get([]any{&h.LastReceipt}, `SELECT at FROM exchange_receipt_in WHERE pairing = $1 ORDER BY seq DESC LIMIT 1`, p.pairing)
	if err != nil && !fault.Is(err, fault.KindNotFound) {
		return h, err
	}
	return h, nil
}

const partnerColumns = `node, state, card, pairing, out_seq, out_leaf, out_heard, in_seq, in_leaf,
	receipts_out_heard, receipts_in, receipts_in_leaf, said, contact, skew, trouble, trouble_at, answer, agreed, agreed_at`

func (p *partner) columns() []any {
	return []any{&p.node, &p.state, &p.signed, &p.pairing, &p.outSeq, hashColumn{&p.outLeaf}, &p.outHeard, &p.inSeq, hashColumn{&p.inLeaf},
		&p.receiptsHeard, &p.receiptsIn, hashColumn{&p.receiptsInLeaf}, &p.said, &p.contact, &p.skew, &p.trouble, &p.troubleAt,
		&p.answer, &p.agreed, &p.agreedAt}
}

func (b *Border) partnerRow(tx *store.Tx, node string) (*partner, error) {
	return b.partnerWhere(tx, `node = $1`, node)
}

func (b *Border) partnerWhere(tx *store.Tx, where string, arg any) (*partner, error) {
	p, err := store.One(tx, (*partner).columns, `SELECT `+partnerColumns+` FROM exchange_partner WHERE `+where, arg)
	if err != nil {
		return nil, err
	}
	p.card, err = b.card(p.signed)
	return &p, err
}

// active finds a partner that we exchange with now, or NotFound.
func active(tx *store.Tx, node string) (*partner, error) {
	p, err := bound(tx).partnerRow(tx, node)
	if err == nil && p.state != string(Active) {
		err = fault.NotFound()
	}
	return p, err
}

// save writes back what a turn may have changed.
func (p *partner) save(tx *store.Tx) error {
	_, err := tx.Exec(`UPDATE exchange_partner SET out_seq = $2, out_leaf = $3, out_heard = $4, in_seq = $5, in_leaf = $6,
		receipts_out_heard = $7, receipts_in = $8, receipts_in_leaf = $9, said = $10, contact = $11, skew = $12, trouble = $13, trouble_at = $14,
		answer = $15, agreed = $16, agreed_at = $17 WHERE node = $1`,
		p.node, p.outSeq, p.outLeaf[:], p.outHeard, p.inSeq, p.inLeaf[:],
		p.receiptsHeard, p.receiptsIn, p.receiptsInLeaf[:], p.said, p.contact, p.skew, p.trouble, p.troubleAt, p.answer, p.agreed, p.agreedAt)
	return err
}

// contacted notes that the partner was heard, and what was odd about it.
func (p *partner) contacted(tx *store.Tx, in *arrival, fresh bool, trouble string, tolerance time.Duration) {
	if fresh {
		p.said = in.At
	}
	p.contact = tx.Now
	if !in.byFile {
		off := in.At.Sub(tx.Now)
		p.skew = off.Milliseconds()
		if trouble == "" && off.Abs() > tolerance {
			trouble = "exchange.trouble-clock"
		}
	}
	p.inTrouble(tx.Now, trouble)
}

func (p *partner) inTrouble(at time.Time, key string) {
	if key == "" {
		at = time.Time{}
	}
	if key != p.trouble {
		p.trouble, p.troubleAt = key, at
	}
}

// KeyOf is the key with which a partner signs, whether or not the link to it is
// open now.
func KeyOf(tx *store.Tx, node string) (ed25519.PublicKey, error) {
	p, err := bound(tx).partnerRow(tx, node)
	if err != nil {
		return nil, err
	}
	return p.card.Sign, nil
}

// Cards are this node's own card and those of its partners, removed ones left out.
func Cards(tx *store.Tx) ([]Card, error) {
	partners, err := Partners(tx)
	cards := []Card{bound(tx).self}
	for _, p := range partners {
		if p.State != Removed {
			cards = append(cards, p.Card)
		}
	}
	return cards, err
}
