// Package api is the door for programs: every verb of the catalogue over HTTP.
// It knows no feature. A command is a POST, a question a GET; both carry a
// bearer token with a scope and an expiry, and do exactly what the same verb
// does by web form or terminal, under the same policy.
//
// Failures are problem+json (RFC 9457) with a stable key for each fault and
// never the value that was sent. A command with an Idempotency-Key is done at
// most once: asking again with the same key and the same request answers as the
// first time did. Lists are paged by cursor.
package api

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"reflect"
	"strings"

	"istmo/access"
	"istmo/access/people"
	"istmo/act"
	"istmo/fault"
	"istmo/i18n"
)

// Options say what the description of the API tells about the node.
type Options struct {
	Node string // the institution that runs it
	Site string // its address
	Log  *slog.Logger
}

const (
	prefix  = "/api/v1/"
	maxBody = 4 << 20
)

type door struct {
	engine *act.Engine
	gate   *people.Gate
	log    *slog.Logger
}

// Path is where a verb is, "/api/v1/referrals/accept".
func Path(v access.Verb) string { return prefix + strings.Replace(string(v), ".", "/", 1) }

// Handler serves the API, and its description at /api/openapi.json.
func Handler(e *act.Engine, gate *people.Gate, o Options) http.Handler {
	d := &door{e, gate, o.Log}
	mux := http.NewServeMux()
	for _, entry := range e.Verbs.All() {
		if entry.Wire {
			continue
		}
		if entry.Changes() {
			mux.HandleFunc("POST "+Path(entry.Verb), d.command(entry))
		} else {
			mux.HandleFunc("GET "+Path(entry.Verb), d.question(entry))
		}
	}
	description := describe(e.Verbs, o)
	mux.HandleFunc("GET /api/openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/vnd.oai.openapi+json;version=3.1")
		w.Write(description)
	})
	mux.HandleFunc("/api/", func(w http.ResponseWriter, r *http.Request) { d.refuse(w, r, "", fault.NotFound()) })
	return guard(mux)
}

// guard keeps answers out of caches and away from other sites' scripts.
func guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		next.ServeHTTP(w, r)
	})
}

// who finds out who asks. A token that does not cover the verb may do nothing
// with it, and looks like one that does not exist.
func (d *door) who(r *http.Request, verb access.Verb) (access.Who, error) {
	bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return access.Who{}, errNoToken
	}
	who, scope, err := d.gate.Bearer(r.Context(), bearer)
	if fault.Is(err, fault.KindNotFound) || err == nil && !scope.Allows(verb) {
		return access.Who{}, errNoToken
	}
	return who, err
}

var errNoToken = errors.New("api: no token for this")

func (d *door) command(entry act.Entry) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		who, err := d.who(r, entry.Verb)
		if err != nil {
			d.refuse(w, r, "", err)
			return
		}
		key := r.Header.Get("Idempotency-Key")
		if len(key) > 200 {
			d.refuse(w, r, who.Lang, fault.Invalid("Idempotency-Key", "fault.too-long"))
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			d.refuse(w, r, who.Lang, fault.Invalid("", "fault.too-large").With("Megabytes", maxBody>>20))
			return
		}
		input, err := entry.FromJSON(body)
		var deed act.Deed
		if err == nil {
			deed, err = d.engine.Run(r.Context(), who, entry, input, key)
		}
		if err != nil {
			d.refuse(w, r, who.Lang, err)
			return
		}
		d.answer(w, r, Done{ID: deed.Object, Deed: deed.Seq})
	}
}

// Done answers a command: what it was about, and its line in the ledger.
type Done struct {
	ID   string `json:"id" doc:"The object that the command was about, or has made."`
	Deed int64  `json:"deed" doc:"The command's place in the ledger."`
}

func (d *door) question(entry act.Entry) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		who, err := d.who(r, entry.Verb)
		if err != nil {
			d.refuse(w, r, "", err)
			return
		}
		values, err := url.ParseQuery(r.URL.RawQuery)
		if err != nil {
			d.refuse(w, r, who.Lang, fault.Invalid("", "fault.form.broken"))
			return
		}
		input, err := entry.FromValues(values, true)
		var answer any
		if err == nil {
			answer, err = d.engine.Question(r.Context(), who, entry, input)
		}
		if err != nil {
			d.refuse(w, r, who.Lang, err)
			return
		}
		if entry.Output.Kind() == reflect.Slice {
			answer = pageOf(answer, input)
		}
		d.answer(w, r, answer)
	}
}

// Page is a part of a list. Next, when it is there, asks for the part after it:
// the same question with before=next.
type Page struct {
	Items any    `json:"items"`
	Next  string `json:"next,omitempty"`
}

// pageOf wraps a list, with a cursor if the question has a limit and met it.
func pageOf(answer, input any) Page {
	items := reflect.ValueOf(answer)
	if items.IsNil() {
		items = reflect.MakeSlice(items.Type(), 0, 0)
	}
	page := Page{Items: items.Interface()}
	limit := reflect.ValueOf(input).Elem().FieldByName("Limit")
	if !limit.IsValid() || items.Len() == 0 || int64(items.Len()) < max(limit.Int(), smallestDefault) {
		return page
	}
	if last, ok := items.Index(items.Len() - 1).Interface().(access.Object); ok {
		page.Next = last.ObjectID()
	} else if seq := items.Index(items.Len() - 1).FieldByName("Seq"); seq.IsValid() {
		page.Next = jsonText(seq.Interface())
	}
	return page
}

// smallestDefault is the least that a list gives when no limit is asked for.
const smallestDefault = 1

func jsonText(v any) string {
	text, _ := json.Marshal(v)
	return string(text)
}

func (d *door) answer(w http.ResponseWriter, r *http.Request, v any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		d.log.Warn("an answer was not read to its end", "route", r.Pattern)
	}
}

// Problem is what went wrong (RFC 9457).
type Problem struct {
	Type   string  `json:"type" doc:"Which kind of failure it is: urn:istmo:fault: and the kind."`
	Title  string  `json:"title"`
	Status int     `json:"status"`
	Faults []Fault `json:"faults,omitempty" doc:"What exactly, field by field."`
}

// Fault is one thing that is wrong. It never repeats what was sent.
type Fault struct {
	Key   string `json:"key" doc:"Stable, for programs."`
	Field string `json:"field,omitempty"`
	Say   string `json:"say" doc:"In the language of the token's owner, or of Accept-Language."`
}

var statuses = map[fault.Kind]int{fault.KindInvalid: 422, fault.KindDenied: 404, fault.KindNotFound: 404,
	fault.KindConflict: 409, fault.KindUnavailable: 503, fault.KindInternal: 500}

// refuse writes a failure as problem+json. Denied and absent are the same.
func (d *door) refuse(w http.ResponseWriter, r *http.Request, lang string, err error) {
	if lang == "" {
		lang = i18n.Choose(r.Header.Get("Accept-Language"))
	}
	kind := fault.KindOf(err)
	if kind == fault.KindDenied {
		kind = fault.KindNotFound
	}
	p := Problem{Type: "urn:istmo:fault:" + kind.String(), Status: statuses[kind], Title: i18n.Say(lang, "api.problem."+kind.String())}
	if errors.Is(err, errNoToken) {
		p = Problem{Type: "urn:istmo:fault:unauthorized", Status: http.StatusUnauthorized, Title: i18n.Say(lang, "api.problem.unauthorized")}
		w.Header().Set("WWW-Authenticate", `Bearer realm="istmo"`)
	} else if kind == fault.KindInternal {
		d.log.Error("a request failed inside", "route", r.Pattern, "error", err)
	}
	for _, f := range fault.All(err) {
		p.Faults = append(p.Faults, Fault{Key: f.Key, Field: f.Field, Say: sentence(lang, f)})
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	json.NewEncoder(w).Encode(p)
}

// sentence says a fault; in a program's request a field is called as on the wire.
func sentence(lang string, f *fault.Fault) string {
	args := []any{"Label", f.Field, "Field", f.Field}
	for name, value := range f.Args {
		args = append(args, name, value)
	}
	return i18n.Say(lang, f.Key, args...)
}
