package response_test

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
	"istmo/access/people"
	"istmo/act"
	"istmo/cases"
	"istmo/fault"
	"istmo/response"
	"istmo/store"
	"istmo/testkit"
)

// chance is two nodes in whose world anything may happen in any order.
type chance struct {
	*testkit.World
	t       *testing.T
	rnd     *rand.Rand
	pa, co  *testkit.Country
	users   []access.Who // Panama's
	cata    access.Who
	persons []string
	cut     bool
	done    int
	history []string
}

// TestAlertsNeverVanish lets officers, teams, clocks and a cut link do whatever
// they like, and holds at every moment that each alert that was raised is on
// somebody's board until it has ended, and has a clock. ISTMO_SEED repeats a run.
func TestAlertsNeverVanish(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	if s, err := strconv.ParseUint(os.Getenv("ISTMO_SEED"), 10, 64); err == nil {
		seed = s
	}
	t.Logf("ISTMO_SEED=%d", seed)
	c := begin(t, rand.New(rand.NewPCG(seed, 1)))
	for range 220 {
		c.step()
		c.always(c.pa)
		c.always(c.co)
	}
	c.settle()
	t.Logf("%d deeds done", c.done)
	if c.done < 40 {
		t.Error("hardly anything was done, so hardly anything was tried")
	}
}

func begin(t *testing.T, rnd *rand.Rand) *chance {
	w := testkit.NewWorld(t)
	c := &chance{World: w, t: t, rnd: rnd, pa: w.Start("PA"), co: w.Start("CO")}
	w.Pair("PA", "CO")
	c.pa.Agency("senafront", "border-police", "Fronteras (ficticio)")
	c.pa.Agency("uia", "response-team", "Unidad (ficticia)")
	c.pa.Agency("senniaf", "child-authority", "Niñez (ficticia)")
	c.pa.Agency("defensoria", "ombudsman", "Defensoría (ficticia)")
	c.co.Agency("coat", "response-team", "Centro (ficticio)")
	for _, u := range [][]string{{"nadia", "senafront", "field-officer"}, {"ana", "uia", "response-team"}, {"beto", "uia", "response-team"}, {"luz", "uia", "focal-point", "foreign-ministry"},
		{"nina", "senniaf", "case-worker"}, {"delia", "defensoria", "case-worker"}} {
		c.users = append(c.users, c.pa.User(u[0], u[1], u[2:]...))
	}
	testkit.Must(t, c.pa, c.pa.Engine.Self, people.SetEscalation{Agency: c.pa.AgencyID("uia"), User: c.pa.Who("nina").ID})
	c.cata = c.co.User("cata", "coat", "response-team", "foreign-ministry")
	w.Deliver()
	agree(t, w, c.pa, "luz", c.co, "cata")
	return c
}

func (c *chance) step() {
	switch n := c.rnd.IntN(24); {
	case n == 0:
		c.raise()
	case n == 1:
		if c.cut = !c.cut; c.cut {
			c.Cut("PA", "CO")
		} else {
			c.Mend("PA", "CO")
		}
	case n == 2:
		c.Deliver()
	case n < 6:
		c.Tick(time.Duration(c.rnd.IntN(90)) * time.Minute)
	case n == 6:
		c.roster()
	case n == 7:
		who := c.anyone()
		to := c.anyone()
		c.say(c.pa, who, "response.hand-over", "to", to.ID)
	case n == 8:
		who := c.anyone()
		for _, h := range testkit.Ask(c.t, c.pa, who, response.Desk{}).Handovers {
			c.say(c.pa, who, "response.take-over", "handover", h.ID)
		}
	case n == 9:
		c.account()
	case n == 10 && len(c.persons) > 0 && c.rnd.IntN(4) == 0:
		person := c.persons[c.rnd.IntN(len(c.persons))]
		for _, u := range c.users {
			c.say(c.pa, u, "cases.erase", "person", person)
		}
	default:
		c.anyVerb()
	}
}

func (c *chance) anyone() access.Who { return c.users[c.rnd.IntN(len(c.users))] }

func (c *chance) raise() {
	nadia := c.users[0]
	kinds := response.RaisedKinds()
	values := []string{"kind", kinds[c.rnd.IntN(len(kinds))], "place", "Metetí", "child", strconv.FormatBool(c.rnd.IntN(3) == 0)}
	if c.rnd.IntN(2) == 0 {
		person := testkit.Must(c.t, c.pa, nadia, cases.Register{Place: "Metetí", Identity: cases.Identity{GivenNames: "Ficticia"}}).Object
		c.persons = append(c.persons, person)
		values = append(values, "person", person, "note", "Ficticia, de rojo")
	}
	c.say(c.pa, nadia, "response.raise", values...)
}

func (c *chance) roster() {
	who := c.users[1+c.rnd.IntN(3)]
	if c.rnd.IntN(3) == 0 {
		for _, s := range testkit.Ask(c.t, c.pa, who, response.Roster{}).Shifts {
			c.say(c.pa, who, "response.drop-shift", "shift", s.ID)
			return
		}
	}
	rank := []string{response.First, response.Second}[c.rnd.IntN(2)]
	c.say(c.pa, who, "response.plan-shift", "user", who.ID, "rank", rank, "day", c.Now().Format(time.DateOnly),
		"from", fmt.Sprintf("%02d:00", c.rnd.IntN(24)), "to", fmt.Sprintf("%02d:00", c.rnd.IntN(24)))
}

// account takes somebody's account away and gives it back.
func (c *chance) account() {
	u := c.users[1+c.rnd.IntN(len(c.users)-1)]
	verb := []string{"people.disable-user", "people.enable-user", "people.enable-user"}[c.rnd.IntN(3)]
	c.say(c.pa, c.pa.Engine.Self, verb, "user", u.ID)
}

// anyVerb has somebody say something about some alert.
func (c *chance) anyVerb() {
	node, who := c.pa, c.anyone()
	if c.rnd.IntN(5) == 0 {
		node, who = c.co, c.cata
	}
	all := c.alerts(node)
	open := slices.DeleteFunc(slices.Clone(all), func(a response.Alert) bool { return !response.Open(a.State) })
	if len(open) == 0 {
		return
	}
	a := open[c.rnd.IntN(len(open))]
	if n := slices.IndexFunc(c.users, func(u access.Who) bool { return u.Agency == a.Team }); node == c.pa && n >= 0 && c.rnd.IntN(4) > 0 {
		who = c.users[n+c.rnd.IntN(len(c.users)-n)%min(2, len(c.users)-n)] // mostly those whose alert it is
	}
	verbs := append(response.Flow.Verbs(a.State), "response.across", "response.telephone", "response.mark-child")
	verb := string(verbs[c.rnd.IntN(len(verbs))])
	if verb == "response.escalate" || verb == "response.forget" {
		return
	}
	kind := response.MeasureKinds[c.rnd.IntN(len(response.MeasureKinds))]
	other := map[string]string{"PA": "CO", "CO": "PA"}[node.Config.Node]
	to := c.pa.AgencyID([]string{"uia", "senniaf", "defensoria", "senafront"}[c.rnd.IntN(4)])
	c.say(node, who, verb, "id", a.ID, "kind", kind, "why", map[bool]string{true: "declined", false: "person"}[verb == "response.record-measure"], "outcome", "safe",
		"reason", map[bool]string{true: "duplicate", false: "other"}[verb == "response.stand-down"], "to", to, "node", other, "place", "Turbo", "reached", "true")
}

func (c *chance) say(node *testkit.Country, who access.Who, verb string, pairs ...string) {
	entry, ok := node.Engine.Verbs.Find(access.Verb(verb))
	if !ok {
		c.t.Fatalf("no verb %s", verb)
	}
	values := map[string][]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		values[pairs[i]] = []string{pairs[i+1]}
	}
	input, err := entry.FromValues(values, false)
	if err == nil {
		_, err = node.Engine.Run(context.Background(), who, entry, input, "")
	}
	c.history = append(c.history, fmt.Sprintf("%s %s %v: %v", node.Config.Node, verb, pairs, err))
	if err == nil {
		c.done++
	} else if len(fault.All(err)) == 0 {
		c.fail("%s: %v", verb, err)
	}
}

func (c *chance) alerts(n *testkit.Country) (all []response.Alert) {
	var ids []string
	err := n.DB.Read(context.Background(), func(tx *store.Tx) (err error) {
		if ids, err = store.All(tx, store.Value[string], `SELECT id FROM response_alert ORDER BY id`); err != nil {
			return err
		}
		for _, id := range ids {
			a, err := response.Find(tx, id)
			if err != nil {
				return err
			}
			all = append(all, a)
		}
		return nil
	})
	if err != nil {
		c.fail("%v", err)
	}
	return all
}

// always holds at every moment, link or no link, roster or none.
func (c *chance) always(n *testkit.Country) {
	boards := map[string]bool{}
	users := c.users
	if n == c.co {
		users = []access.Who{c.cata}
	}
	for _, u := range users {
		board, err := act.Ask(context.Background(), n.Engine, u, response.ShowBoard{})
		if err != nil {
			c.fail("%v", err)
		}
		for _, l := range board.Open {
			boards[l.ID] = true
		}
	}
	all := c.alerts(n)
	for _, a := range all {
		switch {
		case !response.Open(a.State):
			if a.State == response.HandedOver && !slices.ContainsFunc(all, func(o response.Alert) bool { return o.Incident == a.Incident && o.ID != a.ID }) {
				c.fail("%s was handed over to nobody", a.ID)
			}
		case !boards[a.ID]:
			c.fail("%s is %s and on nobody's board", a.ID, a.State)
		case a.DueAt.IsZero():
			c.fail("%s is %s and has no clock", a.ID, a.State)
		case c.told(n, a.ID) == 0:
			c.fail("%s is %s and nobody was told", a.ID, a.State)
		}
	}
}

func (c *chance) told(n *testkit.Country, id string) (count int64) {
	err := n.DB.Read(context.Background(), func(tx *store.Tx) (err error) {
		count, err = store.One(tx, store.Value[int64], `SELECT COUNT(*) FROM response_told WHERE alert = $1`, id)
		if err == nil {
			_, err = response.ToTell(tx, id)
		}
		return err
	})
	if err != nil {
		c.fail("%v", err)
	}
	return count
}

func (c *chance) fail(format string, args ...any) {
	c.t.Helper()
	for _, h := range c.history[max(0, len(c.history)-40):] {
		c.t.Log(h)
	}
	c.t.Fatalf(format, args...)
}

// onLivingBoards holds that accounts that were taken away have taken no alert with
// them.
func (c *chance) onLivingBoards() {
	boards, living := map[string]bool{}, 0
	for _, u := range c.users {
		err := c.pa.DB.Read(context.Background(), func(tx *store.Tx) error {
			user, err := people.FindUser(tx, u.ID)
			if err != nil || user.State != people.Active {
				return err
			}
			living++
			board, err := response.ShowBoard{}.Ask(tx, u)
			for _, l := range board.Open {
				boards[l.ID] = true
			}
			return err
		})
		if err != nil {
			c.fail("%v", err)
		}
	}
	for _, a := range c.alerts(c.pa) {
		if living > 0 && response.Open(a.State) && !boards[a.ID] {
			c.fail("%s is %s, and on no board that anybody can open", a.ID, a.State)
		}
	}
}

// settle mends the link and compares what both sides know of what crossed.
func (c *chance) settle() {
	c.Mend("PA", "CO")
	c.Deliver()
	c.Tick(13 * time.Hour) // long enough for the clocks to find who is still there
	c.Deliver()
	c.onLivingBoards()
	for _, side := range [][2]*testkit.Country{{c.pa, c.co}, {c.co, c.pa}} {
		there := map[string][]response.Alert{}
		for _, a := range c.alerts(side[1]) {
			if a.Crossing != "" {
				there[a.Crossing] = append(there[a.Crossing], a)
			}
		}
		for _, x := range c.crossings(side[0]) {
			if x.Refused == "" && len(there[x.ID]) == 0 {
				c.fail("%s went across and is not there", x.ID)
			}
			if !slices.ContainsFunc(there[x.ID], func(a response.Alert) bool { return a.State == x.State }) && x.Refused == "" {
				c.fail("%s is %q at home and there %v", x.ID, x.State, there[x.ID])
			}
		}
		report, err := side[0].Verify(context.Background(), nil)
		if err != nil || !report.Sound() {
			c.fail("the ledger: %v %v", err, report.Findings)
		}
	}
}

func (c *chance) crossings(n *testkit.Country) (all []response.Crossing) {
	for _, a := range c.alerts(n) {
		who := c.users[1]
		if n == c.co {
			who = c.cata
		}
		if v, err := act.Look(context.Background(), n.Engine, who, response.OpenAlert{On: response.On{ID: a.ID}}); err == nil {
			all = append(all, v.Crossings...)
		}
	}
	return all
}
