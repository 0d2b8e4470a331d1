package cases

import (
	"time"

	"istmo/access"
	"istmo/fault"
	"istmo/likeness"
	"istmo/store"
)

// MakeKnown lets the other agency of a pair know that this one has a file, once
// the other has said the same. Each agency's focal point decides alone, knowing
// of the other no more than that there is one: whoever learns where a person is
// kept may be the one she fled from, so neither a capture nor the agency that was
// first finds out by itself.
type MakeKnown struct {
	On
	Pair string `json:"pair"`
}

// Verb names it.
func (MakeKnown) Verb() access.Verb { return "cases.make-known" }

// Do notes it.
func (c MakeKnown) Do(tx *store.Tx, who access.Who, p Person) error {
	pair, err := likeness.FindPair(tx, c.Pair)
	if err != nil {
		return err
	}
	if pair.Earlier != p.ID && pair.Later != p.ID || pair.State != likeness.Suggested {
		return fault.NotFound()
	}
	other, err := Find(tx, pair.Other(p.ID))
	if err != nil {
		return err
	}
	if other.Agency == p.Agency {
		return fault.NotFound()
	}
	n, err := tx.Exec(`INSERT INTO person_known (pair, person, at, by_whom) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`, pair.ID, p.ID, tx.Now, who.ID)
	if err == nil && n == 0 {
		return fault.Conflict("cases.known-already")
	}
	return err
}

// Introductions lists the files of who's agency that another agency of this
// country may have one of too.
type Introductions struct {
	Person string `json:"person"` // this one alone
}

// Introduction is one of them: the agency's own file, and of the other only how
// likely it is, until both have let each other know.
type Introduction struct {
	Pair   string    `json:"pair"`
	Person string    `json:"person"`
	Ref    string    `json:"ref"`
	Band   string    `json:"band"`
	At     time.Time `json:"at"`
	Ours   bool      `json:"ours"`   // this agency has said that the other may know
	Agency string    `json:"agency"` // the other one, once both have
}

// Verb names it.
func (Introductions) Verb() access.Verb { return "cases.introductions" }

// Ask lists them, the newest first.
func (c Introductions) Ask(tx *store.Tx, who access.Who) ([]Introduction, error) {
	return store.All(tx, (*Introduction).columns, `SELECT l.id, p.id, p.ref, l.score, l.at,
		EXISTS (SELECT 1 FROM person_known k WHERE k.pair = l.id AND k.person = p.id),
		CASE WHEN (SELECT COUNT(*) FROM person_known k WHERE k.pair = l.id) = 2 THEN o.agency ELSE '' END
		FROM person p JOIN (`+likeness.Waiting+`) l ON l.subject = p.id JOIN person o ON o.id = l.other
		WHERE p.agency = $1 AND o.agency <> $1 AND p.erased_at = '' AND ($2 = '' OR p.id = $2) ORDER BY l.id DESC LIMIT 200`, who.Agency, c.Person)
}

func (i *Introduction) columns() []any {
	return []any{&i.Pair, &i.Person, &i.Ref, banded{&i.Band}, &i.At, &i.Ours, &i.Agency}
}

// banded reads a score as its band.
type banded struct{ band *string }

// Scan takes the score.
func (b banded) Scan(v any) error {
	n, is := v.(int64)
	if !is {
		return fault.Internal("cases: a score that is no number", nil)
	}
	*b.band = likeness.Band(int(n))
	return nil
}
