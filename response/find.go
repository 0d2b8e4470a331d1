package response

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

// Line is an alert on a board: codes, and how long.
type Line struct {
	Alert
	TeamName  string        `json:"team_name"`
	Mine      bool          `json:"mine"`  // the asker has it in hand
	Waits     bool          `json:"waits"` // nobody has acknowledged it
	Late      bool          `json:"late"`
	Stale     bool          `json:"stale"` // it came long after it left
	Ref       string        `json:"ref"`   // the person's, where the asker may open the file
	Rule      calendar.Text `json:"rule"`  // of the clock that runs
	Source    string        `json:"source"`
	Verified  bool          `json:"verified"`
	Crossings []Crossing    `json:"crossings"`
}

// line is an alert as one asker sees it.
func line(tx *store.Tx, who access.Who, a Alert) (Line, error) {
	team, err := name(tx, a.Team)
	if err != nil {
		return Line{}, err
	}
	l := Line{Alert: a, TeamName: team.Name, Mine: a.Officer == who.ID, Waits: slices.Contains(unanswered, a.State), Late: a.Overdue(tx.Now) && Open(a.State)}
	rule, err := a.Rule(tx)
	if err != nil {
		return l, err
	}
	l.Rule, l.Source, l.Verified = rule.Rule, rule.Source, rule.Verified
	if l.Stale, err = a.stale(tx); err != nil {
		return l, err
	}
	if l.Crossings, err = crossings(tx, a.ID); err != nil || a.Person == "" {
		return l, err
	}
	p, err := cases.Find(tx, a.Person)
	if err == nil && access.Decide(who, "cases.open", p.ID, p.Facts()).Allowed {
		l.Ref = p.Ref
	} else {
		l.Person = ""
	}
	return l, err
}

// stale reports whether an alert came so long after it left that its reader must
// be told before anything else.
func (a Alert) stale(tx *store.Tx) (bool, error) {
	if a.SentAt.IsZero() {
		return false, nil
	}
	term, err := cooperation.Due(tx, act.Here(tx), "response.stale", a.SentAt)
	if errors.Is(err, calendar.ErrNoRule) || errors.Is(err, calendar.ErrUnknownTerm) {
		return false, nil
	}
	return err == nil && a.RaisedAt.After(term.Due), err
}

func crossings(tx *store.Tx, alert string) ([]Crossing, error) {
	all, err := store.All(tx, (*Crossing).columns, selectCrossing+` WHERE alert = $1 ORDER BY id`, alert)
	for i := 0; err == nil && i < len(all); i++ {
		x := &all[i]
		var ladder []act.Receipt
		if ladder, err = act.Ladder(tx, x.ID); err != nil {
			break
		}
		for _, rung := range ladder {
			if rung.Rung == act.Delivered {
				x.Reached = rung.At
			}
		}
		if x.Phone, x.PhoneOf = x.Contact, x.Team; x.Phone == "" {
			x.Phone, x.PhoneOf, err = dutyNumber(tx, x.Node, x.Child)
		}
	}
	return all, err
}

// Event is something that happened to an alert.
type Event struct {
	ID     string      `json:"id"`
	At     time.Time   `json:"at"`
	Verb   access.Verb `json:"verb"`
	State  flow.State  `json:"state"`
	Actor  string      `json:"actor"` // a user of this node, a partner's node, or this node itself
	Code   string      `json:"code"`
	Worded bool        `json:"worded"`
	Word   string      `json:"word"`
}

// Measure is what was done for the person, or why it could not be.
type Measure struct {
	ID      string    `json:"id"`
	Alert   string    `json:"alert"`
	Kind    string    `json:"kind"`
	Lodging string    `json:"lodging"`
	Why     string    `json:"why"`
	At      time.Time `json:"at"`
	By      string    `json:"by"`
}

// Told is that somebody was told.
type Told struct {
	User  string    `json:"user"`
	Level int64     `json:"level"`
	At    time.Time `json:"at"`
}

// View is an alert as its page shows it.
type View struct {
	Line
	Events   []Event       `json:"events"`
	Told     []Told        `json:"told"`
	Measures []Measure     `json:"measures"`
	Missing  []string      `json:"missing"` // needs of which nobody has said what was done
	Beside   []Line        `json:"beside"`  // the same matter at other teams
	Verbs    []access.Verb `json:"verbs"`   // what the asker may do now
	Team     Duty          `json:"duty"`    // who is on there
}

// OpenAlert opens an alert. Before somebody has acknowledged it, the team sees codes
// only; what was written is for those who have it in hand, and for who wrote it.
type OpenAlert struct{ On }

// Verb names it.
func (OpenAlert) Verb() access.Verb { return "response.open" }

// Answer gathers it.
func (c OpenAlert) Answer(tx *store.Tx, who access.Who, a Alert) (v View, err error) {
	if v.Line, err = line(tx, who, a); err != nil {
		return v, err
	}
	if v.Events, err = store.All(tx, (*Event).columns, selectEvent+` WHERE alert = $1 ORDER BY id`, a.ID); err != nil {
		return v, err
	}
	if v.Told, err = store.All(tx, (*Told).columns, `SELECT user_id, level, at FROM response_told WHERE alert = $1 ORDER BY at, user_id`, a.ID); err != nil {
		return v, err
	}
	if v.Measures, err = store.All(tx, (*Measure).columns, `SELECT m.id, m.alert, m.kind, m.lodging, m.why, m.at, m.by_whom FROM response_measure m
		JOIN response_alert a ON a.id = m.alert WHERE a.incident = $1 ORDER BY m.id`, a.Incident); err != nil {
		return v, err
	}
	if v.Missing, err = a.unanswered(tx); err != nil {
		return v, err
	}
	if v.Team, err = OnDuty(tx, a.Team, tx.Now); err != nil {
		return v, err
	}
	if v.Beside, err = a.beside(tx, who); err != nil {
		return v, err
	}
	v.Verbs = slices.DeleteFunc(append(Flow.Verbs(a.State), anytime(a)...), func(verb access.Verb) bool {
		return !access.Decide(who, verb, a.ID, a.Facts()).Allowed || who.Kind == access.User && byTheNode[verb]
	})
	return v, v.words(tx, who, a)
}

// byTheNode are moves that no person makes.
var byTheNode = map[access.Verb]bool{"response.escalate": true, "response.forget": true}

// anytime are the verbs that change where no alert stands.
func anytime(a Alert) []access.Verb {
	if !Open(a.State) {
		return nil
	}
	verbs := []access.Verb{"response.across", "response.telephone"}
	if !a.Child {
		verbs = append(verbs, "response.mark-child")
	}
	return verbs
}

func (a Alert) beside(tx *store.Tx, who access.Who) ([]Line, error) {
	all, err := store.All(tx, (*Alert).columns, selectAlert+` WHERE incident = $1 AND id <> $2 ORDER BY id`, a.Incident, a.ID)
	if err != nil {
		return nil, err
	}
	return lines(tx, who, all)
}

// words fills in what was written, for those who may read it: who may open the
// person's file, or where there is none, the team that has it in hand; and each
// their own words.
func (v *View) words(tx *store.Tx, who access.Who, a Alert) error {
	reads := v.Ref != "" || a.Person == "" && a.Officer != "" && who.Agency == a.Team
	fields, err := vault.Get(tx, a.PersonID(), worded(v.Events)...)
	if fault.Is(err, fault.KindNotFound) || len(fields) == 0 {
		return nil
	}
	for i := range v.Events {
		if e := &v.Events[i]; reads || e.Actor == who.ID {
			e.Word = fields[sealedAs(e.ID)]
		}
	}
	return err
}

func worded(events []Event) []string {
	names := []string{"alert."}
	for _, e := range events {
		if e.Worded {
			names = append(names, sealedAs(e.ID))
		}
	}
	return names
}

func lines(tx *store.Tx, who access.Who, all []Alert) ([]Line, error) {
	out := make([]Line, 0, len(all))
	for _, a := range all {
		if err := a.load(tx); err != nil {
			return nil, err
		}
		l, err := line(tx, who, a)
		if err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, nil
}

// Board is a team's duty board: who is on, and what is open.
type Board struct {
	Agency    cooperation.Agency `json:"agency"`
	Duty      Duty               `json:"duty"`
	Rostered  bool               `json:"rostered"`
	Next      []Shift            `json:"next"` // that begin within a day
	Gaps      []Gap              `json:"gaps"` // within a week
	Open      []Line             `json:"open"` // what waits first, the longest first
	Ended     []Line             `json:"ended"`
	Raised    []Line             `json:"raised"`    // by the asker's agency, with other teams
	Handovers []Handover         `json:"handovers"` // that nobody has confirmed
	At        time.Time          `json:"at"`
}

// ShowBoard asks for the board of the asker's agency, in codes.
type ShowBoard struct{}

// Verb names it.
func (ShowBoard) Verb() access.Verb { return "response.board" }

// onBoard holds for the alerts on the board of agency $1, whose user $2 asks.
const onBoard = `(team = $1 OR id IN (SELECT alert FROM response_told WHERE user_id = $2))`

// Ask gathers it.
func (ShowBoard) Ask(tx *store.Tx, who access.Who) (b Board, err error) {
	b.At = tx.Now
	if b.Agency, err = name(tx, who.Agency); err != nil {
		return b, err
	}
	if b.Duty, err = OnDuty(tx, who.Agency, tx.Now); err != nil {
		return b, err
	}
	if b.Rostered, err = rostered(tx, who.Agency); err != nil {
		return b, err
	}
	if b.Next, err = store.All(tx, (*Shift).columns, selectShift+` WHERE agency = $1 AND starts > $2 AND starts < $3 AND dropped_at = '' ORDER BY starts`,
		who.Agency, tx.Now, tx.Now.AddDate(0, 0, 1)); err != nil {
		return b, err
	}
	if b.Gaps, err = Gaps(tx, who.Agency, tx.Now, tx.Now.AddDate(0, 0, 7)); err != nil {
		return b, err
	}
	if b.Handovers, err = store.All(tx, (*Handover).columns, selectHandover+` WHERE agency = $1 AND state = 'written' ORDER BY id`, who.Agency); err != nil {
		return b, err
	}
	return b, b.alerts(tx, who)
}

func (b *Board) alerts(tx *store.Tx, who access.Who) (err error) {
	for _, part := range []struct {
		into  *[]Line
		where string
		args  []any
	}{
		{&b.Open, onBoard + ` AND ` + isOpen + ` ORDER BY CASE WHEN state IN ('raised', 'escalated') THEN 0 ELSE 1 END, CASE WHEN urgent THEN 0 ELSE 1 END, raised_at, id`, []any{who.Agency, who.ID}},
		{&b.Ended, onBoard + ` AND NOT ` + isOpen + ` AND since > $3 ORDER BY since DESC, id LIMIT 50`, []any{who.Agency, who.ID, tx.Now.AddDate(0, 0, -1)}},
		{&b.Raised, `by_agency = $1 AND team <> $1 AND (` + isOpen + ` OR since > $2) ORDER BY id DESC LIMIT 100`, []any{who.Agency, tx.Now.AddDate(0, 0, -7)}},
	} {
		all, err := store.All(tx, (*Alert).columns, selectAlert+` WHERE `+part.where, part.args...)
		if err != nil {
			return err
		}
		if *part.into, err = lines(tx, who, all); err != nil {
			return err
		}
	}
	return nil
}

// Roster asks for the shifts of the asker's agency.
type Roster struct {
	From time.Time `json:"from"` // today, unless told
	Days int64     `json:"days"` // 14 unless told; 62 at most
}

// Verb names it.
func (Roster) Verb() access.Verb { return "response.roster" }

// Planned is a stretch of a roster.
type Planned struct {
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	Shifts  []Shift   `json:"shifts"`
	Gaps    []Gap     `json:"gaps"`
	Duty    Duty      `json:"duty"`
	Members []string  `json:"members"`
}

// Ask gathers it.
func (c Roster) Ask(tx *store.Tx, who access.Who) (p Planned, err error) {
	if c.Days <= 0 || c.Days > 62 {
		c.Days = 14
	}
	if p.From = c.From; p.From.IsZero() {
		p.From = tx.Now
	}
	p.To = p.From.AddDate(0, 0, int(c.Days))
	if p.Shifts, err = store.All(tx, (*Shift).columns, selectShift+` WHERE agency = $1 AND ends > $2 AND starts < $3 AND dropped_at = '' ORDER BY starts, rank`,
		who.Agency, p.From, p.To); err != nil {
		return p, err
	}
	if p.Gaps, err = Gaps(tx, who.Agency, p.From, p.To); err != nil {
		return p, err
	}
	if p.Duty, err = OnDuty(tx, who.Agency, tx.Now); err != nil {
		return p, err
	}
	p.Members, err = members(tx, who.Agency)
	return p, err
}

// Desk lists what waits for the asker themselves.
type Desk struct{}

// Verb names it.
func (Desk) Verb() access.Verb { return "response.desk" }

// Waiting is what waits: alerts to acknowledge or in one's own hands, hand-overs
// to confirm, and holes in the roster for those who answer for it.
type Waiting struct {
	Alerts    []Line     `json:"alerts"`
	Handovers []Handover `json:"handovers"`
	Gaps      []Gap      `json:"gaps"`
}

// Ask gathers it.
func (Desk) Ask(tx *store.Tx, who access.Who) (w Waiting, err error) {
	all, err := store.All(tx, (*Alert).columns, selectAlert+` WHERE (officer = $2 OR `+onBoard+` AND state IN ('raised', 'escalated')) AND `+isOpen+` ORDER BY raised_at, id`, who.Agency, who.ID)
	if err != nil {
		return w, err
	}
	if w.Alerts, err = lines(tx, who, all); err != nil {
		return w, err
	}
	if w.Handovers, err = store.All(tx, (*Handover).columns, selectHandover+` WHERE to_user = $1 AND state = 'written' ORDER BY id`, who.ID); err != nil {
		return w, err
	}
	told, err := GapToTell(tx, who.Agency)
	if err != nil || !slices.Contains(told, who.ID) {
		return w, err
	}
	w.Gaps, err = Gaps(tx, who.Agency, tx.Now, tx.Now.AddDate(0, 0, 7))
	return w, err
}

// Waits reports whether a team that a screening called has not answered yet.
func Waits(tx *store.Tx, screening string) (bool, error) {
	n, err := store.One(tx, store.Value[int64], `SELECT COUNT(*) FROM response_alert WHERE screening = $1 AND state IN ($2, $3)`, screening, Raised, Escalated)
	return n > 0, err
}
