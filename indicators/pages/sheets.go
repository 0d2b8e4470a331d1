package pages

import (
	"strings"

	"istmo/i18n"
	"istmo/indicators"
	"istmo/web"
)

// sheet is a paper that is read to a person, in their language.
type sheet struct {
	indicators.Language
	Lang2      string // what the officer calls the language
	Awaits     bool
	AwaitsText string
	Title      string
	Parts      []part
	Other      web.Link
}

// part is one right, or one question of consent.
type part struct{ Symbol, Head, Text string }

// languages asks in which language.
func (d *desk) languages(r *web.Request) (web.View, error) {
	return web.View{Template: "indicators/languages", Title: "indicators.rights.title", Data: tongueLinks(r)}, nil
}

type tongue struct {
	indicators.Language
	Called, Rights, Consent string
	Awaits                  bool
}

func tongueLinks(r *web.Request) []tongue {
	var all []tongue
	for n, l := range indicators.Languages() {
		all = append(all, tongue{l, i18n.Language(r.Lang, l.Lang), Rights + "/" + l.Lang, Rights + "/" + l.Lang + "/consent", n >= 2})
	}
	return all
}

func (d *desk) sheet(r *web.Request) (s sheet, words map[string]string, err error) {
	t, err := indicators.TextsOf(indicators.List{}, r.PathValue("lang"))
	if err != nil {
		return s, nil, err
	}
	for _, l := range indicators.Languages() {
		if l.Lang == t.Lang {
			s.Language = l
		}
	}
	s.Lang2, s.Awaits, s.AwaitsText = i18n.Language(r.Lang, t.Lang), len(t.Awaits) > 0, t.Words["awaits"]
	return s, t.Words, nil
}

// rights is the sheet of a person's rights, in one language, on one page of paper.
// law: palermo:6.2 cr-9095:37.d
func (d *desk) rights(r *web.Request) (web.View, error) {
	s, words, err := d.sheet(r)
	if err != nil {
		return web.View{}, err
	}
	s.Title = words["rights.title"]
	for _, one := range indicators.Said("rights") {
		if key, is := strings.CutSuffix(one.Key, ".head"); is {
			s.Parts = append(s.Parts, part{one.Symbol, words[one.Key], words[key+".text"]})
		}
	}
	s.Other = web.Link{Text: r.Say("indicators.consent.to"), Href: Rights + "/" + s.Lang + "/consent"}
	return web.View{Template: "indicators/rights", Title: "indicators.rights.in", Args: []any{"Language", s.Lang2}, Data: s, Layout: web.Person,
		Back: &web.Link{Text: r.Say("indicators.rights.title"), Href: Rights}}, nil
}

// consent is the text that is read before anything is kept.
// law: iom-dp:consent pa-81-2019:consent
func (d *desk) consent(r *web.Request) (web.View, error) {
	s, words, err := d.sheet(r)
	if err != nil {
		return web.View{}, err
	}
	s.Title = words["consent.title"]
	for _, key := range []string{"interview", "purpose", "uses", "research", "access", "retention", "withdraw"} {
		s.Parts = append(s.Parts, part{Text: words["consent."+key]})
	}
	s.Other = web.Link{Text: r.Say("indicators.rights.to"), Href: Rights + "/" + s.Lang}
	data := map[string]any{"S": s, "Intro": words["consent.intro"], "Child": words["consent.child"], "Yes": words["yes"], "No": words["no"]}
	return web.View{Template: "indicators/consent", Title: "indicators.consent.in", Args: []any{"Language", s.Lang2}, Data: data, Layout: web.Person,
		Back: &web.Link{Text: r.Say("indicators.rights.title"), Href: Rights}}, nil
}
