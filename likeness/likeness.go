package likeness

import (
	"cmp"
	"maps"
	"slices"

	"istmo/likeness/names"
	"istmo/store"
	"istmo/vault"
)

// Identity is what a subject is indexed by; any of it may be empty.
type Identity = names.Identity

// Form is the version of the keys. Whoever keeps under which form a subject was
// indexed knows, after an upgrade, whom to index anew.
const Form = names.Form

// Index makes a subject findable by an identity, instead of by what it was
// indexed by before. Forget takes it back; vault.Erase does so too.
func Index(tx *store.Tx, subject string, i Identity) error {
	return vault.Reblind(tx, subject, blind(names.Read(i).Keys()))
}

func blind(keys []names.Key) []vault.Blind {
	all := make([]vault.Blind, len(keys))
	for n, k := range keys {
		all[n] = vault.Blind{Kind: byte(k.Kind), Value: k.Value}
	}
	return all
}

// Forget removes a subject's keys and every pair it stands in, as an erasure
// does: that two were one person is known of both.
func Forget(tx *store.Tx, subject string) error {
	if err := vault.Unblind(tx, subject); err != nil {
		return err
	}
	return forgetPairs(tx, subject)
}

// Candidate is a subject that may be the same person.
type Candidate struct {
	Subject string
	Score   int      // bits by which what speaks for it outweighs what speaks against it: at 0 the odds are even
	Reasons []string // codes, the strongest first
}

// The bands of a score, which is all of it that is shown.
const (
	Likely   = "likely"   // errs in fewer than one of a hundred, by its own estimate
	Possible = "possible" // worth asking
)

// Band is the band of a score.
func Band(score int) string {
	if score >= 7 {
		return Likely
	}
	return Possible
}

// Band is the candidate's.
func (c Candidate) Band() string { return Band(c.Score) }

const (
	examined = 24 // candidates looked at closely
	offered  = 8  // candidates given back
)

// Suggest lists who may be the same person as this identity, which need not be
// indexed yet, the likeliest first, without the subject itself and without those
// it was told apart from by what is known now. It opens nothing.
func Suggest(tx *store.Tx, subject string, i Identity) ([]Candidate, error) {
	found, err := look(tx, subject, names.Read(i))
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return withoutSettled(tx, subject, found)
}

// Note indexes a subject, looks for others, and keeps those found as pairs for a
// person to decide. It returns what is newly suggested.
func Note(tx *store.Tx, subject string, i Identity) ([]Candidate, error) {
	found, err := Suggest(tx, subject, i)
	if err != nil {
		return nil, err
	}
	if err := Index(tx, subject, i); err != nil {
		return nil, err
	}
	return keep(tx, subject, found)
}

func look(tx *store.Tx, subject string, p names.Person) ([]Candidate, error) {
	probes := p.Probes()
	keys := make([]names.Key, len(probes))
	for n, q := range probes {
		keys[n] = q.Key
	}
	holders, total, err := vault.Holding(tx, subject, blind(keys))
	if err != nil {
		return nil, err
	}
	near, err := vault.Compare(tx, nearest(holders), blind(keys))
	if err != nil {
		return nil, err
	}
	e := evidence{person: p, probes: probes, holders: holders, total: max(total, fewest)}
	var found []Candidate
	for _, h := range near {
		if score, reasons := e.weigh(h); score >= least {
			found = append(found, Candidate{h.Subject, score, reasons})
		}
	}
	slices.SortFunc(found, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Subject, b.Subject))
	})
	return found[:min(offered, len(found))], nil
}

// nearest are the subjects that share the rarest keys. A key that is common names
// nobody.
func nearest(holders []vault.Holders) []int64 {
	weight := map[int64]float64{}
	for _, h := range holders {
		for _, no := range h.Named {
			weight[no] += 1 / float64(len(h.Named))
		}
	}
	all := slices.SortedFunc(maps.Keys(weight), func(a, b int64) int {
		return cmp.Or(cmp.Compare(weight[b], weight[a]), cmp.Compare(a, b))
	})
	return all[:min(examined, len(all))]
}
