package jointfiles

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"istmo/act"
	"istmo/fault"
	"istmo/store"
	"istmo/vault"
)

// Entry is what one side has written. It is numbered within its side, and called
// by side and number: "CO-3".
type Entry struct {
	ID       string    `json:"id"`
	Node     string    `json:"node"` // the side's
	Seq      int64     `json:"seq"`
	At       time.Time `json:"at"` // by the side's own clock
	Kind     string    `json:"kind"`
	Corrects int64     `json:"corrects"` // an earlier entry of the same side; 0 for none
	Words    string    `json:"words"`
	Arrived  time.Time `json:"arrived"` // when it came to stand here
	Waits    bool      `json:"waits"`   // for an earlier entry of its side that has not come
	Late     bool      `json:"late"`    // written while the file was open, and come when it no longer was
	Broken   bool      `json:"broken"`  // what stands here is not what was signed
	Ways     []Way     `json:"ways"`    // to the other members, as far as this node sends it
	file     string
	version  int64    // of the file, as the side knew it
	seen     []string // the last of every other side's that the writer had: "PA/2/hash"
	prev     string
	hash     string
	note     string
	salt     string
}

// Kinds are what an entry can be. A review is written with the closing.
var Kinds = []string{"note", "finding", "request", "decision", "step-taken", "use-limit"}

const kindReview = "review"

// longest is how many characters an entry may have.
const longest = 10_000

// text is what the side's node signs. It commits to the words by a salted hash,
// so that neither it nor its own hash tells anything of them.
func (e Entry) text(agency string) string {
	return fmt.Sprintf("istmo/jointfile/1\nfile %s\nside %s/%s\nentry %d\nat %s\nkind %s\ncorrects %d\nversion %d\nseen %s\nprev %s\nwords %s\n",
		e.file, e.Node, agency, e.Seq, store.Stamp(e.At), e.Kind, e.Corrects, e.version, strings.Join(e.seen, " "), e.prev, e.commitment())
}

func (e Entry) commitment() string { return digest(e.salt + "\n" + e.Words) }

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// field is where the vault keeps its words and their salt.
func (e Entry) field() string { return fmt.Sprintf("entry.%s.%d", e.Node, e.Seq) }

// keep puts an entry where it belongs.
func (e Entry) keep(tx *store.Tx) error {
	if err := vault.Put(tx, e.file, map[string]string{e.field(): e.salt + "\n" + e.Words}); err != nil {
		return err
	}
	return e.insert(tx)
}

// unseal gives entries their words.
func unseal(tx *store.Tx, file string, all []Entry) error {
	values, err := vault.Get(tx, file)
	if err != nil {
		return err
	}
	for i := range all {
		all[i].salt, all[i].Words, _ = strings.Cut(values[all[i].field()], "\n")
		all[i].ID = called(all[i].Node, all[i].Seq)
	}
	return nil
}

func called(node string, seq int64) string { return node + "-" + strconv.FormatInt(seq, 10) }

// write is this side's next entry: bound to the one before it and to what this
// node has seen of the others, signed, kept, and on its way.
func (f File) write(tx *store.Tx, kind, words string, corrects int64) error {
	sides, err := f.sides(tx)
	if err != nil {
		return err
	}
	e := Entry{file: f.ID, Node: f.here, At: tx.Now, Kind: kind, Corrects: corrects, Words: words, Arrived: tx.Now, version: f.Version,
		salt: tx.NewID("salt") + tx.NewID("salt")}
	for _, s := range sides {
		switch {
		case s.Node == f.here:
			e.Seq, e.prev = s.Entries+1, s.head
		case s.Entries > 0:
			e.seen = append(e.seen, fmt.Sprintf("%s/%d/%s", s.Node, s.Entries, s.head))
		}
	}
	text := e.text(f.agencyOf(f.here))
	e.hash = digest(text)
	if e.note, err = act.Sign(tx, text); err != nil {
		return err
	}
	if err := e.keep(tx); err != nil {
		return err
	}
	if err := e.reaches(tx); err != nil {
		return err
	}
	return f.carryAll(tx)
}

// signed refuses an entry that its side's node has not signed as it stands.
func (f File) signed(tx *store.Tx, e Entry) error {
	key, err := act.KeyOf(tx, e.Node)
	if err != nil {
		return err
	}
	if text := e.text(f.agencyOf(e.Node)); act.NoteText(e.note) != text || !act.SignedBy(e.note, e.Node, key) {
		return fault.Denied()
	}
	return nil
}

// ownEntry finds, by what it is called, the entry of this side that another
// corrects. What corrects a correction corrects what that one did.
func (f File) ownEntry(tx *store.Tx, id string) (int64, error) {
	none := fault.Invalid("corrects", "jointfiles.corrects-own")
	node, number, _ := cutLast(id)
	seq, err := strconv.ParseInt(number, 10, 64)
	if err != nil || node != f.here {
		return 0, none
	}
	e, err := f.entry(tx, node, seq)
	if fault.Is(err, fault.KindNotFound) {
		return 0, none
	}
	if e.Corrects != 0 {
		seq = e.Corrects
	}
	return seq, err
}

func cutLast(id string) (before, after string, found bool) {
	if i := strings.LastIndex(id, "-"); i >= 0 {
		return id[:i], id[i+1:], true
	}
	return id, "", false
}

// Chain is how the entries of one side stand here: whole, or what is wrong.
type Chain struct {
	State string `json:"state"` // whole, missing, broken or forked
	At    int64  `json:"at"`    // the first entry that is not right
}

// What a chain can be.
const (
	Whole   = "whole"   // every entry is there, as it was signed
	Missing = "missing" // an entry has not come, or is gone
	Broken  = "broken"  // an entry is not what was signed
	Forked  = "forked"  // its side signed two different entries under one number
)

// prove looks at everything that stands here again: numbers, hashes, signatures
// and words of every side, and what the sides have seen of each other.
// law: untoc:19
func (f File) prove(tx *store.Tx, sides []Side, all []Entry) error {
	forks, err := store.All(tx, store.Value[string], `SELECT DISTINCT node FROM joint_file_fork WHERE file = $1`, f.ID)
	if err != nil {
		return err
	}
	for i := range sides {
		s := &sides[i]
		if s.Chain, err = f.proveSide(tx, *s, all); err != nil {
			return err
		}
		if s.Chain.State == Whole {
			s.Chain = cited(*s, all)
		}
		if slices.Contains(forks, s.Node) {
			s.Chain.State = Forked
		}
	}
	return nil
}

// proveSide goes along one side's chain.
func (f File) proveSide(tx *store.Tx, s Side, all []Entry) (Chain, error) {
	last, prev := int64(0), ""
	chain := Chain{State: Whole}
	note := func(state string, at int64) {
		if chain.State == Whole {
			chain = Chain{state, at}
		}
	}
	for i := range all {
		e := &all[i]
		if e.Node != s.Node {
			continue
		}
		if e.Seq != last+1 || e.Waits {
			note(Missing, last+1)
		} else if e.prev != prev {
			note(Broken, e.Seq)
		}
		err := f.signed(tx, *e)
		if err != nil && len(fault.All(err)) == 0 {
			return chain, err
		}
		if e.Broken = err != nil || e.hash != digest(e.text(s.Agency)); e.Broken {
			note(Broken, e.Seq)
		}
		last, prev = e.Seq, e.hash
	}
	if last != s.Entries || prev != s.head {
		note(Missing, min(last, s.Entries)+1)
	}
	return chain, nil
}

// cited holds a side's chain to what the other sides have signed that they saw
// of it.
func cited(s Side, all []Entry) Chain {
	for _, e := range all {
		for _, seen := range e.seen {
			parts := strings.Split(seen, "/")
			if len(parts) != 3 || parts[0] != s.Node {
				continue
			}
			seq, _ := strconv.ParseInt(parts[1], 10, 64)
			i := slices.IndexFunc(all, func(o Entry) bool { return o.Node == s.Node && o.Seq == seq })
			switch {
			case i < 0:
				return Chain{Missing, s.Entries + 1}
			case all[i].hash != parts[2]:
				return Chain{Broken, seq}
			}
		}
	}
	return Chain{State: Whole}
}
