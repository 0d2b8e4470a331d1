package response

import (
	"errors"
	"slices"
	"time"

	"istmo/access"
	"istmo/access/people"
	"istmo/act"
	"istmo/calendar"
	"istmo/cases"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/flow"
	"istmo/store"
	"istmo/vault"
)

// Alert is a call for help as it stands with one team, in codes.
type Alert struct {
	ID        string     `json:"id"`
	State     flow.State `json:"state"`
	Incident  string     `json:"incident"` // the first alert of the same matter; every team has one of its own
	From      string     `json:"from"`     // the alert that was handed on to this one
	Kind      string     `json:"kind"`
	Team      string     `json:"team"` // the agency that answers
	Screening string     `json:"screening"`
	Person    string     `json:"person"` // the file here, or empty
	Post      string     `json:"post"`
	Place     string     `json:"place"`
	Child     bool       `json:"child"` // is, or may be
	Alone     bool       `json:"alone"`
	Count     int64      `json:"count"` // how many people
	Needs     []string   `json:"needs"`
	By        string     `json:"by"` // who raised it here; empty from abroad
	ByAgency  string     `json:"by_agency"`
	Officer   string     `json:"officer"` // who has it in hand
	Round     int64      `json:"round"`   // counts the steps taken
	Level     int64      `json:"level"`   // how often this step's clock has told somebody further
	Reason    string     `json:"reason"`
	RaisedAt  time.Time  `json:"raised_at"`
	Since     time.Time  `json:"since"`
	DueAt     time.Time  `json:"due_at"`
	DueKey    string     `json:"due_key"`
	Home      string     `json:"home"`     // the node that raised it
	Crossing  string     `json:"crossing"` // its id there, when that is abroad
	Why       string     `json:"why"`      // for which of Whys it came across
	Contact   string     `json:"contact"`  // the number of the duty team abroad
	SentAt    time.Time  `json:"sent_at"`  // when it left there
	Envelope  string     `json:"-"`
	was       flow.State
	told      []string
	assigned  []string
}

// The codes of an alert. Their words are translations "response.kind.emergency".
var (
	Kinds       = []string{"presumption", "child-alone", "emergency", "other-protection", "smuggled", FromAbroad}
	StandDowns  = []string{"false-alarm", "not-found", "moved-on", "duplicate", "other-service-there"}
	HandOns     = []string{"not-our-mandate", "nearer-team", "no-capacity", "child", "other"}
	Ends        = []string{"safe", "referred", "handed-to-family", "declined-help", "moved-on"}
	Whys        = []string{"person", "companion", "group"}
	dutyRoles   = []access.Role{access.ResponseTeam, access.CaseWorker, access.FocalPoint}
	raisedKinds = []string{"presumption", "child-alone", "emergency", "other-protection", "smuggled"}
)

// FromAbroad is the kind of an alert that another country raised here.
const FromAbroad = "across-border"

// RaisedKinds lists the kinds that somebody here can raise.
func RaisedKinds() []string { return slices.Clone(raisedKinds) }

// ObjectID is the alert's id.
func (a Alert) ObjectID() string { return a.ID }

// PersonID is under whose key what is written about it is sealed: the person's,
// if they have a file, so that it goes when they are erased.
func (a Alert) PersonID() string {
	if a.Person != "" {
		return a.Person
	}
	return a.ID
}

// Facts are what a policy may look at.
func (a Alert) Facts() access.Facts {
	return access.Facts{"agency": a.Team, "by_agency": a.ByAgency, "told": a.told, "assigned": a.assigned,
		"person": a.Person != "", "home": a.Home, "state": string(a.State)}
}

// Overdue reports whether its clock has run out.
func (a Alert) Overdue(now time.Time) bool { return !a.DueAt.IsZero() && now.After(a.DueAt) }

// Find loads an alert, with who was told of it and who may open the file.
func Find(tx *store.Tx, id string) (Alert, error) {
	a, err := store.One(tx, (*Alert).columns, selectAlert+` WHERE id = $1`, id)
	if err != nil {
		return a, err
	}
	return a, a.load(tx)
}

func (a *Alert) load(tx *store.Tx) (err error) {
	if a.told, err = store.All(tx, store.Value[string], `SELECT DISTINCT user_id FROM response_told WHERE alert = $1`, a.ID); err != nil || a.Person == "" {
		return err
	}
	p, err := cases.Find(tx, a.Person)
	a.assigned = p.Assigned()
	return err
}

// On says which alert a verb is about.
type On struct {
	ID string `json:"id"`
}

// Find loads the alert.
func (c On) Find(tx *store.Tx, who access.Who) (Alert, error) { return Find(tx, c.ID) }

type command interface{ Verb() access.Verb }

// move carries a verb out: along the table, with the clock of where the alert
// then stands, an event, and word to the country that it came from.
func (a *Alert) move(tx *store.Tx, who access.Who, c command, code, word string) error {
	next, err := Flow.Next(a.State, c.Verb())
	if err != nil {
		return err
	}
	a.was = a.State
	if stays := next == a.State; !stays || c.Verb() == "response.dispatch" {
		a.State, a.Round, a.Level, a.Since = next, a.Round+1, 0, tx.Now
		if err := a.startClock(tx, ""); err != nil {
			return err
		}
	}
	if err := a.update(tx); err != nil {
		return err
	}
	if err := a.note(tx, who, c.Verb(), code, word); err != nil {
		return err
	}
	return a.showHome(tx)
}

// startClock sets when whoever has to act is late. A key of its own takes the
// place of the state's.
func (a *Alert) startClock(tx *store.Tx, key string) error {
	a.DueAt, a.DueKey = time.Time{}, ""
	if key == "" {
		if key = Flow.Place(a.State).Clock; key == "" {
			return nil
		}
		if a.Kind == "emergency" && slices.Contains(unanswered, a.State) {
			key += ".emergency"
		}
	}
	clock, err := cooperation.Due(tx, act.Here(tx), key, tx.Now)
	if errors.Is(err, calendar.ErrUnknownTerm) {
		return nil
	}
	a.DueAt, a.DueKey = clock.Due, key
	return err
}

// Rule is the rule of the clock that runs now, with its source, for showing. One
// that the tables hold no more is empty.
func (a Alert) Rule(tx *store.Tx) (calendar.Clock, error) {
	if a.DueKey == "" {
		return calendar.Clock{}, nil
	}
	clock, err := cooperation.Due(tx, act.Here(tx), a.DueKey, a.Since)
	if errors.Is(err, calendar.ErrNoRule) || errors.Is(err, calendar.ErrUnknownTerm) {
		err = nil
	}
	return clock, err
}

// note keeps an event; the words go into the vault.
func (a Alert) note(tx *store.Tx, who access.Who, verb access.Verb, code, word string) error {
	id := tx.NewID("evt")
	if word != "" {
		if err := vault.Put(tx, a.PersonID(), map[string]string{sealedAs(id): word}); err != nil {
			return err
		}
	}
	_, err := tx.Exec(`INSERT INTO response_event (id, alert, at, verb, state, actor, code, worded) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		id, a.ID, tx.Now, string(verb), string(a.State), who.ID, code, word != "")
	return err
}

// sealedAs is what the words of an event are called in the vault.
func sealedAs(event string) string { return "alert." + event }

// tell notes who is told of it now. Nobody is told twice of one level.
func (a *Alert) tell(tx *store.Tx, users []string) error {
	for _, u := range users {
		if _, err := tx.Exec(`INSERT INTO response_told (alert, round, level, user_id, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
			a.ID, a.Round, a.Level, u, tx.Now); err != nil {
			return err
		}
		if !slices.Contains(a.told, u) {
			a.told = append(a.told, u)
		}
	}
	return nil
}

// assign lets somebody open the person's file: who takes an alert on must know
// whom it is about.
func (a Alert) assign(tx *store.Tx, user string) error {
	if a.Person == "" || slices.Contains(a.assigned, user) {
		return nil
	}
	p, err := cases.Find(tx, a.Person)
	if err != nil || !p.ErasedAt.IsZero() {
		return err
	}
	return act.Then(tx, act.Deed{}, cases.Assign{On: cases.On{Person: a.Person}, User: user})
}

// members are those of an agency who can be on duty: who meets people there, or
// where nobody does, whoever has an account.
func members(tx *store.Tx, agency string) ([]string, error) {
	all, err := people.Users(tx)
	var duty, others []string
	for _, u := range all {
		who := access.Who{}
		for _, r := range u.Roles {
			who.Roles = append(who.Roles, access.Role(r))
		}
		switch {
		case u.Agency != agency || u.State != people.Active || who.Has(access.Administrator):
		case who.Has(dutyRoles...):
			duty = append(duty, u.ID)
		default:
			others = append(others, u.ID)
		}
	}
	if len(duty) > 0 {
		return duty, err
	}
	return others, err
}

// active reports whether an account of this node can be told anything.
func active(tx *store.Tx, user string) (bool, error) {
	u, err := people.FindUser(tx, user)
	if fault.Is(err, fault.KindNotFound) {
		return false, nil
	}
	return err == nil && u.State == people.Active, err
}
