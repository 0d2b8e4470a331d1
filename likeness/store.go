package likeness

import (
	"embed"
	"slices"
	"time"

	"istmo/fault"
	"istmo/likeness/names"
	"istmo/store"
)

//go:embed schema/*.sql
var files embed.FS

// Schema holds who is indexed, and the pairs.
var Schema = store.Dir("likeness", files)

// enter remembers that a subject is indexed under this form.
func enter(tx *store.Tx, subject string) error {
	n, err := tx.Exec(`UPDATE likeness_subject SET form = $2 WHERE subject = $1`, subject, int64(names.Form))
	if err != nil || n > 0 {
		return err
	}
	if _, err := tx.Exec(`INSERT INTO likeness_subject (subject, form) VALUES ($1, $2)`, subject, int64(names.Form)); err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE likeness_size SET n = n + 1 WHERE one = 1`)
	return err
}

func leave(tx *store.Tx, subject string) error {
	n, err := tx.Exec(`DELETE FROM likeness_subject WHERE subject = $1`, subject)
	if err != nil {
		return err
	}
	if n > 0 {
		if _, err := tx.Exec(`UPDATE likeness_size SET n = n - 1 WHERE one = 1`); err != nil {
			return err
		}
	}
	_, err = tx.Exec(`DELETE FROM likeness_pair WHERE earlier = $1 OR later = $1`, subject)
	return err
}

func size(tx *store.Tx) (int, error) {
	n, err := store.One(tx, store.Value[int64], `SELECT n FROM likeness_size WHERE one = 1`)
	return int(n), err
}

const selectPair = `SELECT id, earlier, later, state, score, reasons, at, by_whom, decided FROM likeness_pair`

func (p *Pair) columns() []any {
	return []any{&p.ID, &p.Earlier, &p.Later, &p.State, &p.Score, &p.Reasons, &p.At, &p.ByWhom, &p.Decided}
}

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

// Older lists subjects whose id begins with prefix and that are indexed under an
// older form of the keys, some of them.
func Older(tx *store.Tx, prefix string, most int64) ([]string, error) {
	return store.All(tx, store.Value[string], `SELECT subject FROM likeness_subject WHERE form < $1 AND subject LIKE $2 ORDER BY subject LIMIT $3`,
		int64(names.Form), prefix+"%", most)
}

// Owe says that subjects which have an identity are not indexed yet, so that
// Older lists them: those captured before this package was.
func Owe(tx *store.Tx, subjects []string) error {
	for _, s := range subjects {
		n, err := tx.Exec(`INSERT INTO likeness_subject (subject, form) VALUES ($1, 0) ON CONFLICT DO NOTHING`, s)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(`UPDATE likeness_size SET n = n + $1 WHERE one = 1`, n); err != nil {
			return err
		}
	}
	return nil
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
