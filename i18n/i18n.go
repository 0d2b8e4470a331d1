// Package i18n is how istmo speaks: every sentence that a person reads comes
// from here, in Spanish first and in English beside it.
//
// Sentences live in locales/<language>/<feature>.toml under flat keys such as
// "referrals.send.title". A sentence may hold named values, {{.Agency}}, and may
// have plural forms that follow {{.Count}}. A test holds the languages to the
// same keys and the same named values, so that no page is half translated.
package i18n

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"

	"github.com/BurntSushi/toml"
	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"
	"golang.org/x/text/language"
)

// Langs are the languages, the first one being used where none is known.
var Langs = []string{"es", "en"}

//go:embed locales
var files embed.FS

// tongue is all that is said in one language.
type tongue struct {
	voice    *goi18n.Localizer
	messages map[string]*goi18n.Message
	tag      language.Tag
}

var tongues = mustLoad(files)

// strict makes a sentence whose named value is missing fail, so that the gap
// shows as ⟦key⟧ and not as a sentence with a hole.
var strict = &template.TextParser{Option: "missingkey=error"}

// mustLoad panics with the name of the file that cannot be read: it is embedded,
// so this is found by the first test and never by a reader.
func mustLoad(files fs.FS) map[string]tongue {
	all := map[string]tongue{}
	for _, lang := range Langs {
		t, err := load(files, lang)
		if err != nil {
			panic(err)
		}
		all[lang] = t
	}
	return all
}

func load(files fs.FS, lang string) (tongue, error) {
	t := tongue{messages: map[string]*goi18n.Message{}, tag: language.MustParse(lang)}
	bundle := goi18n.NewBundle(t.tag)
	names, err := fs.Glob(files, path.Join("locales", lang, "*.toml"))
	if err != nil {
		return t, fmt.Errorf("i18n: list %s: %w", lang, err)
	}
	for _, name := range names {
		if err := t.read(bundle, files, name); err != nil {
			return t, fmt.Errorf("i18n: %s: %w", name, err)
		}
	}
	t.voice = goi18n.NewLocalizer(bundle, lang)
	return t, nil
}

// read takes in one file; a key that another file already has is an error,
// because which of the two wins would depend on their names.
func (t tongue) read(bundle *goi18n.Bundle, files fs.FS, name string) error {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	messages, err := bundle.ParseMessageBytes(t.tag, text, toml.Unmarshal)
	if err != nil {
		return err
	}
	for _, m := range messages {
		if t.messages[m.ID] != nil {
			return fmt.Errorf("key %q is also in another file", m.ID)
		}
		t.messages[m.ID] = m
	}
	return nil
}

// in is the tongue of lang, or the first language for one that we do not speak.
func in(lang string) tongue {
	if t, ok := tongues[lang]; ok {
		return t
	}
	return tongues[Langs[0]]
}

// Say is the sentence of key in lang. The values are pairs of name and value,
// as in Say("es", "referrals.sent-to", "Country", "Colombia"); one named
// "Count" picks the plural form. A key that does not exist, or a sentence that
// lacks a value it names, is shown as ⟦key⟧: seen at once, and never empty.
func Say(lang, key string, values ...any) string {
	t := in(lang)
	if t.messages[key] == nil {
		return "⟦" + key + "⟧"
	}
	named := map[string]any{}
	for i := 0; i+1 < len(values); i += 2 {
		named[fmt.Sprint(values[i])] = values[i+1]
	}
	said, _ := t.voice.Localize(&goi18n.LocalizeConfig{
		MessageID:      key,
		TemplateData:   named,
		PluralCount:    named["Count"],
		TemplateParser: strict,
	}) // Spanish has a plural form for millions that may fall back, with an error and a sentence
	if said == "" {
		return "⟦" + key + "⟧"
	}
	return said
}

// Has reports whether lang has a sentence for key.
func Has(lang, key string) bool { return in(lang).messages[key] != nil }

// Keys are all keys of lang, sorted.
func Keys(lang string) []string {
	keys := make([]string, 0, len(in(lang).messages))
	for k := range in(lang).messages {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// Speaks reports whether lang is one of ours.
func Speaks(lang string) bool { return slices.Contains(Langs, lang) }

// Choose is the language of ours that fits a browser's Accept-Language best.
func Choose(accept string) string {
	wanted, _, err := language.ParseAcceptLanguage(accept)
	if err != nil {
		return Langs[0]
	}
	for _, tag := range wanted {
		if base, _ := tag.Base(); Speaks(base.String()) {
			return base.String()
		}
	}
	return Langs[0]
}
