package exchange

import (
	"istmo/fault"
	"istmo/store"
)

// Climb signs a further receipt for an envelope that was delivered here:
// Opened, Decided or Served, for what the command's own rows now say. A rung
// that is reached already, or passed, is left as it is. An envelope that is not
// here, or was refused, is NotFound.
func Climb(tx *store.Tx, envelopeID string, rung Rung) error {
	var node string
	var reached Rung
	var content Hash
	err := tx.Get([]any{&node, &reached, hashColumn{&content}},
		`SELECT node, rung, content FROM exchange_inbox WHERE id = $1 AND state = 'done'`, envelopeID)
	if err != nil {
		return err
	}
	if rungs[rung] <= rungs[reached] || rung == Refused {
		return nil
	}
	if _, err := tx.Exec(`UPDATE exchange_inbox SET rung = $2 WHERE id = $1 AND state = 'done'`, envelopeID, string(rung)); err != nil {
		return fault.Internal("exchange: climb", err)
	}
	b := bound(tx)
	tx.After(func() { b.poke(node) })
	return giveReceipt(tx, node, Receipt{Envelope: envelopeID, Content: content, Rung: rung, At: tx.Now})
}

// giveReceipt puts a receipt in line for a partner.
func giveReceipt(tx *store.Tx, node string, r Receipt) error {
	var pairing string
	err := tx.Get([]any{&r.Seq, &pairing},
		`UPDATE exchange_partner SET receipts_out = receipts_out + 1 WHERE node = $1 RETURNING receipts_out, pairing`, node)
	if err != nil {
		return fault.Internal("exchange: receipt", err)
	}
	_, err = tx.Exec(`INSERT INTO exchange_receipt_out (pairing, seq, node, envelope, content, rung, kind, why, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		pairing, r.Seq, node, r.Envelope, r.Content[:], string(r.Rung), r.Kind, r.Key, r.At)
	return err
}

const receiptColumns = `seq, envelope, content, rung, kind, why, at`

func (r *Receipt) columns() []any {
	return []any{&r.Seq, &r.Envelope, hashColumn{&r.Content}, &r.Rung, &r.Kind, &r.Key, &r.At}
}

// receiptsFor reads the receipts that the partner has not heard, in one run.
func receiptsFor(tx *store.Tx, p *partner, most int) ([]Receipt, error) {
	const query = `SELECT ` + receiptColumns + ` FROM exchange_receipt_out WHERE pairing = $1 AND seq > $2 ORDER BY seq LIMIT $3`
	all, err := store.All(tx, (*Receipt).columns, query, p.pairing, p.receiptsHeard, most)
	if err != nil || len(all) == 0 || all[0].Seq == p.receiptsHeard+1 {
		return all, err
	}
	if err := p.renumberReceipts(tx, p.receiptsHeard, p.receiptsHeard+1-all[0].Seq); err != nil {
		return nil, err
	}
	return store.All(tx, (*Receipt).columns, query, p.pairing, p.receiptsHeard, most)
}

// renumberReceipts moves the receipts after a number up or down by as many
// places: a side that was restored from a backup counts on from the other. It
// goes by way of negative numbers, which no receipt has, so that no two meet.
func (p *partner) renumberReceipts(tx *store.Tx, after, by int64) error {
	_, err := tx.Exec(`UPDATE exchange_receipt_out SET seq = -(seq + $3) WHERE pairing = $1 AND seq > $2`, p.pairing, after, by)
	if err == nil {
		_, err = tx.Exec(`UPDATE exchange_receipt_out SET seq = -seq WHERE pairing = $1 AND seq < 0`, p.pairing)
	}
	if err == nil {
		_, err = tx.Exec(`UPDATE exchange_partner SET receipts_out = receipts_out + $2 WHERE pairing = $1`, p.pairing, by)
	}
	if err != nil {
		return fault.Internal("exchange: renumber", err)
	}
	return nil
}

// hearReceipts learns which of our receipts the partner has and takes in its own.
func (p *partner) hearReceipts(tx *store.Tx, in *arrival, g *Gain) error {
	if err := p.hearReceiptPosition(tx, in, g); err != nil {
		return err
	}
	for i, r := range in.Receipts {
		if r.Seq <= p.receiptsIn {
			continue
		}
		if r.Seq != p.receiptsIn+1 {
			return nil // asked again, by saying how far we are
		}
		place := int64(2 + len(in.Envelopes) + i)
		if _, err := tx.Exec(`INSERT INTO exchange_receipt_in (pairing, seq, node, envelope, content, rung, kind, why, at, bundle, place, path)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
			p.pairing, r.Seq, p.node, r.Envelope, r.Content[:], string(r.Rung), r.Kind, r.Key, r.At, in.id, place, in.tree.path(place)); err != nil {
			return err
		}
		p.receiptsIn, p.receiptsInLeaf = r.Seq, r.leaf()
		g.Receipts++
		if err := p.tell(tx, r); err != nil {
			return err
		}
	}
	return nil
}

// tell lets the node know of a receipt for something that was indeed posted to
// this partner. A fault of the node's is logged: the receipt is kept all the
// same, and the link goes on.
func (p *partner) tell(tx *store.Tx, r Receipt) error {
	b := bound(tx)
	if b.o.Answered == nil {
		return nil
	}
	about, err := store.One(tx, store.Value[string], `SELECT about FROM exchange_outbox WHERE id = $1 AND node = $2 AND content = $3`, r.Envelope, p.node, r.Content[:])
	if fault.Is(err, fault.KindNotFound) {
		return nil // of another partner's, or posted before a backup that we were restored from
	}
	if err != nil {
		return fault.Internal("exchange: receipt", err)
	}
	err = tx.Nest(func() error { return b.o.Answered(tx, about, r) })
	if f := fault.All(err); len(f) > 0 {
		b.o.Log.Error("a receipt had no effect", "partner", p.node, "envelope", r.Envelope, "fault", f[0].Key)
		return nil
	}
	return err
}

func (p *partner) hearReceiptPosition(tx *store.Tx, in *arrival, g *Gain) error {
	h := in.Heard
	if h.Receipts == p.receiptsHeard || h.Receipts < p.receiptsHeard && !in.At.After(p.said) {
		return nil
	}
	if h.Receipts < p.receiptsHeard { // it was restored from a backup: say them again
		p.receiptsHeard = h.Receipts
		return nil
	}
	r, err := store.One(tx, (*Receipt).columns, `SELECT `+receiptColumns+` FROM exchange_receipt_out WHERE pairing = $1 AND seq = $2`, p.pairing, h.Receipts)
	if err != nil && !fault.Is(err, fault.KindNotFound) {
		return err
	}
	if err != nil || r.leaf() != h.ReceiptsLeaf { // we were
		err = p.renumberReceipts(tx, p.receiptsHeard, h.Receipts-p.receiptsHeard)
	}
	g.acks += h.Receipts - p.receiptsHeard
	p.receiptsHeard = h.Receipts
	return err
}

// Ladder lists the partners' receipts for what was posted about an object, in
// the order of posting and then of arrival.
func Ladder(tx *store.Tx, about string) ([]Receipt, error) {
	return store.All(tx, (*Receipt).columns, `SELECT r.seq, r.envelope, r.content, r.rung, r.kind, r.why, r.at
		FROM exchange_outbox o JOIN exchange_receipt_in r ON r.envelope = o.id AND r.node = o.node AND r.content = o.content
		WHERE o.about = $1 ORDER BY o.at, o.node, o.place, r.seq`, about)
}

// Proofs are the signatures that we hold from a partner about one envelope: on
// the envelope itself if it came to us, on each receipt if we sent it.
func Proofs(tx *store.Tx, envelopeID string) ([]Proof, error) {
	b := bound(tx)
	const rest = ` b.at, t.place, b.size, t.path, b.signature, b.signer, t.node`
	all, err := store.All(tx, func(p *Proof) []any {
		return []any{&p.Record, &p.At, &p.Index, &p.Size, &p.Path, &p.Signature, &p.Signer, &p.From}
	}, `SELECT t.record,`+rest+` FROM exchange_inbox t JOIN exchange_bundle b ON b.id = t.bundle WHERE t.id = $1 AND t.state <> 'held' ORDER BY t.seq`, envelopeID)
	if err != nil {
		return nil, err
	}
	type signed struct {
		Proof
		Receipt
	}
	receipts, err := store.All(tx, func(s *signed) []any {
		return append(s.Receipt.columns(), &s.Proof.At, &s.Index, &s.Size, &s.Path, &s.Signature, &s.Signer, &s.From)
	}, `SELECT t.seq, t.envelope, t.content, t.rung, t.kind, t.why, t.at,`+rest+` FROM exchange_receipt_in t JOIN exchange_bundle b ON b.id = t.bundle WHERE t.envelope = $1 ORDER BY t.seq`, envelopeID)
	for _, s := range receipts {
		s.Record = s.Receipt.record()
		all = append(all, s.Proof)
	}
	for i := range all {
		all[i].To = b.self.Node
	}
	return all, err
}
