package cases

import (
	"cmp"
	"slices"
	"strings"

	"istmo/access"
	"istmo/fault"
	"istmo/likeness"
	"istmo/store"
)

// Seen is another file that may be the same person's, as far as whoever asks may
// know of it. Of a file that they may open: everything. Of another one of their
// agency: that there is one, and how likely. Of another agency's: nothing, until
// both agencies have let each other know; then, whose focal point to ask.
type Seen struct {
	Person  string   `json:"person"` // empty for a file that the asker may not open
	Ref     string   `json:"ref"`
	Agency  string   `json:"agency"`
	Band    string   `json:"band"`
	State   string   `json:"state"`
	Reasons []string `json:"reasons"` // empty with Person
	Opens   bool     `json:"opens"`
	ByWhom  string   `json:"by_whom"`
}

// SeenBefore asks whether there are other files of a person. It is answered only
// for a file that is the asker's own: nobody looks a name up.
type SeenBefore struct{ On }

// Verb names it.
func (SeenBefore) Verb() access.Verb { return "cases.seen-before" }

// Answer lists them: what waits for a decision first, then by likelihood.
func (c SeenBefore) Answer(tx *store.Tx, who access.Who, p Person) ([]Seen, error) {
	return seenBefore(tx, who, p)
}

func seenBefore(tx *store.Tx, who access.Who, p Person) ([]Seen, error) {
	pairs, err := likeness.Of(tx, p.ID)
	if err != nil {
		return nil, err
	}
	var all []Seen
	for _, pair := range pairs {
		other, err := Find(tx, pair.Other(p.ID))
		if fault.Is(err, fault.KindNotFound) {
			continue // a subject of another feature
		}
		if err != nil {
			return nil, err
		}
		s, shown, err := asSeen(tx, who, pair, p, other)
		if err != nil {
			return nil, err
		}
		if shown {
			all = append(all, s)
		}
	}
	slices.SortStableFunc(all, func(a, b Seen) int {
		return cmp.Or(cmp.Compare(order[a.State], order[b.State]), cmp.Compare(a.Band, b.Band), cmp.Compare(b.Ref, a.Ref))
	})
	return all, nil
}

var order = map[string]int{likeness.Suggested: 0, likeness.Same: 1, likeness.Different: 2, likeness.Undone: 3}

// asSeen is what of a pair may be told to somebody who may open p.
func asSeen(tx *store.Tx, who access.Who, pair likeness.Pair, p, other Person) (s Seen, shown bool, err error) {
	s = Seen{Agency: other.Agency, Band: pair.Band(), State: pair.State}
	switch {
	case slices.Contains(other.assigned, who.ID):
		s.Person, s.Ref, s.Reasons, s.ByWhom, s.Opens = other.ID, other.Ref, pair.Reasons, pair.ByWhom, true
		return s, true, nil
	case pair.State != likeness.Suggested && pair.State != likeness.Same:
		return s, false, nil
	case other.Agency == p.Agency:
		return s, true, nil
	}
	both, err := bothLetKnow(tx, pair.ID)
	return s, both, err
}

func bothLetKnow(tx *store.Tx, pair string) (bool, error) {
	n, err := store.One(tx, store.Value[int64], `SELECT COUNT(*) FROM person_known WHERE pair = $1`, pair)
	return n == 2, err
}

// Two is two files that may be one person's, as a decision is about them.
type Two struct {
	pair   likeness.Pair
	a, b   Person
	exists bool
}

// ObjectID is the pair's.
func (t Two) ObjectID() string { return t.pair.ID }

// PersonID is under whose key the reason is sealed.
func (t Two) PersonID() string { return t.a.ID }

// Facts are those of both files together: who is assigned to one is not assigned
// to two.
func (t Two) Facts() access.Facts {
	assigned := []string{}
	for _, user := range t.a.assigned {
		if slices.Contains(t.b.assigned, user) {
			assigned = append(assigned, user)
		}
	}
	agency := t.a.Agency
	if t.b.Agency != agency {
		agency = ""
	}
	return access.Facts{"agency": agency, "assigned": assigned, "glass": []string{}, "child": t.a.Child() || t.b.Child(),
		"erased": !t.a.ErasedAt.IsZero() || !t.b.ErasedAt.IsZero()}
}

// OnTwo says which two files a decision is about, in either order, and why.
type OnTwo struct {
	Person string `json:"person"`
	Other  string `json:"other"`
	Reason string `json:"reason"`
}

// Find loads both. A pair that nothing suggested is made when it is decided.
func (c OnTwo) Find(tx *store.Tx, who access.Who) (t Two, err error) {
	if t.a, err = Find(tx, c.Person); err != nil {
		return t, err
	}
	if t.b, err = Find(tx, c.Other); err != nil {
		return t, err
	}
	t.pair, err = likeness.Between(tx, c.Person, c.Other)
	if t.exists = err == nil; fault.Is(err, fault.KindNotFound) {
		t.pair, err = likeness.Pair{ID: tx.NewID("lik")}, nil
	}
	return t, err
}

func (c OnTwo) decide(tx *store.Tx, who access.Who, t Two, state string) error {
	if c.Person == c.Other {
		return fault.Invalid("other", "cases.same-file")
	}
	if len([]rune(strings.TrimSpace(c.Reason))) < 10 {
		return fault.Invalid("reason", "cases.say-why")
	}
	if !t.exists {
		if state == likeness.Undone {
			return fault.Conflict("likeness.decided-already")
		}
		var err error
		if t.pair, err = likeness.Bring(tx, t.pair.ID, t.a.ID, t.b.ID); err != nil {
			return err
		}
	}
	return likeness.Decide(tx, t.pair, state, who.ID)
}

// LinkSame says that two files are one person's. Neither changes: each keeps its
// reference, agency, consents, statuses and referrals; the link stands beside them
// until Unlink takes it back. Between agencies it takes somebody to whom both have
// opened their file, and so the agreement of both.
type LinkSame struct{ OnTwo }

// Verb names it.
func (LinkSame) Verb() access.Verb { return "cases.link-same" }

// Do links them.
func (c LinkSame) Do(tx *store.Tx, who access.Who, t Two) error {
	return c.decide(tx, who, t, likeness.Same)
}

// TellApart says that two files are of two people. It is not suggested again
// unless something new speaks for it.
type TellApart struct{ OnTwo }

// Verb names it.
func (TellApart) Verb() access.Verb { return "cases.tell-apart" }

// Do keeps it.
func (c TellApart) Do(tx *store.Tx, who access.Who, t Two) error {
	return c.decide(tx, who, t, likeness.Different)
}

// Unlink takes back what was said of two files, either way.
type Unlink struct{ OnTwo }

// Verb names it.
func (Unlink) Verb() access.Verb { return "cases.unlink" }

// Do takes it back.
func (c Unlink) Do(tx *store.Tx, who access.Who, t Two) error {
	return c.decide(tx, who, t, likeness.Undone)
}

// OnePerson lists the files that are one person's by the links that stand, this
// one first, whoever may open them.
func OnePerson(tx *store.Tx, person string) ([]string, error) {
	all := []string{person}
	for at := 0; at < len(all); at++ {
		pairs, err := likeness.Of(tx, all[at])
		if err != nil {
			return nil, err
		}
		for _, p := range pairs {
			if other := p.Other(all[at]); p.State == likeness.Same && !slices.Contains(all, other) {
				all = append(all, other)
			}
		}
	}
	return all, nil
}

// repeats is how many files, of those that who counts, are one more of a person
// who is counted already. Two are one if a link joins them, also through a third.
func repeats(tx *store.Tx, who access.Who, search string) (n int64, err error) {
	ids, err := store.All(tx, store.Value[string], `SELECT id FROM person`+withinReach+` AND id IN (`+likeness.Linked+`) ORDER BY id`,
		who.ID, tx.Now, reach(who), likePrefix(search))
	if err != nil {
		return 0, err
	}
	counted := map[string]bool{}
	for _, id := range ids {
		if counted[id] {
			n++
			continue
		}
		one, err := OnePerson(tx, id)
		if err != nil {
			return 0, err
		}
		for _, file := range one {
			counted[file] = true
		}
	}
	return n, nil
}

// Twin is another file of the same person, for somebody who may open it.
type Twin struct {
	Person string `json:"person"`
	Ref    string `json:"ref"`
	Agency string `json:"agency"`
}

// twins are the other files of one person that who may open, through however many
// links, also through files that they may not.
func twins(tx *store.Tx, who access.Who, p Person) ([]Twin, error) {
	ids, err := OnePerson(tx, p.ID)
	if err != nil {
		return nil, err
	}
	var all []Twin
	for _, id := range ids[1:] {
		other, err := Find(tx, id)
		if fault.Is(err, fault.KindNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if slices.Contains(other.assigned, who.ID) {
			all = append(all, Twin{other.ID, other.Ref, other.Agency})
		}
	}
	return all, nil
}
