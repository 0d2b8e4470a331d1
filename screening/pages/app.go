package pages

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"strings"

	"istmo/act"
	"istmo/fault"
	"istmo/i18n"
	"istmo/indicators"
	"istmo/screening"
	"istmo/store"
	"istmo/web"
)

// The screening app is one page that a phone keeps: its shell, a service worker
// with the list of its parts, the officers' words and the texts for the person. All
// of it is open to anybody and says nothing of anybody.

//go:embed app.tmpl
var shellText string

var shellTemplate = template.Must(template.New("app").Parse(shellText))

// app hangs up the parts of the app.
func (o *room) app(s *web.Site) {
	s.Public("GET "+AppPath+"{$}", o.part("text/html; charset=utf-8", func(*web.Request) ([]byte, error) { return shell(s) }))
	s.Public("GET "+AppPath+"sw.js", o.part("text/javascript; charset=utf-8", func(r *web.Request) ([]byte, error) { return o.worker(r, s) }))
	s.Public("GET "+AppPath+"manifest.webmanifest", o.part("application/manifest+json", func(r *web.Request) ([]byte, error) { return manifest(r, s) }))
	s.Public("GET "+AppPath+"words/{file}", o.part("application/json", func(r *web.Request) ([]byte, error) { return words(language(r)) }))
	s.Public("GET "+AppPath+"texts/{file}", o.part("application/json", func(r *web.Request) ([]byte, error) { return o.texts(r, language(r)) }))
	s.Raw("GET "+AppPath+"posts", o.desk)
}

// part answers with one part of the app, which may use the camera and be installed.
func (o *room) part(kind string, make func(*web.Request) ([]byte, error)) func(http.ResponseWriter, *web.Request) error {
	return func(w http.ResponseWriter, r *web.Request) error {
		text, err := make(r)
		if err != nil {
			return err
		}
		if strings.HasPrefix(kind, "text/html") {
			web.AllowApp(w.Header())
		}
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Cache-Control", "no-cache")
		_, _ = w.Write(text) // the reader has gone; there is nobody left to tell
		return nil
	}
}

// language is the one that a path ends in: "ht.json".
func language(r *web.Request) string {
	lang, _ := strings.CutSuffix(r.PathValue("file"), ".json")
	return lang
}

// scripts are the app's further bundles, read when they are needed.
var scripts = []string{"screening-crypt", "screening-draw", "screening-read"}

type further struct{ Name, At string }

// shell is the page itself.
func shell(s *web.Site) ([]byte, error) {
	var d struct {
		App, Style, Mark, Icon string
		Scripts                []further
		NoScript               []struct{ Lang, Words string }
	}
	var err error
	at := func(name string) string {
		a, e := s.Asset(name)
		if e != nil {
			err = e
		}
		return a
	}
	d.App, d.Style, d.Mark, d.Icon = at("screening.js"), at("screening.css"), at("mark.svg"), at("icon-192.png")
	d.Scripts = []further{{"mark", d.Mark}}
	for _, name := range scripts {
		d.Scripts = append(d.Scripts, further{name, at(name + ".js")})
	}
	for _, lang := range i18n.Langs {
		d.NoScript = append(d.NoScript, struct{ Lang, Words string }{lang, i18n.Say(lang, prefix+"no-script")})
	}
	var page bytes.Buffer
	if err == nil {
		err = shellTemplate.Execute(&page, d)
	}
	return page.Bytes(), err
}

// parts are the addresses of all that the app is, for its service worker.
func parts(s *web.Site) ([]string, error) {
	all := []string{AppPath}
	for _, name := range []string{"screening.js", "screening-crypt.js", "screening-draw.js", "screening-read.js", "screening.css",
		"mark.svg", "icon-192.png", "public-sans-latin.woff2", "public-sans-latin-ext.woff2"} {
		at, err := s.Asset(name)
		if err != nil {
			return nil, err
		}
		all = append(all, at)
	}
	for _, lang := range i18n.Langs {
		all = append(all, AppPath+"words/"+lang+".json")
	}
	for _, lang := range indicators.Langs {
		all = append(all, AppPath+"texts/"+lang+".json")
	}
	return all, nil
}

// worker is the service worker, with the list of the app's parts before it. Its
// text changes with any part, so that a phone then fetches all of them.
func (o *room) worker(r *web.Request, s *web.Site) ([]byte, error) {
	list, err := parts(s)
	if err != nil {
		return nil, err
	}
	sum := sha256.New()
	page, err := shell(s)
	if err != nil {
		return nil, err
	}
	sum.Write(page)
	for _, lang := range i18n.Langs {
		text, err := words(lang)
		if err != nil {
			return nil, err
		}
		sum.Write(text)
	}
	for _, lang := range indicators.Langs {
		text, err := o.texts(r, lang)
		if err != nil {
			return nil, err
		}
		sum.Write(text)
	}
	names, err := json.Marshal(list)
	if err != nil {
		return nil, err
	}
	code, err := s.AssetText("screening-sw.js")
	sum.Write(names)
	return fmt.Appendf(nil, "const TAG = %q, PARTS = %s;\n%s", hex.EncodeToString(sum.Sum(code)[len(code):][:8]), names, code), err
}

// manifest is what a phone needs to install the app.
func manifest(r *web.Request, s *web.Site) ([]byte, error) {
	var icons []map[string]string
	for _, i := range []struct{ name, size, purpose string }{{"icon-192.png", "192x192", "any"}, {"icon-512.png", "512x512", "any"}, {"icon-safe-512.png", "512x512", "maskable"}} {
		at, err := s.Asset(i.name)
		if err != nil {
			return nil, err
		}
		icons = append(icons, map[string]string{"src": at, "sizes": i.size, "type": "image/png", "purpose": i.purpose})
	}
	return json.Marshal(map[string]any{"id": AppPath, "start_url": AppPath, "scope": AppPath, "display": "standalone", "lang": r.Lang, "dir": "ltr",
		"name": "istmo · " + r.Say(prefix+"name"), "short_name": r.Say(prefix + "short"), "description": r.Say(prefix + "description"),
		"theme_color": "#0b3c49", "background_color": "#faf7f2", "icons": icons})
}

// prefix is where the app's own words stand.
const prefix = "screening.app."

// shared are the words of other rooms that the app says too.
var shared = []string{"cases.sex.", "cases.age_band.", "cases.needs.", "cases.way."}

// words are the officer's, by key. A value stands in them as {Name}.
func words(lang string) ([]byte, error) {
	if !i18n.Speaks(lang) {
		return nil, fault.NotFound()
	}
	var values []any
	for _, name := range []string{"N", "Of", "Name", "Bytes", "When", "Left", "Receipt", "Agency", "Pictures", "Missing", "Rule"} {
		values = append(values, name, "{"+name+"}")
	}
	all := map[string]string{}
	for _, key := range i18n.Keys(lang) {
		if own, is := strings.CutPrefix(key, prefix); is {
			all[own] = i18n.Say(lang, key, values...)
			continue
		}
		for _, p := range shared {
			if strings.HasPrefix(key, p) {
				all[key] = i18n.Say(lang, key)
			}
		}
	}
	return json.Marshal(all)
}

// texts are what a person hears and reads in one language, for the list in force.
func (o *room) texts(r *web.Request, lang string) ([]byte, error) {
	var said indicators.Texts
	err := o.engine.DB.Read(r.Context(), func(tx *store.Tx) error {
		list, err := indicators.InForce(tx, tx.Now)
		if err != nil {
			return err
		}
		said, err = indicators.TextsOf(list, lang)
		return err
	})
	if err != nil {
		return nil, err
	}
	return json.Marshal(said)
}

// desk is what a phone needs to be prepared: who is signed in, and the posts.
func (o *room) desk(w http.ResponseWriter, r *web.Request) error {
	all, err := act.Ask(r.Context(), o.engine, r.Who, screening.Posts{})
	open := []screening.Post{}
	for _, p := range all {
		if p.Active {
			open = append(open, p)
		}
	}
	return say(w, r, map[string]any{"officer": r.Name, "posts": open}, err)
}
