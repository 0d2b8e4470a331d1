package ledger

import (
	"crypto/ed25519"

	"istmo/fault"
	"istmo/store"
)

// Hear takes in a partner's statement. If the checkpoint continues what that
// partner showed us before, it is countersigned and kept. If it contradicts it,
// or what others have seen of the same node, both signed checkpoints are kept as
// a finding, the answer names it, and nothing is signed.
//
// keys are the keys of every node that we know, the speaker's among them.
// An error means that the statement could not be taken in at all: it is not
// signed by the speaker, or the database failed.
func Hear(tx *store.Tx, from string, key ed25519.PublicKey, keys map[string]ed25519.PublicKey, s Statement) (Answer, error) {
	self, err := signerOf(tx)
	if err != nil {
		return Answer{}, err
	}
	now, note, err := openCosigned(s.Checkpoint, verifierOf(from, key))
	if err != nil {
		return Answer{}, err
	}
	h := hearing{tx: tx, self: self, from: from, key: key, said: s, now: now, held: -1}
	if h.cosigned, err = cosign(note, self.cosigner(tx.Now)); err != nil {
		return Answer{}, fault.Internal("ledger: hear", err)
	}
	if err := h.weigh(); err != nil {
		return Answer{}, fault.Internal("ledger: hear", err)
	}
	if err := h.gossip(keys); err != nil {
		return Answer{}, fault.Internal("ledger: hear", err)
	}
	if err := h.ask(); err != nil {
		return Answer{}, fault.Internal("ledger: hear", err)
	}
	return h.answer, nil
}

// hearing is one statement being weighed.
type hearing struct {
	tx       *store.Tx
	self     Signer
	from     string
	key      ed25519.PublicKey
	said     Statement
	held     int64  // the size that we held before
	now      tree   // what the statement's checkpoint says
	cosigned []byte // that checkpoint with our countersignature
	answer   Answer
}

// weigh compares the statement with what the speaker said before.
func (h *hearing) weigh() error {
	seen, err := seenOf(h.tx, h.from)
	if fault.Is(err, fault.KindNotFound) {
		return h.accept()
	}
	if err != nil {
		return err
	}
	then, err := openCheckpoint([]byte(seen.note), verifierOf(h.from, h.key))
	if err != nil { // its key has changed, by people's agreement: begin anew
		return h.accept()
	}
	h.held, h.answer.Size, h.answer.Holds = then.size, then.size, []byte(seen.note)
	switch {
	case h.now.size < then.size && h.said.From >= then.size: // it knows what we hold and has less
		return h.find(PartnerRolledBack, seen)
	case h.now.size < then.size: // an older statement, late on its way, or it does not know yet
		return nil
	case h.now.size > then.size && h.said.From != then.size: // it does not know what we hold: it will say it again
		return nil
	case !prefix(h.said.Proof, h.now, then):
		return h.find(PartnerRewrote, seen)
	}
	return h.accept()
}

// accept holds the statement's checkpoint from now on, unless what others have
// seen of the speaker contradicts it.
func (h *hearing) accept() error {
	if err := h.settleQuestions(); err != nil {
		return err
	}
	if two, err := convicted(h.tx, h.from); err != nil || two {
		h.answer.Found = Equivocation
		return err
	}
	h.answer.Size, h.answer.Holds, h.answer.Accepted = h.now.size, h.cosigned, true
	return putSeen(h.tx, h.from, h.now.size, h.cosigned)
}

// find keeps a finding against the speaker.
func (h *hearing) find(kind Kind, first sight) error {
	h.answer.Found = kind
	return insertFinding(h.tx, Finding{Kind: kind, Node: h.from, Via: first.via, Size: first.size,
		First: first.note, Second: string(h.said.Checkpoint)})
}

// settleQuestions looks for the speaker's proofs that what others have seen of
// it is the beginning of what it says now.
func (h *hearing) settleQuestions() error {
	open, err := questions(h.tx, h.from)
	if err != nil {
		return err
	}
	for _, q := range open {
		then, err := openCheckpoint([]byte(q.note), verifierOf(h.from, h.key))
		if err != nil { // under a key that is no longer the node's
			err = closeQuestion(h.tx, q)
		} else if h.now.size >= then.size {
			err = h.settle(q, then)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// settle closes one question by its proof, one way or the other.
func (h *hearing) settle(q sight, then tree) error {
	proof, ok := h.proofOf(then.size)
	switch {
	case ok && prefix(proof.Proof, h.now, then):
		return closeQuestion(h.tx, q)
	case ok:
		return h.find(Equivocation, q)
	case q.asked > 0 && h.said.From >= q.asked: // it had the answer that asked
		return h.find(Unproven, q)
	}
	return nil
}

// proofOf is the proof for a size; for the statement's own size none is needed.
func (h *hearing) proofOf(size int64) (Proven, bool) {
	if size == h.now.size || size == 0 {
		return Proven{Size: size}, true
	}
	for _, p := range h.said.Proven {
		if p.Size == size {
			return p, true
		}
	}
	return Proven{}, false
}

// gossip compares what the speaker has seen of other nodes, and of us, with
// what they have shown us.
func (h *hearing) gossip(keys map[string]ed25519.PublicKey) error {
	told := map[string]Sighting{}
	for _, s := range h.said.Seen {
		told[s.Node] = s
	}
	if s, ok := told[h.self.Node]; ok {
		if t, err := openCheckpoint(s.Checkpoint, h.self.own()); err == nil {
			if _, err := recognise(h.tx, h.self, h.from, t, s.Checkpoint); err != nil {
				return err
			}
		}
	}
	for node, key := range keys {
		s, ok := told[node]
		if !ok || node == h.self.Node || node == h.from {
			continue
		}
		if t, err := openCheckpoint(s.Checkpoint, verifierOf(node, key)); err == nil {
			if err := h.compare(node, key, t, s); err != nil {
				return err
			}
		}
	}
	return nil
}

// compare holds one sighting of a third node against what that node showed us.
// Different roots at one size prove that it has two histories; at different
// sizes, the node itself is asked for a proof.
func (h *hearing) compare(node string, key ed25519.PublicKey, t tree, s Sighting) error {
	seen, err := seenOf(h.tx, node)
	if fault.Is(err, fault.KindNotFound) {
		return nil // it has shown us nothing yet
	}
	if err != nil {
		return err
	}
	ours, err := openCheckpoint([]byte(seen.note), verifierOf(node, key))
	switch {
	case err != nil || ours == t:
		return nil
	case ours.size == t.size:
		return insertFinding(h.tx, Finding{Kind: Equivocation, Node: node, Via: h.from, Size: t.size,
			First: seen.note, Second: string(s.Checkpoint)})
	}
	return putQuestion(h.tx, sight{node: node, via: h.from, root: t.root, stored: stored{size: t.size, note: string(s.Checkpoint)}})
}

// ask puts the open questions about the speaker into the answer.
func (h *hearing) ask() error {
	open, err := questions(h.tx, h.from)
	if err != nil {
		return err
	}
	for _, q := range open {
		if q.size > h.now.size || len(h.answer.Ask) == mostAsked {
			continue
		}
		h.answer.Ask = append(h.answer.Ask, q.size)
		if !h.answer.Accepted || h.now.size <= h.held {
			continue // this answer could not be told from the one before
		}
		if err := markAsked(h.tx, q, h.now.size); err != nil {
			return err
		}
	}
	return nil
}
