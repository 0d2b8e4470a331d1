package signals_test

import (
	"io"
	"testing"
	"time"

	"istmo/observatory/signals"
	"istmo/store"
	"istmo/testkit"
	"istmo/testkit/published"
)

// BenchmarkLook looks at 54 nationalities over 51 months: what a tick does once for each
// edition, outside of any transaction; and asks whether it is due, as each tick does.
func BenchmarkLook(b *testing.B) {
	w := testkit.NewWorld(b)
	pa := country(w, "PA")
	text, err := io.ReadAll(published.Open(b, "panama_irregular_entries_monthly.csv"))
	if err != nil {
		b.Fatal(err)
	}
	bring(b, pa, "2025-03", string(text))
	b.Run("look", func(b *testing.B) {
		for range b.N {
			f, err := signals.Look(b.Context(), pa.DB, signals.Passing, time.UTC)
			if err != nil || f.Groups < 50 {
				b.Fatalf("%d groups, %v", f.Groups, err)
			}
		}
	})
	b.Run("due", func(b *testing.B) {
		for range b.N {
			if err := pa.DB.Read(b.Context(), func(tx *store.Tx) error { _, err := signals.Due(time.UTC)(tx); return err }); err != nil {
				b.Fatal(err)
			}
		}
	})
}
