package roadmap_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/exchange"
	"istmo/fault"
	"istmo/i18n"
	"istmo/roadmap"
	"istmo/store"
	"istmo/testkit"
)

// chance is three nodes under one agreement, in whose world anything may happen in
// any order. The depositary is Colombia.
type chance struct {
	*testkit.World
	t         *testing.T
	rnd       *rand.Rand
	nodes     []*testkit.Country
	agreement string
	n         int64 // makes every wording another
	done      map[access.Verb]int
	refused   map[string]int
	history   []string
	halted    []*testkit.Country
	broken    []string // what the nodes wrote to their logs as errors
}

// Handle hears what a node logs; an error there is an internal one.
func (c *chance) Handle(_ context.Context, r slog.Record) error {
	line := r.Message
	r.Attrs(func(a slog.Attr) bool { line += " " + a.String(); return true })
	c.broken = append(c.broken, line)
	return nil
}

// Enabled says that errors alone are heard.
func (c *chance) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelError }

// WithAttrs and WithGroup keep nothing apart.
func (c *chance) WithAttrs([]slog.Attr) slog.Handler { return c }
func (c *chance) WithGroup(string) slog.Handler      { return c }

// TestAnythingInAnyOrder lets all parties do whatever they like, in any order, with
// the links up and down and the agreement suspended and resumed, and holds what
// must always hold. ISTMO_SEED repeats a run.
func TestAnythingInAnyOrder(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	if s, err := strconv.ParseUint(os.Getenv("ISTMO_SEED"), 10, 64); err == nil {
		seed = s
	}
	t.Logf("ISTMO_SEED=%d", seed)
	c := threeAgree(t, rand.New(rand.NewPCG(seed, 1)))
	for i := range 350 {
		c.step()
		if i%50 == 0 {
			c.always()
		}
	}
	c.settle()
	t.Logf("done %v, refused %v", c.done, c.refused)
	if c.done["roadmap.sign-plan"] < 3 || c.done["roadmap.report"]+c.done["roadmap.report-completion"] == 0 {
		t.Error("hardly anything was done, so hardly anything was tried")
	}
}

func threeAgree(t *testing.T, rnd *rand.Rand) *chance {
	c := &chance{World: testkit.NewWorld(t), t: t, rnd: rnd, done: map[access.Verb]int{}, refused: map[string]int{}}
	c.Log = slog.New(c)
	for _, id := range []string{"CO", "PA", "CR"} {
		n := c.Start(id)
		n.Agency("COMITE", "national-committee", "Comité (ficticio)")
		n.Agency("CANCILLERIA", "foreign-ministry", "Cancillería (ficticia)")
		n.User("focal", "COMITE", "focal-point")
		n.User("ministerio", "CANCILLERIA", "foreign-ministry")
		c.nodes = append(c.nodes, n)
	}
	c.Pair("PA", "CO")
	c.Pair("PA", "CR")
	c.Pair("CO", "CR")
	c.Deliver()
	home := c.nodes[0]
	c.agreement = testkit.Must(t, home, home.Who("ministerio"), cooperation.ProposeAgreement{TitleES: "Acuerdo ficticio", TitleEN: "Fictional agreement", Parties: []string{"PA", "CR"}, Verbs: []string{"referrals.*"}, Purposes: []string{"assistance"}}).Object
	c.Deliver()
	for _, n := range c.nodes[1:] {
		testkit.Must(t, n, n.Who("ministerio"), cooperation.SignAgreement{On: c.on()})
	}
	c.Deliver()
	c.firstPlan()
	return c
}

// firstPlan has everybody agree on some promises and sign them, so that there is
// something to report and to amend from the start.
func (c *chance) firstPlan() {
	for range 3 {
		do(c, focal(c.nodes[0]), roadmap.Propose{Agreement: c.agreement, Text: c.text()})
	}
	for round := range 3 {
		c.Deliver()
		if round == 2 {
			do(c, focal(c.nodes[0]), roadmap.Consolidate{Agreement: c.agreement})
			c.Deliver()
		}
		for _, n := range c.nodes {
			for _, a := range []asker{focal(n), ministry(n)} {
				for _, k := range testkit.Ask(c.t, n, a.who, roadmap.Desk{}) {
					c.work(a, k)
				}
			}
		}
	}
	c.Deliver()
}

func (c *chance) on() cooperation.On { return cooperation.On{ID: c.agreement} }

// step is one thing that happens: most often, what is on somebody's desk is done.
func (c *chance) step() {
	switch n := c.rnd.IntN(100); {
	case n < 14:
		c.Deliver()
	case n < 17:
		c.link()
	case n < 18:
		c.Leap(time.Duration(c.rnd.IntN(60*24)) * time.Hour)
	case n < 19:
		c.Tick(time.Hour)
	case n < 21:
		c.halt()
	case n < 27:
		c.propose()
	case n < 31:
		do(c, c.anyone(), roadmap.Consolidate{Agreement: c.agreement})
	case n < 78:
		c.deskWork()
	default:
		c.anyVerb()
	}
}

func (c *chance) link() {
	pair := [][2]string{{"PA", "CO"}, {"PA", "CR"}, {"CO", "CR"}}[c.rnd.IntN(3)]
	if c.rnd.IntN(3) == 0 {
		c.Cut(pair[0], pair[1])
	} else {
		c.Mend(pair[0], pair[1])
	}
}

// halt has a ministry suspend the agreement for its country, or resume it.
func (c *chance) halt() {
	n := c.node()
	if c.rnd.IntN(4) == 0 {
		do(c, ministry(n), cooperation.SuspendAgreement{On: c.on()})
		c.halted = append(c.halted, n)
		return
	}
	for _, n := range c.halted {
		do(c, ministry(n), cooperation.ResumeAgreement{On: c.on()})
	}
	c.halted = nil
}

// asker is somebody at a node.
type asker struct {
	at  *testkit.Country
	who access.Who
}

func focal(n *testkit.Country) asker    { return asker{n, n.Who("focal")} }
func ministry(n *testkit.Country) asker { return asker{n, n.Who("ministerio")} }

func (c *chance) node() *testkit.Country { return c.nodes[c.rnd.IntN(len(c.nodes))] }

func (c *chance) anyone() asker {
	if c.rnd.IntN(2) == 0 {
		return focal(c.node())
	}
	return ministry(c.node())
}

// do carries out a command; it is done, or refused with a reason, or the test fails.
func do[O access.Object](c *chance, a asker, cmd act.Command[O]) {
	c.t.Helper()
	d, err := act.Do(context.Background(), a.at.Engine, a.who, cmd)
	c.history = append(c.history, fmt.Sprintf("%s %s %s: %v", a.at.Config.Node, cmd.Verb(), d.Object, err))
	if err == nil {
		c.done[cmd.Verb()]++
	} else if f := fault.All(err); len(f) > 0 {
		c.refused[f[0].Key]++
	} else {
		c.fail("%s: %v", cmd.Verb(), err)
	}
}

func (c *chance) fail(format string, args ...any) {
	c.t.Helper()
	for _, h := range c.history[max(0, len(c.history)-60):] {
		c.t.Log(h)
	}
	c.t.Fatalf(format, args...)
}

// text is a wording that no other is.
func (c *chance) text() roadmap.Text {
	c.n++
	words := fmt.Sprintf("Palabras inventadas %d", c.n)
	t := roadmap.Text{Line: cooperation.Lines[c.rnd.IntN(len(cooperation.Lines))], ObjectiveES: words, ObjectiveEN: words, ActionsES: "Uno\nDos", ActionsEN: "One\nTwo",
		Due: c.Now().AddDate(0, 0, c.rnd.IntN(200)), IndicatorES: "puestos", IndicatorEN: "posts", Target: 1 + c.n, SDG: []string{"5", "16.2"}}
	for _, n := range c.nodes {
		t.Owners = append(t.Owners, n.Config.Node+"/"+n.AgencyID("COMITE"))
	}
	return t
}

// propose proposes something new or, where the plan holds something, an amendment.
func (c *chance) propose() {
	a := focal(c.node())
	p := roadmap.Propose{Agreement: c.agreement, Text: c.text()}
	if live := c.list(a.at, "live"); len(live) > 0 && c.rnd.IntN(2) == 0 {
		p.Amends = live[c.rnd.IntN(len(live))].ID
	} else if len(c.list(a.at, "")) > 10 {
		return
	}
	do(c, a, p)
}

func (c *chance) list(n *testkit.Country, stage string) []roadmap.Commitment {
	return testkit.Ask(c.t, n, focal(n).who, roadmap.List{Agreement: c.agreement, Stage: stage, Limit: 1000})
}

func (c *chance) plans(n *testkit.Country) []roadmap.Plan {
	return testkit.Ask(c.t, n, focal(n).who, roadmap.Plans{Agreement: c.agreement})
}

// deskWork has somebody do what is on their desk, or report on the plan.
func (c *chance) deskWork() {
	a := c.anyone()
	if tasks := testkit.Ask(c.t, a.at, a.who, roadmap.Desk{}); len(tasks) > 0 {
		c.work(a, tasks[c.rnd.IntN(len(tasks))])
	}
}

func (c *chance) work(a asker, k roadmap.Task) {
	switch k.Kind {
	case "accept":
		do(c, a, from[roadmap.Accept](fmt.Sprintf(`{"id":%q,"revision":%d}`, k.Commitment.ID, k.Commitment.Revision)))
	case "clear":
		do(c, a, from[roadmap.Clear](fmt.Sprintf(`{"id":%q,"revision":%d}`, k.Commitment.ID, k.Commitment.Revision)))
	case "sign":
		if c.rnd.IntN(15) == 0 {
			do(c, a, roadmap.RefusePlan{OnPlan: roadmap.OnPlan{ID: k.Plan.ID}, Reason: "No es lo acordado."})
		} else {
			do(c, a, roadmap.SignPlan{OnPlan: roadmap.OnPlan{ID: k.Plan.ID}})
		}
	case "confirm":
		c.answer(a, k.Commitment.ID)
	case "refused":
		if k.Commitment.Version == 0 && k.Commitment.ID != "" {
			do(c, a, from[roadmap.Withdraw](fmt.Sprintf(`{"id":%q,"reason":"No se pudo."}`, k.Commitment.ID)))
		}
	default:
		c.say(a, k.Commitment)
	}
}

// anyVerb has somebody say any verb about anything that they see.
func (c *chance) anyVerb() {
	a := c.anyone()
	stage := []string{"", "proposals", "live", "live"}[c.rnd.IntN(4)]
	if all := c.list(a.at, stage); len(all) > 0 {
		c.say(a, all[c.rnd.IntN(len(all))])
	}
}

// say says something about a commitment: mostly what its state allows, mostly
// without the exits, now and then anything.
func (c *chance) say(a asker, k roadmap.Commitment) {
	verbs := roadmap.Flow.Verbs(k.State)
	if c.rnd.IntN(8) > 0 {
		verbs = slices.DeleteFunc(verbs, func(v access.Verb) bool { return v == "roadmap.decline" || v == "roadmap.withdraw" })
	}
	if len(verbs) == 0 || c.rnd.IntN(15) == 0 {
		verbs = []access.Verb{"roadmap.comment", "roadmap.accept", "roadmap.clear", "roadmap.counter", "roadmap.report", "roadmap.report-completion", "roadmap.confirm", "roadmap.decline", "roadmap.withdraw"}
	}
	given := fmt.Sprintf(`{"id":%q,"revision":%d}`, k.ID, max(k.Revision-int64(c.rnd.IntN(4)/3), 1))
	ended := fmt.Sprintf(`{"id":%q,"reason":"Se retira."}`, k.ID)
	told := fmt.Sprintf(`{"id":%q,"value":%d,"words":"Avance %d","evidence":"Acta"}`, k.ID, c.rnd.IntN(9), c.n)
	switch verbs[c.rnd.IntN(len(verbs))] {
	case "roadmap.comment":
		do(c, a, roadmap.Say{On: roadmap.On{ID: k.ID}, Words: "Palabras"})
	case "roadmap.accept":
		do(c, a, from[roadmap.Accept](given))
	case "roadmap.clear":
		do(c, a, from[roadmap.Clear](given))
	case "roadmap.counter":
		if c.rnd.IntN(3) == 0 {
			do(c, focal(a.at), roadmap.Counter{On: roadmap.On{ID: k.ID}, BasedOn: 1 + c.rnd.Int64N(k.Revision), Text: c.text()})
		}
	case "roadmap.report":
		do(c, focal(a.at), from[roadmap.Tell](told))
	case "roadmap.report-completion":
		do(c, focal(a.at), from[roadmap.Complete](told))
	case "roadmap.confirm", "roadmap.dispute":
		c.answer(focal(a.at), k.ID)
	case "roadmap.decline":
		do(c, a, from[roadmap.Decline](ended))
	case "roadmap.withdraw":
		do(c, a, from[roadmap.Withdraw](ended))
	}
}

// answer confirms or disputes a report, mostly the last.
func (c *chance) answer(a asker, id string) {
	reports := c.view(a.at, id).Reports
	if len(reports) == 0 {
		return
	}
	r := reports[len(reports)-1]
	if c.rnd.IntN(10) == 0 {
		r = reports[c.rnd.IntN(len(reports))]
	}
	answer := fmt.Sprintf(`{"id":%q,"report":%q,"words":"Visto"}`, id, r.ID)
	if c.rnd.IntN(4) == 0 {
		do(c, a, from[roadmap.Dispute](answer))
	} else {
		do(c, a, from[roadmap.Confirm](answer))
	}
}

func (c *chance) view(n *testkit.Country, id string) roadmap.View {
	return testkit.Ask(c.t, n, focal(n).who, roadmap.Look{On: roadmap.On{ID: id}})
}

// always holds at every moment at every node, link or no link.
func (c *chance) always() {
	for _, n := range c.nodes {
		states := map[string]int{}
		for _, p := range c.plans(n) {
			states[string(p.State)]++
		}
		if states["in_force"] > 1 || states["signing"] > 1 {
			c.fail("%s has plans in %v", n.Config.Node, states)
		}
		for _, k := range c.list(n, "done") {
			reports := c.view(n, k.ID).Reports
			last := reports[len(reports)-1]
			if !last.Completes || last.Answer != roadmap.Confirmed || last.AnswerNode == last.Node {
				c.fail("%s: %s is done by %+v", n.Config.Node, k.ID, last)
			}
		}
	}
	if len(c.broken) > 0 {
		c.fail("a node broke: %v", c.broken)
	}
}

// settle brings everything to rest and compares all nodes.
func (c *chance) settle() {
	for _, pair := range [][2]string{{"PA", "CO"}, {"PA", "CR"}, {"CO", "CR"}} {
		c.Mend(pair[0], pair[1])
	}
	c.Deliver()
	for _, n := range c.nodes {
		do(c, ministry(n), cooperation.ResumeAgreement{On: c.on()})
	}
	c.Deliver()
	c.Leap(48 * time.Hour)
	c.Tick(time.Hour) // every node says what its plan amounts to
	c.Deliver()
	c.always()
	for _, n := range c.nodes {
		c.nothingLost(n)
		c.quiet(n)
		c.sameCommitments(n)
		c.samePlans(n)
	}
	c.numbers()
}

// nothingLost holds that whatever was asked of home is taken, or stands refused on
// somebody's desk with a sentence that says why.
func (c *chance) nothingLost(n *testkit.Country) {
	var asks []cooperation.Asked
	if err := n.DB.Read(context.Background(), func(tx *store.Tx) (err error) { asks, err = cooperation.Asks(tx, ""); return err }); err != nil {
		c.t.Fatal(err)
	}
	var last time.Time
	if plans := c.plans(n); len(plans) > 0 {
		last = plans[0].Made
	}
	told := map[string]bool{}
	for _, a := range []asker{focal(n), ministry(n)} {
		for _, k := range testkit.Ask(c.t, a.at, a.who, roadmap.Desk{}) {
			told[k.Commitment.ID+k.Plan.ID+k.Why] = true
		}
	}
	for _, a := range asks {
		switch {
		case a.Why == "":
			c.fail("%s still waits for home to hear %s %s", n.Config.Node, a.Verb, a.Object)
		case !i18n.Has("es", a.Why):
			c.fail("no sentence says %q", a.Why)
		case a.Verb == "roadmap.consolidate" && last.After(a.At):
		case !told[a.Object+a.Why] && !(a.Verb == "roadmap.consolidate" && told[a.Why]):
			c.fail("%s: nobody is told that %s %s was refused: %s", n.Config.Node, a.Verb, a.Object, a.Why)
		}
	}
}

// quiet holds that nothing is stuck between a node and its partners, that none
// shows other words, and that its ledger is whole.
func (c *chance) quiet(n *testkit.Country) {
	var partners []exchange.Partner
	if err := n.DB.Read(context.Background(), func(tx *store.Tx) (err error) { partners, err = exchange.Partners(tx); return err }); err != nil {
		c.t.Fatal(err)
	}
	for _, p := range partners {
		if p.Queue > 0 || p.Trouble != "" {
			c.fail("%s to %s: %d wait, %s", n.Config.Node, p.Node, p.Queue, p.Trouble)
		}
	}
	if open := testkit.Ask(c.t, n, focal(n).who, roadmap.Standing{Agreement: c.agreement}).Open; open > 0 {
		c.fail("%s sees %d differences", n.Config.Node, open)
	}
	report, err := n.Verify(context.Background(), nil)
	if err != nil || !report.Sound() {
		c.t.Fatalf("the ledger of %s: %v %v", n.Config.Node, err, report.Findings)
	}
}

// held is what all nodes must hold alike of a commitment.
type held struct {
	State, Reason                    string
	Version, Revision, Number, Value int64
	Hashes, Comments                 []string
	Reports                          []roadmap.Report
}

func (c *chance) held(n *testkit.Country, k roadmap.Commitment) held {
	v := c.view(n, k.ID)
	h := held{string(k.State), k.Reason, k.Version, k.Revision, k.Number, k.Value, nil, nil, v.Reports}
	for _, r := range v.Revisions {
		if r.Hash != r.Text.Hash(k.ID).String() {
			c.fail("%s: revision %d of %s is not its hash", n.Config.Node, r.N, k.ID)
		}
		h.Hashes = append(h.Hashes, fmt.Sprint(r.N, r.BasedOn, r.Node, r.Hash))
	}
	for _, s := range v.Comments {
		h.Comments = append(h.Comments, s.ID+s.Words)
	}
	return h
}

// sameCommitments holds that a node has what home has. A proposal that home did not
// take stands at its proposer's node alone, and says so.
func (c *chance) sameCommitments(n *testkit.Country) {
	there := map[string]bool{}
	for _, k := range c.list(n, "") {
		there[k.ID] = k.Version > 0
		asks := c.view(n, k.ID).Asks
		proposed := slices.ContainsFunc(asks, func(a cooperation.Asked) bool { return a.Verb == "roadmap.propose" && a.Why != "" })
		if k.Version == 0 && k.State != roadmap.Withdrawn && !proposed {
			c.fail("%s: %s was never taken, and nothing says why: %+v", n.Config.Node, k.ID, asks)
		}
	}
	for _, k := range c.list(c.nodes[0], "") {
		if !there[k.ID] {
			c.fail("%s does not have %s", n.Config.Node, k.ID)
		}
		if home, here := c.held(c.nodes[0], k), c.held(n, c.view(n, k.ID).Commitment); !reflect.DeepEqual(home, here) {
			c.fail("%s at home %+v\nat %s %+v", k.ID, home, n.Config.Node, here)
		}
	}
}

// samePlans holds that a node has home's versions, each with the same items and
// signatures, and can prove those that every party signed.
func (c *chance) samePlans(n *testkit.Country) {
	home, here := c.plans(c.nodes[0]), c.plans(n)
	if len(home) != len(here) {
		c.fail("%s has %d versions of %d", n.Config.Node, len(here), len(home))
	}
	for i, p := range home {
		there, mine := c.version(c.nodes[0], p.ID), c.version(n, here[i].ID)
		if p.ID != here[i].ID || p.State != here[i].State || p.Version != here[i].Version || p.Reason != here[i].Reason || !p.InForceAt.Equal(here[i].InForceAt) || !slices.Equal(there.Items, mine.Items) {
			c.fail("version %d at home %+v\nat %s %+v", p.N, p, n.Config.Node, here[i])
		}
		for _, s := range there.Signatures {
			if !slices.ContainsFunc(mine.Signatures, func(m roadmap.Signature) bool { return m.Node == s.Node && m.Note == s.Note && m.Key == s.Key }) {
				c.fail("%s does not have the signature of %s under version %d", n.Config.Node, s.Node, p.N)
			}
		}
		if signed := p.State == roadmap.InForce || p.State == roadmap.Superseded; signed && (!mine.Check.Whole || len(mine.Check.Signers) != 3) {
			c.fail("%s cannot prove version %d: %+v", n.Config.Node, p.N, mine.Check)
		}
	}
}

func (c *chance) version(n *testkit.Country, id string) roadmap.PlanView {
	return testkit.Ask(c.t, n, focal(n).who, roadmap.Version{OnPlan: roadmap.OnPlan{ID: id}})
}

// numbers holds that a number of the plan stays with its commitment, or goes to
// what amends it.
func (c *chance) numbers() {
	owner := map[int64]string{}
	for _, p := range slices.Backward(c.plans(c.nodes[0])) {
		if p.State == roadmap.Refused || p.State == roadmap.Signing {
			continue
		}
		for _, it := range c.version(c.nodes[0], p.ID).Items {
			if was := owner[it.Number]; was != "" && was != it.Commitment && c.view(c.nodes[0], it.Commitment).Amends != was {
				c.fail("number %d goes from %s to %s in version %d", it.Number, was, it.Commitment, p.N)
			}
			owner[it.Number] = it.Commitment
		}
	}
	numbers := map[int64]string{}
	for _, k := range c.list(c.nodes[0], "plan") {
		if other := numbers[k.Number]; other != "" || k.Number == 0 {
			c.fail("%s and %s both have number %d", other, k.ID, k.Number)
		}
		numbers[k.Number] = k.ID
	}
}
