package exchange

import (
	"testing"
	"time"

	"istmo/store"
)

// BenchmarkSync carries messages of 1 KiB from one node to another, posting one
// command at a time, and compares with single rows each on disk by itself, in
// the same run: the ratio is the cost of the exchange, whatever the machine.
func BenchmarkSync(b *testing.B) {
	pa, co := newSite(b, "PA", false, Options{}), newSite(b, "CO", true, Options{})
	pair(b, pa, co)
	body := make([]byte, 1024)
	post := func(tx *store.Tx) error {
		_, err := Post(tx, Message{To: "CO", Agreement: "agr_1", Purpose: "protection", Verb: "test.take", About: "ref_1", Body: body})
		return err
	}
	var commits, posting, syncing time.Duration
	for b.Loop() {
		const batch = 200
		started := time.Now()
		for range batch {
			pa.write(func(tx *store.Tx) error {
				_, err := tx.Exec(`INSERT INTO made (n, body) SELECT COALESCE(MAX(n), 0) + 1, $1 FROM made`, body)
				return err
			})
		}
		commits += time.Since(started)
		started = time.Now()
		pa.write(func(tx *store.Tx) error {
			for range batch {
				if err := post(tx); err != nil {
					return err
				}
			}
			return nil
		})
		posting += time.Since(started)
		started = time.Now()
		if n := pa.sync("CO"); n != batch {
			b.Fatalf("moved %d", n)
		}
		syncing += time.Since(started)
	}
	n := float64(b.N) * 200
	b.ReportMetric(n/commits.Seconds(), "commits/s")
	b.ReportMetric(n/posting.Seconds(), "posts/s")
	b.ReportMetric(n/syncing.Seconds(), "messages/s")
	b.ReportMetric(commits.Seconds()/syncing.Seconds(), "messages/commit")
}
