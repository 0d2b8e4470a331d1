package cases_test

import (
	"testing"

	"istmo/testkit"
)

func TestScenarios(t *testing.T) { testkit.Scripts(t, "testdata/*.txt") }

// TestScenariosOnPostgres asks who was seen before on the other database.
func TestScenariosOnPostgres(t *testing.T) {
	testkit.Scripts(t, "testdata/seen.txt", func(w *testkit.World) { w.Postgres = true })
}
