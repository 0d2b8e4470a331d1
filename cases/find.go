package cases

import (
	"slices"
	"time"

	"istmo/access"
	"istmo/store"
	"istmo/vault"
)

// File is everything of a person that who may open.
type File struct {
	Person        Person            `json:"person"`
	Child         bool              `json:"child"`
	Sealed        map[string]string `json:"fields"`
	Statuses      []Status          `json:"statuses"`
	Consents      []Consent         `json:"consents"`
	Risks         []Risk            `json:"risks"`
	BestInterests []BestInterests   `json:"best_interests"`
	Assigned      []string          `json:"assigned"`
	Glass         []Glass           `json:"glass"` // every breaking of the glass, so that it is never a secret
	Seen          []Seen            `json:"seen"`  // other files that may be theirs, for who is assigned
	Twins         []Twin            `json:"twins"` // other files that are theirs and that the asker may open
}

// Steps are what is missing for the person now; see Line.Steps.
func (f File) Steps(fresh bool) []string {
	l := Line{Person: f.Person}
	if len(f.Risks) > 0 {
		l.RiskAt = f.Risks[0].At
	}
	if len(f.BestInterests) > 0 {
		l.BestInterests = f.BestInterests[0].Outcome
	}
	return l.Steps(fresh)
}

// Open opens a person's file. The opening is a deed.
type Open struct{ On }

// Verb names it.
func (Open) Verb() access.Verb { return "cases.open" }

// Answer gathers it.
func (c Open) Answer(tx *store.Tx, who access.Who, p Person) (f File, err error) {
	f = File{Person: p, Child: p.Child(), Assigned: p.assigned}
	if f.Sealed, err = SealedOf(tx, p.ID); err != nil {
		return f, err
	}
	if f.Statuses, err = store.All(tx, (*Status).columns, selectStatus+` WHERE person = $1 ORDER BY decided_on DESC, id DESC`, p.ID); err != nil {
		return f, err
	}
	if f.Consents, err = store.All(tx, (*Consent).columns, selectConsent+` WHERE person = $1 ORDER BY id DESC`, p.ID); err != nil {
		return f, err
	}
	if f.Risks, err = store.All(tx, (*Risk).columns, selectRisk+` WHERE person = $1 ORDER BY id DESC`, p.ID); err != nil {
		return f, err
	}
	if f.BestInterests, err = store.All(tx, (*BestInterests).columns, selectBestInterests+` WHERE person = $1 ORDER BY id DESC`, p.ID); err != nil {
		return f, err
	}
	f.Glass, err = store.All(tx, (*Glass).columns, selectGlass+` WHERE g.person = $1 ORDER BY g.id DESC`, p.ID)
	if err != nil || !slices.Contains(p.assigned, who.ID) {
		return f, err
	}
	if f.Seen, err = seenBefore(tx, who, p); err != nil {
		return f, err
	}
	f.Twins, err = twins(tx, who, p)
	return f, err
}

// SealedOf opens the sealed fields that the catalogue knows.
func SealedOf(tx *store.Tx, person string) (map[string]string, error) {
	var names []string
	for _, f := range Fields {
		if f.Sealed {
			names = append(names, f.Name)
		}
	}
	return vault.Get(tx, person, names...)
}

// People lists those whose files who may open, and for a focal point those of
// the agency, under their pseudonyms, newest first.
type People struct {
	Before string `json:"before"` // the id to go on from
	Limit  int64  `json:"limit"`  // 50 unless told; 200 at most
	Search string `json:"search"` // the beginning of a reference
	Person string `json:"person"` // this one alone
}

// Line is a person in a list, with what tells a colleague what is next.
type Line struct {
	Person
	Opens         bool      `json:"opens"`          // the asker may open the file
	AssignedTo    []string  `json:"assigned"`       // who may, besides
	RiskAt        time.Time `json:"risk_at"`        // the last assessment
	Risk          string    `json:"risk"`           // its level
	BestInterests string    `json:"best_interests"` // the last outcome, for a child
	Consents      int64     `json:"consents"`       // that hold now
}

// What can be missing for a person.
const (
	AssessRiskNow      = "assess-risk"
	AssessRiskAnew     = "assess-risk-anew"
	WeighBestInterests = "best-interests"
)

// Steps are what is missing for the person now; fresh says whether the last risk
// assessment, if there is one, still counts.
func (l Line) Steps(fresh bool) []string {
	var steps []string
	switch {
	case l.RiskAt.IsZero():
		steps = append(steps, AssessRiskNow)
	case !fresh:
		steps = append(steps, AssessRiskAnew)
	}
	if l.Child() && l.BestInterests != "in-best-interests" {
		steps = append(steps, WeighBestInterests)
	}
	return steps
}

// Verb names it.
func (People) Verb() access.Verb { return "cases.list" }

// Ask lists them. The grants are part of the question: what who may not see is
// not there.
func (c People) Ask(tx *store.Tx, who access.Who) ([]Line, error) {
	if c.Limit <= 0 || c.Limit > 200 {
		c.Limit = 50
	}
	all, err := store.All(tx, (*Line).columns, selectLine+withinReach+` AND ($5 = '' OR id = $5) AND ($6 = '' OR id < $6) ORDER BY id DESC LIMIT $7`,
		who.ID, tx.Now, reach(who), likePrefix(c.Search), c.Person, c.Before, c.Limit)
	if err != nil {
		return nil, err
	}
	return all, nameAssigned(tx, all)
}

// Count counts what People lists, all pages together.
type Count struct {
	Search string `json:"search"`
}

// Verb names it.
func (Count) Verb() access.Verb { return "cases.count" }

// Counted is how many there are.
type Counted struct {
	Count  int64 `json:"count"`  // files
	People int64 `json:"people"` // people, where files were linked as one person's
}

// Ask counts them.
func (c Count) Ask(tx *store.Tx, who access.Who) (n Counted, err error) {
	n.Count, err = store.One(tx, store.Value[int64], `SELECT COUNT(*) FROM person`+withinReach, who.ID, tx.Now, reach(who), likePrefix(c.Search))
	if err != nil {
		return n, err
	}
	again, err := repeats(tx, who, c.Search)
	n.People = n.Count - again
	return n, err
}

// reach is the agency whose people who may list without being assigned.
func reach(who access.Who) string {
	if who.Has(access.FocalPoint) {
		return who.Agency
	}
	return ""
}

func isLayout(s, layout string) bool {
	_, err := time.Parse(layout, s)
	return err == nil
}
