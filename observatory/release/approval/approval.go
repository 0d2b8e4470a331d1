// Package approval is how a release of figures comes to go out: prepared by one
// person, approved by another, and entered in a register against which every
// later release is checked.
//
// It is rules and a flow table only. Verbs, rows and pages hang on it: a command
// finds the entry and the register, calls [Prepare], [Approve], [Decline] or
// [Send], and keeps what comes back. What is counted stays within the node, sealed
// as other things are that only some may open: an [Entry] for everybody's eyes is
// without Counts.
//
// What never happens: that who prepared also approves; that tables go out that
// are not, to the letter, those that were approved; that something goes out which
// was prepared before another release went out, and so knows nothing of it.
package approval

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"istmo/access"
	"istmo/fault"
	"istmo/flow"
	"istmo/observatory/release"
)

// Where a release stands.
const (
	Prepared flow.State = "prepared" // waits for a second person
	Approved flow.State = "approved"
	Declined flow.State = "declined"
	Sent     flow.State = "sent" // it is out and can never be taken back
)

// The verbs.
const (
	VerbPrepare access.Verb = "release.prepare"
	VerbApprove access.Verb = "release.approve"
	VerbDecline access.Verb = "release.decline"
	VerbSend    access.Verb = "release.send"
)

// Machine is the life of a release. Nothing leads out of Sent: what people have
// read they have read.
var Machine = &flow.Machine{
	Name:  "release",
	Start: Prepared,
	Places: []flow.Place{
		{State: Prepared, Owner: "approver"},
		{State: Approved, Owner: "preparer"},
		{State: Declined, Owner: "preparer", End: true},
		{State: Sent, Owner: "preparer"},
	},
	Moves: []flow.Move{
		{From: Prepared, Verb: VerbApprove, To: Approved},
		{From: Prepared, Verb: VerbDecline, To: Declined},
		{From: Approved, Verb: VerbDecline, To: Declined},
		{From: Approved, Verb: VerbSend, To: Sent},
		{From: Sent, Verb: VerbSend, To: Sent}, // to somebody else, the same tables
	},
}

// Copy is one sending: to whom, when and by whom.
type Copy struct {
	To string
	At time.Time
	By string
}

// Entry is a release in the register.
type Entry struct {
	ID, Title  string
	State      flow.State
	Rule       string // the rule's version
	Digest     string // of the tables as they go out
	Register   string // what was out when it was prepared
	PreparedBy string
	PreparedAt time.Time
	DecidedBy  string // who approved or declined
	DecidedAt  time.Time
	Reason     string // of declining
	Copies     []Copy

	Published release.Published
	Counts    release.Release // as counted; stays within the node
}

// Register is every release that went out or may, in the order of preparing.
type Register []Entry

// Out is what has gone out, for release.Options.Past.
func (r Register) Out() (past []release.Past) {
	for _, e := range r {
		if e.State == Sent {
			past = append(past, release.Past{ID: e.ID, Release: e.Counts, Published: e.Published})
		}
	}
	return past
}

// Digest is a hash of everything that has gone out.
func (r Register) Digest() string {
	var out []string
	for _, e := range r {
		if e.State == Sent {
			out = append(out, e.ID+" "+e.Digest)
		}
	}
	sum := sha256.Sum256([]byte(strings.Join(out, "\n")))
	return hex.EncodeToString(sum[:])
}

// Prepare enters what release.Prepare made of counts, beside what is out.
func (r Register) Prepare(id, title, by string, at time.Time, counts release.Release, made release.Outcome) (Entry, error) {
	var check fault.Check
	check.That(id != "", "id", "release.entry.id")
	check.That(strings.TrimSpace(title) != "", "title", "release.entry.title")
	check.That(by != "", "by", "release.entry.by")
	check.That(made.Digest != "" && made.Digest == made.Published.Digest(), "digest", "release.entry.digest")
	if err := check.Err(); err != nil {
		return Entry{}, err
	}
	return Entry{ID: id, Title: title, State: Machine.Start, Rule: made.Published.Rule.Version(), Digest: made.Digest, Register: r.Digest(),
		PreparedBy: by, PreparedAt: at, Published: made.Published, Counts: counts}, nil
}

// Approve lets a release go out: by another person than prepared it, for the very
// tables that they saw, and while nothing else has gone out since.
func (r Register) Approve(e Entry, by string, at time.Time, saw string) (Entry, error) {
	next, err := Machine.Next(e.State, VerbApprove)
	if err != nil {
		return e, err
	}
	if by == "" || by == e.PreparedBy {
		return e, fault.Conflict("release.entry.same-person")
	}
	if saw != e.Digest {
		return e, fault.Conflict("release.entry.other-tables")
	}
	if err := r.fresh(e); err != nil {
		return e, err
	}
	e.State, e.DecidedBy, e.DecidedAt = next, by, at
	return e, nil
}

// Decline keeps a release from going out, with a reason that its preparer reads.
func Decline(e Entry, by string, at time.Time, reason string) (Entry, error) {
	next, err := Machine.Next(e.State, VerbDecline)
	if err != nil {
		return e, err
	}
	if strings.TrimSpace(reason) == "" {
		return e, fault.Invalid("reason", "release.entry.reason")
	}
	e.State, e.DecidedBy, e.DecidedAt, e.Reason = next, by, at, reason
	return e, nil
}

// Send records that the approved tables go out to somebody, "public" among them.
// The first time nothing else may have gone out since they were prepared; the
// same tables again tell nobody anything new.
func (r Register) Send(e Entry, by, to string, at time.Time) (Entry, error) {
	next, err := Machine.Next(e.State, VerbSend)
	if err != nil {
		return e, err
	}
	var check fault.Check
	check.That(strings.TrimSpace(to) != "", "to", "release.entry.to")
	check.That(by != "", "by", "release.entry.by")
	if err := check.Err(); err != nil {
		return e, err
	}
	if e.State != Sent {
		if err := r.fresh(e); err != nil {
			return e, err
		}
	}
	e.State = next
	e.Copies = append(append([]Copy(nil), e.Copies...), Copy{To: to, At: at, By: by})
	return e, nil
}

// fresh is whether what is out is what was out when e was prepared, and whether
// its tables are still those of its digest.
func (r Register) fresh(e Entry) error {
	if e.Register != r.Digest() {
		return fault.Conflict("release.entry.overtaken")
	}
	if e.Published.Digest() != e.Digest {
		return fault.Conflict("release.entry.other-tables")
	}
	return nil
}
