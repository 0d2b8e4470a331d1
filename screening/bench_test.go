package screening_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"istmo/access"
	"istmo/screening"
	"istmo/screening/sealed"
	"istmo/store"
	"istmo/testkit"
)

// What comes at once when a river post has a network again.
const (
	devices = 50
	each    = 100 // screenings of each
)

// cpu is what this process has used so far.
func cpu() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// together runs work on every device at once, and says how long it took.
func together(work func(device int)) time.Duration {
	start := time.Now()
	var all sync.WaitGroup
	for d := range devices {
		all.Go(func() { work(d) })
	}
	all.Wait()
	return time.Since(start)
}

// bare is how many durable rows a second the store takes from as many callers.
func bare(b *testing.B) float64 {
	db, err := store.Open(context.Background(), store.Options{Path: filepath.Join(b.TempDir(), "raw.db"), Key: make([]byte, 32)})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	write := func(sql string) {
		if err := db.Write(context.Background(), func(tx *store.Tx) error { _, err := tx.Exec(sql); return err }); err != nil {
			b.Error(err)
		}
	}
	write(`CREATE TABLE raw (n INTEGER)`)
	took := together(func(int) {
		for range each {
			write(`INSERT INTO raw (n) VALUES (1)`)
		}
	})
	return devices * each / took.Seconds()
}

// BenchmarkReconnect drains 5,000 queued screenings from 50 devices that reconnect
// at once: opened, put together, suggested, sealed and in the ledger. One in ten is
// a presumption, which begins a person's file. "screenings/s" stands beside how many
// bare rows a second the store takes from as many callers ("rows/s"), and "cpu-ms"
// is what one screening costs; the limit is 5.
func BenchmarkReconnect(b *testing.B) {
	for b.Loop() {
		w := testkit.NewWorld(b)
		pa := w.Start("PA")
		pa.Agency("uia", "response-team", "Unidad ficticia")
		ana := pa.User("ana", "uia", "field-officer")
		queues := queued(b, w, pa, ana)
		before := cpu()
		took := together(func(d int) {
			for part := 0; part < each; part += 10 { // as a phone sends them
				bundle := sealed.Bundle{Sessions: queues[d].bundle.Sessions, Records: queues[d].bundle.Records[part : part+10]}
				entries, err := screening.Deliver(context.Background(), pa.Engine, queues[d].device, bundle)
				for _, e := range entries {
					if e.State != screening.Taken {
						b.Errorf("%+v", e)
					}
				}
				if err != nil {
					b.Error(err)
				}
			}
		})
		spent := cpu() - before
		lost(b, pa)
		b.ReportMetric(devices*each/took.Seconds(), "screenings/s")
		b.ReportMetric(bare(b), "rows/s")
		b.ReportMetric(float64(spent.Microseconds())/1000/(devices*each), "cpu-ms/screening")
	}
}

type queue struct {
	device screening.Device
	bundle sealed.Bundle
}

func queued(b *testing.B, w *testkit.World, pa *testkit.Country, ana access.Who) []queue {
	b.Helper()
	post := testkit.Must(b, pa, pa.Engine.Self, screening.AddPost{Name: "Lajas Blancas", Place: "Darién"}).Object
	queues := make([]queue, devices)
	for d := range queues {
		p := pa.Phone(fmt.Sprint("Teléfono ", d), post, ana)
		for i := range each {
			v := sealed.Revision{Final: true, Set: map[string]any{"sex": "female", "age_band": "21-29", "citizenships": []string{"VE"}, "languages": []string{"es"},
				"rights_read": "yes", "consent": "given", "given_names": fmt.Sprintf("Canaria %c%c", 'a'+i%26, 'a'+d%26), "family_names": fmt.Sprintf("Inventada %d", i*devices+d),
				"birth_date": fmt.Sprintf("%d-0%d-1%d", 1960+i%40, 1+d%9, i%10), "document": fmt.Sprint("V-", 10000000+i*devices+d), "account": "Le ofrecieron trabajo y le quitaron el pasaporte.",
				"outcome": "none", "reasons": "Viaja con su hermana", "q.ACT-01": "yes", "q.DEC-01": "no", "q.COR-03": "no", "q.EXL-01": "unknown", "q.COD-01": "no", "q.TRA-01": "no"}}
			if i%10 == 0 {
				v.Set["outcome"] = "presumed"
			}
			p.Write(testkit.Chain(), v)
		}
		device, err := screening.DeviceOf(b.Context(), pa.DB, p.Token)
		if err != nil {
			b.Fatal(err)
		}
		queues[d] = queue{device, p.Outbox}
	}
	return queues
}

// lost counts what is there: every screening, once, and every presumption with a file.
func lost(b *testing.B, pa *testkit.Country) {
	b.Helper()
	var all, people int64
	err := pa.DB.Read(b.Context(), func(tx *store.Tx) error {
		return tx.Get([]any{&all, &people}, `SELECT COUNT(*), COUNT(CASE WHEN person <> '' THEN 1 END) FROM screening WHERE final`)
	})
	if err != nil || all != devices*each || people != devices*each/10 {
		b.Fatalf("%d screenings and %d files are there: %v", all, people, err)
	}
}
