package web

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"istmo/fault"
)

// statusOf maps the ways to fail to HTTP. Denied is NotFound: the two must not
// be told apart.
func statusOf(err error) int {
	switch fault.KindOf(err) {
	case fault.KindInvalid:
		return http.StatusUnprocessableEntity
	case fault.KindDenied, fault.KindNotFound:
		return http.StatusNotFound
	case fault.KindConflict:
		return http.StatusConflict
	case fault.KindUnavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// failure is what a page of failure says.
type failure struct {
	Key     string   // of its sentence; ".title" holds its heading
	Says    []string // the faults, in words
	Request string   // only where a person should quote it
}

// fail shows an error as a page. What is absent and what is denied give the
// same bytes, whoever asks for whatever: nothing of the request is in them.
func (s *Site) fail(w http.ResponseWriter, q *Request, err error) {
	status := statusOf(err)
	f := failure{Key: fmt.Sprintf("web.fail.%d", status)}
	if status == http.StatusInternalServerError {
		f.Request = visitOf(q.Request).id
		s.o.Log.Error("web: failed", "request", f.Request, "route", visitOf(q.Request).pattern, "err", err)
	}
	if status != http.StatusNotFound {
		for _, one := range fault.All(err) {
			f.Says = append(f.Says, q.sentence(one, one.Field))
		}
	}
	s.showFailure(w, q, status, f)
}

// showFailure shows the page of a failure in the frame, or without it if the
// frame is what failed.
func (s *Site) showFailure(w http.ResponseWriter, q *Request, status int, f failure) {
	bare := *q
	bare.again = nil
	bare.Request = q.Request.Clone(q.Context())
	bare.Request.URL = &url.URL{Path: "/"}
	p := &Page{Request: &bare, View: View{Template: "web/failure", Title: f.Key + ".title", Data: f, Layout: Person, Status: status}}
	body, err := s.write(p)
	if err != nil {
		s.o.Log.Error("web: the page of failures", "request", visitOf(q.Request).id, "err", err)
		http.Error(w, q.Say("fault.internal"), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", q.Lang)
	w.WriteHeader(status)
	_, _ = w.Write(body) // the reader has gone
}

// failPlain fails before anybody is known, or after a page has broken down: in
// the frame, as to somebody who has not signed in.
func (s *Site) failPlain(w http.ResponseWriter, r *http.Request, status int) {
	q := s.request(w, r)
	q.Visitor = Visitor{}
	f := failure{Key: fmt.Sprintf("web.fail.%d", status)}
	if status == http.StatusInternalServerError {
		f.Request = visitOf(r).id
	}
	s.showFailure(w, q, status, f)
}

// absent answers for every address that nothing hangs on.
func (s *Site) absent(w http.ResponseWriter, r *http.Request) {
	visitOf(r).pattern = "none"
	s.fail(w, s.request(w, r), fault.NotFound())
}

// sentence says a fault, naming the field in the words of its label.
func (r *Request) sentence(f *fault.Fault, label string) string {
	values := []any{"Label", label}
	for name, v := range f.Args {
		values = append(values, name, v)
	}
	return r.Say(f.Key, values...)
}

func typeOf(v any) string { return fmt.Sprintf("%T", v) }

var stackLine = regexp.MustCompile(`[^/\s]+/[^/\s]+\.go:\d+`)

// frames are the files and lines of a stack, without the values in it.
func frames(stack []byte) string {
	return strings.Join(stackLine.FindAllString(string(stack), 12), " < ")
}
