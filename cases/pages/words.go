package pages

import (
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/language"

	"istmo/access/people"
	"istmo/act"
	"istmo/cases"
	"istmo/cooperation"
	"istmo/i18n"
	"istmo/web"
)

// words tells codes and ids in the reader's language.
type words struct {
	*web.Request
	agencies map[string]cooperation.Agency // by "CO/agy_…"
	names    map[string]string             // of colleagues, by user id
}

// words gathers the names that a file speaks of: of agencies, and of the
// reader's colleagues. Somebody of another agency has none here.
func (o *room) words(r *web.Request) (words, []people.User, error) {
	w := words{Request: r, agencies: map[string]cooperation.Agency{}}
	all, err := act.Ask(r.Context(), o.engine, r.Who, cooperation.Directory{})
	if err != nil {
		return w, nil, err
	}
	for _, a := range all {
		w.agencies[a.Node+"/"+a.ID] = a
	}
	var colleagues []people.User
	colleagues, w.names, err = o.colleagues(r)
	return w, colleagues, err
}

// colleagues are the accounts of the reader's agency, with their own names.
func (o *room) colleagues(r *web.Request) ([]people.User, map[string]string, error) {
	all, err := act.Ask(r.Context(), o.engine, r.Who, people.ListUsers{})
	if err != nil {
		return nil, nil, err
	}
	names, err := act.Ask(r.Context(), o.engine, r.Who, people.Colleagues{})
	return all, names, err
}

func (w words) say(key string, values ...any) string { return i18n.Say(w.Lang, key, values...) }

// agency is "Casa Urabá, Colombia"; in one's own country the name alone.
func (w words) agency(node, id string) string {
	a, ok := w.agencies[node+"/"+id]
	if !ok {
		return i18n.Country(w.Lang, cooperation.Country(node))
	}
	return w.agencyOf(a)
}

func (w words) agencyOf(a cooperation.Agency) string {
	if a.Node == w.Who.Node {
		return a.Name
	}
	return a.Name + ", " + i18n.Country(w.Lang, cooperation.Country(a.Node))
}

// user is a colleague's name, or empty.
func (w words) user(id string) string { return w.names[id] }

// codes tells a list of codes in one line, empty for none.
func (w words) codes(prefix string, codes []string) string {
	told := each(codes, func(c string) string { return lower(w.say(prefix + c)) })
	return sentence(i18n.List(w.Lang, told...))
}

// coded tells one of a person's clear fields, empty if nothing is known.
func (w words) coded(p cases.Person, field string) string {
	codes := cases.Coded(p, field)
	switch field {
	case "citizenships":
		return i18n.List(w.Lang, each(codes, func(c string) string { return i18n.Country(w.Lang, c) })...)
	case "languages":
		return sentence(i18n.List(w.Lang, each(codes, func(c string) string { return i18n.Language(w.Lang, c) })...))
	}
	return w.codes("cases."+field+".", codes)
}

func each(words []string, tell func(string) string) []string {
	told := make([]string, len(words))
	for i, word := range words {
		told[i] = tell(word)
	}
	return told
}

// receivers are the agencies that something can be shared with, by country.
func (w words) receivers() []web.Option {
	var options []web.Option
	for key, a := range w.agencies {
		if a.Node != w.Who.Node || a.ID != w.Who.Agency {
			options = append(options, web.Option{Value: key, Label: i18n.Country(w.Lang, cooperation.Country(a.Node)) + " · " + a.Name})
		}
	}
	i18n.SortBy(w.Lang, options, func(o web.Option) string { return o.Label })
	return options
}

// countryCodes are the ISO 3166-1 codes of all countries.
var countryCodes = sync.OnceValue(func() []string {
	var all []string
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			code := string([]rune{a, b})
			region, err := language.ParseRegion(code)
			if err == nil && region.IsCountry() && region.Canonicalize().String() == code && region.M49() > 0 && !slices.Contains(notCountries, code) {
				all = append(all, code)
			}
		}
	}
	return all
})

// notCountries are codes that the tables of languages keep beside the countries.
var notCountries = []string{"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}

func countries(lang string) []web.Option {
	return named(lang, countryCodes(), i18n.Country)
}

// languageCodes are the languages that people on this way speak, as far as they
// have a code of two letters.
var languageCodes = []string{"am", "ar", "ay", "bn", "de", "en", "es", "fa", "fr", "gn", "hi", "ht", "it", "ku", "ne", "nl", "pa", "ps", "pt", "qu", "ru", "so", "sw", "ta", "ti", "tr", "uk", "ur", "uz", "vi", "wo", "zh"}

// Languages are those that a person may speak, by name.
func Languages(lang string) []web.Option { return languages(lang) }

func languages(lang string) []web.Option { return named(lang, languageCodes, i18n.Language) }

func named(lang string, codes []string, name func(lang, code string) string) []web.Option {
	options := make([]web.Option, len(codes))
	for i, c := range codes {
		options[i] = web.Option{Value: c, Label: sentence(name(lang, c))}
	}
	i18n.SortBy(lang, options, func(o web.Option) string { return o.Label })
	return options
}

// sentence begins with a capital letter.
func sentence(s string) string {
	if s == "" {
		return s
	}
	first := []rune(s)[:1]
	return strings.ToUpper(string(first)) + s[len(string(first)):]
}

// lower begins without one, for words inside a sentence.
func lower(s string) string {
	if s == "" {
		return s
	}
	first := []rune(s)[:1]
	return strings.ToLower(string(first)) + s[len(string(first)):]
}

// several is a field that takes more than one choice from a long list: a select
// for each, and one more.
type several struct {
	Name, Legend string
	Slots        []slot
}

type slot struct {
	ID, Label string
	Chosen    string
	Options   []web.Option
}

// choices fills the selects of one field with what was typed, or with what is known.
func choices(r *web.Request, name string, known []string, options []web.Option) several {
	if typed := r.Typed(); typed != nil {
		known = slices.DeleteFunc(slices.Clone(typed[name]), func(v string) bool { return v == "" })
	}
	for _, k := range known {
		if !slices.ContainsFunc(options, func(o web.Option) bool { return o.Value == k }) {
			options = append(options, web.Option{Value: k, Label: k})
		}
	}
	s := several{Name: name, Legend: r.Say("cases.ask." + name)}
	for i := range max(2, len(known)+1) {
		one := slot{ID: name + "-" + string('1'+rune(i)), Label: r.Say("cases.ask." + name + ".other"), Options: options}
		if i == 0 {
			one.Label = r.Say("cases.ask." + name + ".first")
		}
		if i < len(known) {
			one.Chosen = known[i]
		}
		s.Slots = append(s.Slots, one)
	}
	return s
}
