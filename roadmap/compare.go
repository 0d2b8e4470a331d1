package roadmap

import (
	"encoding/json"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"istmo/access"
	"istmo/fault"
	"istmo/store"
)

// Difference is what another party shows in the place of what stands here, with
// both hashes. One of the two was never signed; which one, the signed root says.
type Difference struct {
	Node       string    `json:"node"` // who shows it
	Commitment string    `json:"commitment"`
	Revision   int64     `json:"revision"`
	Ours       string    `json:"ours"`
	Theirs     string    `json:"theirs"`
	Shown      *Text     `json:"shown"` // its words; nil until it has shown them
	At         time.Time `json:"at"`
	Settled    time.Time `json:"settled"` // when both amounted to the same again
}

// words are the items of a version and, in their order, the words that this
// node's rows hold for them.
func (p Plan) words(tx *store.Tx) ([]Item, []Text, error) {
	items, err := itemsOf(tx, p.ID)
	if err != nil {
		return nil, nil, err
	}
	texts, err := p.wordsOf(tx, items)
	return items, texts, err
}

// wordsOf are the words of some of a version's items, which stand in its order.
func (p Plan) wordsOf(tx *store.Tx, items []Item) ([]Text, error) {
	texts := make([]Text, len(items))
	if len(items) == 0 {
		return texts, nil
	}
	at := make(map[string]int, len(items))
	for i, it := range items {
		at[it.Commitment] = i
	}
	var t Text
	var commitment string
	err := tx.Each(append([]any{&commitment}, t.columns()...), func() error {
		texts[at[commitment]] = t
		return nil
	}, `SELECT r.commitment, `+textColumns+` FROM plan_item i JOIN commitment_revision r ON r.commitment = i.commitment AND r.n = i.revision
		WHERE i.plan = $1 AND i.number >= $2 AND i.number <= $3`, p.ID, items[0].Number, items[len(items)-1].Number)
	return texts, err
}

// actual are the items with the hashes of the words as they stand here now.
func (p Plan) actual(tx *store.Tx) ([]Item, error) {
	items, texts, err := p.words(tx)
	for i := range items {
		items[i].Hash = texts[i].Hash(items[i].Commitment).String()
	}
	return items, err
}

// Check is what a node finds when it proves a version from its own rows.
type Check struct {
	Root    string   `json:"root"`    // what the words here amount to
	Whole   bool     `json:"whole"`   // and it is the root that was signed
	Signers []string `json:"signers"` // whose signatures hold
	Changed []int64  `json:"changed"` // the numbers whose words here are not the signed ones
}

// prove checks a version: the words that stand for its items against its root,
// and its signatures against its statement.
func (p Plan) prove(signed []Item, texts []Text, signatures []Signature) (c Check, err error) {
	hashes := make([]tlog.Hash, len(signed))
	for i, it := range signed {
		hashes[i] = texts[i].Hash(it.Commitment)
		if hashes[i].String() != it.Hash {
			c.Changed = append(c.Changed, it.Number)
		}
	}
	r, err := rootOf(hashes)
	c.Root = r.String()
	c.Whole = c.Root == p.Root && strings.Contains(p.Statement, "\nroot "+c.Root+"\n")
	c.Signers = signers(p.Statement, signatures)
	return c, err
}

// signers are whose signatures over a statement hold.
func signers(statement string, signatures []Signature) (nodes []string) {
	for _, s := range signatures {
		if s.Holds(statement) {
			nodes = append(nodes, s.Node)
		}
	}
	return nodes
}

// Attest says to the other parties what the plan in force amounts to by this
// node's own rows. Said by a partner, it is compared.
type Attest struct {
	OnPlan
	Root string `json:"root"`
}

// Verb names it.
func (Attest) Verb() access.Verb { return "roadmap.attest" }

// Do says it, or compares: if the two differ, the rows are compared one by one.
func (c Attest) Do(tx *store.Tx, who access.Who, p Plan) error {
	mine, err := p.actual(tx)
	if err != nil {
		return err
	}
	r, err := root(mine)
	if err != nil {
		return err
	}
	if who.Kind != access.Partner {
		if _, err := tx.Exec(`UPDATE plan SET attested_at = $2, proved_at = $2, proved_root = $3 WHERE id = $1`, p.ID, tx.Now, r); err != nil {
			return err
		}
		return p.Show(tx, Attest{c.OnPlan, r})
	}
	if r == c.Root {
		_, err := tx.Exec(`UPDATE plan_difference SET settled_at = $3 WHERE agreement = $1 AND node = $2 AND settled_at = ''`, p.Agreement, who.ID, tx.Now)
		return err
	}
	return p.Say(tx, who.ID, Contrast{OnPlan: c.OnPlan, Hashes: hashesOf(mine)})
}

func hashesOf(items []Item) []string {
	all := make([]string, len(items))
	for i, it := range items {
		all[i] = it.Hash
	}
	return all
}

// Contrast asks another party to show its words wherever they differ.
type Contrast struct {
	OnPlan
	Hashes []string `json:"hashes"` // of the asker's words, in the order of the plan
}

// Verb names it.
func (Contrast) Verb() access.Verb { return "roadmap.contrast" }

// Do shows them.
func (c Contrast) Do(tx *store.Tx, who access.Who, p Plan) error {
	items, texts, err := p.words(tx)
	if err != nil {
		return err
	}
	if len(items) != len(c.Hashes) {
		return fault.Conflict("roadmap.other-words")
	}
	for i, it := range items {
		if texts[i].Hash(it.Commitment).String() == c.Hashes[i] {
			continue
		}
		if err := p.Say(tx, who.ID, Reveal{c.OnPlan, it.Commitment, it.Revision, texts[i]}); err != nil {
			return err
		}
	}
	return nil
}

// Reveal shows a party's words for a commitment of the plan.
type Reveal struct {
	OnPlan
	Commitment string `json:"commitment"`
	Revision   int64  `json:"revision"`
	Text       Text   `json:"text"`
}

// Verb names it.
func (Reveal) Verb() access.Verb { return "roadmap.reveal" }

// Do keeps them beside our own.
func (c Reveal) Do(tx *store.Tx, who access.Who, p Plan) error {
	r, err := revisionOf(tx, c.Commitment, c.Revision)
	if err != nil {
		return err
	}
	return differ(tx, p.Agreement, who.ID, r, c.Commitment, c.Text)
}

// differ notes that another party shows other words for a revision than those
// that stand here, which stay.
func differ(tx *store.Tx, agreement, node string, ours Revision, commitment string, shown Text) error {
	mine, theirs := ours.Text.Hash(commitment).String(), shown.Hash(commitment).String()
	if mine == theirs {
		return nil
	}
	text, err := json.Marshal(shown)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO plan_difference (agreement, node, commitment, revision, ours, theirs, shown, at, settled_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '') ON CONFLICT (agreement, node, commitment, revision, theirs) DO UPDATE SET ours = EXCLUDED.ours, settled_at = ''`,
		agreement, node, commitment, ours.N, mine, theirs, string(text), tx.Now)
	return err
}

// attestEvery is how often the nodes compare what they hold.
const attestEvery = 24 * time.Hour

// Unattested lists the plans in force of which this node owes its partners a word.
func Unattested(tx *store.Tx) ([]string, error) {
	return store.All(tx, store.Value[string], `SELECT id FROM plan WHERE state = 'in_force' AND attested_at <= $1`, tx.Now.Add(-attestEvery))
}
