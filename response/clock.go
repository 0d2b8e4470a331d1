package response

import (
	"slices"
	"time"

	"istmo/access"
	"istmo/access/people"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/store"
)

// Overdue lists the alerts whose clock has run out.
func Overdue(tx *store.Tx) ([]string, error) {
	return store.All(tx, store.Value[string], `SELECT id FROM response_alert WHERE due_at <> '' AND due_at < $1 AND `+isOpen+` ORDER BY due_at`, tx.Now)
}

// Escalate tells the next in the chain that an alert's clock has run out. It is
// the clock's own verb.
type Escalate struct{ On }

// Verb names it.
func (Escalate) Verb() access.Verb { return "response.escalate" }

// Do tells them. Each step of the chain has the term of the first; once everybody
// has been told, they are told again and again.
func (c Escalate) Do(tx *store.Tx, who access.Who, a Alert) error {
	if !a.Overdue(tx.Now) {
		return fault.Conflict("response.not-overdue")
	}
	next, err := Flow.Next(a.State, c.Verb())
	if err != nil {
		return err
	}
	a.was, a.State = a.State, next
	a.Level++
	if err := a.tellNext(tx); err != nil {
		return err
	}
	if err := a.note(tx, who, c.Verb(), "", ""); err != nil {
		return err
	}
	return a.showHome(tx)
}

// tellNext tells the first in the chain whom nobody has told at this step of the
// alert, or, where all have been, everybody again; and starts the clock for them.
func (a *Alert) tellNext(tx *store.Tx) error {
	chain, err := a.chain(tx)
	if err != nil {
		return err
	}
	have, err := store.All(tx, store.Value[string], `SELECT user_id FROM response_told WHERE alert = $1 AND round = $2`, a.ID, a.Round)
	if err != nil {
		return err
	}
	key := ""
	var next []string
	for _, step := range chain {
		if next = slices.DeleteFunc(slices.Clone(step), func(u string) bool { return slices.Contains(have, u) }); len(next) > 0 {
			break
		}
	}
	if len(next) == 0 {
		next, key = slices.Concat(chain...), "response.again"
		if a.Officer != "" {
			key += ".taken"
		}
	}
	if err := a.tell(tx, next); err != nil {
		return err
	}
	if err := a.startClock(tx, key); err != nil {
		return err
	}
	return a.update(tx)
}

// chain is who is told of this alert, step by step: who has it in hand, who is on
// duty, the second on call, the named person of escalation, the head, and, while
// nobody has it, everybody. With nobody on the roster it begins with everybody.
func (a Alert) chain(tx *store.Tx) (chain [][]string, err error) {
	add := func(users ...string) {
		if err != nil {
			return
		}
		if users, err = living(tx, users, ""); len(users) > 0 {
			chain = append(chain, users)
		}
	}
	add(a.Officer)
	on, err := OnDuty(tx, a.Team, tx.Now)
	if err != nil {
		return nil, err
	}
	all, err := members(tx, a.Team)
	if err != nil {
		return nil, err
	}
	if len(on.First)+len(on.Second) == 0 && a.Officer == "" {
		add(all...)
	}
	add(users(on.First)...)
	add(users(on.Second)...)
	add(on.Escalation)
	add(on.Head)
	if a.Officer == "" || len(chain) == 0 { // nobody is woken for what a colleague has in hand, while there is one
		add(all...)
	}
	if len(chain) > 0 || err != nil {
		return chain, err
	}
	anybody, err := standIns(tx)
	add(append(anybody, a.By)...)
	return chain, err
}

// standIns are who is told where a team has nobody: the focal points of all
// agencies here and, without any, whoever can be on duty anywhere.
func standIns(tx *store.Tx) (list []string, err error) {
	all, err := people.Users(tx)
	for _, role := range []access.Role{access.FocalPoint, access.ResponseTeam, access.CaseWorker} {
		for _, u := range all {
			if u.State == people.Active && slices.Contains(u.Roles, string(role)) && !slices.Contains(u.Roles, string(access.Administrator)) {
				list = append(list, u.ID)
			}
		}
		if len(list) > 0 {
			break
		}
	}
	return list, err
}

func users(shifts []Shift) []string {
	out := make([]string, len(shifts))
	for i, s := range shifts {
		out[i] = s.User
	}
	return out
}

// Duty is who answers for a team at an instant, as user ids.
type Duty struct {
	First      []Shift `json:"first"`
	Second     []Shift `json:"second"`
	Escalation string  `json:"escalation"`
	Head       string  `json:"head"`
}

// OnDuty is who is on now. Accounts that are not active are not on.
func OnDuty(tx *store.Tx, agency string, at time.Time) (d Duty, err error) {
	all, err := store.All(tx, (*Shift).columns, selectShift+` WHERE agency = $1 AND starts <= $2 AND ends > $2 AND dropped_at = '' ORDER BY starts`, agency, at)
	if err != nil {
		return d, err
	}
	for _, s := range all {
		is, err := active(tx, s.User)
		switch {
		case err != nil:
			return d, err
		case is && s.Rank == First:
			d.First = append(d.First, s)
		case is:
			d.Second = append(d.Second, s)
		}
	}
	if d.Escalation, err = people.Escalation(tx, agency); fault.Is(err, fault.KindNotFound) {
		d.Escalation, err = "", nil
	}
	if err != nil {
		return d, err
	}
	d.Head, err = headOf(tx, agency)
	return d, err
}

// headOf is the head of a team, if one is named and their account is active.
func headOf(tx *store.Tx, agency string) (string, error) {
	head, err := store.One(tx, store.Value[string], `SELECT head FROM response_team WHERE agency = $1`, agency)
	if fault.Is(err, fault.KindNotFound) {
		return "", nil
	}
	if is, e := active(tx, head); err == nil && (!is || e != nil) {
		return "", e
	}
	return head, err
}

// ToTell lists the users of this node who are to hear of what has just happened
// to an alert. Of an alert that waits it is whom its clock has reached; of one
// that somebody has in hand, whoever raised it and those who were woken for it.
func ToTell(tx *store.Tx, alert string) ([]string, error) {
	a, err := Find(tx, alert)
	if err != nil {
		return nil, err
	}
	last, err := store.One(tx, (*Event).columns, selectEvent+` WHERE alert = $1 ORDER BY id DESC`, alert)
	if err != nil {
		return nil, err
	}
	switch last.Verb {
	case "response.raise", "response.raise-beside", "response.receive-across", "response.escalate":
		return store.All(tx, store.Value[string], `SELECT user_id FROM response_told WHERE alert = $1 AND round = $2 AND level = $3 ORDER BY user_id`, a.ID, a.Round, a.Level)
	case "response.across-unanswered", "response.show-across":
		on, err := OnDuty(tx, a.Team, tx.Now)
		if err != nil {
			return nil, err
		}
		return living(tx, append(users(on.First), a.Officer), "")
	}
	told, err := store.All(tx, store.Value[string], `SELECT DISTINCT user_id FROM response_told WHERE alert = $1 AND round >= $2`, a.ID, a.Round-1)
	if err != nil {
		return nil, err
	}
	return living(tx, append(told, a.By, a.Officer), last.Actor)
}

// living are those of some users whose accounts are active, each once and without
// whoever did it.
func living(tx *store.Tx, some []string, but string) ([]string, error) {
	var out []string
	for _, u := range some {
		if u == "" || u == but || slices.Contains(out, u) {
			continue
		}
		is, err := active(tx, u)
		if err != nil {
			return nil, err
		}
		if is {
			out = append(out, u)
		}
	}
	slices.Sort(out)
	return out, nil
}

// Unanswered lists what went across the border and was not acknowledged there in
// time.
func Unanswered(tx *store.Tx) ([]string, error) {
	return store.All(tx, store.Value[string], `SELECT id FROM response_crossing WHERE due_at <> '' AND due_at < $1`, tx.Now)
}

// CallThem tells who is on duty that the other country has not acknowledged what
// went there, and that it is time to telephone. It is the clock's own verb.
type CallThem struct {
	Crossing string
}

// Verb names it.
func (CallThem) Verb() access.Verb { return "response.across-unanswered" }

// Find loads the alert that it went out from.
func (c CallThem) Find(tx *store.Tx, who access.Who) (Alert, error) {
	x, err := findCrossing(tx, c.Crossing)
	if err != nil {
		return Alert{}, err
	}
	return Find(tx, x.Alert)
}

// Do notes it once.
func (c CallThem) Do(tx *store.Tx, who access.Who, a Alert) error {
	x, err := findCrossing(tx, c.Crossing)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`UPDATE response_crossing SET due_at = '', late_at = $2 WHERE id = $1`, x.ID, tx.Now); err != nil {
		return err
	}
	return a.note(tx, who, c.Verb(), cooperation.Country(x.Node), "")
}
