package publishing_test

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/observatory/publishing"
	"istmo/store"
	"istmo/testkit"
)

// two are two paired countries with people, analysts and an agreement that lets
// figures cross.
func two(t *testing.T) (w *testkit.World, pa, co *office, agreement string) {
	w = testkit.NewWorld(t)
	pa, co = open(w, "PA"), open(w, "CO")
	w.Pair("PA", "CO")
	w.Deliver()
	return w, pa, co, agree(w, pa, co, "release.send")
}

func agree(w *testkit.World, one, other *office, verb string) string {
	w.T.Helper()
	id := testkit.Must(w.T, one.Country, one.luz, cooperation.ProposeAgreement{TitleES: "Acuerdo ficticio", TitleEN: "Fictional agreement",
		Parties: []string{one.Config.Node, other.Config.Node}, Verbs: []string{verb}, Purposes: []string{publishing.Statistics}}).Object
	w.Deliver()
	testkit.Must(w.T, other.Country, other.luz, cooperation.SignAgreement{On: cooperation.On{ID: id}})
	w.Deliver()
	return id
}

// show prepares, approves and sends to a partner.
func (o *office) show(to string, c publishing.Prepare) string {
	o.t.Helper()
	id := o.prepare(c)
	o.approve(id)
	testkit.Must(o.t, o.Country, o.ana, publishing.Send{On: publishing.On{ID: id}, Kind: publishing.Partner, Node: to})
	return id
}

func (o *office) beside() publishing.Both {
	o.t.Helper()
	return testkit.Ask(o.t, o.Country, o.luz, publishing.Beside{})
}

// TestSideBySide: each country sees the other's tables beside its own once both have
// shown some, and no longer than the agreement is in force.
func TestSideBySide(t *testing.T) {
	w, pa, co, agreement := two(t)
	sent := pa.show("CO", wanted("sex", "citizenship"))
	if b := pa.beside(); b.Given || b.Mutual() {
		t.Errorf("shown before it arrived: %+v", b)
	}
	w.Deliver()
	if b := pa.beside(); !b.Given || b.Got || b.Mutual() || len(b.Pairs) > 0 {
		t.Errorf("without theirs: %+v", b)
	}
	if b := co.beside(); b.Given || !b.Got || len(b.Pairs) > 0 {
		t.Errorf("Colombia reads without showing: %+v", b)
	}
	c := wanted("sex", "age", "citizenship")
	c.From, c.To, c.Citizenships = 2024, 2025, "Venezuela, Colombia, Ecuador"
	co.show("PA", c)
	w.Deliver()
	b := pa.beside()
	if !b.Mutual() || b.Partner != "CO" || b.Agreement != agreement {
		t.Fatalf("%+v", b)
	}
	found := map[string]publishing.Pair{}
	for _, one := range b.Pairs {
		found[strings.Join(one.Over, "+")+" "+one.Year] = one
	}
	if len(found) != 3+2+3 {
		t.Errorf("%d tables", len(found))
	}
	if one := found["sex 2024"]; one.Ours == nil || one.Theirs == nil || one.Others || one.Rules || one.Editions || number(one, "*") != [2]int{130, 147} {
		t.Errorf("sex 2024: %+v", one)
	}
	if one := found["sex 2023"]; one.Theirs != nil || number(one, "*")[1] != publishing.Absent {
		t.Errorf("a year that Colombia did not show: %+v", one)
	}
	if one := found["age 2024"]; one.Ours != nil || number(one, "*")[0] != publishing.Absent {
		t.Errorf("a table that Panama did not show: %+v", one)
	}
	if one := found["citizenship 2024"]; !one.Others || number(one, "ECU")[0] != publishing.Absent || number(one, "ECU")[1] <= 0 {
		t.Errorf("others that are not the same: %+v", one)
	}
	if mirror := co.beside(); !mirror.Mutual() || len(mirror.Pairs) != len(b.Pairs) {
		t.Errorf("Colombia: %+v", mirror)
	}
	if l := testkit.Ask(t, pa.Country, pa.luz, publishing.Register{}); l.Lines[0].ID != sent || l.Lines[0].Sent[0].DeliveredAt.IsZero() || l.Lines[0].Sent[0].Agreement != agreement || len(l.Shown) != 1 || l.Shown[0].Node != "CO" {
		t.Errorf("the register: %+v", l)
	}
	testkit.Must(t, co.Country, co.luz, cooperation.SuspendAgreement{On: cooperation.On{ID: agreement}})
	w.Deliver()
	for _, o := range []*office{pa, co} {
		if b := o.beside(); b.Mutual() || len(b.Pairs) > 0 || !b.Given || !b.Got {
			t.Errorf("%s, suspended: %+v", b.Here, b)
		}
		if l := testkit.Ask(t, o.Country, o.luz, publishing.Register{}); len(l.Shown) != 1 {
			t.Errorf("what was read left the register: %+v", l.Shown)
		}
	}
	id := pa.prepare(wanted("form"))
	pa.approve(id)
	refused(t, do(pa, pa.ana, publishing.Send{On: publishing.On{ID: id}, Kind: publishing.Partner, Node: "CO"}), "release.no-agreement")
	if pa.state(id) != "approved" {
		t.Errorf("it is %s", pa.state(id))
	}
}

// number is what a pair says of a category, here and there.
func number(one publishing.Pair, code string) [2]int {
	for _, r := range one.Rows {
		if r.At[0] == code {
			return [2]int{r.Ours, r.Theirs}
		}
	}
	return [2]int{}
}

// TestTheAgreementNamesIt: an agreement about something else lets no figures cross,
// nor does a partner get what nobody agreed to.
func TestTheAgreementNamesIt(t *testing.T) {
	w := testkit.NewWorld(t)
	pa, co := open(w, "PA"), open(w, "CO")
	w.Pair("PA", "CO")
	w.Deliver()
	agree(w, pa, co, "response.*")
	id := pa.prepare(wanted("sex"))
	pa.approve(id)
	refused(t, do(pa, pa.ana, publishing.Send{On: publishing.On{ID: id}, Kind: publishing.Partner, Node: "CO"}), "release.no-agreement")
	refused(t, do(pa, pa.ana, publishing.Send{On: publishing.On{ID: id}, Kind: publishing.Partner, Node: "CR"}), "release.no-agreement")
	w.Deliver()
	if l := testkit.Ask(t, co.Country, co.luz, publishing.Register{}); len(l.Shown) != 0 || pa.state(id) != "approved" {
		t.Errorf("it crossed: %+v, %s", l.Shown, pa.state(id))
	}
}

// TestALetterHeldBack: a letter that waits while the agreement is suspended does not
// leave; the register says so, and the page shows nothing.
func TestALetterHeldBack(t *testing.T) {
	w, pa, co, agreement := two(t)
	w.Cut("PA", "CO")
	pa.show("CO", wanted("sex"))
	testkit.Must(t, pa.Country, pa.luz, cooperation.SuspendAgreement{On: cooperation.On{ID: agreement}})
	w.Mend("PA", "CO")
	w.Deliver()
	if l := testkit.Ask(t, pa.Country, pa.luz, publishing.Register{}).Lines[0]; l.Sent[0].Refused == "" || !l.Sent[0].DeliveredAt.IsZero() {
		t.Errorf("%+v", l.Sent)
	}
	if l := testkit.Ask(t, co.Country, co.luz, publishing.Register{}); len(l.Shown) != 0 {
		t.Errorf("it arrived: %+v", l.Shown)
	}
}

// says has a partner's node say something to another, as the carrier hands it over.
func says(t *testing.T, at *office, from, agreement, purpose string, letter publishing.Receive) error {
	t.Helper()
	text, err := json.Marshal(letter)
	if err != nil {
		t.Fatal(err)
	}
	return at.DB.Write(t.Context(), func(tx *store.Tx) error {
		return at.Engine.Handle(tx, act.Delivery{ID: tx.NewID("env"), From: from, Agreement: agreement, Purpose: purpose, Verb: "release.receive", Body: text})
	})
}

// signed has a node sign that words are a release of some node's.
func signed(t *testing.T, by *office, node, id, words, digest string, tables int) publishing.Receive {
	t.Helper()
	sum := sha256.Sum256([]byte(words))
	text := fmt.Sprintf("istmo/release/1\nnode %s\nrelease %s\nrule *//suppress-10-cover\napproved 2026-11-22T12:00:00Z\ntables %d\ndigest %s\nsha256 %s\n",
		node, id, tables, digest, hex.EncodeToString(sum[:]))
	r := publishing.Receive{Words: words}
	if err := by.DB.Write(t.Context(), func(tx *store.Tx) (err error) {
		r.Note, err = act.Sign(tx, text)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return r
}

// TestAPartnerForgesNothing: no figures arrive in another's name, altered, unsigned,
// twice, outside an agreement, or as what no figures can be.
func TestAPartnerForgesNothing(t *testing.T) {
	_, pa, co, agreement := two(t)
	id := pa.prepare(wanted("sex"))
	pa.approve(id)
	pa.send(id)
	taken, err := pa.take(id)
	if err != nil {
		t.Fatal(err)
	}
	words, digest := string(taken.File.Release), taken.Digest
	good := publishing.Receive{Note: taken.File.Note, Words: words}
	more := strings.Replace(words, `{"title"`, `{"also":1,"title"`, 1)
	altered := good
	altered.Words = strings.Replace(words, `"count":130`, `"count":131`, 1)
	if altered.Words == words {
		t.Fatal("nothing was altered")
	}
	script := strings.Replace(words, `"at":["2023","female"]`, `"at":["2023","<script>"]`, 1)
	twice := strings.Replace(words, `"at":["2023","female"]`, `"at":["2023","male"]`, 1)
	below := strings.Replace(words, `"count":130`, `"count":-130`, 1)
	open := strings.Replace(words, `"least":10`, `"least":1`, 1)
	for name, c := range map[string]struct {
		from, agreement, purpose string
		letter                   publishing.Receive
		key                      string
	}{
		"altered words":          {"PA", agreement, "statistics", altered, "release.other-words"},
		"another's note":         {"PA", agreement, "statistics", publishing.Receive{Note: signed(t, pa, "PA", "rel_a", "{}", digest, 1).Note, Words: words}, "release.other-words"},
		"another digest":         {"PA", agreement, "statistics", signed(t, pa, "PA", "rel_a", words, strings.Repeat("0", 64), 1), "release.other-words"},
		"miscounted":             {"PA", agreement, "statistics", signed(t, pa, "PA", "rel_a", words, digest, 2), "release.other-words"},
		"in another's name":      {"CR", agreement, "statistics", good, "cooperation.not-covered"},
		"relayed by another":     {"CO", agreement, "statistics", good, "fault.not-found"},
		"of the receiver's":      {"PA", agreement, "statistics", signed(t, pa, "CO", "rel_a", words, digest, 1), "release.other-words"},
		"signed by another":      {"PA", agreement, "statistics", signed(t, co, "PA", "rel_a", words, digest, 1), "release.not-signed"},
		"no release":             {"PA", agreement, "statistics", signed(t, pa, "PA", "per_a", words, digest, 1), "release.not-a-file"},
		"more than it may say":   {"PA", agreement, "statistics", signed(t, pa, "PA", "rel_a", more, digest, 1), "release.not-a-file"},
		"a code that is none":    {"PA", agreement, "statistics", signed(t, pa, "PA", "rel_a", script, digest, 1), "release.not-a-file"},
		"a row twice":            {"PA", agreement, "statistics", signed(t, pa, "PA", "rel_a", twice, digest, 1), "release.not-a-file"},
		"fewer than nobody":      {"PA", agreement, "statistics", signed(t, pa, "PA", "rel_a", below, digest, 1), "release.not-a-file"},
		"by a rule of no hiding": {"PA", agreement, "statistics", signed(t, pa, "PA", "rel_a", open, digest, 1), "release.not-a-file"},
		"nothing":                {"PA", agreement, "statistics", publishing.Receive{}, "release.not-a-file"},
		"under no agreement":     {"PA", "agr_none", "statistics", good, "cooperation.no-agreement"},
		"for another purpose":    {"PA", agreement, "assistance", good, "cooperation.not-covered"},
		"as talk of states":      {"PA", "", cooperation.ForCooperation, good, "cooperation.no-agreement"},
	} {
		err := says(t, co, c.from, c.agreement, c.purpose, c.letter)
		if f := fault.All(err); len(f) == 0 || f[0].Key != c.key {
			t.Errorf("%s: %v, not %s", name, err, c.key)
		}
	}
	if l := testkit.Ask(t, co.Country, co.luz, publishing.Register{}); len(l.Shown) != 0 {
		t.Errorf("%+v", l.Shown)
	}
	if err := says(t, co, "PA", agreement, "statistics", good); err != nil {
		t.Fatal(err)
	}
	refused(t, says(t, co, "PA", agreement, "statistics", good), "release.received-already")
	other := strings.Replace(words, `"title":"Personas por año"`, `"title":"Otras"`, 1)
	refused(t, says(t, co, "PA", agreement, "statistics", signed(t, pa, "PA", id, other, digest, 1)), "release.other-words")
	if b := co.beside(); b.Mutual() {
		t.Errorf("shown without showing: %+v", b)
	}
	_, _ = act.Look(t.Context(), co.Engine, co.luz, publishing.Open{On: publishing.On{ID: id}})
	if _, err := act.Look(t.Context(), co.Engine, co.luz, publishing.Take{On: publishing.On{ID: id}}); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("a partner's figures can be taken along: %v", err)
	}
	if _, err := act.Do[publishing.Entry](t.Context(), co.Engine, co.luz, good); !fault.Is(err, fault.KindDenied) {
		t.Errorf("a person brings a partner's figures: %v", err)
	}
	entry, _ := co.Engine.Verbs.Find("release.receive")
	if !entry.Wire {
		t.Error("every door offers to receive")
	}
	var _ access.Verb = entry.Verb
}

// TestCheckAFile: a file is checked without a node, with the key of the node's card; a
// changed number, another's key and another file are found out.
func TestCheckAFile(t *testing.T) {
	_, pa, co, _ := two(t)
	id := pa.prepare(wanted("sex"))
	pa.approve(id)
	pa.send(id)
	taken, err := pa.take(id)
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	if err := taken.File.Write(&text); err != nil {
		t.Fatal(err)
	}
	cards := map[string]ed25519.PublicKey{"PA": pa.Border.Card().Sign}
	check := func(text string, keys map[string]ed25519.PublicKey) (publishing.Verdict, error) {
		f, err := publishing.ReadFile(strings.NewReader(text))
		if err != nil {
			return publishing.Verdict{}, err
		}
		return f.Verify(keys)
	}
	if v, err := check(text.String(), cards); err != nil || !v.Whole || !v.Signed || !v.Vouched || v.Node != "PA" || v.ID != id || v.Digest != taken.Digest {
		t.Errorf("as downloaded: %+v, %v", v, err)
	}
	if v, err := check(text.String(), nil); err != nil || !v.Signed || v.Vouched {
		t.Errorf("without a card: %+v, %v", v.Vouched, err)
	}
	if v, err := check(text.String(), map[string]ed25519.PublicKey{"PA": co.Border.Card().Sign}); err != nil || v.Signed || v.Vouched {
		t.Errorf("with another's key: %+v, %v", v.Signed, err)
	}
	if v, err := check(strings.Replace(text.String(), `"count":130`, `"count":131`, 1), cards); err != nil || v.Whole || !v.Signed {
		t.Errorf("altered: %v %v, %v", v.Whole, v.Signed, err)
	}
	for _, wrong := range []string{"", "{}", `{"format":"istmo/plan/1"}`, `{"format":"istmo/release/1","note":"","key":"","release":{}}`, `{"format":"istmo/release/1","note":"","key":"","release":null}`} {
		if v, err := check(wrong, cards); err == nil {
			t.Errorf("%s: %+v", wrong, v)
		}
	}
}

// FuzzFile: whatever a file holds, checking it says so and never panics.
func FuzzFile(f *testing.F) {
	f.Add(`{"format":"istmo/release/1","note":"istmo/release/1\nnode PA\nrelease rel_1\nrule *//suppress-10-cover\napproved 2026-11-22T12:00:00Z\ntables 0\ndigest \nsha256 \n\n— x y\n","key":"","release":{"title":"x","node":"PA","counted":"2026-11-22T12:00:00Z","edition":"","rule":{"country":"*","from":"","method":"suppress","least":10,"zeros":"cover","base":0,"es":"","en":"","source":""},"dimensions":[{"name":"year","partial":true,"categories":[{"code":"2024"}]}],"tables":[{"over":["year"],"rows":[{"at":["2024","x"],"count":null}]}]}}`)
	f.Fuzz(func(t *testing.T, text string) {
		file, err := publishing.ReadFile(strings.NewReader(text))
		if err != nil {
			return
		}
		if v, err := file.Verify(nil); err == nil && v.Whole && v.Signed {
			t.Errorf("sound: %s", text)
		}
	})
}

// TestTheFileOfTheGuide holds the worked example of docs/release-file.md to the code,
// and its words on the digest: whoever writes a checker of their own can begin there.
func TestTheFileOfTheGuide(t *testing.T) {
	guide, err := os.ReadFile("../../docs/release-file.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(guide), "```json\n")
	text, _, _ := strings.Cut(rest, "```")
	for _, c := range []struct {
		text  string
		sound bool
	}{{text, true}, {strings.Replace(text, `"count":65`, `"count":64`, 1), false}} {
		f, err := publishing.ReadFile(strings.NewReader(c.text))
		if err != nil {
			t.Fatal(err)
		}
		v, err := f.Verify(nil)
		if err != nil || (v.Whole && v.Signed) != c.sound {
			t.Errorf("sound %v %v, not %v: %v", v.Whole, v.Signed, c.sound, err)
		}
		if c.sound && v.Digest != byHand(t, v.Publication) {
			t.Errorf("by the guide the digest is %s, not %s", byHand(t, v.Publication), v.Digest)
		}
	}
}

// byHand is the digest as the guide describes it.
func byHand(t *testing.T, p publishing.Publication) string {
	r := p.Rule
	lines := []string{fmt.Sprintf("rule %s/%s/%s-%d-%s", r.Country, r.From, r.Method, r.Least, r.Zeros)}
	line := func(kind string, v any) {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, kind+" "+string(text))
	}
	for _, d := range p.Dimensions {
		line("dimension", []any{d.Name, d.Partial})
		for _, c := range d.Categories {
			line("category", []any{d.Name, c.Code, c.Parent, slices.Sorted(slices.Values(c.Of))})
		}
	}
	for _, one := range p.Tables {
		line("table", slices.Sorted(slices.Values(one.Over)))
		for _, c := range one.Rows {
			at, n := map[string]string{}, 0
			for i, name := range one.Over {
				at[name] = c.At[i]
			}
			if c.Count != nil {
				n = *c.Count
			}
			line("row", []any{at, n, c.Count == nil})
		}
	}
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	return hex.EncodeToString(sum[:])
}
