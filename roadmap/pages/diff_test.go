package pages

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestSides compares wordings as people read them: a word stays the same when only
// a comma follows it now.
func TestSides(t *testing.T) {
	show := func(pieces []piece) string {
		var b strings.Builder
		for _, p := range pieces {
			switch p.Kind {
			case "same":
				b.WriteString(p.Text)
			default:
				b.WriteString("[" + p.Text + "]")
			}
		}
		return b.String()
	}
	for _, c := range []struct{ was, is, left, right string }{
		{"se conozcan en el otro", "se conozcan en el otro, en menos de una semana", "se conozcan en el otro", "se conozcan en el otro[, en menos de una semana]"},
		{"Recibir en dos días", "Recibir en un día", "Recibir en [dos días]", "Recibir en [un día]"},
		{"niñez", "niñez", "niñez", "niñez"},
		{"", "uno", "", "[uno]"},
		{"uno", "", "[uno]", ""},
		{"a\nb", "a\nc", "a\n[b]", "a\n[c]"},
	} {
		left, right := sides(c.was, c.is)
		if show(left) != c.left || show(right) != c.right {
			t.Errorf("%q and %q: %q %q", c.was, c.is, show(left), show(right))
		}
	}
}

// TestSidesLoseNothing: each side's pieces are its text.
func TestSidesLoseNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		was, is := rapid.String().Draw(t, "was"), rapid.String().Draw(t, "is")
		left, right := sides(was, is)
		for text, pieces := range map[string][]piece{was: left, is: right} {
			whole := ""
			for _, p := range pieces {
				whole += p.Text
			}
			if was != is && whole != text {
				t.Fatalf("%q became %q", text, whole)
			}
		}
	})
}
