package meetings

import (
	"slices"
	"strings"
	"time"

	"istmo/access"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/store"
)

// AddItem puts something on the agenda.
type AddItem struct {
	On
	TitleES  string    `json:"title_es"`
	TitleEN  string    `json:"title_en"`
	Day      time.Time `json:"day"` // the first one, where it is empty
	Hour     string    `json:"hour"`
	Position int64     `json:"position"` // among those without an hour; 0 is the end
	Leads    string    `json:"leads"`
}

// Verb names it.
func (AddItem) Verb() access.Verb { return "meetings.add-item" }

// Do puts it there. What has an hour stands by it, what has none where it was put.
func (c AddItem) Do(tx *store.Tx, who access.Who, m Meeting) error {
	return m.put(tx, who, c, func(m *Meeting) error {
		i := Item{ID: tx.NewID("itm"), TitleES: plain(c.TitleES), TitleEN: plain(c.TitleEN), Leads: plain(c.Leads), From: who.Node}
		var check fault.Check
		check.That(i.TitleES != "", "title_es", "fault.required")
		check.That(i.TitleEN != "", "title_en", "fault.required")
		check.That(fits(i.TitleES, short), "title_es", "fault.too-long")
		check.That(fits(i.TitleEN, short), "title_en", "fault.too-long")
		check.That(c.Hour == "" || hourOfDay.MatchString(c.Hour), "hour", "meetings.hour-form")
		check.That(fits(i.Leads, short), "leads", "fault.too-long")
		if err := check.Err(); err != nil {
			return err
		}
		if c.Hour != "" {
			day := c.Day
			if day.IsZero() {
				day, _ = m.Days()
			}
			if i.At = on(day, c.Hour, m.zone()); i.At.Before(m.Starts) || !i.At.Before(m.Ends) {
				return fault.Invalid("hour", "meetings.hour-outside")
			}
		}
		var err error
		if i.LeadsNamed, err = named(tx, i.Leads, "leads"); err != nil {
			return err
		}
		m.place(i, int(c.Position))
		return nil
	})
}

// place puts an item where it belongs.
func (m *Meeting) place(i Item, position int) {
	if position < 1 || position > len(m.Agenda) {
		position = len(m.Agenda) + 1
	}
	m.Agenda = slices.Insert(slices.Clone(m.Agenda), position-1, i)
	if slices.ContainsFunc(m.Agenda, func(i Item) bool { return i.At.IsZero() }) {
		return
	}
	slices.SortStableFunc(m.Agenda, func(a, b Item) int { return a.At.Compare(b.At) })
}

// DropItem takes something off the agenda.
type DropItem struct {
	On
	Item string `json:"item"`
}

// Verb names it.
func (DropItem) Verb() access.Verb { return "meetings.drop-item" }

// Do takes it off. A party takes off its own; home any.
func (c DropItem) Do(tx *store.Tx, who access.Who, m Meeting) error {
	return m.put(tx, who, c, func(m *Meeting) (err error) {
		m.Agenda, err = without(m.Agenda, func(i Item) bool { return i.ID == c.Item && m.owns(who, i.From) })
		return err
	})
}

// NameDelegation says which institution comes, with how many people. With the id
// of one that is named already it says it anew.
type NameDelegation struct {
	On
	Delegation string `json:"delegation"`
	Node       string `json:"node"`   // the country's; empty for an organisation of none
	Agency     string `json:"agency"` // of the directory, "agy_…" or "PA/agy_…"; empty for one in words
	NameES     string `json:"name_es"`
	NameEN     string `json:"name_en"`
	Role       string `json:"role"`
	Post       string `json:"post"`
	Expected   int64  `json:"expected"`
}

// Verb names it.
func (NameDelegation) Verb() access.Verb { return "meetings.name-delegation" }

// Do names it. A country's delegations are named by that country; those of
// organisations by whoever invites them.
func (c NameDelegation) Do(tx *store.Tx, who access.Who, m Meeting) error {
	return m.put(tx, who, c, func(m *Meeting) error {
		d := Delegation{ID: tx.NewID("dlg"), From: who.Node}
		at := len(m.Delegations)
		if c.Delegation != "" {
			if at = m.delegation(c.Delegation); at < 0 {
				return fault.NotFound()
			}
			d = m.Delegations[at]
		}
		if !m.speaks(who, d) {
			return fault.Denied()
		}
		d.Node, d.Agency, d.NameES, d.NameEN = c.Node, c.Agency, plain(c.NameES), plain(c.NameEN)
		d.Role, d.Post, d.Expected = or(c.Role, Delegate), plain(c.Post), c.Expected
		if err := d.called(tx); err != nil {
			return err
		}
		if err := d.check(); err != nil {
			return err
		}
		if d.Node != "" && !slices.Contains(m.Parties, d.Node) {
			return fault.Invalid("node", "fault.not-in-list")
		}
		if !m.speaks(who, d) {
			return fault.Denied()
		}
		m.Delegations = slices.Clone(m.Delegations)
		if at == len(m.Delegations) {
			m.Delegations = append(m.Delegations, d)
		}
		m.Delegations[at] = d
		m.Approvals = nil
		return nil
	})
}

func (d Delegation) check() error {
	var c fault.Check
	c.That(d.NameES != "", "name_es", "fault.required")
	c.That(d.NameEN != "", "name_en", "fault.required")
	c.That(fits(d.NameES, short), "name_es", "fault.too-long")
	c.That(fits(d.NameEN, short), "name_en", "fault.too-long")
	c.That(fits(d.Post, short), "post", "fault.too-long")
	c.That(slices.Contains(Roles, d.Role), "role", "fault.not-in-list")
	c.That(d.Expected >= 0, "expected", "fault.number")
	return c.Err()
}

// called names an institution of the directory as the directory does.
func (d *Delegation) called(tx *store.Tx) error {
	of := d.Agency
	if of == "" && strings.HasPrefix(d.NameES, "agy_") { // in a line of a record
		of = d.NameES
	}
	if strings.HasPrefix(of, "agy_") {
		of = d.Node + "/" + of
	}
	if of == "" {
		return nil
	}
	name, err := named(tx, of, "agency")
	if err != nil {
		return err
	}
	d.Node, d.Agency, _ = strings.Cut(of, "/")
	d.NameES, d.NameEN = name, name
	return nil
}

// named is what the directory calls "PA/agy_…". Words stand for themselves.
func named(tx *store.Tx, of, field string) (string, error) {
	node, id, is := strings.Cut(of, "/")
	if !is || !strings.HasPrefix(id, "agy_") {
		return of, nil
	}
	a, err := cooperation.AgencyOf(tx, node, id)
	if fault.Is(err, fault.KindNotFound) {
		err = fault.Invalid(field, "fault.not-in-list")
	}
	return a.Name, err
}

// speaks reports whether who may speak for a delegation: their own country's, an
// organisation's that they named, and home for all whom it recorded.
func (m Meeting) speaks(who access.Who, d Delegation) bool {
	return d.Node == who.Node || d.Node == "" && m.owns(who, d.From) || m.Recorded && who.Node == m.Home
}

// owns reports whether something is who's to take back: their country put it
// there, or they are home, which keeps the order.
func (m Meeting) owns(who access.Who, from string) bool {
	return from == who.Node || who.Node == m.Home
}

func (m Meeting) delegation(id string) int {
	return slices.IndexFunc(m.Delegations, func(d Delegation) bool { return d.ID == id })
}

// WithdrawDelegation takes back that an institution comes.
type WithdrawDelegation struct {
	On
	Delegation string `json:"delegation"`
}

// Verb names it.
func (WithdrawDelegation) Verb() access.Verb { return "meetings.withdraw-delegation" }

// Do takes it back.
func (c WithdrawDelegation) Do(tx *store.Tx, who access.Who, m Meeting) error {
	return m.put(tx, who, c, func(m *Meeting) (err error) {
		m.Delegations, err = without(m.Delegations, func(d Delegation) bool { return d.ID == c.Delegation && m.speaks(who, d) })
		m.Approvals = nil
		return err
	})
}

// RecordAttendance says whether a delegation came, and how many they were.
type RecordAttendance struct {
	On
	Delegation string `json:"delegation"`
	Came       string `json:"came"`     // yes or no
	Attended   int64  `json:"attended"` // 0 where nobody counted
}

// Verb names it.
func (RecordAttendance) Verb() access.Verb { return "meetings.record-attendance" }

// Do says so, once the meeting has begun.
func (c RecordAttendance) Do(tx *store.Tx, who access.Who, m Meeting) error {
	return m.put(tx, who, c, func(m *Meeting) error {
		at := m.delegation(c.Delegation)
		switch {
		case at < 0:
			return fault.NotFound()
		case !m.speaks(who, m.Delegations[at]):
			return fault.Denied()
		case !m.begun(tx.Now):
			return fault.Conflict("meetings.not-begun")
		case c.Came != "yes" && c.Came != "no":
			return fault.Invalid("came", "fault.choose")
		case c.Attended < 0 || c.Came == "no" && c.Attended > 0:
			return fault.Invalid("attended", "meetings.attended-none")
		}
		m.Delegations = slices.Clone(m.Delegations)
		m.Delegations[at].Came, m.Delegations[at].Attended = c.Came, c.Attended
		m.Approvals = nil
		return nil
	})
}

// AddMaterial says what was shown or handed out, and where it is kept.
type AddMaterial struct {
	On
	TitleES string `json:"title_es"`
	TitleEN string `json:"title_en"`
	Kind    string `json:"kind"`
	Kept    string `json:"kept"`
}

// Verb names it.
func (AddMaterial) Verb() access.Verb { return "meetings.add-material" }

// Do says so.
func (c AddMaterial) Do(tx *store.Tx, who access.Who, m Meeting) error {
	return m.put(tx, who, c, func(m *Meeting) error {
		x := Material{ID: tx.NewID("mat"), TitleES: plain(c.TitleES), TitleEN: plain(c.TitleEN), Kind: c.Kind, Kept: plain(c.Kept), From: who.Node}
		var check fault.Check
		check.That(x.TitleES != "", "title_es", "fault.required")
		check.That(x.TitleEN != "", "title_en", "fault.required")
		check.That(x.Kept != "", "kept", "fault.required")
		check.That(fits(x.TitleES, short), "title_es", "fault.too-long")
		check.That(fits(x.TitleEN, short), "title_en", "fault.too-long")
		check.That(fits(x.Kept, short), "kept", "fault.too-long")
		check.That(slices.Contains(MaterialKinds, x.Kind), "kind", "fault.choose")
		m.Materials = append(slices.Clone(m.Materials), x)
		return check.Err()
	})
}

// DropMaterial takes it back.
type DropMaterial struct {
	On
	Material string `json:"material"`
}

// Verb names it.
func (DropMaterial) Verb() access.Verb { return "meetings.drop-material" }

// Do takes it back.
func (c DropMaterial) Do(tx *store.Tx, who access.Who, m Meeting) error {
	return m.put(tx, who, c, func(m *Meeting) (err error) {
		m.Materials, err = without(m.Materials, func(x Material) bool { return x.ID == c.Material && m.owns(who, x.From) })
		return err
	})
}

// without is a list without the one that goes. None is nothing that the asker
// could take away.
func without[T any](list []T, goes func(T) bool) ([]T, error) {
	i := slices.IndexFunc(list, goes)
	if i < 0 {
		return list, fault.NotFound()
	}
	return slices.Delete(slices.Clone(list), i, i+1), nil
}
