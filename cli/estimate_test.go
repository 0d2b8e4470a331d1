package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"istmo/fault"
	"istmo/i18n"
	"istmo/observatory/mse"
)

// tableUK is the published table of the United Kingdom in 2013, five lists
// (Silverman, 2014; Chan, Silverman and Vincent, 2019).
const tableUK = `"LA","NG","PFNCA","GO","GP","count"
1,0,0,0,0,54
0,1,0,0,0,463
0,0,1,0,0,995
0,0,0,1,0,695
0,0,0,0,1,316
1,1,0,0,0,15
1,0,1,0,0,19
1,0,0,1,0,3
0,1,1,0,0,62
0,1,0,1,0,19
0,1,0,0,1,1
0,0,1,1,0,76
0,0,1,0,1,11
0,0,0,1,1,8
1,1,1,0,0,1
1,1,0,1,0,1
0,1,1,1,0,4
1,1,1,1,0,1
`

func estimate(t *testing.T, lang, text string, c estimateCmd) (string, error) {
	t.Helper()
	c.File = filepath.Join(t.TempDir(), "listas.csv")
	if err := os.WriteFile(c.File, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	err := c.Run(&Terminal{Out: &out, Err: &out, Lang: lang, ctx: context.Background()})
	if strings.Contains(out.String(), "⟦") {
		t.Errorf("a sentence is missing:\n%s", out.String())
	}
	return out.String(), err
}

func TestEstimateAtTheTerminal(t *testing.T) {
	plain := estimateCmd{Threshold: 0.02, Replicates: 200, Seed: 1}
	for lang, want := range map[string][]string{
		"es": {"5 listas, 2\u00a0744 personas distintas", "PFNCA     1\u00a0169", "LA + NG     18         4,0          2,2e-07  Coinciden más", "Entraron 6 interacciones",
			"11\u00a0313 personas en total; 2\u00a0744 observadas y 8\u00a0569", "(Wald): de 9\u00a0884 a 13\u00a0027", "(BCa): de 9", "200 repeticiones", "Cuándo no debe usarse"},
		"en": {"5 lists, 2,744 different people", "PFNCA   1,169", "4.0", "Coincide less", "6 interactions were taken", "11,313 people in all; 2,744 observed and 8,569",
			"(Wald): 9,884 to 13,027", "(BCa): 9,", "seed 1", "When it must not be used"},
	} {
		out, err := estimate(t, lang, tableUK, plain)
		if err != nil {
			t.Fatal(err)
		}
		for _, words := range want {
			if !strings.Contains(out, words) {
				t.Errorf("it does not say %q:\n%s", words, out)
			}
		}
	}
	out, err := estimate(t, "es", tableUK+"1,0,0,0,0,0\n1,0,0,0,0,0\n", plain)
	if err != nil || !strings.Contains(out, "2 filas repiten") {
		t.Errorf("%v:\n%s", err, out)
	}
	out, err = estimate(t, "en", "A,B,C,n\n0,1,0,200\n0,0,1,300\n1,1,0,20\n0,1,1,20\n1,1,1,5\n", plain)
	if err != nil || !strings.Contains(out, "A + B  25") || !strings.Contains(out, "Take care") || !strings.Contains(out, "No interaction was taken") {
		t.Errorf("%v:\n%s", err, out)
	}
}

func TestEstimateAsJSON(t *testing.T) {
	out, err := estimate(t, "es", tableUK, estimateCmd{Threshold: 0.02, Replicates: 200, Seed: 9, JSON: true})
	if err != nil {
		t.Fatal(err)
	}
	var e estimated
	if err := json.Unmarshal([]byte(out), &e); err != nil {
		t.Fatal(err, out)
	}
	if len(e.Lists) != 5 || len(e.Overlaps) != 10 || e.Overlaps[0].Shared != 8 || e.Seed != 9 || e.Estimate.Observed != 2744 ||
		e.Estimate.Total < 11312.5 || e.Estimate.Total > 11313.5 || e.Intervals.Replicates != 200 || e.Estimate.Steps[0].A != "LA" {
		t.Errorf("%s", out)
	}
}

// TestEstimateRefuses describes what it may not estimate, and gives no number.
func TestEstimateRefuses(t *testing.T) {
	plain := estimateCmd{Threshold: 0.02, Replicates: 200, Seed: 1}
	for text, key := range map[string]string{
		"A,B,n\n1,0,5\n0,1,5\n1,1,3\n":                     "estimate.two-lists",
		"A,B,C,n\n1,0,0,5\n0,1,0,5\n0,0,1,5\n":             "estimate.no-overlap",
		"A,B,C,n\n1,0,0,50\n0,1,0,50\n0,0,1,50\n1,1,0,1\n": "estimate.hangs-on-one",
	} {
		out, err := estimate(t, "es", text, plain)
		if faults := fault.All(err); len(faults) != 1 || faults[0].Key != key {
			t.Errorf("%v, want %s", err, key)
		}
		if !strings.Contains(out, "COMPARTEN") && !strings.Contains(out, "PERSONAS") || strings.Contains(out, "Estimación:") || strings.Contains(out, "Wald") {
			t.Errorf("%s:\n%s", key, out)
		}
	}
	if _, err := estimate(t, "es", "A,B,C,n\n1,0,0,x\n", plain); fault.All(err)[0].Key != "estimate.bad-count" {
		t.Error(err)
	}
	if err := (&estimateCmd{File: filepath.Join(t.TempDir(), "no.csv")}).Run(&Terminal{}); fault.All(err)[0].Key != "cli.no-file" {
		t.Error(err)
	}
}

// TestEveryRefusalHasItsSentence says each fault of a table in both languages.
func TestEveryRefusalHasItsSentence(t *testing.T) {
	for _, text := range []string{"", "A,n\n1,2\n", "A,B,C,D,E,F,G,H,I,J,K,n\n", "A,A,B,n\n1,0,0,3\n", "A,,B,n\n1,0,0,3\n", "A,B,count,n\n1,0,0,3\n", "A,B,C,n\n1,0,0,-3\n",
		"A,B,C,n\n1,0,2,3\n", "A,B,C,n\n0,0,0,3\n", "A,B,C,n\n1,0,0,0\n", "A,B,C,n\n1,0,0\n", "A,B,C,n\n1,0,\"0,3\n", "A,B,C,n\n1,0,0,90000000\n0,1,0,90000000\n"} {
		_, err := mse.Read(strings.NewReader(text))
		for _, lang := range i18n.Langs {
			faults := fault.All(err)
			if len(faults) != 1 || strings.Contains((&Terminal{Lang: lang}).sentence(faults[0]), "⟦") {
				t.Errorf("%q in %s: %v", text, lang, err)
			}
		}
	}
	for _, lang := range i18n.Langs {
		for _, f := range []*fault.Fault{fault.Conflict("estimate.no-upper-end").With("Unbounded", 3).With("Replicates", 100),
			fault.Invalid("replicates", "estimate.bad-replicates").With("Fewest", 1).With("Most", 2), fault.Invalid("file", "estimate.too-long").With("Most", 2)} {
			if s := (&Terminal{Lang: lang}).sentence(f); strings.Contains(s, "⟦") {
				t.Errorf("%s: %s", f.Key, s)
			}
		}
	}
}

func TestEstimateHasItsHelp(t *testing.T) {
	for _, lang := range i18n.Langs {
		vars := words(lang)
		for _, name := range []string{"estimate", "estimate_file", "estimate_threshold", "estimate_replicates", "estimate_seed"} {
			if vars[name] == "" {
				t.Errorf("%s has no help in %s", name, lang)
			}
		}
	}
}
