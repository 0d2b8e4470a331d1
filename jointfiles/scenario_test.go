package jointfiles_test

import (
	"testing"

	"istmo/testkit"
)

func TestScenarios(t *testing.T) { testkit.Scripts(t, "testdata/*.txt") }

// TestScenariosOnPostgres walks what leans on the database the most on the other
// of the two.
func TestScenariosOnPostgres(t *testing.T) {
	testkit.Scripts(t, "testdata/[as]*.txt", func(w *testkit.World) { w.Postgres = true })
}
