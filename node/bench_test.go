package node_test

import (
	"context"
	"io"
	"net/http"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"istmo/act"
	"istmo/cases"
	"istmo/store"
	"istmo/testkit"
)

// durable measures what one durable row costs on this disk, now: the limit that
// every command is held against.
func durable(b *testing.B) time.Duration {
	db, err := store.Open(context.Background(), store.Options{Path: filepath.Join(b.TempDir(), "raw.db"), Key: make([]byte, 32)})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	write := func(sql string) {
		err := db.Write(context.Background(), func(tx *store.Tx) error {
			_, err := tx.Exec(sql)
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	write(`CREATE TABLE raw (n INTEGER)`)
	const rows = 300
	start := time.Now()
	for range rows {
		write(`INSERT INTO raw (n) VALUES (1)`)
	}
	return time.Since(start) / rows
}

// BenchmarkCommand registers people: policy, rows, sealed fields, ledger and all.
// "rows" is how many durable rows one command costs, alone and with 64 callers
// whose commands share commits.
func BenchmarkCommand(b *testing.B) {
	w := testkit.NewWorld(b)
	pa := w.Start("PA")
	pa.Agency("UIA", "response-team", "Unidad ficticia")
	ana := pa.User("ana", "UIA", "case-worker")
	register := func() {
		_, err := act.Do(context.Background(), pa.Engine, ana, cases.Register{Place: "Turbo", Identity: cases.Identity{GivenNames: "Ficticia", Phone: "+50760000000"}})
		if err != nil {
			b.Error(err)
		}
	}
	b.Run("alone", func(b *testing.B) {
		row := durable(b)
		for b.Loop() {
			register()
		}
		b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(row), "rows")
	})
	b.Run("together", func(b *testing.B) {
		row := durable(b)
		b.SetParallelism(32)
		b.ResetTimer()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				register()
			}
		})
		b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(row), "rows")
	})
}

// BenchmarkPage opens pages of a worker with 200 people. "idle" is how many times
// longer a page takes than the description of the API, which is only copied.
func BenchmarkPage(b *testing.B) {
	w := testkit.NewWorld(b)
	pa := w.Start("PA")
	pa.Agency("UIA", "response-team", "Unidad ficticia")
	ana := pa.User("ana", "UIA", "case-worker")
	last := ""
	for range 200 {
		last = testkit.Must(b, pa, ana, cases.Register{Place: "Turbo", Identity: cases.Identity{GivenNames: "Ficticia"}}).Object
	}
	site, cookie := pa.Web(), pa.SignIn("ana")
	var size atomic.Int64
	get := func(path string) {
		req, _ := http.NewRequest(http.MethodGet, site+path, nil)
		req.AddCookie(cookie)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			b.Fatal(err)
		}
		defer res.Body.Close()
		n, _ := io.Copy(io.Discard, res.Body)
		if size.Store(n); res.StatusCode != http.StatusOK {
			b.Fatalf("%s: %d", path, res.StatusCode)
		}
	}
	start := time.Now()
	for range 200 {
		get("/api/openapi.json")
	}
	idle := time.Since(start) / 200
	for name, path := range map[string]string{"desk": "/", "people": "/people", "file": "/people/" + last} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				get(path)
			}
			b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(idle), "idle")
			b.ReportMetric(float64(size.Load())/1024, "kB")
		})
	}
}
