package web

import (
	"io/fs"
	"net/http/httptest"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestAClockTellsHowItStands(t *testing.T) {
	const day = 24 * time.Hour
	for _, c := range []struct {
		clock Clock
		want  string
	}{
		{Clock{Due: noon.Add(3 * day)}, "ok"},
		{Clock{Due: noon.Add(day)}, "soon"},
		{Clock{Due: noon.Add(3 * day), Soon: 4 * day}, "soon"},
		{Clock{Due: noon}, "soon"},
		{Clock{Due: noon.Add(-time.Second)}, "overdue"},
		{Clock{Due: noon.Add(-day), Done: noon.Add(-2 * day)}, "done"},
		{Clock{Due: noon.Add(-2 * day), Done: noon.Add(-day)}, "late"},
		{Clock{Done: noon}, "done"},
	} {
		if got := c.clock.State(noon); got != c.want {
			t.Errorf("%+v: got %s, want %s", c.clock, got, c.want)
		}
	}
}

func TestEveryStateOfAClockHasAWordAndAShape(t *testing.T) {
	h := open(t)
	shapes := map[string]bool{}
	for _, state := range []string{"ok", "soon", "overdue", "done"} {
		icon, err := h.site.part("es", "icon", state)
		if err != nil {
			t.Fatal(err)
		}
		shapes[string(icon)] = true
	}
	for _, tone := range []Tone{Neutral, Active, Success, Warning, Danger} {
		icon, err := h.site.part("es", "icon", string(tone))
		if err != nil {
			t.Fatal(err)
		}
		shapes[string(icon)] = true
	}
	if len(shapes) != 6 { // soon, done and overdue are those of the tones
		t.Errorf("%d shapes", len(shapes))
	}
}

func TestADrawingPlacesEveryStateOnce(t *testing.T) {
	d := Drawing{States: []DrawnState{{"a", "A"}, {"b", "B"}, {"c", "C"}, {"d", "D"}, {"out", "Out"}, {"after", "After"}}, Current: "b", Passed: []string{"a"},
		Moves: []DrawnMove{{"a", "b", ""}, {"b", "c", ""}, {"b", "d", ""}, {"c", "d", ""}, {"c", "b", ""},
			{"a", "out", ""}, {"b", "out", ""}, {"c", "out", ""}, {"d", "out", ""}, {"out", "after", ""}, {"x", "y", ""}}}
	p := lay(d)
	got := map[string]int{}
	places := map[[2]int]bool{}
	for _, b := range p.Boxes {
		got[b.ID] = b.rank
		places[[2]int{b.X, b.Y}] = true
		if b.X < 0 || b.X+boxWide > p.Wide || b.Y < 0 || b.Y+boxHigh > p.High {
			t.Errorf("%s stands outside: %+v of %d×%d", b.ID, b, p.Wide, p.High)
		}
	}
	if diff := cmp.Diff(map[string]int{"a": 0, "b": 1, "c": 2, "d": 3, "out": 4, "after": 4}, got); diff != "" {
		t.Error(diff)
	}
	if len(places) != len(d.States) || p.ExitsY == 0 || p.Now != "B" {
		t.Errorf("%d places, exits at %d, now %q", len(places), p.ExitsY, p.Now)
	}
	if len(lay(Drawing{}).Boxes) != 0 {
		t.Error("nothing has boxes")
	}
}

func TestADrawingSaysInWordsWhatItShows(t *testing.T) {
	h := open(t)
	text, err := h.site.drawing("es", Drawing{States: []DrawnState{{"a", "Abierta"}, {"b", "Cerrada"}}, Moves: []DrawnMove{{"a", "b", "cerrar"}}, Current: "a"})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`<li aria-current="step"><strong>Abierta</strong> (estado actual)`, "<li>cerrar → Cerrada</li>", "aquí termina", "istmo-diagram__here"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("lacks %s:\n%s", want, text)
		}
	}
}

func TestALadderMarksTheRungThatIsAwaited(t *testing.T) {
	h := open(t)
	text, err := h.site.ladder("en", Ladder{Rungs: []Rung{{Title: "one", At: noon}, {Title: "two"}, {Title: "three"}}})
	if err != nil {
		t.Fatal(err)
	}
	refused, err := h.site.ladder("en", Ladder{Rungs: []Rung{{Title: "one", At: noon, Failed: true}, {Title: "two"}}})
	if err != nil {
		t.Fatal(err)
	}
	states := func(s string) (found []string) {
		for _, part := range strings.Split(s, "istmo-ladder__rung--")[1:] {
			state, _, _ := strings.Cut(part, `"`)
			found = append(found, state)
		}
		return found
	}
	if diff := cmp.Diff([]string{"climbed", "awaited", "ahead"}, states(string(text))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"refused", "ahead"}, states(string(refused))); diff != "" {
		t.Error(diff)
	}
}

func TestFiltersLiveInTheAddress(t *testing.T) {
	h := open(t)
	r := httptest.NewRequest("GET", "/list?state=sent&state=arrived&ref=x&after=per_9", nil)
	p := &Page{Request: &Request{Request: r, Lang: "en", site: h.site}}
	text, err := h.site.filters(p, Filters{Count: 1, Fields: []Filter{
		{Name: "state", Label: "State", Kind: "checkboxes", Choices: []Option{{Value: "sent", Label: "Sent"}, {Value: "arrived", Label: "Arrived"}}},
		{Name: "ref", Label: "Ref", Kind: "text"}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`method="get" action="/list"`, `value="sent" checked`, `value="arrived" checked`, `value="x"`, "1 result<",
		`href="/list?ref=x&amp;state=arrived"`, `href="/list?state=sent&amp;state=arrived"`, `<a class="govuk-link" href="/list">`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("lacks %s:\n%s", want, text)
		}
	}
}

func TestAnInterruptionSendsTheVerbItNames(t *testing.T) {
	h := open(t, func(o *Options) { o.Node.Demo = true })
	values := hidden(t, h.get("/style/grave").Body.String(), "/do/style.send")
	values.Set("id", "ref_1")
	if w := h.post("/do/style.send", values); w.Code != 303 || h.said.Get("id") != "ref_1" {
		t.Errorf("got %d, %v", w.Code, h.said)
	}
}

func TestAssetsComeSmallAndMayBeKept(t *testing.T) {
	h := open(t)
	css, err := h.site.assets.address("istmo.css")
	if err != nil {
		t.Fatal(err)
	}
	sizes := map[string]int{}
	for _, encoding := range []string{"", "gzip", "br", "br;q=0, gzip"} {
		r := httptest.NewRequest("GET", css, nil)
		r.Header.Set("Accept-Encoding", encoding)
		w := h.serve(r)
		want := map[string]string{"br;q=0, gzip": "gzip"}[encoding]
		if want == "" {
			want = encoding
		}
		if w.Code != 200 || w.Header().Get("Content-Encoding") != want || w.Header().Get("Content-Type") != "text/css; charset=utf-8" ||
			w.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" {
			t.Errorf("%q: %d %v", encoding, w.Code, w.Header())
		}
		sizes[encoding] = w.Body.Len()
	}
	if sizes["br"] >= sizes["gzip"] || sizes["gzip"] >= sizes[""]/4 {
		t.Errorf("sizes %v", sizes)
	}
	for _, name := range []string{"/assets/manifest.json", "/assets/../site.go", "/assets/", "/assets/none.css", css + ".br"} {
		if w := h.get(name); w.Code == 200 {
			t.Errorf("%s is served", name)
		}
	}
}

// The first visit to a page, with everything but the fonts, stays under 60 kB:
// somebody may be at the end of a thin line.
func TestAFirstVisitIsLight(t *testing.T) {
	h := open(t, func(o *Options) { o.Node.Demo = true })
	weight := len(h.get("/style/person").Body.Bytes())
	for _, name := range []string{"istmo.css", "istmo.js", "mark.svg"} {
		content, err := fs.ReadFile(h.site.assets.files, path.Base(h.site.assets.names[name])+".gz")
		if err != nil {
			t.Fatal(err)
		}
		weight += len(content)
	}
	if weight > 60_000 {
		t.Errorf("%d bytes", weight)
	}
}

func TestNoOtherHousesBrand(t *testing.T) {
	h := open(t)
	css, err := fs.ReadFile(h.site.assets.files, h.site.assets.names["istmo.css"])
	if err != nil {
		t.Fatal(err)
	}
	for _, brand := range []string{"GDS Transport", "crown", "#ffdd00", "#fd0"} {
		if strings.Contains(string(css), brand) {
			t.Errorf("the style sheet has %s", brand)
		}
	}
}
