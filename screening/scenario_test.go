package screening_test

import (
	"testing"

	"istmo/testkit"
)

func TestScenarios(t *testing.T) { testkit.Scripts(t, "testdata/*.txt") }

func TestScenariosOnPostgres(t *testing.T) {
	testkit.Scripts(t, "testdata/[cl]*.txt", func(w *testkit.World) { w.Postgres = true })
}
