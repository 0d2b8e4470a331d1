package response_test

import (
	"testing"

	"istmo/testkit"
)

func TestScenarios(t *testing.T) { testkit.Scripts(t, "testdata/*.txt") }

// TestScenariosOnPostgres walks the longest ways on the other of the two databases.
func TestScenariosOnPostgres(t *testing.T) {
	testkit.Scripts(t, "testdata/[la]*.txt", func(w *testkit.World) { w.Postgres = true })
}
