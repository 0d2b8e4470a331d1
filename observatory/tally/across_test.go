package tally_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"istmo/cases"
	"istmo/referrals"
	"istmo/testkit"
)

// border is countries that refer people to each other.
type border struct {
	*testing.T
	w     *testkit.World
	nodes map[string]*testkit.Country
}

func borders(t *testing.T, w *testkit.World, ids ...string) *border {
	b := &border{t, w, map[string]*testkit.Country{}}
	for i, id := range ids {
		b.nodes[id] = open(w, id)
		for _, other := range ids[:i] {
			w.Pair(other, id)
		}
	}
	w.Deliver()
	for i, id := range ids {
		for _, other := range ids[:i] {
			w.Agree(other, "min", id, "min")
		}
	}
	return b
}

// meet registers somebody in a country, under a citizenship by which a test knows them.
func (b *border) meet(node, citizenship string) string {
	c := b.nodes[node]
	return testkit.Must(b, c, c.Who("ana"), cases.Register{Place: "Metetí", Attributes: cases.Attributes{Sex: "female", Citizenships: []string{citizenship}}}).Object
}

func (b *border) decide(node, person, status string) {
	c := b.nodes[node]
	testkit.Must(b, c, c.Who("ana"), cases.DecideStatus{On: cases.On{Person: person}, Country: node, Authority: "x", Status: status, LegalBasis: "x", DecidedOn: b.w.Now()})
}

// send refers a person as far as the receiver has the referral in hand.
func (b *border) send(from, to, person string) string {
	b.Helper()
	c, other := b.nodes[from], b.nodes[to]
	ana := c.Who("ana")
	on := cases.On{Person: person}
	agency := other.AgencyID("uia")
	testkit.Must(b, c, ana, cases.AssessRisk{On: on, Level: "low"})
	testkit.Must(b, c, ana, cases.RecordConsent{On: on, Purpose: "assistance", ToNode: to, ToAgency: agency, Groups: []string{"profile"}, Language: "es", Way: "written"})
	id := testkit.Must(b, c, ana, referrals.Start{Person: person, ToNode: to, ToAgency: agency, Purpose: "assistance", Fields: []string{"sex", "citizenships"}}).Object
	testkit.Must(b, c, ana, referrals.ConfirmConsent{On: referrals.On{ID: id}})
	testkit.Must(b, c, ana, referrals.Send{On: referrals.On{ID: id}})
	b.w.Deliver()
	if from != to {
		testkit.Must(b, other, other.Who("ana"), referrals.Acknowledge{On: referrals.On{ID: id}})
		b.w.Deliver()
	}
	return id
}

// refer refers a person, and gives the file that the receiver has of them.
func (b *border) refer(from, to, person string) string {
	b.Helper()
	id := b.send(from, to, person)
	other := b.nodes[to]
	testkit.Must(b, other, other.Who("ana"), referrals.Accept{On: referrals.On{ID: id}})
	b.w.Deliver()
	return find(b, other, id).Person
}

// count is who counts the person of a citizenship, and as what.
func (b *border) count() map[string]map[string]string {
	b.Helper()
	all := map[string]map[string]string{}
	for id, c := range b.nodes {
		_, counted := counted(b, c)
		for _, r := range counted.Cube.Rows {
			if all[r.Citizenship] == nil {
				all[r.Citizenship] = map[string]string{}
			}
			if r.Count != 1 || all[r.Citizenship][id] != "" {
				b.Errorf("%s counts %s more than once: %+v", id, r.Citizenship, r)
			}
			all[r.Citizenship][id] = r.Standing
		}
	}
	return all
}

// TestReferredAcrossTheBorderOnce: real nodes, each counting by itself.
func TestReferredAcrossTheBorderOnce(t *testing.T) {
	w := testkit.NewWorld(t)
	b := borders(t, w, "PA", "CO", "CR")
	want := map[string]string{}

	// Presumed by Panama before the file left: Panama counts, whatever Colombia decides.
	p := b.meet("PA", "VE")
	b.decide("PA", p, "presumed")
	b.decide("CO", b.refer("PA", "CO", p), "assisted")
	want["VEN"] = "map[PA:presumed]"

	// Nobody had decided: Colombia counts, as presumed until it decides; what Panama
	// decides afterwards does not count there.
	p = b.meet("PA", "EC")
	b.refer("PA", "CO", p)
	b.decide("PA", p, "full")
	want["ECU"] = "map[CO:presumed]"
	p = b.meet("PA", "CU")
	b.decide("CO", b.refer("PA", "CO", p), "assisted")
	want["CUB"] = "map[CO:identified]"

	// Refused by Panama, and referred all the same: Colombia's to count.
	p = b.meet("PA", "HT")
	b.decide("PA", p, "other-protection")
	b.refer("PA", "CO", p)
	want["HTI"] = "map[CO:presumed]"
	p = b.meet("PA", "NP")
	b.decide("CO", b.refer("PA", "CO", p), "not-victim")
	want["NPL"] = "map[]"

	// Sent and not accepted: nobody but Panama knows of them.
	p = b.meet("PA", "GH")
	b.decide("PA", p, "presumed")
	b.send("PA", "CO", p)
	want["GHA"] = "map[PA:presumed]"

	// There and back again: one country, one cell, though it has two files.
	p = b.meet("PA", "CL")
	b.decide("PA", p, "preliminary")
	back := b.refer("CO", "PA", b.refer("PA", "CO", p))
	b.decide("PA", back, "full")
	want["CHL"] = "map[PA:presumed]"

	// The same, and somebody links the two.
	p = b.meet("PA", "BR")
	b.decide("PA", p, "preliminary")
	back = b.refer("CO", "PA", b.refer("PA", "CO", p))
	b.decide("PA", back, "full")
	pa := b.nodes["PA"]
	testkit.Must(t, pa, pa.Who("ana"), cases.LinkSame{OnTwo: cases.OnTwo{Person: p, Other: back, Reason: "the same person came back"}})
	want["BRA"] = "map[PA:identified]"

	// On to a third country: whoever counts goes on counting.
	p = b.meet("PA", "CN")
	b.decide("PA", p, "presumed")
	third := b.refer("CO", "CR", b.refer("PA", "CO", p))
	b.decide("CR", third, "accredited")
	want["CHN"] = "map[PA:presumed]"
	p = b.meet("PA", "IN")
	b.decide("CR", b.refer("CO", "CR", b.refer("PA", "CO", p)), "accredited")
	want["IND"] = "map[CO:presumed]"

	// From agency to agency of one country: two files, one person.
	p = b.meet("PA", "PE")
	b.decide("PA", p, "full")
	id := b.within("PA", p)
	b.decide("PA", id, "full")
	want["PER"] = "map[PA:identified]"

	// Known to Colombia before Panama referred them, and Colombia sees that it is the
	// same person: Panama counts, as its package said.
	p = b.meet("PA", "DO")
	b.decide("PA", p, "presumed")
	known := b.meet("CO", "DO")
	b.decide("CO", known, "assisted")
	came := b.refer("PA", "CO", p)
	co := b.nodes["CO"]
	testkit.Must(t, co, co.Who("ana"), cases.LinkSame{OnTwo: cases.OnTwo{Person: known, Other: came, Reason: "we have met her before"}})
	want["DOM"] = "map[PA:presumed]"

	got := b.count()
	for who, count := range want {
		if fmt.Sprint(got[who]) != count {
			t.Errorf("%s is counted by %v, want %s", who, got[who], count)
		}
	}
	if len(got) != len(want)-1 {
		t.Errorf("%v", got)
	}
}

// within refers a person to another agency of the country, and gives its file.
func (b *border) within(node, person string) string {
	b.Helper()
	c := b.nodes[node]
	ana, eva := c.Who("ana"), c.Who("eva")
	on := cases.On{Person: person}
	agency := c.AgencyID("shelter")
	testkit.Must(b, c, ana, cases.AssessRisk{On: on, Level: "low"})
	testkit.Must(b, c, ana, cases.RecordConsent{On: on, Purpose: "assistance", ToNode: node, ToAgency: agency, Groups: []string{"profile"}, Language: "es", Way: "written"})
	id := testkit.Must(b, c, ana, referrals.Start{Person: person, ToNode: node, ToAgency: agency, Purpose: "assistance", Fields: []string{"sex", "citizenships"}}).Object
	of := referrals.On{ID: id}
	testkit.Must(b, c, ana, referrals.ConfirmConsent{On: of})
	testkit.Must(b, c, ana, referrals.Send{On: of})
	testkit.Must(b, c, eva, referrals.Acknowledge{On: of})
	testkit.Must(b, c, eva, referrals.Accept{On: of})
	received, err := receivedBy(c, agency, id)
	if err != nil {
		b.Fatal(err)
	}
	testkit.Must(b, c, eva, cases.Assign{On: cases.On{Person: received}, User: ana.ID})
	return received
}

// TestNeverBothNeverNeither: whatever two countries decide, and in whatever order around
// the referral, at most one of them counts the person; and one does, unless the country
// that is to count has itself decided that they are not.
func TestNeverBothNeverNeither(t *testing.T) {
	w := testkit.NewWorld(t)
	b := borders(t, w, "PA", "CO")
	random := rand.New(rand.NewPCG(5, 24))
	statuses := []string{"possible", "presumed", "preliminary", "accredited", "full", "assisted", "not-victim", "smuggled-migrant", "other-protection"}
	some := func(node, person string) (last string) {
		for range random.IntN(3) {
			s := statuses[random.IntN(len(statuses))]
			b.decide(node, person, s)
			if s == "accredited" || s == "full" || s == "assisted" && node == "CO" {
				last = "in"
			} else if s == "not-victim" || s == "smuggled-migrant" || s == "other-protection" {
				last = "out"
			}
			w.Leap(time.Minute)
		}
		return last
	}
	countries := []string{"AR", "BO", "BR", "CL", "CU", "DO", "EC", "GT", "HN", "HT", "MX", "NI", "PE", "PY", "SV", "UY", "VE", "CM", "CN", "GH"}
	settled := map[string]map[string]string{}
	for _, one := range countries {
		p := b.meet("PA", one)
		at := map[string]string{"PA": some("PA", p)}
		there := b.refer("PA", "CO", p)
		if later := some("PA", p); later != "" {
			at["PA"] = later
		}
		at["CO"] = some("CO", there)
		settled[figuresCode(one)] = at
	}
	got := b.count()
	for one, at := range settled {
		by := got[one]
		if len(by) > 1 {
			t.Errorf("%s: both count, %v", one, by)
		}
		if len(by) == 0 && at["PA"] != "out" && at["CO"] != "out" {
			t.Errorf("%s: neither counts, and nobody said that they are not: %v", one, at)
		}
	}
	if len(got) < len(countries)/2 {
		t.Errorf("only %d of %d are counted at all", len(got), len(countries))
	}
}

// TestSentBeforeTheRuleIsTheSenders: a referral of which nothing was said is counted by who sent it.
func TestSentBeforeTheRuleIsTheSenders(t *testing.T) {
	for _, c := range []struct{ from, to, by, want string }{
		{"PA", "CO", "", "PA"}, {"PA", "CO", referrals.CountedThere, "CO"}, {"CO", "CR", "PA", "PA"}, {"CO", "PA", "PA", "PA"},
	} {
		if got := referrals.Counter(c.from, c.to, c.by); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}
