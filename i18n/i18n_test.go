package i18n

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
)

func TestLanguagesHaveTheSameKeys(t *testing.T) {
	first := Keys(Langs[0])
	for _, lang := range Langs[1:] {
		if diff := cmp.Diff(first, Keys(lang)); diff != "" {
			t.Errorf("%s (-) and %s (+) differ:\n%s", Langs[0], lang, diff)
		}
	}
}

var named = regexp.MustCompile(`{{\s*\.(\w+)`)

// texts are the plural forms that a message has.
func texts(m *goi18n.Message) []string {
	var all []string
	for _, s := range []string{m.Zero, m.One, m.Two, m.Few, m.Many, m.Other} {
		if s != "" {
			all = append(all, s)
		}
	}
	return all
}

func names(m *goi18n.Message) []string {
	var all []string
	for _, s := range texts(m) {
		for _, found := range named.FindAllStringSubmatch(s, -1) {
			all = append(all, found[1])
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func TestSentencesNameTheSameValuesInEveryLanguage(t *testing.T) {
	for key, m := range tongues["es"].messages {
		other := tongues["en"].messages[key]
		if other == nil {
			continue // the test of keys says so
		}
		if a, b := names(m), names(other); !reflect.DeepEqual(a, b) {
			t.Errorf("%s names %v in es and %v in en", key, a, b)
		}
	}
}

func TestNoSentenceIsEmpty(t *testing.T) {
	for _, lang := range Langs {
		for key, m := range tongues[lang].messages {
			if strings.TrimSpace(m.Other) == "" {
				t.Errorf("%s: %s has no text", lang, key)
			}
		}
	}
}

func TestAKeyInTwoFilesIsRefused(t *testing.T) {
	text := &fstest.MapFile{Data: []byte(`"a.b" = "x"`)}
	_, err := load(fstest.MapFS{"locales/es/one.toml": text, "locales/es/two.toml": text}, "es")
	if err == nil || !strings.Contains(err.Error(), `"a.b"`) {
		t.Errorf("got %v", err)
	}
}

func TestSay(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{Say("es", "fault.required", "Label", "Nombre"), "Falta «Nombre»."},
		{Say("en", "i18n.ago.days", "Count", 1), "1 day ago"},
		{Say("en", "i18n.ago.days", "Count", 3), "3 days ago"},
		{Say("es", "i18n.ago.days", "Count", 2_000_000), "hace 2000000 días"},
		{Say("es", "no.such-key"), "⟦no.such-key⟧"},
		{Say("es", "fault.required"), "⟦fault.required⟧"},
		{Say("fr", "i18n.and"), "y"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestWordsForTimesNumbersAndNames(t *testing.T) {
	at := time.Date(2026, 11, 22, 19, 5, 0, 0, time.UTC)
	panama := time.FixedZone("-05", -5*3600)
	for _, c := range []struct{ got, want string }{
		{Date("es", at), "22 nov 2026"},
		{Date("en", at), "22 Nov 2026"},
		{Date("es", time.Time{}), ""},
		{DateTime("es", at, panama), "22 nov 2026, 14:05 (-05)"},
		{DateTime("es", at, time.UTC), "22 nov 2026, 19:05 (UTC)"},
		{Since("es", at.Add(-72*time.Hour), at), "hace 3 días"},
		{Since("en", at.Add(2*time.Hour), at), "in 2 hours"},
		{Since("es", at.Add(time.Second), at), "ahora"},
		{Span("es", 26*time.Hour), "1 día"},
		{Number("es", 333704), "333\u202f704"},
		{Number("es", 1234), "1234"},
		{Number("en", 1234567), "1,234,567"},
		{Number("en", -5), "−5"},
		{List("es", "Panamá", "Colombia", "Costa Rica"), "Panamá, Colombia y Costa Rica"},
		{List("es", "Panamá", "Italia"), "Panamá e Italia"},
		{List("es", "agua", "hielo"), "agua y hielo"},
		{List("en", "one"), "one"},
		{List("en"), ""},
		{Country("es", "PA"), "Panamá"},
		{Country("en", "CR"), "Costa Rica"},
		{Country("en", "??"), "??"},
		{Language("es", "en"), "inglés"},
		{Language("en", "es"), "Spanish"},
		{Choose("fr-FR,en-GB;q=0.8,es;q=0.5"), "en"},
		{Choose("pt"), "es"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestSortFollowsTheDictionary(t *testing.T) {
	words := []string{"Zapata", "Ñáñez", "núñez", "Ocampo", "Ángel", "Ana"}
	Sort("es", words)
	if diff := cmp.Diff([]string{"Ana", "Ángel", "núñez", "Ñáñez", "Ocampo", "Zapata"}, words); diff != "" {
		t.Error(diff)
	}
}
