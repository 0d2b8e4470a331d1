package web

import (
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"istmo/fault"
	"istmo/i18n"
)

// The hidden fields with which a form tells about itself. Verbs never see them.
const (
	fieldForm  = "_form"  // which of the page's forms it is
	fieldPage  = "_page"  // the page it stands on
	fieldNext  = "_next"  // where to go when it is done; {id} is the object's
	fieldToken = "_token" // proof that we gave it out in this session
	fieldDate  = "_date"  // the name of an input made of day, month and year
)

// do carries out the verb that a form posts.
func (s *Site) do(w http.ResponseWriter, r *http.Request) {
	visitOf(r).pattern = "POST /do/{verb}"
	err := s.take(w, r)
	q := s.request(w, r)
	if !q.SignedIn() {
		s.toSignIn(w, r, r.PostForm.Get(fieldPage))
		return
	}
	if err == nil {
		var id string
		id, err = s.o.Doer.Do(r.Context(), q.Who, r.PathValue("verb"), said(r.PostForm), files(r))
		if err == nil {
			s.done(w, q, strings.ReplaceAll(r.PostForm.Get(fieldNext), "{id}", url.PathEscape(id)))
			return
		}
	}
	s.comeBack(w, q, err)
}

// post serves a form that is no verb.
func (s *Site) post(w http.ResponseWriter, r *http.Request, do func(*Request) (string, error)) {
	visitOf(r).pattern = r.Pattern
	err := s.take(w, r)
	q := s.request(w, r)
	if err == nil {
		var next string
		if next, err = do(q); err == nil {
			http.Redirect(w, r, localPath(next, "/"), http.StatusSeeOther)
			return
		}
	}
	s.comeBack(w, q, err)
}

// done confirms, and goes on to the next page.
func (s *Site) done(w http.ResponseWriter, q *Request, next string) {
	s.leaveNotice(w, q.PathValue("verb"))
	http.Redirect(w, q.Request, localPath(next, "/"), http.StatusSeeOther)
}

// take reads a form into memory, checks that it is ours and of this session,
// and puts its dates together.
func (s *Site) take(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, s.o.MaxForm)
	err := r.ParseMultipartForm(s.o.MaxForm + 1<<20) // more than may come, so that nothing goes to a file
	if errors.Is(err, http.ErrNotMultipart) {
		err = nil
	}
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return fault.Invalid("", "fault.too-large").With("Megabytes", s.o.MaxForm>>20)
	case err != nil:
		return fault.Invalid("", "fault.form.broken")
	case !s.tokenOK(r):
		return fault.Conflict("fault.form.old")
	}
	return composeDates(r.PostForm)
}

// said are the values of a form without what the form says of itself.
func said(form url.Values) url.Values {
	values := url.Values{}
	for name, v := range form {
		if !strings.HasPrefix(name, "_") {
			values[name] = v
		}
	}
	for _, name := range form[fieldDate] {
		for _, part := range dateParts {
			values.Del(name + "-" + part)
		}
	}
	return values
}

func files(r *http.Request) []File {
	if r.MultipartForm == nil {
		return nil
	}
	var all []File
	for field, headers := range r.MultipartForm.File {
		for _, h := range headers {
			all = append(all, File{field, h.Filename, h.Header.Get("Content-Type"), h.Size, opener(h)})
		}
	}
	slices.SortStableFunc(all, func(a, b File) int { return strings.Compare(a.Field, b.Field) })
	return all
}

func opener(h *multipart.FileHeader) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return h.Open() }
}

var dateParts = []string{"day", "month", "year"}

// composeDates makes one value "2006-01-02" of the three inputs of each date
// that the form says it has. A date left empty is an empty value.
func composeDates(form url.Values) error {
	var wrong fault.List
	for _, name := range form[fieldDate] {
		value, f := composeDate(form, name)
		form.Set(name, value)
		if f != nil {
			wrong = append(wrong, f)
		}
	}
	if wrong != nil {
		return wrong
	}
	return nil
}

func composeDate(form url.Values, name string) (string, *fault.Fault) {
	var numbers [3]int
	empty, whole := 0, true
	missing := ""
	for i, part := range dateParts {
		text := strings.TrimSpace(form.Get(name + "-" + part))
		n, err := strconv.Atoi(text)
		whole = whole && err == nil
		numbers[i] = n
		if text == "" {
			empty++
			missing = part
		}
	}
	switch {
	case empty == 3:
		return "", nil
	case empty == 1:
		return "", fault.Invalid(name, "fault.date."+missing)
	case whole && numbers[2] < 1000:
		return "", fault.Invalid(name, "fault.date.year")
	}
	day := time.Date(numbers[2], time.Month(numbers[1]), numbers[0], 0, 0, 0, 0, time.UTC)
	if !whole || day.Day() != numbers[0] || int(day.Month()) != numbers[1] || day.Year() > 9999 {
		return "", fault.Invalid(name, "fault.date")
	}
	return day.Format(time.DateOnly), nil
}

// comeBack shows the page that a form stood on once more, in this same
// response, with what was typed and what is wrong with it. A failure that the
// form cannot mend is shown as on any page.
func (s *Site) comeBack(w http.ResponseWriter, q *Request, err error) {
	faults := fault.All(err)
	status := statusOf(err)
	page, known := s.formPage(q.Request)
	if len(faults) == 0 || status == http.StatusNotFound || !known {
		s.fail(w, q, err)
		return
	}
	back := &again{form: q.PostForm.Get(fieldForm), typed: q.PostForm, faults: faults, status: status}
	ctx := context.WithValue(q.Context(), againKey, back)
	r := q.Request.Clone(ctx)
	r.Method, r.URL, r.RequestURI = http.MethodGet, page, page.RequestURI()
	s.pages.ServeHTTP(w, r)
}

// formPage is the address of the page that a form says it stands on, if it is
// one of ours.
func (s *Site) formPage(r *http.Request) (*url.URL, bool) {
	page, err := url.Parse(localPath(r.PostForm.Get(fieldPage), ""))
	if err != nil || page.Path == "" {
		return nil, false
	}
	_, pattern := s.pages.Handler(&http.Request{Method: http.MethodGet, URL: page, Host: r.Host})
	return page, pattern != ""
}

// localPath is p if it leads to a page of this site, otherwise. A path that a
// browser could take for another host's is none of ours.
func localPath(p, otherwise string) string {
	u, err := url.Parse(p)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(p, "/") || strings.HasPrefix(p, "//") || strings.ContainsAny(p, "\\\r\n\t") {
		return otherwise
	}
	return p
}

// Done has the next page confirm what a handler given to Post has done, by the
// sentence of verb+".done".
func (r *Request) Done(verb string) { r.site.leaveNotice(r.Writer, verb) }

// leaveNotice has the next page say that verb is done. The cookie holds the
// verb and nothing of what was done.
func (s *Site) leaveNotice(w http.ResponseWriter, verb string) {
	http.SetCookie(w, s.cookie("notice", verb, 60))
}

// takeNotice is the sentence to confirm what has just been done: that of
// "<verb>.done", or a general one. It is said once.
func (s *Site) takeNotice(w http.ResponseWriter, q *Request) string {
	c, err := q.Cookie(s.cookieName("notice"))
	if err != nil || c.Value == "" || q.again != nil {
		return ""
	}
	http.SetCookie(w, s.cookie("notice", "", -1))
	if key := c.Value + ".done"; i18n.Has(q.Lang, key) {
		return q.Say(key)
	}
	return q.Say("web.done")
}
