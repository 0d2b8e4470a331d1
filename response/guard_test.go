package response_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"istmo/access"
	"istmo/access/people"
	"istmo/act"
	"istmo/cases"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/response"
	"istmo/store"
	"istmo/testkit"
)

// agree has one country's ministry propose an agreement that covers alerts across
// the border, and the other's sign it.
func agree(t *testing.T, w *testkit.World, one *testkit.Country, proposer string, other *testkit.Country, signer string) string {
	t.Helper()
	id := testkit.Must(t, one, one.Who(proposer), cooperation.ProposeAgreement{TitleES: "Acuerdo ficticio", TitleEN: "Fictional agreement",
		Parties: []string{one.Config.Node, other.Config.Node}, Verbs: []string{"response.*"}, Purposes: []string{"protection"}}).Object
	w.Deliver()
	testkit.Must(t, other, other.Who(signer), cooperation.SignAgreement{On: cooperation.On{ID: id}})
	w.Deliver()
	return id
}

func two(t *testing.T) (w *testkit.World, pa, co *testkit.Country, ana, cata access.Who, agreement string) {
	w = testkit.NewWorld(t)
	pa, co = w.Start("PA"), w.Start("CO")
	w.Pair("PA", "CO")
	pa.Agency("uia", "response-team", "Unidad (ficticia)")
	co.Agency("coat", "response-team", "Centro (ficticio)")
	ana = pa.User("ana", "uia", "response-team", "foreign-ministry")
	cata = co.User("cata", "coat", "response-team", "foreign-ministry")
	w.Deliver()
	return w, pa, co, ana, cata, agree(t, w, pa, "ana", co, "cata")
}

// TestAPartnerForgesNothing has partners say what is not theirs to say.
func TestAPartnerForgesNothing(t *testing.T) {
	w, pa, co, ana, cata, agreement := two(t)
	id := testkit.Must(t, pa, ana, response.Raise{Kind: "presumption", Place: "Metetí"}).Object
	testkit.Must(t, pa, ana, response.AlertAcross{On: response.On{ID: id}, Node: "CO", Why: "companion", Place: "Turbo"})
	w.Deliver()
	open := func() response.View {
		v, err := act.Look(t.Context(), pa.Engine, ana, response.OpenAlert{On: response.On{ID: id}})
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	crossing := open().Crossings[0].ID
	says := func(at *testkit.Country, from, purpose, agreement string, letter any) error {
		body, err := json.Marshal(letter)
		if err != nil {
			t.Fatal(err)
		}
		return at.DB.Write(t.Context(), func(tx *store.Tx) error {
			return at.Engine.Handle(tx, act.Delivery{ID: "env_forged", From: from, Purpose: purpose, Agreement: agreement,
				Verb: string(letter.(interface{ Verb() access.Verb }).Verb()), Body: body})
		})
	}
	good := response.ReceiveAcross{ID: "alx_new", Kind: "presumption", Why: "group", Place: "Turbo", Count: 2, SentAt: w.Now()}
	with := func(change func(*response.ReceiveAcross)) response.ReceiveAcross {
		g := good
		change(&g)
		return g
	}
	for what, err := range map[string]error{
		"an alert under no agreement":       says(co, "PA", "protection", "agr_none", good),
		"an alert for another purpose":      says(co, "PA", "investigation", agreement, good),
		"an alert for no reason":            says(co, "PA", "protection", agreement, with(func(c *response.ReceiveAcross) { c.Why = "whim" })),
		"an alert from nowhere":             says(co, "PA", "protection", agreement, with(func(c *response.ReceiveAcross) { c.Place = "" })),
		"an alert with needs of its own":    says(co, "PA", "protection", agreement, with(func(c *response.ReceiveAcross) { c.Needs = []string{"Nombre"} })),
		"an alert about nobody":             says(co, "PA", "protection", agreement, with(func(c *response.ReceiveAcross) { c.Count = 0 })),
		"a contact without end":             says(co, "PA", "protection", agreement, with(func(c *response.ReceiveAcross) { c.Contact = strings.Repeat("x", 501) })),
		"a third country says how it is":    says(pa, "CR", "safety", "", response.ShowAcross{ID: crossing, State: response.Closed, At: w.Now()}),
		"a state that no table holds":       says(pa, "CO", "safety", "", response.ShowAcross{ID: crossing, State: "lost", At: w.Now()}),
		"a crossing that is not there":      says(pa, "CO", "safety", "", response.ShowAcross{ID: "alx_none", State: response.Closed, At: w.Now()}),
		"the other country closes ours":     says(pa, "CO", "safety", "", response.Close{On: response.On{ID: id}, Outcome: "safe"}),
		"the other country raises as we do": says(pa, "CO", "protection", agreement, response.Raise{Kind: "emergency", Place: "x"}),
	} {
		if len(fault.All(err)) == 0 {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := says(pa, "CO", "safety", "", response.ShowAcross{ID: crossing, State: response.Closed, At: w.Now().Add(-time.Hour)}); err != nil {
		t.Error(err)
	}
	if x := open().Crossings[0]; x.State != response.Raised {
		t.Errorf("an old word, heard late, moved it to %s", x.State)
	}
	for range 2 { // the same letter twice raises one alert
		if err := says(co, "PA", "protection", agreement, with(func(c *response.ReceiveAcross) { c.ID = "alx_twice" })); err != nil {
			t.Logf("%v", err)
		}
	}
	if n := len(testkit.Ask(t, co, cata, response.ShowBoard{}).Open); n > 2 {
		t.Errorf("%d alerts stand on the board of the other country", n)
	}
}

// TestOnlyCodesCross looks for what people wrote in the rows of both sides, and holds
// the letter to fields that cannot hold a name.
func TestOnlyCodesCross(t *testing.T) {
	w, pa, co, ana, _, _ := two(t)
	person := testkit.Must(t, pa, ana, cases.Register{Place: "Metetí", Identity: cases.Identity{GivenNames: "Canaria-Nombre", Phone: "+50769998877"}}).Object
	id := testkit.Must(t, pa, ana, response.Raise{Person: person, Kind: "presumption", Note: "Canaria-Nota"}).Object
	on := response.On{ID: id}
	testkit.Must(t, pa, ana, response.Acknowledge{On: on})
	testkit.Must(t, pa, ana, response.Dispatch{On: on, Note: "Canaria-Nota"})
	testkit.Must(t, pa, ana, response.AlertAcross{On: on, Node: "CO", Why: "companion", Place: "Turbo", Needs: []string{"safety"}})
	w.Deliver()
	bodies := []string{dump(t, pa), dump(t, co)}
	if !strings.Contains(bodies[1], "Turbo") {
		t.Fatal("nothing arrived")
	}
	letter, _ := json.Marshal(response.ReceiveAcross{ID: "alx", Kind: "presumption", Why: "group", Place: "Turbo", Contact: "turno@uia.example"})
	bodies = append(bodies, string(letter))
	for _, canary := range []string{"Canaria-Nombre", "+50769998877", "Canaria-Nota"} {
		for _, body := range bodies {
			if strings.Contains(body, canary) {
				t.Errorf("%s is in clear", canary)
			}
		}
	}
	var fields map[string]any
	if err := json.Unmarshal(letter, &fields); err != nil {
		t.Fatal(err)
	}
	for name := range fields {
		if !slices.Contains([]string{"id", "kind", "why", "place", "count", "child", "alone", "needs", "urgent", "contact", "sent_at"}, name) {
			t.Errorf("%s crosses the border: look whether it may hold a name, and add it here", name)
		}
	}
}

// dump is every row of this feature's tables, as text.
func dump(t *testing.T, c *testkit.Country) (text string) {
	t.Helper()
	err := c.DB.Read(t.Context(), func(tx *store.Tx) error {
		for _, table := range []string{"response_alert", "response_event", "response_told", "response_measure", "response_crossing", "response_handover"} {
			columns, err := tx.Columns(table)
			if err != nil {
				return err
			}
			for row, err := range tx.Rows(table, columns) {
				if err != nil {
					return err
				}
				line, err := json.Marshal(row)
				if err != nil {
					return err
				}
				text += string(line)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestStrangersSeeNothing asks every question as somebody who neither raised nor
// answers: what is there is answered like what is not.
func TestStrangersSeeNothing(t *testing.T) {
	_, pa, _, ana, _, _ := two(t)
	pa.Agency("casa", "shelter", "Casa (ficticia)")
	pa.User("beto", "uia", "response-team")
	person := testkit.Must(t, pa, ana, cases.Register{Place: "Metetí"}).Object
	id := testkit.Must(t, pa, ana, response.Raise{Person: person, Kind: "presumption"}).Object
	handover := testkit.Must(t, pa, ana, response.HandOver{To: pa.Who("beto").ID, Note: "x"}).Object
	shift := testkit.Must(t, pa, ana, response.PlanShift{User: ana.ID, Rank: response.First, Day: time.Date(2026, 11, 10, 0, 0, 0, 0, time.UTC), From: "06:00", To: "18:00"}).Object
	strangers := []access.Who{pa.User("otra", "casa", "case-worker", "focal-point", "response-team"), pa.User("oto", "casa", "field-officer"), pa.User("analista", "uia", "analyst"), pa.User("auditora", "uia", "auditor")}
	for _, who := range strangers {
		for verb, pairs := range map[string][2]string{"response.open": {"id", id}, "response.acknowledge": {"id", id}, "response.mark-child": {"id", id}, "response.hand-on": {"id", id},
			"response.across": {"id", id}, "response.open-handover": {"handover", handover}, "response.take-over": {"handover", handover}, "response.drop-shift": {"shift", shift}} {
			entry, _ := pa.Engine.Verbs.Find(access.Verb(verb))
			answers := map[string]string{}
			for _, object := range []string{pairs[1], pairs[1][:4] + "00000000000000000000000000"} {
				input, err := entry.FromValues(map[string][]string{pairs[0]: {object}}, true)
				if err != nil {
					t.Fatal(err)
				}
				if entry.Changes() {
					_, err = pa.Engine.Run(t.Context(), who, entry, input, "")
				} else {
					_, err = pa.Engine.Question(t.Context(), who, entry, input)
				}
				if kind := fault.KindOf(err); kind != fault.KindDenied && kind != fault.KindNotFound {
					t.Errorf("%s by a stranger: %v", verb, err)
				}
				answers[object] = fault.All(err)[0].Key
			}
			if answers[pairs[1]] != answers[pairs[1][:4]+"00000000000000000000000000"] {
				t.Errorf("%s: denied and absent differ: %v", verb, answers)
			}
		}
		if access.Could(who, "response.board") {
			b := testkit.Ask(t, pa, who, response.ShowBoard{})
			if len(b.Open)+len(b.Raised)+len(b.Handovers)+len(b.Duty.First) > 0 {
				t.Errorf("a stranger's board holds %+v", b)
			}
		}
	}
}

// TestAHandOverIsReadByTwo and nobody else, not even the focal point of the team.
func TestAHandOverIsReadByTwo(t *testing.T) {
	_, pa, _, ana, _, _ := two(t)
	beto, luz := pa.User("beto", "uia", "response-team"), pa.User("luz", "uia", "focal-point")
	id := testkit.Must(t, pa, ana, response.HandOver{To: beto.ID, Note: "Canaria-Nota"}).Object
	for who, reads := range map[string]bool{"ana": true, "beto": true, "luz": false} {
		o, err := act.Look(t.Context(), pa.Engine, pa.Who(who), response.OpenHandover{Handover: id})
		if (err == nil) != reads || reads && o.Words != "Canaria-Nota" {
			t.Errorf("%s: %v %q", who, err, o.Words)
		}
	}
	if _, err := act.Do(t.Context(), pa.Engine, luz, response.TakeOver{Handover: id}); fault.KindOf(err) != fault.KindDenied {
		t.Errorf("somebody else took over: %v", err)
	}
}

// TestScreeningRaisesOnce raises as the node does for a screening, twice: one
// alert, in the name of the officer who decided, who hears how it goes.
func TestScreeningRaisesOnce(t *testing.T) {
	_, pa, _, ana, _, _ := two(t)
	pa.Agency("senafront", "border-police", "Fronteras (ficticio)")
	nadia := pa.User("nadia", "senafront", "field-officer")
	person := testkit.Must(t, pa, nadia, cases.Register{Place: "Metetí", Attributes: cases.Attributes{Needs: []string{"health"}}}).Object
	raise := response.Raise{Screening: "scr_1", Person: person, Kind: "presumption", By: nadia.ID, ByAgency: nadia.Agency}
	first := testkit.Must(t, pa, pa.Engine.Self, raise).Object
	if again := testkit.Must(t, pa, pa.Engine.Self, raise).Object; again != first {
		t.Errorf("the same screening raised %s and %s", first, again)
	}
	told := func() (all []string) {
		err := pa.DB.Read(t.Context(), func(tx *store.Tx) (err error) {
			all, err = response.ToTell(tx, first)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	if got := told(); !slices.Equal(got, []string{ana.ID}) {
		t.Errorf("told of the alert: %v", got)
	}
	board := testkit.Ask(t, pa, nadia, response.ShowBoard{})
	if len(board.Raised) != 1 || board.Raised[0].Place != "Metetí" || !slices.Equal(board.Raised[0].Alert.Needs, []string{"health"}) {
		t.Errorf("the officer's board: %+v", board.Raised)
	}
	testkit.Must(t, pa, ana, response.Acknowledge{On: response.On{ID: first}})
	if got := told(); !slices.Equal(got, []string{nadia.ID}) {
		t.Errorf("told that somebody has it: %v", got)
	}
}

// TestAGapIsWarnedOfOnce holds that a hole in a roster is told of before it comes,
// once, to those who lead, and that a team without a roster is left alone.
func TestAGapIsWarnedOfOnce(t *testing.T) {
	w, pa, _, ana, _, _ := two(t)
	pa.Agency("casa", "shelter", "Casa (ficticia)")
	luz := pa.User("luz", "uia", "focal-point")
	warned := func() (n int64) {
		err := pa.DB.Read(t.Context(), func(tx *store.Tx) (err error) {
			n, err = store.One(tx, store.Value[int64], `SELECT COUNT(*) FROM response_gap`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	w.Tick(time.Hour)
	if warned() != 0 {
		t.Error("a team that keeps no roster was warned")
	}
	testkit.Must(t, pa, luz, response.NameHead{User: luz.ID})
	for _, day := range []int{9, 12} {
		testkit.Must(t, pa, ana, response.PlanShift{User: ana.ID, Rank: response.First, Day: time.Date(2026, 11, day, 0, 0, 0, 0, time.UTC), From: "06:00", To: "05:00"})
	}
	w.Tick(time.Minute)
	if warned() != 1 {
		t.Errorf("warned %d times of the hole that begins within a day", warned())
	}
	w.Tick(5 * time.Hour)
	if warned() != 1 {
		t.Errorf("warned %d times of one hole", warned())
	}
	var told []string
	err := pa.DB.Read(t.Context(), func(tx *store.Tx) (err error) {
		told, err = response.GapToTell(tx, ana.Agency)
		return err
	})
	if err != nil || !slices.Equal(told, []string{luz.ID}) {
		t.Errorf("told of it: %v %v", told, err)
	}
}

// TestWhoIsAwayIsNotOn holds that a shift of somebody whose account was taken away
// counts for nothing: the next is told.
func TestWhoIsAwayIsNotOn(t *testing.T) {
	w, pa, _, ana, _, _ := two(t)
	beto := pa.User("beto", "uia", "response-team")
	for rank, who := range map[string]access.Who{response.First: ana, response.Second: beto} {
		testkit.Must(t, pa, ana, response.PlanShift{User: who.ID, Rank: rank, Day: w.Now(), From: "06:00", To: "23:00"})
	}
	testkit.Must(t, pa, pa.Engine.Self, people.DisableUser{User: ana.ID})
	id := testkit.Must(t, pa, beto, response.Raise{Kind: "presumption", Place: "Metetí"}).Object
	v, err := act.Look(t.Context(), pa.Engine, beto, response.OpenAlert{On: response.On{ID: id}})
	if err != nil || len(v.Told) != 1 || v.Told[0].User != beto.ID || len(v.Team.First) != 0 {
		t.Errorf("told %+v, on duty %+v, %v", v.Told, v.Team.First, err)
	}
}
