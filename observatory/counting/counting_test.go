package counting_test

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"testing"

	"istmo/cases"
	"istmo/data"
	"istmo/observatory/counting"
)

// digests are of the rules as each version had them: whoever changes a rule raises the
// version, so that a figure made before can be told from one made after.
var digests = map[string]string{"1": "ee0a1b9d964e0c22"}

func TestARuleChangesWithItsVersion(t *testing.T) {
	body, err := data.Files.ReadFile("counting-rules.csv")
	if err != nil {
		t.Fatal(err)
	}
	rules, err := counting.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(body)
	if got := hex.EncodeToString(sum[:8]); digests[rules.Version] != got {
		t.Errorf("version %s has %s: raise the version in data/counting-rules.csv, and note its digest here", rules.Version, got)
	}
}

// TestEveryCodeHasARule: what a person's file can say is counted by a written rule, in
// both languages and with its source.
func TestEveryCodeHasARule(t *testing.T) {
	rules, err := counting.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	has := map[string]string{}
	for _, r := range rules.Rules {
		if r.In("es") == "" || r.In("en") == "" || r.Source == "" || r.In("es") == r.In("en") {
			t.Errorf("%s has no words or no source", r.Key)
		}
		if r.Country == "*" {
			has[r.Key] = r.Value
		}
	}
	for _, s := range cases.StatusCodes {
		if v := has["standing."+s]; v != "out" && !slices.Contains(counting.Standings, v) {
			t.Errorf("the status %s counts as %q", s, v)
		}
	}
	for _, f := range cases.Forms {
		if got := rules.Form([]string{f}); f != "unknown" && got == counting.Unknown || f == "unknown" && got != f {
			t.Errorf("the form %s counts as %s", f, got)
		}
	}
	for _, s := range cases.Sexes {
		if !slices.Contains(counting.Sexes, s) {
			t.Errorf("the sex %s is not counted", s)
		}
	}
	for _, b := range cases.AgeBands {
		want := "18+"
		if (cases.Person{AgeBand: b}).Child() {
			want = "0-17"
		}
		if b == "unknown" {
			want = b
		}
		if got := counting.Age(b, false); got != want {
			t.Errorf("the age %s counts as %s", b, got)
		}
		if got := counting.Age(b, true); got != "0-17" {
			t.Errorf("the age %s in doubt counts as %s", b, got)
		}
	}
}

// TestColombiaIdentifiesByAssisting: the same decision amounts to something else where
// there is no other.
func TestColombiaIdentifiesByAssisting(t *testing.T) {
	rules, err := counting.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	all := []counting.Decision{{Status: "assisted", Day: "2025-03-01"}, {Status: "presumed", Day: "2025-04-01"}}
	for country, want := range map[string]string{"CO": counting.Identified, "PA": counting.Presumed, "CR": counting.Presumed} {
		if j := rules.Judge(country, all); j.Standing != want || j.First != "2025-03-01" {
			t.Errorf("in %s: %+v", country, j)
		}
	}
	if j := rules.Judge("PA", []counting.Decision{{Status: "made-up", Day: "2025-03-01"}}); j != (counting.Judged{}) {
		t.Errorf("a status without a rule counts: %+v", j)
	}
}
