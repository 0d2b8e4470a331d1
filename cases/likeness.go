package cases

import (
	"time"

	"istmo/access"
	"istmo/likeness"
	"istmo/store"
	"istmo/vault"
)

// How often a capture is compared with the files that there are. Beyond it the
// person is indexed all the same, and is found when somebody else is captured. An
// officer at a crowded post stays below; one who tries out names does not.
const (
	looksOfPerson = 6  // in a day: an identity is corrected, not guessed at
	looksOfUser   = 60 // in an hour
)

// liken indexes a person and, for whoever captured them, looks for a file that
// may be theirs. Without anybody it only indexes.
func liken(tx *store.Tx, person, by string) error {
	i, err := identityOf(tx, person)
	if err != nil {
		return err
	}
	looks, err := mayLook(tx, person, by)
	if err != nil {
		return err
	}
	if looks {
		_, err = likeness.Note(tx, person, i)
	} else {
		err = likeness.Index(tx, person, i)
	}
	if err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE person SET likened = $2 WHERE id = $1`, person, int64(likeness.Form))
	return err
}

func identityOf(tx *store.Tx, person string) (likeness.Identity, error) {
	f, err := vault.Get(tx, person, tellsWho...)
	return likeness.Identity{GivenNames: f["given_names"], FamilyNames: f["family_names"], BirthDate: f["birth_date"],
		Document: f["document"], Phone: f["phone"]}, err
}

// mayLook counts a comparison against its limits. The node itself has none.
func mayLook(tx *store.Tx, person, by string) (bool, error) {
	if by == "" {
		return true, nil
	}
	var ofPerson, ofUser int64
	err := tx.Get([]any{&ofPerson, &ofUser}, `SELECT (SELECT COUNT(*) FROM person_look WHERE person = $1 AND at > $2),
		(SELECT COUNT(*) FROM person_look WHERE user_id = $3 AND at > $4)`, person, tx.Now.Add(-24*time.Hour), by, tx.Now.Add(-time.Hour))
	if err != nil || ofPerson >= looksOfPerson || ofUser >= looksOfUser {
		return false, err
	}
	if _, err := tx.Exec(`DELETE FROM person_look WHERE at < $1`, tx.Now.Add(-48*time.Hour)); err != nil {
		return false, err
	}
	_, err = tx.Exec(`INSERT INTO person_look (person, user_id, at) VALUES ($1, $2, $3)`, person, by, tx.Now)
	return true, err
}

// Compare looks for those who have not been looked for yet: who was imported, and
// everybody, after the keys have changed. It follows from time; nobody calls it.
type Compare struct{}

// comparedAtOnce is how many one Compare takes on.
const comparedAtOnce = 64

// Verb names it.
func (Compare) Verb() access.Verb { return "cases.compare" }

// Find is about nobody in particular.
func (Compare) Find(tx *store.Tx, who access.Who) (access.Nothing, error) {
	return access.Nothing{}, nil
}

// Do compares some of them.
func (Compare) Do(tx *store.Tx, who access.Who, _ access.Nothing) error {
	ids, err := behind(tx, comparedAtOnce)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := forgetFolded(tx, id); err != nil {
			return err
		}
		if err := liken(tx, id, ""); err != nil {
			return err
		}
	}
	return nil
}

// Behind says whether anybody waits to be compared.
func Behind(tx *store.Tx) ([]Compare, error) {
	ids, err := behind(tx, 1)
	return make([]Compare, len(ids)), err
}

func behind(tx *store.Tx, most int64) ([]string, error) {
	return store.All(tx, store.Value[string], `SELECT id FROM person WHERE likened < $1 AND erased_at = '' ORDER BY likened, id LIMIT $2`, int64(likeness.Form), most)
}

// forgetFolded removes the indexes of names, documents and telephones that files
// had before: nothing looked them up, and how often a name occurs showed in them.
func forgetFolded(tx *store.Tx, person string) error {
	for _, kind := range []string{"name", "document", "phone"} {
		if err := vault.Unindex(tx, person, kind); err != nil {
			return err
		}
	}
	return nil
}

// unliken forgets that somebody who is erased was ever like anybody.
func unliken(tx *store.Tx, person string) error {
	pairs, err := likeness.Of(tx, person)
	if err != nil {
		return err
	}
	for _, p := range pairs {
		if _, err := tx.Exec(`DELETE FROM person_known WHERE pair = $1`, p.ID); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(`DELETE FROM person_look WHERE person = $1`, person); err != nil {
		return err
	}
	return likeness.Forget(tx, person)
}
