package response

import (
	"slices"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/cases"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/store"
	"istmo/vault"
)

// Raise calls the team that a kind of alert goes to. An officer does it by hand;
// a screening that ends in a decision does it as the node, in the name of whoever
// decided. Whoever is or may be a child alerts the child authority besides.
// law: cr-9095:25
// law: coe:10.3
type Raise struct {
	Person    string    `json:"person"`
	Screening string    `json:"screening"`
	Kind      string    `json:"kind"`
	Post      string    `json:"post"`
	Place     string    `json:"place"`
	Child     bool      `json:"child"` // is, or may be
	Alone     bool      `json:"alone"`
	Count     int64     `json:"count"` // how many people; 1 unless told
	Needs     []string  `json:"needs"`
	Note      string    `json:"note"` // how to find them, for whoever goes
	At        time.Time `json:"at"`   // when it was seen, if that was before now
	By        string    `json:"-"`    // the officer, where the node raises it for them
	ByAgency  string    `json:"-"`
}

// Verb names it.
func (Raise) Verb() access.Verb { return "response.raise" }

// Find makes the alert of the team that answers first. A screening that has
// raised one of this kind is answered with that one.
func (c Raise) Find(tx *store.Tx, who access.Who) (Alert, error) {
	if c.Screening != "" {
		a, err := store.One(tx, (*Alert).columns, selectAlert+` WHERE screening = $1 AND kind = $2 ORDER BY id`, c.Screening, c.Kind)
		if err == nil {
			return a, a.load(tx)
		} else if !fault.Is(err, fault.KindNotFound) {
			return a, err
		}
	}
	a := Alert{ID: tx.NewID("alr"), State: Raised, Kind: c.Kind, Screening: c.Screening, Person: c.Person, Post: c.Post, Place: c.Place,
		Child: c.Child, Alone: c.Alone, Count: max(c.Count, 1), Needs: c.Needs, By: who.ID, ByAgency: who.Agency, Home: act.Here(tx), RaisedAt: tx.Now}
	if who.Kind != access.User {
		a.By, a.ByAgency = c.By, c.ByAgency
	}
	a.Incident = a.ID
	if c.Person == "" {
		return a, nil
	}
	p, err := cases.Find(tx, c.Person)
	a.assigned = p.Assigned()
	a.Child = a.Child || p.Child()
	a.Needs = union(a.Needs, p.Needs)
	if a.Place == "" {
		a.Place = p.Place
	}
	return a, err
}

// Do raises it at every team that its kind goes to.
func (c Raise) Do(tx *store.Tx, who access.Who, a Alert) error {
	if a.Round > 0 {
		return nil // it has been raised
	}
	var check fault.Check
	check.That(slices.Contains(raisedKinds, a.Kind), "kind", "fault.not-in-list")
	check.That(a.Place != "", "place", "fault.required")
	check.That(within(cases.Needs, a.Needs), "needs", "fault.not-in-list")
	check.That(!c.At.After(tx.Now), "at", "fault.in-the-future")
	check.That(a.Count < 1000, "count", "response.too-many")
	if err := check.Err(); err != nil {
		return err
	}
	if !c.At.IsZero() {
		a.SentAt = c.At
	}
	return a.begin(tx, who, c, c.Note)
}

// begin stores the alert with the team that answers first, tells them, and
// raises it at those beside.
func (a *Alert) begin(tx *store.Tx, who access.Who, c command, note string) error {
	if a.Kind == "child-alone" {
		a.Child, a.Alone = true, true
	}
	teams, err := teamsFor(tx, *a)
	if err != nil {
		return err
	}
	a.Team = teams[0].Agency
	if err := a.store(tx, who, c, note); err != nil {
		return err
	}
	for _, t := range teams[1:] {
		if err := act.Then(tx, act.Deed{}, Beside{Alert: a.ID, Team: t.Agency}); err != nil {
			return err
		}
	}
	return nil
}

// store keeps a new alert at its team, with its clock, and tells who is on duty.
func (a *Alert) store(tx *store.Tx, who access.Who, c command, note string) error {
	a.Since, a.Round = tx.Now, 1
	if err := a.insert(tx); err != nil {
		return err
	}
	if err := a.note(tx, who, c.Verb(), a.Kind, note); err != nil {
		return err
	}
	return a.tellNext(tx)
}

// Beside raises an alert at one more team: beside the first, or after it has
// handed on what it had. It follows from raising and handing on; nobody says it
// by hand.
type Beside struct {
	Alert  string
	Team   string
	Handed bool
}

// Verb names it.
func (Beside) Verb() access.Verb { return "response.raise-beside" }

// Find makes the other team's alert, of the same matter.
func (c Beside) Find(tx *store.Tx, who access.Who) (Alert, error) {
	first, err := Find(tx, c.Alert)
	if err != nil {
		return first, err
	}
	a := first
	a.ID, a.State, a.was, a.Team, a.Officer, a.Round, a.Level, a.Reason, a.told = tx.NewID("alr"), Raised, "", c.Team, "", 0, 0, "", nil
	a.RaisedAt = tx.Now
	if a.From = first.ID; !c.Handed {
		a.From, a.Crossing, a.Envelope = "", "", "" // one team answers the country that it came from
	}
	return a, nil
}

// Do stores it, with what whoever raised it wrote on how to find the person.
func (c Beside) Do(tx *store.Tx, who access.Who, a Alert) error {
	note, err := a.howToFind(tx)
	if err != nil {
		return err
	}
	return a.store(tx, who, c, note)
}

// howToFind is what was written when the matter was first raised, if it can still
// be read.
func (a Alert) howToFind(tx *store.Tx) (string, error) {
	first, err := store.One(tx, (*Event).columns, selectEvent+` WHERE alert = $1 ORDER BY id`, a.Incident)
	if err != nil || !first.Worded {
		return "", err
	}
	subject := a.Person
	if subject == "" {
		subject = a.Incident
	}
	fields, err := vault.Get(tx, subject, sealedAs(first.ID))
	return fields[sealedAs(first.ID)], err
}

// childAuthority has the child authority know of an alert, if it does not yet.
func (a Alert) childAuthority(tx *store.Tx) error {
	teams, err := teamsFor(tx, a)
	if err != nil {
		return err
	}
	have, err := store.All(tx, store.Value[string], `SELECT team FROM response_alert WHERE incident = $1`, a.Incident)
	if err != nil {
		return err
	}
	for _, t := range teams {
		if t.Kind != "child-authority" || slices.Contains(have, t.Agency) {
			continue
		}
		if err := act.Then(tx, act.Deed{}, Beside{Alert: a.ID, Team: t.Agency}); err != nil {
			return err
		}
	}
	return nil
}

// MarkChild says that somebody is, or may be, a child: the child authority is
// alerted at once.
// law: coe:10.3
type MarkChild struct{ On }

// Verb names it.
func (MarkChild) Verb() access.Verb { return "response.mark-child" }

// Do marks every alert of the matter.
func (c MarkChild) Do(tx *store.Tx, who access.Who, a Alert) error {
	if !Open(a.State) {
		return fault.Conflict("response.ended")
	}
	a.Child = true
	if _, err := tx.Exec(`UPDATE response_alert SET child = TRUE WHERE incident = $1`, a.Incident); err != nil {
		return err
	}
	if err := a.note(tx, who, c.Verb(), "", ""); err != nil {
		return err
	}
	return a.childAuthority(tx)
}

// Described hears that a person's codes have changed: if they now are or may be
// a child, the child authority is alerted. It follows from cases.describe.
func Described(tx *store.Tx, d act.Deed) error {
	p, err := cases.Find(tx, d.Person)
	if err != nil || !p.Child() {
		return err
	}
	ids, err := store.All(tx, store.Value[string], `SELECT id FROM response_alert WHERE person = $1 AND NOT child AND id = incident AND `+isOpen, d.Person)
	for _, id := range ids {
		if err := act.Then(tx, d, MarkChild{On{id}}); err != nil {
			return err
		}
	}
	return err
}

func within(codes, given []string) bool {
	return !slices.ContainsFunc(given, func(g string) bool { return !slices.Contains(codes, g) })
}

func union(a, b []string) []string {
	out := slices.Clone(a)
	for _, x := range b {
		if !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}

// name is an agency of this node in the directory.
func name(tx *store.Tx, agency string) (cooperation.Agency, error) {
	a, err := cooperation.AgencyOf(tx, act.Here(tx), agency)
	if fault.Is(err, fault.KindNotFound) {
		return cooperation.Agency{ID: agency}, nil
	}
	return a, err
}
