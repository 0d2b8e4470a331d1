package publishing

import (
	"slices"
	"strings"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/exchange"
	"istmo/fault"
	"istmo/observatory/release/approval"
	"istmo/store"
)

// Statistics is for what figures cross the border, and Covered the verb that the
// agreement names.
const (
	Statistics = "statistics"
	Covered    = string(approval.VerbSend)
)

const longestReceiver = 200

// Send lets an approved release go: to the public, to somebody by name, or to a
// partner country by letter. It cannot be taken back.
type Send struct {
	On
	Kind     string `json:"kind"`     // Public, Named or Partner
	Receiver string `json:"receiver"` // who, if Named
	Node     string `json:"node"`     // which, if Partner
}

// Verb names it.
func (Send) Verb() access.Verb { return approval.VerbSend }

// Do enters it into the register, and posts the letter.
func (c Send) Do(tx *store.Tx, who access.Who, e Entry) error {
	s := Sending{ID: tx.NewID("rlc"), Entry: e.ID, Kind: c.Kind, At: tx.Now, By: who.ID}
	switch c.Kind {
	case Public:
	case Named:
		s.Receiver = strings.TrimSpace(c.Receiver)
		if len(s.Receiver) > longestReceiver {
			return fault.Invalid("receiver", "fault.too-long")
		}
		if s.Receiver == "" {
			return fault.Invalid("receiver", "release.entry.to")
		}
	case Partner:
		s.Receiver = c.Node
		if c.Node == "" || c.Node == act.Here(tx) {
			return fault.Invalid("node", "fault.choose")
		}
	default:
		return fault.Invalid("kind", "release.entry.to")
	}
	r, err := register(tx)
	if err != nil {
		return err
	}
	next, err := r.Send(e.Entry, who.ID, s.Kind+" "+s.Receiver, tx.Now)
	if err != nil {
		return err
	}
	before, err := sendings(tx, e.ID)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(before, func(o Sending) bool { return o.Kind == s.Kind && o.Receiver == s.Receiver && o.Refused == "" }) {
		return fault.Conflict("release.sent-already")
	}
	if s.Kind == Partner {
		if err := s.post(tx, e); err != nil {
			return err
		}
	}
	if err := e.move(tx, next); err != nil {
		return err
	}
	return s.insert(tx)
}

// post sends the letter, under the agreement in force that names it.
func (s *Sending) post(tx *store.Tx, e Entry) error {
	a, err := cooperation.Under(tx, act.Here(tx), s.Receiver, Covered, Statistics)
	if len(fault.All(err)) > 0 {
		return fault.Conflict("release.no-agreement")
	} else if err != nil {
		return err
	}
	s.Agreement = a.ID
	s.Envelope, err = act.Tell(tx, act.Letter{To: s.Receiver, Agreement: a.ID, Purpose: Statistics, About: e.ID, Command: Receive{Note: e.note, Words: e.words}})
	if f := fault.All(err); len(f) > 0 && f[0].Key == "exchange.no-such-partner" {
		return fault.Invalid("node", "fault.choose")
	}
	return err
}

// Answered hears of a letter of ours: that it arrived, or that it was refused there.
func Answered(tx *store.Tx, r exchange.Receipt) error {
	if r.Rung == exchange.Refused {
		return Stopped(tx, r.Envelope, r.Key)
	}
	_, err := tx.Exec(`UPDATE release_copy SET delivered_at = $2 WHERE envelope = $1 AND delivered_at = ''`, r.Envelope, r.At)
	return err
}

// Stopped hears of a letter that did not come in: refused there, or not allowed to
// leave after all. The register keeps that it was sent.
func Stopped(tx *store.Tx, envelope, why string) error {
	_, err := tx.Exec(`UPDATE release_copy SET refused = $2 WHERE envelope = $1`, envelope, why)
	return err
}

// Receive is how a partner's figures reach us.
type Receive struct {
	Note  string `json:"note"`
	Words string `json:"words"`

	agreement string
}

// Verb names it.
func (Receive) Verb() access.Verb { return "release.receive" }

// CarriedBy notes the agreement under which it came.
func (c *Receive) CarriedBy(d act.Delivery) { c.agreement = d.Agreement }

// Find opens it. Whose it may be, policy says.
func (c Receive) Find(tx *store.Tx, who access.Who) (Entry, error) {
	return openedFile(c.Note, c.Words)
}

// Do keeps it as it came, if that node signed it. What is here already stays.
func (c Receive) Do(tx *store.Tx, who access.Who, e Entry) error {
	key, err := act.KeyOf(tx, e.node)
	if err != nil {
		return err
	}
	if !act.SignedBy(c.Note, e.node, key) {
		return fault.Conflict("release.not-signed")
	}
	if _, err := find(tx, e.ID); !fault.Is(err, fault.KindNotFound) {
		if err == nil {
			err = fault.Conflict("release.other-words")
		}
		return err
	}
	old, err := store.All(tx, (*received).columns, selectReceived+` WHERE id = $1`, e.ID)
	switch {
	case err != nil:
		return err
	case len(old) > 0 && old[0].words == c.Words:
		return fault.Conflict("release.received-already")
	case len(old) > 0:
		return fault.Conflict("release.other-words")
	}
	return received{Shown: Shown{ID: e.ID, Node: e.node, Agreement: c.agreement, At: tx.Now}, words: c.Words, note: c.Note}.insert(tx)
}
