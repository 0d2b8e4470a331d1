package vault

import (
	"fmt"
	"slices"
	"strings"

	"istmo/fault"
	"istmo/store"
)

// Key is one value of one kind under which a subject can be found; see Index.
type Key struct{ Kind, Value string }

// Reindex forgets what a subject was indexed under in these kinds and indexes it
// under keys, at once. It is Unindex and Index for many keys at the cost of two
// statements.
func Reindex(tx *store.Tx, subject string, kinds []string, keys []Key) error {
	v, err := of(tx)
	if err != nil {
		return err
	}
	if _, err := keyFor(tx, subject); err != nil {
		return err
	}
	among, args := among(2, kinds)
	if _, err := tx.Exec(`DELETE FROM vault_index WHERE subject = $1 AND kind IN (`+among+`)`, append([]any{subject}, args...)...); err != nil {
		return fault.Internal("vault: reindex", err)
	}
	if len(keys) == 0 {
		return nil
	}
	rows, values := make([]string, len(keys)), []any{subject}
	for i, k := range keys {
		rows[i] = fmt.Sprintf("($%d, $%d, $1)", 2*i+2, 2*i+3)
		values = append(values, k.Kind, token(v.index, k.Kind, k.Value))
	}
	_, err = tx.Exec(`INSERT INTO vault_index (kind, token, subject) VALUES `+strings.Join(rows, ", ")+` ON CONFLICT DO NOTHING`, values...)
	if err != nil {
		return fault.Internal("vault: reindex", err)
	}
	return nil
}

// Sharers lists, for each key, the subjects that were indexed under it, most at
// the most: an answer of that length says that the key is common, and no more.
func Sharers(tx *store.Tx, keys []Key, most int) ([][]string, error) {
	v, err := of(tx)
	if err != nil || len(keys) == 0 {
		return nil, err
	}
	all := make([][]string, len(keys))
	asked, args := make([]string, len(keys)), []any{int64(most)}
	for i, k := range keys {
		asked[i] = fmt.Sprintf(`SELECT * FROM (SELECT CAST(%d AS INTEGER) AS at, subject FROM vault_index WHERE kind = $%d AND token = $%d LIMIT $1) AS k%d`, i, 2*i+2, 2*i+3, i)
		args = append(args, k.Kind, token(v.index, k.Kind, k.Value))
	}
	var at int64
	var subject string
	err = tx.Each([]any{&at, &subject}, func() error {
		all[at] = append(all[at], subject)
		return nil
	}, strings.Join(asked, " UNION ALL "), args...)
	if err != nil {
		return nil, fault.Internal("vault: sharers", err)
	}
	return all, nil
}

// Held is what of a subject's index is known without its values.
type Held struct {
	Kinds map[string]bool // the kinds it has any key of
	Keys  []bool          // of those asked for, which it has
}

// Holding says of each subject which kinds of key it has, and which of keys.
// Only kinds that begin with prefix are looked at.
func Holding(tx *store.Tx, subjects []string, prefix string, keys []Key) (map[string]Held, error) {
	v, err := of(tx)
	if err != nil || len(subjects) == 0 {
		return nil, err
	}
	wanted := map[string]int{}
	for i, k := range keys {
		wanted[string(token(v.index, k.Kind, k.Value))] = i
	}
	all := map[string]Held{}
	for _, s := range subjects {
		all[s] = Held{Kinds: map[string]bool{}, Keys: make([]bool, len(keys))}
	}
	var subject, kind string
	var found []byte
	places, args := among(1, slices.Sorted(slices.Values(subjects)))
	err = tx.Each([]any{&subject, &kind, &found}, func() error {
		if !strings.HasPrefix(kind, prefix) {
			return nil
		}
		all[subject].Kinds[kind] = true
		if i, is := wanted[string(found)]; is {
			all[subject].Keys[i] = true
		}
		return nil
	}, `SELECT subject, kind, token FROM vault_index WHERE subject IN (`+places+`)`, args...)
	if err != nil {
		return nil, fault.Internal("vault: holding", err)
	}
	return all, nil
}

// among writes the placeholders of a list that begins at $from.
func among(from int, values []string) (string, []any) {
	places, args := make([]string, len(values)), make([]any, len(values))
	for i, v := range values {
		places[i], args[i] = fmt.Sprintf("$%d", from+i), v
	}
	return strings.Join(places, ", "), args
}
