package likeness_test

import (
	"context"
	"math/rand/v2"
	"syscall"
	"testing"
	"time"

	"istmo/likeness"
	"istmo/store"
	"istmo/vault"
)

// BenchmarkCapture measures what it costs to look for one more person among
// 100,000 and to index them, next to the bare look-up of one key, on an encrypted
// database. "cpu-µs/op" is processor time of the whole process.
func BenchmarkCapture(b *testing.B) {
	n := newNode(b, make([]byte, 32))
	p := people{rand.New(rand.NewPCG(100_000, 7))}
	known, _ := p.settle(b, n, 100_000)
	n.write(b, func(tx *store.Tx) error { // what is held against: the look-up of one phone
		for at, i := range known {
			if i.Phone == "" {
				continue
			}
			if err := vault.Index(tx, subject(at), "phone", i.Phone); err != nil {
				return err
			}
		}
		return nil
	})
	measured := func(b *testing.B, fn func(*store.Tx, likeness.Identity) error) float64 {
		people := make([]likeness.Identity, 16) // as many as share a commit
		for i := range people {
			people[i] = p.person()
		}
		spent, ops := time.Duration(0), 0
		for b.Loop() {
			err := n.Write(context.Background(), func(tx *store.Tx) error {
				if _, err := likeness.Suggest(tx, "per_none", likeness.Identity{}); err != nil {
					return err
				}
				before := processor(b)
				for _, i := range people {
					if err := fn(tx, i); err != nil {
						return err
					}
				}
				spent, ops = spent+processor(b)-before, ops+len(people)
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
		}
		each := float64(spent.Microseconds()) / float64(ops)
		b.ReportMetric(each, "cpu-µs/op")
		b.ReportMetric(0, "ns/op")
		return each
	}
	match := 0.0
	b.Run("match one key", func(b *testing.B) {
		match = measured(b, func(tx *store.Tx, i likeness.Identity) error {
			_, err := vault.Match(tx, "phone", i.Phone)
			return err
		})
	})
	at := 0
	for name, fn := range map[string]func(*store.Tx, likeness.Identity) error{
		"look": func(tx *store.Tx, i likeness.Identity) error {
			_, err := likeness.Suggest(tx, "per_none", i)
			return err
		},
		"index": func(tx *store.Tx, i likeness.Identity) error { at++; return likeness.Index(tx, subject(at), i) },
		"look, index and keep": func(tx *store.Tx, i likeness.Identity) error {
			at++
			_, err := likeness.Note(tx, subject(at), i)
			return err
		},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportMetric(measured(b, fn)/match, "×one-match")
		})
	}
}

func processor(b testing.TB) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
