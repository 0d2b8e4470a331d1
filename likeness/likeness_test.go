package likeness_test

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"testing"

	"istmo/fault"
	"istmo/likeness"
	"istmo/store"
	"istmo/vault"
)

var (
	maria = likeness.Identity{GivenNames: "María José", FamilyNames: "Quispe Yañez", BirthDate: "1999-03-07", Document: "8-123-456", Phone: "+507 6123-4567"}
	again = likeness.Identity{GivenNames: "Maria", FamilyNames: "Llanes Kispe", BirthDate: "1999-07-03"}
)

// TestReasons says, for each way of writing one woman again, what is told of it,
// and that nobody else is offered.
func TestReasons(t *testing.T) {
	n := newNode(t, nil)
	n.index(t, "per_maria", maria)
	n.index(t, "per_other", likeness.Identity{GivenNames: "Rosa Elena", FamilyNames: "Gómez Torres", BirthDate: "1981-02-03", Document: "PA0123456", Phone: "62223344"})
	for _, c := range []struct {
		as   likeness.Identity
		band string
		why  []string
	}{
		{again, likeness.Likely, []string{"surnames-sound-alike", "given-name-sounds-alike", "birth-day-month-swapped"}},
		{likeness.Identity{Document: "8-0123-00456"}, likeness.Likely, []string{"same-document"}},
		{likeness.Identity{Document: "8-123-4567", GivenNames: "María"}, likeness.Possible, []string{"document-check-digit"}},
		{likeness.Identity{Document: "8-132-456", BirthDate: "1999-03-07"}, likeness.Likely, []string{"document-digits-moved", "same-birth-date"}},
		{likeness.Identity{Document: "8-123-459", GivenNames: "Maria", FamilyNames: "Quispe"}, likeness.Likely, []string{"document-last-digit", "one-surname-sounds-alike", "given-name-sounds-alike"}},
		{likeness.Identity{GivenNames: "José María", FamilyNames: "Yañez Quispe"}, likeness.Likely, []string{"names-sound-alike"}},
		{likeness.Identity{GivenNames: "María", FamilyNames: "Quispe", Phone: "61234567"}, likeness.Likely, []string{"same-phone", "one-surname-sounds-alike", "given-name-sounds-alike"}},
		{likeness.Identity{GivenNames: "María", FamilyNames: "Quispe", BirthDate: "1999"}, likeness.Possible, []string{"one-surname-sounds-alike", "given-name-sounds-alike", "same-birth-year"}},
		{likeness.Identity{GivenNames: "María", FamilyNames: "Quispe Yáñez", BirthDate: "2000"}, likeness.Possible, []string{"surnames-sound-alike", "given-name-sounds-alike", "birth-year-next"}},
		{likeness.Identity{GivenNames: "María", FamilyNames: "Quispe", BirthDate: "1979-03-07"}, likeness.Possible, []string{"one-surname-sounds-alike", "given-name-sounds-alike", "same-birthday-other-year"}},
		{likeness.Identity{GivenNames: "María", FamilyNames: "Quispe", BirthDate: "1998-03-07"}, likeness.Likely, []string{"one-surname-sounds-alike", "given-name-sounds-alike", "birth-year-next"}},
	} {
		found := n.suggest(t, "per_new", c.as)
		if len(found) != 1 || found[0].Subject != "per_maria" || found[0].Band() != c.band || !slices.Equal(found[0].Reasons, c.why) {
			t.Errorf("%+v: %+v, want %s by %v", c.as, found, c.band, c.why)
		}
	}
	for _, c := range []likeness.Identity{
		{}, {GivenNames: "María José"}, {BirthDate: "1999-03-07"}, {Phone: "61234567"}, {GivenNames: "Ana", FamilyNames: "Gómez", BirthDate: "1999-03-07"},
		{GivenNames: "Luisa", FamilyNames: "Quispe Yañez", BirthDate: "2003-09-21", Phone: "61234567"}, // a sister
	} {
		if found := n.suggest(t, "per_new", c); len(found) != 0 {
			t.Errorf("%+v is offered %+v", c, found)
		}
	}
	if found := n.suggest(t, "per_maria", maria); len(found) != 0 {
		t.Errorf("she is like herself: %+v", found)
	}
}

// TestPairs is the life of a suggestion.
func TestPairs(t *testing.T) {
	n := newNode(t, nil)
	n.note(t, "per_a", maria)
	if found := n.note(t, "scr_b", again); len(found) != 1 {
		t.Fatalf("%+v", found)
	}
	pair := func() (p likeness.Pair) {
		n.write(t, func(tx *store.Tx) (err error) {
			p, err = likeness.Between(tx, "scr_b", "per_a")
			return err
		})
		return p
	}
	decide := func(state string) error {
		return n.Write(t.Context(), func(tx *store.Tx) error {
			p, err := likeness.Between(tx, "per_a", "scr_b")
			if err != nil {
				return err
			}
			return likeness.Decide(tx, p, state, "usr_ana")
		})
	}
	if p := pair(); p.Earlier != "per_a" || p.Later != "scr_b" || p.State != likeness.Suggested || p.Band() != likeness.Likely {
		t.Errorf("%+v", p)
	}
	for _, step := range []struct {
		state string
		may   bool
	}{
		{likeness.Undone, false}, {likeness.Suggested, false}, {"nonsense", false}, {likeness.Different, true}, {likeness.Different, false},
		{likeness.Same, true}, {likeness.Different, false}, {likeness.Undone, true}, {likeness.Undone, false}, {likeness.Same, true}, {likeness.Undone, true}, {likeness.Different, true},
	} {
		if err := decide(step.state); (err == nil) != step.may || err != nil && !fault.Is(err, fault.KindConflict) {
			t.Errorf("to %s: %v", step.state, err)
		}
	}
	if found := n.note(t, "scr_b", again); len(found) != 0 || pair().State != likeness.Different {
		t.Errorf("told apart, and suggested again: %+v", found)
	}
	more := again
	more.Document = maria.Document
	if found := n.note(t, "scr_b", more); len(found) != 1 || pair().State != likeness.Suggested || pair().ByWhom != "" {
		t.Errorf("something new, and not suggested again: %+v, %+v", found, pair())
	}
	if decide(likeness.Same) != nil || len(n.note(t, "scr_b", more)) != 0 || pair().State != likeness.Same {
		t.Error("what is one person is suggested again")
	}
	n.write(t, func(tx *store.Tx) error { return likeness.Forget(tx, "per_a") })
	if err := decide(likeness.Undone); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("the pair outlived one of its two: %v", err)
	}
	if found := n.suggest(t, "scr_b", more); len(found) != 0 {
		t.Errorf("somebody forgotten is found: %+v", found)
	}
}

// TestErased looks for somebody whose key was destroyed.
func TestErased(t *testing.T) {
	n := newNode(t, nil)
	n.index(t, "per_a", maria)
	n.write(t, func(tx *store.Tx) error { return vault.Erase(tx, "per_a") })
	if found := n.suggest(t, "per_b", again); len(found) != 0 {
		t.Errorf("an erased person is found: %+v", found)
	}
}

// TestCrowdsDoNotFlood has a thousand people of the commonest name and one year.
func TestCrowdsDoNotFlood(t *testing.T) {
	n := newNode(t, nil)
	n.write(t, func(tx *store.Tx) error {
		for i := range 1000 {
			if err := likeness.Index(tx, fmt.Sprintf("per_%04d", i), likeness.Identity{GivenNames: "José", FamilyNames: "García", BirthDate: "1990"}); err != nil {
				return err
			}
		}
		return likeness.Index(tx, "per_him", likeness.Identity{GivenNames: "José", FamilyNames: "García", BirthDate: "1990-05-06", Phone: "67778899"})
	})
	if found := n.suggest(t, "per_new", likeness.Identity{GivenNames: "Jose", FamilyNames: "Garsia", BirthDate: "1990"}); len(found) != 0 {
		t.Errorf("%d of a thousand are offered", len(found))
	}
	found := n.suggest(t, "per_new", likeness.Identity{GivenNames: "Jose", FamilyNames: "Garsia", BirthDate: "1990-06-05", Phone: "67778899"})
	if len(found) != 1 || found[0].Subject != "per_him" {
		t.Errorf("one of a thousand is not found by what tells him from them: %+v", found)
	}
}

// TestStolen gives the database to somebody without the node's secret, who knows
// whom they look for: nothing of her stands in it, and nothing answers.
func TestStolen(t *testing.T) {
	n := newNode(t, nil)
	canary := likeness.Identity{GivenNames: "Canaria", FamilyNames: "Nombre Apellido", BirthDate: "1999-03-07", Document: "CC-99887766", Phone: "+507 6999-8877"}
	n.note(t, "per_a", canary)
	n.note(t, "per_b", canary)
	if found := n.suggest(t, "per_c", canary); len(found) != 2 {
		t.Fatalf("the test plants nothing: %+v", found)
	}
	newVault(t).Bind(n.DB)
	if found := n.suggest(t, "per_c", canary); len(found) != 0 {
		t.Errorf("a guess is confirmed without the secret: %+v", found)
	}
	n.Close()
	for _, path := range []string{n.path, n.path + "-wal"} {
		content, _ := os.ReadFile(path)
		for _, secret := range []string{"Canaria", "canaria", "Apellido", "apellido", "aPiYidu", "PYD", "KNR", "1999-03-07", "03-07", "99887766", "69998877"} {
			if bytes.Contains(content, []byte(secret)) {
				t.Errorf("%s holds %q", path, secret)
			}
		}
	}
}
