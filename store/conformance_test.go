package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"istmo/fault"
	"istmo/store"
	"istmo/testkit/postgres"
)

// What a node relies on, shown on each database that can carry one. A rule that
// holds on one of them only is a trap for whoever writes the next feature.
var conformance = []struct {
	name string
	show func(*testing.T, place)
}{
	{"placeholders in any order, and again", placeholders},
	{"returning", returning},
	{"on conflict", onConflict},
	{"values there and back", values},
	{"nothing there", nothing},
	{"what is no text", notText},
	{"a row that is there already", unique},
	{"a row that refers to none", foreign},
	{"a failing neighbour", neighbours},
	{"a command in a command", nested},
	{"a failed statement passed over", passedOver},
	{"no statement beside open rows", besideRows},
	{"a panic", panics},
	{"a caller who gave up", cancelled},
	{"after the commit only", after},
	{"one snapshot for a reader", snapshot},
	{"a reader does not write", readOnly},
	{"withdraw against send", races},
	{"schemas in order", schemaOrder},
	{"a schema file that changed", schemaChanged},
	{"a schema that fails", schemaFails},
	{"tables in order", tables},
	{"plain rows", plainRows},
	{"rows in any order", unordered},
	{"ids sort by time", sortedIDs},
	{"what is bound", bound},
	{"closed", closed},
}

func TestConformance(t *testing.T) {
	for _, c := range conformance {
		t.Run(c.name, func(t *testing.T) {
			t.Run("sqlite", func(t *testing.T) {
				c.show(t, place{store.Options{Path: filepath.Join(t.TempDir(), "node.db"), Key: bytes.Repeat([]byte{7}, 32)}})
			})
			t.Run("postgres", func(t *testing.T) { c.show(t, place{store.Options{DSN: postgres.DSN(t)}}) })
		})
	}
}

// place is where one test's database is. Opened twice it is two processes' view.
type place struct{ store.Options }

var things = schema("thing", `
CREATE TABLE thing (id TEXT PRIMARY KEY, at TEXT NOT NULL DEFAULT '', words TEXT NOT NULL DEFAULT '',
  n BIGINT NOT NULL DEFAULT 0, yes BOOLEAN NOT NULL DEFAULT FALSE, sealed BYTEA, note TEXT);
CREATE TABLE thing_part (thing TEXT NOT NULL REFERENCES thing (id), name TEXT NOT NULL, PRIMARY KEY (thing, name));
`)

func schema(feature string, files ...string) store.Schema {
	fs := fstest.MapFS{}
	for i, text := range files {
		fs[fmt.Sprintf("%04d_%s.sql", i+1, feature)] = &fstest.MapFile{Data: []byte("-- +goose Up\n" + text)}
	}
	return store.Schema{Feature: feature, Files: fs}
}

func (p place) open(t *testing.T, schemas ...store.Schema) database {
	t.Helper()
	db, err := store.Open(t.Context(), p.Options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(t.Context(), schemas...); err != nil {
		t.Fatal(err)
	}
	return database{db, t}
}

// database is an open database in a test, with the failures that end the test.
type database struct {
	*store.DB
	t *testing.T
}

func (d database) write(fn func(*store.Tx) error) {
	d.t.Helper()
	if err := d.Write(context.Background(), fn); err != nil {
		d.t.Fatal(err)
	}
}

func (d database) exec(query string, args ...any) {
	d.t.Helper()
	d.write(func(tx *store.Tx) error { _, err := tx.Exec(query, args...); return err })
}

func one[T any](d database, query string, args ...any) T {
	d.t.Helper()
	var v T
	err := d.Read(context.Background(), func(tx *store.Tx) (err error) {
		v, err = store.One(tx, store.Value[T], query, args...)
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return v
}

func placeholders(t *testing.T, p place) {
	db := p.open(t, things)
	db.exec(`INSERT INTO thing (note, words, id) VALUES ($2, $3, $1)`, "id", "note", "words")
	if got := one[string](db, `SELECT id FROM thing WHERE note = $3 AND words = $1 AND id = $2`, "words", "id", "note"); got != "id" {
		t.Error(got)
	}
	db.exec(`UPDATE thing SET note = $1, words = $1 WHERE id = $2`, "both", "id")
	if got := one[string](db, `SELECT note FROM thing WHERE note = $1 AND words = $1 AND ($2 = '' OR id = $2)`, "both", ""); got != "both" {
		t.Error(got)
	}
	args := make([]any, 12) // $1 and $12 are not mistaken for each other
	for i := range args {
		args[i] = fmt.Sprint("v", i+1)
	}
	db.exec(`INSERT INTO thing (id, note) VALUES ($12, CAST($1 AS TEXT) || $2 || $3 || $4 || $5 || $6 || $7 || $8 || $9 || $10 || $11)`, args...)
	if got := one[string](db, `SELECT note FROM thing WHERE id = 'v12'`); got != "v1v2v3v4v5v6v7v8v9v10v11" {
		t.Error(got)
	}
}

func returning(t *testing.T, p place) {
	db := p.open(t, things)
	db.write(func(tx *store.Tx) error {
		n, err := store.One(tx, store.Value[int64], `INSERT INTO thing (id, n) VALUES ($1, $2) RETURNING n`, "a", 7)
		if n != 7 {
			t.Errorf("inserted %d", n)
		}
		_, none := store.One(tx, store.Value[int64], `UPDATE thing SET n = n + 1 WHERE id = $1 RETURNING n`, "b")
		if !fault.Is(none, fault.KindNotFound) {
			t.Errorf("an update of nothing: %v", none)
		}
		return err
	})
}

func onConflict(t *testing.T, p place) {
	db := p.open(t, things)
	for i := range 3 {
		db.exec(`INSERT INTO thing (id, n) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET n = thing.n + excluded.n`, "a", i+1)
	}
	if got := one[int64](db, `SELECT n FROM thing`); got != 6 {
		t.Errorf("n is %d", got)
	}
	db.write(func(tx *store.Tx) error {
		n, err := tx.Exec(`INSERT INTO thing (id) VALUES ($1) ON CONFLICT DO NOTHING`, "a")
		if n != 0 {
			t.Errorf("%d rows, want none", n)
		}
		return err
	})
}

func values(t *testing.T, p place) {
	db := p.open(t, things)
	type row struct {
		at     time.Time
		words  []string
		n      int64
		yes    bool
		sealed []byte
		note   string
	}
	rows := map[string]row{
		"full":  {time.Date(2026, 11, 22, 9, 30, 0, 120e6, time.UTC), []string{"a", "b-c"}, 1<<63 - 1, true, []byte{0, 1, 0xff}, "Ñandú 'quoted' \"x\" $1 ?2"},
		"zero":  {time.Time{}, nil, 0, false, []byte{}, ""},
		"times": {time.Date(2026, 11, 22, 9, 30, 0, 0, time.FixedZone("", -5*3600)), []string{"x"}, -1, true, []byte("2026-11-22T09:30:00.000Z"), "2026-11-22"},
	}
	for id, r := range rows {
		db.exec(`INSERT INTO thing (id, at, words, n, yes, sealed, note) VALUES ($1, $2, $3, $4, $5, $6, $7)`, id, r.at, r.words, r.n, r.yes, r.sealed, r.note)
	}
	for id, want := range rows {
		db.Read(t.Context(), func(tx *store.Tx) error {
			got, err := store.One(tx, func(r *row) []any { return []any{&r.at, &r.words, &r.n, &r.yes, &r.sealed, &r.note} },
				`SELECT at, words, n, yes, sealed, note FROM thing WHERE id = $1`, id)
			if err != nil || !got.at.Equal(want.at) || !slices.Equal(got.words, want.words) || got.n != want.n || got.yes != want.yes ||
				!bytes.Equal(got.sealed, want.sealed) || got.sealed == nil || got.note != want.note {
				t.Errorf("%s: %+v, %v\nwant %+v", id, got, err, want)
			}
			return nil
		})
	}
	if got := one[string](db, `SELECT at FROM thing WHERE id = 'times'`); got != "2026-11-22T14:30:00.000Z" {
		t.Errorf("stored as %q", got)
	}
	if got := one[int64](db, `SELECT COUNT(*) FROM thing WHERE yes`); got != 2 {
		t.Errorf("%d are true", got)
	}
	if got := one[time.Time](db, `SELECT MAX(at) FROM thing`); !got.Equal(rows["times"].at) {
		t.Errorf("the latest is %v", got)
	}
}

func nothing(t *testing.T, p place) {
	db := p.open(t, things)
	db.exec(`INSERT INTO thing (id, sealed, note) VALUES ('a', $1, $2)`, nil, nil)
	db.Read(t.Context(), func(tx *store.Tx) error {
		note, sealed := "left over", []byte("left over")
		if err := tx.Get([]any{&note, &sealed}, `SELECT note, sealed FROM thing`); err != nil || note != "" || sealed != nil {
			t.Errorf("%q, %q, %v", note, sealed, err)
		}
		if _, err := store.One(tx, store.Value[string], `SELECT note FROM thing WHERE id = 'b'`); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("no row: %v", err)
		}
		all, err := store.All(tx, store.Value[string], `SELECT note FROM thing WHERE id = 'b'`)
		if err != nil || len(all) != 0 {
			t.Errorf("no rows: %v, %v", all, err)
		}
		return nil
	})
}

// notText says bad input for text that only one of the databases would keep, by
// any door, and leaves the neighbours alone.
func notText(t *testing.T, p place) {
	type code string
	db := p.open(t, things)
	for _, bad := range []any{"a\x00b", code("\x00"), "\xff", []string{"a", "\x00"}} {
		results := together(db, 2, func(tx *store.Tx, i int) error {
			if i == 1 {
				_, err := tx.Exec(`INSERT INTO thing (id, words) VALUES ('bad', $1)`, bad)
				return err
			}
			_, err := tx.Exec(`INSERT INTO thing (id) VALUES ($1)`, fmt.Sprintf("%q", bad))
			return err
		})
		if results[0] != nil || !fault.Is(results[1], fault.KindInvalid) {
			t.Errorf("%q: %v", bad, results)
		}
		err := db.Read(t.Context(), func(tx *store.Tx) error {
			var n int64
			if err := tx.Each([]any{&n}, func() error { return nil }, `SELECT n FROM thing WHERE words = $1`, bad); !fault.Is(err, fault.KindInvalid) {
				t.Errorf("each %q: %v", bad, err)
			}
			return tx.Get([]any{&n}, `SELECT n FROM thing WHERE words = $1`, bad)
		})
		if !fault.Is(err, fault.KindInvalid) {
			t.Errorf("get %q: %v", bad, err)
		}
	}
}

func unique(t *testing.T, p place) {
	db := p.open(t, things)
	db.exec(`INSERT INTO thing (id) VALUES ('a')`)
	err := db.Write(t.Context(), func(tx *store.Tx) error { _, err := tx.Exec(`INSERT INTO thing (id) VALUES ('a')`); return err })
	if !store.Unique(err) || store.Foreign(err) {
		t.Errorf("unique: %v", err)
	}
}

func foreign(t *testing.T, p place) {
	db := p.open(t, things)
	err := db.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(`INSERT INTO thing_part (thing, name) VALUES ('none', 'x')`)
		return err
	})
	if !store.Foreign(err) || store.Unique(err) {
		t.Errorf("foreign: %v", err)
	}
	db.exec(`INSERT INTO thing (id) VALUES ('a')`)
	db.exec(`INSERT INTO thing_part (thing, name) VALUES ('a', 'x')`)
	err = db.Write(t.Context(), func(tx *store.Tx) error { _, err := tx.Exec(`DELETE FROM thing`); return err })
	if !store.Foreign(err) {
		t.Errorf("a parent deleted: %v", err)
	}
}

// neighbours: of 120 commands that queue together every third breaks a rule of
// the database, every third gives up, and the rest are on disk.
func neighbours(t *testing.T, p place) {
	db := p.open(t, things)
	db.exec(`INSERT INTO thing (id) VALUES ('taken')`)
	gaveUp := errors.New("gave up")
	var wg sync.WaitGroup
	for i := range 120 {
		wg.Go(func() {
			err := db.Write(context.Background(), func(tx *store.Tx) error {
				if _, err := tx.Exec(`INSERT INTO thing (id) VALUES ($1)`, fmt.Sprint(i)); err != nil {
					return err
				}
				switch i % 3 {
				case 1:
					_, err := tx.Exec(`INSERT INTO thing (id) VALUES ('taken')`)
					return err
				case 2:
					return gaveUp
				}
				return nil
			})
			if ok := [](bool){err == nil, store.Unique(err), errors.Is(err, gaveUp)}[i%3]; !ok {
				t.Errorf("command %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	if got := one[int64](db, `SELECT COUNT(*) FROM thing`); got != 41 {
		t.Errorf("%d rows, want 41", got)
	}
}

func nested(t *testing.T, p place) {
	db := p.open(t, things)
	insert := func(tx *store.Tx, id string) error {
		_, err := tx.Exec(`INSERT INTO thing (id) VALUES ($1)`, id)
		return err
	}
	db.write(func(tx *store.Tx) error {
		if err := insert(tx, "outer"); err != nil {
			return err
		}
		err := tx.Nest(func() error {
			return errors.Join(insert(tx, "inner"), tx.Nest(func() error { return insert(tx, "innermost") }), insert(tx, "outer"))
		})
		if !store.Unique(err) {
			t.Errorf("inner: %v", err)
		}
		return insert(tx, "later")
	})
	if got := one[int64](db, `SELECT COUNT(*) FROM thing WHERE id IN ('outer', 'later')`); got != 2 {
		t.Errorf("%d of the outer rows", got)
	}
	if got := one[int64](db, `SELECT COUNT(*) FROM thing`); got != 2 {
		t.Errorf("%d rows, want 2", got)
	}
}

// passedOver: whoever ignores a failed statement has failed, and alone.
func passedOver(t *testing.T, p place) {
	db := p.open(t, things)
	db.exec(`INSERT INTO thing (id) VALUES ('taken')`)
	results := together(db, 3, func(tx *store.Tx, i int) error {
		tx.Exec(`INSERT INTO thing (id) VALUES ($1)`, fmt.Sprint(i))
		if i == 1 {
			tx.Exec(`INSERT INTO thing (id) VALUES ('taken')`)
		}
		return nil
	})
	if results[0] != nil || results[1] == nil || results[2] != nil {
		t.Errorf("results %v", results)
	}
	if got := one[int64](db, `SELECT COUNT(*) FROM thing`); got != 3 {
		t.Errorf("%d rows, want 3", got)
	}
}

// together runs n commands that share one commit: a first one holds the writer
// until the others have queued.
func together(db database, n int, fn func(*store.Tx, int) error) []error {
	results, hold, wg := make([]error, n), make(chan struct{}), sync.WaitGroup{}
	started := make(chan struct{})
	wg.Go(func() { db.Write(context.Background(), func(*store.Tx) error { close(started); <-hold; return nil }) })
	<-started
	for i := range n {
		wg.Go(func() {
			results[i] = db.Write(context.Background(), func(tx *store.Tx) error { return fn(tx, i) })
		})
	}
	time.Sleep(20 * time.Millisecond)
	close(hold)
	wg.Wait()
	return results
}

func besideRows(t *testing.T, p place) {
	db := p.open(t, things)
	db.exec(`INSERT INTO thing (id) VALUES ('a'), ('b')`)
	for what, fn := range map[string]func(*store.Tx) error{
		"exec": func(tx *store.Tx) error { _, err := tx.Exec(`UPDATE thing SET n = 1`); return err },
		"get":  func(tx *store.Tx) error { return tx.Get([]any{new(string)}, `SELECT id FROM thing`) },
		"each": func(tx *store.Tx) error {
			return tx.Each([]any{new(string)}, func() error { return nil }, `SELECT id FROM thing`)
		},
		"nest":    func(tx *store.Tx) error { return tx.Nest(func() error { return nil }) },
		"columns": func(tx *store.Tx) error { _, err := tx.Columns("thing"); return err },
	} {
		err := db.Write(t.Context(), func(tx *store.Tx) error {
			return tx.Each([]any{new(string)}, func() error { return fn(tx) }, `SELECT id FROM thing`)
		})
		if err == nil || !strings.Contains(err.Error(), "while rows are being read") {
			t.Errorf("%s: %v", what, err)
		}
	}
	db.write(func(tx *store.Tx) error { // and afterwards all is well
		if err := tx.Each([]any{new(string)}, func() error { return nil }, `SELECT id FROM thing`); err != nil {
			return err
		}
		_, err := tx.Exec(`UPDATE thing SET n = 1`)
		return err
	})
}

func panics(t *testing.T, p place) {
	db := p.open(t, things)
	results := together(db, 3, func(tx *store.Tx, i int) error {
		if _, err := tx.Exec(`INSERT INTO thing (id) VALUES ($1)`, fmt.Sprint(i)); err != nil {
			return err
		}
		if i == 1 {
			panic("a secret in a panic")
		}
		return nil
	})
	if results[0] != nil || results[1] == nil || results[2] != nil || strings.Contains(fmt.Sprint(results[1]), "secret") {
		t.Errorf("results %v", results)
	}
	if got := one[int64](db, `SELECT COUNT(*) FROM thing`); got != 2 {
		t.Errorf("%d rows, want 2", got)
	}
}

func cancelled(t *testing.T, p place) {
	db := p.open(t, things)
	ctx, cancel := context.WithCancel(t.Context())
	var queued error
	var wg sync.WaitGroup
	db.write(func(tx *store.Tx) error {
		wg.Go(func() {
			queued = db.Write(ctx, func(tx *store.Tx) error { _, err := tx.Exec(`INSERT INTO thing (id) VALUES ('late')`); return err })
		})
		time.Sleep(20 * time.Millisecond) // it waits for the writer by now
		cancel()
		return nil
	})
	wg.Wait()
	if !errors.Is(queued, context.Canceled) {
		t.Errorf("queued: %v", queued)
	}
	if err := db.Read(ctx, func(*store.Tx) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("read: %v", err)
	}
	if got := one[int64](db, `SELECT COUNT(*) FROM thing`); got != 0 {
		t.Error("the command of someone who gave up was carried out")
	}
	for range 50 { // whether the writer is free or not
		err := db.Write(ctx, func(tx *store.Tx) error { t.Error("carried out"); return nil })
		if !errors.Is(err, context.Canceled) {
			t.Errorf("given up before: %v", err)
		}
	}
	ctx, cancel = context.WithCancel(t.Context())
	err := db.Write(ctx, func(tx *store.Tx) error { // once begun it is carried to its end
		cancel()
		_, err := tx.Exec(`INSERT INTO thing (id) VALUES ('begun')`)
		return err
	})
	if got := one[int64](db, `SELECT COUNT(*) FROM thing`); err != nil || got != 1 {
		t.Errorf("%d rows, %v", got, err)
	}
}

func after(t *testing.T, p place) {
	db := p.open(t, things)
	ran := make(chan string, 10)
	note := func(tx *store.Tx, what string) { tx.After(func() { ran <- what }) }
	boom := errors.New("boom")
	if err := db.Write(t.Context(), func(tx *store.Tx) error { note(tx, "failed"); return boom }); !errors.Is(err, boom) {
		t.Error(err)
	}
	db.write(func(tx *store.Tx) error {
		tx.Nest(func() error { note(tx, "undone"); return boom })
		tx.Nest(func() error { note(tx, "nested"); return nil })
		_, err := tx.Exec(`INSERT INTO thing (id) VALUES ('a')`)
		tx.After(func() { ran <- fmt.Sprintf("rows %d", one[int64](db, `SELECT COUNT(*) FROM thing`)) })
		if len(ran) != 0 {
			t.Error("ran before the commit")
		}
		return err
	})
	for _, want := range []string{"nested", "rows 1"} {
		if got := <-ran; got != want {
			t.Errorf("ran %q, want %q", got, want)
		}
	}
	db.exec(`DELETE FROM thing`) // whatever else would run has run by now
	if len(ran) != 0 {
		t.Errorf("ran %q too", <-ran)
	}
}

func snapshot(t *testing.T, p place) {
	db := p.open(t, things)
	other := p.open(t)
	db.exec(`INSERT INTO thing (id) VALUES ('a')`)
	err := db.Read(t.Context(), func(tx *store.Tx) error {
		for i := range 3 {
			n, err := store.One(tx, store.Value[int64], `SELECT COUNT(*) FROM thing`)
			if err != nil || n != 1 {
				t.Errorf("look %d: %d rows, %v", i, n, err)
			}
			other.exec(`INSERT INTO thing (id) VALUES ($1)`, fmt.Sprint("other", i))
			db.exec(`INSERT INTO thing (id) VALUES ($1)`, fmt.Sprint("own", i))
		}
		return nil
	})
	if got := one[int64](db, `SELECT COUNT(*) FROM thing`); got != 7 || err != nil {
		t.Errorf("%d rows afterwards, %v", got, err)
	}
}

func readOnly(t *testing.T, p place) {
	db := p.open(t, things)
	err := db.Read(t.Context(), func(tx *store.Tx) error {
		if tx.Writing() {
			t.Error("a reader that says it writes")
		}
		_, err := tx.Exec(`INSERT INTO thing (id) VALUES ('a')`)
		return err
	})
	if err == nil || one[int64](db, `SELECT COUNT(*) FROM thing`) != 0 {
		t.Errorf("a reader wrote: %v", err)
	}
}

var consents = schema("consent", `
CREATE TABLE consent (id TEXT PRIMARY KEY, given BOOLEAN NOT NULL);
CREATE TABLE referral (id TEXT PRIMARY KEY, consent TEXT NOT NULL REFERENCES consent (id), state TEXT NOT NULL);
`)

// races: a person withdraws while the referral is being sent, by two processes
// on one database. Whoever comes first, no referral stays open without consent.
func races(t *testing.T, p place) {
	db := p.open(t, consents)
	processes := [2]database{db, p.open(t)}
	const many = 60
	var failures atomic.Int64
	for i := range many {
		id := fmt.Sprint(i)
		db.exec(`INSERT INTO consent (id, given) VALUES ($1, TRUE)`, id)
		commands := [2]func(*store.Tx) error{
			func(tx *store.Tx) error { return send(tx, id) },
			func(tx *store.Tx) error { return withdraw(tx, id) },
		}
		var wg sync.WaitGroup
		for j := range commands {
			wg.Go(func() {
				if err := processes[(i+j)%2].Write(context.Background(), commands[j]); err != nil {
					t.Log(err)
					failures.Add(1)
				}
			})
		}
		wg.Wait()
	}
	if n := failures.Load(); n != 0 {
		t.Errorf("%d commands failed", n)
	}
	if n := one[int64](db, `SELECT COUNT(*) FROM referral r JOIN consent c ON c.id = r.consent WHERE r.state = 'sent' AND NOT c.given`); n != 0 {
		t.Errorf("%d of %d referrals stay open without consent", n, many)
	}
}

func send(tx *store.Tx, id string) error {
	given, err := store.One(tx, store.Value[bool], `SELECT given FROM consent WHERE id = $1`, id)
	if err != nil || !given {
		return err
	}
	time.Sleep(time.Millisecond) // the other one arrives
	_, err = tx.Exec(`INSERT INTO referral (id, consent, state) VALUES ($1, $1, 'sent')`, id)
	return err
}

func withdraw(tx *store.Tx, id string) error {
	if _, err := tx.Exec(`UPDATE consent SET given = FALSE WHERE id = $1`, id); err != nil {
		return err
	}
	_, err := tx.Exec(`UPDATE referral SET state = 'withdrawn' WHERE consent = $1 AND state = 'sent'`, id)
	return err
}

func schemaOrder(t *testing.T, p place) {
	first := schema("first", `CREATE TABLE first (id TEXT PRIMARY KEY);`, `ALTER TABLE first ADD COLUMN name TEXT NOT NULL DEFAULT 'x';`)
	second := schema("second", `CREATE TABLE second (first TEXT NOT NULL REFERENCES first (id)); INSERT INTO first (id) VALUES ('seed');`)
	db := p.open(t, first, second)
	if got := one[string](db, `SELECT name FROM first WHERE id = 'seed'`); got != "x" {
		t.Error(got)
	}
	if err := db.Migrate(t.Context(), first, second); err != nil {
		t.Errorf("again: %v", err)
	}
	grown := schema("first", `CREATE TABLE first (id TEXT PRIMARY KEY);`, `ALTER TABLE first ADD COLUMN name TEXT NOT NULL DEFAULT 'x';`,
		`ALTER TABLE first ADD COLUMN more TEXT NOT NULL DEFAULT 'y';`)
	if got := one[string](p.open(t, grown, second), `SELECT more FROM first`); got != "y" {
		t.Error(got)
	}
	if got := one[int64](db, `SELECT COUNT(*) FROM store_schema`); got != 4 {
		t.Errorf("%d files ran, want 4", got)
	}
}

func schemaChanged(t *testing.T, p place) {
	db := p.open(t, things)
	changed := schema("thing", `CREATE TABLE thing (id TEXT PRIMARY KEY);`, `CREATE TABLE thing_more (id TEXT PRIMARY KEY);`)
	err := db.Migrate(t.Context(), changed)
	if err == nil || !strings.Contains(err.Error(), "0001_thing.sql") {
		t.Errorf("a changed file: %v", err)
	}
	if names, err := db.Tables(t.Context()); err != nil || slices.Contains(names, "thing_more") {
		t.Errorf("the file after it ran: %v, %v", names, err)
	}
}

func schemaFails(t *testing.T, p place) {
	db := p.open(t, things)
	bad := schema("bad", `CREATE TABLE bad (id TEXT PRIMARY KEY); CREATE TABLE bad (id TEXT PRIMARY KEY);`)
	if err := db.Migrate(t.Context(), bad); err == nil {
		t.Fatal("a broken schema ran")
	}
	if names, err := db.Tables(t.Context()); err != nil || slices.Contains(names, "bad") {
		t.Errorf("half of it stayed: %v, %v", names, err)
	}
	if err := db.Migrate(t.Context(), schema("bad", `CREATE TABLE bad (id TEXT PRIMARY KEY);`)); err != nil {
		t.Errorf("the mended file: %v", err)
	}
}

func tables(t *testing.T, p place) {
	db := p.open(t, schema("z", `CREATE TABLE z (id TEXT PRIMARY KEY);`), schema("a", `CREATE TABLE a (z TEXT REFERENCES z (id));`))
	if names, err := db.Tables(t.Context()); err != nil || !slices.Equal(names, []string{"z", "a"}) {
		t.Errorf("%v, %v", names, err)
	}
}

func plainRows(t *testing.T, p place) {
	db := p.open(t, things, schema("odd", `CREATE TABLE odd ("order" TEXT PRIMARY KEY, ratio DOUBLE PRECISION);`))
	db.write(func(tx *store.Tx) error {
		columns, err := tx.Columns("thing")
		if err != nil || !slices.Equal(columns, []string{"id", "at", "words", "n", "yes", "sealed", "note"}) {
			t.Errorf("columns %v, %v", columns, err)
		}
		rows := make([][]any, 1000) // more than one statement's worth
		for i := range rows {
			rows[i] = []any{fmt.Sprint(1000 + i), "2026-11-22T09:30:00.000Z", "", int64(i), i%2 == 0, []byte{byte(i), 0}, nil}
		}
		rows[7][5] = []byte{}
		if err := tx.Insert("thing", columns, rows); err != nil {
			return err
		}
		i := 0
		for row, err := range tx.Rows("thing", columns) {
			if err != nil {
				return err
			}
			if want := rows[i]; fmt.Sprintf("%#v", row) != fmt.Sprintf("%#v", want) {
				t.Fatalf("row %d is %#v, want %#v", i, row, want)
			}
			i++
		}
		if n, err := tx.Count("thing"); i != 1000 || n != 1000 || err != nil {
			t.Errorf("%d rows, counted %d, %v", i, n, err)
		}
		for range tx.Rows("thing", columns) {
			break // and the transaction goes on
		}
		if err := tx.Insert("odd", []string{"order", "ratio"}, [][]any{{"x", 0.25}}); err != nil {
			return err
		}
		for row, err := range tx.Rows("odd", []string{"ratio", "order"}) {
			if err != nil || row[0] != 0.25 || row[1] != "x" {
				t.Errorf("odd: %v, %v", row, err)
			}
		}
		return nil
	})
	err := db.Read(t.Context(), func(tx *store.Tx) error {
		for _, err := range tx.Rows("none", []string{"id"}) {
			return err
		}
		return nil
	})
	if err == nil || !strings.Contains(err.Error(), "none") {
		t.Errorf("a table that is not there: %v", err)
	}
}

func unordered(t *testing.T, p place) {
	db := p.open(t, things)
	part := []string{"thing", "name"}
	db.write(func(tx *store.Tx) error {
		return tx.Unordered(func() error {
			return errors.Join(
				tx.Insert("thing_part", part, [][]any{{"a", "x"}}),
				tx.Insert("thing", []string{"id"}, [][]any{{"a"}}))
		})
	})
	err := db.Write(t.Context(), func(tx *store.Tx) error {
		return tx.Unordered(func() error { return tx.Insert("thing_part", part, [][]any{{"none", "x"}}) })
	})
	if !store.Foreign(err) {
		t.Errorf("an orphan at the end: %v", err)
	}
	db.write(func(tx *store.Tx) error { // those who come after it, in the same commit, keep their checks
		if err := tx.Unordered(func() error { return nil }); err != nil {
			return err
		}
		err := tx.Nest(func() error { return tx.Insert("thing_part", part, [][]any{{"none", "y"}}) })
		if !store.Foreign(err) {
			t.Errorf("an orphan after it: %v", err)
		}
		return nil
	})
	if n := one[int64](db, `SELECT COUNT(*) FROM thing_part`); n != 1 {
		t.Errorf("%d parts, want 1", n)
	}
}

func sortedIDs(t *testing.T, p place) {
	now := time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)
	p.Clock = func() time.Time { now = now.Add(time.Millisecond); return now }
	db := p.open(t, things)
	var last string
	for range 20 {
		db.write(func(tx *store.Tx) error {
			id := tx.NewID("th")
			if id <= last || len(id) != len("th_")+26 {
				t.Errorf("%s after %s", id, last)
			}
			last = id
			return nil
		})
	}
}

func bound(t *testing.T, p place) {
	db := p.open(t)
	type key struct{}
	db.Bind(key{}, "service")
	db.write(func(tx *store.Tx) error {
		if tx.Bound(key{}) != "service" || tx.Bound("other") != nil {
			t.Errorf("bound %v", tx.Bound(key{}))
		}
		return nil
	})
	if db.Postgres() != (p.DSN != "") {
		t.Error("it takes itself for the other database")
	}
}

func closed(t *testing.T, p place) {
	db := p.open(t, things)
	db.exec(`INSERT INTO thing (id) VALUES ('a')`)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := db.Write(t.Context(), func(*store.Tx) error { return nil }); !fault.Is(err, fault.KindUnavailable) {
		t.Errorf("a write after closing: %v", err)
	}
	if got := one[string](p.open(t), `SELECT id FROM thing`); got != "a" {
		t.Error(got)
	}
}
