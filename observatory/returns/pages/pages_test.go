package pages_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"istmo/access"
	"istmo/act"
	"istmo/fault"
	"istmo/observatory/figures"
	"istmo/observatory/returns"
	"istmo/store"
	"istmo/testkit"
)

// open is Panama with those who may and one who may not, and invented people: many of
// one kind, few of another.
func open(t *testing.T, postgres bool) (*testkit.World, *testkit.Country) {
	w := testkit.NewWorld(t)
	w.Postgres = postgres
	pa := w.Start("PA")
	pa.Agency("uia", "response-team", "UIA (ficticia)")
	pa.User("sol", "uia", "analyst")
	pa.User("luz", "uia", "focal-point")
	pa.User("ana", "uia", "case-worker")
	pa.User("min", "uia", "foreign-ministry")
	return w, pa
}

func populate(t *testing.T, w *testkit.World, pa *testkit.Country) {
	n := 0
	err := pa.DB.Write(t.Context(), func(tx *store.Tx) error {
		for _, g := range []struct {
			many                           int
			sex, band, form, country, code string
		}{
			{23, "female", "21-29", "sexual", "CO", "full"}, {12, "female", "9-17", "sexual", "VE", "full"}, {9, "male", "30-38", "labour", "VE", "full"},
			{3, "male", "9-17", "criminality", "EC", "preliminary"}, {7, "female", "30-38", "labour", "HT", "presumed"}, {1, "unknown", "unknown", "", "", "presumed"},
		} {
			for range g.many {
				n++
				id := fmt.Sprintf("per_%04d", n)
				at := time.Date(2025, time.Month(1+n%12), 9, 15, 0, 0, 0, time.UTC)
				if _, err := tx.Exec(`INSERT INTO person (id, ref, agency, sex, age_band, age_in_doubt, citizenships, languages, interpreter, forms, needs, place, origin, origin_id, created_at, created_by)
					VALUES ($1, $1, 'agy', $2, $3, FALSE, $4, 'es', FALSE, $5, '', '', 'met', '', $6, '')`, id, g.sex, g.band, g.country, g.form, at); err != nil {
					return err
				}
				if _, err := tx.Exec(`INSERT INTO person_status (id, person, country, authority, status, legal_basis, decided_on, recorded_at, recorded_by) VALUES ($1, $2, 'PA', 'x', $3, 'x', $4, $4, '')`,
					"sta"+id, id, g.code, at); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	w.Tick(time.Hour)
}

// TestTheReturn: somebody reads the rules, builds a year's return by keyboard, and
// looks at both copies, in both languages.
func TestTheReturn(t *testing.T) {
	w, pa := open(t, false)
	k := testkit.NewWalk(t, "es")
	k.As(pa, "luz")
	k.Visit("/observatory/returns")
	k.Says("Todavía no se ha contado a nadie")
	populate(t, w, pa)
	for _, lang := range []struct {
		code        string
		start, book []string
	}{
		{"es", []string{"Reglas de conteo, versión 1", "cuenta en uno solo", "Qué cuenta cada decisión", "Posible víctima"},
			[]string{"Retorno de 2025", "quedó en el registro", "Copia para enviar", "<5", "Copia de trabajo, exacta", "55", "retien", "Falta traer la población", "Este nodo no guarda todavía"}},
		{"en", []string{"Counting rules, version 1", "is counted in one only", "What each decision"},
			[]string{"Return of 2025", "it is in the ledger", "Copy to send", "<5", "Working copy, exact", "55", "withheld", "has yet to be brought", "does not keep yet"}},
	} {
		k := testkit.NewWalk(t, lang.code)
		k.As(pa, "luz")
		k.Visit("/observatory/returns")
		for _, words := range lang.start {
			k.Says(words)
		}
		k.Go(`form[action="/observatory/returns/book"] button`)
		for _, words := range lang.book {
			k.Says(words)
		}
		k.Complaints()
	}
}

func get(t *testing.T, pa *testkit.Country, session *http.Cookie, path string) (*http.Response, []byte) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, pa.Web()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.AddCookie(session)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, body
}

// TestTakenAlong: each document opens as what it is; what programs read is read back by
// our own reader of UNODC's export, and holds what the book holds; every look is a deed.
func TestTakenAlong(t *testing.T) {
	for _, database := range []string{"sqlite", "postgres"} {
		t.Run(database, func(t *testing.T) {
			w, pa := open(t, database == "postgres")
			populate(t, w, pa)
			session := pa.SignIn("sol")
			book, err := act.Look(context.Background(), pa.Engine, pa.Who("sol"), returns.BuildReturn{Year: 2025})
			if err != nil {
				t.Fatal(err)
			}
			for name, want := range map[string][]figures.Return{"working": book.Working, "send": book.Sent} {
				res, body := get(t, pa, session, "/observatory/returns/book/"+name+".csv?year=2025&standing=")
				if res.StatusCode != http.StatusOK || !strings.Contains(res.Header.Get("Content-Disposition"), "2025.csv") {
					t.Fatalf("%s: %s %v", name, res.Status, res.Header)
				}
				var back []figures.Return
				said, err := figures.ReadReturns(t.Context(), bytes.NewReader(body), nil, func(r figures.Return) error { back = append(back, r); return nil })
				if err != nil || len(back) != len(want) {
					t.Fatalf("%s: %d rows of %d come back: %v %+v", name, len(back), len(want), err, said)
				}
				for i, r := range back {
					if r.Key() != want[i].Key() || r.Printed() != want[i].Printed() {
						t.Errorf("%s, row %d: %+v, want %+v", name, i, r, want[i])
					}
				}
				if found := figures.Validate(back); len(found) > 0 {
					t.Errorf("%s: %+v", name, found[0])
				}
				_, sheet := get(t, pa, session, "/observatory/returns/book/"+name+".xlsx?year=2025&standing=")
				x, err := excelize.OpenReader(bytes.NewReader(sheet))
				if err != nil {
					t.Fatal(err)
				}
				cells := 0
				for _, s := range x.GetSheetList() {
					rows, err := x.GetRows(s)
					if err != nil {
						t.Fatal(err)
					}
					for _, r := range rows {
						if len(r) > 11 && r[4] == returns.Detected {
							cells++
						}
					}
				}
				if cells != len(want) {
					t.Errorf("%s: %d rows in the sheet, want %d", name, cells, len(want))
				}
			}
			for _, name := range []string{"rates", "rates-send", "codes"} {
				_, body := get(t, pa, session, "/observatory/returns/book/"+name+".csv?year=2025&standing=identified")
				rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(body, []byte("\ufeff")))).ReadAll()
				if err != nil || len(rows) < 5 {
					t.Fatalf("%s: %v\n%s", name, err, body)
				}
				if name == "codes" {
					for _, r := range rows[1:] {
						if len(r) != 6 || r[5] != "" || strings.Contains(strings.Join(r, ""), "⟦") {
							t.Errorf("the international column is not empty, or a word is missing: %q", r)
						}
					}
				}
			}
			for _, name := range []string{"working", "send", "rates", "rates-send", "codes"} {
				res, body := get(t, pa, session, "/observatory/returns/book/"+name+".pdf?year=2025&standing=")
				if res.StatusCode != http.StatusOK || !bytes.HasPrefix(body, []byte("%PDF-")) || len(body) < 4000 {
					t.Errorf("%s.pdf: %s, %d bytes", name, res.Status, len(body))
				}
			}
			var looks int64
			err = pa.DB.Read(context.Background(), func(tx *store.Tx) (err error) {
				looks, err = store.One(tx, store.Value[int64], `SELECT COUNT(*) FROM ledger_entry WHERE verb = 'returns.build' AND outcome = 'looked'`)
				return err
			})
			if err != nil || looks != 13 {
				t.Errorf("%d looks are in the ledger: %v", looks, err)
			}
		})
	}
}

// TestStranger: others get nothing, and it looks as if there were nothing; a year that is
// none is said to be wrong.
func TestStranger(t *testing.T) {
	w, pa := open(t, false)
	populate(t, w, pa)
	ctx := context.Background()
	for _, who := range []access.Who{pa.Who("ana"), pa.Who("min"), {Kind: access.Partner, ID: "CO", Node: "CO"}} {
		if _, err := act.Look(ctx, pa.Engine, who, returns.BuildReturn{Year: 2025}); !fault.Is(err, fault.KindDenied) {
			t.Errorf("%s builds: %v", who.Actor(), err)
		}
	}
	for _, name := range []string{"ana", "min"} {
		session := pa.SignIn(name)
		for _, path := range []string{"/observatory/returns", "/observatory/returns/book?year=2025&standing=", "/observatory/returns/book/working.csv?year=2025&standing="} {
			if res, _ := get(t, pa, session, path); res.StatusCode != http.StatusNotFound {
				t.Errorf("%s at %s: %s", name, path, res.Status)
			}
		}
	}
	session := pa.SignIn("sol")
	for _, query := range []string{"", "?year=x", "?year=99999", "?year=2025&standing=everybody", "?year=-1"} {
		res, body := get(t, pa, session, "/observatory/returns/book"+query)
		if res.StatusCode < 400 || res.StatusCode >= 500 {
			t.Errorf("%q: %s\n%.300s", query, res.Status, body)
		}
	}
	for _, c := range []struct {
		of    returns.BuildReturn
		field string
	}{{returns.BuildReturn{Year: 1}, "year"}, {returns.BuildReturn{Year: 2025, Standing: "everybody"}, "standing"}} {
		_, err := act.Look(ctx, pa.Engine, pa.Who("sol"), c.of)
		if all := fault.All(err); len(all) != 1 || all[0].Field != c.field {
			t.Errorf("%+v: %v", c.of, err)
		}
	}
}
