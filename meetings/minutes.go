package meetings

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/store"
)

// Approval is a party's to the minutes as they then read, under its node's
// signature, so that home can say of nobody that they approved other words.
type Approval struct {
	Node   string    `json:"node"`
	Agency string    `json:"agency"`
	Hash   string    `json:"hash"`
	At     time.Time `json:"at"`
	Note   string    `json:"note"`
}

// Hash is that of the minutes as they read now: what the meeting was, who came,
// the text and the decisions. It is the hash of a leaf of a Merkle tree (RFC 6962,
// 2.1) over each with its name and its length in bytes, so that no two minutes are
// written alike.
func (m Meeting) Hash() string {
	b := fmt.Appendf(nil, "istmo/minutes/1\n%s\n", m.ID)
	put := func(name, words string) { b = fmt.Appendf(b, "%s %d\n%s\n", name, len(words), words) }
	put("title_es", m.TitleES)
	put("title_en", m.TitleEN)
	put("place", m.Place)
	put("starts", store.Stamp(m.Starts))
	put("ends", store.Stamp(m.Ends))
	put("minutes_es", m.MinutesES)
	put("minutes_en", m.MinutesEN)
	for _, d := range m.Delegations {
		put("delegation", strings.Join([]string{d.Node, d.Agency, d.Role, d.Came, strconv.FormatInt(d.Attended, 10)}, " "))
		put("post", d.Post)
		put("name_es", d.NameES)
		put("name_en", d.NameEN)
	}
	for _, d := range m.Decisions {
		put("decision", strings.Join([]string{d.ID, d.Line, store.Stamp(d.Due), d.Commitment, strings.Join(d.Owners, ",")}, " "))
		put("text_es", d.TextES)
		put("text_en", d.TextEN)
	}
	return tlog.RecordHash(b).String()
}

// approves is what a party signs.
func approves(m Meeting, hash string) string {
	return "istmo/minutes/1\n" + m.ID + "\n" + hash + "\n"
}

// Approved reports whether a party has approved the minutes as they read now.
func (m Meeting) Approved(node string) bool {
	return slices.ContainsFunc(m.Approvals, func(a Approval) bool { return a.Node == node })
}

// Unapproved are the parties that have not.
func (m Meeting) Unapproved() []string {
	return slices.DeleteFunc(slices.Clone(m.Parties), m.Approved)
}

// Written reports whether there are minutes to approve, in both languages.
func (m Meeting) Written() bool { return m.MinutesES != "" && m.MinutesEN != "" }

// WriteMinutes puts the minutes into words.
type WriteMinutes struct {
	On
	MinutesES string `json:"minutes_es"`
	MinutesEN string `json:"minutes_en"`
	Read      string `json:"read"` // the hash of the minutes that the writer had before them
}

// Verb names it.
func (WriteMinutes) Verb() access.Verb { return "meetings.write-minutes" }

// Do writes them: the host's pen or the depositary's. Who wrote on what has
// changed meanwhile writes over nobody.
func (c WriteMinutes) Do(tx *store.Tx, who access.Who, m Meeting) error {
	return m.put(tx, who, c, func(m *Meeting) error {
		if !m.Writes(who) {
			return fault.Conflict("meetings.minutes-by-host")
		}
		es, en := plain(c.MinutesES), plain(c.MinutesEN)
		var check fault.Check
		check.That(es != "", "minutes_es", "fault.required")
		check.That(en != "", "minutes_en", "fault.required")
		check.That(fits(es, longest), "minutes_es", "fault.too-long")
		check.That(fits(en, longest), "minutes_en", "fault.too-long")
		if err := check.Err(); err != nil {
			return err
		}
		if c.Read != m.Hash() {
			return fault.Conflict("meetings.minutes-changed")
		}
		m.MinutesES, m.MinutesEN, m.Approvals = es, en, nil
		return nil
	})
}

// Writes reports whether who's country writes the minutes: that in which the
// meeting is, and the depositary.
func (m Meeting) Writes(who access.Who) bool {
	return who.Node == m.Home || cooperation.Country(who.Node) == m.Country
}

// ApproveMinutes approves the minutes for a party, as whoever approves has read
// them. The last party's approval makes them the minutes of the meeting.
type ApproveMinutes struct {
	cooperation.By
	On
	Hash string `json:"hash"` // of the minutes as they were read
	Note string `json:"note"` // the signature over it, by the node of who approves
}

// Verb names it.
func (ApproveMinutes) Verb() access.Verb { return "meetings.approve-minutes" }

// Do keeps the approval under the signature of the approver's own node.
func (c ApproveMinutes) Do(tx *store.Tx, who access.Who, m Meeting) (err error) {
	if c.By, err = c.By.As(tx, who); err != nil {
		return err
	}
	if who.Kind != access.Partner {
		if c.Note, err = act.Sign(tx, approves(m, c.Hash)); err != nil {
			return err
		}
	}
	a := Approval{Node: who.Node, Agency: c.Agency, Hash: c.Hash, At: tx.Now, Note: c.Note}
	return m.put(tx, who, c, func(m *Meeting) error {
		switch {
		case !m.Written():
			return fault.Conflict("meetings.minutes-unwritten")
		case c.Hash != m.Hash():
			return fault.Conflict("meetings.minutes-changed")
		case m.Approved(who.Node):
			return fault.Conflict("meetings.approved-already")
		}
		if err := a.sound(tx, *m); err != nil {
			return err
		}
		m.Approvals = append(slices.Clone(m.Approvals), a)
		if len(m.Unapproved()) == 0 {
			m.was = m.State
			m.State, err = Flow.Next(m.State, minute)
		}
		return err
	})
}

// sound refuses an approval that is not of these words, or that its party has not
// signed. Of a party that is no partner of ours nobody here knows the signature.
func (a Approval) sound(tx *store.Tx, m Meeting) error {
	if a.Hash != m.Hash() || act.NoteText(a.Note) != approves(m, a.Hash) {
		return fault.Denied()
	}
	key, err := act.KeyOf(tx, a.Node)
	if fault.Is(err, fault.KindNotFound) {
		return nil
	}
	if err == nil && !act.SignedBy(a.Note, a.Node, key) {
		err = fault.Denied()
	}
	return err
}

// sound refuses what home shows if it is no meeting that the table knows, or says
// of a party that it approved what it has not: each approval is of these words,
// and minutes that count have every party's.
func (m Meeting) sound(tx *store.Tx) error {
	strange := func(d Delegation) bool { return d.Came != "" && d.Came != "yes" && d.Came != "no" }
	if Flow.Place(m.State).State == "" || slices.ContainsFunc(m.Delegations, strange) {
		return fault.Denied()
	}
	for i, a := range m.Approvals {
		if (Meeting{Approvals: m.Approvals[:i]}).Approved(a.Node) || !slices.Contains(m.Parties, a.Node) {
			return fault.Denied()
		}
		if err := a.sound(tx, m); err != nil {
			return err
		}
	}
	if m.State == Minuted && len(m.Unapproved()) > 0 {
		return fault.Denied()
	}
	return nil
}
