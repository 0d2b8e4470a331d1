package web

import (
	"bytes"
	"context"
	"errors"
	"html"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"istmo/access"
	"istmo/fault"
)

// house is a site under test with two features' worth of pages and a memory of
// what its forms had carried out.
type house struct {
	t       *testing.T
	site    *Site
	handler http.Handler
	visitor Visitor
	log     bytes.Buffer
	answer  error // what the next verb answers

	verbs []string
	said  url.Values
	files []File
}

var rosa = Visitor{Who: access.Who{Kind: access.User, ID: "usr_1", Node: "PA", Roles: []access.Role{access.CaseWorker}, Lang: "es"},
	Name: "Rosa Ejemplo", Agency: "UIA", Session: "s1"}

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

var testTemplates = fstest.MapFS{
	"show.html": {Data: []byte(`<h1>{{t "web.style"}}</h1>{{.Data}}`)},
	"form.html": {Data: []byte(`{{$f := .Form "style.send"}}{{$f.OpenFiles "/style/{id}/sent"}}
{{$f.Hidden "id" "ref_1"}}
{{$f.Text "ref" "web.style.ref" "value" "default"}}
{{$f.Date "met" "web.style.met" "value" .Now}}
{{$f.Textarea "words" "web.style.words"}}
{{$f.Select "country" "web.style.country" (choices "web.style.country." (args "pa" "co"))}}
{{$f.Radios "purpose" "web.style.purpose" (choices "web.style.purpose." (args "return" "protect"))}}
{{$f.Checkboxes "groups" "web.style.groups" (choices "web.style.groups." (args "identity" "needs" "travel")) "value" (args "travel")}}
{{$f.Check "agreed" "web.style.agreed" "value" true}}
{{$f.Password "secret" "web.style.secret"}}
{{$f.File "file" "web.style.file"}}
{{$f.Submit "web.style.button"}}{{$f.Close}}
{{with .Form "style.send" "other"}}{{.Open "/"}}{{.Text "ref" "web.style.name" "value" "untouched"}}{{.Close}}{{end}}`)},
}

// open makes a house; change may alter its options first.
func open(t *testing.T, change ...func(*Options)) *house {
	t.Helper()
	h := &house{t: t, visitor: rosa}
	o := Options{Node: Node{ID: "PA", Name: "Comisión (de ejemplo)", Country: "PA"}, Secret: bytes.Repeat([]byte("k"), 32), Doer: h,
		Visitor: func(*http.Request) (Visitor, error) { return h.visitor, nil }, Clock: func() time.Time { return noon },
		Log: slog.New(slog.NewTextHandler(&h.log, nil)), MaxForm: 64 << 10}
	for _, c := range change {
		c(&o)
	}
	var err error
	if h.site, err = New(o); err != nil {
		t.Fatal(err)
	}
	h.site.Templates("test", testTemplates)
	h.site.Page("GET /form/{id}", func(*Request) (View, error) { return View{Template: "test/form", Title: "web.style"}, nil })
	h.site.Page("GET /style/{id}/sent", func(r *Request) (View, error) {
		return View{Template: "test/show", Title: "web.style", Data: r.PathValue("id")}, nil
	})
	h.site.Page("GET /fails/{how}", h.fails)
	h.site.Raw("GET /raw/{id}", func(w http.ResponseWriter, r *Request) error {
		if r.PathValue("id") != "1" {
			return fault.NotFound()
		}
		_, err := io.WriteString(w, "raw words")
		return err
	})
	h.site.Open("GET /sign-in", func(*Request) (View, error) {
		return View{Template: "test/show", Title: "web.style", Layout: Plain}, nil
	})
	if h.handler, err = h.site.Handler(); err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *house) fails(r *Request) (View, error) {
	switch r.PathValue("how") {
	case "denied":
		return View{}, fault.Denied()
	case "absent":
		return View{}, fault.NotFound()
	case "conflict":
		return View{}, fault.Conflict("fault.conflict")
	case "unavailable":
		return View{}, fault.Unavailable("fault.unavailable")
	case "panic":
		panic("María Canario, pasaporte AX123")
	case "template":
		return View{Template: "test/none", Title: "web.style"}, nil
	}
	return View{}, errors.New("the disk said María Canario")
}

// Do remembers a verb.
func (h *house) Do(_ context.Context, _ access.Who, verb string, values url.Values, files []File) (string, error) {
	h.verbs, h.said, h.files = append(h.verbs, verb), values, files
	return "ref_9", h.answer
}

func (h *house) serve(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	return w
}

func (h *house) get(path string, cookies ...*http.Cookie) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", path, nil)
	for _, c := range cookies {
		r.AddCookie(c)
	}
	return h.serve(r)
}

var hiddenField = regexp.MustCompile(`<input type="hidden" name="(_\w+)" value="([^"]*)">`)

// hidden are the hidden fields of the page's form with the given action.
func hidden(t *testing.T, page, action string) url.Values {
	t.Helper()
	_, form, found := strings.Cut(page, `action="`+action+`"`)
	if !found {
		t.Fatalf("the page has no form to %s:\n%s", action, page)
	}
	form, _, _ = strings.Cut(form, "</form>")
	values := url.Values{}
	for _, m := range hiddenField.FindAllStringSubmatch(form, -1) {
		values.Add(m[1], html.UnescapeString(m[2]))
	}
	return values
}

// post sends a form as a browser on the same site would.
func (h *house) post(path string, values url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", path, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return h.serve(r)
}

// filled is the form of /form/7 as the visitor might fill it in.
func (h *house) filled() url.Values {
	values := hidden(h.t, h.get("/form/7?tab=2").Body.String(), "/do/style.send")
	for name, v := range map[string][]string{"id": {"ref_1"}, "ref": {`"><script>x</script>`}, "met-day": {"3"}, "met-month": {"11"}, "met-year": {"2026"},
		"words": {"una línea\notra"}, "country": {"co"}, "purpose": {"protect"}, "groups": {"identity", "needs"}, "secret": {"xyzzy"}} {
		values[name] = v
	}
	return values
}

func TestAFormThatIsTakenGoesOnAndSaysSoOnce(t *testing.T) {
	h := open(t)
	w := h.post("/do/style.send", h.filled())
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/style/ref_9/sent" {
		t.Fatalf("got %d to %q", w.Code, w.Header().Get("Location"))
	}
	want := url.Values{"id": {"ref_1"}, "ref": {`"><script>x</script>`}, "met": {"2026-11-03"}, "words": {"una línea\notra"}, "country": {"co"},
		"purpose": {"protect"}, "groups": {"identity", "needs"}, "secret": {"xyzzy"}}
	if diff := cmp.Diff(want, h.said); diff != "" {
		t.Errorf("the verb was told otherwise (-want +got):\n%s", diff)
	}
	next := h.get("/style/ref_9/sent", w.Result().Cookies()...)
	if !strings.Contains(next.Body.String(), `role="status"`) || !strings.Contains(next.Body.String(), "Hecho.") {
		t.Error("the next page does not confirm")
	}
	if c := next.Result().Cookies(); len(c) != 1 || c[0].MaxAge >= 0 {
		t.Errorf("the confirmation would be said again: %v", c)
	}
}

func TestAFormThatIsRefusedComesBackWithAllThatWasTyped(t *testing.T) {
	h := open(t)
	h.answer = fault.List{fault.Invalid("words", "fault.too-long"), fault.Invalid("ref", "fault.required"), fault.Conflict("fault.conflict")}
	w := h.post("/do/style.send", h.filled())
	if w.Code != http.StatusUnprocessableEntity {
		t.Fatalf("got %d", w.Code)
	}
	page := w.Body.String()
	for _, want := range []string{
		`<title>Error: `,
		`<li><a href="#style-send-ref">Falta «Referencia».</a></li>` + "\n" + `<li><a href="#style-send-words">`,
		`<li>Esto cambió mientras usted lo miraba.`,
		`value="&#34;&gt;&lt;script&gt;x&lt;/script&gt;"`,
		`id="style-send-ref-error"`, `aria-describedby="style-send-ref-hint style-send-ref-error" aria-invalid="true"`,
		`name="met-day" type="text" inputmode="numeric" autocomplete="off" value="3"`,
		"una línea\notra</textarea>", `<option value="co" selected>`, `value="protect" checked`, `value="identity" checked`, `value="needs" checked`,
		`value="untouched"`, `name="_page" value="/form/7?tab=2"`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	for _, never := range []string{"xyzzy", `value="travel" checked`, `value="true" checked`, "<script>x"} {
		if strings.Contains(page, never) {
			t.Errorf("the page has %s", never)
		}
	}
}

func TestWhatAVerbAnswersBecomesAStatus(t *testing.T) {
	for _, c := range []struct {
		answer error
		status int
		back   bool
	}{
		{fault.Conflict("fault.conflict"), 409, true},
		{fault.Unavailable("fault.unavailable"), 503, true},
		{fault.NotFound(), 404, false},
		{fault.Denied(), 404, false},
		{errors.New("no space on device"), 500, false},
	} {
		h := open(t)
		h.answer = c.answer
		w := h.post("/do/style.send", h.filled())
		if back := strings.Contains(w.Body.String(), `value="protect" checked`); w.Code != c.status || back != c.back {
			t.Errorf("%v: got %d, form back %v", c.answer, w.Code, back)
		}
	}
}

func TestADateIsComposedAndItsFaultsAreNamed(t *testing.T) {
	for _, c := range []struct{ day, month, year, value, key string }{
		{"3", "11", "2026", "2026-11-03", ""},
		{" 29 ", "02", "2028", "2028-02-29", ""},
		{"", "", "", "", ""},
		{"29", "2", "2026", "", "fault.date"},
		{"31", "4", "2026", "", "fault.date"},
		{"1", "13", "2026", "", "fault.date"},
		{"0", "1", "2026", "", "fault.date"},
		{"x", "1", "2026", "", "fault.date"},
		{"1", "1", "20260", "", "fault.date"},
		{"", "1", "", "", "fault.date"},
		{"", "1", "2026", "", "fault.date.day"},
		{"1", "", "2026", "", "fault.date.month"},
		{"1", "1", "", "", "fault.date.year"},
		{"1", "1", "26", "", "fault.date.year"},
	} {
		form := url.Values{"_date": {"born"}, "born-day": {c.day}, "born-month": {c.month}, "born-year": {c.year}}
		key := ""
		if f := fault.All(composeDates(form)); len(f) > 0 {
			key = f[0].Key
		}
		if form.Get("born") != c.value || key != c.key {
			t.Errorf("%s/%s/%s: got %q, %q", c.day, c.month, c.year, form.Get("born"), key)
		}
	}
}

func TestAMistypedDateNeverReachesTheVerb(t *testing.T) {
	h := open(t)
	values := h.filled()
	values.Set("met-month", "")
	w := h.post("/do/style.send", values)
	if w.Code != 422 || len(h.verbs) != 0 {
		t.Errorf("got %d, verbs %v", w.Code, h.verbs)
	}
	if !strings.Contains(w.Body.String(), `<a href="#style-send-met-month">Falta el mes en «Primer encuentro».`) {
		t.Error("the summary does not lead to the month")
	}
}

func TestAFormOfAnotherSessionOrSiteIsNotTaken(t *testing.T) {
	h := open(t)
	values := h.filled()
	stranger := func(change func(*http.Request, url.Values)) *httptest.ResponseRecorder {
		v := url.Values{}
		for k, list := range values {
			v[k] = list
		}
		r := httptest.NewRequest("POST", "/do/style.send", nil)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		change(r, v)
		r.Body = io.NopCloser(strings.NewReader(v.Encode()))
		return h.serve(r)
	}
	for name, c := range map[string]struct {
		change func(*http.Request, url.Values)
		status int
	}{
		"no token":              {func(_ *http.Request, v url.Values) { v.Del("_token") }, 409},
		"a guessed token":       {func(_ *http.Request, v url.Values) { v.Set("_token", h.site.token("session:s2")) }, 409},
		"an empty bond":         {func(_ *http.Request, v url.Values) { v.Set("_token", h.site.token("")) }, 409},
		"another site":          {func(r *http.Request, _ url.Values) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, 403},
		"a neighbouring host":   {func(r *http.Request, _ url.Values) { r.Header.Set("Sec-Fetch-Site", "same-site") }, 403},
		"an old browser's site": {func(r *http.Request, _ url.Values) { r.Header.Set("Origin", "https://evil.example") }, 403},
	} {
		w := stranger(c.change)
		if w.Code != c.status || len(h.verbs) != 0 {
			t.Errorf("%s: got %d, verbs %v", name, w.Code, h.verbs)
		}
		if kept := strings.Contains(w.Body.String(), `value="protect" checked`); kept != (c.status == 409) {
			t.Errorf("%s: typed kept: %v", name, kept)
		}
	}
	h.visitor.Session = "s2"
	if w := stranger(func(*http.Request, url.Values) {}); w.Code != 409 || len(h.verbs) != 0 {
		t.Errorf("a form of the session before: %d, %v", w.Code, h.verbs)
	}
	h.visitor.Session = "s1"
	if w := stranger(func(*http.Request, url.Values) {}); w.Code != http.StatusSeeOther {
		t.Errorf("without the headers of new browsers but with its token it should be taken: %d", w.Code)
	}
}

func TestFormsLeadOnlyToThisSite(t *testing.T) {
	for _, p := range []string{"", "https://evil.example/", "//evil.example", "///evil.example", `/\evil.example`, "/\t/evil.example", "evil", "javascript:alert(1)", "/a\r\nX: y", "http:/x"} {
		if got := localPath(p, "/home"); got != "/home" {
			t.Errorf("%q leads to %q", p, got)
		}
	}
	for _, p := range []string{"/", "/people/per_1?tab=2#x", "/a//b"} {
		if localPath(p, "") != p {
			t.Errorf("%q leads nowhere", p)
		}
	}
	h := open(t)
	values := h.filled()
	values.Set("_next", "//evil.example/{id}")
	if w := h.post("/do/style.send", values); w.Header().Get("Location") != "/" {
		t.Errorf("on to %s", w.Header().Get("Location"))
	}
	h.answer = fault.Conflict("fault.conflict")
	values.Set("_page", "https://evil.example/")
	if w := h.post("/do/style.send", values); w.Code != 409 || strings.Contains(w.Body.String(), "evil") {
		t.Errorf("a page elsewhere: %d %s", w.Code, w.Body)
	}
}

func TestADownloadIsWrittenOrFailsAsAPage(t *testing.T) {
	h := open(t)
	if w := h.get("/raw/1"); w.Code != 200 || w.Body.String() != "raw words" {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
	if w := h.get("/raw/2"); w.Code != 404 || w.Body.String() != h.get("/none").Body.String() {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
	if !strings.Contains(h.log.String(), `route="GET /raw/{id}"`) {
		t.Error(h.log.String())
	}
}

func TestNothingChangesOnGet(t *testing.T) {
	h := open(t)
	if w := h.get("/do/style.send?id=1"); w.Code != 404 || len(h.verbs) != 0 {
		t.Errorf("got %d, %v", w.Code, h.verbs)
	}
	if w := h.get("/preferences?lang=en"); w.Code != 404 || len(w.Result().Cookies()) != 0 {
		t.Errorf("got %d, %v", w.Code, w.Result().Cookies())
	}
}

func TestDeniedAbsentAndUnknownAreTheSameBytes(t *testing.T) {
	h := open(t)
	denied := h.get("/fails/denied")
	for _, path := range []string{"/fails/absent", "/nothing/per_1", "/fails/denied?x=1", "/do/x"} {
		w := h.get(path)
		if w.Code != 404 || w.Body.String() != denied.Body.String() {
			t.Errorf("%s: %d differs:\n%s", path, w.Code, cmp.Diff(denied.Body.String(), w.Body.String()))
		}
		a, b := w.Header().Clone(), denied.Header().Clone()
		a.Del("X-Request-Id")
		b.Del("X-Request-Id")
		if diff := cmp.Diff(a, b); diff != "" {
			t.Errorf("%s: headers differ: %s", path, diff)
		}
	}
	h.answer = fault.Conflict("fault.conflict")
	values := h.filled()
	values.Set("_page", "/fails/denied")
	if w := h.post("/do/style.send", values); w.Code != 404 || w.Body.String() != denied.Body.String() {
		t.Errorf("a form that comes back to a page that has gone: %d", w.Code)
	}
	h.answer = fault.Denied()
	if w := h.post("/do/style.send", h.filled()); w.Body.String() != denied.Body.String() {
		t.Error("a denied verb differs from an absent page")
	}
}

func TestFailuresTellNothingAndAreFound(t *testing.T) {
	for _, how := range []string{"panic", "internal", "template"} {
		h := open(t)
		w := h.get("/fails/" + how + "?name=Canario")
		id := w.Header().Get("X-Request-Id")
		if w.Code != 500 || !strings.Contains(w.Body.String(), id) || !strings.Contains(h.log.String(), id) {
			t.Errorf("%s: %d; request %q should be in the page and in the log:\n%s\n%s", how, w.Code, id, w.Body, h.log.String())
		}
		if strings.Contains(w.Body.String(), "Canario") {
			t.Errorf("%s: the page tells too much", how)
		}
		if how != "internal" && strings.Contains(h.log.String(), "Canario") {
			t.Errorf("%s: the log tells too much:\n%s", how, h.log.String())
		}
	}
}

func TestTheLogHasRoutesAndNoPaths(t *testing.T) {
	h := open(t)
	h.get("/style/per_canary/sent?q=canary")
	h.get("/canary")
	if log := h.log.String(); strings.Contains(log, "canary") || !strings.Contains(log, `route="GET /style/{id}/sent"`) || !strings.Contains(log, "route=none") {
		t.Error(log)
	}
}

var inline = regexp.MustCompile(`(?i)<script(?:[^>]*)>[^<]|<style|\sstyle=|\son[a-z]+=|javascript:`)

func TestEveryAnswerIsGuarded(t *testing.T) {
	h := open(t, func(o *Options) { o.HTTPS, o.Node.Demo = true, true })
	for _, path := range []string{"/form/7", "/fails/denied", "/fails/internal", "/fails/panic", "/sign-in", "/none", "/style", "/style/grave"} {
		w := h.get(path)
		head := w.Header()
		for name, want := range map[string]string{"Content-Security-Policy": policy, "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
			"X-Frame-Options": "DENY", "Cache-Control": "no-store", "Permissions-Policy": permissions, "Strict-Transport-Security": "max-age=31536000"} {
			if head.Get(name) != want {
				t.Errorf("%s: %s is %q", path, name, head.Get(name))
			}
		}
		if found := inline.FindString(w.Body.String()); found != "" {
			t.Errorf("%s: the policy would stop %q", path, found)
		}
	}
	for _, part := range []string{"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"} {
		if !strings.Contains(policy, part) || strings.Contains(policy, "unsafe") {
			t.Errorf("the policy lacks %s: %s", part, policy)
		}
	}
	h.visitor = Visitor{}
	cookies := h.get("/sign-in").Result().Cookies()
	if len(cookies) == 0 {
		t.Error("a visit has no cookie")
	}
	for _, c := range cookies {
		if !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteLaxMode || !strings.HasPrefix(c.Name, "__Host-") {
			t.Errorf("cookie %v", c)
		}
	}
}

// An app that a phone keeps may have a manifest and the camera, and nothing else that
// a page may not.
func TestAnAppMayDoLittleMore(t *testing.T) {
	h := http.Header{}
	AllowApp(h)
	if got, want := h.Get("Content-Security-Policy"), policy+"; manifest-src 'self'"; got != want {
		t.Errorf("policy %q", got)
	}
	before, after := strings.Split(permissions, ", "), strings.Split(h.Get("Permissions-Policy"), ", ")
	if len(before) != len(after) {
		t.Fatalf("permissions %v", after)
	}
	for i := range before {
		if want := strings.Replace(before[i], "camera=()", "camera=(self)", 1); after[i] != want {
			t.Errorf("permission %q, not %q", after[i], want)
		}
	}
	if !slices.Contains(after, "camera=(self)") || !slices.Contains(before, "camera=()") {
		t.Error("the camera is not the one difference")
	}
}

func TestWhoHasNotSignedInIsSentToSignInAndBack(t *testing.T) {
	h := open(t)
	values := h.filled()
	h.visitor = Visitor{}
	for _, w := range []*httptest.ResponseRecorder{h.get("/form/7?tab=2"), h.post("/do/style.send", values)} {
		if want := "/sign-in?next=%2Fform%2F7%3Ftab%3D2"; w.Code != http.StatusSeeOther || w.Header().Get("Location") != want {
			t.Errorf("got %d to %s, want %s", w.Code, w.Header().Get("Location"), want)
		}
	}
	values.Set("_token", h.site.token("visit:"+strings.Repeat("v", 26)))
	r := httptest.NewRequest("POST", "/do/style.send", strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.AddCookie(&http.Cookie{Name: "istmo-PA-visit", Value: strings.Repeat("v", 26)})
	if w := h.serve(r); w.Code != http.StatusSeeOther || len(h.verbs) != 0 {
		t.Errorf("with a visit's token a verb was carried out for nobody: %d, %v", w.Code, h.verbs)
	}
	if w := h.get("/sign-in", &http.Cookie{Name: "istmo-PA-visit", Value: "short"}); len(w.Result().Cookies()) != 1 {
		t.Error("a visit's cookie that anybody could guess is kept")
	}
	if w := h.get("/raw/1"); w.Code != http.StatusSeeOther || strings.Contains(w.Body.String(), "raw words") {
		t.Errorf("a download for nobody: %d %s", w.Code, w.Body)
	}
}

// A form for visitors who have not signed in is bound to their visit.
func TestAFormBeforeSigningInIsBoundToTheVisit(t *testing.T) {
	h := open(t)
	done := 0
	h.site.Open("GET /enter", func(*Request) (View, error) { return View{Template: "test/enter", Title: "web.style"}, nil })
	h.site.Post("POST /enter", func(r *Request) (string, error) { done++; r.Done("style.enter"); return r.Typed().Get("to"), nil })
	h.site.Templates("test", fstest.MapFS{"enter.html": {Data: []byte(`{{with .Form "/enter"}}{{.Open}}{{.Close}}{{end}}`)}})
	var err error
	if h.handler, err = h.site.Handler(); err != nil {
		t.Fatal(err)
	}
	h.visitor = Visitor{}
	first := h.get("/enter")
	values := hidden(t, first.Body.String(), "/enter")
	values.Set("to", "//evil.example")
	if w := h.post("/enter", values); w.Code != 409 || done != 0 {
		t.Errorf("without its visit: %d", w.Code)
	}
	r := httptest.NewRequest("POST", "/enter", strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for _, c := range first.Result().Cookies() {
		r.AddCookie(c)
	}
	if w := h.serve(r); w.Code != http.StatusSeeOther || done != 1 || w.Header().Get("Location") != "/" || len(w.Result().Cookies()) != 1 {
		t.Errorf("with its visit: %d to %q, %v", w.Code, w.Header().Get("Location"), w.Result().Cookies())
	}
}

func TestNavigationShowsWhatTheRoleMayDo(t *testing.T) {
	h := open(t, func(o *Options) { o.May = func(_ access.Who, v access.Verb) bool { return v == "style.look" } })
	h.site.Navigation(
		Nav{Key: "web.style.count", Path: "/all", Order: 9},
		Nav{Key: "web.style.person", Path: "/style", Order: 2, Roles: []access.Role{access.Prosecutor, access.CaseWorker}},
		Nav{Key: "web.style.list", Path: "/may", Order: 1, Verb: "style.look"},
		Nav{Key: "web.style.grave", Path: "/admin", Roles: []access.Role{access.Administrator}},
		Nav{Key: "web.style.form", Path: "/not", Verb: "style.send"})
	page := h.get("/style/x/sent").Body.String()
	_, side, _ := strings.Cut(page, `<ul class="istmo-side__list">`)
	side, _, _ = strings.Cut(side, "</ul>")
	want := `<li><a href="/may">Una lista</a></li>` + `<li><a href="/style" aria-current="page">Una página sobre una persona</a></li>` + `<li><a href="/all">Personas</a></li>`
	if got := strings.ReplaceAll(strings.TrimSpace(side), "\n", ""); got != want {
		t.Errorf("got %s", got)
	}
}

func TestLanguageAndLightAreChosenAndKept(t *testing.T) {
	h := open(t)
	if page := h.get("/form/7").Body.String(); !strings.Contains(page, `<html lang="es" class="govuk-template">`) {
		t.Error("the account's language is not used")
	}
	values := hidden(t, h.get("/form/7?tab=2").Body.String(), "/preferences")
	values.Set("lang", "en")
	values.Set("theme", "dimmed")
	w := h.post("/preferences", values)
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/form/7?tab=2" {
		t.Fatalf("got %d to %s", w.Code, w.Header().Get("Location"))
	}
	if page := h.get("/form/7", w.Result().Cookies()...).Body.String(); !strings.Contains(page, `<html lang="en" class="govuk-template" data-theme="dimmed">`) {
		t.Error("the choice is not kept")
	}
	values.Set("lang", "xx")
	values.Set("theme", `"><b>`)
	if w := h.post("/preferences", values); len(w.Result().Cookies()) != 0 {
		t.Error("a choice that there is not is kept")
	}
	h.visitor = Visitor{}
	r := httptest.NewRequest("GET", "/sign-in", nil)
	r.Header.Set("Accept-Language", "en-GB,en;q=0.9")
	if page := h.serve(r).Body.String(); !strings.Contains(page, `<html lang="en"`) {
		t.Error("the browser's language is not used")
	}
}

func TestAnUnsafeNodeSaysSoOnEveryPage(t *testing.T) {
	h := open(t, func(o *Options) { o.Node.Unsafe = []string{"web.style.banner"} })
	for _, path := range []string{"/form/7", "/sign-in", "/none"} {
		if page := h.get(path).Body.String(); !strings.Contains(page, "istmo-warning") || !strings.Contains(page, "Modo inseguro.") {
			t.Errorf("%s does not warn", path)
		}
	}
	if h.get("/style").Code != 404 {
		t.Error("only a demo has the style page")
	}
}

func TestFilesArriveInMemoryAndHaveALimit(t *testing.T) {
	h := open(t)
	send := func(size int) *httptest.ResponseRecorder {
		var body bytes.Buffer
		m := multipart.NewWriter(&body)
		for name, list := range h.filled() {
			for _, v := range list {
				_ = m.WriteField(name, v)
			}
		}
		part, err := m.CreateFormFile("file", "carta.pdf")
		if err != nil {
			t.Fatal(err)
		}
		_, _ = part.Write(bytes.Repeat([]byte("x"), size))
		_ = m.Close()
		r := httptest.NewRequest("POST", "/do/style.send", &body)
		r.Header.Set("Content-Type", m.FormDataContentType())
		return h.serve(r)
	}
	if w := send(40 << 10); w.Code != http.StatusSeeOther || len(h.files) != 1 {
		t.Fatalf("got %d, %v", w.Code, h.files)
	}
	f := h.files[0]
	content, err := f.Open()
	if err != nil {
		t.Fatal(err)
	}
	if _, onDisk := content.(interface{ Fd() uintptr }); onDisk || f.Field != "file" || f.Name != "carta.pdf" || f.Size != 40<<10 {
		t.Errorf("got %+v, on disk %v", f, onDisk)
	}
	h.verbs = nil
	if w := send(80 << 10); w.Code != 422 || len(h.verbs) != 0 || !strings.Contains(w.Body.String(), "pesa demasiado") {
		t.Errorf("a form too large: %d %v", w.Code, h.verbs)
	}
}

func TestAMistakeInATemplateIsFoundAtTheStart(t *testing.T) {
	for name, files := range map[string]fstest.MapFS{
		"test":  {"show.html": {Data: []byte("the name is taken")}},
		"other": {"show.html": {Data: []byte("{{nothing}}")}},
	} {
		h := open(t)
		h.site.Templates(name, files)
		if _, err := h.site.Handler(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := New(Options{Secret: []byte("short")}); err == nil {
		t.Error("a short secret is taken")
	}
}
