package jointfiles_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/jointfiles"
	"istmo/store"
	"istmo/testkit"
)

// hears has a node hear a letter as if a partner had sent it.
func (w *work) hears(t *testing.T, at *testkit.Country, from, purpose, agreement string, letter any) error {
	t.Helper()
	body, err := json.Marshal(letter)
	if err != nil {
		t.Fatal(err)
	}
	return at.DB.Write(t.Context(), func(tx *store.Tx) error {
		return at.Engine.Handle(tx, act.Delivery{ID: "env_forged", From: from, Purpose: purpose, Agreement: agreement, About: w.id,
			Verb: string(letter.(interface{ Verb() access.Verb }).Verb()), Body: body})
	})
}

// signs has a node sign an entry that its program would not write.
func (w *work) signs(t *testing.T, at *testkit.Country, seq, version int64, words, prev string) (c jointfiles.Carry) {
	t.Helper()
	err := at.DB.Write(t.Context(), func(tx *store.Tx) error {
		f, err := jointfiles.Find(tx, w.id)
		if fault.Is(err, fault.KindNotFound) { // a node that is no member
			f, err = jointfiles.File{ID: w.id}, nil
		}
		if err == nil {
			c, err = jointfiles.Signed(tx, f, seq, version, "note", words, prev)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (w *work) head(t *testing.T, at *testkit.Country, node string) (head string) {
	t.Helper()
	err := at.DB.Read(t.Context(), func(tx *store.Tx) error {
		f, err := jointfiles.Find(tx, w.id)
		if err == nil {
			head, err = jointfiles.Head(tx, f, node)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return head
}

func refused(t *testing.T, what string, err error) {
	t.Helper()
	if len(fault.All(err)) == 0 {
		t.Errorf("%s: %v", what, err)
	}
}

// TestAPartnerForgesNothing has partners say what is not theirs to say.
func TestAPartnerForgesNothing(t *testing.T) {
	w := begin(t)
	m := jointfiles.Mirror{ID: w.id, Happened: "jointfiles.begin", By: "CO", State: jointfiles.Opened, Version: 2, Agreed: []string{"PA", "CO"}}
	refused(t, "home opens it in a member's name", w.hears(t, w.co, "PA", "safety", "", m))
	refused(t, "a third country agrees", w.hears(t, w.pa, "CR", "investigation", w.agreement, jointfiles.Agree{On: w.of, Ref: "X-1"}))
	refused(t, "home agrees at a member's", w.hears(t, w.co, "PA", "investigation", w.agreement, jointfiles.Agree{On: w.of, Ref: "X-1"}))
	refused(t, "an entry before it is open", w.hears(t, w.pa, "CO", "investigation", w.agreement, w.signs(t, w.co, 1, 1, "Antes", "")))
	w.opened(t)
	w.says(t, w.co, w.fabio, "CO uno")
	w.says(t, w.pa, w.pilar, "PA uno")

	theirs := w.signs(t, w.pa, 2, 2, "En nombre de Panamá", w.head(t, w.pa, "PA"))
	refused(t, "an entry in home's name", w.hears(t, w.pa, "CO", "investigation", w.agreement, theirs))
	ours := w.signs(t, w.co, 2, 2, "En nombre de Colombia", w.head(t, w.co, "CO"))
	refused(t, "an entry in a member's own name, from home", w.hears(t, w.co, "PA", "investigation", w.agreement, ours))
	refused(t, "an entry that a third country brings", w.hears(t, w.pa, "CR", "investigation", w.agreement, ours))
	third := w.signs(t, w.cr, 1, 2, "De Costa Rica", "")
	refused(t, "an entry of who is no member", w.hears(t, w.pa, "CR", "investigation", w.agreement, third))
	refused(t, "an entry of who is no member, brought by a member", w.hears(t, w.pa, "CO", "investigation", w.agreement, third))

	altered := ours
	altered.Words = "Otra cosa"
	refused(t, "words that were not signed", w.hears(t, w.pa, "CO", "investigation", w.agreement, altered))
	altered = ours
	altered.Seq, altered.Prev = 1, ""
	refused(t, "a number that was not signed", w.hears(t, w.pa, "CO", "investigation", w.agreement, altered))
	altered = ours
	altered.Note = theirs.Note
	refused(t, "another node's signature", w.hears(t, w.pa, "CO", "investigation", w.agreement, altered))
	altered = ours
	altered.Kind = "rumour"
	refused(t, "a kind that there is not", w.hears(t, w.pa, "CO", "investigation", w.agreement, altered))
	refused(t, "for safety's sake", w.hears(t, w.pa, "CO", "safety", "", ours))
	refused(t, "for another purpose", w.hears(t, w.pa, "CO", "protection", w.agreement, ours))
	refused(t, "for the states' own talk", w.hears(t, w.pa, "CO", "cooperation", w.agreement, ours))
	refused(t, "under no agreement", w.hears(t, w.pa, "CO", "investigation", "agr_none", ours))

	closed := jointfiles.Mirror{ID: w.id, Happened: "jointfiles.review", State: jointfiles.UnderReview, Version: 99}
	refused(t, "a mirror to home", w.hears(t, w.pa, "CO", "safety", "", closed))
	refused(t, "a mirror from who is not home", w.hears(t, w.co, "CR", "safety", "", closed))
	closed.State = jointfiles.Closed
	refused(t, "a move that the table does not hold", w.hears(t, w.co, "PA", "safety", "", closed))
	closed.State, closed.Version = jointfiles.UnderReview, 1
	refused(t, "a move that is old", w.hears(t, w.co, "PA", "safety", "", closed))
	refused(t, "a third country ends the writing", w.hears(t, w.pa, "CR", "safety", "", jointfiles.Review{On: w.of}))
	refused(t, "a partner appends as if it sat here", w.hears(t, w.pa, "CO", "investigation", w.agreement, jointfiles.Append{On: w.of, Kind: "note", Words: "X"}))
	refused(t, "home ends the writing at a member's, as if the member wished it", w.hears(t, w.co, "PA", "safety", "", jointfiles.Review{On: w.of}))
	refused(t, "a third country asks for entries", w.hears(t, w.pa, "CR", "investigation", w.agreement, jointfiles.SendAgain{ID: w.id, Node: "PA", From: 1}))

	for _, at := range []*testkit.Country{w.pa, w.co} {
		v := w.look(t, at, map[*testkit.Country]access.Who{w.pa: w.pilar, w.co: w.fabio}[at])
		if v.File.State != jointfiles.Opened || len(v.Entries) != 2 {
			t.Errorf("%s holds %s with %d entries", at.Config.Node, v.File.State, len(v.Entries))
		}
		for node, c := range chains(v) {
			if c.State != jointfiles.Whole {
				t.Errorf("at %s, %s is %+v", at.Config.Node, node, c)
			}
		}
	}
	testkit.Must(t, w.pa, w.pilar, jointfiles.Review{On: w.of})
	w.Deliver()
	refused(t, "a closing with words in home's name", w.hears(t, w.pa, "CO", "investigation", w.agreement, jointfiles.Close{On: w.of, Outcome: "ended-early", Words: "X"}))
	day := w.Now().Add(60 * 24 * time.Hour).Truncate(24 * time.Hour)
	refused(t, "home extends it in a member's name", w.hears(t, w.co, "PA", "safety", "", jointfiles.Mirror{ID: w.id, Happened: "jointfiles.go-on", State: jointfiles.Opened, Version: 4, To: day}))
}

// TestAForgedProposal has home propose what is no proposal.
func TestAForgedProposal(t *testing.T) {
	w := begin(t)
	id := "jfl_" + strings.Repeat("0", 26)
	good := jointfiles.Mirror{ID: id, Happened: "jointfiles.propose", By: "PA", State: jointfiles.Proposed, Version: 1, Agreement: w.agreement, Purpose: "investigation",
		Subject: "case", Members: []string{"PA/" + w.pa.AgencyID("fiscalia"), "CO/" + w.co.AgencyID("fiscalia")}, Limits: []string{"this-purpose"}, Ref: "PA-9",
		From: w.Now(), To: w.Now().Add(240 * time.Hour)}
	for what, change := range map[string]func(*jointfiles.Mirror){
		"under somebody's own id":   func(m *jointfiles.Mirror) { m.ID = "per_" + strings.Repeat("0", 26) },
		"open from the start":       func(m *jointfiles.Mirror) { m.State = jointfiles.Opened },
		"begun by another move":     func(m *jointfiles.Mirror) { m.Happened = "jointfiles.begin" },
		"without us":                func(m *jointfiles.Mirror) { m.Members[1] = "CR/" + w.cr.AgencyID("fiscalia") },
		"without its home":          func(m *jointfiles.Mirror) { m.Members[0] = "CR/" + w.cr.AgencyID("fiscalia") },
		"two agencies of ours":      func(m *jointfiles.Mirror) { m.Members = append(m.Members, "CO/agy_x") },
		"an agency that is not":     func(m *jointfiles.Mirror) { m.Members[1] = "CO/agy_none" },
		"a name for a reference":    func(m *jointfiles.Mirror) { m.Ref = "Marta Ficticia" },
		"a purpose not agreed on":   func(m *jointfiles.Mirror) { m.Purpose = "assistance" },
		"for other than it says":    func(m *jointfiles.Mirror) { m.Purpose = "protection" },
		"under other than it says":  func(m *jointfiles.Mirror) { m.Agreement = "agr_other" },
		"limits that there are not": func(m *jointfiles.Mirror) { m.Limits = []string{"none"} },
	} {
		m := good
		m.Members = []string{good.Members[0], good.Members[1]}
		change(&m)
		refused(t, what, w.hears(t, w.co, "PA", "investigation", w.agreement, m))
	}
	refused(t, "for safety's sake", w.hears(t, w.co, "PA", "safety", "", good))
	refused(t, "from who is not its home", w.hears(t, w.co, "CR", "investigation", w.agreement, good))
	if err := w.hears(t, w.co, "PA", "investigation", w.agreement, good); err != nil {
		t.Errorf("what is a proposal: %v", err)
	}
}

// TestMembersSpeakByWayOfHome has one member ask another, which is home to nothing
// of it, for its entries, for a move, and to take what it wrote.
func TestMembersSpeakByWayOfHome(t *testing.T) {
	w := begin(t)
	rosa := w.cr.User("rosa", "fiscalia", "prosecutor")
	w.id = testkit.Must(t, w.pa, w.pilar, jointfiles.Propose{Agreement: w.agreement, Members: []string{"CO/" + w.co.AgencyID("fiscalia"), "CR/" + w.cr.AgencyID("fiscalia")},
		Purpose: "investigation", Subject: "group", Ref: "PA-2", Limits: []string{"this-purpose"}, To: w.Now().Add(240 * time.Hour)}).Object
	w.of = jointfiles.On{ID: w.id}
	w.Deliver()
	testkit.Must(t, w.cr, rosa, jointfiles.Agree{On: w.of, Ref: "CR-1"})
	w.opened(t)
	w.says(t, w.co, w.fabio, "CO uno")
	refused(t, "a member asks another for its entries", w.hears(t, w.co, "CR", "investigation", w.agreement, jointfiles.SendAgain{ID: w.id, Node: "CO", From: 1}))
	refused(t, "a member asks another for a move", w.hears(t, w.co, "CR", "safety", "", jointfiles.Review{On: w.of}))
	refused(t, "a member brings another an entry", w.hears(t, w.co, "CR", "investigation", w.agreement, w.signs(t, w.cr, 1, 4, "CR uno", "")))
	if v := w.look(t, w.cr, rosa); len(v.Entries) != 1 || chains(v)["CO"].State != jointfiles.Whole {
		t.Errorf("what home showed: %+v", v.Entries)
	}
}

// TestMembersMustKnowEachOther has Panama propose a file to two countries that are
// no partners of each other, and could not check each other's signatures.
func TestMembersMustKnowEachOther(t *testing.T) {
	w := begin(t)
	remove := cooperation.RemovePartner{}
	remove.Node = "CR"
	testkit.Must(t, w.co, w.co.Engine.Self, remove)
	id := testkit.Must(t, w.pa, w.pilar, jointfiles.Propose{Agreement: w.agreement, Members: []string{"CO/" + w.co.AgencyID("fiscalia"), "CR/" + w.cr.AgencyID("fiscalia")},
		Purpose: "investigation", Subject: "group", Ref: "PA-2", Limits: []string{"this-purpose"}, To: w.Now().Add(240 * time.Hour)}).Object
	w.Deliver()
	v, err := act.Look(t.Context(), w.pa.Engine, w.pilar, jointfiles.Open{On: jointfiles.On{ID: id}})
	if err != nil {
		t.Fatal(err)
	}
	if v.Ways[0].To != "CO" || v.Ways[0].State != "refused" || v.Ways[0].Why != "jointfiles.unpaired" {
		t.Errorf("the way of the proposal: %+v", v.Ways)
	}
}

// TestAnAgencyThatBorrowsAnId has Colombia call its own member by the id of
// another agency of Panama, whose people must not see the file for that.
func TestAnAgencyThatBorrowsAnId(t *testing.T) {
	w := begin(t)
	w.pa.Agency("uia", "response-team", "Unidad ficticia")
	ana, borrowed := w.pa.User("ana", "uia", "response-team"), w.pa.AgencyID("uia")
	err := w.hears(t, w.pa, "CO", "cooperation", "", cooperation.MirrorAgency{Agency: cooperation.Agency{Node: "CO", ID: borrowed, Name: "x", Kind: "prosecutor", Active: true}})
	if err != nil {
		t.Fatal(err)
	}
	id := "jfl_" + strings.Repeat("0", 26)
	err = w.hears(t, w.pa, "CO", "investigation", w.agreement, jointfiles.Mirror{ID: id, Happened: "jointfiles.propose", By: "CO", State: jointfiles.Proposed, Version: 1,
		Agreement: w.agreement, Purpose: "investigation", Subject: "case", Members: []string{"CO/" + borrowed, "PA/" + w.pa.AgencyID("fiscalia")},
		Limits: []string{"this-purpose"}, Ref: "CO-9", From: w.Now(), To: w.Now().Add(240 * time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	on := jointfiles.On{ID: id}
	if _, err := act.Look(t.Context(), w.pa.Engine, w.pilar, jointfiles.Open{On: on}); err != nil {
		t.Errorf("the member: %v", err)
	}
	if _, err := act.Look(t.Context(), w.pa.Engine, ana, jointfiles.Open{On: on}); !fault.Is(err, fault.KindDenied) {
		t.Errorf("another agency of the country: %v", err)
	}
	lines, err := act.Ask(t.Context(), w.pa.Engine, ana, jointfiles.List{})
	if err != nil || len(lines) > 0 {
		t.Errorf("it lists %d files: %v", len(lines), err)
	}
}

// TestASideThatSignsTwiceIsSeen has Colombia's node sign a second entry under a
// number that it has used, and one that does not follow on its last.
func TestASideThatSignsTwiceIsSeen(t *testing.T) {
	for what, prev := range map[string]string{"the same number": "", "another past": strings.Repeat("0", 64)} {
		w := begin(t).opened(t)
		w.says(t, w.co, w.fabio, "CO uno")
		seq := int64(1)
		if prev != "" {
			seq = 2
		}
		if err := w.hears(t, w.pa, "CO", "investigation", w.agreement, w.signs(t, w.co, seq, 2, "Otra cosa", prev)); err != nil {
			t.Fatal(err)
		}
		v := w.look(t, w.pa, w.pilar)
		if c := chains(v)["CO"]; c.State != jointfiles.Forked {
			t.Errorf("%s: %+v", what, c)
		}
		if len(v.Entries) != 1 || v.Entries[0].Words != "CO uno" {
			t.Errorf("%s: %+v", what, v.Entries)
		}
	}
}

// TestOutOfOrderAndTwice has entries come before their turn, and again.
func TestOutOfOrderAndTwice(t *testing.T) {
	w := begin(t).opened(t)
	w.Cut("PA", "CO")
	for _, words := range []string{"CO uno", "CO dos", "CO tres"} {
		w.says(t, w.co, w.fabio, words)
	}
	letters := map[int64]jointfiles.Carry{}
	err := w.co.DB.Read(t.Context(), func(tx *store.Tx) error {
		f, err := jointfiles.Find(tx, w.id)
		for seq := int64(1); err == nil && seq <= 3; seq++ {
			letters[seq], err = jointfiles.LetterOf(tx, f, "CO", seq)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, seq := range []int64{3, 3, 1, 1} {
		if err := w.hears(t, w.pa, "CO", "investigation", w.agreement, letters[seq]); err != nil {
			t.Fatal(err)
		}
	}
	v := w.look(t, w.pa, w.pilar)
	if c := chains(v)["CO"]; c != (jointfiles.Chain{State: jointfiles.Missing, At: 2}) || len(v.Entries) != 2 || !v.Entries[1].Waits {
		t.Errorf("with the second missing, %+v and %+v", c, v.Entries)
	}
	if err := w.hears(t, w.pa, "CO", "investigation", w.agreement, letters[2]); err != nil {
		t.Fatal(err)
	}
	w.Mend("PA", "CO")
	w.Deliver()
	v = w.look(t, w.pa, w.pilar)
	if c := chains(v)["CO"]; c.State != jointfiles.Whole || len(v.Entries) != 3 || v.Entries[2].Waits || v.Entries[2].Words != "CO tres" {
		t.Errorf("with all of them, %+v and %+v", c, v.Entries)
	}
}
