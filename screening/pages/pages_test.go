package pages_test

import (
	"testing"

	"istmo/access"
	"istmo/screening"
	"istmo/screening/sealed"
	"istmo/testkit"
)

// world is Panama with a post, two phones and screenings in every situation that a
// page tells of. Nobody in it exists.
type world struct {
	*testkit.World
	pa          *testkit.Country
	ana, beto   access.Who
	one, two    *testkit.Phone
	presumed    string // both values of a field, and something held
	found, post string
}

func newWorld(t testing.TB) *world {
	w := &world{World: testkit.NewWorld(t)}
	w.pa = w.Start("PA")
	w.pa.Agency("uia", "response-team", "Unidad ficticia")
	w.ana, w.beto = w.pa.User("ana", "uia", "field-officer"), w.pa.User("beto", "uia", "field-officer", "response-team")
	foco := w.pa.User("foco", "uia", "focal-point")
	w.post = testkit.Must(t, w.pa, foco, screening.AddPost{Name: "Lajas Blancas", Place: "Darién", Lat: "8.67", Lon: "-77.95"}).Object
	w.one, w.two = w.pa.Phone("Teléfono 1", w.post, w.ana), w.pa.Phone("Teléfono 2", w.post, w.beto)
	return w
}

func set(pairs ...any) sealed.Revision {
	v := sealed.Revision{Set: map[string]any{}}
	for i := 0; i < len(pairs); i += 2 {
		v.Set[pairs[i].(string)] = pairs[i+1]
	}
	return v
}

func (w *world) screened() {
	k, m := testkit.Chain(), testkit.Chain()
	v := set("sex", "female", "age_band", "9-17", "citizenships", []string{"HT"}, "languages", []string{"ht", "fr"}, "company", "unrelated-adult",
		"given_names", "Canaria Ficticia", "account", "Le ofrecieron trabajo.\nLe quitaron el pasaporte.", "spoken", "ht", "private", "yes", "rights_read", "yes",
		"q.ACT-01", "yes", "q.ACT-05", "yes", "q.COR-03", "yes", "q.EXL-01", "yes", "q.TRA-01", "yes", "q.CHI-01", "yes",
		"outcome", "presumed", "reasons", "Una persona adulta que no es familia responde por ella y guarda sus papeles", "needs", []string{"lodging", "child-care"}, "started_at", "2026-11-09T14:05:00Z")
	w.one.Write(k, set("phone", "111"))
	w.two.Knows(k, w.one)
	v.Final = true
	w.one.Write(k, v)
	w.two.Write(k, set("phone", "222", "age_band", "18-20"))
	w.one.Deliver()
	w.two.Deliver()
	w.one.Write(k, set("safe_contact", "Por su hermana"))
	testkit.Must(w.T, w.pa, w.beto, screening.RevokeDevice{OnDevice: screening.OnDevice{Device: w.one.ID}, Reason: "Perdido en el río"})
	w.one.Deliver()
	none := set("sex", "male", "age_band", "30-38", "outcome", "none", "reasons", "Viaja con su familia", "rights_read", "yes", "consent", "given")
	none.Final = true
	w.two.Write(m, none)
	w.two.Write(testkit.Chain(), set("help", []string{"health"}))
	duress := set("sex", "male")
	duress.Duress = true
	w.two.Write(testkit.Chain(), duress)
	w.two.Deliver()
	for _, l := range testkit.Ask(w.T, w.pa, w.beto, screening.List{}) {
		if l.Outcome == "presumed" {
			w.presumed = l.ID
		}
	}
}

// TestTheDeskSeesWhatThePhonesBrought walks every page, in both languages, at the
// sizes of a phone and of a desk.
func TestTheDeskSeesWhatThePhonesBrought(t *testing.T) {
	for _, lang := range []string{"es", "en"} {
		w := newWorld(t)
		w.screened()
		k := testkit.NewWalk(t, lang)
		k.As(w.pa, "beto")
		k.Visit("/screening")
		k.Visit("/screening?only=all&receipt=ZZZZ")
		k.Visit("/screening/" + w.presumed)
		k.Visit("/screening/devices")
		k.Visit("/screening/devices/" + w.two.ID + "/revoke")
		k.As(w.pa, "foco")
		k.Visit("/screening/posts")
		k.Visit("/screening")
	}
}

// TestAPersonDecides settles, releases and decides by keyboard.
func TestAPersonDecides(t *testing.T) {
	w := newWorld(t)
	w.screened()
	k := testkit.NewWalk(t, "es")
	k.As(w.pa, "beto")
	k.Visit("/screening/" + w.presumed)
	k.TabTo(`textarea[name=reason]`)
	k.Type("Hablé con Ana: lo escribió antes de perderlo")
	k.Follow(func() { k.Press("Tab", "Enter") })
	k.Look()
	k.Send("screening.settle")
	v := w.view(t)
	if v.Held() || len(v.Conflicts) > 0 || v.Sealed["safe_contact"] != "Por su hermana" || v.Coded["age_band"][0] != "9-17" {
		t.Errorf("after deciding: %+v", v)
	}
}

func (w *world) view(t *testing.T) screening.View {
	t.Helper()
	entry, _ := w.pa.Engine.Verbs.Find("screening.open")
	answer, err := w.pa.Engine.Question(t.Context(), w.beto, entry, &screening.Open{On: screening.On{ID: w.presumed}})
	if err != nil {
		t.Fatal(err)
	}
	return answer.(screening.View)
}
