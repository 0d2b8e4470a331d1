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

// Referral is one sending of one person to one agency.
type Referral struct {
	ID         string     `json:"id"`
	State      flow.State `json:"state"`
	Version    int64      `json:"version"` // counts the moves; a mirror knows by it what it missed
	Home       string     `json:"home"`
	FromNode   string     `json:"from_node"`
	FromAgency string     `json:"from_agency"`
	FromUser   string     `json:"from_user"`
	ToNode     string     `json:"to_node"`
	ToAgency   string     `json:"to_agency"`
	ToUser     string     `json:"to_user"`
	Person     string     `json:"person"` // the file on this node; empty on a mirror until it is accepted
	Consent    string     `json:"consent"`
	Agreement  string     `json:"agreement"`
	Purpose    string     `json:"purpose"`
	Urgent     bool       `json:"urgent"`
	Fields     []string   `json:"fields"` // what the sender chose to send
	Preview
	Reason      string    `json:"reason"`    // why declined, redirected, suspended or closed: a code
	Suggested   string    `json:"suggested"` // the agency to try instead
	ETA         time.Time `json:"eta"`
	Visits      int64     `json:"visits"` // follow-ups so far
	DueAt       time.Time `json:"due_at"`
	DueKey      string    `json:"due_key"`
	Since       time.Time `json:"since"` // when it came to stand where it stands
	EscalatedAt time.Time `json:"escalated_at"`
	EscalatedTo string    `json:"escalated_to"`
	Asked       string    `json:"asked"`   // a move asked of home and not answered yet
	Refused     string    `json:"refused"` // why home refused the last one: a translation key
	Envelope    string    `json:"-"`       // in which it left or came; "here" between agencies of one node
	Package     string    `json:"-"`       // in which the full package left
	ArrivedAt   time.Time `json:"arrived_at"`
	OpenedAt    time.Time `json:"opened_at"`
	PackedAt    time.Time `json:"packed_at"` // when the full package left, or came
	ReadAt      time.Time `json:"read_at"`   // when somebody here first opened it
	Recall      string    `json:"recall"`    // "", asked, destroyed, kept
	RecallBasis string    `json:"recall_basis"`
	CreatedAt   time.Time `json:"created_at"`
	CountedBy   string    `json:"-"` // whose figures the person is in; see counter
	was         flow.State
	assigned    []string
}

// Preview is what the receiver sees before accepting: codes only, and of those
// only what the sender chose.
type Preview struct {
	Child        bool     `json:"child"`
	Sex          string   `json:"sex"`
	AgeBand      string   `json:"age_band"`
	Citizenships []string `json:"citizenships"`
	Languages    []string `json:"languages"`
	Interpreter  bool     `json:"interpreter"`
	Needs        []string `json:"needs"`
}

// ObjectID is the referral's id, the same on both sides.
func (r Referral) ObjectID() string { return r.ID }

// PersonID is under whose key the words about it are sealed: its own, which is
// erased with the person's.
func (r Referral) PersonID() string { return r.ID }

// Facts are what a policy may look at.
func (r Referral) Facts() access.Facts {
	return access.Facts{"home": r.Home, "state": string(r.State), "child": r.Child, "assigned": r.assigned,
		"sent": r.Envelope != "", "from_node": r.FromNode, "from_agency": r.FromAgency, "to_node": r.ToNode, "to_agency": r.ToAgency}
}

// Owner is the side that is responsible now.
func (r Referral) Owner() string { return Flow.Place(r.State).Owner }

// Responsible is the node and agency that is responsible now.
func (r Referral) Responsible() (node, agency string) {
	if r.Owner() == Receiver {
		return r.ToNode, r.ToAgency
	}
	return r.FromNode, r.FromAgency
}

// Overdue reports whether its clock has run out.
func (r Referral) Overdue(now time.Time) bool { return !r.DueAt.IsZero() && now.After(r.DueAt) }

// peer is the other node, or "" when both sides are here.
func (r Referral) peer(here string) string {
	switch {
	case r.FromNode == r.ToNode:
		return ""
	case r.FromNode == here:
		return r.ToNode
	}
	return r.FromNode
}

// Find loads a referral with who is assigned to its person here.
func Find(tx *store.Tx, id string) (Referral, error) {
	r, err := store.One(tx, (*Referral).columns, selectReferral+` WHERE id = $1`, id)
	if err != nil || r.Person == "" {
		return r, err
	}
	r.assigned, err = store.All(tx, store.Value[string], `SELECT user_id FROM person_assignment WHERE person = $1`, r.Person)
	return r, err
}

// On says which referral a verb is about.
type On struct {
	ID string `json:"id"`
}

// Find loads the referral.
func (c On) Find(tx *store.Tx, who access.Who) (Referral, error) { return Find(tx, c.ID) }

type command interface{ Verb() access.Verb }

// step carries a verb out. At home it moves the referral, starts the clock of
// where it now stands, notes the event and shows the mirror; on a mirror it
// asks home and waits.
func step(tx *store.Tx, r Referral, c command, word string, change func(*Referral) error) error {
	next, err := Flow.Next(r.State, c.Verb())
	if err != nil {
		return err
	}
	moved := r
	if change != nil {
		if err := change(&moved); err != nil {
			return err
		}
	}
	if r.Home != act.Here(tx) {
		r.ToUser = moved.ToUser
		return r.ask(tx, c)
	}
	r = moved
	r.was, r.State, r.Version, r.Since = r.State, next, r.Version+1, tx.Now
	if err := r.startClock(tx); err != nil {
		return err
	}
	if err := r.alert(tx); err != nil {
		return err
	}
	if err := r.update(tx); err != nil {
		return err
	}
	if err := r.note(tx, string(c.Verb()), By[c.Verb()], r.Reason, word); err != nil {
		return err
	}
	return r.show(tx, c.Verb(), word)
}

// alert tells the named person of this side at once when somebody may be in
// danger, and otherwise nobody before the clock runs out.
func (r *Referral) alert(tx *store.Tx) error {
	r.EscalatedAt, r.EscalatedTo = time.Time{}, ""
	if !Flow.Place(r.State).Alert {
		return nil
	}
	return r.escalate(tx)
}

// escalate notes the person of this side's agency who is told.
func (r *Referral) escalate(tx *store.Tx) error {
	here := act.Here(tx)
	agency := r.ToAgency
	if r.Home == here {
		agency = r.FromAgency
	}
	a, err := cooperation.AgencyOf(tx, here, agency)
	r.EscalatedAt, r.EscalatedTo = tx.Now, a.Escalation
	return err
}

// ask sends the verb home. The receiving side has decided; home orders it.
func (r Referral) ask(tx *store.Tx, c command) error {
	if r.Asked != "" {
		return fault.Conflict("referrals.already-asked")
	}
	if rung, climbs := rungs[c.Verb()]; climbs {
		if err := act.Climb(tx, r.Envelope, rung); err != nil {
			return err
		}
	}
	r.Asked, r.Refused = string(c.Verb()), ""
	if err := r.update(tx); err != nil {
		return err
	}
	l := act.Letter{To: r.Home, Agreement: r.Agreement, Purpose: r.Purpose, About: r.ID, Command: c}
	word := ""
	if safety[c.Verb()] {
		l.Purpose = cooperation.ForSafety
		l.Command, word = wordless(c)
	}
	if _, err := act.Tell(tx, l); err != nil {
		return err
	}
	return r.say(tx, r.Home, c.Verb(), word)
}

// wordless takes what somebody wrote out of a command that passes for safety's
// sake, so that it goes apart.
func wordless(c command) (command, string) {
	switch c := c.(type) {
	case Suspend:
		word := c.Note
		c.Note = ""
		return c, word
	case ReportNotArrived:
		word := c.Note
		c.Note = ""
		return c, word
	}
	return c, ""
}

// safety holds the verbs that keep a person safe: they pass even when the
// agreement is suspended, and carry no personal data.
var safety = map[access.Verb]bool{"referrals.withdraw": true, "referrals.suspend": true,
	"referrals.report-not-arrived": true, "referrals.confirm-arrival": true, "referrals.answer-recall": true}

// rungs says which verbs climb the ladder of receipts, at the receiver's.
var rungs = map[access.Verb]act.Rung{
	"referrals.accept": act.Decided, "referrals.decline": act.Decided, "referrals.redirect": act.Decided,
	"referrals.confirm-arrival": act.Served,
}

// startClock sets when whoever must act next is late, by their own country's
// days.
func (r *Referral) startClock(tx *store.Tx) error {
	place := Flow.Place(r.State)
	r.DueAt, r.DueKey = time.Time{}, ""
	if place.Clock == "" {
		return nil
	}
	key, start := place.Clock, tx.Now
	switch r.State {
	case UnderWay:
		start = r.ETA
	case Arrived:
		start = r.ArrivedAt
	case FollowUp:
		start = r.ArrivedAt
		if key += "." + string('1'+rune(min(r.Visits, 2))); r.Visits > 2 {
			return nil // the visits that are promised have been made
		}
	}
	if r.Urgent && (r.State == Sent || r.State == Acknowledged || r.State == InfoSupplied) {
		key += ".urgent"
	}
	clock, err := cooperation.Due(tx, r.waitsFor(), key, start)
	if errors.Is(err, calendar.ErrUnknownTerm) {
		return nil
	}
	r.DueAt, r.DueKey = clock.Due, key
	return err
}

// waitsFor is the node whose people must act next, in whose days the clock runs.
func (r Referral) waitsFor() string {
	switch r.State {
	case InfoRequested, Prepared, Suspended:
		return r.FromNode
	}
	return r.ToNode
}

// Rule is the rule of the clock that runs now, with its source, for showing.
func (r Referral) Rule(tx *store.Tx) (calendar.Clock, error) {
	return cooperation.Due(tx, r.waitsFor(), r.DueKey, r.Since)
}

// Fresh reports whether a risk assessment made at an instant still counts when
// somebody is to be referred from a node's country.
func Fresh(tx *store.Tx, node string, assessed time.Time) (bool, error) {
	clock, err := cooperation.Due(tx, node, "risk.fresh", assessed)
	return err == nil && !clock.Overdue(tx.Now), err
}

// ready refuses a sending that the person or the law would not have: it is
// asked before consent is confirmed, before anything leaves, and again when the
// full package does.
// law: coe:10.4
func (r *Referral) ready(tx *store.Tx) error {
	for _, holds := range r.rules() {
		if err := holds(tx); err != nil {
			return err
		}
	}
	return nil
}

// missing lists everything that ready would refuse, not only the first.
func (r *Referral) missing(tx *store.Tx) (list fault.List, err error) {
	for _, holds := range r.rules() {
		err := holds(tx)
		faults := fault.All(err)
		if err != nil && len(faults) == 0 {
			return nil, err
		}
		list = append(list, faults...)
	}
	return list, nil
}

// rules are what must hold before anything of the person leaves.
func (r *Referral) rules() []func(*store.Tx) error {
	return []func(*store.Tx) error{r.agreed, r.underAgreement, r.riskIsFresh, r.childIsSafe}
}

func (r *Referral) agreed(tx *store.Tx) error {
	groups, err := cases.GroupsOf(r.Fields)
	if err != nil {
		return err
	}
	consent, err := cases.Agreed(tx, r.Person, r.Purpose, r.ToNode, r.ToAgency, groups)
	if err == nil {
		r.Consent = consent.ID
	}
	return err
}

func (r *Referral) underAgreement(tx *store.Tx) error {
	groups, err := cases.GroupsOf(r.Fields)
	if err != nil {
		return err
	}
	return r.covered(tx, groups)
}

func (r *Referral) covered(tx *store.Tx, groups []string) error {
	if r.FromNode == r.ToNode {
		return nil
	}
	if r.Agreement == "" {
		a, err := cooperation.Under(tx, r.FromNode, r.ToNode, "referrals.send", r.Purpose)
		if err != nil {
			return err
		}
		r.Agreement = a.ID
	}
	return cooperation.Covers(tx, r.Agreement, r.FromNode, r.ToNode, "referrals.send", r.Purpose, groups)
}

func (r *Referral) riskIsFresh(tx *store.Tx) error {
	risk, err := cases.LatestRisk(tx, r.Person)
	if fault.Is(err, fault.KindNotFound) {
		return fault.Conflict("referrals.no-risk")
	} else if err != nil {
		return err
	}
	fresh, err := Fresh(tx, r.FromNode, risk.At)
	if err == nil && !fresh {
		return fault.Conflict("referrals.risk-stale")
	}
	return err
}

func (r *Referral) childIsSafe(tx *store.Tx) error {
	p, err := cases.Find(tx, r.Person)
	if err != nil {
		return err
	}
	if r.Child = p.Child(); !r.Child {
		return nil
	}
	best, err := cases.LatestBestInterests(tx, r.Person)
	if fault.Is(err, fault.KindNotFound) || err == nil && best.Outcome != "in-best-interests" {
		return fault.Conflict("referrals.child-best-interests")
	} else if err != nil {
		return err
	}
	for _, node := range []string{r.FromNode, r.ToNode} {
		if there, err := cooperation.HasChildAuthority(tx, node); err != nil {
			return err
		} else if !there {
			return fault.Conflict("referrals.child-authority").With("Country", cooperation.Country(node))
		}
	}
	return nil
}

// note keeps an event; the words go into the vault.
func (r Referral) note(tx *store.Tx, verb, side, code, word string) error {
	id := tx.NewID("evt")
	if word != "" {
		if err := vault.Put(tx, r.ID, map[string]string{"event." + id: word}); err != nil {
			return err
		}
	}
	_, err := tx.Exec(`INSERT INTO referral_event (id, referral, at, verb, state, side, code, worded) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		id, r.ID, tx.Now, verb, string(r.State), side, code, word != "")
	return err
}

// Overdue lists the referrals whose clock has run out without anybody told.
func Overdue(tx *store.Tx) ([]string, error) {
	return store.All(tx, store.Value[string], `SELECT id FROM referral WHERE due_at <> '' AND due_at < $1 AND escalated_at = ''`, tx.Now)
}

var reasons = []string{"no-capacity", "not-our-mandate", "unsafe-here", "person-unknown", "other-agency-better", "duplicate", "other",
	"danger", "agreement-stopped", "trafficker-near", "route-unsafe", "health", "completed", "moved-on", "lost-contact"}

// Reasons lists the codes for why.
func Reasons() []string { return slices.Clone(reasons) }
