package ledger

import (
	"crypto/ed25519"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"istmo/fault"
	"istmo/store"
)

// Inclusion proves that one deed is in a node's history. It is plain JSON and
// needs no database: a person's counsel checks it with the node's public key.
type Inclusion struct {
	Record     string      `json:"record"`     // the deed's record, as in the tree
	Proof      []tlog.Hash `json:"proof"`      // from the record to the root (RFC 6962, 2.1.1)
	Checkpoint string      `json:"checkpoint"` // the signed root, with a partner's countersignature if one covers the deed
}

// ProveInclusion proves the deed of that number against a countersigned
// checkpoint if there is one that covers it, else against this node's last. A
// deed that no checkpoint covers yet is a Conflict in a reading transaction; in
// a writing one a checkpoint is made.
func ProveInclusion(tx *store.Tx, seq int64) (Inclusion, error) {
	r, err := recordRow(tx, seq)
	if err != nil {
		return Inclusion{}, err
	}
	self, err := signerOf(tx)
	if err != nil {
		return Inclusion{}, err
	}
	signed, err := covering(tx, seq)
	if err != nil {
		return Inclusion{}, err
	}
	t, err := openCheckpoint([]byte(signed), self.own())
	if err != nil || t.size < seq {
		return Inclusion{}, fault.Conflict("ledger.broken")
	}
	proof, err := tlog.ProveRecord(t.size, seq-1, hashesOf(tx))
	if err != nil {
		return Inclusion{}, fault.Internal("ledger: inclusion", err)
	}
	p := Inclusion{Record: string(r.record(seq, r.prev)), Proof: proof, Checkpoint: signed}
	key := self.own().public
	if _, err := VerifyInclusion(p, key); err != nil { // our own database may have been changed
		return Inclusion{}, fault.Conflict("ledger.broken")
	}
	return p, nil
}

// covering is the best checkpoint that covers a deed.
func covering(tx *store.Tx, seq int64) (string, error) {
	all, err := standings(tx)
	if err != nil {
		return "", fault.Internal("ledger: inclusion", err)
	}
	for _, s := range all {
		if s.size >= seq {
			return s.note, nil
		}
	}
	last, err := lastCheckpoint(tx)
	if err == nil && last.size >= seq {
		return last.note, nil
	}
	if !tx.Writing() {
		return "", fault.Conflict("ledger.not-yet-signed")
	}
	signed, err := Checkpoint(tx)
	return string(signed), err
}

// VerifyInclusion checks a proof with the node's public key and returns the
// deed that it proves. It needs nothing else. It proves that the node signed a
// history in which that deed has that number; it does not prove that there is
// no other history, for which see the countersignatures on the checkpoint.
func VerifyInclusion(p Inclusion, key ed25519.PublicKey) (Deed, error) {
	bad := fault.Invalid("proof", "ledger.bad-proof")
	node, err := nodeOf([]byte(p.Checkpoint))
	if err != nil {
		return Deed{}, bad
	}
	t, err := openCheckpoint([]byte(p.Checkpoint), verifierOf(node, key))
	if err != nil {
		return Deed{}, bad
	}
	d, err := parseRecord(p.Record)
	if err != nil {
		return Deed{}, bad
	}
	if err := tlog.CheckRecord(p.Proof, t.size, t.root, d.Seq-1, d.Hash); err != nil {
		return Deed{}, bad
	}
	return d, nil
}

// Countersigned lists which of the partners, by their keys, have countersigned
// the checkpoint of a proof.
func (p Inclusion) Countersigned(key ed25519.PublicKey, partners map[string]ed25519.PublicKey) ([]string, error) {
	node, err := nodeOf([]byte(p.Checkpoint))
	if err != nil {
		return nil, err
	}
	var names []string
	for partner, k := range partners {
		w := witnessOf(partner, k)
		_, n, err := openCosigned([]byte(p.Checkpoint), verifierOf(node, key), w)
		if err != nil {
			return nil, fmt.Errorf("ledger: countersignatures: %w", err)
		}
		if signedBy(n, w) {
			names = append(names, partner)
		}
	}
	return names, nil
}
