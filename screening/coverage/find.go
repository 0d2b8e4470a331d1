package coverage

import (
	"slices"
	"time"

	"istmo/access"
	"istmo/indicators"
	"istmo/screening"
	"istmo/screening/fairness"
	"istmo/store"
)

// Read is the last count with the flow beside it.
type Read struct{}

// Verb names it.
func (Read) Verb() access.Verb { return "coverage.read" }

// Reached is how many of those who passed a post in a month were screened.
type Reached struct {
	Post       string    `json:"post"` // empty for the whole country
	Month      string    `json:"month"`
	Passed     int64     `json:"passed"`
	Known      bool      `json:"known"` // whether somebody has said how many passed
	Source     string    `json:"source"`
	Dated      time.Time `json:"dated"`
	Screenings int       `json:"screenings"`
	People     int       `json:"people"` // at most
	Hours      int       `json:"hours"`
	Minutes    float64   `json:"minutes"`
}

// Share is at most the part of those who passed that was screened, as a percentage;
// more than 100 says that the two figures are not of the same people.
func (r Reached) Share() (percent float64, known bool) {
	if !r.Known || r.Passed == 0 {
		return 0, false
	}
	return 100 * float64(r.People) / float64(r.Passed), true
}

// View is what an analyst reads.
type View struct {
	There   bool      `json:"there"` // whether anything has been counted yet
	Figures Figures   `json:"figures"`
	Reached []Reached `json:"reached"` // by month, the newest first, and post; the country's last in its month
	Posts   []Post    `json:"posts"`
	// The indicators that are in force, by whose words codes are told.
	List indicators.List `json:"-"`
}

// Post is a post by its name.
type Post struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Ask reads it.
func (Read) Ask(tx *store.Tx, who access.Who) (v View, err error) {
	if v.Figures, v.There, err = last(tx); err != nil {
		return v, err
	}
	posts, err := screening.Posts{}.Ask(tx, who)
	if err != nil {
		return v, err
	}
	for _, p := range posts {
		v.Posts = append(v.Posts, Post{p.ID, p.Name})
	}
	if v.List, err = listed(tx, ""); err != nil {
		return v, err
	}
	flows, err := store.All(tx, (*Passed).columns, selectPassed+` WHERE replaced_at = '' ORDER BY month DESC, post`)
	if err != nil {
		return v, err
	}
	v.Reached = reached(v.Figures.Work, flows)
	return v, nil
}

// reached lays the flow and the screenings side by side. The country's screenings
// are those of all posts.
func reached(work []Work, flows []Passed) []Reached {
	all := map[[2]string]*Reached{}
	at := func(post, month string) *Reached {
		key := [2]string{post, month}
		if all[key] == nil {
			all[key] = &Reached{Post: post, Month: month}
		}
		return all[key]
	}
	for _, w := range work {
		for _, post := range slices.Compact([]string{w.Post, ""}) {
			r := at(post, w.Month)
			r.Screenings, r.People, r.Hours = r.Screenings+w.Screenings, r.People+w.People(), r.Hours+w.Hours
		}
		if w.Post != "" {
			at(w.Post, w.Month).Minutes = w.Minutes
		}
	}
	for _, f := range flows {
		r := at(f.Post, f.Month)
		r.Known, r.Passed, r.Source, r.Dated = true, f.Passed, f.Source, f.Dated
	}
	return sorted(all)
}

func sorted(all map[[2]string]*Reached) (list []Reached) {
	for _, r := range all {
		list = append(list, *r)
	}
	slices.SortFunc(list, func(a, b Reached) int {
		switch {
		case a.Month != b.Month && a.Month > b.Month:
			return -1
		case a.Month != b.Month:
			return 1
		case (a.Post == "") != (b.Post == "") && a.Post == "":
			return 1
		case a.Post == "" || b.Post == "":
			return -1
		case a.Post < b.Post:
			return -1
		}
		return 1
	})
	return list
}

// Due says whether it is time to count: once a day, from the first screening on.
// What it gives is the day, in a list of one.
func Due(zone *time.Location) func(tx *store.Tx) ([]string, error) {
	return func(tx *store.Tx) ([]string, error) {
		f, there, err := last(tx)
		if err != nil {
			return nil, err
		}
		today := tx.Now.In(zone).Format(time.DateOnly)
		if there && f.Made.In(zone).Format(time.DateOnly) >= today {
			return nil, nil
		}
		n, err := store.One(tx, store.Value[int64], `SELECT COUNT(*) FROM (SELECT 1 FROM screening LIMIT 1) AS any_of_them`)
		if err != nil || n == 0 {
			return nil, err
		}
		return []string{today}, nil
	}
}

// rules are those by which figures are kept: the usual ones.
var rules = fairness.Rules{Level: 0.05, Power: 0.8, Matters: 2, Least: 10}
