package exchange

import (
	"cmp"
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

const (
	troubleLater  = "exchange.trouble-later"  // a handler failed inside; tried again
	troubleForked = "exchange.trouble-forked" // two histories of one stream
)

// hearing is the taking in of one bundle's envelopes.
type hearing struct {
	b     *Border
	tx    *store.Tx
	p     *partner
	g     *Gain
	waits bool  // some envelopes are held
	room  int64 // bytes that may still be held
}

// hearEnvelopes takes in a bundle's envelopes in the order of the stream. It
// stops without an error where an envelope cannot be handled now: the partner
// hears how far we got and sends the rest again.
func (b *Border) hearEnvelopes(tx *store.Tx, p *partner, in *arrival, g *Gain) (trouble string, err error) {
	h := hearing{b: b, tx: tx, p: p, g: g}
	if len(in.Envelopes) > 0 {
		if err := h.lookAtHeld(); err != nil {
			return "", err
		}
	}
	for i := range in.Envelopes {
		t, err := h.hear(in, i)
		if err != nil {
			return "", err
		}
		if trouble = cmp.Or(t, trouble); h.stops(t, in.Envelopes[i].Seq) {
			break
		}
	}
	if g.Held > 0 {
		g.Missing = p.inSeq + 1
	}
	return trouble, nil
}

// stops reports whether the stream cannot go on from an envelope: it was next
// and is not settled, or the transaction would keep others waiting for long.
func (h *hearing) stops(trouble string, seq int64) bool {
	return trouble != "" && seq > h.p.inSeq || h.g.Taken >= fileCount
}

// hear takes in one envelope, by where it stands in the stream.
func (h *hearing) hear(in *arrival, i int) (trouble string, err error) {
	e := incoming{Envelope: in.Envelopes[i], bundle: in.id, place: int64(2 + i)}
	e.plain, e.opened = in.bodies[i]
	switch next := h.p.inSeq + 1; {
	case e.Seq < next:
		return h.known(&e)
	case e.Seq == next:
		e.path = in.tree.path(e.place)
		return h.settleRun(e)
	case e.Seq < next+window:
		e.path = in.tree.path(e.place)
		return "", h.hold(&e)
	}
	return "", nil
}

// known looks at an envelope whose place is settled: it is the same one again,
// or the partner has forked its stream.
func (h *hearing) known(e *incoming) (trouble string, err error) {
	var leaf Hash
	err = h.tx.Get([]any{hashColumn{&leaf}}, `SELECT leaf FROM exchange_inbox WHERE pairing = $1 AND seq = $2`, h.p.pairing, e.Seq)
	if fault.Is(err, fault.KindNotFound) || err == nil && leaf == e.leaf() {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return h.forked(e)
}

// forked records that the partner signed two histories of one stream.
func (h *hearing) forked(e *incoming) (trouble string, err error) {
	return troubleForked, noteReceived(h.tx, h.p.node, &e.Envelope, "refused:"+fault.KindConflict.String())
}

// lookAtHeld learns whether envelopes are held, and how much room they leave.
func (h *hearing) lookAtHeld() error {
	count, size := 0, int64(0)
	err := h.tx.Get([]any{&count, &size}, `SELECT COUNT(*), COALESCE(SUM(LENGTH(body)), 0) FROM exchange_inbox WHERE pairing = $1 AND state = 'held'`, h.p.pairing)
	h.waits, h.room = count > 0, heldBytes-size
	return err
}

// hold keeps an envelope that came before its turn, sealed as it is.
func (h *hearing) hold(e *incoming) error {
	if h.room -= int64(len(e.Body)); h.room < 0 {
		return nil
	}
	n, err := h.tx.Exec(`INSERT INTO exchange_inbox (pairing, seq, node, id, state, about, content, leaf, record, body, arrived, bundle, place, path)
		VALUES ($1, $2, $3, $4, 'held', $5, $6, $7, $8, $9, $10, $11, $12, $13)
		ON CONFLICT (pairing, seq) DO UPDATE SET id = $4, about = $5, content = $6, leaf = $7, record = $8, body = $9, arrived = $10, bundle = $11, place = $12, path = $13
		WHERE exchange_inbox.leaf <> $7`, h.p.pairing, e.Seq, h.p.node, e.ID, e.About, hashOf(e.content()), hashOf(e.leaf()), e.record(), e.Body, h.tx.Now, e.bundle, e.place, e.path)
	h.g.Held += int(n)
	h.waits = true
	return err
}

// settleRun settles an envelope and every held one that was waiting for it.
func (h *hearing) settleRun(e incoming) (trouble string, err error) {
	for {
		trouble, err = h.settle(&e)
		if err != nil || trouble != "" || !h.waits {
			return trouble, err
		}
		if e, err = h.nextHeld(); fault.Is(err, fault.KindNotFound) {
			return "", nil
		} else if err != nil {
			return "", err
		}
	}
}

// nextHeld is the held envelope whose turn it is, opened, or NotFound.
func (h *hearing) nextHeld() (e incoming, err error) {
	var record, body []byte
	err = h.tx.Get([]any{&record, &body, &e.bundle, &e.place, &e.path},
		`SELECT record, body, bundle, place, path FROM exchange_inbox WHERE pairing = $1 AND seq = $2 AND state = 'held'`, h.p.pairing, h.p.inSeq+1)
	if err != nil {
		return e, err
	}
	if e.Envelope, err = decodeRecord(record); err != nil {
		return e, fault.Internal("exchange: a held envelope", err)
	}
	if e.Body = body; body != nil {
		e.plain, e.opened = h.b.unseal(&e.Envelope)
	}
	return e, nil
}

// settle gives the next envelope of the stream its effect and its receipt.
func (h *hearing) settle(e *incoming) (trouble string, err error) {
	if e.Prev != h.p.inLeaf {
		return h.forked(e)
	}
	v, known, err := h.claimed(e)
	if err != nil {
		return "", err
	}
	if !known {
		v = h.handle(e)
	}
	if v.state == "" {
		return troubleLater, nil
	}
	if v.state != "done" {
		if err := h.claim(e, v); err != nil {
			return "", err
		}
	}
	h.p.inSeq, h.p.inLeaf = e.Seq, e.leaf()
	h.g.Taken++
	return "", noteReceived(h.tx, h.p.node, &e.Envelope, v.outcome())
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
func (h *hearing) handle(e *incoming) verdict {
	switch {
	case e.Body == nil:
		return refusal("refused", fault.Conflict("exchange.recalled"))
	case !e.opened:
		return refusal("refused", fault.Invalid("body", "exchange.does-not-open"))
	}
	done := verdict{state: "done", rung: Delivered}
	err := h.tx.Nest(func() error {
		if err := h.claim(e, done); err != nil {
			return err
		}
		return h.b.handler.Handle(h.tx, Delivery{e.ID, e.From, e.Agreement, e.Purpose, e.Verb, e.About, e.At, e.plain})
	})
	if err == nil {
		return done
	}
	if f := fault.All(err); len(f) > 0 && f[0].Kind != fault.KindUnavailable && f[0].Kind != fault.KindInternal {
		return refusal("refused", f[0])
	}
	h.b.o.Log.Error("an envelope could not be handled and will be tried again", "partner", h.p.node, "envelope", e.ID, "error", err)
	return verdict{}
}

// claimed answers for an envelope whose id is claimed: with the same verdict if
// it is the same message, which a sender restored from a backup may send under
// a new number, and with a refusal if it is another under the same id.
func (h *hearing) claimed(e *incoming) (v verdict, known bool, err error) {
	var node string
	var content Hash
	v = verdict{state: "repeated"}
	err = h.tx.Get([]any{&node, hashColumn{&content}, &v.rung, &v.kind, &v.key},
		`SELECT node, content, rung, kind, why FROM exchange_inbox WHERE id = $1 AND state IN ('done', 'refused')`, e.ID)
	switch {
	case fault.Is(err, fault.KindNotFound):
		return verdict{}, false, nil
	case err != nil:
		return verdict{}, false, err
	case node != h.p.node || content != e.content():
		return refusal("replayed", fault.Conflict("exchange.replayed")), true, nil
	}
	return v, true, nil
}

// claim records the verdict at the envelope's place in the stream and signs for it.
func (h *hearing) claim(e *incoming, v verdict) error {
	_, err := h.tx.Exec(`INSERT INTO exchange_inbox (pairing, seq, node, id, state, about, rung, kind, why, content, leaf, record, arrived, bundle, place, path)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
		ON CONFLICT (pairing, seq) DO UPDATE SET id = $4, state = $5, about = $6, rung = $7, kind = $8, why = $9, content = $10, leaf = $11, record = $12,
			body = NULL, arrived = $13, bundle = $14, place = $15, path = $16`,
		h.p.pairing, e.Seq, h.p.node, e.ID, v.state, e.About, string(v.rung), v.kind, v.key, hashOf(e.content()), hashOf(e.leaf()), e.record(), h.tx.Now, e.bundle, e.place, e.path)
	if err != nil {
		return fault.Internal("exchange: claim", err)
	}
	return giveReceipt(h.tx, h.p.node, Receipt{Envelope: e.ID, Content: e.content(), Rung: v.rung, Kind: v.kind, Key: v.key, At: h.tx.Now})
}

func hashOf(h Hash) []byte { return h[:] }

// keepBundle keeps the signed root that the proofs of what came in lead to.
func keepBundle(tx *store.Tx, p *partner, in *arrival) error {
	_, err := tx.Exec(`INSERT INTO exchange_bundle (id, node, at, size, signature, signer) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
		in.id, p.node, in.At, in.tree.size, in.Signature, []byte(p.card.Sign))
	return err
}

func bundleID(statement Hash) string { return hex.EncodeToString(statement[:]) }
