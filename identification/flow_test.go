package identification_test

import (
	"bytes"
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
	"istmo/identification"
	"istmo/store"
	"istmo/testkit"
)

// TestFlowMatrix holds every cell of state × verb of every kind to a file; with
// ISTMO_UPDATE=1 it writes it.
func TestFlowMatrix(t *testing.T) {
	var b bytes.Buffer
	for _, m := range identification.Machines {
		if err := m.Check(); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "\n%s\n", m.Name)
		for _, p := range m.Places {
			fmt.Fprintf(&b, " %s", p.State)
			if p.Clock != "" {
				fmt.Fprintf(&b, ", clock %s", p.Clock)
			}
			if p.End {
				fmt.Fprint(&b, ", end")
			}
			fmt.Fprintln(&b)
			for _, verb := range verbsOf(m.Name) {
				if next, err := m.Next(p.State, verb); err == nil {
					fmt.Fprintf(&b, "  %s -> %s\n", verb, next)
				} else {
					fmt.Fprintf(&b, "  %s refused\n", verb)
				}
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
		t.Errorf("%s is not what the tables say (%v)", file, err)
	}
}

// verbsOf are the verbs of a kind, in the order of its table.
func verbsOf(name string) (all []access.Verb) {
	for _, m := range identification.Machines {
		for _, mv := range m.Moves {
			if m.Name == name && !slices.Contains(all, mv.Verb) {
				all = append(all, mv.Verb)
			}
		}
	}
	return all
}

func TestEveryVerbStateAndCodeHasWords(t *testing.T) {
	var keys []string
	for _, m := range identification.Machines {
		for _, p := range m.Places {
			keys = append(keys, "identification.state."+string(p.State))
		}
		for _, v := range verbsOf(m.Name) {
			keys = append(keys, "verb."+string(v))
			if v != "identification.end" {
				keys = append(keys, string(v)+".done")
			}
		}
	}
	for prefix, codes := range map[string][]string{"choice.": identification.Choices, "origin.": identification.Origins, "leads.": identification.Leads,
		"protection.": identification.Protections, "way.": identification.Ways, "closing.": identification.Closings, "choosing.": identification.Choosings,
		"contact.answer.": identification.ContactAnswers} {
		for _, c := range codes {
			keys = append(keys, "identification."+prefix+c)
		}
	}
	w := testkit.NewWorld(t).Start("CR")
	for _, e := range w.Engine.Verbs.All() {
		if strings.HasPrefix(string(e.Verb), "identification.") {
			keys = append(keys, "verb."+string(e.Verb))
			if e.Changes() {
				keys = append(keys, string(e.Verb)+".done")
			}
		}
	}
	for _, lang := range i18n.Langs {
		for _, key := range keys {
			if !i18n.Has(lang, key) {
				t.Errorf("%s: no words for %s", lang, key)
			}
		}
	}
}

// TestEveryClockHasARow finds a row for every clock of the kind that each country has.
func TestEveryClockHasARow(t *testing.T) {
	c, err := calendar.Load(data.Files)
	if err != nil {
		t.Fatal(err)
	}
	rules, err := identification.LoadRules(data.Files)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 9, 12, 0, 0, 0, time.UTC)
	for _, country := range []string{"PA", "CO", "CR"} {
		kind, ok := rules.On(country, "kind", "2026-11-09")
		if !ok {
			t.Fatalf("no kind for %s", country)
		}
		for _, m := range identification.Machines {
			for _, p := range m.Places {
				if m.Name != "identification-"+kind.Value || p.Clock == "" {
					continue
				}
				if clock, err := c.Due(country, p.Clock, now, now); clock.Source == "" {
					t.Errorf("%s %s: %v", country, p.Clock, err)
				}
			}
		}
	}
}

// TestRulesAreDated reads the shipped rows, and what an operator lays over them.
func TestRulesAreDated(t *testing.T) {
	rules, err := identification.LoadRules(data.Files)
	if err != nil {
		t.Fatal(err)
	}
	for day, law := range map[string]string{"2011-11-14": "", "2011-11-15": "Ley 79 de 2011", "2024-12-02": "Ley 79 de 2011", "2024-12-03": "Ley 79 de 2011, reformada por la Ley 458 de 2024"} {
		if r, _ := rules.On("PA", "kind", day); r.Law != law {
			t.Errorf("Panama on %s: %q", day, r.Law)
		}
	}
	const head = "country,key,value,from,to,basis,law,rule_es,rule_en,source,verified\n"
	over := func(rows string) (identification.Rules, error) {
		return identification.LoadRules(data.Files, fstest.MapFS{"identification.csv": {Data: []byte(head + rows)}})
	}
	own, err := over("CR,quorum,all,,,practice,x,Todos.,All.,own,yes\n")
	if r, _ := own.On("CR", "quorum", "2026-01-01"); err != nil || r.Value != "all" {
		t.Errorf("%+v %v", r, err)
	}
	if r, _ := own.On("CR", "majority", "2026-01-01"); r.Value != "simple" {
		t.Errorf("what was not laid over is gone: %+v", r)
	}
	for name, rows := range map[string]string{
		"an unknown kind":    "CR,kind,lottery,,,practice,x,a,b,own,yes\n",
		"an unknown key":     "CR,luck,all,,,practice,x,a,b,own,yes\n",
		"two at once":        "CR,kind,ruling,2020-01-01,,practice,x,a,b,own,yes\nCR,kind,ruling,2021-01-01,,practice,x,a,b,own,yes\n",
		"no source":          "CR,kind,ruling,,,practice,x,a,b,,yes\n",
		"no such day":        "CR,kind,ruling,2020-13-01,,practice,x,a,b,own,yes\n",
		"a column too few":   "CR,kind,ruling,,,practice,x,a,b,own\n",
		"a number of judges": "CR,majority,3,,,practice,x,a,b,own,yes\n",
	} {
		if _, err := over(rows); err == nil {
			t.Errorf("taken: %s", name)
		}
	}
}

// TestTheDatabaseRefusesIllegalMoves types an UPDATE by hand.
func TestTheDatabaseRefusesIllegalMoves(t *testing.T) {
	e := newTeam(t, "CR")
	on := e.begin(e.person(""))
	testkit.Must(t, e.at, e.eva, identification.StartReflection{On: on})
	for _, sql := range []string{
		`UPDATE identification SET state = 'accredited' WHERE was = ''`,
		`UPDATE identification SET was = 'known', state = 'full'`,
		`UPDATE identification SET machine = 'identification-ruling', was = 'known', state = 'accredited'`,
		`UPDATE identification_reflection SET until = '2026-11-10T00:00:00.000Z'`,
		`UPDATE identification_reflection SET ended_at = '2026-11-10T00:00:00.000Z'`,
		`INSERT INTO identification_vote (id, procedure_id, round, member, voter, choice, at) VALUES ('vot_1', '` + on.ID + `', 1, 'agy_stranger', 'usr_1', 'accredit', '')`,
	} {
		err := e.at.DB.Write(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(sql)
			return err
		})
		if err == nil {
			t.Errorf("taken: %s", sql)
		}
	}
}
