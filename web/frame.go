package web

import (
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"istmo/access"
	"istmo/i18n"
)

const preferencesPath = "/preferences"

// themes are the ways a page may be lit; the first follows the device.
var themes = []string{"auto", "light", "dark", "dimmed"}

// frame is the dot of the template around every page.
type frame struct {
	*Page
	Content template.HTML
	Nav     []navItem
	Faults  []summed
	Theme   string
	Themes  []string
	Notice  string
	Node    Node
	Here    string // this page, for forms in the frame
	Token   string
	Heading string
	SignOut string
	Alone   bool // without navigation
}

type navItem struct {
	Text, Href string
	Current    bool
}

// summed is one line of the error summary.
type summed struct{ Text, Anchor string }

func (s *Site) frame(p *Page, inside template.HTML) frame {
	f := frame{Page: p, Content: inside, Theme: s.theme(p.Request.Request), Themes: themes, Notice: p.notice,
		Node: s.o.Node, Here: p.URL.RequestURI(), Token: visitOf(p.Request.Request).token,
		Heading: p.Say(p.Title, p.Args...), SignOut: s.o.SignOut}
	f.Faults = p.summary()
	f.Alone = p.Layout == Plain || !p.SignedIn()
	if !f.Alone {
		f.Nav = s.places(p)
	}
	return f
}

// places are the items of the navigation that this visitor has a use for.
func (s *Site) places(p *Page) []navItem {
	var items []navItem
	current, longest := -1, 0
	for _, n := range s.nav {
		if !s.sees(p.Who, n) {
			continue
		}
		if under(p.URL.Path, n.Path) && len(n.Path) > longest {
			current, longest = len(items), len(n.Path)
		}
		items = append(items, navItem{Text: p.Say(n.Key), Href: n.Path})
	}
	if current >= 0 {
		items[current].Current = true
	}
	return items
}

func (s *Site) sees(who access.Who, n Nav) bool {
	return (len(n.Roles) == 0 || who.Has(n.Roles...)) && (n.Verb == "" || s.may(who, string(n.Verb)))
}

func (s *Site) may(who access.Who, verb string) bool { return s.o.May(who, access.Verb(verb)) }

// under reports whether path is place or below it.
func under(path, place string) bool {
	return path == place || strings.HasPrefix(path, strings.TrimSuffix(place, "/")+"/") && place != "/"
}

// lang is the language that the visitor chose here, else that of their account,
// else what their browser asks for.
func (s *Site) lang(r *http.Request) string {
	if c, err := r.Cookie(s.cookieName("lang")); err == nil && i18n.Speaks(c.Value) {
		return c.Value
	}
	if lang := visitOf(r).visitor.Who.Lang; i18n.Speaks(lang) {
		return lang
	}
	return i18n.Choose(r.Header.Get("Accept-Language"))
}

func (s *Site) theme(r *http.Request) string {
	c, err := r.Cookie(s.cookieName("theme"))
	if err != nil || !slices.Contains(themes, c.Value) {
		return themes[0]
	}
	return c.Value
}

// preferences keeps a choice of language or light in a cookie, and goes back to
// the page on which it was made.
func (s *Site) preferences(w http.ResponseWriter, r *http.Request) {
	visitOf(r).pattern = "POST " + preferencesPath
	if err := s.take(w, r); err != nil {
		s.fail(w, s.request(w, r), err)
		return
	}
	const year = 365 * 24 * 3600
	if lang := r.PostForm.Get("lang"); i18n.Speaks(lang) {
		http.SetCookie(w, s.cookie("lang", lang, year))
	}
	if theme := r.PostForm.Get("theme"); slices.Contains(themes, theme) {
		http.SetCookie(w, s.cookie("theme", theme, year))
	}
	http.Redirect(w, r, localPath(r.PostForm.Get(fieldPage), "/"), http.StatusSeeOther)
}

// toSignIn sends a visitor to sign in, and then back: to the page they asked for
// or to the one whose form they sent.
func (s *Site) toSignIn(w http.ResponseWriter, r *http.Request, back string) {
	http.Redirect(w, r, s.o.SignIn+"?"+url.Values{"next": {localPath(back, "/")}}.Encode(), http.StatusSeeOther)
}
