package referrals_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/cases"
	"istmo/fault"
	"istmo/referrals"
	"istmo/store"
	"istmo/testkit"
)

// chance is two nodes in whose world anything may happen in any order.
type chance struct {
	*testkit.World
	t         *testing.T
	rnd       *rand.Rand
	pa, co    *testkit.Country
	ana, juan access.Who
	casa      string
	ids       []string
	cut       bool
	done      int
	history   []string
}

// TestAnythingInAnyOrder lets both sides do whatever they like, in any order and
// with the link up and down, and holds what must always hold. ISTMO_SEED repeats
// a run.
func TestAnythingInAnyOrder(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	if s, err := strconv.ParseUint(os.Getenv("ISTMO_SEED"), 10, 64); err == nil {
		seed = s
	}
	t.Logf("ISTMO_SEED=%d", seed)
	c := begin(t, rand.New(rand.NewPCG(seed, 1)))
	for range 400 {
		c.step()
		c.always()
	}
	c.settle()
	t.Logf("%d deeds done on %d referrals", c.done, len(c.ids))
	if c.done < 20 {
		t.Error("hardly anything was done, so hardly anything was tried")
	}
}

func begin(t *testing.T, rnd *rand.Rand) *chance {
	w := testkit.NewWorld(t)
	c := &chance{World: w, t: t, rnd: rnd, pa: w.Start("PA"), co: w.Start("CO")}
	w.Pair("PA", "CO")
	for _, n := range []*testkit.Country{c.pa, c.co} {
		n.Agency("CASA", "shelter", "Casa ficticia")
		n.Agency("NINEZ", "child-authority", "Niñez ficticia")
		n.User("ministra", "CASA", "foreign-ministry")
	}
	c.ana, c.juan = c.pa.User("ana", "CASA", "case-worker"), c.co.User("juan", "CASA", "case-worker")
	w.Deliver()
	w.Agree("PA", "ministra", "CO", "ministra")
	c.casa = c.co.AgencyID("CASA")
	return c
}

func (c *chance) step() {
	switch n := c.rnd.IntN(20); {
	case len(c.ids) < 3 || n == 0 && len(c.ids) < 12:
		c.someoneNew()
	case n == 1 && c.cut:
		c.Mend("PA", "CO")
		c.cut = false
	case n == 1:
		c.Cut("PA", "CO")
		c.cut = true
	case n < 6:
		c.Deliver()
	case n == 6:
		c.Tick(time.Duration(c.rnd.IntN(30)) * time.Hour)
	case n == 7:
		c.withdraw()
	default:
		c.anyVerb()
	}
}

func (c *chance) someoneNew() {
	person := testkit.Must(c.t, c.pa, c.ana, cases.Register{Place: "Turbo", Identity: cases.Identity{GivenNames: "Ficticia"}}).Object
	on := cases.On{Person: person}
	testkit.Must(c.t, c.pa, c.ana, cases.AssessRisk{On: on, Level: "low"})
	testkit.Must(c.t, c.pa, c.ana, cases.RecordConsent{On: on, Purpose: "assistance", ToNode: "CO", ToAgency: c.casa,
		Groups: []string{"profile", "identity"}, Language: "es", Way: "written"})
	c.ids = append(c.ids, testkit.Must(c.t, c.pa, c.ana, referrals.Start{Person: person, ToNode: "CO", ToAgency: c.casa, Purpose: "assistance",
		Fields: []string{"sex", "given_names"}}).Object)
}

// anyVerb has one of the sides say any verb of the table about any referral.
func (c *chance) anyVerb() {
	id := c.ids[c.rnd.IntN(len(c.ids))]
	moves := referrals.Flow.Moves
	verb := moves[c.rnd.IntN(len(moves))].Verb
	if possible := c.onward(id); len(possible) > 0 && c.rnd.IntN(6) > 0 { // most of the time, something that leads on
		verb = possible[c.rnd.IntN(len(possible))]
	}
	if c.rnd.IntN(12) == 0 {
		verb = "referrals.answer-recall"
	}
	node, who := c.pa, c.ana
	if side := referrals.By[verb]; side == referrals.Receiver || side != referrals.Sender && c.rnd.IntN(2) == 0 {
		node, who = c.co, c.juan
	}
	c.say(node, who, verb, map[string][]string{"id": {id}, "reason": {"danger"}, "question": {"¿?"}, "answer": {"sí"}, "suggested": {"otra"},
		"meeter": {"Alguien"}, "phone": {"1"}, "where": {"Muelle"}, "outcomes": {"safe"}, "destroyed": {"true"},
		"eta": {c.Now().Add(5 * time.Hour).Format(time.RFC3339)}})
	if c.rnd.IntN(4) == 0 {
		c.look(id)
	}
}

// onward lists what the state at home allows, mostly without the exits.
func (c *chance) onward(id string) []access.Verb {
	exits := []access.Verb{"referrals.withdraw", "referrals.suspend", "referrals.discard", "referrals.decline", "referrals.redirect", "referrals.close"}
	possible := referrals.Flow.Verbs(c.read(c.pa, id).State)
	if c.rnd.IntN(8) == 0 {
		return possible
	}
	return slices.DeleteFunc(possible, func(v access.Verb) bool { return slices.Contains(exits, v) })
}

func (c *chance) say(node *testkit.Country, who access.Who, verb access.Verb, values map[string][]string) {
	entry, ok := node.Engine.Verbs.Find(verb)
	if !ok {
		c.t.Fatalf("no verb %s", verb)
	}
	input, err := entry.FromValues(values, false)
	if err == nil {
		_, err = node.Engine.Run(context.Background(), who, entry, input, "")
	}
	c.history = append(c.history, fmt.Sprintf("%s %s %s: %v", node.Config.Node, verb, values["id"], err))
	if err == nil {
		c.done++
	} else if len(fault.All(err)) == 0 {
		c.t.Fatalf("%s: %v", verb, err)
	}
}

// look has the receiver open the referral and the file that it began.
func (c *chance) look(id string) {
	view, err := act.Look(context.Background(), c.co.Engine, c.juan, referrals.Open{On: referrals.On{ID: id}})
	if err == nil && view.Received != "" {
		_, err = act.Look(context.Background(), c.co.Engine, c.juan, cases.Open{On: cases.On{Person: view.Received}})
	}
	if err != nil && len(fault.All(err)) == 0 {
		c.t.Fatal(err)
	}
}

// withdraw has somebody withdraw their consent.
func (c *chance) withdraw() {
	r := c.read(c.pa, c.ids[c.rnd.IntN(len(c.ids))])
	if r.Consent != "" {
		c.say(c.pa, c.ana, "cases.withdraw-consent", map[string][]string{"consent": {r.Consent}})
	}
}

func (c *chance) read(n *testkit.Country, id string) (r referrals.Referral) {
	err := n.DB.Read(context.Background(), func(tx *store.Tx) (err error) {
		r, err = referrals.Find(tx, id)
		return err
	})
	if err != nil && !fault.Is(err, fault.KindNotFound) {
		c.t.Fatal(err)
	}
	return r
}

// received reports whether Colombia holds a readable file of a referral.
func (c *chance) received(id string) bool {
	held := false
	err := c.co.DB.Read(context.Background(), func(tx *store.Tx) error {
		p, err := cases.ReceivedBy(tx, c.casa, id)
		held = err == nil && p.ErasedAt.IsZero()
		return nil
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return held
}

func (c *chance) fail(id, format string, args ...any) {
	c.t.Helper()
	for _, h := range c.history[max(0, len(c.history)-60):] {
		c.t.Log(h)
	}
	c.t.Fatalf("%s: %s", id, fmt.Sprintf(format, args...))
}

// always holds at every moment, link or no link.
func (c *chance) always() {
	for _, id := range c.ids {
		home, mirror := c.read(c.pa, id), c.read(c.co, id)
		if node, agency := home.Responsible(); node == "" || agency == "" {
			c.fail(id, "nobody is responsible in %s", home.State)
		}
		if mirror.Version > home.Version {
			c.fail(id, "the mirror is ahead of home")
		}
		if c.received(id) && mirror.PackedAt.IsZero() {
			c.fail(id, "a file that no package began, in %s", mirror.State)
		}
		if home.State == referrals.UnderWay && home.Package == "" {
			c.fail(id, "on the way without the package")
		}
	}
}

// settle brings everything to rest and compares both sides.
func (c *chance) settle() {
	c.Mend("PA", "CO")
	c.Deliver()
	for _, id := range c.ids {
		home, mirror := c.read(c.pa, id), c.read(c.co, id)
		if mirror.ID == "" {
			if home.Envelope != "" {
				c.fail(id, "sent, and not there")
			}
			continue
		}
		if mirror.State != home.State || mirror.Version != home.Version || mirror.Recall != home.Recall || mirror.Asked != "" {
			c.fail(id, "at home %s v%d recall %q, on the mirror %s v%d recall %q asked %q",
				home.State, home.Version, home.Recall, mirror.State, mirror.Version, mirror.Recall, mirror.Asked)
		}
		if home.State == referrals.Withdrawn && c.received(id) && home.Recall != "asked" && home.Recall != "kept" {
			c.fail(id, "withdrawn, and Colombia still reads it (recall %q)", home.Recall)
		}
	}
	for _, n := range []*testkit.Country{c.pa, c.co} {
		report, err := n.Verify(context.Background(), nil)
		if err != nil || !report.Sound() {
			c.t.Fatalf("the ledger of %s: %v %v", n.Config.Node, err, report.Findings)
		}
	}
}
