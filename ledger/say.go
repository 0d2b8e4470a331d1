package ledger

import (
	"crypto/ed25519"
	"fmt"
	"slices"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"

	"istmo/fault"
	"istmo/store"
)

// Statement is what one node says to another of its own history and of the
// histories that it has been shown.
type Statement struct {
	Checkpoint []byte      `json:"checkpoint"` // of the speaker, now
	From       int64       `json:"from"`       // the size that the hearer holds by its last answer, 0 before any
	Proof      []tlog.Hash `json:"proof"`      // that Checkpoint continues it
	Proven     []Proven    `json:"proven"`     // the same for sizes that the hearer asked about
	Seen       []Sighting  `json:"seen"`       // the speaker's last checkpoint of every partner
}

// Proven is a proof that the statement's checkpoint continues the history of Size.
type Proven struct {
	Size  int64       `json:"size"`
	Proof []tlog.Hash `json:"proof"`
}

// Sighting is a node's signed checkpoint as somebody else has seen it.
type Sighting struct {
	Node       string `json:"node"`
	Checkpoint []byte `json:"checkpoint"`
}

// Answer is what the hearer gives back for Settle.
type Answer struct {
	Size     int64   `json:"size"`     // of the speaker's history, as the hearer now holds it
	Holds    []byte  `json:"holds"`    // the speaker's checkpoint of that size, countersigned by the hearer
	Accepted bool    `json:"accepted"` // Holds is the statement's checkpoint; else say it again from Size
	Ask      []int64 `json:"ask"`      // sizes to prove next time
	Found    Kind    `json:"found"`    // what was found against the statement, or empty
}

// mostAsked bounds how many proofs one node may ask of another at once.
const mostAsked = 64

// Say is our statement to a partner: our checkpoint, the proof that it continues
// what the partner holds according to its last Answer, and what we have seen.
func Say(tx *store.Tx, to string) (Statement, error) {
	signed, err := Checkpoint(tx)
	if err != nil {
		return Statement{}, err
	}
	now, err := treeOf(tx)
	if err != nil {
		return Statement{}, fault.Internal("ledger: say", err)
	}
	partner, err := standingOf(tx, to)
	s := Statement{Checkpoint: signed, From: partner.holds}
	if err == nil && s.From <= now.size { // else Settle has found us rolled back, and the hearer will see it
		s.Proof, err = ConsistencyProof(tx, s.From, now.size)
	}
	if err == nil {
		s.Proven, err = proveAsked(tx, partner.asks, now.size)
	}
	if err == nil {
		s.Seen, err = sightings(tx)
	}
	if err != nil {
		return Statement{}, fault.Internal("ledger: say", err)
	}
	return s, nil
}

func proveAsked(tx *store.Tx, asks []string, size int64) ([]Proven, error) {
	var all []Proven
	for _, a := range asks {
		from, err := strconv.ParseInt(a, 10, 64)
		if err != nil || from > size {
			continue
		}
		proof, err := ConsistencyProof(tx, from, size)
		if err != nil {
			return nil, err
		}
		all = append(all, Proven{from, proof})
	}
	return all, nil
}

func sightings(tx *store.Tx) ([]Sighting, error) {
	seen, err := seenAll(tx)
	all := make([]Sighting, len(seen))
	for i, s := range seen {
		all[i] = Sighting{s.node, []byte(s.note)}
	}
	return all, err
}

// Settle takes in a partner's answer: it keeps the countersignature, remembers
// what the partner holds and asks, and looks whether what the partner holds is
// indeed of our history. If we signed it and it is not, our own database was
// rolled back or rewritten, and that is kept as a finding.
func Settle(tx *store.Tx, from string, key ed25519.PublicKey, a Answer) error {
	s, err := standingOf(tx, from)
	if err != nil {
		return fault.Internal("ledger: settle", err)
	}
	s.holds, s.asks = a.Size, nil
	slices.Sort(a.Ask)
	for _, size := range slices.Compact(a.Ask) {
		if size >= 0 && len(s.asks) < mostAsked {
			s.asks = append(s.asks, strconv.FormatInt(size, 10))
		}
	}
	if len(a.Holds) > 0 {
		if err := keepCosigned(tx, &s, key, a); err != nil {
			return err
		}
	} else if a.Size != 0 {
		return fault.Invalid("holds", "ledger.bad-checkpoint") // a size is believed with our signature under it
	}
	if err := putStanding(tx, s); err != nil {
		return fault.Internal("ledger: settle", err)
	}
	return nil
}

// keepCosigned checks the checkpoint that a partner holds of us and keeps it.
func keepCosigned(tx *store.Tx, s *standing, key ed25519.PublicKey, a Answer) error {
	self, err := signerOf(tx)
	if err != nil {
		return err
	}
	witness := witnessOf(s.partner, key)
	held, n, err := openCosigned(a.Holds, self.own(), witness)
	if err != nil || held.size != a.Size {
		return fault.Invalid("holds", "ledger.bad-checkpoint")
	}
	found, err := recognise(tx, self, s.partner, held, a.Holds)
	if err != nil || found != "" {
		return err
	}
	if signedBy(n, witness) && (held.size > s.size || s.note == "") {
		s.stored = stored{held.size, tx.Now, string(a.Holds)}
	}
	return nil
}

// recognise compares a checkpoint that bears our own signature with our
// history, and keeps a finding if it is of another.
func recognise(tx *store.Tx, self Signer, via string, t tree, signed []byte) (Kind, error) {
	now, err := treeOf(tx)
	if err != nil {
		return "", fault.Internal("ledger: recognise", err)
	}
	kind := OtherHistory
	switch {
	case t.size > now.size:
		kind = RolledBack
	case continues(tx, now, t):
		return "", nil
	}
	last, err := lastCheckpoint(tx)
	if err != nil && !fault.Is(err, fault.KindNotFound) {
		return "", fault.Internal("ledger: recognise", err)
	}
	f := Finding{Kind: kind, Node: self.Node, Via: via, Size: t.size, First: string(signed), Second: last.note}
	if err := insertFinding(tx, f); err != nil {
		return "", fmt.Errorf("ledger: finding: %w", err)
	}
	return kind, nil
}
