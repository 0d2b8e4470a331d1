package cases_test

import (
	"testing"

	"istmo/testkit"
)

func TestScenarios(t *testing.T) { testkit.Scripts(t, "testdata/*.txt") }
