package vault

import (
	"crypto/rand"
	"errors"
	"maps"
	"slices"

	"istmo/fault"
	"istmo/store"
)

// Node is the subject of what is sealed about no person. It cannot be erased.
const Node = "node"

// Vault holds the two keys that the node's secret gives it: one wraps the
// people's keys, one makes the index.
type Vault struct{ wrap, index []byte }

// New derives the vault's keys from the node's secret.
func New(m *Master) *Vault {
	return &Vault{wrap: m.Derive("istmo/vault", 32), index: m.Derive("istmo/index", 32)}
}

type binding struct{}

// Bind lets the functions of this package work in db's transactions.
func (v *Vault) Bind(db *store.DB) { db.Bind(binding{}, v) }

func of(tx *store.Tx) (*Vault, error) {
	v, ok := tx.Bound(binding{}).(*Vault)
	if !ok {
		return nil, errors.New("vault: not bound to this database")
	}
	return v, nil
}

// Put seals fields under the subject's key, which is made at its first use. An
// empty value deletes its field; fields that are not named stay. An erased
// subject takes nothing more: Conflict.
func Put(tx *store.Tx, subject string, fields map[string]string) error {
	key, err := keyFor(tx, subject)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if fields[name] == "" {
			err = deleteField(tx, subject, name)
		} else {
			err = putField(tx, subject, name, seal(key, []byte(fields[name]), "field", subject, name))
		}
		if err != nil {
			return fault.Internal("vault: put", err)
		}
	}
	return nil
}

// Get opens the named fields of a subject, or all of them if none is named. What
// is not there, or was erased, is not in the answer.
func Get(tx *store.Tx, subject string, names ...string) (map[string]string, error) {
	values := map[string]string{}
	key, err := existingKey(tx, subject)
	if fault.Is(err, fault.KindNotFound) {
		return values, nil
	}
	if err != nil {
		return nil, err
	}
	fields, err := loadFields(tx, subject)
	if err != nil {
		return nil, fault.Internal("vault: get", err)
	}
	for _, f := range fields {
		if len(names) > 0 && !slices.Contains(names, f.name) {
			continue
		}
		plain, err := unseal(key, f.sealed, "field", subject, f.name)
		if err != nil {
			return nil, err
		}
		values[f.name] = string(plain)
	}
	return values, nil
}

// Seal seals bytes that another package keeps, so that they go when the subject
// does. Open wants the same label: say what the bytes are and where they lie,
// such as "ledger.detail 4711". An erased subject takes nothing more: Conflict.
func Seal(tx *store.Tx, subject, label string, plain []byte) ([]byte, error) {
	key, err := keyFor(tx, subject)
	if err != nil {
		return nil, err
	}
	return seal(key, plain, "seal", subject, label), nil
}

// Open opens what Seal sealed for this subject under this label. Once the
// subject is erased it is a NotFound fault; bytes that were altered or belong
// elsewhere are an internal error.
func Open(tx *store.Tx, subject, label string, sealed []byte) ([]byte, error) {
	key, err := existingKey(tx, subject)
	if err != nil {
		return nil, err
	}
	return unseal(key, sealed, "seal", subject, label)
}

// Erase destroys the subject's key, sealed fields and index rows, for good, and
// leaves a tombstone so that no key is ever made for it again. Erasing twice is
// erasing once. What lies in the database's leftovers goes with store.DB.Scrub,
// and what lies in older backups with the next one.
func Erase(tx *store.Tx, subject string) error {
	if subject == Node || subject == "" {
		return errors.New("vault: only a person can be erased")
	}
	if err := eraseRows(tx, subject); err != nil {
		return fault.Internal("vault: erase", err)
	}
	return nil
}

// Erased reports whether the subject was erased.
func Erased(tx *store.Tx, subject string) (bool, error) {
	gone, err := isErased(tx, subject)
	if err != nil {
		return false, fault.Internal("vault: erased", err)
	}
	return gone, nil
}

// Index makes the subject findable by a value without keeping the value. kind
// says what it is ("phone"), normalised is the value in the one form in which it
// will be looked for. A subject may have several values of a kind.
func Index(tx *store.Tx, subject, kind, normalised string) error {
	v, err := of(tx)
	if err != nil {
		return err
	}
	if _, err := keyFor(tx, subject); err != nil {
		return err
	}
	if err := insertToken(tx, subject, kind, token(v.index, kind, normalised)); err != nil {
		return fault.Internal("vault: index", err)
	}
	return nil
}

// Unindex forgets every value of a kind for a subject, before new ones are
// indexed.
func Unindex(tx *store.Tx, subject, kind string) error {
	if err := deleteTokens(tx, subject, kind); err != nil {
		return fault.Internal("vault: unindex", err)
	}
	return nil
}

// Match lists the subjects that were indexed under this very value.
func Match(tx *store.Tx, kind, normalised string) ([]string, error) {
	v, err := of(tx)
	if err != nil {
		return nil, err
	}
	subjects, err := matchToken(tx, kind, token(v.index, kind, normalised))
	if err != nil {
		return nil, fault.Internal("vault: match", err)
	}
	return subjects, nil
}

// keyFor is the subject's key, made now if it never had one.
func keyFor(tx *store.Tx, subject string) ([]byte, error) {
	key, err := existingKey(tx, subject)
	if !fault.Is(err, fault.KindNotFound) {
		return key, err
	}
	gone, err := Erased(tx, subject)
	if err != nil {
		return nil, err
	}
	if gone {
		return nil, fault.Conflict("vault.erased")
	}
	return newKey(tx, subject)
}

func newKey(tx *store.Tx, subject string) ([]byte, error) {
	v, err := of(tx)
	if err != nil {
		return nil, err
	}
	key := make([]byte, 32)
	rand.Read(key)
	if err := insertKey(tx, subject, seal(v.wrap, key, "key", subject)); err != nil {
		return nil, fault.Internal("vault: new key", err)
	}
	return key, nil
}

// existingKey is the subject's key, or a NotFound fault. It is read and unwrapped
// anew in every transaction: a key kept in memory would outlive its erasure.
func existingKey(tx *store.Tx, subject string) ([]byte, error) {
	v, err := of(tx)
	if err != nil {
		return nil, err
	}
	wrapped, err := loadKey(tx, subject)
	if fault.Is(err, fault.KindNotFound) {
		return nil, err
	}
	if err != nil {
		return nil, fault.Internal("vault: key", err)
	}
	key, err := unseal(v.wrap, wrapped, "key", subject)
	if err != nil || len(key) != 32 {
		return nil, errors.New("vault: a key does not open: it was altered, or belongs to another node")
	}
	return key, nil
}
