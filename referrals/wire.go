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

// What crosses the border, and only that: Mirror, Words, Package, and the
// receiver's own verbs as they stand.

// show lets the mirror know what has happened. Where a referral stands always
// passes, whatever becomes of the agreement: somebody may be on the road. What
// is said of a person, the preview, the package and what somebody wrote, goes in
// letters of its own that the agreement must cover.
func (r Referral) show(tx *store.Tx, verb access.Verb, word string) error {
	if err := r.tellMirror(tx, verb); err != nil {
		return err
	}
	if err := r.say(tx, r.peer(act.Here(tx)), verb, word); err != nil {
		return err
	}
	if r.Owner() != Receiver || !r.PackedAt.IsZero() {
		return nil
	}
	err := r.pack(tx)
	if verb != "referrals.accept" && fault.Is(err, fault.KindConflict) {
		return nil // it was stopped once, and still may not leave
	}
	return err
}

func (r *Referral) tellMirror(tx *store.Tx, verb access.Verb) error {
	peer := r.peer(act.Here(tx))
	if verb == "referrals.resume" && r.Envelope == "" {
		verb = "referrals.send" // the first sending was stopped before it left
	}
	if verb == "referrals.send" && peer == "" {
		r.Envelope = "here"
		return r.update(tx)
	}
	sending := verb == "referrals.send" || verb == "referrals.resume"
	if peer == "" || r.Envelope == "" && !sending {
		return nil // both sides look at the same row, or the other never heard of it
	}
	l := act.Letter{To: peer, Agreement: r.Agreement, Purpose: cooperation.ForSafety, About: r.ID, Command: r.mirror(verb)}
	if sending {
		l.Purpose, l.Person, l.Fields, l.ToAgency = r.Purpose, r.Person, r.previewed(), r.ToAgency
	}
	envelope, err := act.Tell(tx, l)
	if unpaired(err) && !sending {
		return r.note(tx, "referrals.untold", Sender, peer, "") // what concerns the person here goes on without them
	}
	if err == nil && verb == "referrals.send" {
		r.Envelope = envelope
		err = r.update(tx)
	}
	return err
}

// say sends what somebody wrote about an event. If the agreement does not let it
// go, the event goes without it, and the timeline says so.
func (r Referral) say(tx *store.Tx, to string, verb access.Verb, word string) error {
	if word == "" || to == "" || r.Envelope == "" {
		return nil
	}
	_, err := act.Tell(tx, act.Letter{To: to, Agreement: r.Agreement, Purpose: r.Purpose, About: r.ID, Command: Words{ID: r.ID, Of: verb, Word: word}})
	if fault.Is(err, fault.KindConflict) || unpaired(err) {
		return r.note(tx, "referrals.unsaid", By[verb], "", "")
	}
	return err
}

// Words are what somebody wrote about an event, after the event itself.
type Words struct {
	ID   string      `json:"id"`
	Of   access.Verb `json:"of"`
	Word string      `json:"word"`
}

// Verb names it.
func (Words) Verb() access.Verb { return "referrals.words" }

// CarriesPerson is always so: nobody can know what somebody wrote.
func (Words) CarriesPerson() bool { return true }

// Find loads the referral.
func (c Words) Find(tx *store.Tx, who access.Who) (Referral, error) { return Find(tx, c.ID) }

// Do seals them with the last such event; home says them again to the mirror,
// whose event follows home's.
func (c Words) Do(tx *store.Tx, who access.Who, r Referral) error {
	id, err := store.One(tx, store.Value[string], `SELECT id FROM referral_event WHERE referral = $1 AND verb = $2 AND NOT worded ORDER BY id DESC`, r.ID, string(c.Of))
	if err != nil {
		return err
	}
	if err := vault.Put(tx, r.ID, map[string]string{"event." + id: c.Word}); err != nil {
		return err
	}
	if _, err := tx.Exec(`UPDATE referral_event SET worded = TRUE WHERE id = $1`, id); err != nil || r.Home != act.Here(tx) {
		return err
	}
	return r.say(tx, r.peer(r.Home), c.Of, c.Word)
}

// unpaired reports whether a letter could not be posted because its receiver is
// no partner any more.
func unpaired(err error) bool {
	faults := fault.All(err)
	return len(faults) > 0 && faults[0].Key == "exchange.no-such-partner"
}

// previewed names the chosen fields that the preview carries.
func (r Referral) previewed() []string {
	return slices.DeleteFunc(slices.Clone(r.Fields), func(name string) bool {
		return slices.ContainsFunc(cases.Fields, func(f cases.Field) bool {
			return f.Name == name && (f.Sealed || f.Group == "account")
		})
	})
}

// Mirror is how home shows a referral to the receiver's node.
type Mirror struct {
	ID         string      `json:"id"`
	Happened   access.Verb `json:"verb"` // what has happened
	State      flow.State  `json:"state"`
	Version    int64       `json:"version"`
	FromAgency string      `json:"from_agency"`
	ToAgency   string      `json:"to_agency"`
	Agreement  string      `json:"agreement"`
	Purpose    string      `json:"purpose"`
	Urgent     bool        `json:"urgent"`
	Preview    *Preview    `json:"preview,omitempty"` // only with the sending
	Child      bool        `json:"child"`
	Reason     string      `json:"reason,omitempty"`
	Suggested  string      `json:"suggested,omitempty"`
	ETA        time.Time   `json:"eta"`
	ArrivedAt  time.Time   `json:"arrived_at"`
	Visits     int64       `json:"visits"`
	DueAt      time.Time   `json:"due_at"`
	DueKey     string      `json:"due_key"`
	Since      time.Time   `json:"since"`
	CreatedAt  time.Time   `json:"created_at"`
	from       string
	envelope   string
}

func (r Referral) mirror(verb access.Verb) Mirror {
	m := Mirror{ID: r.ID, Happened: verb, State: r.State, Version: r.Version, FromAgency: r.FromAgency, ToAgency: r.ToAgency,
		Agreement: r.Agreement, Purpose: r.Purpose, Urgent: r.Urgent, Child: r.Child, Reason: r.Reason, Suggested: r.Suggested,
		ETA: r.ETA, ArrivedAt: r.ArrivedAt, Visits: r.Visits, DueAt: r.DueAt, DueKey: r.DueKey, Since: r.Since, CreatedAt: r.CreatedAt}
	if verb == "referrals.send" || verb == "referrals.resume" {
		m.Preview = &r.Preview
	}
	return m
}

// Verb names it.
func (Mirror) Verb() access.Verb { return "referrals.mirror" }

// CarriesPerson reports whether the preview is in it.
func (m Mirror) CarriesPerson() bool { return m.Preview != nil }

// CarriedBy notes who sent it, and in which envelope.
func (m *Mirror) CarriedBy(d act.Delivery) { m.from, m.envelope = d.From, d.ID }

// Find loads the mirror, or begins one when it is sent for the first time.
func (m Mirror) Find(tx *store.Tx, who access.Who) (Referral, error) {
	r, err := Find(tx, m.ID)
	if !fault.Is(err, fault.KindNotFound) {
		return r, err
	}
	return Referral{ID: m.ID, Home: m.from, FromNode: m.from, FromAgency: m.FromAgency, ToNode: act.Here(tx), ToAgency: m.ToAgency,
		Agreement: m.Agreement, Purpose: m.Purpose, CreatedAt: m.CreatedAt, State: ConsentConfirmed, Envelope: m.envelope}, nil
}

// Do follows home, along the moves that the table knows.
func (m Mirror) Do(tx *store.Tx, who access.Who, r Referral) error {
	fresh := r.Version == 0
	if m.Version <= r.Version { // that home alone says it is policy
		return fault.Conflict("referrals.mirror-out-of-step")
	}
	from, err := m.follows(r)
	if err != nil {
		return err
	}
	r.State = from
	m.into(&r)
	if err := r.alert(tx); err != nil {
		return err
	}
	if fresh {
		to, err := cooperation.AgencyOf(tx, r.ToNode, r.ToAgency)
		if err != nil || !to.Active {
			return fault.Conflict("referrals.unknown-agency")
		}
		r.ToUser = to.Duty
		if err := r.insert(tx); err != nil {
			return err
		}
	} else if err := r.update(tx); err != nil {
		return err
	}
	err = r.note(tx, string(m.Happened), By[m.Happened], m.Reason, "")
	if err == nil && m.State == Withdrawn && r.PackedAt.IsZero() { // with a package, the recall decides
		err = eraseWords(tx, r.ID)
	}
	return err
}

// follows finds the state that the move leads from: that of the mirror or, where
// letters in between were recalled or stopped, one from which the table knows
// the move. A mirror begins with a sending and its preview.
func (m Mirror) follows(r Referral) (flow.State, error) {
	out := fault.Conflict("referrals.mirror-out-of-step")
	if r.Version == 0 && (m.Happened != "referrals.send" || m.Preview == nil) {
		return "", out
	}
	if next, err := Flow.Next(r.State, m.Happened); err == nil && next == m.State {
		return r.State, nil
	}
	if from, ok := Flow.Before(m.Happened, m.State); ok && r.Version > 0 && m.Version > r.Version+1 {
		return from, nil
	}
	return "", out
}

func (m Mirror) into(r *Referral) {
	r.was, r.State, r.Version = r.State, m.State, m.Version
	r.Urgent, r.Child, r.Reason, r.Suggested, r.ETA, r.Visits = m.Urgent, m.Child, m.Reason, m.Suggested, m.ETA, m.Visits
	r.ArrivedAt, r.DueAt, r.DueKey, r.Since = m.ArrivedAt, m.DueAt, m.DueKey, m.Since
	r.Asked = ""
	if m.Preview != nil {
		r.Preview = *m.Preview
	}
	if m.State == Withdrawn || m.State == Declined || m.State == Redirected {
		r.Preview = Preview{Child: m.Child} // what was shown for deciding is not needed any more
	}
}

// pack sends what the sender chose and the person agreed to, and no more.
func (r Referral) pack(tx *store.Tx) error {
	p, err := cases.Find(tx, r.Person)
	if err != nil {
		return err
	}
	sealed, err := cases.SealedOf(tx, r.Person)
	if err != nil {
		return err
	}
	for name := range sealed {
		if !slices.Contains(r.Fields, name) {
			delete(sealed, name)
		}
	}
	coded := previewOf(p, r.Fields)
	if r.CountedBy, err = countedBy(tx, r.Person); err != nil {
		return err
	}
	c := Package{ID: r.ID, Sealed: sealed, CountedBy: r.CountedBy, Attributes: cases.Attributes{Sex: coded.Sex, AgeBand: coded.AgeBand,
		AgeInDoubt: p.AgeInDoubt && slices.Contains(r.Fields, "age_in_doubt"), Citizenships: coded.Citizenships,
		Languages: coded.Languages, Interpreter: coded.Interpreter, Needs: coded.Needs}}
	if slices.Contains(r.Fields, "forms") {
		c.Attributes.Forms = p.Forms
	}
	envelope, err := act.Tell(tx, act.Letter{To: r.ToNode, Agreement: r.Agreement, Purpose: r.Purpose, About: r.ID,
		Person: r.Person, ToAgency: r.ToAgency, Fields: r.Fields, Command: c})
	if err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE referral SET package = $2, packed_at = $3, counted_by = $4 WHERE id = $1`, r.ID, envelope, tx.Now, r.CountedBy)
	return err
}

// Package is the full package: it begins the receiver's own file.
type Package struct {
	ID         string            `json:"id"`
	Sealed     map[string]string `json:"sealed"`
	Attributes cases.Attributes  `json:"attributes"`
	CountedBy  string            `json:"counted_by,omitempty"` // in whose figures they are; empty for the sender's
}

// Verb names it.
func (Package) Verb() access.Verb { return "referrals.package" }

// CarriesPerson is always so.
func (Package) CarriesPerson() bool { return true }

// Find loads the referral that it belongs to.
func (c Package) Find(tx *store.Tx, who access.Who) (Referral, error) { return Find(tx, c.ID) }

// Do begins the file at the receiving agency, for whoever acknowledged.
func (c Package) Do(tx *store.Tx, who access.Who, r Referral) error {
	if r.Owner() != Receiver {
		return fault.Conflict("referrals.mirror-out-of-step")
	}
	err := act.Then(tx, act.Deed{}, cases.Receive{Agency: r.ToAgency, User: r.ToUser, Referral: r.ID, Attributes: c.Attributes, Sealed: c.Sealed})
	if err != nil || r.Home == act.Here(tx) {
		return err
	}
	p, err := cases.ReceivedBy(tx, r.ToAgency, r.ID)
	if err != nil {
		return err
	}
	r.Person, r.PackedAt, r.CountedBy = p.ID, tx.Now, c.CountedBy
	return r.update(tx)
}

// MayLeave is asked when a letter about a person first leaves, which may be weeks
// after it was posted: the consent that it rests on must still hold.
func MayLeave(tx *store.Tx, id string) error {
	r, err := Find(tx, id)
	if err != nil || r.Home != act.Here(tx) {
		return err
	}
	consent, err := cases.FindConsent(tx, r.Consent)
	if err == nil && !consent.Holds(tx.Now) {
		err = fault.Conflict("cases.no-consent")
	}
	return err
}

// LetterStopped hears that a letter about a referral may not leave after all,
// and why. What was asked is refused; a sending that never left stops the
// referral until somebody resumes it; a package is packed again with the next
// move that may carry it.
func LetterStopped(tx *store.Tx, id string, verb access.Verb, envelope, why string) error {
	r, err := Find(tx, id)
	if fault.Is(err, fault.KindNotFound) {
		return nil
	}
	switch {
	case err != nil:
		return err
	case r.Home != act.Here(tx):
		return AskRefused(tx, id, why)
	case verb == "referrals.package" && r.Package == envelope:
		r.Package, r.PackedAt, r.CountedBy = "", time.Time{}, ""
		return r.update(tx)
	case verb == "referrals.words":
		return r.note(tx, "referrals.unsaid", Sender, "", "")
	case verb != "referrals.mirror" || r.State != Sent:
		return nil
	}
	if r.Envelope == envelope {
		r.Envelope = ""
		if err := r.update(tx); err != nil {
			return err
		}
	}
	return act.Then(tx, act.Deed{}, Suspend{On: On{id}, Reason: "agreement-stopped"})
}

// AskRefused clears what was asked when home refused it, and keeps why.
func AskRefused(tx *store.Tx, id, why string) error {
	_, err := tx.Exec(`UPDATE referral SET asked = '', refused = $2 WHERE id = $1 AND asked <> ''`, id, why)
	return err
}

// FileOpened notes that somebody opened the file that a referral began, and
// lets the sender know. It follows from cases.open.
func FileOpened(tx *store.Tx, person string) error {
	p, err := cases.Find(tx, person)
	if err != nil || p.Origin != "referral" {
		return err
	}
	n, err := tx.Exec(`UPDATE referral SET read_at = $2 WHERE id = $1 AND read_at = ''`, p.OriginID, tx.Now)
	if err != nil || n == 0 {
		return err
	}
	r, err := Find(tx, p.OriginID)
	if err != nil || r.Home == act.Here(tx) {
		return err
	}
	return act.Climb(tx, r.Envelope, act.Opened)
}

// EndOf ends every referral of an erased person, and erases the words about
// them. It follows from cases.erase.
func EndOf(tx *store.Tx, d act.Deed, person string) error {
	ids, err := store.All(tx, store.Value[string], `SELECT id FROM referral WHERE person = $1`, person)
	if err != nil {
		return err
	}
	for _, id := range ids {
		r, err := Find(tx, id)
		if err != nil {
			return err
		}
		if r.Home == act.Here(tx) && !Flow.Place(r.State).End {
			if err := act.Then(tx, d, Withdraw{On{id}}); err != nil {
				return err
			}
		}
		if err := eraseWords(tx, id); err != nil {
			return err
		}
	}
	return nil
}

// eraseWords erases everything that anybody wrote about a referral.
func eraseWords(tx *store.Tx, id string) error {
	if err := vault.Erase(tx, id); err != nil {
		return err
	}
	_, err := tx.Exec(`UPDATE referral_event SET worded = FALSE WHERE referral = $1`, id)
	return err
}

// Strand escalates every live referral with a node that is no partner any more:
// a named person must find another way.
func Strand(tx *store.Tx, d act.Deed, node string) error {
	ids, err := store.All(tx, store.Value[string], `SELECT id FROM referral WHERE (to_node = $1 OR from_node = $1) AND escalated_at = ''
		AND state NOT IN ('closed', 'declined', 'redirected', 'withdrawn_by_person', 'discarded')`, node)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := act.Then(tx, d, Escalate{On{id}}); err != nil {
			return err
		}
	}
	return nil
}
