// Package pages is where everybody sees what waits for them, chooses how they are
// told of it outside of the node, and where those who run the node see whether that
// arrives. Everything but notices on a device works without scripts.
package pages

import (
	"embed"
	"net/http"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"istmo/access/people"
	"istmo/act"
	"istmo/i18n"
	"istmo/notices"
	"istmo/store"
	"istmo/web"
)

//go:embed *.html
var templates embed.FS

//go:embed sw.js
var worker []byte

const (
	// Root is where everybody's notices are.
	Root = "/notices"
	// DeliveryPath is where those who run the node look.
	DeliveryPath = Root + "/delivery"
)

type desk struct{ engine *act.Engine }

// Routes hangs the pages on the site.
func Routes(s *web.Site, e *act.Engine) {
	d := &desk{e}
	s.Templates("notices", templates)
	s.Navigation(web.Nav{Key: "notices.nav", Path: Root, Order: 88, Verb: "notices.mine"})
	s.Page("GET "+Root, d.mine)
	s.Page("GET "+DeliveryPath, d.delivery)
	s.Page("GET "+Root+"/{id}", d.open)
}

// Worker is the script that a browser runs when a push message comes. It lies
// beneath Root, which is all that it may touch, and changes with the program only.
func Worker() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h.Set("Content-Type", "text/javascript; charset=utf-8")
		h.Set("Content-Security-Policy", "default-src 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-cache")
		_, _ = w.Write(worker)
	})
}

// line is a thing that waits.
type line struct {
	Href, What string
	At         time.Time
	Urgent     bool
}

// mine is the page of one's own notices.
type mine struct {
	notices.Settings
	Lines   []line
	Open    *notices.Channel // the address that is used
	Refused *notices.Channel // or that the mail server refuses
	Asked   *notices.Channel // the one whose code is awaited
	Why     string
	Devices []notices.Channel
	Empty   web.Empty
}

func (d *desk) mine(r *web.Request) (web.View, error) {
	s, err := act.Ask(r.Context(), d.engine, r.Who, notices.Mine{})
	if err != nil {
		return web.View{}, err
	}
	m := mine{Settings: s, Devices: s.Of(notices.Push), Empty: web.Empty{Title: r.Say("notices.waiting.none"), Body: r.Say("notices.waiting.none.body"),
		Action: web.Link{Text: r.Say("notices.waiting.desk"), Href: "/"}}}
	for _, n := range s.Waiting {
		m.Lines = append(m.Lines, line{Root + "/" + n.ID, capital(r.Say("notices.kind." + n.Kind)), n.At, n.Urgent()})
	}
	for _, c := range s.Of(notices.Mail) {
		switch c.State {
		case notices.InUse:
			m.Open = &c
		case notices.RefusedThere:
			m.Refused, m.Why = &c, why(r, c.Why)
		default:
			m.Asked = &c
		}
	}
	return web.View{Template: "notices/mine", Title: "notices.title", Data: m, Script: "notices"}, nil
}

// capital begins a line of a list as a sentence does.
func capital(words string) string {
	first, size := utf8.DecodeRuneInString(words)
	return string(unicode.ToUpper(first)) + words[size:]
}

// open leads to what waits, and ends the notice of it.
func (d *desk) open(r *web.Request) (web.View, error) {
	n, err := act.Look(r.Context(), d.engine, r.Who, notices.Open{ID: r.PathValue("id")})
	return web.View{Redirect: n.Path}, err
}

// way is how it stands with one way, in words.
type way struct {
	Title string
	Tag   web.Tag
	Rows  []web.Row
}

// lost is a message that was given up.
type lost struct {
	At             time.Time
	Name, Way, Why string
}

func (d *desk) delivery(r *web.Request) (web.View, error) {
	all, err := act.Ask(r.Context(), d.engine, r.Who, notices.Delivery{})
	if err != nil {
		return web.View{}, err
	}
	data := struct {
		Demo bool
		Ways []way
		Lost []lost
	}{Demo: all.Demo}
	for _, p := range all.Ways {
		data.Ways = append(data.Ways, wayOf(r, all, p))
	}
	err = d.engine.DB.Read(r.Context(), func(tx *store.Tx) error {
		for _, m := range all.GivenUp {
			u, err := people.FindUser(tx, m.User)
			if err != nil {
				return err
			}
			data.Lost = append(data.Lost, lost{m.DoneAt, u.Name, r.Say("notices.delivery.way." + m.Way), why(r, m.Why)})
		}
		return nil
	})
	return web.View{Template: "notices/delivery", Title: "notices.delivery", Data: data}, err
}

func wayOf(r *web.Request, all notices.Delivered, p notices.Passage) way {
	w := way{Title: r.Say("notices.delivery.way." + p.Way), Tag: web.Tag{Text: r.Say("notices.delivery.works"), Tone: web.Success}}
	set := all.Mail && p.Way == notices.Mail || all.Push && p.Way == notices.Push
	switch {
	case all.Demo:
		w.Tag = web.Tag{Text: r.Say("notices.delivery.demo"), Tone: web.Neutral}
	case !set:
		w.Tag = web.Tag{Text: r.Say("notices.delivery.off"), Tone: web.Neutral}
		return w
	case p.Failing > 0:
		w.Tag = web.Tag{Text: r.Say("notices.delivery.failing"), Tone: web.Danger}
	case p.Last.IsZero():
		w.Tag = web.Tag{Text: r.Say("notices.delivery.idle"), Tone: web.Neutral}
	}
	w.Rows = append(w.Rows, web.Row{Key: r.Say("notices.delivery.waiting"), Value: i18n.Number(r.Lang, p.Waiting)})
	if p.Waiting > 0 {
		w.Rows = append(w.Rows, web.Row{Key: r.Say("notices.delivery.oldest"), Value: i18n.DateTime(r.Lang, p.Oldest, r.Zone())})
	}
	if p.Why != "" {
		w.Rows = append(w.Rows, web.Row{Key: r.Say("notices.delivery.why-not"), Value: capital(why(r, p.Why))})
	}
	last := r.Say("notices.delivery.never")
	if !p.Last.IsZero() {
		last = i18n.DateTime(r.Lang, p.Last, r.Zone())
	}
	w.Rows = append(w.Rows, web.Row{Key: r.Say("notices.delivery.last"), Value: last})
	if p.Refused > 0 {
		w.Rows = append(w.Rows, web.Row{Key: r.Say("notices.delivery.refused"), Value: i18n.Number(r.Lang, p.Refused)})
	}
	return w
}

// why puts the code of a failure into words.
func why(r *web.Request, code string) string {
	kind, number, _ := strings.Cut(code, "-")
	if kind == "smtp" || kind == "http" {
		return r.Say("notices.why-not."+kind, "Code", number)
	}
	if key := "notices.why-not." + code; i18n.Has(r.Lang, key) {
		return r.Say(key)
	}
	return r.Say("notices.why-not.other", "Code", code)
}
