package demo_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"istmo/i18n"
)

var (
	picture     = regexp.MustCompile(`!\[[^\]]+\]\(shots/(\w\w)-([\w-]+\.png)\)`)
	bold        = regexp.MustCompile(`\*\*([^*]+)\*\*`)
	placeholder = regexp.MustCompile(`\\\{\\\{[^}]*\\\}\\\}`)
)

// guides are those that lead through the pages, in each language, with how many
// pictures they show at least.
var guides = []struct {
	paths map[string]string
	least int
}{
	{map[string]string{"en": "../docs/field-guide.md", "es": "../docs/guia-de-campo.md"}, 20},
	{map[string]string{"en": "../docs/focal-point-guide.md", "es": "../docs/guia-del-punto-focal.md"}, 12},
}

// TestGuides holds the guides to what is on the screen: every word in bold is said
// by a page, every picture is there and small enough for a bad line, and both
// languages show the same under as many headings.
func TestGuides(t *testing.T) {
	var all []string
	for _, g := range guides {
		shown, headings := map[string][]string{}, map[string]int{}
		for lang, path := range g.paths {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			wordsAreSaid(t, lang, path, string(text))
			shown[lang] = picturesOf(t, lang, path, string(text))
			headings[lang] = strings.Count(string(text), "\n## ")
		}
		if len(shown["en"]) < g.least || !slices.Equal(shown["en"], shown["es"]) {
			t.Errorf("the guides show different pictures:\n%v\n%v", shown["en"], shown["es"])
		}
		if headings["en"] != headings["es"] {
			t.Errorf("%v have %v headings", g.paths, headings)
		}
		all = append(all, shown["en"]...)
	}
	everyPictureIsShown(t, all)
}

func wordsAreSaid(t *testing.T, lang, path, text string) {
	t.Helper()
	said := sentences(lang)
	for _, m := range bold.FindAllStringSubmatch(text, -1) {
		if !slices.ContainsFunc(said, func(s *regexp.Regexp) bool { return s.MatchString(m[1]) }) {
			t.Errorf("%s: no page says %q", path, m[1])
		}
	}
}

func picturesOf(t *testing.T, lang, path, text string) (shown []string) {
	t.Helper()
	for _, m := range picture.FindAllStringSubmatch(text, -1) {
		if m[1] != lang {
			t.Errorf("%s shows %s in another language", path, m[2])
		}
		info, err := os.Stat(filepath.Join("../docs/shots", m[1]+"-"+m[2]))
		if err != nil || info.Size() > 200_000 {
			t.Errorf("%s: %s is missing, or larger than 200 kB (make shots takes the pictures)", path, m[2])
		}
		shown = append(shown, m[2])
	}
	return shown
}

func everyPictureIsShown(t *testing.T, shown []string) {
	t.Helper()
	files, err := os.ReadDir("../docs/shots")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if _, name, _ := strings.Cut(f.Name(), "-"); !slices.Contains(shown, name) {
			t.Errorf("no guide shows %s", f.Name())
		}
	}
}

// sentences are patterns of all that the pages of a language say.
func sentences(lang string) (all []*regexp.Regexp) {
	for _, key := range i18n.Keys(lang) {
		text := i18n.Say(lang, key, "Where", "Colombia")
		pattern := placeholder.ReplaceAllString(regexp.QuoteMeta(text), ".+")
		all = append(all, regexp.MustCompile("^"+pattern+"$"))
	}
	return all
}
