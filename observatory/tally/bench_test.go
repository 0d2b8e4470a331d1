package tally_test

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"testing"
	"time"

	"istmo/observatory/tally"
	"istmo/store"
	"istmo/testkit"
	"istmo/testkit/crowd"
)

// BenchmarkCount is the daily count at a tenth of a country's size (100,000 people and
// 1,000,000 deeds) and, with ISTMO_BENCH_FULL=1, at the whole; on both databases. It
// says how many seconds a count takes, how often it could have read the same rows
// without doing anything with them, how often it could have counted them, and the most
// memory that it held; and how long the last figures take to be read by a page.
func BenchmarkCount(b *testing.B) {
	sizes := []int{100_000}
	if os.Getenv("ISTMO_BENCH_FULL") == "1" {
		sizes = append(sizes, 1_000_000)
	}
	for _, database := range []string{"sqlite", "postgres"} {
		for _, size := range sizes {
			b.Run(fmt.Sprintf("%s/%d", database, size), func(b *testing.B) { bench(b, database == "postgres", size) })
		}
	}
}

func bench(b *testing.B, postgres bool, size int) {
	w := testkit.NewWorld(b)
	w.Postgres = postgres
	pa := w.Start("PA")
	ctx := context.Background()
	begun := time.Now()
	if err := crowd.Fill(ctx, pa.DB, crowd.Plan{Node: "PA", Persons: size, Deeds: 10 * size}); err != nil {
		b.Fatal(err)
	}
	b.Logf("filled in %v", time.Since(begun).Round(time.Second))
	zone, err := time.LoadLocation("America/Panama")
	if err != nil {
		b.Fatal(err)
	}
	counts := best(b, func() error {
		return pa.DB.Read(ctx, func(tx *store.Tx) error {
			_, err := store.One(tx, store.Value[int64], `SELECT (SELECT COUNT(*) FROM person) + (SELECT COUNT(*) FROM person_status)`)
			return err
		})
	})
	rows := 0
	read := best(b, func() error {
		rows = 0
		return pa.DB.Read(ctx, func(tx *store.Tx) error {
			var a, b, c, d, e, f, g string
			return tx.Each([]any{&a, &b, &c, &d, &e, &f, &g}, func() error { rows++; return nil },
				`SELECT p.id, p.sex, p.age_band, p.citizenships, p.forms, s.status, s.decided_on FROM person p JOIN person_status s ON s.person = p.id ORDER BY p.id`)
		})
	})
	var all tally.Counted
	most := watch()
	for b.Loop() {
		if all, err = tally.Count(ctx, pa.DB, zone); err != nil {
			b.Fatal(err)
		}
	}
	each := b.Elapsed() / time.Duration(b.N)
	b.ReportMetric(each.Seconds(), "s/count")
	b.ReportMetric(float64(each)/float64(read), "reads/count")
	b.ReportMetric(float64(each)/float64(counts), "COUNT(*)/count")
	b.ReportMetric(float64(rows)/each.Seconds(), "rows/s")
	b.ReportMetric(float64(most())/(1<<20), "MiB-heap")
	people := 0
	for _, r := range all.Cube.Rows {
		people += r.Count
	}
	b.ReportMetric(float64(people), "people")
	if people < size/3 || len(all.Figures.People) == 0 || len(all.Figures.Months) == 0 || len(all.Figures.Times) == 0 {
		b.Errorf("%d people, %+v", people, all.Figures)
	}
	if err := keepAs(pa, all); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(best(b, func() error {
		return pa.DB.Read(ctx, func(tx *store.Tx) error { _, _, err := tally.Last(tx); return err })
	}))/1e6, "ms/last")
	b.ReportMetric(float64(best(b, func() error {
		return pa.DB.Read(ctx, func(tx *store.Tx) error { _, err := tally.Whole(tx); return err })
	}))/1e6, "ms/whole")
}

// best is the shortest of three.
func best(b *testing.B, do func() error) (least time.Duration) {
	for range 3 {
		begun := time.Now()
		if err := do(); err != nil {
			b.Fatal(err)
		}
		if took := time.Since(begun); least == 0 || took < least {
			least = took
		}
	}
	return least
}

// watch looks at the heap from now on, and says the most that it was above what it is.
func watch() (most func() uint64) {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	before, peak := m.HeapAlloc, uint64(0)
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-stop:
				return
			case <-time.After(50 * time.Millisecond):
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				if m.HeapAlloc > before {
					peak = max(peak, m.HeapAlloc-before)
				}
			}
		}
	}()
	return func() uint64 { close(stop); <-done; return peak }
}
