package release_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"istmo/fault"
	"istmo/observatory/release"
)

func shipped(t testing.TB) []byte {
	t.Helper()
	text, err := os.ReadFile("../../data/release-rules.csv")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestRulesOfCountries(t *testing.T) {
	rules, err := release.ReadRules(bytes.NewReader(shipped(t)))
	if err != nil {
		t.Fatal(err)
	}
	for _, country := range []string{"PA", "CO", "CR", "EC"} {
		if r, err := release.RuleFor(rules, country, "2026-11-26"); err != nil || r.Least < 5 || r.RuleES == "" || r.RuleEN == "" {
			t.Errorf("%s: %v %v", country, r, err)
		}
	}
	own := append(rules, release.Rule{Country: "PA", From: "2026-01-01", Least: 7}, release.Rule{Country: "PA", From: "2026-06-01", To: "2026-08-31", Least: 8})
	for day, least := range map[string]int{"2025-12-31": rules[0].Least, "2026-02-01": 7, "2026-07-01": 8, "2026-09-01": 7} {
		if r, _ := release.RuleFor(own, "PA", day); r.Least != least {
			t.Errorf("on %s at least %d, want %d", day, r.Least, least)
		}
	}
	if _, err := release.RuleFor(nil, "PA", "2026-11-26"); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("got %v", err)
	}
}

func TestWrongRulesAreNamedByRowAndColumn(t *testing.T) {
	header, row, _ := strings.Cut(string(shipped(t)), "\n")
	row, _, _ = strings.Cut(row, "\n")
	for was, c := range map[string][2]string{
		",10,": {",ten,", "least"}, ",suppress,": {",hide,", "method"}, ",cover,": {",maybe,", "zeros"}, ",no": {",perhaps", "verified"},
	} {
		bad := strings.Replace(row, was, c[0], 1)
		_, err := release.ReadRules(strings.NewReader(header + "\n" + row + "\n" + bad + "\n"))
		all := fault.All(err)
		if len(all) != 1 || all[0].Field != c[1] || all[0].Args["Row"] != 3 {
			t.Errorf("%q: got %v", c[0], err)
		}
	}
}

func FuzzReadRules(f *testing.F) {
	f.Add(shipped(f))
	f.Fuzz(func(t *testing.T, text []byte) {
		rules, err := release.ReadRules(bytes.NewReader(text))
		if err == nil {
			for _, r := range rules {
				if r.Check() != nil {
					t.Errorf("took %v", r)
				}
			}
		}
	})
}

func TestWrongReleasesAreNamed(t *testing.T) {
	good := func() release.Release { _, r := generate(0); return r }
	for key, spoil := range map[string]func(*release.Release){
		"release.no-table":    func(r *release.Release) { r.Tables = nil },
		"release.table":       func(r *release.Release) { r.Tables = [][]string{{"year", "year"}} },
		"release.name-twice":  func(r *release.Release) { r.Dimensions[1].Name = "year" },
		"release.fact-count":  func(r *release.Release) { r.Facts[2].Count = -1 },
		"release.fact-code":   func(r *release.Release) { r.Facts[2].At = []string{"y0", "*"} },
		"release.fact-length": func(r *release.Release) { r.Facts[2].At = []string{"y0"} },
		"release.code":        func(r *release.Release) { r.Dimensions[0].Categories[0].Code = "a+b" },
		"release.parent":      func(r *release.Release) { r.Dimensions[0].Categories[0].Parent = "none" },
		"release.overlap":     func(r *release.Release) { r.Dimensions[0].Categories[0].Of = []string{"y1"} },
		"release.circle": func(r *release.Release) {
			r.Dimensions[0].Categories[0].Parent, r.Dimensions[0].Categories[1].Parent = "y1", "y0"
		},
	} {
		r := good()
		spoil(&r)
		all := fault.All(r.Check())
		if len(all) == 0 || all[0].Key != key {
			t.Errorf("%s: got %v", key, all)
		}
	}
	if err := good().Check(); err != nil {
		t.Error(err)
	}
}
