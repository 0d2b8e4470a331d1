package response_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"istmo/access"
	"istmo/calendar"
	"istmo/data"
	"istmo/i18n"
	"istmo/response"
	"istmo/store"
	"istmo/testkit"
)

// TestFlowMatrix holds every cell of state × verb to a file; with ISTMO_UPDATE=1
// it writes it.
func TestFlowMatrix(t *testing.T) {
	var b bytes.Buffer
	for _, m := range []interface {
		Check() error
	}{response.Flow, response.HandFlow} {
		if err := m.Check(); err != nil {
			t.Fatal(err)
		}
	}
	var verbs []access.Verb
	for _, m := range response.Flow.Moves {
		if !slices.Contains(verbs, m.Verb) {
			verbs = append(verbs, m.Verb)
		}
	}
	for _, p := range response.Flow.Places {
		fmt.Fprintf(&b, "\n%s", p.State)
		if p.Clock != "" {
			fmt.Fprintf(&b, ", clock %s", p.Clock)
		}
		if p.Alert {
			fmt.Fprint(&b, ", nobody has it in hand")
		}
		fmt.Fprintln(&b)
		for _, verb := range verbs {
			if next, err := response.Flow.Next(p.State, verb); err == nil {
				fmt.Fprintf(&b, "  %s -> %s\n", verb, next)
			} else {
				fmt.Fprintf(&b, "  %s refused\n", verb)
			}
		}
	}
	const file = "testdata/flow.golden"
	if os.Getenv("ISTMO_UPDATE") != "" {
		if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(file)
	if err != nil || !bytes.Equal(kept, b.Bytes()) {
		t.Errorf("%s is not what the table says (%v)", file, err)
	}
}

// TestEverythingIsSaid holds every state, verb and code to its words in every
// language, and every clock to a row with a source.
func TestEverythingIsSaid(t *testing.T) {
	for _, lang := range i18n.Langs {
		said := func(prefix string, codes ...string) {
			for _, c := range codes {
				if !i18n.Has(lang, prefix+c) {
					t.Errorf("%s: %s%s has no words", lang, prefix, c)
				}
			}
		}
		for _, p := range response.Flow.Places {
			said("response.state.", string(p.State))
			said("response.next-step.", string(p.State))
		}
		for _, m := range response.Flow.Moves {
			said("verb.", string(m.Verb))
			said("response.event.", strings.TrimPrefix(string(m.Verb), "response."))
		}
		said("response.kind.", response.Kinds...)
		said("response.reason.", response.StandDowns...)
		said("response.hand-on.", response.HandOns...)
		said("response.outcome.", response.Ends...)
		said("response.why.", response.Whys...)
		said("response.lodging.", response.Lodgings...)
		said("response.whynot.", response.Whynots...)
		said("cases.needs.", response.MeasureKinds...)
	}
	days, err := calendar.Load(data.Files)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 9, 7, 10, 0, 0, time.UTC)
	for _, country := range []string{"PA", "CO", "CR"} {
		for _, key := range []string{"acknowledge", "acknowledge.emergency", "again", "again.taken", "dispatch", "set-out", "reach", "measures", "close", "across", "stale", "gap"} {
			clock, err := days.Due(country, "response."+key, now, now)
			if err != nil || clock.Source == "" || !clock.Due.After(now) {
				t.Errorf("%s response.%s: %+v, %v", country, key, clock, err)
			}
			if clock.Basis == calendar.Proposal && clock.Verified {
				t.Errorf("%s response.%s is a proposal of ours and says that it was verified", country, key)
			}
		}
	}
	if clock, _ := days.Due("PA", "response.acknowledge", now, now); clock.Due.Sub(now) != 15*time.Minute {
		t.Errorf("fifteen minutes last %v", clock.Due.Sub(now))
	}
}

// TestEveryKindHasAWay holds each country to a team for each kind of alert, a child
// to its authority, and a smuggled migrant to a way that is not the team's.
func TestEveryKindHasAWay(t *testing.T) {
	ways, err := response.Load(data.Files)
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 11, 9, 0, 0, 0, 0, time.UTC)
	for _, country := range []string{"PA", "CO", "CR", "EC"} {
		for _, kind := range response.Kinds {
			all, child := ways.For(country, kind, false, day), ways.For(country, kind, true, day)
			if len(all) == 0 {
				t.Errorf("%s: %s goes nowhere", country, kind)
			}
			if !slices.ContainsFunc(child, func(w response.Way) bool { return w.Team == "child-authority" }) {
				t.Errorf("%s: %s of a child does not reach the child authority", country, kind)
			}
			if kind == "smuggled" && slices.ContainsFunc(child, func(w response.Way) bool { return w.Team == "response-team" }) {
				t.Errorf("%s: smuggling goes to the team against trafficking", country)
			}
		}
	}
	for country, code := range map[string]string{"PA": "UIA", "CR": "ERI", "CO": "COAT"} {
		if got := ways.For(country, "presumption", false, day); len(got) != 1 || got[0].Code != code {
			t.Errorf("%s: a presumption goes to %+v", country, got)
		}
	}
	if got := ways.For("PA", "presumption", false, day.AddDate(-20, 0, 0)); len(got) != 1 || got[0].Code != "" {
		t.Errorf("before its first day a row holds already: %+v", got)
	}
}

// TestWaysAreRead refuses rows that mean nothing, and lets an operator's take the
// place of ours.
func TestWaysAreRead(t *testing.T) {
	const header = "country,kind,when,code,team,from,to,basis,rule_es,rule_en,source,verified\n"
	layer := func(text string) fstest.MapFS { return fstest.MapFS{"teams.csv": {Data: []byte(text)}} }
	for _, wrong := range []string{
		"", "country,kind\n", header + "PA,storm,always,,response-team,,,proposal,a,b,c,no\n", header + "PA,emergency,often,,response-team,,,proposal,a,b,c,no\n",
		header + "PA,emergency,always,,circus,,,proposal,a,b,c,no\n", header + "PA,smuggled,always,UIA,response-team,,,proposal,a,b,c,no\n",
		header + "PA,emergency,always,,response-team,,,proposal,a,b,,no\n", header + "PA,emergency\n",
	} {
		if _, err := response.Load(data.Files, layer(wrong)); err == nil {
			t.Errorf("taken: %q", wrong)
		}
	}
	if _, err := response.Load(fstest.MapFS{}); err == nil {
		t.Error("no rows at all were taken")
	}
	own, err := response.Load(data.Files, fstest.MapFS{}, layer(header+"PA,presumption,always,NUEVA,police,,,practice,a,b,c,yes\n"))
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 11, 9, 0, 0, 0, 0, time.UTC)
	if got := own.For("PA", "presumption", false, day); len(got) != 1 || got[0].Code != "NUEVA" {
		t.Errorf("the operator's row gave %+v", got)
	}
	if got := own.For("PA", "emergency", false, day); len(got) != 1 {
		t.Errorf("another kind was lost: %+v", got)
	}
}

// TestNoCellInTheDatabase tries to lodge somebody in a cell by hand, past every
// line of code: the database refuses it, and an illegal move as well.
func TestNoCellInTheDatabase(t *testing.T) {
	pa := testkit.NewWorld(t).Start("PA")
	pa.Agency("uia", "response-team", "Unidad (ficticia)")
	ana := pa.User("ana", "uia", "response-team")
	id := testkit.Must(t, pa, ana, response.Raise{Kind: "presumption", Place: "Metetí"}).Object
	for _, lodging := range append(response.Detentions, "celda") {
		err := pa.DB.Write(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(`INSERT INTO response_measure (id, alert, kind, lodging, why, at, by_whom) VALUES ('mea_x', $1, 'lodging', $2, '', $3, '')`, id, lodging, tx.Now)
			return err
		})
		if err == nil {
			t.Errorf("somebody was lodged in a %s", lodging)
		}
		if slices.Contains(response.Lodgings, lodging) {
			t.Errorf("%s is offered", lodging)
		}
	}
	err := pa.DB.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(`UPDATE response_alert SET was = state, state = 'closed' WHERE id = $1`, id)
		return err
	})
	if err == nil || errors.Is(err, t.Context().Err()) {
		t.Error("an alert was closed by hand that nobody has answered")
	}
}
