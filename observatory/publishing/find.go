package publishing

import (
	"cmp"
	"time"

	"istmo/access"
	"istmo/access/people"
	"istmo/fault"
	"istmo/flow"
	"istmo/observatory/release/approval"
	"istmo/store"
)

// Line is a release in the register, without its tables.
type Line struct {
	ID         string     `json:"id"`
	Title      string     `json:"title"`
	State      flow.State `json:"state"`
	Rule       string     `json:"rule"`
	Digest     string     `json:"digest"`
	PreparedBy string     `json:"prepared_by"`
	PreparedAt time.Time  `json:"prepared_at"`
	DecidedBy  string     `json:"decided_by"`
	DecidedAt  time.Time  `json:"decided_at"`
	Reason     string     `json:"reason"` // of declining
	Overtaken  bool       `json:"overtaken"`
	Sent       []Sending  `json:"sent"`
}

func (e Entry) line(now string, all []Sending) Line {
	l := Line{ID: e.ID, Title: e.Title, State: e.State, Rule: e.Rule, Digest: e.Digest, PreparedBy: e.PreparedBy, PreparedAt: e.PreparedAt,
		DecidedBy: e.DecidedBy, DecidedAt: e.DecidedAt, Reason: e.Reason, Sent: []Sending{}}
	l.Overtaken = (e.State == approval.Prepared || e.State == approval.Approved) && e.Register != now
	for _, s := range all {
		if s.Entry == e.ID {
			l.Sent = append(l.Sent, s)
		}
	}
	return l
}

// Register lists every release, the newest first, and what partners have shown.
type Register struct{}

// Verb names it.
func (Register) Verb() access.Verb { return "release.register" }

// Book is the register as it is read.
type Book struct {
	Lines []Line            `json:"lines"`
	Shown []Shown           `json:"shown"` // by partners, the newest first
	Names map[string]string `json:"-"`     // of those who did it, for the page
}

// Shown is what a partner has shown, without its tables.
type Shown struct {
	ID        string    `json:"id"`
	Node      string    `json:"node"`
	Agreement string    `json:"agreement"`
	Title     string    `json:"title"`
	Digest    string    `json:"digest"`
	At        time.Time `json:"at"`
}

// Ask lists it.
func (Register) Ask(tx *store.Tx, who access.Who) (b Book, err error) {
	all, err := entries(tx, ` ORDER BY id DESC`)
	if err != nil {
		return b, err
	}
	sent, err := store.All(tx, (*Sending).columns, selectSending+` ORDER BY at, id`)
	if err != nil {
		return b, err
	}
	r, err := register(tx)
	if err != nil {
		return b, err
	}
	b.Lines, b.Shown = []Line{}, []Shown{}
	for _, e := range all {
		b.Lines = append(b.Lines, e.line(r.Digest(), sent))
	}
	if b.Names, err = namesOf(tx, b.Lines...); err != nil {
		return b, err
	}
	came, err := store.All(tx, (*received).columns, selectReceived+` ORDER BY at DESC, id DESC`)
	for _, one := range came {
		p, err := one.publication()
		if err != nil {
			return b, err
		}
		one.Title, one.Digest = p.Title, p.published().Digest()
		b.Shown = append(b.Shown, one.Shown)
	}
	return b, err
}

// namesOf are the names of those who prepared, decided and sent.
func namesOf(tx *store.Tx, lines ...Line) (map[string]string, error) {
	names := map[string]string{}
	for _, l := range lines {
		names[l.PreparedBy], names[l.DecidedBy] = "", ""
		for _, s := range l.Sent {
			names[s.By] = ""
		}
	}
	delete(names, "")
	for id := range names {
		u, err := people.FindUser(tx, id)
		if err != nil && !fault.Is(err, fault.KindNotFound) {
			return nil, err
		}
		full, err := people.FullName(tx, id)
		if err != nil {
			return nil, err
		}
		names[id] = cmp.Or(full, u.Name)
	}
	return names, nil
}

func (r received) publication() (Publication, error) {
	p, err := read(r.words)
	if err != nil {
		err = fault.Internal("publishing: the words of "+r.ID, err)
	}
	return p, err
}

func sendings(tx *store.Tx, entry string) ([]Sending, error) {
	return store.All(tx, (*Sending).columns, selectSending+` WHERE entry = $1 ORDER BY at, id`, entry)
}

// Open opens a release with its tables, safe as they are: so a second person sees
// what they approve. Whoever looks is in the ledger.
type Open struct{ On }

// Verb names it.
func (Open) Verb() access.Verb { return "release.open" }

// View is a release as it is opened.
type View struct {
	Line
	Publication Publication       `json:"publication"`
	Took        Took              `json:"took"`
	Hidden      int               `json:"hidden"` // numbers in the tables that are not shown
	Files       bool              `json:"files"`  // whether they can be taken along
	Names       map[string]string `json:"-"`
}

// Answer opens it.
func (Open) Answer(tx *store.Tx, who access.Who, e Entry) (v View, err error) {
	r, err := register(tx)
	if err != nil {
		return v, err
	}
	sent, err := sendings(tx, e.ID)
	if err != nil {
		return v, err
	}
	v = View{Line: e.line(r.Digest(), sent), Publication: e.Publication, Took: e.Took, Hidden: e.Published.Hidden(), Files: e.State == approval.Sent}
	v.Names, err = namesOf(tx, v.Line)
	return v, err
}

// Take takes a release along as a file, once it is in the register as out: of two that
// are approved and know nothing of each other, files would go out together.
type Take struct{ On }

// Verb names it.
func (Take) Verb() access.Verb { return "release.take" }

// Taken is a release with its signed file.
type Taken struct {
	View
	File File `json:"file"`
}

// Answer gives it.
func (Take) Answer(tx *store.Tx, who access.Who, e Entry) (t Taken, err error) {
	if e.State != approval.Sent {
		return t, fault.Conflict("release.no-files")
	}
	if t.View, err = (Open{}).Answer(tx, who, e); err != nil {
		return t, err
	}
	t.File, err = e.file(tx)
	return t, err
}
