package screening

import (
	"slices"

	"istmo/access"
	"istmo/cases"
	"istmo/fault"
	"istmo/likeness"
	"istmo/store"
	"istmo/vault"
)

// Seen is somebody who may be the person of a screening: another screening, or a
// person's file. What the reader's own unit has and the reader may not open is there
// without a number; what another institution has is not there at all, because where
// somebody is known can put them in danger (cases: its focal points let each other
// know).
type Seen struct {
	Pair      string   `json:"pair"`
	State     string   `json:"state"`
	Band      string   `json:"band"`
	Reasons   []string `json:"reasons"`
	Screening string   `json:"screening"`
	Receipt   string   `json:"receipt"`
	Person    string   `json:"person"`
	Ref       string   `json:"ref"`
}

// recognise looks for who was seen before, once something is known that tells. A
// person who has a file is looked for by it.
func (s *Screening) recognise(tx *store.Tx) error {
	told := slices.ContainsFunc([]string{"given_names", "family_names", "birth_date", "document", "phone"}, func(f string) bool { _, is := s.changed[f]; return is })
	if !told || s.Person != "" {
		return nil
	}
	f, err := vault.Get(tx, s.subject)
	if err != nil {
		return err
	}
	_, err = likeness.Note(tx, s.subject, likeness.Identity{GivenNames: f["given_names"], FamilyNames: f["family_names"], BirthDate: f["birth_date"], Document: f["document"], Phone: f["phone"]})
	return err
}

// seen lists who may be the same person, as who may know of them.
func (s Screening) seen(tx *store.Tx, who access.Who) ([]Seen, error) {
	pairs, err := likeness.Of(tx, s.subject)
	if err != nil {
		return nil, err
	}
	var all []Seen
	for _, p := range pairs {
		one := Seen{Pair: p.ID, State: p.State, Band: p.Band(), Reasons: p.Reasons}
		there, err := one.find(tx, who, p.Other(s.subject))
		if err != nil {
			return nil, err
		}
		if there {
			all = append(all, one)
		}
	}
	return all, nil
}

// find fills in which one the other is, if who may open it, and reports whether who
// may know of it at all.
func (one *Seen) find(tx *store.Tx, who access.Who, subject string) (bool, error) {
	same, err := found(tx, `subject = $1`, subject)
	if err == nil {
		if may(who, "screening.open", same) {
			one.Screening, one.Receipt = same.ID, same.Receipt
		}
		return one.Screening != "" || same.Agency == who.Agency, nil
	}
	if !fault.Is(err, fault.KindNotFound) {
		return false, err
	}
	p, err := cases.Find(tx, subject)
	if fault.Is(err, fault.KindNotFound) {
		return false, nil
	}
	if err == nil && may(who, "cases.open", p) {
		one.Person, one.Ref = p.ID, p.Ref
	}
	return err == nil && (one.Person != "" || p.Agency == who.Agency), err
}

func may(who access.Who, verb access.Verb, o access.Object) bool {
	return access.Decide(who, verb, o.ObjectID(), o.Facts()).Allowed
}

// OnPair says which likeness of a screening a verb is about.
type OnPair struct {
	On
	Pair string `json:"pair"`
}

// tell writes down what somebody said of a pair, whose other side they may open.
func (c OnPair) tell(tx *store.Tx, who access.Who, s *Screening, state string) error {
	p, err := likeness.FindPair(tx, c.Pair)
	if err != nil {
		return err
	}
	second := Seen{}
	if there, err := second.find(tx, who, p.Other(s.subject)); err != nil || !there || p.Earlier != s.subject && p.Later != s.subject {
		return orNotFound(err)
	}
	if second.Screening == "" && second.Person == "" {
		return fault.Conflict("screening.ask-the-agency")
	}
	if err := likeness.Decide(tx, p, state, who.ID); err != nil || second.Person == "" {
		return err
	}
	return s.join(tx, state, second.Person)
}

func orNotFound(err error) error {
	if err == nil {
		return fault.NotFound()
	}
	return err
}

// join lets a screening that began no file belong to the person's, or takes that
// back.
func (s *Screening) join(tx *store.Tx, state, person string) error {
	switch {
	case state == likeness.Same && s.Person == "":
		s.Person = person
	case state != likeness.Same && s.Person == person:
		s.Person = ""
	default:
		return nil
	}
	return s.update(tx)
}

// TellSame says that two are one person. Nothing of either is changed; they are
// counted once, and it can be taken back.
type TellSame struct{ OnPair }

// Verb names it.
func (TellSame) Verb() access.Verb { return "screening.tell-same" }

// Do says it.
func (c TellSame) Do(tx *store.Tx, who access.Who, s Screening) error {
	return c.tell(tx, who, &s, likeness.Same)
}

// TellApart says that they are two.
type TellApart struct{ OnPair }

// Verb names it.
func (TellApart) Verb() access.Verb { return "screening.tell-apart" }

// Do says it.
func (c TellApart) Do(tx *store.Tx, who access.Who, s Screening) error {
	return c.tell(tx, who, &s, likeness.Different)
}

// TakeBack takes back what was said of a pair.
type TakeBack struct{ OnPair }

// Verb names it.
func (TakeBack) Verb() access.Verb { return "screening.take-back" }

// Do takes it back.
func (c TakeBack) Do(tx *store.Tx, who access.Who, s Screening) error {
	return c.tell(tx, who, &s, likeness.Undone)
}
