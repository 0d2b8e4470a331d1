package cooperation_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"istmo/act"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/store"
	"istmo/testkit"
)

// pair is two countries of which one has proposed an agreement to the other.
func pair(t *testing.T) (w *testkit.World, pa, co *testkit.Country, id string) {
	w = testkit.NewWorld(t)
	pa, co = w.Start("PA"), w.Start("CO")
	w.Pair("PA", "CO")
	for _, c := range []*testkit.Country{pa, co} {
		c.Agency("mre", "foreign-ministry", "Cancillería (ficticia)")
		c.User("canciller", "mre", "foreign-ministry")
	}
	d := testkit.Must(t, pa, pa.Who("canciller"), cooperation.ProposeAgreement{TitleES: "Memorando", TitleEN: "Memorandum", Parties: []string{"CO"},
		Verbs: []string{"referrals.*"}, Purposes: []string{"assistance"}, Groups: []string{"profile"}})
	on := cooperation.On{ID: d.Object}
	testkit.Must(t, pa, pa.Who("canciller"), cooperation.WriteArticle{On: on, Number: "1", SummaryES: "Atender.", SummaryEN: "Assist."})
	testkit.Must(t, pa, pa.Who("canciller"), cooperation.WriteDuty{On: on, Article: "1", Node: "CO", Who: "Comité", TextES: "Avisa.", TextEN: "Tells."})
	w.Deliver()
	return w, pa, co, d.Object
}

// only is the one agreement of a node.
func only(t *testing.T, c *testkit.Country) cooperation.Agreement {
	t.Helper()
	all, err := act.Ask(t.Context(), c.Engine, c.Who("canciller"), cooperation.Agreements{})
	if err != nil || len(all) != 1 {
		t.Fatalf("%d agreements, %v", len(all), err)
	}
	return all[0]
}

// TestDigestHoldsEverythingAgreed changes each part of an agreement, by hand for
// the rows inside and by reflection for the rest: a field that is new must be
// agreed on, or named here as what happens afterwards.
func TestDigestHoldsEverythingAgreed(t *testing.T) {
	afterwards := []string{"Signed", "Halted", "State", "Version", "Sum", "Ours", "Other", "Refused"}
	text := func() cooperation.Agreement {
		return cooperation.Agreement{ID: "agr_1", Articles: []cooperation.Article{{Number: "1", Duties: []cooperation.Duty{{Position: 1}}}}, Bodies: []cooperation.Body{{Role: "contact"}}}
	}
	plain := text().Digest()
	check := func(name string, a cooperation.Agreement) {
		if same := a.Digest() == plain; same != slices.Contains(afterwards, name) {
			t.Errorf("with another %s the digest is the same: %v", name, same)
		}
	}
	a := text()
	for i := range reflect.TypeOf(a).NumField() {
		a := text()
		if f := reflect.TypeOf(a).Field(i); f.IsExported() && alter(reflect.ValueOf(&a).Elem().Field(i)) {
			check(f.Name, a)
		}
	}
	for i := range reflect.TypeFor[cooperation.Article]().NumField() {
		a := text()
		if alter(reflect.ValueOf(&a.Articles[0]).Elem().Field(i)) {
			check("field of an article", a)
		}
	}
	for i := range reflect.TypeFor[cooperation.Duty]().NumField() {
		a := text()
		if alter(reflect.ValueOf(&a.Articles[0].Duties[0]).Elem().Field(i)) {
			check("field of a duty", a)
		}
	}
	for i := range reflect.TypeFor[cooperation.Body]().NumField() {
		a := text()
		if alter(reflect.ValueOf(&a.Bodies[0]).Elem().Field(i)) {
			check("field of a body", a)
		}
	}
	b := text()
	b.Articles[0].SummaryES, b.Articles[0].SummaryEN = "ab", "c"
	c := text()
	c.Articles[0].SummaryES, c.Articles[0].SummaryEN = "a", "bc"
	if b.Digest() == c.Digest() {
		t.Error("a word can move from one text into the next unseen")
	}
}

// alter changes a value, unless it is a list of rows.
func alter(v reflect.Value) bool {
	switch p := v.Addr().Interface().(type) {
	case *[]string:
		*p = []string{"x"}
	case *time.Time:
		*p = time.Date(2026, 11, 9, 0, 0, 0, 0, time.UTC)
	default:
		switch v.Kind() {
		case reflect.String:
			v.SetString(v.String() + "x")
		case reflect.Int64:
			v.SetInt(v.Int() + 1)
		default:
			return false
		}
	}
	return true
}

// TestNoSignatureUnderAnotherText has a depositary whose rows differ from what it
// has shown: the other party's signature does not count there.
func TestNoSignatureUnderAnotherText(t *testing.T) {
	w, pa, co, id := pair(t)
	err := pa.DB.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(`UPDATE agreement_duty SET text_es = 'Paga.' WHERE agreement = $1`, id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	testkit.Must(t, co, co.Who("canciller"), cooperation.SignAgreement{On: cooperation.On{ID: id}, Digest: only(t, co).Sum})
	w.Deliver()
	if a := only(t, pa); a.State != cooperation.Proposed || slices.Contains(a.Signed, "CO") {
		t.Errorf("the depositary has it %s, signed by %v", a.State, a.Signed)
	}
	if a := only(t, co); a.Refused != "cooperation.text-moved" || a.Ours != "" {
		t.Errorf("the signer is told %q and keeps %q", a.Refused, a.Ours)
	}
}

// TestASignedTextIsNeverReplaced has the depositary show another text once it is
// signed: ours stays, nothing personal crosses, and both digests are told until
// they agree again. What stops is heard all the same.
func TestASignedTextIsNeverReplaced(t *testing.T) {
	w, _, co, id := pair(t)
	testkit.Must(t, co, co.Who("canciller"), cooperation.SignAgreement{On: cooperation.On{ID: id}})
	w.Deliver()
	ours := only(t, co)
	if ours.State != cooperation.InForce || !ours.InForce(w.Now().Add(time.Hour)) {
		t.Fatalf("it is %s", ours.State)
	}
	show := func(change func(a *cooperation.Agreement)) cooperation.Agreement {
		t.Helper()
		a := only(t, co)
		a.Sum, a.Ours, a.Other, a.Version = "", "", "", a.Version+1
		change(&a)
		if err := sent(t, co, "PA", cooperation.MirrorAgreement{Agreement: a}); err != nil {
			t.Fatal(err)
		}
		return a
	}
	false1 := show(func(a *cooperation.Agreement) { a.Groups, a.Halted = []string{"profile", "health"}, []string{"PA"} })
	a := only(t, co)
	if a.Sum != ours.Sum || a.Ours != ours.Sum || a.Other != false1.Digest() || !slices.Equal(a.Groups, ours.Groups) {
		t.Errorf("here stands %s, signed %s, shown %s, with %v", a.Sum, a.Ours, a.Other, a.Groups)
	}
	if !slices.Equal(a.Halted, []string{"PA"}) {
		t.Errorf("a halt is not heard: %v", a.Halted)
	}
	if a.Halted = nil; a.InForce(w.Now()) {
		t.Error("personal data crosses under a text that is in dispute")
	}
	show(func(a *cooperation.Agreement) { // nor by leaving the signature out first
		a.Signed, a.Articles = []string{"PA"}, nil
	})
	if a := only(t, co); a.Sum != ours.Sum {
		t.Error("a text without our signature took the place of the one with it")
	}
	show(func(a *cooperation.Agreement) { a.Halted = nil })
	if a := only(t, co); a.Other != "" || !a.InForce(w.Now()) || a.Sum != ours.Sum {
		t.Errorf("the texts agree again, and it says %q, %v", a.Other, a.Halted)
	}
	back := only(t, co).State
	a = only(t, co)
	if a.State, a.Version = cooperation.Proposed, a.Version+1; !fault.Is(sent(t, co, "PA", cooperation.MirrorAgreement{Agreement: a}), fault.KindDenied) || only(t, co).State != back {
		t.Error("what is in force became a proposal again")
	}
	show(func(a *cooperation.Agreement) { a.TitleEN, a.State = "Other", cooperation.Ended })
	if a := only(t, co); a.State != cooperation.Ended || a.TitleEN != ours.TitleEN {
		t.Errorf("an end is not heard: %s, %s", a.State, a.TitleEN)
	}
}

// TestNobodySignsForUs has the depositary count a signature that was never given.
func TestNobodySignsForUs(t *testing.T) {
	w, _, co, _ := pair(t)
	a := only(t, co)
	digest := a.Sum
	a.Sum, a.Signed, a.State, a.Version = "", []string{"PA", "CO"}, cooperation.InForce, a.Version+1
	if err := sent(t, co, "PA", cooperation.MirrorAgreement{Agreement: a}); err != nil {
		t.Fatal(err)
	}
	if got := only(t, co); got.State != cooperation.Proposed || got.InForce(w.Now()) || got.Other != digest {
		t.Errorf("it is %s, and says of the other text %q", got.State, got.Other)
	}
}
