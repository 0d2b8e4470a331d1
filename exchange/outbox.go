package exchange

import (
	"crypto/hpke"
	"crypto/sha256"
	"errors"
	"time"

	"istmo/fault"
	"istmo/store"
)

// Message is what a command asks to be carried. All but the body is in clear on
// the envelope, so it holds codes and ids only.
type Message struct {
	To        string // the partner's node id
	Agreement string // the agreement that it travels under
	Purpose   string
	Verb      string // the command that it asks for
	About     string // the id of the object that it is about
	Body      []byte
}

// Post puts a message in the outbox, in the command's own transaction: it
// leaves if the command's rows are kept, and only then. The body is sealed to
// the partner at once and cannot be read here again. A partner that is not
// there, or was removed, is an Invalid fault on the field "to".
func Post(tx *store.Tx, m Message) (id string, err error) {
	b := bound(tx)
	if err := m.check(b.o.MaxBody); err != nil {
		return "", err
	}
	var signed []byte
	e := Envelope{ID: tx.NewID("env"), From: b.self.Node, To: m.To, Agreement: m.Agreement, Purpose: m.Purpose, Verb: m.Verb, About: m.About, At: tx.Now}
	place, pairing := int64(0), ""
	err = tx.Get([]any{&place, &pairing, &signed},
		`UPDATE exchange_partner SET posted = posted + 1 WHERE node = $1 AND state <> 'removed' RETURNING posted, pairing, card`, m.To)
	if fault.Is(err, fault.KindNotFound) {
		return "", fault.Invalid("to", "exchange.no-such-partner")
	}
	if err != nil {
		return "", fault.Internal("exchange: post", err)
	}
	if err := b.seal(&e, signed, m.Body); err != nil {
		return "", err
	}
	content := e.content()
	_, err = tx.Exec(`INSERT INTO exchange_outbox (id, node, place, state, agreement, purpose, verb, about, at, seal, content, body, pairing)
		VALUES ($1, $2, $3, 'waiting', $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		e.ID, e.To, place, e.Agreement, e.Purpose, e.Verb, e.About, e.At, e.Seal[:], content[:], e.Body, pairing)
	tx.After(func() { b.poke(m.To) })
	return e.ID, err
}

func (m Message) check(maxBody int) error {
	var f fault.Check
	f.That(code(m.Agreement, 0), "agreement", "exchange.not-a-code")
	f.That(code(m.Purpose, 0), "purpose", "exchange.not-a-code")
	f.That(code(m.Verb, 1), "verb", "exchange.not-a-code")
	f.That(code(m.About, 0), "about", "exchange.not-a-code")
	f.That(len(m.Body) <= maxBody, "body", "exchange.body-too-large")
	return f.Err()
}

// seal fills in the body, for nobody but the holder of the card's key.
func (b *Border) seal(e *Envelope, card []byte, plain []byte) error {
	to, err := b.card(card)
	if err != nil {
		return err
	}
	if e.Body, err = hpke.Seal(to.Seal, kdf, aead, e.info(), plain); err != nil {
		return fault.Internal("exchange: seal", err)
	}
	e.Seal = sha256.Sum256(e.Body)
	return nil
}

// Recall takes back what was posted about an object. What was never taken for
// dispatch disappears without a trace. Of the rest the body is erased, so that
// what has not left by now leaves empty, and the partner signs that it took it
// so; their ids are returned, because they may have left before.
func Recall(tx *store.Tx, about string) (gone []string, err error) {
	if _, err := tx.Exec(`DELETE FROM exchange_outbox WHERE about = $1 AND taken = '' AND state IN ('waiting', 'stopped')`, about); err != nil {
		return nil, fault.Internal("exchange: recall", err)
	}
	if _, err := tx.Exec(`UPDATE exchange_outbox SET state = 'recalled', body = NULL WHERE about = $1 AND state IN ('waiting', 'taken')`, about); err != nil {
		return nil, fault.Internal("exchange: recall", err)
	}
	return store.All(tx, store.Value[string], `SELECT id FROM exchange_outbox WHERE about = $1 ORDER BY node, place`, about)
}

// Posting is a message as its sender sees it before any receipt.
type Posting struct {
	ID    string
	To    string
	Verb  string
	State string    // waiting, taken, heard, recalled or stopped
	At    time.Time // when it was posted
	Taken time.Time // when it was first taken for dispatch; zero if it never left
	Why   string    // what stopped it, a translation key
}

// Posted lists what was posted about an object and is not recalled without a trace.
func Posted(tx *store.Tx, about string) ([]Posting, error) {
	return store.All(tx, func(p *Posting) []any { return []any{&p.ID, &p.To, &p.Verb, &p.State, &p.At, &p.Taken, &p.Why} },
		`SELECT id, node, verb, state, at, taken, why FROM exchange_outbox WHERE about = $1 ORDER BY at, node, place`, about)
}

// outgoing is a row of the outbox.
type outgoing struct {
	Envelope
	state string
	place int64
}

const outgoingColumns = `id, node, state, place, agreement, purpose, verb, about, at, seal, body, COALESCE(seq, 0), prev`

func (o *outgoing) columns() []any {
	return []any{&o.ID, &o.To, &o.state, &o.place, &o.Agreement, &o.Purpose, &o.Verb, &o.About, &o.At, hashColumn{&o.Seal}, &o.Body, &o.Seq, hashColumn{&o.Prev}}
}

// errFull ends the reading of rows that no longer fit.
var errFull = errors.New("exchange: the bundle is full")

// rowsThatFit reads rows while they fit into what is left of most, and says
// whether others remain. The first row always fits.
func rowsThatFit(tx *store.Tx, most *load, query string, args ...any) (rows []outgoing, more bool, err error) {
	var o outgoing
	err = tx.Each(o.columns(), func() error {
		if most.count == 0 || len(o.Body) > most.bytes && len(rows) > 0 {
			return errFull
		}
		most.count--
		most.bytes = max(0, most.bytes-len(o.Body))
		rows = append(rows, o)
		o.Body = nil
		return nil
	}, query, args...)
	if errors.Is(err, errFull) {
		return rows, true, nil
	}
	return rows, false, err
}

// takeEnvelopes fills the bundle: first what was taken before and is not heard
// yet, then what waits, which gets its place in the stream here.
func (b *Border) takeEnvelopes(tx *store.Tx, p *partner, out *Bundle, most load) (more bool, err error) {
	again, more, err := rowsThatFit(tx, &most, `SELECT `+outgoingColumns+` FROM exchange_outbox
		WHERE pairing = $1 AND seq > $2 ORDER BY seq LIMIT $3`, p.pairing, p.outHeard, most.count+1)
	if err != nil {
		return false, err
	}
	run := p.run(again)
	for _, o := range again[:run] {
		o.From = b.self.Node
		out.Envelopes = append(out.Envelopes, o.Envelope)
	}
	if run == 0 && len(again) > 0 {
		if err := p.closeGap(tx); err != nil {
			return false, err
		}
	} else if more || run < len(again) {
		return true, nil
	}
	fresh, more, err := rowsThatFit(tx, &most, `SELECT `+outgoingColumns+` FROM exchange_outbox
		WHERE node = $1 AND state = 'waiting' ORDER BY place LIMIT $2`, p.node, most.count+1)
	if err != nil {
		return false, err
	}
	for _, o := range fresh {
		o.From = b.self.Node
		if err := b.take(tx, p, out, o.Envelope); err != nil {
			return false, err
		}
	}
	return more, nil
}

// run counts the rows that follow on what the partner has heard.
func (p *partner) run(rows []outgoing) int {
	for i, o := range rows {
		if o.Seq != p.outHeard+1+int64(i) {
			return i
		}
	}
	return len(rows)
}

// closeGap numbers the stream anew after what the partner has heard. Only two
// restored backups, one on each side, leave a number that nobody has.
func (p *partner) closeGap(tx *store.Tx) error {
	leaf, err := p.leafAt(tx, p.outHeard)
	if err != nil {
		return err
	}
	return p.adopt(tx, Heard{Seq: p.outHeard, Leaf: leaf})
}

// take gives an envelope its place in the stream, if the gate lets it go.
func (b *Border) take(tx *store.Tx, p *partner, out *Bundle, e Envelope) error {
	if stopped, err := b.stopped(tx, e); stopped || err != nil {
		return err
	}
	e.Seq, e.Prev = p.outSeq+1, p.outLeaf
	leaf := e.leaf()
	if _, err := tx.Exec(`UPDATE exchange_outbox SET state = 'taken', seq = $2, prev = $3, leaf = $4, taken = $5 WHERE id = $1`,
		e.ID, e.Seq, e.Prev[:], leaf[:], tx.Now); err != nil {
		return err
	}
	p.outSeq, p.outLeaf = e.Seq, leaf
	out.Envelopes = append(out.Envelopes, e)
	return noteSent(tx, b.self.Node, &e)
}

// stopped asks the gate, and stops for good what it refuses.
func (b *Border) stopped(tx *store.Tx, e Envelope) (bool, error) {
	if b.o.Gate == nil {
		return false, nil
	}
	m := Message{To: e.To, Agreement: e.Agreement, Purpose: e.Purpose, Verb: e.Verb, About: e.About}
	err := tx.Nest(func() error { return b.o.Gate.Leave(tx, m) })
	faults := fault.All(err)
	if len(faults) == 0 {
		return false, err
	}
	_, err = tx.Exec(`UPDATE exchange_outbox SET state = 'stopped', body = NULL, why = $2 WHERE id = $1`, e.ID, faults[0].Key)
	if err == nil && b.o.Stopped != nil {
		err = b.o.Stopped(tx, m, e.ID, faults[0].Key)
	}
	return true, err
}

// hearPosition learns how far the partner has our envelopes. It returns what is
// wrong, as a translation key: one of the two sides may have been restored from
// a backup and remember less than the other holds signed.
func (p *partner) hearPosition(tx *store.Tx, h Heard, fresh bool, g *Gain) (trouble string, err error) {
	if h.Seq == p.outHeard || h.Seq < p.outHeard && !fresh {
		return "", nil // nothing new, or an older bundle that arrives late
	}
	ours, err := p.leafAt(tx, h.Seq)
	if err != nil {
		return "", err
	}
	switch {
	case h.Seq > p.outSeq || ours != h.Leaf:
		return "exchange.trouble-we-were-behind", p.adopt(tx, h)
	case h.Seq < p.outHeard:
		p.outHeard = h.Seq
		return "exchange.trouble-partner-behind", nil
	}
	n, err := tx.Exec(`UPDATE exchange_outbox SET state = 'heard', body = NULL
		WHERE pairing = $1 AND seq > $2 AND seq <= $3 AND state = 'taken'`, p.pairing, p.outHeard, h.Seq)
	g.Heard, g.acks, p.outHeard = int(n), h.Seq-p.outHeard, h.Seq
	return "", err
}

// leafAt is the leaf of our envelope seq, zero if we have no such row.
func (p *partner) leafAt(tx *store.Tx, seq int64) (h Hash, err error) {
	if seq == 0 {
		return genesis(bound(tx).self, p.card), nil
	}
	err = tx.Get([]any{hashColumn{&h}}, `SELECT leaf FROM exchange_outbox WHERE pairing = $1 AND seq = $2`, p.pairing, seq)
	if fault.Is(err, fault.KindNotFound) {
		return Hash{}, nil
	}
	return h, err
}

// adopt goes on from where the partner proves that the stream stands. What it
// has not heard is taken again, under new numbers; should it know an id already,
// it answers with the same receipt.
func (p *partner) adopt(tx *store.Tx, h Heard) error {
	_, err := tx.Exec(`UPDATE exchange_outbox SET seq = NULL, prev = NULL, leaf = NULL, state = CASE WHEN state = 'taken' THEN 'waiting' ELSE state END
		WHERE pairing = $1 AND (state = 'taken' OR seq > $2)`, p.pairing, h.Seq)
	p.outSeq, p.outLeaf, p.outHeard = h.Seq, h.Leaf, h.Seq
	return err
}
