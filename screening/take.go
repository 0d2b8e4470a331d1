package screening

import (
	"context"
	"slices"
	"strconv"

	"istmo/access"
	"istmo/act"
	"istmo/fault"
	"istmo/screening/sealed"
	"istmo/store"
	"istmo/vault"
)

// The states of a revision. What is held waits for a person, what is waiting for
// another revision.
const (
	Taken     = "taken"
	Waiting   = "waiting"
	Held      = "held"
	Discarded = "discarded"
	Refused   = "refused" // nothing is kept of it: it was made for nobody here
)

// Entry is what became of one record that was handed over.
type Entry struct {
	Session string `json:"session"`
	N       uint32 `json:"n"`
	State   string `json:"state"`
	Why     string `json:"why,omitempty"` // a translation key
}

// Deliver takes in a bundle that a device carries, its own records and other
// people's, in the order in which they stand. Each record is a deed of the officer
// who made it; a record that is there already is left as it is. Only a failure of
// the node itself is an error, and then what was taken stays taken.
func Deliver(ctx context.Context, e *act.Engine, carrier Device, b sealed.Bundle) ([]Entry, error) {
	sessions := map[sealed.ID]sealed.Session{}
	for _, s := range b.Sessions {
		sessions[s.ID()] = s
	}
	out := make([]Entry, 0, len(b.Records))
	for _, r := range b.Records {
		entry, err := deliver(ctx, e, carrier, sessions[r.Session], r)
		if err != nil {
			return out, err
		}
		out = append(out, entry)
	}
	return out, nil
}

func deliver(ctx context.Context, e *act.Engine, carrier Device, s sealed.Session, r sealed.Record) (Entry, error) {
	entry := Entry{Session: r.Session.String(), N: r.N, State: Refused}
	known, who, err := meet(ctx, e, s, r, &entry)
	if err != nil || known || entry.Why != "" {
		return entry, err
	}
	take := Take{Carrier: carrier.ID, session: s, record: r, entry: &entry}
	_, err = act.Do(ctx, e, who, take)
	if faults := fault.All(err); len(faults) > 0 && !slices.Contains(nobodys, faults[0].Key) {
		take.hold = "screening.held.not-taken"
		_, err = act.Do(ctx, e, e.Self, take)
	}
	if faults := fault.All(err); len(faults) > 0 {
		entry.State, entry.Why = Refused, faults[0].Key
		return entry, nil
	}
	return entry, err
}

// nobodys are the faults of a record itself: no node of the unit can ever take it. One
// that fails for any other reason, such as an officer who screens no more, is held for
// a person, since nothing of it may be lost.
var nobodys = []string{"screening.bad-seal", "screening.bad-revision", "screening.other-unit"}

// meet finds out who made a record, and whether it is here already. An officer who
// may no longer write is written down by the node, which holds what they made.
func meet(ctx context.Context, e *act.Engine, s sealed.Session, r sealed.Record, entry *Entry) (known bool, who access.Who, err error) {
	err = e.DB.Read(ctx, func(tx *store.Tx) error {
		entry.State, entry.Why, err = stateOf(tx, revisionID(r))
		if known = err == nil; known || !fault.Is(err, fault.KindNotFound) {
			return err
		}
		entry.State = Refused
		se, err := sessionOf(tx, r.Session, s)
		if err != nil {
			return err
		}
		var why string
		if who, _, _, why, err = officer(tx, se.credential); why != "" {
			who = e.Self
		}
		return err
	})
	if faults := fault.All(err); len(faults) > 0 {
		entry.Why, err = "screening.bad-seal", nil
		if faults[0].Kind != fault.KindNotFound {
			entry.Why = faults[0].Key
		}
	}
	return known, who, err
}

func revisionID(r sealed.Record) string { return r.Session.String() + ":" + strconv.Itoa(int(r.N)) }

// session is a time in which an officer had the app open, as the node knows it.
type session struct {
	id         string
	agency     string
	credential string
	secret     []byte
	new        bool
}

// sessionOf is a session that is known, or that s begins.
func sessionOf(tx *store.Tx, id sealed.ID, s sealed.Session) (se session, err error) {
	se, err = store.One(tx, (*session).columns, selectSession+` WHERE id = $1`, id.String())
	if err == nil {
		se.secret, err = vault.Open(tx, vault.Node, "session "+se.id, se.secret)
		return se, err
	}
	if !fault.Is(err, fault.KindNotFound) || len(s.Enc) == 0 {
		return se, err
	}
	se = session{id: id.String(), credential: s.Credential, new: true}
	if se.agency, err = store.One(tx, store.Value[string], `SELECT agency FROM screening_unit WHERE id = $1`, s.Unit.String()); err != nil {
		if fault.Is(err, fault.KindNotFound) {
			err = fault.Invalid("", "screening.other-unit")
		}
		return se, err
	}
	u, err := unitOf(tx, se.agency)
	if err != nil {
		return se, err
	}
	se.secret, err = u.Secret(s)
	return se, err
}

// Met lists the sessions of a bundle that the node knows from now on: those of
// which it has taken a record.
func Met(ctx context.Context, db *store.DB, b sealed.Bundle) ([]string, error) {
	met := []string{}
	err := db.Read(ctx, func(tx *store.Tx) error {
		for _, s := range b.Sessions {
			all, err := store.All(tx, store.Value[string], `SELECT id FROM screening_session WHERE id = $1`, s.ID().String())
			if err != nil {
				return err
			}
			met = append(met, all...)
		}
		return nil
	})
	return met, err
}

// Take takes one sealed record in. Nobody says it but a device that carries it.
type Take struct {
	Carrier string `json:"carrier"` // the device that brought it
	session sealed.Session
	record  sealed.Record
	entry   *Entry
	hold    string // why a person must look at it; empty to take it
}

// Verb names it.
func (Take) Verb() access.Verb { return "screening.take" }

// Find loads the screening, or makes it at its first record.
func (c Take) Find(tx *store.Tx, who access.Who) (Screening, error) {
	se, err := sessionOf(tx, c.record.Session, c.session)
	if err != nil {
		return Screening{}, err
	}
	by, device, _, _, err := officer(tx, se.credential)
	if err != nil {
		return Screening{}, err
	}
	s, err := found(tx, `chain = $1`, c.record.Chain.String())
	if fault.Is(err, fault.KindNotFound) {
		id := tx.NewID("scr")
		return Screening{ID: id, subject: id, chain: c.record.Chain.String(), Receipt: c.record.Receipt(), Agency: se.agency, Officer: by.ID,
			Post: device.Post, device: device.ID, Sex: "unknown", AgeBand: "unknown", ReceivedAt: tx.Now, fresh: true}, nil
	}
	if err == nil && s.Agency != se.agency {
		return s, fault.Invalid("", "screening.bad-seal") // a chain is one unit's
	}
	return s, err
}

// Do opens the record and applies it, if what it builds on is here.
func (c Take) Do(tx *store.Tx, who access.Who, s Screening) error {
	se, err := sessionOf(tx, c.record.Session, c.session)
	if err != nil {
		return err
	}
	by, device, secret, why, err := officer(tx, se.credential)
	if err != nil {
		return err
	}
	c.entry.State, c.entry.Why, err = stateOf(tx, revisionID(c.record))
	if !fault.Is(err, fault.KindNotFound) {
		return err // another phone was faster
	}
	v, err := sealed.Open(se.secret, secret, c.record)
	if err != nil {
		return err
	}
	why = or(c.hold, why)
	if err := begin(tx, se, &s); err != nil {
		return err
	}
	r := revision{id: revisionID(c.record), screening: s.ID, state: Taken, why: why, device: device.ID, officer: by.ID, at: plausible(v.At, tx.Now)}
	if v.Parent != "" {
		r.parents = []string{v.Parent}
	}
	for field := range v.Set {
		r.fields = append(r.fields, field)
	}
	slices.Sort(r.fields)
	if err := s.receive(tx, &r, v, c.record); err != nil {
		return err
	}
	c.entry.State, c.entry.Why = r.state, r.why
	if r.state != Taken {
		return nil
	}
	return s.follow(tx, who)
}

// begin stores what a first record brings: its session, and its screening.
func begin(tx *store.Tx, se session, s *Screening) error {
	if se.new {
		kept, err := vault.Seal(tx, vault.Node, "session "+se.id, se.secret)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO screening_session (id, agency, credential, secret, at) VALUES ($1, $2, $3, $4, $5)`,
			se.id, se.agency, se.credential, kept, tx.Now); err != nil {
			return err
		}
	}
	if !s.fresh {
		return nil
	}
	return s.insert(tx)
}
