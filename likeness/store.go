package likeness

import (
	"embed"
	"slices"
	"time"

	"istmo/fault"
	"istmo/store"
)

//go:embed schema/*.sql
var files embed.FS

// Schema holds the pairs.
var Schema = store.Dir("likeness", files)

func forgetPairs(tx *store.Tx, subject string) error {
	_, err := tx.Exec(`DELETE FROM likeness_pair WHERE earlier = $1 OR later = $1`, subject)
	return err
}

const selectPair = `SELECT id, earlier, later, state, score, reasons, at, by_whom, decided FROM likeness_pair`

func (p *Pair) columns() []any {
	return []any{&p.ID, &p.Earlier, &p.Later, &p.State, &p.Score, &p.Reasons, &p.At, &p.ByWhom, &p.Decided}
}

// Waiting asks for every pair that waits for a person, from both sides: subject,
// other, id, score and at. It is a part of other features' questions.
const Waiting = `SELECT earlier AS subject, later AS other, id, score, at FROM likeness_pair WHERE state = 'suggested'
	UNION ALL SELECT later, earlier, id, score, at FROM likeness_pair WHERE state = 'suggested'`

// Linked asks for every subject that stands in a pair of one person.
const Linked = `SELECT earlier FROM likeness_pair WHERE state = 'same' UNION SELECT later FROM likeness_pair WHERE state = 'same'`

// FindPair loads a pair, or is a NotFound fault.
func FindPair(tx *store.Tx, id string) (Pair, error) {
	return store.One(tx, (*Pair).columns, selectPair+` WHERE id = $1`, id)
}

// Of lists the pairs that a subject stands in, the newest first. Whoever asks
// decides what of them may be shown.
func Of(tx *store.Tx, subject string) ([]Pair, error) {
	return store.All(tx, (*Pair).columns, selectPair+` WHERE earlier = $1 OR later = $1 ORDER BY id DESC`, subject)
}

// Between finds the pair of two subjects, in whichever order, or is a NotFound
// fault.
func Between(tx *store.Tx, a, b string) (Pair, error) {
	return store.One(tx, (*Pair).columns, selectPair+` WHERE (earlier = $1 AND later = $2) OR (earlier = $2 AND later = $1)`, a, b)
}

func (p Pair) insert(tx *store.Tx) error {
	_, err := tx.Exec(`INSERT INTO likeness_pair (id, earlier, later, state, score, reasons, at, by_whom, decided) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		p.ID, p.Earlier, p.Later, p.State, p.Score, p.Reasons, p.At, p.ByWhom, p.Decided)
	return err
}

func (p Pair) update(tx *store.Tx) error {
	_, err := tx.Exec(`UPDATE likeness_pair SET state = $2, score = $3, reasons = $4, at = $5, by_whom = $6, decided = $7 WHERE id = $1`,
		p.ID, p.State, p.Score, p.Reasons, p.At, p.ByWhom, p.Decided)
	return err
}

// withoutSettled leaves out what was decided, unless something new speaks for it.
func withoutSettled(tx *store.Tx, subject string, found []Candidate) ([]Candidate, error) {
	pairs, err := Of(tx, subject)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(found, func(c Candidate) bool {
		i := slices.IndexFunc(pairs, func(p Pair) bool { return p.Other(subject) == c.Subject })
		return i >= 0 && pairs[i].settles(c)
	}), nil
}

// keep writes candidates down as pairs and returns those that wait for a person.
func keep(tx *store.Tx, subject string, found []Candidate) ([]Candidate, error) {
	for _, c := range found {
		p, err := Between(tx, subject, c.Subject)
		switch {
		case fault.Is(err, fault.KindNotFound):
			err = Pair{ID: tx.NewID("lik"), Earlier: c.Subject, Later: subject, State: Suggested,
				Score: int64(c.Score), Reasons: c.Reasons, At: tx.Now}.insert(tx)
		case err == nil:
			p.State, p.Score, p.Reasons, p.At, p.ByWhom, p.Decided = Suggested, int64(c.Score), c.Reasons, tx.Now, "", time.Time{}
			err = p.update(tx)
		}
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}
