package roadmap_test

import (
	"bytes"
	"crypto/ed25519"
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

// pair is two countries with an agreement in force; its depositary is Colombia.
type pair struct {
	*testkit.World
	pa, co    *testkit.Country
	agreement string
}

func agreed(t testing.TB) pair {
	w := testkit.NewWorld(t)
	p := pair{World: w, pa: w.Start("PA"), co: w.Start("CO")}
	w.Pair("PA", "CO")
	p.pa.Agency("COMISION", "national-committee", "Comisión (ficticia)")
	p.pa.Agency("MIRE", "foreign-ministry", "Cancillería PA (ficticia)")
	p.co.Agency("COAT", "national-committee", "Centro (ficticio)")
	p.co.Agency("CANCILLERIA", "foreign-ministry", "Cancillería CO (ficticia)")
	p.pa.User("olga", "COMISION", "focal-point")
	p.pa.User("clara", "MIRE", "foreign-ministry")
	p.co.User("pablo", "COAT", "focal-point")
	p.co.User("diego", "CANCILLERIA", "foreign-ministry")
	w.Deliver()
	w.Agree("CO", "diego", "PA", "clara")
	for _, a := range testkit.Ask(t, p.pa, p.pa.Who("olga"), cooperation.Agreements{}) {
		p.agreement = a.ID
	}
	return p
}

func (p pair) text() roadmap.Text {
	return roadmap.Text{Line: "assistance", ObjectiveES: "Acoger en dos días", ObjectiveEN: "Take in within two days", ActionsES: "Abrir un albergue", ActionsEN: "Open a shelter",
		Owners: []string{"PA/" + p.pa.AgencyID("COMISION"), "CO/" + p.co.AgencyID("COAT")}, Due: time.Date(2027, 5, 1, 0, 0, 0, 0, time.UTC),
		IndicatorES: "albergues", IndicatorEN: "shelters", Target: 2}
}

// cleared brings a proposal through all hands.
func (p pair) cleared(t testing.TB, text roadmap.Text) string {
	t.Helper()
	id := testkit.Must(t, p.pa, p.pa.Who("olga"), roadmap.Propose{Agreement: p.agreement, Text: text}).Object
	p.Deliver()
	given := `{"id":"` + id + `","revision":1}`
	testkit.Must(t, p.co, p.co.Who("pablo"), from[roadmap.Accept](given))
	p.Deliver()
	testkit.Must(t, p.co, p.co.Who("diego"), from[roadmap.Clear](given))
	testkit.Must(t, p.pa, p.pa.Who("clara"), from[roadmap.Clear](given))
	p.Deliver()
	return id
}

// from reads a command as a door does.
func from[C any](text string) (c C) {
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		panic(err)
	}
	return c
}

// inForce has both sign what is cleared.
func (p pair) inForce(t testing.TB) string {
	t.Helper()
	id := testkit.Must(t, p.co, p.co.Who("pablo"), roadmap.Consolidate{Agreement: p.agreement}).Object
	p.Deliver()
	testkit.Must(t, p.co, p.co.Who("diego"), roadmap.SignPlan{OnPlan: roadmap.OnPlan{ID: id}})
	testkit.Must(t, p.pa, p.pa.Who("clara"), roadmap.SignPlan{OnPlan: roadmap.OnPlan{ID: id}})
	p.Deliver()
	return id
}

func (p pair) version(t testing.TB, c *testkit.Country, who, id string) roadmap.PlanView {
	t.Helper()
	return testkit.Ask(t, c, c.Who(who), roadmap.Version{OnPlan: roadmap.OnPlan{ID: id}})
}

// rewrite changes words in a node's database behind its back.
func rewrite(t testing.TB, c *testkit.Country, id, words string) {
	t.Helper()
	err := c.DB.Write(t.Context(), func(tx *store.Tx) error {
		n, err := tx.Exec(`UPDATE commitment_revision SET objective_es = $2 WHERE commitment = $1`, id, words)
		if err == nil && n == 0 {
			t.Error("nothing was rewritten")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestOneWordChangedShows has one word of a signed plan changed in the database
// of either side: within a day both show it, with both hashes and both texts, and
// it ends when the words are put right.
func TestOneWordChangedShows(t *testing.T) {
	p := agreed(t)
	first := p.cleared(t, p.text())
	id := p.inForce(t)
	for _, side := range []struct {
		altered, other *testkit.Country
		there, here    string
	}{{p.co, p.pa, "pablo", "olga"}, {p.pa, p.co, "olga", "pablo"}} {
		rewrite(t, side.altered, first, "Acoger en diez días")
		p.Tick(25 * time.Hour)
		p.Deliver()
		v := p.version(t, side.other, side.here, id)
		if !v.Check.Whole || len(v.Differences) == 0 {
			t.Fatalf("%s does not see what %s changed: %+v", side.other.Config.Node, side.altered.Config.Node, v.Check)
		}
		d := v.Differences[0]
		if d.Node != side.altered.Config.Node || d.Commitment != first || d.Shown == nil || d.Shown.ObjectiveES != "Acoger en diez días" || d.Ours != v.Items[0].Hash || d.Theirs == d.Ours || d.Theirs == "" {
			t.Errorf("the difference is told as %+v", d)
		}
		if v := p.version(t, side.altered, side.there, id); v.Check.Whole || !slices.Equal(v.Check.Changed, []int64{1}) || len(v.Check.Signers) != 2 {
			t.Errorf("%s does not see that its own words are not the signed ones: %+v", side.altered.Config.Node, v.Check)
		}
		rewrite(t, side.altered, first, "Acoger en dos días")
		p.Tick(25 * time.Hour)
		p.Deliver()
		if v := p.version(t, side.other, side.here, id); v.Differences[0].Settled.IsZero() {
			t.Error("it does not end when the words are put right")
		}
	}
}

// TestTheDepositaryAltersNothingAlone has the depositary change a word before the
// plan is signed, claim an acceptance, and show another version under the same
// name; the other side keeps its own words and signs nothing else.
func TestTheDepositaryAltersNothingAlone(t *testing.T) {
	p := agreed(t)
	first := p.cleared(t, p.text())
	rewrite(t, p.co, first, "Acoger en diez días")
	say := func(c *testkit.Country, from string, cmd act.Command[roadmap.Commitment]) error {
		body, _ := json.Marshal(cmd)
		return c.DB.Write(t.Context(), func(tx *store.Tx) error {
			return c.Engine.Handle(tx, act.Delivery{ID: "env_1", From: from, Purpose: cooperation.ForCooperation, Agreement: p.agreement, Verb: string(cmd.Verb()), Body: body})
		})
	}

	// Shown again with another word, it is kept as a difference and not as the text.
	there := testkit.Ask(t, p.co, p.co.Who("pablo"), roadmap.Look{On: roadmap.On{ID: first}})
	shown := there.Shown
	shown.Version += 5
	if err := say(p.pa, "CO", roadmap.MirrorCommitment{Shown: shown}); err != nil {
		t.Fatal(err)
	}
	ours := testkit.Ask(t, p.pa, p.pa.Who("olga"), roadmap.Look{On: roadmap.On{ID: first}})
	if ours.ObjectiveES != "Acoger en dos días" || len(ours.Differences) != 1 || ours.Differences[0].Shown.ObjectiveES != "Acoger en diez días" {
		t.Errorf("the depositary's word stands: %q %+v", ours.ObjectiveES, ours.Differences)
	}

	// A version with its word in it is not signed here.
	err := p.co.DB.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(`UPDATE commitment_revision SET hash = $2 WHERE commitment = $1`, first, there.Text.Hash(first).String())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	id := testkit.Must(t, p.co, p.co.Who("pablo"), roadmap.Consolidate{Agreement: p.agreement}).Object
	p.Deliver()
	_, err = act.Do(t.Context(), p.pa.Engine, p.pa.Who("clara"), roadmap.SignPlan{OnPlan: roadmap.OnPlan{ID: id}})
	if f := fault.All(err); len(f) == 0 || f[0].Key != "roadmap.not-what-was-agreed" {
		t.Errorf("Panama signs what it never accepted: %v", err)
	}
	testkit.Must(t, p.pa, p.pa.Who("clara"), roadmap.RefusePlan{OnPlan: roadmap.OnPlan{ID: id}, Reason: "No es lo acordado."})
	p.Deliver()

	// An acceptance in Panama's name, made at home, is not one of Panama's.
	forged := p.pa.Who("olga")
	invented := testkit.Must(t, p.co, p.co.Who("pablo"), roadmap.Propose{Agreement: p.agreement, Text: p.text()}).Object
	p.Deliver()
	v := testkit.Ask(t, p.co, p.co.Who("pablo"), roadmap.Look{On: roadmap.On{ID: invented}})
	v.Shown.Version++
	v.Shown.State = roadmap.Agreed
	v.Shown.Assents = append(v.Shown.Assents, roadmap.Assent{Node: "PA", Step: roadmap.Acceptance, Revision: 1, Hash: v.Shown.Revisions[0].Hash, At: p.Now()})
	if err := say(p.pa, "CO", roadmap.MirrorCommitment{Shown: v.Shown}); err != nil {
		t.Fatal(err)
	}
	if seen := testkit.Ask(t, p.pa, forged, roadmap.Look{On: roadmap.On{ID: invented}}); slices.ContainsFunc(seen.Assents, func(a roadmap.Assent) bool { return a.Node == "PA" }) {
		t.Error("the depositary accepted in Panama's name")
	}
}

// TestAForgedVersionIsRefused has the depositary show versions that are not what
// they say.
func TestAForgedVersionIsRefused(t *testing.T) {
	p := agreed(t)
	p.cleared(t, p.text())
	id := p.inForce(t)
	v := p.version(t, p.co, "pablo", id)
	show := func(change func(*roadmap.ShownPlan)) error {
		s := roadmap.ShownPlan{Plan: v.Plan, Items: slices.Clone(v.Items), Signatures: slices.Clone(v.Signatures)}
		s.Version += 9
		change(&s)
		body, _ := json.Marshal(roadmap.MirrorPlan{Shown: s})
		return p.pa.DB.Write(t.Context(), func(tx *store.Tx) error {
			return p.pa.Engine.Handle(tx, act.Delivery{ID: "env_2", From: "CO", Purpose: cooperation.ForCooperation, Agreement: p.agreement, Verb: "roadmap.mirror-plan", Body: body})
		})
	}
	for name, change := range map[string]func(*roadmap.ShownPlan){
		"a new version without signatures": func(s *roadmap.ShownPlan) {
			s.ID, s.N, s.Signatures = "pln_new", 2, nil
			s.Statement = strings.NewReplacer(v.Plan.ID, "pln_new", "version 1", "version 2", "previous none", "previous "+v.Root).Replace(s.Statement)
		},
		"items that are not under its root": func(s *roadmap.ShownPlan) { s.ID, s.N = "pln_new", 2; s.Items[0].Hash = strings.Repeat("A", 43) + "=" },
		"another's signature": func(s *roadmap.ShownPlan) {
			s.Signatures[0].Note = strings.ReplaceAll(s.Signatures[1].Note, s.Signatures[1].Node, s.Signatures[0].Node)
		},
	} {
		if err := show(change); !fault.Is(err, fault.KindConflict) {
			t.Errorf("%s is taken: %v", name, err)
		}
	}
	if err := show(func(s *roadmap.ShownPlan) { s.Root, s.Statement = strings.Repeat("B", 43)+"=", s.Statement+"x" }); err != nil {
		t.Fatal(err)
	}
	if now := p.version(t, p.pa, "olga", id); now.Statement != v.Statement || len(now.Differences) != 1 || now.Differences[0].Theirs == now.Differences[0].Ours {
		t.Errorf("another statement under the same version: %+v", now.Differences)
	}
}

// TestAPartnerForgesNothing has a partner say what is not its to say.
func TestAPartnerForgesNothing(t *testing.T) {
	p := agreed(t)
	first := p.cleared(t, p.text())
	id := p.inForce(t)
	for name, c := range map[string]interface{ Verb() access.Verb }{
		"a mirror of our own":   roadmap.MirrorCommitment{Shown: testkit.Ask(t, p.co, p.co.Who("pablo"), roadmap.Look{On: roadmap.On{ID: first}}).Shown},
		"our version":           roadmap.MirrorPlan{Shown: roadmap.ShownPlan{Plan: p.version(t, p.co, "pablo", id).Plan}},
		"the clock's own":       roadmap.Escalate{On: roadmap.On{ID: first}, Level: 1},
		"nothing that is there": roadmap.Attest{OnPlan: roadmap.OnPlan{ID: "pln_none"}},
	} {
		body, _ := json.Marshal(c)
		err := p.co.DB.Write(t.Context(), func(tx *store.Tx) error { // Colombia is home
			return p.co.Engine.Handle(tx, act.Delivery{ID: "env_3", From: "PA", Purpose: cooperation.ForCooperation, Agreement: p.agreement, Verb: string(c.Verb()), Body: body})
		})
		if len(fault.All(err)) == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestNobodySpeaksThroughAMirror has one party ask another, who is not home, for
// what only home decides: passed on, it would be said in that country's name.
func TestNobodySpeaksThroughAMirror(t *testing.T) {
	w := testkit.NewWorld(t)
	pa, co, cr := w.Start("PA"), w.Start("CO"), w.Start("CR")
	for _, c := range []*testkit.Country{pa, co, cr} {
		c.Agency("COMITE", "national-committee", "Comité (ficticio)")
		c.Agency("CANCILLERIA", "foreign-ministry", "Cancillería (ficticia)")
		c.User("focal", "COMITE", "focal-point")
		c.User("ministerio", "CANCILLERIA", "foreign-ministry")
	}
	w.Pair("PA", "CO")
	w.Pair("PA", "CR")
	w.Pair("CO", "CR")
	w.Deliver()
	a := testkit.Must(t, pa, pa.Who("ministerio"), cooperation.ProposeAgreement{TitleES: "x", TitleEN: "x", Parties: []string{"CO", "CR"}, Verbs: []string{"referrals.*"}, Purposes: []string{"assistance"}}).Object
	w.Deliver()
	for _, c := range []*testkit.Country{co, cr} {
		testkit.Must(t, c, c.Who("ministerio"), cooperation.SignAgreement{On: cooperation.On{ID: a}})
	}
	w.Deliver()
	words := roadmap.Text{Line: "assistance", ObjectiveES: "a", ObjectiveEN: "a", ActionsES: "a", ActionsEN: "a", IndicatorES: "a", IndicatorEN: "a", Target: 1, Due: w.Now(),
		Owners: []string{"PA/" + pa.AgencyID("COMITE"), "CO/" + co.AgencyID("COMITE"), "CR/" + cr.AgencyID("COMITE")}}
	id := testkit.Must(t, pa, pa.Who("focal"), roadmap.Propose{Agreement: a, Text: words}).Object
	w.Deliver()
	hash := testkit.Ask(t, pa, pa.Who("focal"), roadmap.Look{On: roadmap.On{ID: id}}).Revisions[0].Hash
	for verb, body := range map[string]string{
		"roadmap.accept":  `{"id":"` + id + `","revision":1,"hash":"` + hash + `"}`,
		"roadmap.comment": `{"id":"` + id + `","words":"x"}`,
		"roadmap.decline": `{"id":"` + id + `","reason":"x"}`,
	} {
		err := cr.DB.Write(t.Context(), func(tx *store.Tx) error {
			return cr.Engine.Handle(tx, act.Delivery{ID: "env_4", From: "CO", Purpose: cooperation.ForCooperation, Agreement: a, Verb: verb, Body: []byte(body)})
		})
		if !fault.Is(err, fault.KindDenied) {
			t.Errorf("%s is passed on: %v", verb, err)
		}
	}
	w.Deliver()
	if v := testkit.Ask(t, pa, pa.Who("focal"), roadmap.Look{On: roadmap.On{ID: id}}); len(v.Assents) != 1 || len(v.Comments) != 0 || v.State != roadmap.Proposed {
		t.Errorf("home took it as Costa Rica's: %+v", v.Assents)
	}
}

// TestNobodyReportsOrConfirmsForAnother has home show, of a commitment in the plan,
// what nobody has said: a report in Panama's name, a confirmation in its name or in
// the reporter's own, a promise kept that nobody confirmed, and shapes that no
// commitment can have. All are refused, and what stood stands.
func TestNobodyReportsOrConfirmsForAnother(t *testing.T) {
	p := agreed(t)
	first := p.cleared(t, p.text())
	p.inForce(t)
	tell := from[roadmap.Tell](`{"id":"` + first + `","value":1,"words":"Uno abrió."}`)
	testkit.Must(t, p.co, p.co.Who("pablo"), tell)
	p.Deliver()
	whole := testkit.Ask(t, p.co, p.co.Who("pablo"), roadmap.Look{On: roadmap.On{ID: first}}).Shown
	show := func(change func(*roadmap.Shown)) error {
		s := whole
		s.Reports, s.Assents, s.Revisions = slices.Clone(whole.Reports), slices.Clone(whole.Assents), slices.Clone(whole.Revisions)
		s.Version += 7
		change(&s)
		body, _ := json.Marshal(roadmap.MirrorCommitment{Shown: s})
		return p.pa.DB.Write(t.Context(), func(tx *store.Tx) error {
			return p.pa.Engine.Handle(tx, act.Delivery{ID: "env_5", From: "CO", Purpose: cooperation.ForCooperation, Agreement: p.agreement, Verb: "roadmap.mirror-commitment", Body: body})
		})
	}
	answer := func(s *roadmap.Shown, node string) {
		s.Reports[0].Answer, s.Reports[0].AnswerNode = roadmap.Confirmed, node
	}
	for name, change := range map[string]func(*roadmap.Shown){
		"a report in Panama's name": func(s *roadmap.Shown) {
			r := s.Reports[0]
			r.ID, r.Node = "rep_x", "PA"
			s.Reports = append(s.Reports, r)
		},
		"a report with other words": func(s *roadmap.Shown) {
			r := s.Reports[0]
			r.ID, r.Words = "rep_x", "Todos abrieron."
			s.Reports = append(s.Reports, r)
		},
		"confirmed by Panama":          func(s *roadmap.Shown) { answer(s, "PA") },
		"confirmed by itself":          func(s *roadmap.Shown) { answer(s, "CO"); s.Reports[0].AnswerNote = s.Reports[0].Note },
		"done, unconfirmed":            func(s *roadmap.Shown) { s.State = roadmap.Done },
		"a state that is none":         func(s *roadmap.Shown) { s.State = "half_done" },
		"an answer that is none":       func(s *roadmap.Shown) { s.Reports[0].Answer = "perhaps" },
		"a step that is none":          func(s *roadmap.Shown) { s.Assents[0].Step = "like" },
		"a revision that is not there": func(s *roadmap.Shown) { s.Revision = 9 },
		"in a plan nobody signed":      func(s *roadmap.Shown) { s.ID = "cmt_new"; s.Reports = nil },
	} {
		if err := show(change); !fault.Is(err, fault.KindConflict) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := show(func(*roadmap.Shown) {}); err != nil {
		t.Errorf("as it is: %v", err)
	}
	if now := testkit.Ask(t, p.pa, p.pa.Who("olga"), roadmap.Look{On: roadmap.On{ID: first}}); now.State != roadmap.UnderWay || len(now.Reports) != 1 || now.Reports[0].Answer != "" {
		t.Errorf("it stands as %s with %+v", now.State, now.Reports)
	}
}

// TestHomeBendsNothing has home show, of what both sides have said, what they have
// not: what stands at the other side stays, or the showing is refused.
func TestHomeBendsNothing(t *testing.T) {
	p := agreed(t)
	first := p.cleared(t, p.text())
	p.inForce(t)
	testkit.Must(t, p.co, p.co.Who("pablo"), from[roadmap.Tell](`{"id":"`+first+`","value":1,"words":"Uno abrió."}`))
	p.Deliver()
	look := func(c *testkit.Country, who string) roadmap.View {
		return testkit.Ask(t, c, c.Who(who), roadmap.Look{On: roadmap.On{ID: first}})
	}
	show := func(change func(*roadmap.Shown)) error {
		s := look(p.co, "pablo").Shown
		s.Version = look(p.pa, "olga").Version + 3
		change(&s)
		body, _ := json.Marshal(roadmap.MirrorCommitment{Shown: s})
		return p.pa.DB.Write(t.Context(), func(tx *store.Tx) error {
			return p.pa.Engine.Handle(tx, act.Delivery{ID: "env_6", From: "CO", Purpose: cooperation.ForCooperation, Agreement: p.agreement, Verb: "roadmap.mirror-commitment", Body: body})
		})
	}
	refused := func(name string, change func(*roadmap.Shown)) {
		t.Helper()
		if err := show(change); !fault.Is(err, fault.KindConflict) {
			t.Errorf("%s: %v", name, err)
		}
	}
	report := look(p.pa, "olga").Reports[0]
	said := fmt.Sprintf("istmo/answer/1\ncommitment %s\nreport %s\nanswer confirmed\nsaid %s\n", first, report.ID, tlog.RecordHash([]byte("0\n\n")))
	var own string
	if err := p.co.DB.Write(t.Context(), func(tx *store.Tx) (err error) { own, err = act.Sign(tx, said); return err }); err != nil {
		t.Fatal(err)
	}
	refused("its own report, confirmed by itself under another's name", func(s *roadmap.Shown) {
		s.Reports[0].Node, s.Reports[0].Answer, s.Reports[0].AnswerNode, s.Reports[0].AnswerNote = "PA", roadmap.Confirmed, "CO", own
	})
	refused("a value that nobody reported", func(s *roadmap.Shown) { s.Value = 2 })
	refused("under way by nobody's report", func(s *roadmap.Shown) { s.ID, s.Reports = first, nil; s.State = roadmap.Reported })
	if err := show(func(s *roadmap.Shown) {
		s.Number, s.Text.Due, s.Text.Line = 7, s.Text.Due.AddDate(9, 0, 0), "prevention"
	}); err != nil {
		t.Fatal(err)
	}
	if rows := testkit.Ask(t, p.pa, p.pa.Who("olga"), roadmap.List{Agreement: p.agreement, Line: "assistance"}); len(rows) != 1 || rows[0].Number != 1 || !rows[0].Due.Equal(p.text().Due) {
		t.Errorf("it stands here as home bends it: %+v", rows)
	}
	testkit.Must(t, p.pa, p.pa.Who("olga"), from[roadmap.Confirm](`{"id":"`+first+`","report":"`+report.ID+`"}`))
	p.Deliver()
	if err := show(func(*roadmap.Shown) {}); err != nil { // in the place of the showing that Panama takes for an old one
		t.Fatal(err)
	}
	refused("done, by a report of progress that is called complete afterwards", func(s *roadmap.Shown) { s.State, s.Reports[0].Completes = roadmap.Done, true })
	var otherwise string
	if err := p.pa.DB.Write(t.Context(), func(tx *store.Tx) (err error) {
		otherwise, err = act.Sign(tx, strings.Replace(said, "confirmed", "disputed", 1))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	refused("another answer in the place of the first", func(s *roadmap.Shown) { s.Reports[0].Answer, s.Reports[0].AnswerNote = roadmap.Disputed, otherwise })
	refused("an answer that is taken back", func(s *roadmap.Shown) { s.Reports[0].Answer = "" })
	testkit.Must(t, p.co, p.co.Who("pablo"), from[roadmap.Complete](`{"id":"`+first+`","value":2,"words":"Los dos.","evidence":"Acta"}`))
	done := look(p.co, "pablo").Reports[1].ID
	if err := show(func(*roadmap.Shown) {}); err != nil {
		t.Fatal(err)
	}
	err := p.co.DB.Write(t.Context(), func(tx *store.Tx) error { // what Panama's node would ask of home, under a name that is taken
		body := []byte(`{"id":"` + first + `","report":"` + done + `","value":2,"words":"Los dos.","evidence":"Acta"}`)
		return p.co.Engine.Handle(tx, act.Delivery{ID: "env_7", From: "PA", Purpose: cooperation.ForCooperation, Agreement: p.agreement, Verb: "roadmap.report-completion", Body: body})
	})
	if !fault.Is(err, fault.KindConflict) {
		t.Errorf("a report under the name of another: %v", err)
	}
	testkit.Must(t, p.pa, p.pa.Who("olga"), from[roadmap.Confirm](`{"id":"`+first+`","report":"`+done+`"}`))
	p.Deliver()
	if v := look(p.co, "pablo"); v.State != roadmap.Done {
		t.Fatalf("it stands as %s", v.State)
	}
	if err := show(func(*roadmap.Shown) {}); err != nil {
		t.Fatal(err)
	}
	refused("a promise kept that is opened again", func(s *roadmap.Shown) { s.State = roadmap.UnderWay })
}

// TestAReportHasANameOfItsOwn has a partner report under the id of a report that
// stands: the first is not silently the second.
func TestAReportHasANameOfItsOwn(t *testing.T) {
	p := agreed(t)
	first := p.cleared(t, p.text())
	p.inForce(t)
	testkit.Must(t, p.pa, p.pa.Who("olga"), from[roadmap.Tell](`{"id":"`+first+`","value":1,"words":"Uno abrió."}`))
	p.Deliver()
	told := testkit.Ask(t, p.co, p.co.Who("pablo"), roadmap.Look{On: roadmap.On{ID: first}}).Reports[0].ID
	for id, key := range map[string]string{told: "roadmap.known", "": "fault.wrong-type", "x\ncompletes false": "fault.wrong-type"} {
		statement := fmt.Sprintf("istmo/report/1\ncommitment %s\nreport %s\ncompletes true\nvalue 2\nsaid %s\n", first, id, tlog.RecordHash([]byte("4\nDos.\n4\nActa\n0\n\n")))
		var note string
		if err := p.pa.DB.Write(t.Context(), func(tx *store.Tx) (err error) { note, err = act.Sign(tx, statement); return err }); err != nil {
			t.Fatal(err)
		}
		body, _ := json.Marshal(map[string]any{"id": first, "report": id, "value": 2, "words": "Dos.", "evidence": "Acta", "note": note})
		err := p.co.DB.Write(t.Context(), func(tx *store.Tx) error {
			return p.co.Engine.Handle(tx, act.Delivery{ID: "env_8", From: "PA", Purpose: cooperation.ForCooperation, Agreement: p.agreement, Verb: "roadmap.report-completion", Body: body})
		})
		if f := fault.All(err); len(f) == 0 || f[0].Key != key {
			t.Errorf("%q: %v", id, err)
		}
	}
	if v := testkit.Ask(t, p.co, p.co.Who("pablo"), roadmap.Look{On: roadmap.On{ID: first}}); v.State != roadmap.UnderWay || len(v.Reports) != 1 {
		t.Errorf("it stands as %s with %+v", v.State, v.Reports)
	}
}

// TestWhatIsBeingReplacedIsNotDone has a promise reported as kept while a version
// with its amendment is before the parties: two would hold one number, and no later
// version could be made.
func TestWhatIsBeingReplacedIsNotDone(t *testing.T) {
	p := agreed(t)
	first := p.cleared(t, p.text())
	p.inForce(t)
	words := p.text()
	words.Target = 5
	id := testkit.Must(t, p.pa, p.pa.Who("olga"), roadmap.Propose{Agreement: p.agreement, Amends: first, Text: words}).Object
	p.Deliver()
	given := `{"id":"` + id + `","revision":1}`
	testkit.Must(t, p.co, p.co.Who("pablo"), from[roadmap.Accept](given))
	p.Deliver()
	testkit.Must(t, p.co, p.co.Who("diego"), from[roadmap.Clear](given))
	testkit.Must(t, p.pa, p.pa.Who("clara"), from[roadmap.Clear](given))
	testkit.Must(t, p.co, p.co.Who("pablo"), from[roadmap.Complete](`{"id":"`+first+`","value":2,"words":"Los dos.","evidence":"Acta"}`))
	p.Deliver()
	version := testkit.Must(t, p.co, p.co.Who("pablo"), roadmap.Consolidate{Agreement: p.agreement}).Object
	p.Deliver()
	report := testkit.Ask(t, p.pa, p.pa.Who("olga"), roadmap.Look{On: roadmap.On{ID: first}}).Reports[0].ID
	_, err := act.Do(t.Context(), p.pa.Engine, p.pa.Who("olga"), from[roadmap.Confirm](`{"id":"`+first+`","report":"`+report+`"}`))
	if f := fault.All(err); len(f) == 0 || f[0].Key != "roadmap.in-signing" {
		t.Errorf("confirmed while it is being replaced: %v", err)
	}
	testkit.Must(t, p.co, p.co.Who("diego"), roadmap.SignPlan{OnPlan: roadmap.OnPlan{ID: version}})
	testkit.Must(t, p.pa, p.pa.Who("clara"), roadmap.SignPlan{OnPlan: roadmap.OnPlan{ID: version}})
	p.Deliver()
	for _, c := range []struct {
		at  *testkit.Country
		who string
	}{{p.pa, "olga"}, {p.co, "pablo"}} {
		if v := p.version(t, c.at, c.who, version); v.State != roadmap.InForce || len(v.Items) != 1 || v.Items[0].Commitment != id || v.Items[0].Number != 1 {
			t.Errorf("%s: %+v", c.at.Config.Node, v.Items)
		}
	}
}

// TestALongDiscussion has so much said about a commitment that no letter could
// carry it: everything still arrives, and the work goes on.
func TestALongDiscussion(t *testing.T) {
	p := agreed(t)
	id := testkit.Must(t, p.co, p.co.Who("pablo"), roadmap.Propose{Agreement: p.agreement, Text: p.text()}).Object
	words := strings.Repeat("<Palabras> ", 90)
	err := p.co.DB.Write(t.Context(), func(tx *store.Tx) error { // what was said before, and has arrived
		for n := range 10_000 {
			if _, err := tx.Exec(`INSERT INTO commitment_comment (id, commitment, node, agency, at, words) VALUES ($1, $2, 'PA', '', $3, $4)`, fmt.Sprintf("say_%05d", n), id, tx.Now, words); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		testkit.Must(t, p.co, p.co.Who("pablo"), roadmap.Say{On: roadmap.On{ID: id}, Words: words})
	}
	p.Deliver()
	v := testkit.Ask(t, p.pa, p.pa.Who("olga"), roadmap.Look{On: roadmap.On{ID: id}})
	if n := len(v.Comments); n < 3 || n > 200 || v.Version != 4 {
		t.Errorf("%d comments arrived, at version %d", n, v.Version)
	}
}

// TestWordsThatAreNotReadBackAsWritten has a partner propose what would be kept
// otherwise than it was hashed, or without end.
func TestWordsThatAreNotReadBackAsWritten(t *testing.T) {
	p := agreed(t)
	good := p.text()
	good.OwnersNamed = "CO Centro (ficticio)\nPA Comisión (ficticia)"
	slices.Sort(good.Owners)
	var many []string
	for i := range 50 {
		many = append(many, fmt.Sprintf("5.%02d", i))
	}
	for name, change := range map[string]func(*roadmap.Text){
		"a day in another zone":  func(x *roadmap.Text) { x.Due = x.Due.In(time.FixedZone("", -5*3600)) },
		"an hour":                func(x *roadmap.Text) { x.Due = x.Due.Add(time.Hour) },
		"space around":           func(x *roadmap.Text) { x.ObjectiveEN += " " },
		"codes in another order": func(x *roadmap.Text) { x.SDG = []string{"5", "16"} },
		"two owners in one":      func(x *roadmap.Text) { x.Owners[0] += " x" },
		"fifty targets":          func(x *roadmap.Text) { x.SDG = many },
		"a long list of names":   func(x *roadmap.Text) { x.OwnersNamed = strings.Repeat("x", 5000) },
	} {
		words := good
		words.Owners = slices.Clone(good.Owners)
		change(&words)
		body, _ := json.Marshal(roadmap.Propose{ID: "cmt_x", Agreement: p.agreement, Text: words})
		err := p.co.DB.Write(t.Context(), func(tx *store.Tx) error {
			return p.co.Engine.Handle(tx, act.Delivery{ID: "env_9", From: "PA", Purpose: cooperation.ForCooperation, Agreement: p.agreement, Verb: "roadmap.propose", Body: body})
		})
		if len(fault.All(err)) == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAFileIsCheckedByItself exports a plan, reads it again, and changes it.
func TestAFileIsCheckedByItself(t *testing.T) {
	p := agreed(t)
	p.cleared(t, p.text())
	other := p.text()
	other.ObjectiveES, other.ActionsES = "Avisar", "Línea uno\nLínea dos"
	p.cleared(t, other)
	v := p.version(t, p.pa, "olga", p.inForce(t))
	var b bytes.Buffer
	if err := v.File().Write(&b); err != nil {
		t.Fatal(err)
	}
	check := func(text string, keys map[string]ed25519.PublicKey) roadmap.Verdict {
		t.Helper()
		f, err := roadmap.ReadFile(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		verdict, err := f.Verify(keys)
		if err != nil {
			t.Fatal(err)
		}
		return verdict
	}
	keys := map[string]ed25519.PublicKey{"PA": p.pa.Border.Card().Sign, "CO": p.co.Border.Card().Sign}
	whole := check(b.String(), keys)
	if !whole.Sound() || len(whole.Vouched) != 2 || whole.Commitments != 2 {
		t.Errorf("what was exported: %+v", whole)
	}
	if alone := check(b.String(), nil); !alone.Sound() || len(alone.Vouched) != 0 {
		t.Errorf("without cards: %+v", alone)
	}
	for name, change := range map[string][2]string{
		"a word":      {"Acoger en dos", "Acoger en tres"},
		"a day":       {"2027-05-01", "2028-05-01"},
		"an owner":    {"Comisión (ficticia)", "Otra (ficticia)"},
		"the version": {"version 1", "version 2"},
		"an id":       {`"id":"cmt_`, `"id":"cmt_0`},
	} {
		if got := check(strings.Replace(b.String(), change[0], change[1], 1), keys); got.Sound() {
			t.Errorf("%s was changed and it is still sound", name)
		}
	}
	if got := check(b.String(), map[string]ed25519.PublicKey{"PA": p.co.Border.Card().Sign}); got.Sound() {
		t.Error("it is sound under another node's key")
	}
	for _, broken := range []string{"", "{}", "[]", `{"format":"istmo/plan/1","more":1}`, b.String()[:b.Len()/2]} {
		if _, err := roadmap.ReadFile(strings.NewReader(broken)); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%.20q: %v", broken, err)
		}
	}
}
