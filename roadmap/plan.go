package roadmap

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/flow"
	"istmo/store"
)

// Plan is one version of the joint plan of an agreement.
type Plan struct {
	cooperation.Joint
	N          int64      `json:"n"` // which version
	Made       time.Time  `json:"made"`
	Root       string     `json:"root"`      // of the Merkle tree over the hashes of its items
	Statement  string     `json:"statement"` // what every party signs
	FromNode   string     `json:"from_node"`
	FromAgency string     `json:"from_agency"`
	Reason     string     `json:"reason"` // why it was refused
	State      flow.State `json:"state"`
	InForceAt  time.Time  `json:"in_force_at"`
	ProvedAt   time.Time  `json:"proved_at"`   // when this node last proved it from its own rows
	ProvedRoot string     `json:"proved_root"` // and what they amounted to
	was        flow.State
	attested   time.Time
}

// Facts are what a policy may look at.
func (p Plan) Facts() access.Facts {
	return access.Facts{"home": p.Home, "parties": p.Parties, "state": string(p.State)}
}

// Item is a commitment in a version of the plan, by the hash of its words.
type Item struct {
	Number     int64  `json:"number"`
	Commitment string `json:"commitment"`
	Revision   int64  `json:"revision"`
	Hash       string `json:"hash"`
}

// Signature is a party's, made by its node at the word of its people.
type Signature struct {
	Node   string    `json:"node"`
	Agency string    `json:"agency"`
	At     time.Time `json:"at"`
	Note   string    `json:"note"` // the statement with the signature, as a signed note
	Key    string    `json:"key"`  // with which it was signed: ed25519, in base64
}

// statement is what is signed: everything that makes this version this version.
func (p Plan) statement(items []Item, previous string) string {
	return fmt.Sprintf("istmo/plan/1\nplan %s\nagreement %s\nparties %s\nversion %d\nmade %s\ncommitments %d\nroot %s\nprevious %s\n",
		p.ID, p.Agreement, strings.Join(p.Parties, " "), p.N, p.Made.UTC().Format(time.RFC3339), len(items), p.Root, previous)
}

// rootOf is the root of the Merkle tree over the items, in the order of their
// numbers (RFC 6962, 2.1).
func rootOf(hashes []tlog.Hash) (tlog.Hash, error) {
	var stored []tlog.Hash
	read := tlog.HashReaderFunc(func(at []int64) ([]tlog.Hash, error) {
		found := make([]tlog.Hash, len(at))
		for i, index := range at {
			found[i] = stored[index]
		}
		return found, nil
	})
	for i, h := range hashes {
		more, err := tlog.StoredHashesForRecordHash(int64(i), h, read)
		if err != nil {
			return tlog.Hash{}, err
		}
		stored = append(stored, more...)
	}
	return tlog.TreeHash(int64(len(hashes)), read)
}

// root is that of items by their hashes as they are written.
func root(items []Item) (string, error) {
	hashes := make([]tlog.Hash, len(items))
	for i, it := range items {
		h, err := tlog.ParseHash(it.Hash)
		if err != nil {
			return "", fault.Invalid("hash", "fault.wrong-type")
		}
		hashes[i] = h
	}
	h, err := rootOf(hashes)
	return h.String(), err
}

// Consolidate joins all that is cleared with all that the plan holds into its
// next version, and puts it before the parties to be signed.
type Consolidate struct {
	cooperation.By
	ID        string `json:"id"` // given by the node of who asks
	Agreement string `json:"agreement"`
}

// Verb names it.
func (Consolidate) Verb() access.Verb { return "roadmap.consolidate" }

// Find makes the version.
func (c Consolidate) Find(tx *store.Tx, who access.Who) (Plan, error) {
	if who.Kind != access.Partner {
		c.ID = ""
	}
	j, err := cooperation.Begin(tx, "pln", c.ID, c.Agreement)
	return Plan{Joint: j, FromNode: who.Node, Made: tx.Now.Truncate(time.Second), State: Signing}, err
}

// Do makes it at home.
func (c Consolidate) Do(tx *store.Tx, who access.Who, p Plan) (err error) {
	if c.By, err = c.As(tx, who); err != nil {
		return err
	}
	c.ID, p.FromAgency = p.ID, c.By.Agency
	last, err := lastPlan(tx, p.Agreement)
	if err != nil {
		return err
	}
	if last.State == Signing {
		return fault.Conflict("roadmap.in-signing")
	}
	items, fresh, err := nextItems(tx, p.Agreement)
	if err != nil {
		return err
	}
	if fresh == 0 {
		return fault.Conflict("roadmap.nothing-cleared")
	}
	if !p.AtHome(tx) {
		return p.Ask(tx, who, c)
	}
	items = renumber(items)
	if p.Root, err = root(items); err != nil {
		return err
	}
	p.N, p.Version = last.N+1, 1
	previous, err := inForceRoot(tx, p.Agreement)
	if err != nil {
		return err
	}
	p.Statement = p.statement(items, previous)
	if err := p.insert(tx, items); err != nil {
		if store.Unique(err) {
			return fault.Conflict("roadmap.known")
		}
		return err
	}
	return p.show(tx)
}

// renumber gives what is new the numbers after the last, and the rest its own.
// An amendment takes the number of what it amends.
func renumber(items []Item) []Item {
	var most int64
	for _, i := range items {
		most = max(most, i.Number)
	}
	for i := range items {
		if items[i].Number < 0 {
			most++
			items[i].Number = most
		}
	}
	slices.SortFunc(items, func(a, b Item) int { return int(a.Number - b.Number) })
	return items
}

// nextItems are what the next version would hold, and how many of them are fresh;
// what is new has no number yet.
func nextItems(tx *store.Tx, agreement string) (items []Item, fresh int, err error) {
	type row struct {
		Item
		state, amends string
		amended       int64
	}
	rows, err := store.All(tx, func(r *row) []any {
		return []any{&r.Number, &r.Commitment, &r.Revision, &r.Hash, &r.state, &r.amends, &r.amended}
	}, `SELECT c.number, c.id, c.revision, r.hash, c.state, c.amends, COALESCE((SELECT o.number FROM commitment o WHERE o.id = c.amends AND o.state IN ('planned', 'under_way', 'reported_done')), 0)
		FROM commitment c JOIN commitment_revision r ON r.commitment = c.id AND r.n = c.revision
		WHERE c.agreement = $1 AND c.state IN ('cleared', 'planned', 'under_way', 'reported_done', 'done') ORDER BY c.number, c.id`, agreement)
	if err != nil {
		return nil, 0, err
	}
	amended := map[string]bool{}
	for _, r := range rows {
		if r.state == string(Cleared) {
			fresh++
			amended[r.amends] = r.amended > 0
		}
	}
	for _, r := range rows {
		switch {
		case amended[r.Commitment]:
			continue
		case r.state == string(Cleared) && r.amended > 0:
			r.Number = r.amended
		case r.state == string(Cleared):
			r.Number = -1
		}
		items = append(items, r.Item)
	}
	return items, fresh, nil
}

// notInSigning refuses to change words that stand in a version being signed, and
// to end what the version replaces: two would hold one number.
func notInSigning(tx *store.Tx, c Commitment) error {
	n, err := store.One(tx, store.Value[int64], `SELECT COUNT(*) FROM plan p JOIN plan_item i ON i.plan = p.id JOIN commitment c ON c.id = i.commitment
		WHERE p.agreement = $2 AND p.state = 'signing' AND (c.id = $1 OR c.amends = $1)`, c.ID, c.Agreement)
	if err == nil && n > 0 {
		err = fault.Conflict("roadmap.in-signing")
	}
	return err
}

// OnPlan says which version a verb is about.
type OnPlan struct {
	ID string `json:"id"`
}

// Find loads it.
func (c OnPlan) Find(tx *store.Tx, who access.Who) (Plan, error) { return findPlan(tx, c.ID) }

// SignPlan signs a version for a country: its ministry decides, and its node
// signs, after it has checked that every word is one that its own people have
// accepted and cleared.
type SignPlan struct {
	cooperation.By
	OnPlan
	Note string `json:"note"` // made by the node of who signs
}

// Verb names it.
func (SignPlan) Verb() access.Verb { return "roadmap.sign-plan" }

// Do signs. At home the last signature brings the version into force.
func (c SignPlan) Do(tx *store.Tx, who access.Who, p Plan) (err error) {
	if _, err := PlanFlow.Next(p.State, c.Verb()); err != nil {
		return err
	}
	if err := p.Working(tx); err != nil {
		return err
	}
	if c.By, err = c.As(tx, who); err != nil {
		return err
	}
	if who.Kind != access.Partner {
		if err := p.agreedHere(tx); err != nil {
			return err
		}
		if c.Note, err = act.Sign(tx, p.Statement); err != nil {
			return err
		}
	}
	s, err := p.signed(tx, who.Node, c.By.Agency, c.Note)
	if err != nil {
		return err
	}
	if err := s.insert(tx, p.ID); err != nil {
		return err
	}
	if !p.AtHome(tx) {
		return p.Ask(tx, who, c)
	}
	return p.moved(tx, c.Verb())
}

// signed reads a signature: of this very statement, with the key that this node
// knows for its signer.
func (p Plan) signed(tx *store.Tx, node, agency, note string) (Signature, error) {
	key, err := act.KeyOf(tx, node)
	if err != nil {
		return Signature{}, err
	}
	if act.NoteText(note) != p.Statement || !act.SignedBy(note, node, key) {
		return Signature{}, fault.Conflict("roadmap.signature-wrong")
	}
	return Signature{node, agency, tx.Now, note, base64.StdEncoding.EncodeToString(key)}, nil
}

// Holds reports whether the signature is its signer's over a statement.
func (s Signature) Holds(statement string) bool {
	key, err := base64.StdEncoding.DecodeString(s.Key)
	return err == nil && len(key) == ed25519.PublicKeySize && act.NoteText(s.Note) == statement && act.SignedBy(s.Note, s.Node, key)
}

// agreedHere refuses to sign words that this node's own people have not accepted
// and cleared, whatever the depositary has put into the version.
func (p Plan) agreedHere(tx *store.Tx) error {
	items, texts, err := p.words(tx)
	if err != nil {
		return err
	}
	given, err := store.All(tx, store.Value[string], `SELECT commitment || ' ' || step || ' ' || hash FROM commitment_assent WHERE node = $1`, act.Here(tx))
	if err != nil {
		return err
	}
	have := map[string]bool{}
	for _, g := range given {
		have[g] = true
	}
	for i, it := range items {
		if texts[i].Hash(it.Commitment).String() != it.Hash || !have[it.Commitment+" accept "+it.Hash] || !have[it.Commitment+" clear "+it.Hash] {
			return fault.Conflict("roadmap.not-what-was-agreed").With("Number", it.Number)
		}
	}
	if r, err := root(items); err != nil || r != p.Root {
		return fault.Conflict("roadmap.other-words")
	}
	return nil
}

// RefusePlan ends a version that a party will not sign, with the reason.
type RefusePlan struct {
	cooperation.By
	OnPlan
	Reason string `json:"reason"`
}

// Verb names it.
func (RefusePlan) Verb() access.Verb { return "roadmap.refuse-plan" }

// Do ends it: what it would have held can be countered and consolidated again.
func (c RefusePlan) Do(tx *store.Tx, who access.Who, p Plan) (err error) {
	if err := wordsIn("reason", strings.TrimSpace(c.Reason), true); err != nil {
		return err
	}
	if _, err := PlanFlow.Next(p.State, c.Verb()); err != nil {
		return err
	}
	if c.By, err = c.As(tx, who); err != nil {
		return err
	}
	if !p.AtHome(tx) {
		return p.Ask(tx, who, c)
	}
	p.Reason = c.Reason
	return p.moved(tx, c.Verb())
}

// moved moves the version, and into force with the last signature.
func (p Plan) moved(tx *store.Tx, verb access.Verb) error {
	if err := p.move(tx, verb); err != nil {
		return err
	}
	signatures, err := signaturesOf(tx, p.ID)
	if err != nil {
		return err
	}
	if p.State == Signing && len(signatures) == len(p.Parties) {
		if err := p.enter(tx); err != nil {
			return err
		}
	}
	return p.show(tx)
}

func (p *Plan) move(tx *store.Tx, verb access.Verb) (err error) {
	p.was = p.State
	if p.State, err = PlanFlow.Next(p.State, verb); err != nil {
		return err
	}
	p.Version++
	return p.update(tx)
}

// enter brings a version into force, here: the one before it ends, what it holds
// is planned under its number, and what it amends is replaced. Every party does
// the same with the same rows, so that no letter is needed for each commitment.
func (p *Plan) enter(tx *store.Tx) error {
	before, err := planInForce(tx, p.Agreement)
	if err == nil {
		if err := before.move(tx, supersede); err != nil {
			return err
		}
	} else if !fault.Is(err, fault.KindNotFound) {
		return err
	}
	p.InForceAt = tx.Now
	if err := p.move(tx, bringIntoForce); err != nil {
		return err
	}
	items, err := itemsOf(tx, p.ID)
	if err != nil {
		return err
	}
	for _, it := range items {
		if err := it.enter(tx); err != nil {
			return err
		}
	}
	return nil
}

// enter plans a commitment that the version brings.
func (it Item) enter(tx *store.Tx) error {
	c, err := Find(tx, it.Commitment)
	if err != nil || c.State != Cleared {
		return err
	}
	c.Number = it.Number
	if err := c.move(tx, enter); err != nil || c.Amends == "" {
		return err
	}
	old, err := Find(tx, c.Amends)
	if err != nil || !old.Live() {
		return err
	}
	return old.move(tx, give)
}
