package web

import (
	"bytes"
	"html/template"
	"net/http"
)

// Layout says how dense a page stands.
type Layout string

// The layouts.
const (
	Desk   Layout = ""       // for work: lists, plans, desks
	Person Layout = "person" // for pages on which somebody is spoken of: air around the words
	Plain  Layout = "plain"  // without navigation: signing in, failures, interruptions
)

// View is what a page answers: which template to fill with what.
type View struct {
	Template string // "people/person"
	Title    string // key of the page's name; the template shows its own heading
	Args     []any  // for the title: name, value, …
	Data     any    // .Data in the template
	Layout   Layout
	Back     *Link  // one step up, above the heading
	Script   string // a script of web/assets/js beside the common one, such as "passkey"
	Status   int    // 200 if 0
	Redirect string // go there instead; a path of this site
}

// Link is words that lead somewhere.
type Link struct {
	Text string // in the reader's language already
	Href string
}

// Page is the dot of a feature's template.
type Page struct {
	*Request
	View
	known  []knownField // the inputs of the form that came back, in their order on the page
	notice string
}

// page registers one page.
func (s *Site) page(pattern string, signedIn bool, show func(*Request) (View, error)) {
	handle := func(w http.ResponseWriter, r *http.Request) {
		visitOf(r).pattern = pattern
		q := s.request(w, r)
		if signedIn && !q.SignedIn() {
			s.toSignIn(w, r, r.URL.RequestURI())
			return
		}
		view, err := show(q)
		if err != nil {
			s.fail(w, q, err)
			return
		}
		s.show(w, q, view)
	}
	s.pages.HandleFunc(pattern, handle)
	s.mux.HandleFunc(pattern, handle)
}

// show writes a view. The inside is made before the frame, so that the frame
// can list the faults of a form in the words of its labels.
func (s *Site) show(w http.ResponseWriter, q *Request, view View) {
	if view.Redirect != "" {
		http.Redirect(w, q.Request, localPath(view.Redirect, "/"), http.StatusSeeOther)
		return
	}
	p := &Page{Request: q, View: view, notice: s.takeNotice(w, q)}
	body, err := s.write(p)
	if err != nil {
		s.fail(w, q, err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", q.Lang)
	w.WriteHeader(p.status())
	_, _ = w.Write(body) // the reader has gone; there is nobody left to tell
}

func (p *Page) status() int {
	if p.again != nil {
		return p.again.status
	}
	if p.Status != 0 {
		return p.Status
	}
	return http.StatusOK
}

// write makes the whole page.
func (s *Site) write(p *Page) ([]byte, error) {
	set := s.sets[p.Lang]
	var inside, whole bytes.Buffer
	if err := set.ExecuteTemplate(&inside, p.Template, p); err != nil {
		return nil, err
	}
	f := s.frame(p, template.HTML(inside.String()))
	if err := set.ExecuteTemplate(&whole, "web/frame", f); err != nil {
		return nil, err
	}
	return whole.Bytes(), nil
}
