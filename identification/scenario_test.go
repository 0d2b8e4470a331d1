package identification_test

import (
	"testing"

	"istmo/testkit"
)

func TestScenarios(t *testing.T) { testkit.Scripts(t, "testdata/*.txt") }

// TestScenariosOnPostgres walks the ways that lean on the database the most on the
// other of the two.
func TestScenariosOnPostgres(t *testing.T) {
	testkit.Scripts(t, "testdata/[ar]*.txt", func(w *testkit.World) { w.Postgres = true })
}
