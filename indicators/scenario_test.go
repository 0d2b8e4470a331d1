package indicators_test

import (
	"testing"

	"istmo/testkit"
)

func TestScenarios(t *testing.T) { testkit.Scripts(t, "testdata/[sv]*.txt") }

// TestScenariosOnPostgres walks the life of a version on the other database.
func TestScenariosOnPostgres(t *testing.T) {
	testkit.Scripts(t, "testdata/versions.txt", func(w *testkit.World) { w.Postgres = true })
}
