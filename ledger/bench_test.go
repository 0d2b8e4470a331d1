package ledger

import (
	"context"
	"fmt"
	"testing"
	"time"

	"istmo/store"
)

// BenchmarkAppend is one deed with its detail in a durable transaction of its
// own; "/row" is how many durable single-row inserts it costs, measured beside it.
func BenchmarkAppend(b *testing.B) {
	p := newPlace(b, "PA")
	p.deeds(1000, "ref_1")
	row := durableRow(b, p)
	for b.Loop() {
		p.write(func(tx *store.Tx) error { _, err := Append(tx, benchDeed); return err })
	}
	b.ReportMetric(float64(b.Elapsed())/float64(b.N)/row, "/row")
}

// BenchmarkAppendTogether is a deed among a hundred in one transaction.
func BenchmarkAppendTogether(b *testing.B) {
	p := newPlace(b, "PA")
	row := durableRow(b, p)
	for b.Loop() {
		p.write(func(tx *store.Tx) error {
			for range 100 {
				if _, err := Append(tx, benchDeed); err != nil {
					return err
				}
			}
			return nil
		})
	}
	b.ReportMetric(float64(b.Elapsed())/float64(b.N)/100/row, "/row")
}

// BenchmarkVerify is the verification of 100,000 deeds with their details.
func BenchmarkVerify(b *testing.B) {
	const size = 100_000
	p := newPlace(b, "PA")
	for range size / 1000 {
		p.write(func(tx *store.Tx) error {
			for range 1000 {
				if _, err := Append(tx, benchDeed); err != nil {
					return err
				}
			}
			_, err := Checkpoint(tx)
			return err
		})
	}
	row := durableRow(b, p)
	for b.Loop() {
		if r, err := Verify(context.Background(), p.db, VerifyOptions{}); err != nil || !r.Sound() || r.Size != size {
			b.Fatalf("%v %+v", err, r)
		}
	}
	b.ReportMetric(float64(b.Elapsed())/float64(b.N)/size/row, "/row")
	b.ReportMetric(float64(b.N)*size/b.Elapsed().Seconds(), "deeds/s")
}

var benchDeed = Deed{Actor: "usr_06f8kq2m9v6s4t1x0y3z5a7b9c", Verb: "referrals.accept", Object: "ref_06f8kq2m9v6s4t1x0y3z5a7b9c",
	Outcome: "done", Policy: "case-worker-accepts", Detail: make([]byte, 300)}

// durableRow is the time of a one-row insert, fsync included, in nanoseconds.
func durableRow(b *testing.B, p *place) float64 {
	p.write(func(tx *store.Tx) error {
		_, err := tx.Exec(`CREATE TABLE bench (id TEXT PRIMARY KEY, sealed BYTEA)`)
		return err
	})
	const n = 200
	start := time.Now()
	for i := range n {
		p.write(func(tx *store.Tx) error {
			_, err := tx.Exec(`INSERT INTO bench VALUES ($1, $2)`, fmt.Sprint(tx.NewID("row"), i), benchDeed.Detail)
			return err
		})
	}
	return float64(time.Since(start)) / n
}
