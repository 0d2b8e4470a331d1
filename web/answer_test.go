package web

import (
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"istmo/fault"
)

// asking is a house with a page that asks, and answers what was typed.
func asking(t *testing.T) *house {
	h := open(t)
	h.site.Templates("asking", fstest.MapFS{"page.html": {Data: []byte(`{{$f := .Form "/asks"}}<h1>{{.Data}}</h1>{{$f.OpenFiles}}{{$f.Text "ref" "web.style.ref"}}{{$f.File "file" "web.style.file"}}{{$f.Submit "web.style.button"}}{{$f.Close}}`)}})
	view := func(words string) View { return View{Template: "asking/page", Title: "web.style", Data: words} }
	h.site.Page("GET /asks", func(*Request) (View, error) { return view("nothing yet"), nil })
	h.site.Answer("POST /asks", func(r *Request, files []File) (View, error) {
		h.files = files
		switch words := r.PostForm.Get("ref"); words {
		case "":
			return View{}, fault.Invalid("ref", "fault.required")
		case "next":
			return View{Redirect: "/asks"}, nil
		default:
			return view("answered"), nil
		}
	})
	var err error
	if h.handler, err = h.site.Handler(); err != nil {
		t.Fatal(err)
	}
	return h
}

func TestAnAnswerIsShownAtOnceAndStandsInNoAddress(t *testing.T) {
	h := asking(t)
	values := hidden(t, h.get("/asks").Body.String(), "/asks")
	values.Set("ref", "canario")
	w := h.post("/asks", values)
	page := w.Body.String()
	if w.Code != http.StatusOK || w.Header().Get("Location") != "" || !strings.Contains(page, "<h1>answered</h1>") || !strings.Contains(page, `value="canario"`) {
		t.Errorf("%d %s", w.Code, page)
	}
	if strings.Contains(page, "<title>Error") || strings.Contains(page, "error-summary") {
		t.Error("an answer looks like a fault")
	}
	if strings.Contains(h.log.String(), "canario") || len(h.verbs) > 0 {
		t.Errorf("it is written down: %s %v", h.log.String(), h.verbs)
	}
	values.Set("ref", "")
	if w := h.post("/asks", values); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "<h1>nothing yet</h1>") || !strings.Contains(w.Body.String(), "<title>Error") {
		t.Errorf("a fault: %d", w.Code)
	}
	values.Set("ref", "next")
	if w := h.post("/asks", values); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/asks" {
		t.Errorf("on to the next: %d", w.Code)
	}
	values.Set("_token", "forged")
	if w := h.post("/asks", values); w.Code == http.StatusOK || strings.Contains(w.Body.String(), "answered") {
		t.Errorf("a form of another session: %d", w.Code)
	}
	h.visitor = Visitor{}
	if w := h.post("/asks", values); w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), "/sign-in") {
		t.Errorf("who has not signed in: %d %s", w.Code, w.Header().Get("Location"))
	}
}

func TestABandIsDrawnInPiecesAndEndsAtThePicture(t *testing.T) {
	c := draw("en", Chart{Steps: []string{"a", "b", "c", "d", "e"}, Lines: []ChartLine{{"One", []ChartPoint{{true, 1}, {true, 2}, {true, 5}, {true, 4}, {true, 5}}}},
		Band: []ChartSpan{{true, 1, 2}, {true, 1, 900}, {}, {true, 2, 3}, {true, 2, 4}}, Flag: 3})
	if len(c.Bands) != 2 || c.FlagAt != "50%" {
		t.Fatalf("%v %s", c.Bands, c.FlagAt)
	}
	if !strings.HasPrefix(c.Bands[0], "M0 ") || !strings.Contains(c.Bands[0], "L25 12") || !strings.HasSuffix(c.Bands[0], "Z") {
		t.Errorf("%s", c.Bands[0])
	}
	if c := draw("en", Chart{Steps: []string{"a"}, Lines: []ChartLine{{"One", []ChartPoint{{true, 1}}}}}); len(c.Bands) > 0 || c.FlagAt != "" {
		t.Error("a picture without a band has one")
	}
}
