package referrals

import (
	"slices"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/cases"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/flow"
	"istmo/store"
	"istmo/vault"
)

// View is a referral as one side sees it.
type View struct {
	Referral     Referral           `json:"referral"`
	Side         string             `json:"side"` // sender or receiver: where the asker stands
	From         cooperation.Agency `json:"from"`
	To           cooperation.Agency `json:"to"`
	Events       []Event            `json:"events"`
	Ladder       []act.Receipt      `json:"ladder"`
	Verbs        []access.Verb      `json:"verbs"`    // what the asker's side may do now
	Received     string             `json:"received"` // the file that it began here, for the receiver
	Meeter       string             `json:"meeter"`
	MeeterPhone  string             `json:"meeter_phone"`
	MeetingPlace string             `json:"meeting_place"`
}

// Event is something that happened to a referral.
type Event struct {
	ID   string     `json:"id"`
	At   time.Time  `json:"at"`
	Verb string     `json:"verb"`
	To   flow.State `json:"state"`
	Side string     `json:"side"`
	Code string     `json:"code"`
	Word string     `json:"word"`
	said bool
}

// Open opens a referral. On the receiver's side the first opening climbs the
// ladder of receipts, so the sender knows that somebody has looked.
type Open struct{ On }

// Verb names it.
func (Open) Verb() access.Verb { return "referrals.open" }

// Answer gathers what this side may see.
func (c Open) Answer(tx *store.Tx, who access.Who, r Referral) (v View, err error) {
	v = View{Referral: r, Side: r.sideOf(who)}
	if v.Side == Receiver {
		if err := r.firstLook(tx); err != nil {
			return v, err
		}
		v.Referral.OpenedAt = r.OpenedAt
		if p, err := cases.ReceivedBy(tx, r.ToAgency, r.ID); err == nil && p.ErasedAt.IsZero() {
			v.Received = p.ID
		}
		if r.Home == act.Here(tx) {
			v.Referral.Person = "" // the sender's file is not the receiver's
		}
	}
	if v.From, err = known(tx, r.FromNode, r.FromAgency); err != nil {
		return v, err
	}
	if v.To, err = known(tx, r.ToNode, r.ToAgency); err != nil {
		return v, err
	}
	v.Verbs = r.verbsFor(v.Side)
	all, err := act.Ladder(tx, r.ID)
	if err != nil {
		return v, err
	}
	for _, rung := range all {
		if rung.Envelope == r.Envelope { // of the letter that began it
			v.Ladder = append(v.Ladder, rung)
		}
	}
	return v, v.words(tx)
}

// known finds an agency, or stands in for one that has left the directory.
func known(tx *store.Tx, node, id string) (cooperation.Agency, error) {
	a, err := cooperation.AgencyOf(tx, node, id)
	if fault.Is(err, fault.KindNotFound) {
		return cooperation.Agency{Node: node, ID: id, Name: id}, nil
	}
	return a, err
}

func (v *View) words(tx *store.Tx) (err error) {
	v.Events, err = store.All(tx, func(e *Event) []any { return []any{&e.ID, &e.At, &e.Verb, &e.To, &e.Side, &e.Code, &e.said} },
		`SELECT id, at, verb, state, side, code, worded FROM referral_event WHERE referral = $1 ORDER BY id`, v.Referral.ID)
	if err != nil {
		return err
	}
	words, err := vault.Get(tx, v.Referral.ID)
	if err != nil {
		return err
	}
	for i, e := range v.Events {
		if e.said {
			v.Events[i].Word = words["event."+e.ID]
		}
	}
	v.Meeter, v.MeeterPhone, v.MeetingPlace = words["meeter"], words["meeter_phone"], words["meeting_place"]
	return nil
}

func (r *Referral) firstLook(tx *store.Tx) error {
	if !r.OpenedAt.IsZero() {
		return nil
	}
	r.OpenedAt = tx.Now
	if err := r.update(tx); err != nil || r.Home == act.Here(tx) {
		return err
	}
	return act.Climb(tx, r.Envelope, act.Opened)
}

// sideOf says where somebody stands; between agencies of one node, by agency.
func (r Referral) sideOf(who access.Who) string {
	if who.Node == r.ToNode && who.Agency == r.ToAgency {
		return Receiver
	}
	return Sender
}

// verbsFor lists what a side may do now.
func (r Referral) verbsFor(side string) []access.Verb {
	if r.Asked != "" {
		return nil
	}
	return slices.DeleteFunc(Flow.Verbs(r.State), func(v access.Verb) bool { return By[v] != side && By[v] != "both" })
}

// Waits reports whether the next step is this side's.
func (r Referral) Waits(side string) bool {
	if r.Recall == "asked" && side == Receiver {
		return true
	}
	return slices.ContainsFunc(r.verbsFor(side), func(v access.Verb) bool { return By[v] == side && v != "referrals.discard" })
}

// Review shows, before anything is sent, exactly what will leave and what stays.
type Review struct{ On }

// Verb names it.
func (Review) Verb() access.Verb { return "referrals.review" }

// Leaving is one field of the person, with its value and where it goes.
type Leaving struct {
	Field   string   `json:"field"`
	Group   string   `json:"group"`
	Value   string   `json:"value"`
	Codes   []string `json:"codes"`
	Leaves  bool     `json:"leaves"`
	AtOnce  bool     `json:"at_once"` // with the preview, before the receiver has accepted
	Allowed bool     `json:"allowed"` // by consent and agreement
}

// Departure is what would leave, and what is still missing before it may.
type Departure struct {
	Referral Referral           `json:"referral"`
	To       cooperation.Agency `json:"to"`
	Fields   []Leaving          `json:"fields"`
	Missing  fault.List         `json:"missing"`
}

// Answer opens the person's values beside the choice.
func (c Review) Answer(tx *store.Tx, who access.Who, r Referral) (d Departure, err error) {
	d.Referral = r
	if d.To, err = known(tx, r.ToNode, r.ToAgency); err != nil {
		return d, err
	}
	p, err := cases.Find(tx, r.Person)
	if err != nil {
		return d, err
	}
	sealed, err := cases.SealedOf(tx, r.Person)
	if err != nil {
		return d, err
	}
	for _, f := range cases.Fields {
		l := Leaving{Field: f.Name, Group: f.Group, Leaves: slices.Contains(r.Fields, f.Name)}
		l.Value, l.Codes = sealed[f.Name], cases.Coded(p, f.Name)
		l.AtOnce = l.Leaves && slices.Contains(r.previewed(), f.Name)
		l.Allowed = r.allows(tx, f.Group) == nil
		d.Fields = append(d.Fields, l)
	}
	ready := r
	d.Missing = fault.All(ready.ready(tx))
	return d, nil
}

// allows reports whether consent and agreement cover a group.
func (r Referral) allows(tx *store.Tx, group string) error {
	if _, err := cases.Agreed(tx, r.Person, r.Purpose, r.ToNode, r.ToAgency, []string{group}); err != nil {
		return err
	}
	return r.covered(tx, []string{group})
}

// List lists the referrals of who's agency, sent and received, newest first.
type List struct {
	Side   string `json:"side"`  // sender, receiver, or both
	State  string `json:"state"` // one state, or all
	Person string `json:"person"`
	Before string `json:"before"`
	Limit  int64  `json:"limit"` // 50 unless told; 200 at most
}

// Verb names it.
func (List) Verb() access.Verb { return "referrals.list" }

// Line is a referral in a list.
type Line struct {
	Referral
	Side  string             `json:"side"`
	Other cooperation.Agency `json:"other"`
	Ref   string             `json:"ref"` // the person's, where the asker has one
	Waits bool               `json:"waits"`
}

// Ask lists them. A draft is the sender's alone.
func (c List) Ask(tx *store.Tx, who access.Who) ([]Line, error) {
	if c.Limit <= 0 || c.Limit > 200 {
		c.Limit = 50
	}
	all, err := store.All(tx, (*Referral).columns, selectReferral+`
		WHERE ((from_node = $1 AND from_agency = $2 AND $3 <> 'receiver') OR (to_node = $1 AND to_agency = $2 AND envelope <> '' AND $3 <> 'sender'))
		AND ($4 = '' OR state = $4) AND ($5 = '' OR person = $5) AND ($6 = '' OR id < $6) ORDER BY id DESC LIMIT $7`,
		who.Node, who.Agency, c.Side, c.State, c.Person, c.Before, c.Limit)
	if err != nil {
		return nil, err
	}
	return lines(tx, who, all)
}

// Desk lists what waits for who's agency: by clock, what is late first.
type Desk struct{}

// Verb names it.
func (Desk) Verb() access.Verb { return "referrals.desk" }

// Ask lists it.
func (Desk) Ask(tx *store.Tx, who access.Who) ([]Line, error) {
	all, err := store.All(tx, (*Referral).columns, selectReferral+`
		WHERE ((from_node = $1 AND from_agency = $2) OR (to_node = $1 AND to_agency = $2 AND envelope <> ''))
		AND (state NOT IN ('closed', 'declined', 'redirected', 'withdrawn_by_person', 'discarded') OR recall = 'asked')
		ORDER BY CASE WHEN due_at = '' THEN 1 ELSE 0 END, due_at, id LIMIT 200`, who.Node, who.Agency)
	if err != nil {
		return nil, err
	}
	return lines(tx, who, all)
}

func lines(tx *store.Tx, who access.Who, all []Referral) ([]Line, error) {
	out := make([]Line, 0, len(all))
	for _, r := range all {
		l := Line{Referral: r, Side: r.sideOf(who)}
		l.Waits = r.Waits(l.Side)
		node, agency := r.ToNode, r.ToAgency
		if l.Side == Receiver {
			node, agency = r.FromNode, r.FromAgency
		}
		var err error
		if l.Other, err = known(tx, node, agency); err != nil {
			return nil, err
		}
		if l.Ref, err = l.personRef(tx); err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, nil
}

// personRef is the reference of the side's own file.
func (l *Line) personRef(tx *store.Tx) (string, error) {
	if l.Side == Receiver {
		p, err := cases.ReceivedBy(tx, l.ToAgency, l.ID)
		if l.Person = p.ID; fault.Is(err, fault.KindNotFound) {
			return "", nil
		}
		return p.Ref, err
	}
	p, err := cases.Find(tx, l.Person)
	return p.Ref, err
}
