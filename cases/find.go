package cases

import (
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
	f.BestInterests, err = store.All(tx, (*BestInterests).columns, selectBestInterests+` WHERE person = $1 ORDER BY id DESC`, p.ID)
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
}

// Verb names it.
func (People) Verb() access.Verb { return "cases.list" }

// Ask lists them. The grants are part of the question: what who may not see is
// not there.
func (c People) Ask(tx *store.Tx, who access.Who) ([]Person, error) {
	if c.Limit <= 0 || c.Limit > 200 {
		c.Limit = 50
	}
	agency := ""
	if who.Has(access.FocalPoint) {
		agency = who.Agency
	}
	return store.All(tx, (*Person).columns, selectPerson+`
		WHERE (id IN (SELECT person FROM person_assignment WHERE user_id = $1)
			OR id IN (SELECT person FROM person_glass WHERE user_id = $1 AND until > $2 AND verdict = '')
			OR (agency = $3 AND agency <> ''))
		AND erased_at = '' AND ($4 = '' OR id < $4) AND ref LIKE $5 ORDER BY id DESC LIMIT $6`,
		who.ID, tx.Now, agency, c.Before, likePrefix(c.Search), c.Limit)
}

func isLayout(s, layout string) bool {
	_, err := time.Parse(layout, s)
	return err == nil
}
