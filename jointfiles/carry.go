package jointfiles

import (
	"regexp"
	"slices"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/exchange"
	"istmo/fault"
	"istmo/flow"
	"istmo/store"
	"istmo/vault"
)

// How entries travel: what is sent, what is taken in, and what is sent again.

// carryAll sends everybody what they have not been sent.
func (f File) carryAll(tx *store.Tx) error {
	for _, node := range f.peers() {
		if err := f.carry(tx, node); err != nil {
			return err
		}
	}
	return nil
}

// carry sends a node, in order, what it has not been sent: the proposal first,
// then the entries. What may not leave is noted and stays until it may.
func (f File) carry(tx *store.Tx, to string) error {
	if f.atHome() {
		if gone, err := f.carryProposal(tx, to); err != nil || !gone {
			return err
		}
	}
	unsent, err := f.unsent(tx, to)
	if err != nil || len(unsent) == 0 {
		return err
	}
	if err := unseal(tx, f.ID, unsent); err != nil {
		return err
	}
	for _, e := range unsent {
		s, err := f.side(tx, e.Node)
		if err != nil {
			return err
		}
		if gone, err := f.post(tx, e.Node, e.Seq, to, e.letter(s.Ref)); err != nil || !gone {
			return err
		}
	}
	return nil
}

// carryProposal sends the proposal, once, while it is one.
func (f File) carryProposal(tx *store.Tx, to string) (gone bool, err error) {
	ways, err := f.ways(tx)
	if err != nil {
		return false, err
	}
	i := slices.IndexFunc(ways, func(w Way) bool { return w.Seq == 0 && w.To == to })
	if i >= 0 && ways[i].State != "stopped" {
		return ways[i].State != "refused", nil
	}
	if f.State != Proposed {
		return false, nil
	}
	m, err := f.mirror(tx, "jointfiles.propose", f.here)
	if err != nil {
		return false, err
	}
	values, err := vault.Get(tx, f.ID, "limits")
	if err != nil {
		return false, err
	}
	s, err := f.side(tx, f.here)
	if err != nil {
		return false, err
	}
	m.Words, m.Ref = values["limits"], s.Ref
	return f.post(tx, f.here, 0, to, m)
}

// post posts a letter that the agreement must cover, and notes how that went.
func (f File) post(tx *store.Tx, node string, seq int64, to string, c command) (gone bool, err error) {
	envelope, err := act.Tell(tx, act.Letter{To: to, Agreement: f.Agreement, Purpose: f.Purpose, About: f.ID, Command: c})
	if fault.Is(err, fault.KindConflict) || unpaired(err) {
		return false, f.posted(tx, node, seq, to, "", "stopped", fault.All(err)[0].Key)
	}
	if err != nil {
		return false, err
	}
	return true, f.posted(tx, node, seq, to, envelope, "posted", "")
}

// Carry brings an entry to another member's node: from its side's to home, and
// from home to the others.
type Carry struct {
	ID       string    `json:"id"`
	Node     string    `json:"node"`
	Seq      int64     `json:"seq"`
	At       time.Time `json:"at"`
	Kind     string    `json:"kind"`
	Corrects int64     `json:"corrects"`
	Version  int64     `json:"version"`
	Seen     []string  `json:"seen"`
	Prev     string    `json:"prev"`
	Words    string    `json:"words"`
	Salt     string    `json:"salt"`
	Note     string    `json:"note"`
	Ref      string    `json:"ref"` // how its side calls the case
	carried
}

func (e Entry) letter(ref string) Carry {
	return Carry{ID: e.file, Node: e.Node, Seq: e.Seq, At: e.At, Kind: e.Kind, Corrects: e.Corrects, Version: e.version, Seen: e.seen,
		Prev: e.prev, Words: e.Words, Salt: e.salt, Note: e.note, Ref: ref}
}

// Verb names it.
func (Carry) Verb() access.Verb { return "jointfiles.carry" }

// CarriesPerson is always so: nobody can know what somebody wrote.
func (Carry) CarriesPerson() bool { return true }

// Find loads the file.
func (c Carry) Find(tx *store.Tx, who access.Who) (File, error) { return Find(tx, c.ID) }

// Do takes the entry in, if it is what its side's node signed and comes from who
// may bring it. One whose predecessor is missing waits, and that one is asked
// for; one that is here already is left as it is; another under its number is
// kept as the proof that its side signed both.
// law: palermo:10.3 untoc:18.20
func (c Carry) Do(tx *store.Tx, who access.Who, f File) error {
	if err := c.under(f); err != nil {
		return err
	}
	brings := c.from == f.Home && c.Node != f.here
	if f.atHome() {
		brings = c.from == c.Node
	}
	if !brings || f.agencyOf(c.Node) == "" {
		return fault.Denied()
	}
	e, err := c.entry(tx)
	if err != nil {
		return err
	}
	if err := f.signed(tx, e); err != nil {
		return err
	}
	if f.atHome() {
		if err := f.wasOpen(tx, e); err != nil {
			return err
		}
	}
	if reference(c.Ref) {
		if err := f.called(tx, c.Node, c.Ref); err != nil {
			return err
		}
	}
	e.Late = f.State != Opened && e.Kind != kindReview
	return f.take(tx, e, c.from)
}

var (
	seenShape = regexp.MustCompile(`^[A-Z]{2}[A-Z0-9-]*/[0-9]{1,9}/[0-9a-f]{64}$`)
	hashShape = regexp.MustCompile(`^([0-9a-f]{64})?$`)
	saltShape = regexp.MustCompile(`^[a-z0-9_]{40,100}$`)
)

// entry reads what came, and refuses what no node of ours would have written.
func (c Carry) entry(tx *store.Tx) (Entry, error) {
	e := Entry{file: c.ID, Node: c.Node, Seq: c.Seq, At: c.At.UTC().Truncate(time.Millisecond), Kind: c.Kind, Corrects: c.Corrects, Words: c.Words,
		Arrived: tx.Now, version: c.Version, seen: c.Seen, prev: c.Prev, note: c.Note, salt: c.Salt}
	fits := c.Seq > 0 && c.Corrects >= 0 && c.Corrects < c.Seq && (slices.Contains(Kinds, c.Kind) || c.Kind == kindReview) &&
		c.Words != "" && len([]rune(c.Words)) <= longest && hashShape.MatchString(c.Prev) && (c.Prev == "") == (c.Seq == 1) && saltShape.MatchString(c.Salt) &&
		!slices.ContainsFunc(c.Seen, func(s string) bool { return !seenShape.MatchString(s) })
	if !fits {
		return e, fault.Invalid("", "jointfiles.not-an-entry")
	}
	return e, nil
}

// wasOpen refuses what was written when the file was not open, as its side knew
// it. What was written in time and comes late is taken.
func (f File) wasOpen(tx *store.Tx, e Entry) error {
	state, err := store.One(tx, store.Value[string], `SELECT state FROM joint_file_event WHERE file = $1 AND version = $2`, f.ID, e.version)
	if err != nil && !fault.Is(err, fault.KindNotFound) {
		return err
	}
	want := Opened
	if e.Kind == kindReview {
		want = UnderReview
	}
	if err != nil || flow.State(state) != want {
		return fault.Conflict("jointfiles.not-open-then")
	}
	return nil
}

// take puts an entry where it belongs in its side's chain.
func (f File) take(tx *store.Tx, e Entry, from string) error {
	e.hash = digest(e.text(f.agencyOf(e.Node)))
	there, err := f.entry(tx, e.Node, e.Seq)
	switch {
	case err == nil && there.hash == e.hash:
		return nil
	case err == nil:
		return f.fork(tx, e)
	case !fault.Is(err, fault.KindNotFound):
		return err
	}
	s, err := f.side(tx, e.Node)
	if err != nil {
		return err
	}
	switch {
	case e.Seq <= s.Entries:
		return f.restore(tx, s, e)
	case e.Seq == s.Entries+1 && e.prev != s.head:
		return f.fork(tx, e)
	case e.Seq == s.Entries+1:
		return f.join(tx, e)
	}
	e.Waits = true
	if err := e.keep(tx); err != nil {
		return err
	}
	return f.askAgain(tx, e.Node, s.Entries+1, from)
}

// join makes an entry the end of its side's chain, lets in what has waited for
// it and, at home, shows it all to the others.
func (f File) join(tx *store.Tx, e Entry) error {
	if err := e.keep(tx); err != nil {
		return err
	}
	if err := e.reaches(tx); err != nil {
		return err
	}
	if err := f.admit(tx, e); err != nil {
		return err
	}
	if f.atHome() {
		return f.carryAll(tx)
	}
	return nil
}

// restore puts back an entry that stood here and is gone, unless what follows it
// says that it was another. If that is gone as well, it says so when it is back.
func (f File) restore(tx *store.Tx, s Side, e Entry) error {
	follows := s.head
	if e.Seq < s.Entries {
		next, err := f.entry(tx, e.Node, e.Seq+1)
		if fault.Is(err, fault.KindNotFound) {
			return e.keep(tx)
		}
		if err != nil {
			return err
		}
		follows = next.prev
	}
	if follows != e.hash {
		return f.fork(tx, e)
	}
	return e.keep(tx)
}

// fork keeps the proof that a side signed two entries where there can be one.
func (f File) fork(tx *store.Tx, e Entry) error {
	_, err := tx.Exec(`INSERT INTO joint_file_fork (file, node, seq, hash, at, note) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
		f.ID, e.Node, e.Seq, e.hash, tx.Now, e.note)
	return err
}

// admit lets in what has waited for an entry.
func (f File) admit(tx *store.Tx, e Entry) error {
	for {
		next, err := f.entry(tx, e.Node, e.Seq+1)
		if fault.Is(err, fault.KindNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if next.prev != e.hash {
			return f.fork(tx, next)
		}
		if _, err := tx.Exec(`UPDATE joint_file_entry SET waits = FALSE, arrived = $4 WHERE file = $1 AND node = $2 AND seq = $3`, f.ID, next.Node, next.Seq, tx.Now); err != nil {
			return err
		}
		if err := next.reaches(tx); err != nil {
			return err
		}
		e = next
	}
}

// askAgain asks who brought an entry for the one that is missing before it.
func (f File) askAgain(tx *store.Tx, node string, seq int64, from string) error {
	_, err := act.Tell(tx, act.Letter{To: from, Agreement: f.Agreement, Purpose: f.Purpose, About: f.ID, Command: SendAgain{ID: f.ID, Node: node, From: seq}})
	if fault.Is(err, fault.KindConflict) || unpaired(err) {
		return nil // the next entry that comes asks again
	}
	return err
}

// SendAgain asks for a side's entries from a number on.
type SendAgain struct {
	ID   string `json:"id"`
	Node string `json:"node"`
	From int64  `json:"from"`
	carried
}

// Verb names it.
func (SendAgain) Verb() access.Verb { return "jointfiles.send-again" }

// Find loads the file.
func (c SendAgain) Find(tx *store.Tx, who access.Who) (File, error) { return Find(tx, c.ID) }

// Do sends them.
func (c SendAgain) Do(tx *store.Tx, who access.Who, f File) error {
	if !slices.Contains(f.peers(), c.from) {
		return fault.Denied()
	}
	if err := f.again(tx, c.Node, c.From, c.from); err != nil {
		return err
	}
	return f.carry(tx, c.from)
}

// SendHeld sends what had not left while the agreement did not let it. It is the
// node's own.
type SendHeld struct{ On }

// Verb names it.
func (SendHeld) Verb() access.Verb { return "jointfiles.send-held" }

// Do sends it, if it may leave now.
func (c SendHeld) Do(tx *store.Tx, who access.Who, f File) error {
	if err := f.covered(tx); err != nil {
		return err
	}
	return f.carryAll(tx)
}

// Held lists the files of which something was held an hour ago or longer and may
// leave now: the other side was slower to hear that the agreement holds again.
func Held(tx *store.Tx) (ids []string, err error) {
	all, err := held(tx, "", tx.Now.Add(-time.Hour))
	for _, id := range all {
		f, err := Find(tx, id)
		if err == nil {
			err = f.covered(tx)
		}
		if err != nil && len(fault.All(err)) == 0 {
			return nil, err
		}
		if err == nil {
			ids = append(ids, id)
		}
	}
	return ids, err
}

// Resume follows from an agreement that holds again: what was held is sent.
func Resume(tx *store.Tx, d act.Deed) error {
	a, err := cooperation.FindAgreement(tx, d.Object)
	if err != nil || !a.InForce(tx.Now) {
		return err
	}
	ids, err := held(tx, a.ID, tx.Now)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := act.Then(tx, d, SendHeld{On{id}}); err != nil {
			return err
		}
	}
	return nil
}

// halted is the key under which a suspended agreement refuses; what it refused is
// sent again once it is in force.
const halted = "cooperation.not-in-force"

// Answered hears a member's receipt for a letter of ours.
func Answered(tx *store.Tx, r exchange.Receipt) error {
	switch {
	case r.Rung == exchange.Delivered:
		return answered(tx, r.Envelope, "delivered", "")
	case r.Rung != exchange.Refused:
		return nil
	case r.Key == halted:
		return Stopped(tx, r.Envelope, r.Key)
	}
	if err := answered(tx, r.Envelope, "refused", r.Key); err != nil {
		return err
	}
	return askRefused(tx, r.Envelope, r.Key)
}

// Stopped hears that a letter of ours may not leave after all, or was not let in.
func Stopped(tx *store.Tx, envelope, why string) error {
	if err := answered(tx, envelope, "stopped", why); err != nil {
		return err
	}
	return askRefused(tx, envelope, why)
}

// askRefused clears what was asked when home refused it, and keeps why.
func askRefused(tx *store.Tx, envelope, why string) error {
	_, err := tx.Exec(`UPDATE joint_file SET asked = '', asked_in = '', refused = $2 WHERE asked_in = $1`, envelope, why)
	return err
}
