package exchange

import (
	"encoding/hex"

	"istmo/fault"
	"istmo/store"
)

// What may be held of one partner before its turn: so many envelopes ahead of a
// gap, and so many bytes. What is beyond, the partner will send again.
const (
	window    = 10_000
	heldBytes = 256 << 20
)

// incoming is an envelope with what its claim needs.
type incoming struct {
	Envelope
	plain  []byte
	opened bool
	bundle string // with place and path: its proof
	place  int64
	path   []byte
}

// hearEnvelopes takes in a bundle's envelopes in the order of the stream. It
// stops without an error where an envelope cannot be handled now: the partner
// hears how far we got and sends the rest again.
func (b *Border) hearEnvelopes(tx *store.Tx, p *partner, in *arrival, g *Gain) (trouble string, err error) {
	for i := range in.Envelopes {
		e := incoming{Envelope: in.Envelopes[i], bundle: in.id, place: int64(2 + i)}
		e.plain, e.opened = in.bodies[i], in.bodies[i] != nil
		switch {
		case g.Taken >= fileCount: // a longer transaction would keep others waiting
			return trouble, nil
		case e.Seq <= p.inSeq:
			trouble, err = p.known(tx, &e, trouble)
		case e.Seq == p.inSeq+1:
			e.path = in.tree.path(e.place)
			var stop string
			if stop, err = b.settleRun(tx, p, e, g); stop != "" {
				return stop, err
			}
		case e.Seq <= p.inSeq+window:
			e.path = in.tree.path(e.place)
			err = p.hold(tx, &e, g)
		}
		if err != nil {
			return "", err
		}
	}
	if g.Held > 0 {
		g.Missing = p.inSeq + 1
	}
	return trouble, nil
}

const (
	troubleLater  = "exchange.trouble-later"  // a handler failed inside; tried again
	troubleForked = "exchange.trouble-forked" // two histories of one stream
)

// known looks at an envelope whose place is settled: it is the same one again,
// or the partner has forked its stream.
func (p *partner) known(tx *store.Tx, e *incoming, trouble string) (string, error) {
	var leaf Hash
	err := tx.Get([]any{hashColumn{&leaf}}, `SELECT leaf FROM exchange_inbox WHERE pairing = $1 AND seq = $2`, p.pairing, e.Seq)
	if fault.Is(err, fault.KindNotFound) || err == nil && leaf == e.leaf() {
		return trouble, nil
	}
	if err != nil {
		return trouble, err
	}
	return troubleForked, noteReceived(tx, p.node, &e.Envelope, "refused:"+fault.KindConflict.String())
}

// hold keeps an envelope that came before its turn, sealed as it is.
func (p *partner) hold(tx *store.Tx, e *incoming, g *Gain) error {
	if g.room == 0 {
		var held int64
		err := tx.Get([]any{&held}, `SELECT COALESCE(SUM(LENGTH(body)), 0) FROM exchange_inbox WHERE pairing = $1 AND state = 'held'`, p.pairing)
		if err != nil {
			return err
		}
		g.room = heldBytes - held
	}
	if g.room -= int64(len(e.Body)); g.room < 0 {
		return nil
	}
	n, err := tx.Exec(`INSERT INTO exchange_inbox (pairing, seq, node, id, state, about, content, leaf, record, body, arrived, bundle, place, path)
		VALUES ($1, $2, $3, $4, 'held', $5, $6, $7, $8, $9, $10, $11, $12, $13)
		ON CONFLICT (pairing, seq) DO UPDATE SET id = $4, about = $5, content = $6, leaf = $7, record = $8, body = $9, arrived = $10, bundle = $11, place = $12, path = $13
		WHERE exchange_inbox.leaf <> $7`, p.pairing, e.Seq, p.node, e.ID, e.About, hashOf(e.content()), hashOf(e.leaf()), e.record(), e.Body, tx.Now, e.bundle, e.place, e.path)
	g.Held += int(n)
	return err
}

// settleRun settles an envelope and every held one that was waiting for it.
func (b *Border) settleRun(tx *store.Tx, p *partner, e incoming, g *Gain) (trouble string, err error) {
	for {
		trouble, err = b.settle(tx, p, &e, g)
		if err != nil || trouble != "" {
			return trouble, err
		}
		next, err := p.held(tx, p.inSeq+1)
		if fault.Is(err, fault.KindNotFound) {
			return "", nil
		}
		if err != nil {
			return "", err
		}
		if e = next; e.Body != nil {
			e.plain, err = b.unseal(&e.Envelope)
			e.opened = err == nil
		}
	}
}

func (p *partner) held(tx *store.Tx, seq int64) (e incoming, err error) {
	var record, body []byte
	err = tx.Get([]any{&record, &body, &e.bundle, &e.place, &e.path},
		`SELECT record, body, bundle, place, path FROM exchange_inbox WHERE pairing = $1 AND seq = $2 AND state = 'held'`, p.pairing, seq)
	if err != nil {
		return e, err
	}
	e.Envelope, err = decodeRecord(record)
	e.Body = body
	return e, err
}

// settle gives the next envelope of the stream its effect and its receipt.
func (b *Border) settle(tx *store.Tx, p *partner, e *incoming, g *Gain) (trouble string, err error) {
	if e.Prev != p.inLeaf {
		return troubleForked, noteReceived(tx, p.node, &e.Envelope, "refused:"+fault.KindConflict.String())
	}
	v, known, err := p.claimed(tx, e)
	if err != nil {
		return "", err
	}
	if !known {
		if v, err = b.handle(tx, p, e); err != nil {
			return "", err
		}
	}
	if v.state == "" {
		return troubleLater, nil
	}
	if v.state != "done" {
		if err := p.claim(tx, e, v); err != nil {
			return "", err
		}
	}
	p.inSeq, p.inLeaf = e.Seq, e.leaf()
	g.Taken++
	return "", noteReceived(tx, p.node, &e.Envelope, v.outcome())
}

// verdict is what becomes of an envelope; one without a state is for later.
type verdict struct {
	state string
	rung  Rung
	kind  string
	key   string
}

func (v verdict) outcome() string {
	if v.rung == Refused {
		return "refused:" + v.kind
	}
	return "done"
}

func refusal(state string, f *fault.Fault) verdict {
	v := verdict{state: state, rung: Refused, kind: f.Kind.String(), key: f.Key}
	if !code(v.key, 1) {
		v.key = "exchange.refused"
	}
	return v
}

// handle has a new envelope carried out. Its claim and its first receipt stand
// before the handler runs, so that the handler can Climb from there, and are
// undone with the handler's rows if it fails.
func (b *Border) handle(tx *store.Tx, p *partner, e *incoming) (verdict, error) {
	switch {
	case e.Body == nil:
		return refusal("refused", fault.Conflict("exchange.recalled")), nil
	case !e.opened:
		return refusal("refused", fault.Invalid("body", "exchange.does-not-open")), nil
	}
	done := verdict{state: "done", rung: Delivered}
	err := tx.Nest(func() error {
		if err := p.claim(tx, e, done); err != nil {
			return err
		}
		return b.handler.Handle(tx, Delivery{e.ID, e.From, e.Agreement, e.Purpose, e.Verb, e.About, e.At, e.plain})
	})
	if err == nil {
		return done, nil
	}
	if f := fault.All(err); len(f) > 0 && f[0].Kind != fault.KindUnavailable {
		return refusal("refused", f[0]), nil
	}
	b.o.Log.Error("an envelope could not be handled and will be tried again", "partner", p.node, "envelope", e.ID, "error", err)
	return verdict{}, nil
}

// claimed answers for an envelope whose id is claimed: with the same verdict if
// it is the same message, which a sender restored from a backup may send under
// a new number, and with a refusal if it is another under the same id.
func (p *partner) claimed(tx *store.Tx, e *incoming) (v verdict, known bool, err error) {
	var node string
	var content Hash
	v = verdict{state: "repeated"}
	err = tx.Get([]any{&node, hashColumn{&content}, &v.rung, &v.kind, &v.key},
		`SELECT node, content, rung, kind, why FROM exchange_inbox WHERE id = $1 AND state IN ('done', 'refused')`, e.ID)
	switch {
	case fault.Is(err, fault.KindNotFound):
		return verdict{}, false, nil
	case err != nil:
		return verdict{}, false, err
	case node != p.node || content != e.content():
		return refusal("replayed", fault.Conflict("exchange.replayed")), true, nil
	}
	return v, true, nil
}

// claim records the verdict at the envelope's place in the stream and signs for it.
func (p *partner) claim(tx *store.Tx, e *incoming, v verdict) error {
	_, err := tx.Exec(`INSERT INTO exchange_inbox (pairing, seq, node, id, state, about, rung, kind, why, content, leaf, record, arrived, bundle, place, path)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
		ON CONFLICT (pairing, seq) DO UPDATE SET id = $4, state = $5, about = $6, rung = $7, kind = $8, why = $9, content = $10, leaf = $11, record = $12,
			body = NULL, arrived = $13, bundle = $14, place = $15, path = $16`,
		p.pairing, e.Seq, p.node, e.ID, v.state, e.About, string(v.rung), v.kind, v.key, hashOf(e.content()), hashOf(e.leaf()), e.record(), tx.Now, e.bundle, e.place, e.path)
	if err != nil {
		return fault.Internal("exchange: claim", err)
	}
	return giveReceipt(tx, p.node, Receipt{Envelope: e.ID, Content: e.content(), Rung: v.rung, Kind: v.kind, Key: v.key, At: tx.Now})
}

func hashOf(h Hash) []byte { return h[:] }

// keepBundle keeps the signed root that the proofs of what came in lead to.
func keepBundle(tx *store.Tx, p *partner, in *arrival) error {
	_, err := tx.Exec(`INSERT INTO exchange_bundle (id, node, at, size, signature, signer) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
		in.id, p.node, in.At, in.tree.size, in.Signature, []byte(p.card.Sign))
	return err
}

func bundleID(statement Hash) string { return hex.EncodeToString(statement[:]) }
