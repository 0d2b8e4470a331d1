package vault

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"istmo/fault"
	"istmo/store"
)

// Blind is one of the many keys under which a subject can be found by likeness:
// Kind says what it is made of and stands in the clear, Value does not.
type Blind struct {
	Kind  byte
	Value string
}

// FewHolders is up to how many subjects a blind key names. One that more have is
// counted, and names nobody.
const FewHolders = 48

// Reblind indexes a subject under these keys instead of those before. Like Index,
// it makes the subject's key at first use and fails for one that was erased; like
// everything here it goes with Erase.
func Reblind(tx *store.Tx, subject string, keys []Blind) error {
	v, err := of(tx)
	if err != nil {
		return err
	}
	if _, err := keyFor(tx, subject); err != nil {
		return err
	}
	no, before, err := blindOf(tx, subject)
	if fault.Is(err, fault.KindNotFound) {
		no, err = nextBlind(tx)
	}
	if err != nil {
		return fault.Internal("vault: reblind", err)
	}
	after := make([]blindToken, len(keys))
	for i, k := range keys {
		after[i] = v.blind(k)
	}
	if err := rehold(tx, no, before, after); err != nil {
		return fault.Internal("vault: reblind", err)
	}
	_, err = tx.Exec(`INSERT INTO vault_blind_subject (no, subject, keys) VALUES ($1, $2, $3) ON CONFLICT (no) DO UPDATE SET keys = $3`, no, subject, packed(after))
	if err != nil {
		return fault.Internal("vault: reblind", err)
	}
	return nil
}

// Unblind forgets every blind key of a subject.
func Unblind(tx *store.Tx, subject string) error {
	no, before, err := blindOf(tx, subject)
	if fault.Is(err, fault.KindNotFound) {
		return nil
	}
	if err == nil {
		err = rehold(tx, no, before, nil)
	}
	if err == nil {
		_, err = tx.Exec(`DELETE FROM vault_blind_subject WHERE no = $1`, no)
	}
	if err != nil {
		return fault.Internal("vault: unblind", err)
	}
	return nil
}

// Holders is what is known of one blind key.
type Holders struct {
	Count int     // how many have it
	Named []int64 // who, unless they are more than FewHolders
}

// Holding says of each key who has it, leaving out one subject, and how many are
// indexed in all.
func Holding(tx *store.Tx, without string, keys []Blind) (all []Holders, total int, err error) {
	v, err := of(tx)
	if err != nil || len(keys) == 0 {
		return nil, 0, err
	}
	self, _, err := blindOf(tx, without)
	if err != nil && !fault.Is(err, fault.KindNotFound) {
		return nil, 0, fault.Internal("vault: holding", err)
	}
	next, err := nextBlind(tx)
	if err != nil {
		return nil, 0, fault.Internal("vault: holding", err)
	}
	tokens := make([]blindToken, len(keys))
	for i, k := range keys {
		tokens[i] = v.blind(k)
	}
	rows, err := holders(tx, tokens)
	if err != nil {
		return nil, 0, fault.Internal("vault: holding", err)
	}
	all = make([]Holders, len(keys))
	for i, t := range tokens {
		named := slices.DeleteFunc(unpackedNos(rows[t.short()].holders), func(no int64) bool { return no == self })
		all[i] = Holders{Count: int(rows[t.short()].n), Named: named}
		if self != 0 && len(named) > 0 {
			all[i].Count = len(named)
		}
	}
	return all, int(next - 1), nil
}

// Holder is what is known of a subject without any value: which kinds of key it
// has, and which of the keys that were asked about.
type Holder struct {
	Subject string
	Kinds   []byte
	Keys    []bool
}

// Compare looks at the keys of subjects that Holding named. Those since erased
// are not in the answer.
func Compare(tx *store.Tx, nos []int64, keys []Blind) ([]Holder, error) {
	v, err := of(tx)
	if err != nil || len(nos) == 0 {
		return nil, err
	}
	wanted := map[blindToken]int{}
	for i, k := range keys {
		wanted[v.blind(k)] = i
	}
	var all []Holder
	var subject string
	var blob []byte
	places, args := among(nos)
	err = tx.Each([]any{&subject, &blob}, func() error {
		h := Holder{Subject: subject, Keys: make([]bool, len(keys))}
		for _, t := range unpacked(blob) {
			if !slices.Contains(h.Kinds, t[0]) {
				h.Kinds = append(h.Kinds, t[0])
			}
			if i, is := wanted[t]; is {
				h.Keys[i] = true
			}
		}
		all = append(all, h)
		return nil
	}, `SELECT subject, keys FROM vault_blind_subject WHERE no IN (`+places+`)`, args...)
	if err != nil {
		return nil, fault.Internal("vault: compare", err)
	}
	return all, nil
}

// blindToken is a kind and eight bytes of the keyed hash of a value.
type blindToken [9]byte

func (v *Vault) blind(k Blind) (t blindToken) {
	t[0] = k.Kind
	copy(t[1:], token(v.index, "blind."+string(rune('a'+k.Kind)), k.Value))
	return t
}

func (t blindToken) short() int32 { return int32(binary.BigEndian.Uint32(t[1:])) }

func packed(tokens []blindToken) []byte {
	b := make([]byte, 0, 9*len(tokens))
	for _, t := range tokens {
		b = append(b, t[:]...)
	}
	return b
}

func unpacked(b []byte) []blindToken {
	all := make([]blindToken, len(b)/9)
	for i := range all {
		copy(all[i][:], b[9*i:])
	}
	return all
}

func packedNos(nos []int64) []byte {
	b := make([]byte, 0, 4*len(nos))
	for _, n := range nos {
		b = binary.BigEndian.AppendUint32(b, uint32(n))
	}
	return b
}

func unpackedNos(b []byte) []int64 {
	all := make([]int64, len(b)/4)
	for i := range all {
		all[i] = int64(binary.BigEndian.Uint32(b[4*i:]))
	}
	return all
}

func blindOf(tx *store.Tx, subject string) (no int64, tokens []blindToken, err error) {
	var blob []byte
	err = tx.Get([]any{&no, &blob}, `SELECT no, keys FROM vault_blind_subject WHERE subject = $1`, subject)
	return no, unpacked(blob), err
}

func nextBlind(tx *store.Tx) (int64, error) {
	return store.One(tx, store.Value[int64], `SELECT COALESCE(MAX(no), 0) + 1 FROM vault_blind_subject`)
}

type held struct {
	n       int64
	holders []byte
}

// holders reads the rows of tokens.
func holders(tx *store.Tx, tokens []blindToken) (map[int32]held, error) {
	rows := map[int32]held{}
	if len(tokens) == 0 {
		return rows, nil
	}
	var short int64
	var h held
	places, args := among(shorts(tokens))
	err := tx.Each([]any{&short, &h.n, &h.holders}, func() error {
		rows[int32(short)] = held{h.n, slices.Clone(h.holders)}
		return nil
	}, `SELECT token, n, holders FROM vault_blind WHERE token IN (`+places+`)`, args...)
	return rows, err
}

// rehold takes a subject from the keys it had and puts it to those it has.
func rehold(tx *store.Tx, no int64, before, after []blindToken) error {
	gone := func(from, to []blindToken) []blindToken {
		return slices.DeleteFunc(slices.Clone(from), func(t blindToken) bool { return slices.Contains(to, t) })
	}
	lost, won := gone(before, after), gone(after, before)
	rows, err := holders(tx, append(slices.Clone(lost), won...))
	if err != nil || len(lost)+len(won) == 0 {
		return err
	}
	for _, t := range lost {
		rows[t.short()] = rows[t.short()].minus(no)
	}
	for _, t := range won {
		rows[t.short()] = rows[t.short()].plus(no)
	}
	values, args := make([]string, 0, len(rows)), make([]any, 0, 3*len(rows))
	for short, h := range rows {
		at := len(args)
		values, args = append(values, fmt.Sprintf("($%d, $%d, $%d)", at+1, at+2, at+3)), append(args, int64(short), h.n, h.holders)
	}
	_, err = tx.Exec(`INSERT INTO vault_blind (token, n, holders) VALUES `+strings.Join(values, ", ")+
		` ON CONFLICT (token) DO UPDATE SET n = excluded.n, holders = excluded.holders`, args...)
	if err == nil && len(lost) > 0 {
		places, args := among(shorts(lost))
		_, err = tx.Exec(`DELETE FROM vault_blind WHERE n = 0 AND token IN (`+places+`)`, args...)
	}
	return err
}

// plus and minus name holders while they are few. A key that was common stays
// without names until it is nobody's: those that had it are no longer known.
func (h held) plus(no int64) held {
	nos := unpackedNos(h.holders)
	if int64(len(nos)) == h.n && h.n < FewHolders {
		return held{h.n + 1, packedNos(append(nos, no))}
	}
	return held{h.n + 1, []byte{}}
}

func (h held) minus(no int64) held {
	nos := slices.DeleteFunc(unpackedNos(h.holders), func(n int64) bool { return n == no })
	return held{max(0, h.n-1), packedNos(nos)}
}

func shorts(tokens []blindToken) []int64 {
	all := make([]int64, len(tokens))
	for i, t := range tokens {
		all[i] = int64(t.short())
	}
	return all
}

func among(numbers []int64) (string, []any) {
	places, args := make([]string, len(numbers)), make([]any, len(numbers))
	for i, n := range numbers {
		places[i], args[i] = fmt.Sprintf("$%d", i+1), n
	}
	return strings.Join(places, ", "), args
}

// buryBlind forgets the blind keys of subjects that have no key.
func buryBlind(tx *store.Tx) (rows int64, err error) {
	gone, err := store.All(tx, store.Value[string],
		`SELECT subject FROM vault_blind_subject b WHERE NOT EXISTS (SELECT 1 FROM vault_key k WHERE k.subject = b.subject)`)
	for _, subject := range gone {
		if err := Unblind(tx, subject); err != nil {
			return rows, err
		}
		rows++
	}
	return rows, err
}
