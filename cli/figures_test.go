package cli

import (
	"bytes"
	"context"
	"istmo/testkit/published"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"istmo/fault"
	"istmo/i18n"
)

func checked(t *testing.T, lang string, run func(*Terminal) error) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := run(&Terminal{Out: &out, Err: &out, Lang: lang, ctx: context.Background()})
	if strings.Contains(out.String(), "⟦") {
		t.Errorf("a sentence is missing:\n%s", out.String())
	}
	return out.String(), err
}

func says(t *testing.T, out string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(out, w) {
			t.Errorf("it does not say %q:\n%.3000s", w, out)
		}
	}
}

func TestImportAtTheTerminal(t *testing.T) {
	flows := importFlows{figuresFile{File: published.Path(t, "panama_irregular_entries_monthly.csv"), Check: true}}
	out, err := checked(t, "es", flows.Run)
	if err != nil {
		t.Error(err)
	}
	says(t, out, "1\u00a0886 filas", "133\u00a0726", "246\u00a0133", "519\u00a0774", "302\u00a0290", "2\u00a0831", "falta un valor en la fuente", "333\u00a0659", "333\u00a0704", "pueden ser ciertas", "UTF-8", "comas")
	out, err = checked(t, "en", flows.Run)
	if err != nil {
		t.Error(err)
	}
	says(t, out, "133,726", "From 2023-01 to 2023-08 this file gives 333,659", "333,704", "Both figures can be true")

	returns := importGlotip{figuresFile{File: published.Path(t, "glotip_col_pan_cri.csv"), Check: true}}
	for lang, words := range map[string][]string{
		"es": {"1\u00a0504 filas", "PAN 2017", "por sexo: 34 > 20", "seguro", "probable", "por tanto es 0", "«BARSIL» → BRA Brasil", "«Congo» → COD/COG?", "Gentilicio (3)", "Lo tiene que decir una persona (1)", "Female · 18 years or over: 34"},
		"en": {"by sex: 34 > 20", "so it is 0", "«BARSIL» → BRA Brazil", "Demonym (3)", "A person has to say (1)"},
	} {
		out, err := checked(t, lang, returns.Run)
		if err != nil {
			t.Error(err)
		}
		says(t, out, words...)
	}

	file := filepath.Join(t.TempDir(), "poblacion.csv")
	if err := os.WriteFile(file, []byte("iso3;year;sex;age;people\nPAN;2022;Total;total;4.408.581\nPAN;2022;F;0-17;x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	people := importPopulation{figuresFile{File: file, Check: true}}
	out, err = checked(t, "es", people.Run)
	if faults := fault.All(err); len(faults) != 1 || faults[0].Key != "figures.not-clean" {
		t.Error(err)
	}
	says(t, out, "punto y coma", "Fila 3", "people", "No se toma", "número entero")
	people.File, people.Check = "/nowhere", true
	if _, err := checked(t, "es", people.Run); fault.All(err)[0].Key != "cli.no-file" {
		t.Error(err)
	}
}

// TestFiguresComeInAtTheTerminal takes files in as an analyst whose token it is: whole
// or not at all, and the same one twice changes nothing.
func TestFiguresComeInAtTheTerminal(t *testing.T) {
	term, out, token := terminalOf(t, "analyst", "sources.*")
	_, _, other := terminal(t)
	run := func(key string, c interface{ Run(*Terminal) error }, words ...string) {
		t.Helper()
		err := c.Run(term)
		if faults := fault.All(err); key == "" && err != nil || key != "" && (len(faults) == 0 || faults[0].Key != key) {
			t.Errorf("got %v, want %q", err, key)
		}
		says(t, out.String(), words...)
		out.Reset()
	}
	flows := &importFlows{figuresFile{File: published.Path(t, "panama_irregular_entries_monthly.csv"), Source: "Servicio Nacional de Migración", Edition: "2025-03"}}
	run("records.no-token", flows)
	flows.TokenFile = other
	run("fault.not-found", flows)
	flows.TokenFile = token
	flows.Edition = "marzo"
	run("sources.which-edition", flows)
	flows.Edition = "2025-03"
	run("", flows, "519\u00a0774", "Nuevas: 1\u00a0886", "edición 2025-03")
	run("", flows, "No ha cambiado nada")

	file := filepath.Join(t.TempDir(), "provincias.geojson")
	square := `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"PA05","name":"Darién"},"geometry":{"type":"Polygon","coordinates":[[[-78,8],[-77,8],[-77,9],[-78,8]]]}}]}`
	must(t, os.WriteFile(file, []byte(square), 0o600))
	run("", &importBorders{figuresFile{File: file, Source: "HDX", Edition: "2024", TokenFile: token}, "province"}, "Límites", "Nuevas: 1")
	must(t, os.WriteFile(file, []byte(strings.Replace(square, "8],[-77", "8],[-770", 1)), 0o600))
	run("figures.not-clean", &importBorders{figuresFile{File: file, Source: "HDX", Edition: "2025", TokenFile: token}, "province"}, "grados")
}

// TestEveryProblemOfFiguresHasItsSentence looks for each key that the reader names,
// in both languages.
func TestEveryProblemOfFiguresHasItsSentence(t *testing.T) {
	files, err := filepath.Glob("../observatory/figures/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	known := map[string]map[string]bool{}
	for _, lang := range i18n.Langs {
		known[lang] = map[string]bool{}
		for _, key := range i18n.Keys(lang) {
			known[lang][key] = true
		}
	}
	keys := regexp.MustCompile(`"(figures\.[a-z0-9-]+)"`)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range keys.FindAllStringSubmatch(string(text), -1) {
			for _, lang := range i18n.Langs {
				if !known[lang][m[1]] {
					t.Errorf("%s: %s has no sentence in %s", file, m[1], lang)
				}
			}
		}
	}
}
