package act_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"istmo/access"
	"istmo/act"
	"istmo/cases"
	"istmo/fault"
	"istmo/ledger"
	"istmo/store"
	"istmo/testkit"
)

func world(t *testing.T) (pa *testkit.Country, ana, beto access.Who) {
	pa = testkit.NewWorld(t).Start("PA")
	pa.Agency("UIA", "response-team", "Unidad ficticia")
	return pa, pa.User("ana", "UIA", "case-worker"), pa.User("beto", "UIA", "case-worker")
}

// last reads the newest deeds of the ledger.
func last(t *testing.T, n *testkit.Country, many int) (deeds []ledger.Deed) {
	t.Helper()
	err := n.DB.Read(t.Context(), func(tx *store.Tx) (err error) {
		deeds, err = ledger.Show(tx, ledger.Filter{Limit: many})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return deeds
}

func TestDeedsLooksAndRefusalsAreInTheLedger(t *testing.T) {
	pa, ana, beto := world(t)
	person := testkit.Must(t, pa, ana, cases.Register{Place: "Turbo"}).Object
	open := cases.Open{On: cases.On{Person: person}}
	if _, err := act.Look(t.Context(), pa.Engine, ana, open); err != nil {
		t.Fatal(err)
	}
	if _, err := act.Look(t.Context(), pa.Engine, beto, open); !fault.Is(err, fault.KindDenied) {
		t.Errorf("beto looked: %v", err)
	}
	if _, err := act.Do(t.Context(), pa.Engine, ana, cases.Register{}); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("without a place: %v", err)
	}
	if _, err := act.Ask(t.Context(), pa.Engine, beto, act.History{}); !fault.Is(err, fault.KindDenied) {
		t.Errorf("beto asked for the ledger: %v", err)
	}
	var got []string
	for _, d := range last(t, pa, 5) {
		got = append(got, strings.Join([]string{d.Actor, d.Verb, d.Outcome, d.Policy}, " "))
	}
	slices.Reverse(got)
	want := []string{
		ana.ID + " cases.register done registering-is-for-those-who-meet-people",
		ana.ID + " cases.open looked a-file-opens-to-those-assigned",
		beto.ID + " cases.open refused:denied default",
		ana.ID + " cases.register refused:invalid registering-is-for-those-who-meet-people",
		beto.ID + " ledger.show refused:denied default",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the ledger says\n%s\nnot\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestAConsequenceIsPartOfTheDeed refuses in a reaction, and nothing is left of
// the deed but its refusal.
func TestAConsequenceIsPartOfTheDeed(t *testing.T) {
	pa, ana, _ := world(t)
	refuse := fault.Conflict("act.key-used")
	var seen act.Deed
	pa.Engine.On("cases.register", func(tx *store.Tx, d act.Deed) error {
		seen = d
		return refuse
	})
	if _, err := act.Do(t.Context(), pa.Engine, ana, cases.Register{Place: "Turbo"}); !errors.Is(err, refuse) {
		t.Fatalf("done: %v", err)
	}
	if seen.Object == "" || seen.Person != seen.Object || seen.Seq == 0 {
		t.Errorf("the reaction saw %+v", seen)
	}
	err := pa.DB.Read(t.Context(), func(tx *store.Tx) error {
		_, err := cases.Find(tx, seen.Object)
		return err
	})
	if !fault.Is(err, fault.KindNotFound) {
		t.Errorf("half a deed is left: %v", err)
	}
	if d := last(t, pa, 1)[0]; d.Outcome != "refused:conflict" || d.Object != seen.Object {
		t.Errorf("the ledger says %+v", d)
	}
}

// TestOnceIsOnce has many callers ask at the same time under one key.
func TestOnceIsOnce(t *testing.T) {
	pa, ana, beto := world(t)
	entry, _ := pa.Engine.Verbs.Find("cases.register")
	run := func(who access.Who, place string) (act.Deed, error) {
		input, err := entry.FromJSON([]byte(`{"place": "` + place + `"}`))
		if err != nil {
			t.Fatal(err)
		}
		return pa.Engine.Run(context.Background(), who, entry, input, "key-1")
	}
	var wg sync.WaitGroup
	objects := make([]string, 20)
	for i := range objects {
		wg.Go(func() {
			d, err := run(ana, "Turbo")
			if objects[i] = d.Object; err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if slices.Sort(objects); objects[0] != objects[19] || objects[0] == "" {
		t.Errorf("one key, several people: %v", slices.Compact(objects))
	}
	if _, err := run(ana, "Necoclí"); !fault.Is(err, fault.KindConflict) {
		t.Errorf("another request under the key: %v", err)
	}
	if d, err := run(beto, "Turbo"); err != nil || d.Object == objects[0] {
		t.Errorf("somebody else's key is another: %+v %v", d, err)
	}
}

// TestNothingPassesWithoutAWarrant makes an engine without warrants.
func TestNothingPassesWithoutAWarrant(t *testing.T) {
	pa, _, _ := world(t)
	bare := act.New(pa.DB, "PA", pa.Engine.Verbs)
	err := pa.DB.Write(t.Context(), func(tx *store.Tx) error {
		_, err := act.Tell(tx, act.Letter{To: "CO", Purpose: "safety", Command: cases.Register{}})
		return err
	})
	if !fault.Is(err, fault.KindDenied) {
		t.Errorf("a letter left: %v", err)
	}
	err = pa.DB.Write(t.Context(), func(tx *store.Tx) error {
		return bare.Handle(tx, act.Delivery{From: "CO", Verb: "cases.register", Body: []byte(`{"place":"Turbo"}`)})
	})
	if !fault.Is(err, fault.KindDenied) {
		t.Errorf("a letter came in: %v", err)
	}
}

type form struct {
	Word  string    `json:"word"`
	Yes   bool      `json:"yes"`
	Many  int64     `json:"many"`
	Day   time.Time `json:"day"`
	Codes []string  `json:"codes"`
}

func TestFormsAndWords(t *testing.T) {
	entry := act.Entry{Input: reflect.TypeFor[form]()}
	got, err := entry.FromValues(map[string][]string{"word": {" hola "}, "yes": {"on"}, "many": {"7"}, "day": {"2026-11-22"}, "codes": {"a,b", "c d"}, "_button": {"x"}}, false)
	want := &form{"hola", true, 7, time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), []string{"a", "b", "c", "d"}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v %v", got, err)
	}
	_, err = entry.FromValues(map[string][]string{"many": {"siete"}, "day": {"22/11"}, "otro": {"x"}, "Ana Pérez": {"x"}}, true)
	faults := map[string]string{}
	for _, f := range fault.All(err) {
		faults[f.Field] = f.Key
	}
	if !reflect.DeepEqual(faults, map[string]string{"many": "fault.not-a-number", "day": "fault.not-a-date", "otro": "fault.unknown-field", "": "fault.unknown-field"}) {
		t.Errorf("faults %v", faults)
	}
}

// FuzzFromJSON feeds the decoder anything: it never panics, and never repeats
// what it was given but the name of a field.
func FuzzFromJSON(f *testing.F) {
	for _, seed := range []string{`{}`, `{"word":1}`, `{"day":"x"}`, `[`, `{"otro":1}`, `{"word":"a"}{"word":"b"}`, `null`, `{"codes":["a"]}`} {
		f.Add([]byte(seed))
	}
	entry := act.Entry{Input: reflect.TypeFor[form]()}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := entry.FromJSON(text)
		if (got == nil) == (err == nil) {
			t.Errorf("%v and %v", got, err)
		}
		if err != nil && len(fault.All(err)) == 0 {
			t.Errorf("an internal failure for %q: %v", text, err)
		}
	})
}

// TestFormsSayWhatJSONSays decodes the same values by both doors.
func TestFormsSayWhatJSONSays(t *testing.T) {
	entry := act.Entry{Input: reflect.TypeFor[form]()}
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[a-zA-Z0-9áéñ]{0,20}`).Draw(t, "word")
		many := rapid.Int64().Draw(t, "many")
		codes := rapid.SliceOfN(rapid.StringMatching(`[a-z]{1,8}`), 1, 5).Draw(t, "codes")
		byForm, err := entry.FromValues(map[string][]string{"word": {word}, "many": {itoa(many)}, "codes": codes}, true)
		if err != nil {
			t.Fatal(err)
		}
		byJSON, err := entry.FromJSON([]byte(`{"word":"` + word + `","many":` + itoa(many) + `,"codes":["` + strings.Join(codes, `","`) + `"]}`))
		if err != nil || !reflect.DeepEqual(byForm, byJSON) {
			t.Fatalf("%+v %+v %v", byForm, byJSON, err)
		}
	})
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// TestAFindingIsSettledByAuditors settles, with a reason, what was found.
func TestAFindingIsSettledByAuditors(t *testing.T) {
	pa, ana, _ := world(t)
	raul := pa.User("raul", "UIA", "auditor")
	err := pa.DB.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(`INSERT INTO ledger_finding (kind, node, size, via, at, first, second) VALUES ('partner-rolled-back', 'CO', 7, '', $1, '', '')`, tx.Now)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	settle := act.Settle{Node: "CO", Reason: "Copia restaurada, acordado por teléfono"}
	if _, err := act.Do(t.Context(), pa.Engine, ana, settle); !fault.Is(err, fault.KindDenied) {
		t.Errorf("a case worker settles: %v", err)
	}
	if _, err := act.Do(t.Context(), pa.Engine, raul, act.Settle{Node: "CO", Reason: "ya"}); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("without a reason: %v", err)
	}
	testkit.Must(t, pa, raul, settle)
	if left, err := act.Ask(t.Context(), pa.Engine, raul, act.Findings{}); err != nil || len(left) != 0 {
		t.Errorf("left: %v %v", left, err)
	}
	if _, err := act.Do(t.Context(), pa.Engine, raul, settle); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("settled twice: %v", err)
	}
}
