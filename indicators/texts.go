package indicators

import (
	"maps"
	"slices"
	"sync"

	"istmo/fault"
)

// Language is one in which a person can be spoken to.
type Language struct {
	Lang string // ISO 639
	Dir  string // "ltr" or "rtl"
	Name string // as its speakers call it
}

// Languages are all of them, in the order of Langs.
func Languages() []Language { return slices.Clone(languages()) }

var languages = sync.OnceValue(func() (all []Language) {
	for r := range table("texts/languages.csv") {
		all = append(all, Language{r["lang"], r["dir"], r["name"]})
	}
	return all
})

// Texts is what a person hears and reads in one language, as a device needs it.
type Texts struct {
	Lang    string            `json:"lang"`
	Dir     string            `json:"dir"`
	Awaits  []string          `json:"awaits"`  // keys and codes of the texts that no native reader has read yet
	Missing []string          `json:"missing"` // codes whose question stands in Spanish, since nobody has put it into this language
	Words   map[string]string `json:"words"`   // by key: "yes", "rights.talk.head", "consent.purpose"
	Ask     map[string]string `json:"ask"`     // by code: what the person is asked
	Look    map[string]string `json:"look"`    // by code: what an officer looks for, in the officers' languages alone
	Symbols map[string]string `json:"symbols"` // by code, and by the key of a right
}

// TextsOf gives the texts for a list in a language; NotFound for one in which nobody
// is spoken to here.
// law: cr-9095:37.d
func TextsOf(list List, lang string) (Texts, error) {
	i := slices.IndexFunc(languages(), func(l Language) bool { return l.Lang == lang })
	if i < 0 {
		return Texts{}, fault.NotFound()
	}
	t := Texts{Lang: lang, Dir: languages()[i].Dir, Awaits: []string{}, Missing: []string{},
		Words: map[string]string{}, Ask: map[string]string{}, Look: map[string]string{}, Symbols: map[string]string{}}
	for _, said := range slices.Concat(Said("words"), Said("rights"), Said("consent")) {
		t.Words[said.Key] = said.In[lang]
		if said.Symbol != "" {
			t.Symbols[said.Key] = said.Symbol
		}
		if said.Waits(lang) {
			t.Awaits = append(t.Awaits, said.Key)
		}
	}
	for _, i := range list.Indicators {
		t.add(i)
	}
	return t, nil
}

// add puts one indicator's words among them.
func (t *Texts) add(i Indicator) {
	t.Symbols[i.Code] = i.Symbol
	words, there := i.Ask[t.Lang]
	switch {
	case i.Way == Observed:
		if slices.Contains(Langs[:officers], t.Lang) {
			t.Look[i.Code] = words
		}
		return
	case !there:
		words = i.Ask["es"]
		t.Missing = append(t.Missing, i.Code)
	case slices.Contains(i.Awaits, t.Lang):
		t.Awaits = append(t.Awaits, i.Code)
	}
	t.Ask[i.Code] = words
}

// Spoken is one thing that is said to a person, in every language.
type Spoken struct {
	Key    string
	Symbol string
	In     map[string]string // by language
	Awaits []string          // the languages in which it awaits a native reader
}

// Waits reports whether the text awaits a native reader in a language.
func (s Spoken) Waits(lang string) bool { return slices.Contains(s.Awaits, lang) }

// Said are the texts of a sheet, in its order: "words" of the screen, "rights",
// "consent". The keys of the latter two begin with the sheet's name.
func Said(name string) []Spoken {
	all := slices.Clone(sheets()[name])
	for i := range all {
		all[i].In, all[i].Awaits = maps.Clone(all[i].In), slices.Clone(all[i].Awaits)
	}
	return all
}

var sheets = sync.OnceValue(func() map[string][]Spoken {
	all := map[string][]Spoken{}
	for _, name := range []string{"words", "rights", "consent"} {
		all[name] = sheet(name)
		for i := range all[name] {
			if name != "words" {
				all[name][i].Key = name + "." + all[name][i].Key
			}
		}
	}
	return all
})
