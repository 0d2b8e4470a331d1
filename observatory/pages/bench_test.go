package pages_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"istmo/node"
	"istmo/observatory/tally"
	"istmo/store"
	"istmo/testkit"
	"istmo/testkit/crowd"
)

// BenchmarkRooms reads every room of the observatory at a tenth of a country's size
// (100,000 people and 1,000,000 deeds) and, with ISTMO_BENCH_FULL=1, at the whole; on
// both databases. It says how long a room takes warm, how long at its first visit
// after the node was opened, how often the deeds could have been counted meanwhile,
// and the most memory that the process has held.
func BenchmarkRooms(b *testing.B) {
	sizes := []int{100_000}
	if os.Getenv("ISTMO_BENCH_FULL") == "1" {
		sizes = append(sizes, 1_000_000)
	}
	for _, database := range []string{"sqlite", "postgres"} {
		for _, size := range sizes {
			b.Run(fmt.Sprintf("%s/%d", database, size), func(b *testing.B) { rooms(b, database == "postgres", size) })
		}
	}
}

func rooms(b *testing.B, postgres bool, size int) {
	w := testkit.NewWorld(b)
	w.Postgres = postgres
	pa := w.Start("PA")
	pa.Agency("snm", "migration", "Servicio de Migración (ficticio)")
	pa.User("sol", "snm", "analyst")
	bring(b, pa)
	w.Tick(time.Hour)
	session := pa.SignIn("sol")
	if err := crowd.Fill(b.Context(), pa.DB, crowd.Plan{Node: "PA", Persons: size, Deeds: 10 * size}); err != nil {
		b.Fatal(err)
	}
	counted := count(b, pa)
	address := again(b, w, pa)
	read := func(path string) time.Duration {
		begun := time.Now()
		r, _ := http.NewRequestWithContext(b.Context(), http.MethodGet, address+"/observatory"+path, nil)
		r.AddCookie(session)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			b.Fatal(err)
		}
		defer res.Body.Close()
		if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != http.StatusOK || res.Request.URL.Path != "/observatory"+path {
			b.Fatal(path, res.Status, err)
		}
		return time.Since(begun)
	}
	pages := []string{"", "/flow", "/detection", "/justice", "/times", "/map", "/places", "/watch", "/estimate", "/beside", "/releases", "/sources", "/sources/findings", "/returns"}
	cold := map[string]time.Duration{}
	for _, page := range pages {
		cold[page] = read(page)
	}
	limit := deeds(b, pa.DB)
	for _, page := range pages {
		b.Run("room"+page, func(b *testing.B) {
			for b.Loop() {
				read(page)
			}
			warm := b.Elapsed() / time.Duration(b.N)
			b.ReportMetric(float64(warm)/1e6, "ms/warm")
			b.ReportMetric(float64(cold[page])/1e6, "ms/cold")
			b.ReportMetric(float64(warm)/float64(limit), "deed-counts/page")
			b.ReportMetric(counted.Seconds(), "s/daily-count")
			b.ReportMetric(held(b), "MiB-most")
			if warm > 100*time.Millisecond || cold[page] > time.Second {
				b.Errorf("%s takes %v warm and %v cold", page, warm, cold[page])
			}
		})
	}
}

// count counts the people as the node does once a day, and keeps the figures without
// a deed: the ledger of a crowd has no chain to go on.
func count(b *testing.B, c *testkit.Country) time.Duration {
	begun := time.Now()
	all, err := tally.Count(b.Context(), c.DB, time.UTC)
	if err != nil {
		b.Fatal(err)
	}
	err = c.DB.Write(b.Context(), func(tx *store.Tx) error {
		keep := tally.Keep{Counted: all}
		id, err := keep.Find(tx, c.Engine.Self)
		if err != nil {
			return err
		}
		return keep.Do(tx, c.Engine.Self, id)
	})
	if err != nil {
		b.Fatal(err)
	}
	return time.Since(begun)
}

// again opens the node a second time, which has read nothing yet, and says where.
func again(b *testing.B, w *testkit.World, c *testkit.Country) string {
	n, err := node.Open(b.Context(), c.Config, node.Options{Clock: w.Now, Log: w.Log})
	if err != nil {
		b.Fatal(err)
	}
	handler, err := n.Handler()
	if err != nil {
		b.Fatal(err)
	}
	server := httptest.NewServer(handler)
	b.Cleanup(func() { server.Close(); n.Close() })
	return server.URL
}

// deeds is how long it takes to count all deeds.
func deeds(b *testing.B, db *store.DB) time.Duration {
	begun := time.Now()
	err := db.Read(context.Background(), func(tx *store.Tx) error {
		_, err := store.One(tx, store.Value[int64], `SELECT COUNT(*) FROM ledger_entry`)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return time.Since(begun)
}

// held is the most memory that this process has held, as the system says it.
func held(b *testing.B) (mib float64) {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	var kib float64
	if _, err := fmt.Sscan(rest, &kib); err != nil {
		b.Fatal(err)
	}
	return kib / 1024
}
