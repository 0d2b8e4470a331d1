package coverage

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"istmo/indicators"
	"istmo/store"
)

// Indicated is in how many screenings of a month at a post each indicator was found.
// The numbers are as they are, small ones too: they are for what compares them, and
// whoever shows one asks fairness.Conceal.
type Indicated struct {
	Post       string
	Month      string
	Screenings int
	With       map[string]int
}

// Shown says it of the months that coverage goes back.
func Shown(tx *store.Tx, zone *time.Location) (all []Indicated, err error) {
	c := newCount(tx.Now, zone)
	at, of := map[[2]string]*Indicated{}, map[string]*Indicated{}
	first := ""
	err = screenings(tx, c.from, func(o one) error {
		if !o.counts() || o.post == "" {
			return nil
		}
		k := [2]string{o.post, o.began().In(zone).Format(monthLayout)}
		if at[k] == nil {
			at[k] = &Indicated{Post: k[0], Month: k[1], With: map[string]int{}}
		}
		at[k].Screenings++
		of[o.id] = at[k]
		first = cmp.Or(first, o.id)
		return nil
	})
	if err != nil || first == "" {
		return nil, err
	}
	err = answers(tx, first, func(screening string, answered []string) error {
		i := of[screening]
		for _, a := range answered {
			if code, answer, _ := strings.Cut(strings.TrimPrefix(a, "q."), "="); i != nil && answer == indicators.Yes {
				i.With[code]++
			}
		}
		return nil
	})
	for _, i := range at {
		all = append(all, *i)
	}
	slices.SortFunc(all, func(a, b Indicated) int {
		return cmp.Or(strings.Compare(a.Month, b.Month), strings.Compare(a.Post, b.Post))
	})
	return all, err
}
