package web

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"runtime/debug"
	"strings"
	"time"
)

// policy lets a page load its own styles, fonts, pictures and scripts, and
// nothing else; nothing inline, nothing framed, forms only to ourselves.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; " +
	"connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// permissions switch off what a page of ours never asks for. Passkeys stay.
const permissions = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), " +
	"microphone=(), midi=(), payment=(), usb=(), publickey-credentials-get=(self), publickey-credentials-create=(self)"

// AllowApp widens what one page may do, by as little as an app needs that is kept
// on a phone and takes records from another phone's screen: a manifest and the
// camera. Its service worker is a script of ours, which the policy lets it have.
func AllowApp(h http.Header) {
	h.Set("Content-Security-Policy", policy+"; manifest-src 'self'")
	h.Set("Permissions-Policy", strings.Replace(permissions, "camera=()", "camera=(self)", 1))
}

// guard stands before every page: it names the request, writes the log, sets
// the headers that every answer has, turns away what another site sends in a
// visitor's name, and finds out who the visitor is.
func (s *Site) guard(next http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.failPlain(w, r, http.StatusForbidden)
	}))
	known := cross.Handler(s.recognise(next))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		v := &visit{id: rand.Text()[:12]}
		r = r.WithContext(context.WithValue(r.Context(), visitKey, v))
		answer := &answer{ResponseWriter: w}
		s.headers(answer.Header(), r, v)
		defer s.log(r, v, answer, start)
		defer s.calm(answer, r)
		known.ServeHTTP(answer, r)
	})
}

// headers are set before anything else is known, so that no answer lacks them.
func (s *Site) headers(h http.Header, r *http.Request, v *visit) {
	h.Set("Content-Security-Policy", policy)
	h.Set("Permissions-Policy", permissions)
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("X-Request-Id", v.id)
	h.Set("Cache-Control", "no-store")
	if s.o.HTTPS {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// recognise finds the visitor and the token that binds their forms: to their
// session, or before they have one to a cookie as long as their visit.
func (s *Site) recognise(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, assetsPath) {
			next.ServeHTTP(w, r)
			return
		}
		v := visitOf(r)
		var err error
		if v.visitor, err = s.o.Visitor(r); err != nil {
			s.o.Log.Error("web: recognise visitor", "request", v.id, "err", err)
			s.failPlain(w, r, http.StatusInternalServerError)
			return
		}
		v.token = s.token(s.bond(w, r, v.visitor))
		next.ServeHTTP(w, r)
	})
}

// bond is what a visitor's forms are bound to.
func (s *Site) bond(w http.ResponseWriter, r *http.Request, v Visitor) string {
	if v.SignedIn() {
		return "session:" + v.Session
	}
	if c, err := r.Cookie(s.cookieName("visit")); err == nil && len(c.Value) >= 26 {
		return "visit:" + c.Value
	}
	fresh := rand.Text()
	http.SetCookie(w, s.cookie("visit", fresh, 0))
	return "visit:" + fresh
}

func (s *Site) token(bond string) string {
	mac := hmac.New(sha256.New, s.o.Secret)
	mac.Write([]byte("istmo/form\x00" + bond))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// tokenOK reports whether a posted form was given out to this visitor, in this
// session. CrossOriginProtection lets requests without Origin and Sec-Fetch-Site
// through; this does not.
func (s *Site) tokenOK(r *http.Request) bool {
	return subtle.ConstantTimeCompare([]byte(r.PostForm.Get(fieldToken)), []byte(visitOf(r).token)) == 1
}

// cookieName binds a cookie to this very host where the site is behind TLS, and
// to this node: those of a demo share a host, and cookies know no ports.
func (s *Site) cookieName(name string) string {
	if s.o.HTTPS {
		return "__Host-istmo-" + s.o.Node.ID + "-" + name
	}
	return "istmo-" + s.o.Node.ID + "-" + name
}

// cookie is one of ours: out of scripts' reach and sent to nobody else. An age
// of 0 seconds ends with the browser, -1 now.
func (s *Site) cookie(name, value string, age int) *http.Cookie {
	return &http.Cookie{Name: s.cookieName(name), Value: value, Path: "/", MaxAge: age,
		HttpOnly: true, Secure: s.o.HTTPS, SameSite: http.SameSiteLaxMode}
}

// calm turns a panic into a plain failure and keeps its cause for the log. A
// panic may hold what somebody typed, so that its text is not logged, only
// where it happened.
func (s *Site) calm(w *answer, r *http.Request) {
	cause := recover()
	if cause == nil {
		return
	}
	if cause == http.ErrAbortHandler {
		panic(cause)
	}
	s.o.Log.Error("web: panic", "request", visitOf(r).id, "type", typeOf(cause), "stack", frames(debug.Stack()))
	if w.status == 0 {
		s.failPlain(w, r, http.StatusInternalServerError)
	}
}

// log writes one line for a request: its route and never its path or query,
// which may tell whose file was open.
func (s *Site) log(r *http.Request, v *visit, w *answer, start time.Time) {
	if strings.HasPrefix(r.URL.Path, assetsPath) {
		return
	}
	s.o.Log.Info("web", "request", v.id, "method", r.Method, "route", v.pattern, "status", w.status,
		"bytes", w.bytes, "ms", time.Since(start).Milliseconds())
}

// answer remembers how a request was answered.
type answer struct {
	http.ResponseWriter
	status, bytes int
}

func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(b []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	n, err := a.ResponseWriter.Write(b)
	a.bytes += n
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }
