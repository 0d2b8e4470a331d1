package web

import (
	"net/http"
	"net/url"
	"time"

	"istmo/fault"
	"istmo/i18n"
)

// Request is one visit to a page, by somebody, in their language.
type Request struct {
	*http.Request
	Visitor
	Lang   string
	Now    time.Time
	Writer http.ResponseWriter // for cookies, in a handler given to Post; leave it alone elsewhere

	site  *Site
	again *again
}

// again is a form that could not be taken and comes back.
type again struct {
	form   string // which of the page's forms
	typed  url.Values
	faults fault.List
	status int
}

// Query is the first value of name in the URL, empty if there is none.
func (r *Request) Query(name string) string { return r.URL.Query().Get(name) }

// Say is a sentence in the reader's language.
func (r *Request) Say(key string, values ...any) string { return i18n.Say(r.Lang, key, values...) }

// May reports whether somebody in the visitor's roles could ever do the verb.
// Whether they may do it to this object is for the page's own question to say.
func (r *Request) May(verb string) bool { return r.site.may(r.Who, verb) }

// Notice is what a demonstration says on all its papers, and nothing elsewhere.
func (r *Request) Notice(lang string) string {
	if !r.site.o.Node.Demo {
		return ""
	}
	return i18n.Say(lang, "web.demo.title") + " " + i18n.Say(lang, "web.demo")
}

// Zone is where the times of day on the pages are told.
func (r *Request) Zone() *time.Location { return r.site.o.Zone }

// Typed is what was posted, in a handler given to Post or on a page whose form
// came back; nil on a first visit.
func (r *Request) Typed() url.Values {
	if r.again != nil {
		return r.again.typed
	}
	return r.PostForm
}

// ctxKey is where a request's companions travel.
type ctxKey int

const (
	visitKey ctxKey = iota
	againKey
)

// visit is what the guard found out about a request before any page saw it.
type visit struct {
	id      string // the request id, shown when something fails
	visitor Visitor
	token   string // what forms given out now must bring back
	pattern string // the route, for the log, which never has paths
}

func visitOf(r *http.Request) *visit { return r.Context().Value(visitKey).(*visit) }

// request dresses r for a page.
func (s *Site) request(w http.ResponseWriter, r *http.Request) *Request {
	v := visitOf(r)
	q := &Request{Request: r, Visitor: v.visitor, Lang: s.lang(r), Now: s.o.Clock(), Writer: w, site: s}
	q.Who.Lang = q.Lang
	q.again, _ = r.Context().Value(againKey).(*again)
	return q
}
