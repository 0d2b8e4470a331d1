package screening

import (
	"errors"
	"slices"
	"strings"

	"istmo/access"
	"istmo/cases"
	"istmo/fault"
	"istmo/likeness"
	"istmo/screening/sealed"
	"istmo/store"
	"istmo/vault"
)

// desk adds a revision that somebody made at the desk, who has read everything
// that is there.
func (s *Screening) desk(tx *store.Tx, who access.Who, v sealed.Revision) error {
	chain, err := s.chainOf(tx)
	if err != nil {
		return err
	}
	r := revision{id: tx.NewID("rev"), screening: s.ID, parents: chain.heads(), state: Taken, officer: who.ID, at: tx.Now}
	for field := range v.Set {
		r.fields = append(r.fields, field)
	}
	slices.Sort(r.fields)
	if err := r.insert(tx, 0); err != nil {
		return err
	}
	if err := s.apply(tx, chain, r, v); err != nil {
		return err
	}
	return s.follow(tx, who)
}

// Settle decides between two values of a field.
type Settle struct {
	On
	Field    string `json:"field"`
	Revision string `json:"revision"` // whose value holds; empty for the one that stands
}

// Verb names it.
func (Settle) Verb() access.Verb { return "screening.settle" }

// Do makes the chosen value the field's, as a revision of its own.
func (c Settle) Do(tx *store.Tx, who access.Who, s Screening) error {
	open, err := s.conflicts(tx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(open, func(f Conflict) bool { return f.Field == c.Field && (c.Revision == "" || f.Revision == c.Revision) })
	if i < 0 {
		return fault.Conflict("screening.settled-already")
	}
	if c.Revision == "" {
		return s.keep(tx, who, c.Field)
	}
	value := any(open[i].Words)
	if len(open[i].Words) == 0 {
		secrets, err := vault.Get(tx, s.subject, other(c.Field, c.Revision))
		if err != nil {
			return err
		}
		value = secrets[other(c.Field, c.Revision)]
	}
	if err := s.close(tx, who, c.Field); err != nil {
		return err
	}
	return s.desk(tx, who, sealed.Revision{Set: map[string]any{c.Field: value}})
}

// keep lets the value that stands hold, in the person's file too.
func (s *Screening) keep(tx *store.Tx, who access.Who, field string) error {
	if err := s.close(tx, who, field); err != nil || s.Person == "" || !slices.Contains(carried, field) {
		return err
	}
	secrets, err := vault.Get(tx, s.subject, field)
	if err != nil {
		return err
	}
	p, err := cases.Find(tx, s.Person)
	if err != nil || !p.ErasedAt.IsZero() {
		return err
	}
	return identify(tx, who, p, map[string]string{field: secrets[field]})
}

// close closes a field's conflicts, and forgets the values that did not hold.
func (s Screening) close(tx *store.Tx, who access.Who, field string) error {
	open, err := s.conflicts(tx)
	if err != nil {
		return err
	}
	gone := map[string]string{}
	for _, f := range open {
		if f.Field == field && len(f.Words) == 0 {
			gone[other(field, f.Revision)] = ""
		}
	}
	if len(gone) > 0 {
		if err := vault.Put(tx, s.subject, gone); err != nil {
			return err
		}
	}
	_, err = tx.Exec(`UPDATE screening_conflict SET settled_at = $3, settled_by = $4 WHERE screening = $1 AND field = $2 AND settled_at = ''`, s.ID, field, tx.Now, who.ID)
	return err
}

// Decide gives a screening its outcome at the desk: of a talk that was cut short,
// or another than the officer's at the post. Earlier decisions stay in the chain.
type Decide struct {
	On
	Outcome string `json:"outcome"`
	Reasons string `json:"reasons"`
}

// Verb names it.
func (Decide) Verb() access.Verb { return "screening.decide" }

// Do decides.
func (c Decide) Do(tx *store.Tx, who access.Who, s Screening) error {
	var check fault.Check
	check.That(slices.Contains(Outcomes, c.Outcome), "outcome", "fault.not-in-list")
	check.That(len(strings.TrimSpace(c.Reasons)) >= 10, "reasons", "screening.reasons-needed")
	check.That(len(c.Reasons) <= 16<<10, "reasons", "fault.too-long")
	if err := check.Err(); err != nil {
		return err
	}
	return s.desk(tx, who, sealed.Revision{Set: map[string]any{"outcome": c.Outcome, "reasons": c.Reasons}, Final: true})
}

// Release takes in what was held, after somebody has looked at where it came from,
// and what waits for a part that will not come any more.
type Release struct {
	On
	Reason string `json:"reason"`
}

// Verb names it.
func (Release) Verb() access.Verb { return "screening.release" }

// Do takes it in as if it came now, oldest first.
func (c Release) Do(tx *store.Tx, who access.Who, s Screening) error {
	held, err := s.held(tx, c.Reason, Held, Waiting)
	if err != nil {
		return err
	}
	for _, r := range held {
		if err := r.become(tx, Waiting); err != nil {
			return err
		}
	}
	chain, err := s.chainOf(tx)
	if err != nil {
		return err
	}
	if err := s.replay(tx, chain); err != nil {
		return err
	}
	slices.SortFunc(held, func(a, b revision) int { return a.at.Compare(b.at) })
	for _, r := range held {
		if chain[r.id].state == Taken {
			continue
		}
		if err := s.take(tx, chain, chain[r.id]); err != nil {
			return err
		}
	}
	return s.follow(tx, who)
}

// held are the revisions that wait for a person, with a reason to move them.
func (s Screening) held(tx *store.Tx, reason string, states ...string) ([]revision, error) {
	if len(strings.TrimSpace(reason)) < 10 {
		return nil, fault.Invalid("reason", "screening.reason-needed")
	}
	held, err := store.All(tx, (*revision).columns, selectRevision+` WHERE screening = $1 AND state IN ('held', 'waiting') ORDER BY id`, s.ID)
	held = slices.DeleteFunc(held, func(r revision) bool { return !slices.Contains(states, r.state) })
	if err == nil && len(held) == 0 {
		return nil, fault.Conflict("screening.nothing-held")
	}
	return held, err
}

// Discard puts away what was held: it was made by nobody of ours.
type Discard struct {
	On
	Reason string `json:"reason"`
}

// Verb names it.
func (Discard) Verb() access.Verb { return "screening.discard" }

// Do keeps that it came, and nothing of what it says.
func (c Discard) Do(tx *store.Tx, who access.Who, s Screening) error {
	held, err := s.held(tx, c.Reason, Held)
	for i := 0; err == nil && i < len(held); i++ {
		err = held[i].become(tx, Discarded)
	}
	return err
}

// NoteMet notes that a team has taken the person on. It follows from the team's
// acknowledging; nobody says it by hand.
type NoteMet struct{ On }

// Verb names it.
func (NoteMet) Verb() access.Verb { return "screening.note-met" }

// Do notes it once.
func (c NoteMet) Do(tx *store.Tx, who access.Who, s Screening) error {
	if !s.MetAt.IsZero() {
		return nil
	}
	s.MetAt = tx.Now
	return s.update(tx)
}

// Forget destroys what names the person in a screening. The codes stay, as a
// number among others. Whatever a phone still brings begins under another key.
type Forget struct{ On }

// Verb names it.
func (Forget) Verb() access.Verb { return "screening.forget" }

// Do forgets.
func (c Forget) Do(tx *store.Tx, who access.Who, s Screening) error {
	if err := errors.Join(likeness.Forget(tx, s.subject), vault.Erase(tx, s.subject)); err != nil {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM screening_value WHERE screening = $1 AND value = '' AND field NOT LIKE 'q.%'`, s.ID); err != nil {
		return err
	}
	s.subject, s.ForgottenAt = tx.NewID("scs"), tx.Now
	return s.update(tx)
}
