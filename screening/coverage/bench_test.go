package coverage_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"istmo/screening/fairness"
	"istmo/store"
	"istmo/testkit"
)

// BenchmarkPage reads each page of a node with 200,000 screenings, warm, and says
// what that costs beside a bare COUNT(*) over the screenings in the same run; and
// how long the daily count takes, which nobody waits for.
func BenchmarkPage(b *testing.B) {
	w := testkit.NewWorld(b)
	pa, posts := open(w)
	Populate(b, pa.DB, fairness.Plan{Seed: 1, Screenings: 200_000, Indicators: 20}, posts)
	begun := time.Now()
	w.Tick(time.Hour)
	counted := time.Since(begun)
	scan := scanned(b, pa.DB)
	address, session := pa.Web(), pa.SignIn("sol")
	for _, page := range []string{"", "/work", "/outcomes", "/fairness"} {
		b.Run("page"+page, func(b *testing.B) {
			for b.Loop() {
				r, _ := http.NewRequestWithContext(b.Context(), http.MethodGet, address+"/screening/coverage"+page, nil)
				r.AddCookie(session)
				res, err := http.DefaultClient.Do(r)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != http.StatusOK {
					b.Fatal(res.Status, err)
				}
				res.Body.Close()
			}
			each := b.Elapsed() / time.Duration(b.N)
			b.ReportMetric(float64(each)/float64(scan), "scans/page")
			b.ReportMetric(counted.Seconds(), "s/daily-count")
			if each > 100*time.Millisecond {
				b.Errorf("a page takes %v", each)
			}
		})
	}
}

// scanned is how long it takes to count all screenings, the best of five.
func scanned(b *testing.B, db *store.DB) (best time.Duration) {
	for range 5 {
		begun := time.Now()
		err := db.Read(context.Background(), func(tx *store.Tx) error {
			n, err := store.One(tx, store.Value[int64], `SELECT COUNT(*) FROM screening WHERE outcome <> ''`)
			if n != 200_000 {
				err = fmt.Errorf("%d screenings: %w", n, err)
			}
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
		if took := time.Since(begun); best == 0 || took < best {
			best = took
		}
	}
	return best
}
