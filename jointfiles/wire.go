package jointfiles

import (
	"slices"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/flow"
	"istmo/store"
)

// What crosses the border, and only that: Mirror, the members' own moves as they
// stand, and in carry.go Carry and SendAgain.

// ask sends home what somebody here has decided.
func (f File) ask(tx *store.Tx, c command, purpose string) error {
	if f.Asked != "" {
		return fault.Conflict("jointfiles.already-asked")
	}
	envelope, err := act.Tell(tx, act.Letter{To: f.Home, Agreement: f.Agreement, Purpose: purpose, About: f.ID, Command: c})
	if err != nil {
		return err
	}
	f.Asked, f.askedIn, f.Refused = string(c.Verb()), envelope, ""
	return f.still(tx)
}

// still keeps what is no move.
func (f File) still(tx *store.Tx) error {
	_, err := tx.Exec(`UPDATE joint_file SET asked = $2, asked_in = $3, refused = $4 WHERE id = $1`, f.ID, f.Asked, f.askedIn, f.Refused)
	return err
}

// show tells the other members where the file stands. That always passes: it
// says nothing of what the file is about, and nobody must go on writing into one
// that is closed.
func (f File) show(tx *store.Tx, verb access.Verb, by string) error {
	for _, node := range f.others() {
		m, err := f.mirror(tx, verb, by)
		if err != nil {
			return err
		}
		_, err = act.Tell(tx, act.Letter{To: node, Agreement: f.Agreement, Purpose: cooperation.ForSafety, About: f.ID, Command: m})
		if err != nil && !unpaired(err) {
			return err
		}
	}
	return nil
}

// unpaired reports whether a letter could not be posted because its receiver is
// no partner any more.
func unpaired(err error) bool {
	faults := fault.All(err)
	return len(faults) > 0 && faults[0].Key == "exchange.no-such-partner"
}

// carried is the envelope that something came in.
type carried struct{ from, agreement, purpose string }

// CarriedBy notes it.
func (c *carried) CarriedBy(d act.Delivery) {
	*c = carried{d.From, d.Agreement, d.Purpose}
}

// under refuses what came under another agreement, or for another purpose, than
// the file rests on: one that is suspended must not be got around.
// law: untoc:18.19
func (c carried) under(f File) error {
	if c.agreement != f.Agreement || c.purpose != f.Purpose {
		return fault.Denied()
	}
	return nil
}

// Mirror is how home shows where a file stands.
type Mirror struct {
	ID        string      `json:"id"`
	Happened  access.Verb `json:"verb"`
	By        string      `json:"by"`
	State     flow.State  `json:"state"`
	Version   int64       `json:"version"`
	Agreement string      `json:"agreement"`
	Purpose   string      `json:"purpose"`
	Subject   string      `json:"subject"`
	Members   []string    `json:"members"`
	Agreed    []string    `json:"agreed"`
	Limits    []string    `json:"limits"`
	From      time.Time   `json:"from"`
	To        time.Time   `json:"to"`
	ReviewOn  time.Time   `json:"review_on"`
	NewTo     time.Time   `json:"new_to"`
	NewBy     []string    `json:"new_by"`
	Reason    string      `json:"reason"`
	CreatedAt time.Time   `json:"created_at"`
	Words     string      `json:"words,omitempty"` // only with the proposal
	Ref       string      `json:"ref,omitempty"`   // only with the proposal
	carried
}

func (f File) mirror(tx *store.Tx, verb access.Verb, by string) (Mirror, error) {
	sides, err := f.sides(tx)
	m := Mirror{ID: f.ID, Happened: verb, By: by, State: f.State, Version: f.Version, Agreement: f.Agreement, Purpose: f.Purpose, Subject: f.Subject,
		Members: f.Members, Limits: f.Limits, From: f.From, To: f.To, ReviewOn: f.ReviewOn, NewTo: f.NewTo, NewBy: f.NewBy,
		Reason: f.Reason, CreatedAt: f.CreatedAt}
	for _, s := range sides {
		if !s.AgreedAt.IsZero() {
			m.Agreed = append(m.Agreed, s.Node)
		}
	}
	return m, err
}

// Verb names it.
func (Mirror) Verb() access.Verb { return "jointfiles.mirror" }

// CarriesPerson reports whether it says more than where the file stands.
func (m Mirror) CarriesPerson() bool { return m.first() || m.Words != "" || m.Ref != "" }

func (m Mirror) first() bool { return m.Happened == "jointfiles.propose" }

// Find loads the mirror, or begins one when it is proposed.
func (m Mirror) Find(tx *store.Tx, who access.Who) (File, error) {
	f, err := Find(tx, m.ID)
	if !fault.Is(err, fault.KindNotFound) {
		return f, err
	}
	return File{ID: m.ID, Home: m.from, Agreement: m.Agreement, Purpose: m.Purpose, Subject: m.Subject, Members: m.Members, Limits: m.Limits,
		From: m.From, CreatedAt: m.CreatedAt, Since: tx.Now, here: act.Here(tx)}, nil
}

// Do follows home. What was agreed on does not change: the members, the purpose,
// the limits stay as they were proposed.
func (m Mirror) Do(tx *store.Tx, who access.Who, f File) error {
	if m.Version <= f.Version { // that home alone says it is policy
		return fault.Conflict("jointfiles.out-of-step")
	}
	if f.Version == 0 {
		return m.met(tx, f)
	}
	was, err := m.follows(f)
	if err != nil {
		return err
	}
	if err := m.consented(tx, f); err != nil {
		return err
	}
	if m.into(&f, was); m.Happened == "jointfiles.go-on" {
		if err := m.period(tx, &f); err != nil {
			return err
		}
	}
	f.Asked, f.askedIn, f.Since = "", "", tx.Now
	if err := f.update(tx); err != nil {
		return err
	}
	return m.heard(tx, f)
}

// met begins the mirror of a proposal.
func (m Mirror) met(tx *store.Tx, f File) error {
	fits := m.first() && m.State == Proposed && idShape.MatchString(m.ID) && membersFit(m.Members) && f.agencyOf(f.here) != "" && f.agencyOf(f.Home) != "" &&
		slices.Contains(Purposes, m.Purpose) && slices.Contains(Subjects, m.Subject) && subset(m.Limits, Limits) && reference(m.Ref)
	if !fits {
		return fault.Conflict("jointfiles.out-of-step")
	}
	if err := m.under(f); err != nil {
		return err
	}
	if err := f.covered(tx); err != nil {
		return err
	}
	if err := f.known(tx); err != nil {
		return err
	}
	m.into(&f, "")
	if err := m.period(tx, &f); err != nil {
		return err
	}
	if err := f.begin(tx, m.Words); err != nil {
		return err
	}
	if err := f.called(tx, f.Home, m.Ref); err != nil {
		return err
	}
	return m.heard(tx, f)
}

func (m Mirror) into(f *File, was flow.State) {
	f.was, f.State, f.Version = was, m.State, m.Version
	f.NewTo, f.NewBy, f.Reason = m.NewTo, m.NewBy, m.Reason
}

// period follows home's days. When its last day ends is worked out here.
func (m Mirror) period(tx *store.Tx, f *File) error {
	if err := f.until(tx, m.To); err != nil {
		return err
	}
	if m.ReviewOn.After(f.EndsAt) {
		f.ReviewOn = m.ReviewOn
	}
	return nil
}

// consented refuses that home opens or extends the file in this side's name
// without its having said so.
// law: untoc:19
func (m Mirror) consented(tx *store.Tx, f File) error {
	s, err := f.side(tx, f.here)
	if err == nil && (m.Happened == "jointfiles.begin" && s.Ref == "" || m.Happened == "jointfiles.go-on" && !s.Extends.Equal(m.To)) {
		err = fault.Conflict("jointfiles.out-of-step")
	}
	return err
}

func (m Mirror) heard(tx *store.Tx, f File) error {
	for _, node := range m.Agreed {
		if err := f.agreed(tx, node); err != nil {
			return err
		}
	}
	return f.event(tx, m.Happened, m.By)
}

// follows finds the state that the move leads from, along the moves that the
// table knows.
func (m Mirror) follows(f File) (flow.State, error) {
	if next, err := Flow.Next(f.State, m.Happened); err == nil && next == m.State {
		return f.State, nil
	}
	if from, ok := Flow.Before(m.Happened, m.State); ok && m.Version > f.Version+1 {
		return from, nil
	}
	return "", fault.Conflict("jointfiles.out-of-step")
}
