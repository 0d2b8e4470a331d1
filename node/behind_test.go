package node

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// TestBehindAProxy believes the proxy in front, and nobody else, on who comes.
func TestBehindAProxy(t *testing.T) {
	for name, c := range map[string]struct{ proxy, from, header, want string }{
		"no proxy":            {"", "127.0.0.1:9", "10.1.1.1", "127.0.0.1:9"},
		"the proxy":           {"127.0.0.1", "127.0.0.1:9", "10.1.1.1", "10.1.1.1:0"},
		"what a visitor adds": {"127.0.0.1", "127.0.0.1:9", "6.6.6.6, 10.1.1.1", "10.1.1.1:0"},
		"somebody else":       {"127.0.0.1", "10.9.9.9:9", "6.6.6.6", "10.9.9.9:9"},
		"nothing said":        {"127.0.0.1", "127.0.0.1:9", "", "127.0.0.1:9"},
		"no address":          {"127.0.0.1", "127.0.0.1:9", "x", "127.0.0.1:9"},
		"by version six":      {"::1", "[::1]:9", "2001:db8::1", "[2001:db8::1]:0"},
	} {
		var got string
		h := behind(c.proxy, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.RemoteAddr }))
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = c.from
		if c.header != "" {
			r.Header.Set("X-Forwarded-For", c.header)
		}
		h.ServeHTTP(httptest.NewRecorder(), r)
		if got != c.want {
			t.Errorf("%s: %s, not %s", name, got, c.want)
		}
	}
}
