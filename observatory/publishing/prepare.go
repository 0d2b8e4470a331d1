package publishing

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/fault"
	"istmo/observatory/release"
	"istmo/observatory/release/approval"
	"istmo/observatory/tally"
	"istmo/store"
	"istmo/vault"
)

// Prepare makes a release that may go out, or says why there is none.
type Prepare struct {
	Title string `json:"title"`
	Choice

	made *made
}

// made is what was prepared before the transaction, beside which register.
type made struct {
	counts   release.Release
	outcome  release.Outcome
	words    Publication
	register string
	err      error
}

// patience is how long a preparation may take. Beyond, what is asked for is too much.
const patience = time.Minute

// Verb names it.
func (Prepare) Verb() access.Verb { return approval.VerbPrepare }

// Find makes it.
func (c Prepare) Find(tx *store.Tx, who access.Who) (Entry, error) {
	return Entry{Entry: approval.Entry{ID: tx.NewID("rel"), PreparedBy: who.ID}, node: act.Here(tx)}, nil
}

// Ahead prepares it, outside any transaction.
func (c Prepare) Ahead(ctx context.Context, e *act.Engine, who access.Who) act.Command[Entry] {
	c.made = &made{}
	c.made.err = c.prepare(ctx, e, who)
	return c
}

func (c Prepare) prepare(ctx context.Context, e *act.Engine, who access.Who) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	p, err := begin(ctx, e, c)
	if err != nil {
		return err
	}
	leave, err := p.office.sit(ctx)
	if err != nil {
		return fault.Unavailable("release.no-time")
	}
	defer leave()
	cube, err := act.Look(ctx, e, who, tally.Open{})
	if fault.Is(err, fault.KindNotFound) {
		return fault.Conflict("release.nobody")
	} else if err != nil {
		return err
	}
	past, err := act.Look(ctx, e, who, openCounts{})
	if err != nil {
		return err
	}
	c.made.register = past.register.Digest()
	c.made.counts, c.made.words = p.chosen.release(cube.Rows), p.words
	c.made.words.Counted, c.made.words.Edition = cube.Made, cube.Rules
	if len(c.made.counts.Facts) == 0 {
		return fault.Conflict("release.nobody")
	}
	for _, out := range past.register.Out() {
		if were, cross := p.chosen.crosses(out.Published); cross {
			return fault.Invalid("citizenships", "release.citizenships-cross").With("Named", strings.Join(were, ", "))
		}
	}
	c.made.outcome, err = release.Prepare(ctx, c.made.counts, p.rule, release.Options{Past: past.register.Out()})
	return plain(err)
}

// plain says a refusal as what to do in this room: which dimension to drop, which
// years to leave out.
func plain(err error) error {
	all := fault.All(err)
	if len(all) == 0 {
		return err
	}
	switch all[0].Key {
	case "release.too-detailed":
		return fault.Invalid("tables", fmt.Sprint("release.drop.", all[0].Args["Dimension"]))
	case "release.revised":
		return fault.Invalid("from", "release.changed-since")
	case "release.cannot", "release.ring":
		return fault.Invalid("tables", all[0].Key)
	}
	return err
}

// preparation is what a release is made of.
type preparation struct {
	office *Office
	chosen chosen
	rule   release.Rule
	words  Publication
}

func begin(ctx context.Context, e *act.Engine, c Prepare) (p preparation, err error) {
	err = e.DB.Read(ctx, func(tx *store.Tx) (err error) {
		p.office = office(tx)
		if err := c.titled(); err != nil {
			return err
		}
		if p.chosen, err = c.Choice.read(tx.Now.In(p.office.zone).Year()); err != nil {
			return err
		}
		p.rule, err = ruleFor(tx)
		p.words = Publication{Title: strings.TrimSpace(c.Title), Node: act.Here(tx)}
		return err
	})
	return p, err
}

func (c Prepare) titled() error {
	var check fault.Check
	check.That(strings.TrimSpace(c.Title) != "", "title", "release.entry.title")
	check.That(len(c.Title) <= longestTitle, "title", "fault.too-long")
	return check.Err()
}

// Do enters it, if nothing has gone out while it was prepared.
func (c Prepare) Do(tx *store.Tx, who access.Who, e Entry) error {
	switch {
	case c.made == nil:
		return fault.Unavailable("release.no-time") // only Ahead prepares
	case c.made.err != nil:
		return c.made.err
	}
	r, err := register(tx)
	if err != nil {
		return err
	}
	if r.Digest() != c.made.register {
		return fault.Conflict("release.entry.overtaken")
	}
	if e.Entry, err = r.Prepare(e.ID, c.made.words.Title, who.ID, tx.Now, c.made.counts, c.made.outcome); err != nil {
		return err
	}
	e.Publication, e.Took = c.made.words.with(e.Published), took(c.made.outcome)
	if e.words, err = e.Publication.write(); err != nil {
		return err
	}
	if e.sealed, err = sealCounts(tx, e.ID, e.Counts); err != nil {
		return err
	}
	return e.insert(tx)
}

// The counts are about no single person; they are sealed under the node's own key.
func sealCounts(tx *store.Tx, id string, counts release.Release) ([]byte, error) {
	text, err := json.Marshal(counts)
	if err != nil {
		return nil, err
	}
	return vault.Seal(tx, vault.Node, "release.counts "+id, text)
}

// openCounts opens what was counted for everything that has gone out, to check one
// more release against it. No door offers it: it is done in preparing alone.
type openCounts struct{}

// opened is the register with its counts.
type opened struct {
	access.Nothing
	node     string
	register approval.Register
}

// Facts are what a policy may look at.
func (o opened) Facts() access.Facts { return access.Facts{"node": o.node} }

// Verb names it.
func (openCounts) Verb() access.Verb { return "release.open-counts" }

// Find finds the register.
func (openCounts) Find(tx *store.Tx, who access.Who) (opened, error) {
	return opened{node: act.Here(tx)}, nil
}

// Answer opens it.
func (openCounts) Answer(tx *store.Tx, who access.Who, o opened) (opened, error) {
	all, err := entries(tx, ` WHERE state <> 'declined' ORDER BY id`)
	for _, e := range all {
		if e.State == approval.Sent {
			text, err := vault.Open(tx, vault.Node, "release.counts "+e.ID, e.sealed)
			if err != nil {
				return o, err
			}
			if err := json.Unmarshal(text, &e.Counts); err != nil {
				return o, fault.Internal("publishing: the counts of "+e.ID, err)
			}
		}
		o.register = append(o.register, e.Entry)
	}
	return o, err
}
