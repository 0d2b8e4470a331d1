package referrals

import (
	"errors"
	"slices"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/calendar"
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
	Steps        []Step             `json:"steps"`
	Verbs        []access.Verb      `json:"verbs"`    // what the asker may do now
	Rule         string             `json:"rule"`     // of the clock that runs, in the asker's language
	Source       string             `json:"source"`   // of that rule
	Received     string             `json:"received"` // the file that it began here, for the receiver
	File         string             `json:"file"`     // the file on the asker's own side
	Ref          string             `json:"ref"`      // its reference
	OpensFile    bool               `json:"opens_file"`
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
	v.Verbs = slices.DeleteFunc(r.verbsFor(v.Side), func(verb access.Verb) bool {
		return !access.Decide(who, verb, r.ID, r.Facts()).Allowed
	})
	if v.Rule, v.Source, err = r.rule(tx, who.Lang); err != nil {
		return v, err
	}
	if v.Ladder, err = r.receipts(tx); err != nil {
		return v, err
	}
	if v.Steps, err = r.steps(tx, v.Ladder); err != nil {
		return v, err
	}
	if err := v.ownFile(tx, who, r); err != nil {
		return v, err
	}
	return v, v.words(tx)
}

// ownFile names the file that the asker's side keeps on the person, and says
// whether this asker may open it.
func (v *View) ownFile(tx *store.Tx, who access.Who, r Referral) error {
	v.File = r.Person
	if v.Side == Receiver {
		v.File = v.Received
	}
	if v.File == "" {
		return nil
	}
	p, err := cases.Find(tx, v.File)
	v.Ref, v.OpensFile = p.Ref, err == nil && access.Decide(who, "cases.open", p.ID, p.Facts()).Allowed
	return err
}

// rule is the term behind the clock that runs now, in words, and its source.
func (r Referral) rule(tx *store.Tx, lang string) (rule, source string, err error) {
	if r.DueKey == "" {
		return "", "", nil
	}
	node := r.ToNode
	if r.runsFor() == Sender {
		node = r.FromNode
	}
	clock, err := cooperation.Due(tx, node, r.DueKey, r.Since)
	if errors.Is(err, calendar.ErrNoRule) || errors.Is(err, calendar.ErrUnknownTerm) {
		err = nil // the table has changed since the clock was started
	}
	return clock.Rule.In(lang), clock.Source, err
}

// receipts are the partner's, for the letter that began it.
func (r Referral) receipts(tx *store.Tx) ([]act.Receipt, error) {
	all, err := act.Ladder(tx, r.ID)
	return slices.DeleteFunc(all, func(rung act.Receipt) bool { return rung.Envelope != r.Envelope }), err
}

// Step is how far a referral has come on the receiver's side.
type Step struct {
	Rung   act.Rung  `json:"rung"`
	At     time.Time `json:"at"`
	Signer string    `json:"signer"` // the node that signed it; empty between agencies of one node
	Why    string    `json:"why"`    // if the node refused it: the key of the reason
}

// steps are the rungs that are climbed. At home, of a referral that went abroad,
// they are the partner's signed receipts; otherwise this node's own rows tell.
func (r Referral) steps(tx *store.Tx, receipts []act.Receipt) (steps []Step, err error) {
	if r.peer(act.Here(tx)) != "" && r.Home == act.Here(tx) {
		for _, rung := range receipts {
			steps = append(steps, Step{Rung: rung.Rung, At: rung.At, Signer: r.ToNode, Why: rung.Key})
		}
		return steps, nil
	}
	signer := ""
	if r.peer(act.Here(tx)) != "" {
		signer = r.ToNode
	}
	for _, rung := range []act.Rung{act.Delivered, act.Opened, act.Decided, act.Served} {
		at := r.OpenedAt
		if rung != act.Opened {
			if at, err = r.first(tx, rung); err != nil {
				return nil, err
			}
		}
		if !at.IsZero() {
			steps = append(steps, Step{Rung: rung, At: at, Signer: signer})
		}
	}
	return steps, nil
}

// first is when the first event happened that stands for a rung.
func (r Referral) first(tx *store.Tx, rung act.Rung) (time.Time, error) {
	at, err := store.One(tx, store.Value[time.Time], `SELECT at FROM referral_event WHERE referral = $1 AND
		($2 = 'delivered' AND verb = 'referrals.send' OR $2 = 'served' AND verb = 'referrals.confirm-arrival'
		OR $2 = 'decided' AND verb IN ('referrals.accept', 'referrals.decline', 'referrals.redirect')) ORDER BY id LIMIT 1`, r.ID, string(rung))
	if fault.Is(err, fault.KindNotFound) {
		return time.Time{}, nil
	}
	return at, err
}

// Turn is the side that must act next, empty when nobody need or when what one
// side has decided is on its way to the other.
func (r Referral) Turn() string {
	if r.Recall != "asked" && (r.Asked != "" || Flow.Place(r.State).End) {
		return ""
	}
	return r.runsFor()
}

// Hands are the users of a node who have a referral in hand on one of its sides:
// who began or received it there, and who is assigned to the person's file.
func (r Referral) Hands(side, node string) (users []string) {
	at, user := r.FromNode, r.FromUser
	if side == Receiver {
		at, user = r.ToNode, r.ToUser
	}
	if at != node {
		return nil
	}
	if user != "" {
		users = append(users, user)
	}
	if (side == Sender) == (r.Home == node) { // whose file it is that the referral names here
		users = append(users, r.assigned...)
	}
	return users
}

// runsFor is the side for which the clock of this state runs.
func (r Referral) runsFor() string {
	if r.Recall == "asked" {
		return Receiver
	}
	switch r.State {
	case Draft, ConsentConfirmed, InfoRequested, Prepared, Suspended:
		return Sender
	}
	return Receiver
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
func (r Referral) Waits(side string) bool { return r.Turn() == side }

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
	Agreed  bool     `json:"agreed"`  // the person has consented to this group
	Covered bool     `json:"covered"` // an agreement between the countries lets it cross
}

// Departure is what would leave, and what is still missing before it may.
type Departure struct {
	Referral Referral           `json:"referral"`
	To       cooperation.Agency `json:"to"`
	Fields   []Leaving          `json:"fields"`
	Note     string             `json:"note"` // leaves with the preview, as it was typed
	Missing  fault.List         `json:"missing"`
}

// Answer opens the person's values beside the choice.
func (c Review) Answer(tx *store.Tx, who access.Who, r Referral) (d Departure, err error) {
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
		_, err := cases.Agreed(tx, r.Person, r.Purpose, r.ToNode, r.ToAgency, []string{f.Group})
		l.Agreed, l.Covered = err == nil, r.covered(tx, []string{f.Group}) == nil
		d.Fields = append(d.Fields, l)
	}
	if d.Missing, err = (&r).missing(tx); err != nil {
		return d, err
	}
	d.Referral = r
	d.Note, err = r.firstWord(tx)
	return d, err
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
	Steps []Step             `json:"steps"`
}

// Ask lists them.
func (c List) Ask(tx *store.Tx, who access.Who) ([]Line, error) {
	if c.Limit <= 0 || c.Limit > 200 {
		c.Limit = 50
	}
	all, err := store.All(tx, (*Referral).columns, selectReferral+` `+listed+` AND ($6 = '' OR id < $6) ORDER BY id DESC LIMIT $7`,
		who.Node, who.Agency, c.Side, c.State, c.Person, c.Before, c.Limit)
	if err != nil {
		return nil, err
	}
	return lines(tx, who, all)
}

// Count says how many referrals a List would list, over all its pages.
type Count struct {
	Side   string `json:"side"`
	State  string `json:"state"`
	Person string `json:"person"`
}

// Verb names it.
func (Count) Verb() access.Verb { return "referrals.count" }

// Counted is how many.
type Counted struct {
	Count int64 `json:"count"`
}

// Ask counts them.
func (c Count) Ask(tx *store.Tx, who access.Who) (n Counted, err error) {
	n.Count, err = store.One(tx, store.Value[int64], `SELECT COUNT(*) FROM referral `+listed, who.Node, who.Agency, c.Side, c.State, c.Person)
	return n, err
}

// listed is what List and Count ask for: a draft is the sender's alone.
const listed = `WHERE ((from_node = $1 AND from_agency = $2 AND $3 <> 'receiver') OR (to_node = $1 AND to_agency = $2 AND envelope <> '' AND $3 <> 'sender'))
	AND ($4 = '' OR state = $4) AND ($5 = '' OR person = $5)`

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
		receipts, err := r.receipts(tx)
		if err != nil {
			return nil, err
		}
		if l.Steps, err = r.steps(tx, receipts); err != nil {
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

// Consider is what somebody asks before choosing a receiver for a person: whom
// one can write to, and what an agreement in force covers with each country.
type Consider struct {
	Person string `json:"person"`
}

// Outlook is whom a person could be referred to.
type Outlook struct {
	Person    string               `json:"person"`
	Ref       string               `json:"ref"`
	Child     bool                 `json:"child"`
	Receivers []cooperation.Agency `json:"receivers"`
	Covered   map[string][]string  `json:"covered"` // by node, the purposes that an agreement covers
}

// Verb names it.
func (Consider) Verb() access.Verb { return "referrals.consider" }

// Find is the person.
func (c Consider) Find(tx *store.Tx, who access.Who) (cases.Person, error) {
	return cases.Find(tx, c.Person)
}

// Answer looks around.
func (c Consider) Answer(tx *store.Tx, who access.Who, p cases.Person) (Outlook, error) {
	o := Outlook{Person: p.ID, Ref: p.Ref, Child: p.Child(), Covered: map[string][]string{}}
	all, err := cooperation.Directory{}.Ask(tx, who)
	if err != nil {
		return o, err
	}
	for _, a := range all {
		if a.Node == who.Node && a.ID == who.Agency {
			continue
		}
		o.Receivers = append(o.Receivers, a)
		if _, done := o.Covered[a.Node]; done || a.Node == who.Node {
			continue
		}
		if o.Covered[a.Node], err = purposesWith(tx, who.Node, a.Node); err != nil {
			return o, err
		}
	}
	return o, nil
}

// purposesWith lists what an agreement in force lets one node send another
// people for.
func purposesWith(tx *store.Tx, from, to string) ([]string, error) {
	covered := []string{}
	for _, purpose := range cases.Purposes {
		_, err := cooperation.Under(tx, from, to, "referrals.send", purpose)
		if err == nil {
			covered = append(covered, purpose)
		} else if len(fault.All(err)) == 0 {
			return nil, err
		}
	}
	return covered, nil
}
