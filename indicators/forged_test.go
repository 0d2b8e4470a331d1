package indicators_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/indicators"
	"istmo/store"
	"istmo/testkit"
)

// two are two paired countries, with a focal point each.
func two(t *testing.T) (w *testkit.World, pa, co *testkit.Country) {
	w = testkit.NewWorld(t)
	pa, co = w.Start("PA"), w.Start("CO")
	for _, c := range []*testkit.Country{pa, co} {
		c.Agency("comision", "national-committee", "Comisión (ficticia)")
		c.User("luz", "comision", "focal-point")
	}
	w.Pair("PA", "CO")
	w.Deliver()
	return w, pa, co
}

func versions(t *testing.T, c *testkit.Country) []indicators.Line {
	return testkit.Ask(t, c, c.Who("luz"), indicators.Versions{})
}

// says has a partner's node say something to another, as the carrier hands it over.
func says(t *testing.T, at *testkit.Country, from string, letter interface{ Verb() access.Verb }) error {
	t.Helper()
	text, err := json.Marshal(letter)
	if err != nil {
		t.Fatal(err)
	}
	return at.DB.Write(t.Context(), func(tx *store.Tx) error {
		return at.Engine.Handle(tx, act.Delivery{ID: tx.NewID("env"), From: from, Purpose: cooperation.ForCooperation, Verb: string(letter.Verb()), Body: text})
	})
}

// signed has a node sign that words are a version of some node's list.
func signed(t *testing.T, by *testkit.Country, node, id, words string, count int) indicators.Receive {
	t.Helper()
	sum := sha256.Sum256([]byte(words))
	text := fmt.Sprintf("istmo/indicators/1\nnode %s\nlist %s\nversion 1\nfrom 2026-11-22T12:00:00Z\nindicators %d\nsha256 %s\n", node, id, count, hex.EncodeToString(sum[:]))
	r := indicators.Receive{Words: words}
	if err := by.DB.Write(t.Context(), func(tx *store.Tx) (err error) {
		r.Note, err = act.Sign(tx, text)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return r
}

// words are those of a version that says so much.
func words(t *testing.T, reason string, change func(*indicators.List)) string {
	t.Helper()
	l := indicators.Shipped()
	if change != nil {
		change(&l)
	}
	text, err := json.Marshal(map[string]any{"reason": reason, "rule": l.Rule, "indicators": l.Indicators})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestAPartnerForgesNothing: no list arrives in another's name, altered, unsigned, in
// the place of what is here, or as what no list can be.
func TestAPartnerForgesNothing(t *testing.T) {
	_, pa, co := two(t)
	good := words(t, "x", nil)
	altered := signed(t, pa, "PA", "ind_a", good, 74)
	altered.Words = strings.Replace(altered.Words, `"strong"`, `"weak"`, 1)
	script := words(t, "x", func(l *indicators.List) { l.Indicators[0].Code = "<script>" })
	twice := words(t, "x", func(l *indicators.List) { l.Indicators[1] = l.Indicators[0] })
	empty := words(t, "x", func(l *indicators.List) { l.Rule.Clauses[0].Strong = 0 })
	none := words(t, "x", func(l *indicators.List) { l.Rule.Clauses = nil })
	more := strings.Replace(good, `{"`, `{"also":1,"`, 1)
	for name, c := range map[string]struct {
		letter indicators.Receive
		key    string
	}{
		"altered words":          {altered, "indicators.other-words"},
		"in another's name":      {signed(t, pa, "CR", "ind_a", good, 74), "fault.not-found"},
		"in the receiver's name": {signed(t, pa, "CO", "ind_a", good, 74), "fault.not-found"},
		"signed by another":      {signed(t, co, "PA", "ind_a", good, 74), "indicators.not-signed"},
		"in place of our own":    {signed(t, pa, "PA", versions(t, co)[0].ID, good, 74), "indicators.other-words"},
		"miscounted":             {signed(t, pa, "PA", "ind_a", good, 73), "indicators.other-words"},
		"a code that is none":    {signed(t, pa, "PA", "ind_a", script, 74), "indicators.not-a-list"},
		"a code twice":           {signed(t, pa, "PA", "ind_a", twice, 74), "indicators.not-a-list"},
		"a clause of nothing":    {signed(t, pa, "PA", "ind_a", empty, 74), "indicators.not-a-list"},
		"no rule":                {signed(t, pa, "PA", "ind_a", none, 74), "indicators.not-a-list"},
		"more than it may say":   {signed(t, pa, "PA", "ind_a", more, 74), "indicators.not-a-list"},
		"nothing":                {indicators.Receive{}, "indicators.not-a-list"},
	} {
		err := says(t, co, "PA", c.letter)
		if f := fault.All(err); len(f) == 0 || f[0].Key != c.key {
			t.Errorf("%s: %v, not %s", name, err, c.key)
		}
	}
	if n := len(versions(t, co)); n != 1 {
		t.Errorf("%d versions stand there", n)
	}
	first := signed(t, pa, "PA", "ind_a", good, 74)
	if err := says(t, co, "PA", first); err != nil {
		t.Fatal(err)
	}
	if err := says(t, co, "PA", first); err != nil {
		t.Errorf("the same again: %v", err)
	}
	if err := says(t, co, "PA", signed(t, pa, "PA", "ind_a", words(t, "y", nil), 74)); fault.All(err) == nil || fault.All(err)[0].Key != "indicators.other-words" {
		t.Errorf("other words for a version that is here: %v", err)
	}
	if v := testkit.Ask(t, co, co.Who("luz"), indicators.Show{ID: "ind_a"}); v.Reason != "x" || v.Mine || v.Now {
		t.Errorf("%+v", v)
	}
}

// TestTheDatabaseKeepsWhatWasPublished: not even a hand-typed statement takes a
// version back to a draft.
func TestTheDatabaseKeepsWhatWasPublished(t *testing.T) {
	pa := testkit.NewWorld(t).Start("PA")
	for _, sql := range []string{
		`UPDATE indicator_list SET was = state, state = 'drafted'`,
		`UPDATE indicator_list SET note = ''`,
		`UPDATE indicator_list SET was = 'replaced', state = 'published'`,
	} {
		if err := pa.DB.Write(t.Context(), func(tx *store.Tx) error { _, err := tx.Exec(sql); return err }); err == nil {
			t.Errorf("taken: %s", sql)
		}
	}
}

// TestCheckAFile: a downloaded version is checked without a node, with the key of the
// node's card; a changed letter, another's key and another file are found out.
func TestCheckAFile(t *testing.T) {
	_, pa, co := two(t)
	f := testkit.Ask(t, pa, pa.Who("luz"), indicators.Packed{ID: versions(t, pa)[0].ID})
	var text bytes.Buffer
	if err := f.Write(&text); err != nil {
		t.Fatal(err)
	}
	cards := map[string]ed25519.PublicKey{"PA": pa.Border.Card().Sign}
	check := func(text string, keys map[string]ed25519.PublicKey) (indicators.Verdict, error) {
		f, err := indicators.ReadFile(strings.NewReader(text))
		if err != nil {
			return indicators.Verdict{}, err
		}
		return f.Verify(keys)
	}
	v, err := check(text.String(), cards)
	if err != nil || !v.Sound() || !v.Vouched || v.Node != "PA" || v.Version != 1 || len(v.Indicators) != 74 {
		t.Errorf("as downloaded: %v %v %v, %v", v.Whole, v.Signed, v.Vouched, err)
	}
	if v, err := check(text.String(), nil); err != nil || !v.Sound() || v.Vouched {
		t.Errorf("without a card: %+v, %v", v.Vouched, err)
	}
	if v, err := check(text.String(), map[string]ed25519.PublicKey{"PA": co.Border.Card().Sign}); err != nil || v.Sound() || v.Vouched {
		t.Errorf("with another's key: %+v, %v", v.Signed, err)
	}
	if v, err := check(strings.Replace(text.String(), `"strength":"strong"`, `"strength":"weak"`, 1), cards); err != nil || v.Whole || v.Sound() || !v.Signed {
		t.Errorf("altered: %v %v, %v", v.Whole, v.Signed, err)
	}
	for _, wrong := range []string{"", "{}", `{"format":"istmo/plan/1"}`, `{"format":"istmo/indicators/1","note":"","key":"","list":{}}`, `{"format":"istmo/indicators/1","note":"","key":"","list":null}`} {
		if v, err := check(wrong, cards); err == nil {
			t.Errorf("%s: %+v", wrong, v)
		}
	}
}

// FuzzFile: whatever a file holds, checking it says so and never panics.
func FuzzFile(f *testing.F) {
	f.Add(`{"format":"istmo/indicators/1","note":"istmo/indicators/1\nnode PA\nlist ind_1\nversion 1\nfrom 2026-11-22T12:00:00Z\nindicators 0\nsha256 \n\n— x y\n","key":"","list":{"reason":"","rule":{"clauses":[],"together":[]},"indicators":[]}}`)
	f.Fuzz(func(t *testing.T, text string) {
		file, err := indicators.ReadFile(strings.NewReader(text))
		if err != nil {
			return
		}
		if v, err := file.Verify(nil); err == nil && v.Sound() {
			t.Errorf("sound: %s", text)
		}
	})
}

// TestTheFileOfTheGuide holds the worked example of docs/indicators.md to the code:
// whoever writes a checker of their own can begin with it.
func TestTheFileOfTheGuide(t *testing.T) {
	guide, err := os.ReadFile("../docs/indicators.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(guide), "```json\n")
	text, _, _ := strings.Cut(rest, "```")
	for _, c := range []struct {
		text  string
		sound bool
	}{{text, true}, {strings.Replace(text, "¿Alguien pagó", "¿Quién pagó", 1), false}} {
		f, err := indicators.ReadFile(strings.NewReader(c.text))
		if err != nil {
			t.Fatal(err)
		}
		if v, err := f.Verify(nil); err != nil || v.Sound() != c.sound {
			t.Errorf("sound %v, not %v: %v", v.Sound(), c.sound, err)
		}
	}
}
