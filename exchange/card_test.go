package exchange

import (
	"encoding/pem"
	"regexp"
	"strings"
	"testing"
	"time"

	"istmo/fault"
	"istmo/store"
)

func testCard(t testing.TB, node string) Card {
	t.Helper()
	c, err := Issue(keysOf(t, node), node, node[:2], "Comité Nacional — "+node, "https://"+strings.ToLower(node)+".example:8443", time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestKeysAreTheSameEveryTime(t *testing.T) {
	a, b := testCard(t, "PA"), testCard(t, "PA")
	if a.Text() != b.Text() {
		t.Error("the same secret gave two cards")
	}
	if a.same(testCard(t, "CO")) {
		t.Error("two secrets gave one card")
	}
}

func TestACardSurvivesMail(t *testing.T) {
	c := testCard(t, "PA")
	text := c.Text()
	for _, line := range strings.Split(text, "\n") {
		if len(line) > 64 {
			t.Errorf("a line of %d characters", len(line))
		}
	}
	for what, mailed := range map[string]string{
		"as it is":   text,
		"from DOS":   strings.ReplaceAll(text, "\n", "\r\n"),
		"quoted":     "On Sunday the focal point wrote:\n> " + strings.ReplaceAll(text, "\n", "\n> ") + "\n-- \nsent from a phone",
		"twice over": ">> " + strings.ReplaceAll(text, "\n", "\n>> "),
		"indented":   "  " + strings.ReplaceAll(text, "\n", " \n\t"),
	} {
		got, err := ParseCard(mailed)
		if err != nil || got.Text() != text || got.Name != c.Name || got.Address != c.Address || !got.Made.Equal(c.Made) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestACardThatIsNotWhole(t *testing.T) {
	c := testCard(t, "PA")
	for i := range c.signed {
		bad := append([]byte{}, c.signed...)
		bad[i] ^= 1
		_, err := ParseCard(string(pem.EncodeToMemory(&pem.Block{Type: cardArm, Bytes: bad})))
		if f := fault.All(err); len(f) != 1 || f[0].Field != "card" {
			t.Fatalf("byte %d changed: %v", i, err)
		}
	}
	for what, text := range map[string]string{
		"nothing": "", "a letter": "Dear colleague", "half": c.Text()[:400],
		"two":    c.Text() + testCard(t, "CO").Text(),
		"a key":  string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: c.signed})),
		"a book": strings.Repeat("x", 70<<10) + c.Text(),
	} {
		if _, err := ParseCard(text); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestIssueNamesTheField(t *testing.T) {
	k := keysOf(t, "PA")
	for _, c := range []struct{ field, node, country, name, address string }{
		{"node", "pa", "PA", "x", ""}, {"country", "PA", "Panamá", "x", ""}, {"name", "PA", "PA", "two\nlines", ""}, {"name", "PA", "PA", "", ""},
		{"address", "PA", "PA", "x", "http://a"}, {"address", "PA", "PA", "x", "https://a/b"}, {"address", "PA", "PA", "x", "https://u@a"}, {"address", "PA", "PA", "x", "https://a?q=1"},
	} {
		_, err := Issue(k, c.node, c.country, c.name, c.address, time.Now())
		if f := fault.All(err); len(f) != 1 || f[0].Field != c.field {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func TestFingerprint(t *testing.T) {
	a, b, c := testCard(t, "PA"), testCard(t, "CO"), testCard(t, "CR")
	f := Fingerprint(a, b)
	want(t, "either way round", Fingerprint(b, a), f)
	if !regexp.MustCompile(`^(\d{5} ){5}\d{5}$`).MatchString(f) {
		t.Errorf("%q is not six groups of five digits", f)
	}
	if f == Fingerprint(a, c) {
		t.Error("one number for two partners")
	}
	forged := b
	forged.TLS[0]++
	if f == Fingerprint(a, forged) {
		t.Error("the number does not cover the TLS key")
	}
}

func TestAddPartnerDemandsTheFingerprint(t *testing.T) {
	pa := newSite(t, "PA", false, Options{})
	co := testCard(t, "CO")
	f := Fingerprint(pa.Card(), co)
	try := func(c Card, fingerprint string) error {
		return pa.db.Write(t.Context(), func(tx *store.Tx) error { return AddPartner(tx, c, fingerprint) })
	}
	wrong := strings.Map(func(r rune) rune {
		if r == '1' {
			return '2'
		}
		return r
	}, f[:34]) + string('0'+(f[34]-'0'+1)%10)
	for what, c := range map[string]struct {
		card        Card
		number      string
		field, says string
	}{
		"none":     {co, "", "fingerprint", "exchange.fingerprint-differs"},
		"wrong":    {co, wrong, "fingerprint", "exchange.fingerprint-differs"},
		"own card": {pa.Card(), Fingerprint(pa.Card(), pa.Card()), "card", "exchange.card-own"},
	} {
		if l := fault.All(try(c.card, c.number)); len(l) != 1 || l[0].Field != c.field || l[0].Key != c.says {
			t.Errorf("%s: %v", what, l)
		}
	}
	if n := pa.partner("CO").Node; n != "" {
		t.Error("trusted all the same")
	}
	if err := try(co, strings.ReplaceAll(f, " ", "-")); err != nil { // as people type it
		t.Error(err)
	}
	older, err := Issue(keysOf(t, "CO"), "CO", "CO", "older", "", co.Made.Add(-time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if l := fault.All(try(older, f)); len(l) != 1 || l[0].Key != "exchange.card-older" {
		t.Errorf("an older card: %v", l)
	}
	stolen, err := Issue(keysOf(t, "CO"), "CR", "CR", "with the keys of another", "", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if l := fault.All(try(stolen, Fingerprint(pa.Card(), stolen))); len(l) != 1 || l[0].Key != "exchange.card-taken" {
		t.Errorf("one key for two partners: %v", l)
	}
	if _, err := New(pa.db, keysOf(t, "CO"), pa.Card(), pa.h, Options{}); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("a card of other keys: %v", err)
	}
}
