package meetings_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/meetings"
	"istmo/roadmap"
	"istmo/store"
	"istmo/testkit"
)

// three are three paired countries with an agreement of which Panama is the
// depositary, and a meeting that was held in Panama with minutes to approve.
func three(t *testing.T) (w *testkit.World, pa, co, cr *testkit.Country, id string) {
	w = testkit.NewWorld(t)
	pa, co, cr = w.Start("PA"), w.Start("CO"), w.Start("CR")
	for _, c := range []*testkit.Country{pa, co, cr} {
		c.Agency("mre", "foreign-ministry", "Cancillería (ficticia)")
		c.User("clara", "mre", "foreign-ministry")
	}
	w.Pair("PA", "CO")
	w.Pair("PA", "CR")
	w.Pair("CO", "CR")
	w.Deliver()
	a := testkit.Must(t, pa, pa.Who("clara"), cooperation.ProposeAgreement{TitleES: "Memorando ficticio", TitleEN: "Fictional memorandum",
		Parties: []string{"PA", "CO", "CR"}, Verbs: []string{"referrals.*"}, Purposes: []string{"assistance"}}).Object
	w.Deliver()
	for _, c := range []*testkit.Country{co, cr} {
		testkit.Must(t, c, c.Who("clara"), cooperation.SignAgreement{On: cooperation.On{ID: a}})
	}
	w.Deliver()
	id = testkit.Must(t, pa, pa.Who("clara"), meetings.Announce{Agreement: a, Frame: meetings.Frame{Kind: "multilateral", TitleES: "Mesa", TitleEN: "Table",
		Country: "PA", Day: w.Now(), Topics: []string{"assistance"}}}).Object
	testkit.Must(t, pa, pa.Who("clara"), meetings.Hold{On: meetings.On{ID: id}})
	testkit.Must(t, pa, pa.Who("clara"), meetings.WriteMinutes{On: meetings.On{ID: id}, MinutesES: "Se acordó.", MinutesEN: "It was agreed.", Read: show(t, pa, id).Hash})
	w.Deliver()
	return w, pa, co, cr, id
}

func show(t *testing.T, c *testkit.Country, id string) meetings.View {
	t.Helper()
	v, err := act.Ask(context.Background(), c.Engine, c.Who("clara"), meetings.Show{On: meetings.On{ID: id}})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// says has a partner's node say something to another, as the carrier hands it over.
func says(t *testing.T, at *testkit.Country, from string, letter interface{ Verb() access.Verb }) error {
	t.Helper()
	body, err := json.Marshal(letter)
	if err != nil {
		t.Fatal(err)
	}
	return at.DB.Write(t.Context(), func(tx *store.Tx) error {
		return at.Engine.Handle(tx, act.Delivery{ID: tx.NewID("env"), From: from, Purpose: cooperation.ForCooperation, Verb: string(letter.Verb()), Body: body})
	})
}

// sign signs as a node what that node would sign in approving.
func sign(t *testing.T, c *testkit.Country, id, hash string) (note string) {
	t.Helper()
	if err := c.DB.Write(t.Context(), func(tx *store.Tx) (err error) {
		note, err = act.Sign(tx, "istmo/minutes/1\n"+id+"\n"+hash+"\n")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return note
}

// TestAPartnerForgesNothing has partners, home among them, say what is not theirs
// to say.
func TestAPartnerForgesNothing(t *testing.T) {
	_, pa, co, cr, id := three(t)
	hash := show(t, co, id).Hash
	forged := func(change func(m *meetings.Meeting)) meetings.Mirror {
		m := show(t, co, id).Meeting
		m.Version += 5
		change(&m)
		return meetings.Mirror{Meeting: m}
	}
	on := meetings.On{ID: id}
	approved := func(node, note string) meetings.Approval {
		return meetings.Approval{Node: node, Hash: hash, At: time.Now(), Note: note}
	}
	for name, c := range map[string]struct {
		at     *testkit.Country
		from   string
		letter interface{ Verb() access.Verb }
	}{
		"a mirror by who is not home":     {co, "CR", forged(func(m *meetings.Meeting) { m.TitleES = "Otra" })},
		"a mirror to home":                {pa, "CO", forged(func(m *meetings.Meeting) { m.TitleES = "Otra" })},
		"a mirror that makes itself home": {co, "CR", forged(func(m *meetings.Meeting) { m.Home = "CR" })},
		"our approval, unsigned":          {co, "PA", forged(func(m *meetings.Meeting) { m.Approvals = []meetings.Approval{approved("CO", "")} })},
		"our approval, signed by home":    {co, "PA", forged(func(m *meetings.Meeting) { m.Approvals = []meetings.Approval{approved("CO", sign(t, pa, id, hash))} })},
		"our approval of other words": {co, "PA", forged(func(m *meetings.Meeting) {
			m.MinutesES, m.Approvals = "Nada.", []meetings.Approval{approved("CO", sign(t, co, id, hash))}
		})},
		"another's approval, signed by home": {co, "PA", forged(func(m *meetings.Meeting) { m.Approvals = []meetings.Approval{approved("CR", sign(t, pa, id, hash))} })},
		"one approval twice": {co, "PA", forged(func(m *meetings.Meeting) {
			m.Approvals = []meetings.Approval{approved("CR", sign(t, cr, id, hash)), approved("CR", sign(t, cr, id, hash))}
		})},
		"an approval by who is no party":        {co, "PA", forged(func(m *meetings.Meeting) { m.Approvals = []meetings.Approval{approved("BR", sign(t, cr, id, hash))} })},
		"a state that is none":                  {co, "PA", forged(func(m *meetings.Meeting) { m.State = "over" })},
		"an attendance that is none":            {co, "PA", forged(func(m *meetings.Meeting) { m.Delegations = []meetings.Delegation{{ID: "dlg_x", Came: "maybe"}} })},
		"minutes that nobody has approved":      {co, "PA", forged(func(m *meetings.Meeting) { m.State = meetings.Minuted })},
		"a delegation in another's name":        {pa, "CO", meetings.NameDelegation{On: on, Node: "PA", NameES: "x", NameEN: "x"}},
		"another's delegation, at a mirror":     {co, "CR", meetings.NameDelegation{On: on, Node: "CR", NameES: "x", NameEN: "x"}},
		"a meeting that was":                    {pa, "CO", meetings.Record{Agreement: show(t, co, id).Agreement}},
		"an approval that another has signed":   {pa, "CO", meetings.ApproveMinutes{On: on, Hash: hash, Note: sign(t, cr, id, hash)}},
		"an approval of other words, in a note": {pa, "CO", meetings.ApproveMinutes{On: on, Hash: hash, Note: sign(t, co, id, "other")}},
		"a party that is none":                  {pa, "BR", meetings.AddItem{On: on, TitleES: "x", TitleEN: "x"}},
	} {
		if err := says(t, c.at, c.from, c.letter); !fault.Is(err, fault.KindDenied) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if v := show(t, co, id); v.TitleES != "Mesa" || len(v.Approvals) > 0 || v.State != meetings.Held {
		t.Errorf("something forged came in: %+v", v.Meeting)
	}
	pa.User("luz", "mre", "focal-point")
	owners := []string{"PA/" + pa.AgencyID("mre"), "CO/" + co.AgencyID("mre"), "CR/" + cr.AgencyID("mre")}
	ours := testkit.Must(t, pa, pa.Who("luz"), roadmap.Propose{Agreement: show(t, pa, id).Agreement, Meeting: id, Text: roadmap.Text{Line: "prevention", ObjectiveES: "x", ObjectiveEN: "x",
		ActionsES: "x", ActionsEN: "x", Owners: owners, Due: time.Now().AddDate(1, 0, 0), IndicatorES: "x", IndicatorEN: "x", Target: 1}}).Object
	for _, commitment := range []string{"cmt_x", ours} {
		if err := says(t, pa, "CO", meetings.Decide{On: on, TextES: "x", TextEN: "x", Commitment: commitment}); !fault.Is(err, fault.KindConflict) {
			t.Errorf("a decision linked to what its country never proposed: %v", err)
		}
	}
}

// TestHomeCannotRewriteWhatWasApproved has home show other words for minutes that
// every party has approved.
func TestHomeCannotRewriteWhatWasApproved(t *testing.T) {
	w, pa, co, cr, id := three(t)
	for _, c := range []*testkit.Country{pa, co, cr} {
		testkit.Must(t, c, c.Who("clara"), meetings.ApproveMinutes{On: meetings.On{ID: id}, Hash: show(t, c, id).Hash})
		w.Deliver()
	}
	v := show(t, co, id)
	if v.State != meetings.Minuted {
		t.Fatalf("the minutes are %s", v.State)
	}
	m := v.Meeting
	m.Version, m.MinutesES, m.Approvals, m.State = m.Version+1, "Otra cosa.", nil, meetings.Held
	if err := says(t, co, "PA", meetings.Mirror{Meeting: m}); !fault.Is(err, fault.KindDenied) {
		t.Errorf("other words for approved minutes: %v", err)
	}
	m = v.Meeting
	m.Version, m.Approvals, m.State = m.Version+1, nil, meetings.Held
	if err := says(t, co, "PA", meetings.Mirror{Meeting: m}); !fault.Is(err, fault.KindDenied) {
		t.Errorf("approvals that are taken away: %v", err)
	}
	m = v.Meeting
	m.Version--
	m.TitleES = "Vieja"
	if err := says(t, co, "PA", meetings.Mirror{Meeting: m}); err != nil || show(t, co, id).TitleES != "Mesa" {
		t.Errorf("what was shown before came again: %v", err)
	}
}
