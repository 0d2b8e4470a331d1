package indicators_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"istmo/fault"
	"istmo/indicators"
)

// asked is every text of a language that a person hears or reads, by key or code.
func asked(t *testing.T, lang string) map[string]string {
	t.Helper()
	all := texts(t, lang)
	words := map[string]string{}
	for key, text := range all.Words {
		words[key] = text
	}
	for code, text := range all.Ask {
		words[code] = text
	}
	return words
}

func texts(t *testing.T, lang string) indicators.Texts {
	t.Helper()
	all, err := indicators.TextsOf(indicators.Shipped(), lang)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestEveryTextInEveryLanguage: none is missing and none is empty; one is in Spanish
// in no other language; every text that we did not write as natives says so.
func TestEveryTextInEveryLanguage(t *testing.T) {
	spanish := asked(t, "es")
	if len(spanish) != 69+len(texts(t, "es").Words) {
		t.Errorf("%d texts", len(spanish))
	}
	for _, lang := range indicators.Langs {
		all, here := texts(t, lang), asked(t, lang)
		if len(here) != len(spanish) || len(all.Missing) != 0 {
			t.Errorf("%s: %d texts, %v missing", lang, len(here), all.Missing)
		}
		native := lang == "es" || lang == "en"
		if native && len(all.Awaits) > 0 || !native && len(all.Awaits) != len(here) {
			t.Errorf("%s: %d of %d texts await a native reader", lang, len(all.Awaits), len(here))
		}
		for key, words := range here {
			if strings.TrimSpace(words) == "" || words != strings.TrimSpace(words) {
				t.Errorf("%s %s: %q", lang, key, words)
			}
			if lang != "es" && words == spanish[key] && key != "no" && (lang != "pt" || strings.Contains(words, " ")) {
				t.Errorf("%s %s is in Spanish: %q", lang, key, words)
			}
		}
	}
}

// Words that only Spanish has, and letters of Chinese.
var (
	spanishWords = regexp.MustCompile(`(?i)[¿¡ñ]|\b(usted|quiere|alguien|le|los|del|trabajo|ayuda|viaje)\b`)
	frenchLe     = regexp.MustCompile(`(?i)\b(le|la|les)\b`)
	han          = regexp.MustCompile(`\p{Han}`)
)

func TestNoLanguageHoldsAnother(t *testing.T) {
	for _, lang := range indicators.Langs {
		for key, words := range asked(t, lang) {
			rest := words
			if lang == "fr" {
				rest = frenchLe.ReplaceAllString(rest, "")
			}
			if lang != "es" && (lang != "pt" || strings.ContainsAny(rest, "¿¡ñ")) && spanishWords.MatchString(rest) {
				t.Errorf("%s %s has Spanish in it: %q", lang, key, words)
			}
			if han.MatchString(words) != (lang == "zh") {
				t.Errorf("%s %s: %q", lang, key, words)
			}
		}
	}
}

// TestQuestionsAsk: what is put to a person is one short question, marked as the
// language marks it.
func TestQuestionsAsk(t *testing.T) {
	for _, lang := range indicators.Langs {
		end, most := "?", 120
		switch lang {
		case "fr":
			end = " ?"
		case "zh":
			end, most = "？", 40
		}
		for code, q := range texts(t, lang).Ask {
			if !strings.HasSuffix(q, end) || strings.Count(q, "?")+strings.Count(q, "？") != 1 || lang == "es" && strings.Count(q, "¿") != 1 {
				t.Errorf("%s %s is no question: %q", lang, code, q)
			}
			if n := utf8.RuneCountInString(q); n > most {
				t.Errorf("%s %s has %d letters: %q", lang, code, n, q)
			}
		}
		for key, words := range texts(t, lang).Words {
			limit := 190
			if !strings.Contains(key, ".") {
				limit = 80
			}
			if strings.HasSuffix(key, ".head") {
				limit = 70
			}
			if n := utf8.RuneCountInString(words); n > limit && key != "receipt-why" && key != "awaits" {
				t.Errorf("%s %s has %d letters: %q", lang, key, n, words)
			}
		}
	}
}

// forbidden are words that judge, blame or come from the law, in any language: a
// person is told what is being asked, not what they are.
var forbidden = regexp.MustCompile(`(?i)v[ií]ctim|viktim|vítima|受害|\btrata\b|traffick|tráfico|trafik|\btraite|贩|delito|crimin|crime|ilegal|illegal|ilícit|犯|非法|prostitu|esclav|slave|escrav|esklav|奴|culpa|fault|faute|fòt ou|罪|\bwhy did|por qué|pourquoi avez|por que você`)

func TestNoWordJudges(t *testing.T) {
	for _, lang := range indicators.Langs {
		for key, words := range asked(t, lang) {
			if w := forbidden.FindString(words); w != "" {
				t.Errorf("%s %s says %q: %q", lang, key, w, words)
			}
		}
	}
}

// TestWhatIsLookedFor: what an officer observes is put to nobody, and said to officers
// in their own languages alone.
func TestWhatIsLookedFor(t *testing.T) {
	for _, lang := range indicators.Langs {
		all := texts(t, lang)
		for _, i := range indicators.Shipped().Indicators {
			look, isLook := all.Look[i.Code]
			_, isAsk := all.Ask[i.Code]
			officer := lang == "es" || lang == "en"
			if isAsk == (i.Way == indicators.Observed) || isLook != (i.Way == indicators.Observed && officer) || isLook && len(look) < 40 {
				t.Errorf("%s %s (%s): asked %v, looked for %q", lang, i.Code, i.Way, isAsk, look)
			}
		}
	}
	if _, asks := texts(t, "es").Ask["CHI-01"]; asks {
		t.Error("a child is asked about sex by the first officer they meet")
	}
}

// TestSymbolsAndDirections: every indicator and every right has a picture that the
// device can draw, and every language a direction.
func TestSymbolsAndDirections(t *testing.T) {
	all := texts(t, "ht")
	for _, i := range indicators.Shipped().Indicators {
		if !slices.Contains(indicators.Symbols, all.Symbols[i.Code]) {
			t.Errorf("%s: no picture %q", i.Code, all.Symbols[i.Code])
		}
	}
	for _, s := range indicators.Said("rights") {
		head := strings.HasSuffix(s.Key, ".head")
		if head && s.Symbol == "" || head && s.Symbol != "help" && !slices.Contains(indicators.Symbols, s.Symbol) {
			t.Errorf("%s: no picture %q", s.Key, s.Symbol)
		}
	}
	for i, l := range indicators.Languages() {
		if l.Lang != indicators.Langs[i] || l.Dir != "ltr" && l.Dir != "rtl" || l.Name == "" {
			t.Errorf("%+v", l)
		}
	}
	if _, err := indicators.TextsOf(indicators.Shipped(), "xx"); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("a language that nobody speaks: %v", err)
	}
}

// TestSevenQuestionsOfConsent: the consent text has each of the seven.
func TestSevenQuestionsOfConsent(t *testing.T) {
	words := texts(t, "es").Words
	for _, key := range []string{"interview", "purpose", "uses", "research", "access", "retention", "withdraw"} {
		if !strings.HasSuffix(words["consent."+key], "?") {
			t.Errorf("%s: %q", key, words["consent."+key])
		}
	}
}

// TestAQuestionWithoutATranslation stands in Spanish and says so.
func TestAQuestionWithoutATranslation(t *testing.T) {
	l := indicators.Shipped()
	delete(l.Indicators[0].Ask, "ht")
	all, err := indicators.TextsOf(l, "ht")
	if err != nil || !slices.Equal(all.Missing, []string{"ACT-01"}) || all.Ask["ACT-01"] != l.Indicators[0].Ask["es"] || slices.Contains(all.Awaits, "ACT-01") {
		t.Errorf("missing %v, asked %q, %v", all.Missing, all.Ask["ACT-01"], err)
	}
}

// TestTheShippedList keeps what the list came with.
func TestTheShippedList(t *testing.T) {
	l := indicators.Shipped()
	seen := map[string]bool{}
	unvalidated := []string{}
	for _, i := range l.Indicators {
		if seen[i.Code] || !slices.Contains(indicators.Dimensions, i.Dimension) || !slices.Contains(indicators.Strengths, i.Strength) ||
			!slices.Contains(indicators.Applying, i.Applies) || i.ES == "" || i.EN == "" || i.Source == "" || i.Way != indicators.Asked && i.Way != indicators.Observed ||
			i.Element != "" && !slices.Contains(indicators.Elements, i.Element) {
			t.Errorf("%+v", i)
		}
		seen[i.Code] = true
		if !i.Validated {
			unvalidated = append(unvalidated, i.Code)
		}
	}
	if len(l.Indicators) != 74 || !slices.Equal(unvalidated, []string{"TRA-01", "TRA-02", "TRA-03"}) || l.Rule.Verified() || len(l.Rule.Clauses) != 4 {
		t.Errorf("%d indicators, unvalidated %v, rule verified %v", len(l.Indicators), unvalidated, l.Rule.Verified())
	}
}
