package testkit

import (
	"testing"

	"istmo/testkit/browser"
)

// OpenBrowser starts a real browser for one test: see package browser.
func OpenBrowser(t testing.TB) *browser.Window {
	t.Helper()
	return browser.Open(t)
}
