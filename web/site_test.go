package web

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"istmo/access"
)

func testSite(t *testing.T, o Options) *Site {
	t.Helper()
	if o.Secret == nil {
		o.Secret = make([]byte, 32)
	}
	if o.Visitor == nil {
		o.Visitor = func(r *http.Request) (Visitor, error) {
			return Visitor{Who: access.Who{Kind: access.User, ID: "usr_1", Node: "PA", Roles: []access.Role{access.CaseWorker}}, Name: "Rosa Prueba", Agency: "UIA", Session: "s1"}, nil
		}
	}
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestStylePageIsMadeInBothLanguages(t *testing.T) {
	s := testSite(t, Options{Node: Node{ID: "PA", Name: "Comisión de prueba", Country: "PA", Demo: true}})
	h, err := s.Handler()
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/style", nil))
	t.Log(w.Code, w.Body.String())
}
