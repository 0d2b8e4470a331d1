package likeness

import (
	"slices"

	"istmo/likeness/names"
	"istmo/store"
	"istmo/vault"
)

// Identity is what a subject is indexed by; any of it may be empty.
type Identity = names.Identity

// prefix begins the kind of every key of this package in the vault.
const prefix = "like."

var kinds = func() (all []string) {
	for _, k := range names.Kinds {
		all = append(all, string(k))
	}
	return all
}()

// Index makes a subject findable by an identity, instead of by what it was
// indexed by before. Forget takes it back; vault.Erase does so too.
func Index(tx *store.Tx, subject string, i Identity) error {
	keys := names.Read(i).Keys()
	blind := make([]vault.Key, len(keys))
	for n, k := range keys {
		blind[n] = vault.Key{Kind: string(k.Kind), Value: k.Value}
	}
	if err := vault.Reindex(tx, subject, kinds, blind); err != nil {
		return err
	}
	return enter(tx, subject)
}

// Forget removes a subject's keys and every pair it stands in, as an erasure
// does: that two were one person is known of both.
func Forget(tx *store.Tx, subject string) error {
	for _, kind := range kinds {
		if err := vault.Unindex(tx, subject, kind); err != nil {
			return err
		}
	}
	return leave(tx, subject)
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
	common   = 48 // whoever shares a key with as many is not found by that key alone
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
	keys := make([]vault.Key, len(probes))
	for n, q := range probes {
		keys[n] = vault.Key{Kind: string(q.Kind), Value: q.Value}
	}
	sharers, err := vault.Sharers(tx, keys, common+1)
	if err != nil {
		return nil, err
	}
	total, err := size(tx)
	if err != nil {
		return nil, err
	}
	e := evidence{person: p, probes: probes, shared: make([]int, len(probes)), total: max(total, fewest)}
	near := nearest(subject, sharers, e.shared)
	held, err := vault.Holding(tx, near, prefix, keys)
	if err != nil {
		return nil, err
	}
	var found []Candidate
	for _, s := range near {
		if score, reasons := e.weigh(held[s]); score >= least {
			found = append(found, Candidate{s, score, reasons})
		}
	}
	slices.SortStableFunc(found, func(a, b Candidate) int { return b.Score - a.Score })
	return found[:min(offered, len(found))], nil
}

// nearest are the subjects that share the rarest keys. A key that is common finds
// nobody by itself; shared receives by how many each is held.
func nearest(subject string, sharers [][]string, shared []int) []string {
	weight := map[string]float64{}
	for n, list := range sharers {
		list = slices.DeleteFunc(list, func(s string) bool { return s == subject })
		shared[n] = len(list)
		if len(list) > common {
			continue
		}
		for _, s := range list {
			weight[s] += 1 / float64(len(list))
		}
	}
	all := make([]string, 0, len(weight))
	for s := range weight {
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b string) int {
		switch {
		case weight[a] != weight[b]:
			return map[bool]int{true: -1, false: 1}[weight[a] > weight[b]]
		case a < b:
			return -1
		}
		return 1
	})
	return all[:min(examined, len(all))]
}
