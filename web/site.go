package web

import (
	"context"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"time"

	"istmo/access"
)

// Node says whose site this is, and is shown above every page.
type Node struct {
	ID      string   // such as "PA"
	Name    string   // the authority that runs it
	Country string   // ISO 3166 code
	Demo    bool     // everything in it is invented; also serves the style page
	Unsafe  []string // keys of sentences that say what makes it unfit for real people
}

// Visitor is who sits at the browser. The zero Visitor has not signed in.
type Visitor struct {
	Who     access.Who
	Name    string // how the page greets them
	Agency  string // the name of their agency
	Session string // names their session and no other: the forms they get are bound to it
}

// SignedIn reports whether the visitor is known.
func (v Visitor) SignedIn() bool { return v.Session != "" }

// File is one that came with a form. It is in memory: what people upload about
// people is never spilled to a temporary file.
type File struct {
	Field string // the name of the input
	Name  string // what the sender's machine calls it
	Type  string // what the sender's browser takes it for
	Size  int64  // in bytes
	Open  func() (io.ReadCloser, error)
}

// Doer carries out a verb with the values of a form and returns the id of the
// object that it was about. Faults in its error go back to the form.
type Doer interface {
	Do(ctx context.Context, who access.Who, verb string, values url.Values, files []File) (objectID string, err error)
}

// Options are what a Site stands on.
type Options struct {
	Node    Node
	Visitor func(*http.Request) (Visitor, error) // who asks; an error is an internal failure, not "nobody"
	Doer    Doer
	May     func(access.Who, access.Verb) bool // whether somebody in these roles could ever do the verb; it decides what the navigation shows
	Secret  []byte                             // binds form tokens to sessions; 32 bytes
	HTTPS   bool                               // cookies and headers for a site behind TLS
	SignIn  string                             // the page that signs people in; "/sign-in" if empty
	SignOut string                             // the address that signs them out by POST; "/sign-out" if empty
	Zone    *time.Location                     // in which times of day are told; UTC if nil
	Clock   func() time.Time                   // time.Now if nil
	Log     *slog.Logger                       // slog.Default() if nil
	MaxForm int64                              // bytes that one form with its files may have; 16 MiB if 0
}

// Nav is one place in the side navigation. It is shown to those who hold one of
// its Roles (if it names any) and may do its Verb (if it names one).
type Nav struct {
	Key   string // the words
	Path  string // where it leads
	Order int    // smaller is higher
	Roles []access.Role
	Verb  access.Verb
}

// Site is the pages of one node. Hang pages on it, then serve Handler.
type Site struct {
	o       Options
	mux     *http.ServeMux // everything
	pages   *http.ServeMux // what a form can come back to
	nav     []Nav
	sources []source
	sets    map[string]*template.Template // by language
	assets  assets

	outlines outlines
}

// source is the templates of one feature.
type source struct {
	feature string
	files   fs.FS
}

// New is a site with its frame and no pages.
func New(o Options) (*Site, error) {
	if len(o.Secret) < 32 {
		return nil, fmt.Errorf("web: the secret for form tokens has %d bytes, and needs 32", len(o.Secret))
	}
	s := &Site{o: withDefaults(o), mux: http.NewServeMux(), pages: http.NewServeMux()}
	var err error
	if s.assets, err = loadAssets(); err != nil {
		return nil, err
	}
	if s.outlines, err = s.assets.outlines(); err != nil {
		return nil, err
	}
	s.Templates("web", own)
	s.mux.Handle("GET /assets/", s.assets)
	s.mux.HandleFunc("POST /do/{verb}", s.do)
	s.mux.HandleFunc("POST "+preferencesPath, s.preferences)
	s.mux.HandleFunc("/", s.absent)
	if o.Node.Demo {
		s.openStyle()
	}
	return s, nil
}

func withDefaults(o Options) Options {
	if o.SignIn == "" {
		o.SignIn = "/sign-in"
	}
	if o.SignOut == "" {
		o.SignOut = "/sign-out"
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.MaxForm == 0 {
		o.MaxForm = 16 << 20
	}
	if o.May == nil {
		o.May = func(access.Who, access.Verb) bool { return true }
	}
	return o
}

// Templates takes in the *.html files of a feature, at any depth: person.html of
// feature "people" is the template "people/person".
func (s *Site) Templates(feature string, files fs.FS) {
	s.sources = append(s.sources, source{feature, files})
}

// Navigation adds places to the side navigation.
func (s *Site) Navigation(items ...Nav) {
	s.nav = append(s.nav, items...)
	slices.SortStableFunc(s.nav, func(a, b Nav) int { return a.Order - b.Order })
}

// Page hangs up a page for those who have signed in; anybody else is sent to
// sign in and comes back. The pattern is one of http.ServeMux and begins with
// "GET ", as pages change nothing.
func (s *Site) Page(pattern string, show func(*Request) (View, error)) {
	s.page(pattern, true, show)
}

// Open hangs up a page for anybody, such as the one that signs people in.
func (s *Site) Open(pattern string, show func(*Request) (View, error)) {
	s.page(pattern, false, show)
}

// Post hangs up a form that is no verb: one that must set cookies, such as
// signing in or out, which anybody may send. It answers where to go next; a
// fault brings the form back as with verbs. In a template it is
// {{.Form "/sign-in"}}.
func (s *Site) Post(pattern string, do func(*Request) (next string, err error)) {
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { s.post(w, r, do) })
}

// Answer hangs up a form that asks instead of changing, for those who have signed in:
// the answer is a page that is shown in the same response, with what was typed still in
// the form, so that neither is kept anywhere nor stands in an address. A fault brings
// the form back as with verbs. In a template it is {{.Form "/observatory/estimate"}}.
func (s *Site) Answer(pattern string, show func(*Request, []File) (View, error)) {
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		visitOf(r).pattern = pattern
		err := s.take(w, r)
		q := s.request(w, r)
		if !q.SignedIn() {
			s.toSignIn(w, r, r.PostForm.Get(fieldPage))
			return
		}
		var view View
		if err == nil {
			view, err = show(q, files(r))
		}
		if err != nil {
			s.comeBack(w, q, err)
			return
		}
		q.again = &again{form: q.PostForm.Get(fieldForm), typed: q.PostForm, status: http.StatusOK}
		s.show(w, q, view)
	})
}

// Raw hangs up what is no page, for those who have signed in: a download, a
// stream. It must write nothing before it returns a fault, which is then shown
// as on any page.
func (s *Site) Raw(pattern string, write func(http.ResponseWriter, *Request) error) {
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		visitOf(r).pattern = pattern
		q := s.request(w, r)
		if !q.SignedIn() {
			s.toSignIn(w, r, r.URL.RequestURI())
			return
		}
		if err := write(w, q); err != nil {
			s.fail(w, q, err)
		}
	})
}

// Public hangs up what is no page and is for anybody: a part of an application
// that a browser keeps. It must write nothing before it returns a fault.
func (s *Site) Public(pattern string, write func(http.ResponseWriter, *Request) error) {
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		visitOf(r).pattern = pattern
		q := s.request(w, r)
		if err := write(w, q); err != nil {
			s.fail(w, q, err)
		}
	})
}

// Asset is where the built file of that name is served.
func (s *Site) Asset(name string) (string, error) { return s.assets.address(name) }

// AssetText is what the built file of that name holds.
func (s *Site) AssetText(name string) ([]byte, error) {
	hashed, ok := s.assets.names[name]
	if !ok {
		return nil, fmt.Errorf("web: there is no built asset %q", name)
	}
	return fs.ReadFile(s.assets.files, hashed)
}

// Handler is the site, guarded. It reads all templates, so that a mistake in one
// is found at the start.
func (s *Site) Handler() (http.Handler, error) {
	if err := s.parse(); err != nil {
		return nil, err
	}
	return s.guard(s.mux), nil
}
