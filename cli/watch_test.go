package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"istmo/fault"
	"istmo/i18n"
	"istmo/observatory/watch"
)

// invented counts of two nationalities: one calm, one that rises fivefold in the
// last month but one, and a third that appears.
func inventedCounts() string {
	var out strings.Builder
	out.WriteString("month,category,count\n")
	for i, n := range []int{40, 44, 39, 41, 45, 38, 42, 40, 37, 43, 41, 40, 210, 205} {
		month := fmt.Sprintf("%d-%02d", 2021+i/12, i%12+1)
		fmt.Fprintf(&out, "%s,AAA,%d\n%s,BBB,%d\n%s,CCC,%d\n", month, 1000+10*n, month, n*30, month, max(0, n-180))
	}
	return out.String()
}

func watchFile(t *testing.T, lang, text string, c watchCmd) (string, error) {
	t.Helper()
	c.File = filepath.Join(t.TempDir(), "cifras.csv")
	if err := os.WriteFile(c.File, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if c.PerYear == 0 {
		c.PerYear, c.Share = watch.UsualPerYear, watch.UsualShare
	}
	var out bytes.Buffer
	err := c.Run(&Terminal{Out: &out, Err: &out, Lang: lang, ctx: context.Background()})
	if strings.Contains(out.String(), "⟦") || strings.Contains(out.String(), "<no value>") {
		t.Errorf("a sentence is missing:\n%s", out.String())
	}
	return out.String(), err
}

func TestWatchAtTheTerminal(t *testing.T) {
	for lang, want := range map[string][]string{
		"es": {"2022-02: qué cambió", "BBB    subió     2022-01", "6\u00a0225", "CCC    apareció  2022-01", "nivel: un nivel que dura", "unas 0,6 falsas alarmas al año", "hasta 10 de cada 100", "no por qué"},
		"en": {"2022-02: what changed", "BBB     rose      2022-01", "6,225", "CCC     appeared  2022-01", "about 0.6 false alarms a year", "not why"},
	} {
		out, err := watchFile(t, lang, inventedCounts(), watchCmd{By: "nationality"})
		if err != nil {
			t.Fatal(err)
		}
		for _, words := range want {
			if !strings.Contains(out, words) {
				t.Errorf("it does not say %q:\n%s", words, out)
			}
		}
	}
	out, err := watchFile(t, "es", inventedCounts(), watchCmd{At: "2021-12", By: "category"})
	if err != nil || !strings.Contains(out, "Ninguna alarma") || strings.Contains(out, "BBB") {
		t.Errorf("%v:\n%s", err, out)
	}
	out, err = watchFile(t, "es", inventedCounts(), watchCmd{})
	if err != nil || !strings.Contains(out, "Total: subió desde 2022-01") || strings.Contains(out, "BBB") {
		t.Errorf("only the total: %v:\n%s", err, out)
	}
	out, err = watchFile(t, "en", inventedCounts(), watchCmd{At: "2021-03"})
	if err != nil || !strings.Contains(out, "too few months") {
		t.Errorf("%v:\n%s", err, out)
	}
	out, err = watchFile(t, "en", inventedCounts(), watchCmd{Break: []string{"2022-01"}, By: "nationality"})
	if err != nil || !strings.Contains(out, "No alarm") || !strings.Contains(out, "3 categories have too few months") {
		t.Errorf("a break: %v:\n%s", err, out)
	}
}

// TestWatchTellsARevision compares with the edition in which BBB was ten times as
// many, so that only the correction makes its last months stand out.
func TestWatchTellsARevision(t *testing.T) {
	before := filepath.Join(t.TempDir(), "antes.csv")
	var old strings.Builder
	old.WriteString("mes,nat,n\n")
	for i := range 12 {
		fmt.Fprintf(&old, "2021-%02d,BBB,%d\n", i+1, 6100+20*i)
	}
	if err := os.WriteFile(before, []byte(old.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := watchFile(t, "es", inventedCounts(), watchCmd{By: "nationality", Before: before})
	if err != nil || !strings.Contains(out, "BBB    cifra corregida") || !strings.Contains(out, "Se corrigieron 12 cifras") {
		t.Errorf("%v:\n%s", err, out)
	}
}

func TestWatchAsJSON(t *testing.T) {
	out, err := watchFile(t, "es", inventedCounts(), watchCmd{At: "2022-01", By: "nationality", JSON: true})
	if err != nil {
		t.Fatal(err)
	}
	var r struct {
		At         string
		PerYear    float64
		Categories []struct {
			Category, Kind, Direction, Since, Method string
			Q, Posterior                             float64
			Ratio                                    watch.Ratio
		}
	}
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err, out)
	}
	if len(r.Categories) != 3 || r.At != "2022-01" || r.PerYear != 0.6 {
		t.Fatalf("%s", out)
	}
	if b := r.Categories[1]; b.Category != "BBB" || b.Kind != "changed" || b.Direction != "up" || b.Since != "2022-01" || b.Method != "level" || b.Q > 0.05 || b.Posterior < 0.9 || b.Ratio.Low > 5.2 || b.Ratio.High < 5.2 {
		t.Errorf("%+v", b)
	}
}

func TestWatchRefuses(t *testing.T) {
	for key, c := range map[string]watchCmd{
		"watch.bad-at":       {At: "junio"},
		"watch.no-month":     {At: "2025-01"},
		"watch.bad-by":       {By: "sex"},
		"watch.bad-per-year": {PerYear: 7, Share: 0.1},
		"watch.bad-share":    {PerYear: 0.6, Share: 0.9},
	} {
		out, err := watchFile(t, "es", inventedCounts(), c)
		if faults := fault.All(err); len(faults) != 1 || faults[0].Key != key || out != "" {
			t.Errorf("%v, want %s:\n%s", err, key, out)
		}
	}
	if _, err := watchFile(t, "es", inventedCounts(), watchCmd{Break: []string{"x"}}); fault.All(err)[0].Key != "watch.bad-at" {
		t.Error(err)
	}
	if err := (&watchCmd{File: filepath.Join(t.TempDir(), "no.csv")}).Run(&Terminal{}); fault.All(err)[0].Key != "cli.no-file" {
		t.Error(err)
	}
}

// TestEveryRefusalOfCountsHasItsSentence says each fault in both languages.
func TestEveryRefusalOfCountsHasItsSentence(t *testing.T) {
	for _, text := range []string{"", "month,count\n2021-01,3\n", "month,mes,category,n\n", "mes,nat,n\n2021-13,A,3\n", "mes,nat,n\n2021-01,,3\n", "mes,nat,n\n2021-01,A,-3\n",
		"mes,nat,n\n2021-01,A\n", "mes,nat,n\n2021-01,\"A,3\n", "mes,nat,n\n2021-01,A,3\n2021-01,A,4\n", "mes,nat,n\n1921-01,A,3\n2021-01,A,4\n"} {
		_, err := watch.Read(strings.NewReader(text))
		for _, lang := range i18n.Langs {
			faults := fault.All(err)
			if len(faults) != 1 {
				t.Fatalf("%q: %v", text, err)
			}
			if s := (&Terminal{Lang: lang}).sentence(faults[0]); strings.Contains(s, "⟦") || strings.Contains(s, "<no value>") {
				t.Errorf("%q in %s: %s", text, lang, s)
			}
		}
	}
}

// TestEveryFindingHasItsSentence says every kind, direction and method.
func TestEveryFindingHasItsSentence(t *testing.T) {
	for _, lang := range i18n.Langs {
		term := &Terminal{Lang: lang}
		for _, kind := range []watch.Kind{watch.Quiet, watch.Changed, watch.Appeared, watch.Vanished, watch.Revised} {
			if s := term.change(watch.Finding{Kind: kind, Judgement: watch.Judgement{Direction: watch.Down}}); strings.Contains(s, "⟦") || strings.Contains(s, "<no value>") {
				t.Error(s)
			}
		}
		for _, key := range []string{"kind.changed.up", "kind.changed.down", "kind.appeared.up", "kind.vanished.down", "kind.revised.up", "kind.revised.down", "method.level", "method.seasonal", "method.slow",
			"method.too-short", "method.no-count", "rests.level", "rests.seasonal", "rests.slow", "indicator.up", "indicator.down"} {
			if s := term.say("watch."+key, "Post", "x", "Indicator", "y", "Q", 1); strings.Contains(s, "⟦") {
				t.Error(s)
			}
		}
		vars := words(lang)
		for _, name := range []string{"watch", "watch_file", "watch_at", "watch_by", "watch_before", "watch_per_year", "watch_share", "watch_break"} {
			if vars[name] == "" {
				t.Errorf("%s has no help in %s", name, lang)
			}
		}
	}
}
