package roadmap_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/roadmap"
	"istmo/store"
	"istmo/testkit"
)

// heard hands a node what a partner would send it.
func (p pair) heard(t testing.TB, at *testkit.Country, from string, cmd interface{ Verb() access.Verb }) error {
	t.Helper()
	body, err := json.Marshal(cmd)
	if err != nil {
		t.Fatal(err)
	}
	return at.DB.Write(t.Context(), func(tx *store.Tx) error {
		return at.Engine.Handle(tx, act.Delivery{ID: "env_guard", From: from, Purpose: cooperation.ForCooperation, Agreement: p.agreement, Verb: string(cmd.Verb()), Body: body})
	})
}

// behind changes rows behind a node's back.
func behind(t testing.TB, c *testkit.Country, query string, args ...any) {
	t.Helper()
	err := c.DB.Write(t.Context(), func(tx *store.Tx) error {
		n, err := tx.Exec(query, args...)
		if err == nil && n == 0 {
			t.Error("nothing was changed")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// wants fails unless an error is a fault with a key.
func wants(t testing.TB, what string, err error, key string) {
	t.Helper()
	if f := fault.All(err); len(f) == 0 || f[0].Key != key {
		t.Errorf("%s: %v, not %s", what, err, key)
	}
}

// try carries out a command and gives only what went wrong.
func try[O access.Object](t testing.TB, c *testkit.Country, who string, cmd act.Command[O]) error {
	t.Helper()
	_, err := act.Do(t.Context(), c.Engine, c.Who(who), cmd)
	return err
}

// TestASuspendedAgreementStopsTheWork has both sides go on with everything that
// stands when the agreement is suspended.
func TestASuspendedAgreementStopsTheWork(t *testing.T) {
	p := agreed(t)
	kept := p.cleared(t, p.text())
	p.inForce(t)
	testkit.Must(t, p.co, p.co.Who("pablo"), from[roadmap.Tell](`{"id":"`+kept+`","value":1,"words":"Uno abrió."}`))
	ready := p.cleared(t, p.text())
	version := testkit.Must(t, p.co, p.co.Who("pablo"), roadmap.Consolidate{Agreement: p.agreement}).Object
	open := testkit.Must(t, p.co, p.co.Who("pablo"), roadmap.Propose{Agreement: p.agreement, Text: p.text()}).Object
	p.Deliver()
	report := testkit.Ask(t, p.pa, p.pa.Who("olga"), roadmap.Look{On: roadmap.On{ID: kept}}).Reports[0].ID
	testkit.Must(t, p.pa, p.pa.Who("clara"), cooperation.SuspendAgreement{On: cooperation.On{ID: p.agreement}})
	p.Deliver()
	for _, c := range []struct {
		at              *testkit.Country
		focal, ministry string
	}{{p.pa, "olga", "clara"}, {p.co, "pablo", "diego"}} {
		words := p.text()
		words.Target = 9
		for name, err := range map[string]error{
			"accept":   try(t, c.at, c.focal, from[roadmap.Accept](`{"id":"`+open+`","revision":1}`)),
			"counter":  try(t, c.at, c.focal, roadmap.Counter{On: roadmap.On{ID: open}, BasedOn: 1, Text: words}),
			"report":   try(t, c.at, c.focal, from[roadmap.Tell](`{"id":"`+kept+`","words":"x"}`)),
			"complete": try(t, c.at, c.focal, from[roadmap.Complete](`{"id":"`+kept+`","words":"x","evidence":"x"}`)),
			"sign":     try(t, c.at, c.ministry, roadmap.SignPlan{OnPlan: roadmap.OnPlan{ID: version}}),
			"make one": try(t, c.at, c.focal, roadmap.Consolidate{Agreement: p.agreement}),
		} {
			wants(t, c.at.Config.Node+" can "+name, err, "cooperation.not-in-force")
		}
	}
	wants(t, "confirm", try(t, p.pa, "olga", from[roadmap.Confirm](`{"id":"`+kept+`","report":"`+report+`"}`)), "cooperation.not-in-force")
	wants(t, "decline", try(t, p.pa, "olga", from[roadmap.Decline](`{"id":"`+open+`","reason":"x"}`)), "cooperation.not-in-force")
	if v := testkit.Ask(t, p.co, p.co.Who("pablo"), roadmap.Look{On: roadmap.On{ID: ready}}); v.State != roadmap.Cleared {
		t.Errorf("what was ready is %s", v.State)
	}
}

// TestWhatIsAssentedToIsWhatWasRead has words accepted that are not those that the
// others read: a partner names other words, and our own rows are altered.
func TestWhatIsAssentedToIsWhatWasRead(t *testing.T) {
	p := agreed(t)
	id := testkit.Must(t, p.co, p.co.Who("pablo"), roadmap.Propose{Agreement: p.agreement, Text: p.text()}).Object
	p.Deliver()
	accept := from[roadmap.Accept](`{"id":"` + id + `","revision":1,"hash":"` + strings.Repeat("A", 43) + `="}`)
	wants(t, "a partner accepts other words", p.heard(t, p.co, "PA", accept), "roadmap.other-words")
	rewrite(t, p.pa, id, "Acoger en diez días")
	wants(t, "accepted, and not as it was shown", try(t, p.pa, "olga", from[roadmap.Accept](`{"id":"`+id+`","revision":1}`)), "roadmap.other-words")
	wants(t, "words that are not there", try(t, p.pa, "olga", from[roadmap.Accept](`{"id":"`+id+`","revision":2}`)), "roadmap.words-moved")
}

// TestNothingIsSignedThatWasNotAgreedHere takes one thing at a time from what
// signing rests on.
func TestNothingIsSignedThatWasNotAgreedHere(t *testing.T) {
	p := agreed(t)
	id := p.cleared(t, p.text())
	second := p.cleared(t, p.text())
	version := testkit.Must(t, p.co, p.co.Who("pablo"), roadmap.Consolidate{Agreement: p.agreement}).Object
	p.Deliver()
	sign := func() error { return try(t, p.pa, "clara", roadmap.SignPlan{OnPlan: roadmap.OnPlan{ID: version}}) }
	for _, step := range []string{"accept", "clear"} {
		behind(t, p.pa, `UPDATE commitment_assent SET node = 'CR' WHERE commitment = $1 AND step = $2 AND node = 'PA'`, id, step)
		wants(t, "without "+step, sign(), "roadmap.not-what-was-agreed")
		behind(t, p.pa, `UPDATE commitment_assent SET node = 'PA' WHERE commitment = $1 AND step = $2 AND node = 'CR'`, id, step)
	}
	rewrite(t, p.pa, id, "Acoger en diez días")
	wants(t, "other words", sign(), "roadmap.not-what-was-agreed")
	rewrite(t, p.pa, id, p.text().ObjectiveES)
	behind(t, p.pa, `DELETE FROM plan_item WHERE commitment = $1`, second)
	wants(t, "one commitment less", sign(), "roadmap.other-words")
}

// TestAVersionIsWhatItSays has home show new versions that are not built as any
// version is.
func TestAVersionIsWhatItSays(t *testing.T) {
	p := agreed(t)
	p.cleared(t, p.text())
	p.cleared(t, p.text())
	v := p.version(t, p.co, "pablo", p.inForce(t))
	show := func(change func(*roadmap.ShownPlan)) error {
		s := roadmap.ShownPlan{Plan: v.Plan, Items: slices.Clone(v.Items)}
		s.ID, s.N, s.State, s.Version = "pln_new", 2, roadmap.Signing, 1
		s.Statement = strings.NewReplacer(v.Plan.ID, "pln_new", "version 1", "version 2", "previous none", "previous "+v.Root).Replace(s.Statement)
		change(&s)
		return p.heard(t, p.pa, "CO", roadmap.MirrorPlan{Shown: s})
	}
	for name, change := range map[string]func(*roadmap.ShownPlan){
		"a version that there is already": func(s *roadmap.ShownPlan) {
			s.N, s.Statement = 1, strings.ReplaceAll(s.Statement, "version 2", "version 1")
		},
		"another statement": func(s *roadmap.ShownPlan) { s.Statement += "and more\n" },
		"another before it": func(s *roadmap.ShownPlan) {
			s.Statement = strings.ReplaceAll(s.Statement, "previous "+v.Root, "previous none")
		},
		"another root": func(s *roadmap.ShownPlan) { s.Root = s.Items[0].Hash },
		"a root over other items": func(s *roadmap.ShownPlan) {
			s.Root = s.Items[0].Hash
			s.Statement = strings.ReplaceAll(s.Statement, "\nroot "+v.Root, "\nroot "+s.Root)
		},
		"two under one number": func(s *roadmap.ShownPlan) { s.Items[1].Number = 1 },
		"in force, unsigned":   func(s *roadmap.ShownPlan) { s.State = roadmap.InForce },
	} {
		if err := show(change); !fault.Is(err, fault.KindConflict) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := show(func(*roadmap.ShownPlan) {}); err != nil {
		t.Errorf("as it is: %v", err)
	}
}

// TestASignatureIsOfThisText has Panama's node sign at home with what is no
// signature of the version.
func TestASignatureIsOfThisText(t *testing.T) {
	p := agreed(t)
	p.cleared(t, p.text())
	version := testkit.Must(t, p.co, p.co.Who("pablo"), roadmap.Consolidate{Agreement: p.agreement}).Object
	p.Deliver()
	statement := p.version(t, p.pa, "olga", version).Statement
	signed := func(c *testkit.Country, text string) (note string) {
		if err := c.DB.Write(t.Context(), func(tx *store.Tx) (err error) { note, err = act.Sign(tx, text); return err }); err != nil {
			t.Fatal(err)
		}
		return note
	}
	for name, note := range map[string]string{"nothing": "", "another text": signed(p.pa, statement+"x\n"), "another hand": signed(p.co, statement)} {
		wants(t, name, p.heard(t, p.co, "PA", roadmap.SignPlan{OnPlan: roadmap.OnPlan{ID: version}, Note: note}), "roadmap.signature-wrong")
	}
	if err := p.heard(t, p.co, "PA", roadmap.SignPlan{OnPlan: roadmap.OnPlan{ID: version}, Note: signed(p.pa, statement)}); err != nil {
		t.Error(err)
	}
	id := p.version(t, p.co, "pablo", version).Items[0].Commitment
	testkit.Must(t, p.co, p.co.Who("diego"), roadmap.SignPlan{OnPlan: roadmap.OnPlan{ID: version}})
	p.Deliver()
	tell := from[roadmap.Tell](`{"id":"` + id + `","report":"rep_x","value":1,"words":"Uno.","note":""}`)
	wants(t, "a report that nobody signed", p.heard(t, p.co, "PA", tell), "roadmap.signature-wrong")
}

// TestHomeAsksTwice has what a mirror may not know refused at home as well: one
// amendment at a time, no other words or end for what is being signed, and no
// second thing under a name that is taken.
func TestHomeAsksTwice(t *testing.T) {
	p := agreed(t)
	first := p.cleared(t, p.text())
	p.inForce(t)
	second := p.cleared(t, p.text())
	words := p.text()
	words.OwnersNamed = "CO Centro (ficticio)\nPA Comisión (ficticia)"
	slices.Sort(words.Owners)
	words.Target = 5
	wants(t, "the name of another", p.heard(t, p.co, "PA", roadmap.Propose{ID: first, Agreement: p.agreement, Text: words}), "roadmap.known")
	wants(t, "an amendment to what is not in the plan", p.heard(t, p.co, "PA", roadmap.Propose{ID: "cmt_a", Agreement: p.agreement, Amends: second, Text: words}), "roadmap.not-in-plan")
	if err := p.heard(t, p.co, "PA", roadmap.Propose{ID: "cmt_b", Agreement: p.agreement, Amends: first, Text: words}); err != nil {
		t.Fatal(err)
	}
	wants(t, "a second amendment", p.heard(t, p.co, "PA", roadmap.Propose{ID: "cmt_c", Agreement: p.agreement, Amends: first, Text: words}), "roadmap.amended-already")
	testkit.Must(t, p.co, p.co.Who("pablo"), roadmap.Consolidate{Agreement: p.agreement})
	wants(t, "other words for what is being signed", p.heard(t, p.co, "PA", roadmap.Counter{On: roadmap.On{ID: second}, BasedOn: 1, Text: words}), "roadmap.in-signing")
	wants(t, "an end to what is being signed", p.heard(t, p.co, "PA", from[roadmap.Withdraw](`{"id":"`+second+`","reason":"x"}`)), "roadmap.in-signing")
	wants(t, "a version while one is being signed", p.heard(t, p.co, "PA", roadmap.Consolidate{ID: "pln_x", Agreement: p.agreement}), "roadmap.in-signing")
	p.Deliver()
	id := testkit.Must(t, p.pa, p.pa.Who("olga"), roadmap.Propose{ID: first, Agreement: p.agreement, Text: p.text()}).Object
	if id == first {
		t.Error("a person names the thing that they propose")
	}
}

// TestARefusedProposalIsTakenBack has home refuse a proposal: its proposer is told,
// takes it back where it stands, and may propose again.
func TestARefusedProposalIsTakenBack(t *testing.T) {
	p := agreed(t)
	first := p.cleared(t, p.text())
	p.inForce(t)
	words := p.text()
	words.Target = 5
	p.Cut("PA", "CO")
	testkit.Must(t, p.co, p.co.Who("pablo"), roadmap.Propose{Agreement: p.agreement, Amends: first, Text: words})
	late := testkit.Must(t, p.pa, p.pa.Who("olga"), roadmap.Propose{Agreement: p.agreement, Amends: first, Text: words}).Object
	testkit.Must(t, p.pa, p.pa.Who("olga"), from[roadmap.Withdraw](`{"id":"`+late+`","reason":"Todavía no."}`)) // asked, as nobody has refused it yet
	p.Mend("PA", "CO")
	p.Deliver()
	p.Tick(time.Hour)
	look := func() roadmap.View {
		return testkit.Ask(t, p.pa, p.pa.Who("olga"), roadmap.Look{On: roadmap.On{ID: late}})
	}
	if v := look(); v.State != roadmap.Proposed || len(v.Asks) != 2 || v.Asks[0].Why != "roadmap.amended-already" {
		t.Fatalf("%s, %+v", v.State, v.Asks)
	}
	testkit.Must(t, p.pa, p.pa.Who("olga"), from[roadmap.Withdraw](`{"id":"`+late+`","reason":"Ya hay otra."}`))
	p.Deliver()
	if v := look(); v.State != roadmap.Withdrawn || v.Reason != "Ya hay otra." || len(v.Asks) != 0 {
		t.Errorf("%s, %+v", v.State, v.Asks)
	}
	for _, k := range testkit.Ask(t, p.pa, p.pa.Who("olga"), roadmap.Desk{}) {
		if k.Kind == "refused" {
			t.Errorf("it is still on the desk: %+v", k)
		}
	}
}

// TestAShowingIsOfThisAgreement has home show what no commitment of this agreement
// can be: one that replaces itself, words that would not be read back, and a report
// by a node that is a partner and no party.
func TestAShowingIsOfThisAgreement(t *testing.T) {
	p := agreed(t)
	cr := p.Start("CR")
	p.Pair("PA", "CR")
	first := p.cleared(t, p.text())
	p.inForce(t)
	whole := testkit.Ask(t, p.co, p.co.Who("pablo"), roadmap.Look{On: roadmap.On{ID: first}}).Shown
	report := roadmap.Report{ID: "rep_cr", Node: "CR", Value: 1, Words: "Uno.", At: p.Now()}
	statement := fmt.Sprintf("istmo/report/1\ncommitment %s\nreport rep_cr\ncompletes false\nvalue 1\nsaid %s\n", first, tlog.RecordHash([]byte("4\nUno.\n0\n\n0\n\n")))
	if err := cr.DB.Write(t.Context(), func(tx *store.Tx) (err error) { report.Note, err = act.Sign(tx, statement); return err }); err != nil {
		t.Fatal(err)
	}
	fresh := func(s *roadmap.Shown) {
		s.ID, s.State, s.Number, s.Reports, s.Assents = "cmt_new", roadmap.Proposed, 0, nil, nil
	}
	for name, change := range map[string]func(*roadmap.Shown){
		"it replaces itself":  func(s *roadmap.Shown) { fresh(s); s.Amends = "cmt_new" },
		"words not read back": func(s *roadmap.Shown) { fresh(s); s.Revisions[0].Text.Place += " " },
		"in no plan": func(s *roadmap.Shown) {
			fresh(s)
			s.State, s.Value = roadmap.Planned, s.Baseline
		},
		"words that are not there":    func(s *roadmap.Shown) { fresh(s); s.Revisions = nil },
		"words before the first":      func(s *roadmap.Shown) { fresh(s); s.Revisions = append(s.Revisions, roadmap.Revision{}) },
		"a report by who is no party": func(s *roadmap.Shown) { s.State, s.Value, s.Reports = roadmap.UnderWay, 1, []roadmap.Report{report} },
	} {
		s := whole
		s.Revisions, s.Version = slices.Clone(whole.Revisions), whole.Version+3
		change(&s)
		if err := p.heard(t, p.pa, "CO", roadmap.MirrorCommitment{Shown: s}); !fault.Is(err, fault.KindConflict) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestARefusedVersionIsToldUntilTheNext has home not make a version that was asked
// for: it stands on a desk until a later one is made.
func TestARefusedVersionIsToldUntilTheNext(t *testing.T) {
	p := agreed(t)
	p.cleared(t, p.text())
	p.Cut("PA", "CO")
	first := testkit.Must(t, p.co, p.co.Who("pablo"), roadmap.Consolidate{Agreement: p.agreement}).Object
	testkit.Must(t, p.pa, p.pa.Who("olga"), roadmap.Consolidate{Agreement: p.agreement})
	p.Mend("PA", "CO")
	p.Deliver()
	told := func() bool {
		return slices.ContainsFunc(testkit.Ask(t, p.pa, p.pa.Who("olga"), roadmap.Desk{}), func(k roadmap.Task) bool {
			return k.Kind == "refused" && k.Agreement == p.agreement && k.Why == "roadmap.in-signing"
		})
	}
	if !told() {
		t.Error("nobody is told")
	}
	testkit.Must(t, p.pa, p.pa.Who("clara"), roadmap.RefusePlan{OnPlan: roadmap.OnPlan{ID: first}, Reason: "La fecha."})
	p.Deliver()
	p.Leap(time.Hour)
	testkit.Must(t, p.co, p.co.Who("pablo"), roadmap.Consolidate{Agreement: p.agreement})
	p.Deliver()
	if told() {
		t.Error("it is told still, and another one is made")
	}
}

// TestWhatHasEndedStaysEnded has home show as open again what a party has declined.
func TestWhatHasEndedStaysEnded(t *testing.T) {
	p := agreed(t)
	id := testkit.Must(t, p.co, p.co.Who("pablo"), roadmap.Propose{Agreement: p.agreement, Text: p.text()}).Object
	p.Deliver()
	testkit.Must(t, p.pa, p.pa.Who("olga"), from[roadmap.Decline](`{"id":"`+id+`","reason":"No es de este acuerdo."}`))
	p.Deliver()
	s := testkit.Ask(t, p.co, p.co.Who("pablo"), roadmap.Look{On: roadmap.On{ID: id}}).Shown
	s.State, s.Version = roadmap.Proposed, s.Version+1
	wants(t, "it is open again", p.heard(t, p.pa, "CO", roadmap.MirrorCommitment{Shown: s}), "roadmap.other-words")
}

// TestAnOldShowingChangesNothing has home show again what has moved on since.
func TestAnOldShowingChangesNothing(t *testing.T) {
	p := agreed(t)
	id := testkit.Must(t, p.co, p.co.Who("pablo"), roadmap.Propose{Agreement: p.agreement, Text: p.text()}).Object
	p.Deliver()
	old := testkit.Ask(t, p.co, p.co.Who("pablo"), roadmap.Look{On: roadmap.On{ID: id}}).Shown
	testkit.Must(t, p.pa, p.pa.Who("olga"), from[roadmap.Accept](`{"id":"`+id+`","revision":1}`))
	p.Deliver()
	if err := p.heard(t, p.pa, "CO", roadmap.MirrorCommitment{Shown: old}); err != nil {
		t.Error(err)
	}
	if v := testkit.Ask(t, p.pa, p.pa.Who("olga"), roadmap.Look{On: roadmap.On{ID: id}}); v.State != roadmap.Agreed || v.Version <= old.Version {
		t.Errorf("it stands as %s, version %d", v.State, v.Version)
	}
}
