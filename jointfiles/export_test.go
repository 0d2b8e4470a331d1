package jointfiles

import (
	"fmt"

	"istmo/act"
	"istmo/store"
	"istmo/vault"
)

// Signed is an entry of this node's own side, signed and not kept: what a node
// could send if its people had changed the program.
func Signed(tx *store.Tx, f File, seq, version int64, kind, words, prev string) (Carry, error) {
	e := Entry{file: f.ID, Node: act.Here(tx), Seq: seq, At: tx.Now, Kind: kind, Words: words, version: version, prev: prev, salt: tx.NewID("salt") + tx.NewID("salt")}
	var err error
	e.note, err = act.Sign(tx, e.text(f.agencyOf(e.Node)))
	return e.letter("X-1"), err
}

// Head is the end of a side's chain here.
func Head(tx *store.Tx, f File, node string) (string, error) {
	s, err := f.side(tx, node)
	return s.head, err
}

// LetterOf is the letter that carries an entry.
func LetterOf(tx *store.Tx, f File, node string, seq int64) (Carry, error) {
	e, err := f.entry(tx, node, seq)
	if err != nil {
		return Carry{}, err
	}
	all := []Entry{e}
	err = unseal(tx, f.ID, all)
	return all[0].letter("X-1"), err
}

// Rewrite puts other words in the place of an entry's, under the salt that they
// were signed with.
func Rewrite(tx *store.Tx, f File, node string, seq int64, words string) error {
	all := []Entry{{Node: node, Seq: seq}}
	if err := unseal(tx, f.ID, all); err != nil {
		return err
	}
	return vault.Put(tx, f.ID, map[string]string{fmt.Sprintf("entry.%s.%d", node, seq): all[0].salt + "\n" + words})
}
