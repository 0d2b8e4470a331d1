// Package published finds the public figures of others that tests import. They
// belong to whoever published them and are not in the project: a folder shared/data
// stands somewhere above it, with where each comes from.
package published

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Path is where a file of them is. Without it the test fails, unless SKIP names
// published; `make test` does so where there are none, and says it first and last.
func Path(t testing.TB, name string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; ; dir = filepath.Dir(dir) {
		path := filepath.Join(dir, "shared", "data", name)
		if _, err := os.Stat(path); err == nil {
			return path
		}
		if dir != filepath.Dir(dir) {
			continue
		}
		if slices.Contains(strings.Split(os.Getenv("SKIP"), ","), "published") {
			t.Skip("LEFT OUT: what this test shows on public figures, because SKIP names published")
		}
		t.Fatalf("no folder above holds shared/data/%s", name)
	}
}

// Open opens it, until the test is over.
func Open(t testing.TB, name string) *os.File {
	t.Helper()
	f, err := os.Open(Path(t, name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}
