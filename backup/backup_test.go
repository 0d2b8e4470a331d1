package backup

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"istmo/fault"
	"istmo/store"
	"istmo/testkit/postgres"
	"istmo/vault"
)

func schema(feature string, files ...string) store.Schema {
	fs := fstest.MapFS{}
	for i, text := range files {
		fs[fmt.Sprintf("%04d_%s.sql", i+1, feature)] = &fstest.MapFile{Data: []byte("-- +goose Up\n" + text)}
	}
	return store.Schema{Feature: feature, Files: fs}
}

const thingSQL = `
CREATE TABLE thing_move (was TEXT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (was, state));
INSERT INTO thing_move (was, state) VALUES ('', 'draft'), ('draft', 'planted');
CREATE TABLE thing (id TEXT PRIMARY KEY, cause TEXT REFERENCES thing (id), was TEXT NOT NULL DEFAULT '', state TEXT NOT NULL DEFAULT 'draft',
  n BIGINT, yes BOOLEAN, sealed BYTEA, note TEXT, ratio DOUBLE PRECISION, FOREIGN KEY (was, state) REFERENCES thing_move (was, state));
`

var schemas = []store.Schema{vault.Schema, schema("thing", thingSQL)}

// at is the node's clock: every look is one second later.
type clock struct{ now time.Time }

func (c *clock) tick() time.Time { c.now = c.now.Add(time.Second); return c.now }

type place func(*testing.T) store.Options

func sqlite(t *testing.T) store.Options {
	return store.Options{Path: filepath.Join(t.TempDir(), "node.db"), Key: bytes.Repeat([]byte{7}, 32)}
}

func postgreSQL(t *testing.T) store.Options { return store.Options{DSN: postgres.DSN(t)} }

func newMaster(t *testing.T) *vault.Master {
	t.Helper()
	key := filepath.Join(t.TempDir(), "unlock.key")
	if err := vault.NewKeyFile(key); err != nil {
		t.Fatal(err)
	}
	m, err := vault.CreateMaster(filepath.Join(t.TempDir(), "node.key"), vault.Unlock{KeyFile: key})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// empty is a node with a new database, as Restore wants it.
func empty(t *testing.T, where place, m *vault.Master) Node {
	t.Helper()
	o := where(t)
	if o.Clock == nil {
		o.Clock = (&clock{time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)}).tick
	}
	db, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	vault.New(m).Bind(db)
	return Node{Name: "PA", Master: m, DB: db}
}

// full is a node with tables and some rows of every kind.
func full(t *testing.T, where place) Node {
	t.Helper()
	n := empty(t, where, newMaster(t))
	if err := n.DB.Migrate(t.Context(), schemas...); err != nil {
		t.Fatal(err)
	}
	write(t, n, func(tx *store.Tx) error {
		return errors.Join(plant(tx), person(tx, "per_1", "Rosa"), person(tx, "per_2", "Julia"))
	})
	return n
}

func plant(tx *store.Tx) error {
	big := make([]byte, 200_000) // which no compression makes small
	rand.NewChaCha8([32]byte{}).Read(big)
	columns := []string{"id", "cause", "state", "n", "yes", "sealed", "note", "ratio"}
	return tx.Unordered(func() error {
		_, err := tx.Exec(`DELETE FROM thing_move WHERE state = 'planted'`)
		rows := [][]any{
			{"first", "last", "draft", int64(1<<63 - 1), true, []byte{0, 0xff, '\n'}, "Ñandú <b>\"'\n\t\\ \u2028 😀", 0.1},
			{"last", nil, "draft", int64(-1 << 63), false, []byte{}, "", -1e300},
			{"nulls", nil, "draft", nil, nil, nil, nil, nil},
			{"big", "first", "draft", int64(0), true, big, strings.Repeat(hex.EncodeToString(big[:1000]), 100), 0.0},
		}
		for i := range 1200 {
			rows = append(rows, []any{fmt.Sprint("row", i), nil, "draft", int64(i), i%2 == 0, []byte{byte(i)}, "2026-11-22T09:30:00.000Z", nil})
		}
		return errors.Join(err, tx.Insert("thing", columns, rows))
	})
}

func person(tx *store.Tx, subject, name string) error {
	sealed, err := vault.Seal(tx, subject, "thing", []byte("package of "+name))
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO thing (id, sealed) VALUES ($1, $2)`, "of_"+subject, sealed)
	return errors.Join(err, vault.Put(tx, subject, map[string]string{"name": name}), vault.Index(tx, subject, "name", name))
}

func write(t *testing.T, n Node, fn func(*store.Tx) error) {
	t.Helper()
	if err := n.DB.Write(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func backUp(t *testing.T, n Node, dir string) Report {
	t.Helper()
	r, err := Write(t.Context(), n, dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// dump is every row of a node's database, as sorted lines by table.
func dump(t *testing.T, n Node) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	names, err := n.DB.Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	err = n.DB.Read(t.Context(), func(tx *store.Tx) error {
		for _, name := range names {
			columns, err := tx.Columns(name)
			if err != nil {
				return err
			}
			all[name] = nil
			for row, err := range tx.Rows(name, columns) {
				if err != nil {
					return err
				}
				line, err := encodeRow(row)
				if err != nil {
					return err
				}
				all[name] = append(all[name], string(line))
			}
			slices.Sort(all[name])
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// same compares two dumps and says which tables differ.
func same(t *testing.T, got, want map[string][]string) {
	t.Helper()
	for name := range want {
		if !slices.Equal(got[name], want[name]) {
			t.Errorf("table %s: %d rows, want %d, or they differ", name, len(got[name]), len(want[name]))
		}
	}
	if len(got) != len(want) {
		t.Errorf("tables %v, want %v", slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
	}
}

func TestRoundTrip(t *testing.T) {
	for name, c := range map[string]struct{ from, to place }{
		"sqlite to sqlite":     {sqlite, sqlite},
		"sqlite to postgres":   {sqlite, postgreSQL},
		"postgres to sqlite":   {postgreSQL, sqlite},
		"postgres to postgres": {postgreSQL, postgreSQL},
	} {
		t.Run(name, func(t *testing.T) {
			from, dir := full(t, c.from), t.TempDir()
			made := backUp(t, from, dir)
			to := empty(t, c.to, from.Master)
			var last Progress
			got, err := Restore(t.Context(), to, dir, schemas, func(p Progress) { last = p })
			if err != nil {
				t.Fatal(err)
			}
			same(t, dump(t, to), dump(t, from))
			if !got.At.Equal(made.At) || got.Node != "PA" || got.Rows != made.Rows || got.File != made.File || got.Erased != 0 {
				t.Errorf("report %+v, want %+v", got, made)
			}
			if last.Total != made.Rows || last.Done == 0 {
				t.Errorf("last told %+v", last)
			}
			write(t, to, func(tx *store.Tx) error { // the references are checked again, row by row
				err := tx.Nest(func() error { _, err := tx.Exec(`INSERT INTO thing (id, cause) VALUES ('x', 'none')`); return err })
				if !store.Foreign(err) {
					t.Errorf("after the restore: %v", err)
				}
				return nil
			})
		})
	}
}

func TestFileName(t *testing.T) {
	n, dir := full(t, sqlite), t.TempDir()
	first, second := backUp(t, n, dir), backUp(t, n, dir)
	if name := filepath.Base(first.File); name != "data-"+first.At.Format("20060102T150405Z")+".istmo-backup" || !strings.HasPrefix(name, "data-20261122T0930") {
		t.Errorf("named %s", name)
	}
	files, err := Files(dir)
	if err != nil || !slices.Equal(files, []string{first.File, second.File}) {
		t.Errorf("files %v, %v", files, err)
	}
	for _, name := range []string{first.File, filepath.Join(dir, "keys.age")} {
		if facts, err := os.Stat(name); err != nil || facts.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, facts, err)
		}
	}
}

// A backup taken before a person was erased does not bring the person back, once
// another backup has run in its folder.
func TestErasedStaysErased(t *testing.T) {
	for name, to := range map[string]place{"sqlite": sqlite, "postgres": postgreSQL} {
		t.Run(name, func(t *testing.T) {
			n, dir := full(t, sqlite), t.TempDir()
			old := backUp(t, n, dir)
			write(t, n, func(tx *store.Tx) error {
				return errors.Join(vault.Erase(tx, "per_1"), person(tx, "per_3", "Carmen"))
			})
			backUp(t, n, dir)
			back := empty(t, to, n.Master)
			report, err := Restore(t.Context(), back, old.File, schemas, nil)
			if err != nil || report.Erased != 1 {
				t.Fatalf("report %+v, %v", report, err)
			}
			back.DB.Read(t.Context(), func(tx *store.Tx) error { showsOnly(t, tx, "per_2", "Julia", "per_1"); return nil })
			if got := dump(t, back); len(got["vault_field"]) != 1 || len(got["vault_index"]) != 1 || len(got["vault_erased"]) != 1 {
				t.Errorf("fields %v, index %v, erased %v", got["vault_field"], got["vault_index"], got["vault_erased"])
			}
			if err := back.DB.Write(t.Context(), func(tx *store.Tx) error { return vault.Put(tx, "per_1", map[string]string{"a": "b"}) }); !fault.Is(err, fault.KindConflict) {
				t.Errorf("the erased person got a new key: %v", err)
			}
		})
	}
}

func showsOnly(t *testing.T, tx *store.Tx, shown, name, gone string) {
	t.Helper()
	open := func(subject string) ([]byte, error) {
		sealed, err := store.One(tx, store.Value[[]byte], `SELECT sealed FROM thing WHERE id = $1`, "of_"+subject)
		if err != nil {
			t.Fatal(err)
		}
		return vault.Open(tx, subject, "thing", sealed)
	}
	if got, err := vault.Get(tx, shown); err != nil || got["name"] != name {
		t.Errorf("%s: %v, %v", shown, got, err)
	}
	if got, err := open(shown); err != nil || string(got) != "package of "+name {
		t.Errorf("%s: %q, %v", shown, got, err)
	}
	if got, err := vault.Get(tx, gone); err != nil || len(got) != 0 {
		t.Errorf("%s: %v, %v", gone, got, err)
	}
	if _, err := open(gone); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("%s: %v", gone, err)
	}
}

// The people's keys are in keys.age and in no line of a data file.
func TestKeysApart(t *testing.T) {
	n, dir := full(t, sqlite), t.TempDir()
	made := backUp(t, n, dir)
	var wrapped [][]byte
	n.DB.Read(t.Context(), func(tx *store.Tx) (err error) {
		wrapped, err = store.All(tx, store.Value[[]byte], `SELECT wrapped FROM vault_key`)
		return err
	})
	holds := func(path, part string) (found int) {
		for _, line := range linesOf(t, path, part, n.Master) {
			for _, key := range wrapped {
				if strings.Contains(line, base64.StdEncoding.EncodeToString(key)) {
					found++
				}
			}
		}
		return found
	}
	if got := holds(made.File, partData); got != 0 {
		t.Errorf("the data file holds %d keys", got)
	}
	if got := holds(filepath.Join(dir, keysName), partKeys); got != 2 {
		t.Errorf("keys.age holds %d keys, want 2", got)
	}
}

// Whoever has the folder and not the node's key reads nothing in it, sealed in
// the vault or not.
func TestFolderIsSealed(t *testing.T) {
	n, dir := full(t, sqlite), t.TempDir()
	write(t, n, func(tx *store.Tx) error {
		_, err := tx.Exec(`UPDATE thing SET note = 'canary-note' WHERE id = 'last'`)
		return err
	})
	made := backUp(t, n, dir)
	if !strings.Contains(strings.Join(linesOf(t, made.File, partData, n.Master), "\n"), "canary-note") {
		t.Fatal("the canary is not in the backup: the test tests nothing")
	}
	for name, content := range listing(t, dir) {
		for _, canary := range []string{"canary-note", "Rosa", "per_1", "vault_key"} {
			if strings.Contains(content, canary) {
				t.Errorf("%q lies open in %s", canary, name)
			}
		}
	}
}

func linesOf(t *testing.T, path, part string, m *vault.Master) (lines []string) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r, err := newReader(file, part, m)
	if err != nil {
		t.Fatal(err)
	}
	err = r.each(func(*table) error { return nil }, func(row []any) error {
		line, err := encodeRow(row)
		lines = append(lines, string(line))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

// A data file with an older keys.age beside it would lose those who came between.
func TestKeysOlder(t *testing.T) {
	n, dir := full(t, sqlite), t.TempDir()
	old := backUp(t, n, dir)
	keys := filepath.Join(dir, keysName)
	before := read(t, keys)
	write(t, n, func(tx *store.Tx) error { _, err := vault.Seal(tx, "per_3", "x", nil); return err })
	latest := backUp(t, n, dir)
	os.WriteFile(keys, before, 0o600)
	refuses(t, n.Master, latest.File, "backup.keys-older")
	if _, err := Check(t.Context(), n.Master, old.File, nil); err != nil {
		t.Errorf("the older file: %v", err)
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// refuses shows that a restore ends with this fault and an untouched database.
func refuses(t *testing.T, m *vault.Master, path, key string) {
	t.Helper()
	n := empty(t, sqlite, m)
	_, err := Restore(t.Context(), n, path, schemas, nil)
	if all := fault.All(err); len(all) != 1 || all[0].Key != key {
		t.Errorf("got %v, want %s", err, key)
	}
	if names, err := n.DB.Tables(t.Context()); err != nil || len(names) != 0 {
		t.Errorf("%s left tables: %v, %v", key, names, err)
	}
}

func TestBrokenFiles(t *testing.T) {
	n, dir := full(t, sqlite), t.TempDir()
	data := read(t, backUp(t, n, dir).File)
	keys := read(t, filepath.Join(dir, keysName))
	flip := func(content []byte, at int) []byte {
		content = bytes.Clone(content)
		content[at] ^= 1
		return content
	}
	body := bytes.Index(data, []byte("\n---")) + 60
	for _, c := range []struct {
		name, key  string
		data, keys []byte
	}{
		{"nothing in it", "backup.not-a-backup", []byte{}, keys},
		{"another kind of file", "backup.not-a-backup", []byte("SQLite format 3\x00 and so on, for long enough"), keys},
		{"the keys for the data", "backup.not-a-backup", keys, keys},
		{"the data for the keys", "backup.not-a-backup", data, data},
		{"cut in its header", "backup.damaged", data[:50], keys},
		{"cut after its header", "backup.damaged", data[:body], keys},
		{"cut in the middle", "backup.damaged", data[:len(data)/2], keys},
		{"cut by a byte", "backup.damaged", data[:len(data)-1], keys},
		{"cut by a whole chunk", "backup.damaged", data[:body-60+len("\n--- ")+43+1+16+65552], keys},
		{"a bit of its body", "backup.damaged", flip(data, body), keys},
		{"a bit of its middle", "backup.damaged", flip(data, len(data)/2), keys},
		{"its last bit", "backup.damaged", flip(data, len(data)-1), keys},
		{"something appended", "backup.damaged", append(bytes.Clone(data), "more"...), keys},
		{"a bit of the keys", "backup.damaged", data, flip(keys, len(keys)-20)},
		{"the keys cut", "backup.damaged", data, keys[:len(keys)-1]},
		{"no keys", "backup.missing", data, nil},
		{"no data", "backup.missing", nil, keys},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "data-20261122T093000Z.istmo-backup")
			for name, content := range map[string][]byte{path: c.data, filepath.Join(dir, keysName): c.keys} {
				if content != nil {
					os.WriteFile(name, content, 0o600)
				}
			}
			refuses(t, n.Master, path, c.key)
		})
	}
	refuses(t, newMaster(t), dir, "backup.other-node")
	refuses(t, n.Master, t.TempDir(), "backup.none")
}

// Files that decrypt well and are wrong inside: only a mistake of ours, or an
// istmo to come, makes them.
func TestWrongInside(t *testing.T) {
	m := newMaster(t)
	good := header{Istmo: magic, Version: version, Part: partData, At: time.Unix(0, 0)}
	for name, c := range map[string]struct {
		key   string
		h     header
		lines func(*writer) error
	}{
		"no trailer":       {"backup.damaged", good, func(w *writer) error { return errors.Join(w.lines.Close(), w.sealed.Close(), w.file.Flush()) }},
		"a row too few":    {"backup.damaged", good, func(w *writer) error { w.rows["thing"]++; return w.close() }},
		"another sum":      {"backup.damaged", good, func(w *writer) error { w.sum.Write([]byte("x")); return w.close() }},
		"rows of no table": {"backup.damaged", good, func(w *writer) error { return errors.Join(w.line([]byte("[1]")), w.close()) }},
		"a row too wide": {"backup.damaged", good, func(w *writer) error {
			return errors.Join(w.table("thing", []string{"id"}), w.row([]any{"a", "b"}), w.close())
		}},
		"an odd line": {"backup.damaged", good, func(w *writer) error { return errors.Join(w.line([]byte(`{"odd":1}`)), w.close()) }},
		"more after the trailer": {"backup.damaged", good, func(w *writer) error {
			end := trailer{Rows: w.rows, SHA256: hex.EncodeToString(w.sum.Sum(nil))}
			return errors.Join(w.marshal(mark{End: &end}), w.close())
		}},
		"a later version": {"backup.newer", header{Istmo: magic, Version: 2, Part: partData},
			func(w *writer) error { return w.close() }},
		"not of istmo": {"backup.not-a-backup", header{Istmo: "other", Version: 1, Part: partData}, func(w *writer) error { return w.close() }},
		"a schema to come": {"backup.other-schema", header{Istmo: magic, Version: 1, Part: partData,
			Schema: []store.File{{Feature: "thing", Name: "0009_thing.sql", Sum: "00"}}}, func(w *writer) error { return w.close() }},
		"a schema in other words": {"backup.other-schema", header{Istmo: magic, Version: 1, Part: partData,
			Schema: []store.File{{Feature: "thing", Name: "0001_thing.sql", Sum: "00"}}}, func(w *writer) error { return w.close() }},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			keys := good
			keys.Part = partKeys
			craft(t, filepath.Join(dir, keysName), m, keys, func(w *writer) error { return w.close() })
			path := filepath.Join(dir, "data-20261122T093000Z.istmo-backup")
			craft(t, path, m, c.h, c.lines)
			refuses(t, m, path, c.key)
		})
	}
}

func craft(t *testing.T, path string, m *vault.Master, h header, lines func(*writer) error) {
	t.Helper()
	var content bytes.Buffer
	w, err := newWriter(&content, m, h)
	if err == nil {
		err = lines(w)
	}
	if err == nil {
		err = os.WriteFile(path, content.Bytes(), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestNotEmpty(t *testing.T) {
	n, dir := full(t, sqlite), t.TempDir()
	backUp(t, n, dir)
	before := dump(t, n)
	if _, err := Restore(t.Context(), n, dir, schemas, nil); !fault.Is(err, fault.KindConflict) {
		t.Errorf("got %v", err)
	}
	same(t, dump(t, n), before)
}

// A backup of last year's istmo comes back under this year's tables.
func TestOlderSchema(t *testing.T) {
	n, dir := full(t, sqlite), t.TempDir()
	backUp(t, n, dir)
	grown := []store.Schema{vault.Schema, schema("thing", thingSQL, `ALTER TABLE thing ADD COLUMN more TEXT NOT NULL DEFAULT 'new'; UPDATE thing SET more = 'moved' WHERE n = 7;`),
		schema("later", `CREATE TABLE later (id TEXT PRIMARY KEY REFERENCES thing (id)); INSERT INTO later (id) SELECT id FROM thing WHERE n = 7;`)}
	for name, to := range map[string]place{"sqlite": sqlite, "postgres": postgreSQL} {
		t.Run(name, func(t *testing.T) {
			back := empty(t, to, n.Master)
			if _, err := Restore(t.Context(), back, dir, grown, nil); err != nil {
				t.Fatal(err)
			}
			back.DB.Read(t.Context(), func(tx *store.Tx) error {
				more, err := store.One(tx, store.Value[string], `SELECT t.more FROM thing t JOIN later l ON l.id = t.id`)
				if more != "moved" || err != nil { // by a file that ran over the restored rows
					t.Errorf("%q, %v", more, err)
				}
				return nil
			})
		})
	}
}

// What is written while a backup runs is in the next one.
func TestOneSnapshot(t *testing.T) {
	for name, where := range map[string]place{"sqlite": sqlite, "postgres": postgreSQL} {
		t.Run(name, func(t *testing.T) {
			n, dir := full(t, where), t.TempDir()
			before := dump(t, n)
			i := 0
			_, err := Write(t.Context(), n, dir, func(Progress) {
				i++
				write(t, n, func(tx *store.Tx) error {
					_, err := tx.Exec(`INSERT INTO thing (id) VALUES ($1)`, fmt.Sprint("meanwhile", i))
					return errors.Join(err, vault.Put(tx, fmt.Sprint("per_late", i), map[string]string{"name": "x"}))
				})
			})
			if err != nil || i < 5 {
				t.Fatalf("told %d times, %v", i, err)
			}
			back := empty(t, sqlite, n.Master)
			if _, err := Restore(t.Context(), back, dir, schemas, nil); err != nil {
				t.Fatal(err)
			}
			same(t, dump(t, back), before)
		})
	}
}

func TestOneAtATime(t *testing.T) {
	n, dir := full(t, sqlite), t.TempDir()
	_, err := Write(t.Context(), n, dir, func(Progress) {
		if _, err := Write(t.Context(), n, dir, nil); fault.All(err) == nil || fault.All(err)[0].Key != "backup.running" {
			t.Fatalf("a second backup meanwhile: %v", err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestSameSecond(t *testing.T) {
	still := func(t *testing.T) store.Options {
		o := sqlite(t)
		o.Clock = func() time.Time { return time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC) }
		return o
	}
	n, dir := full(t, still), t.TempDir()
	first := read(t, backUp(t, n, dir).File)
	_, err := Write(t.Context(), n, dir, nil)
	if all := fault.All(err); len(all) != 1 || all[0].Key != "backup.exists" {
		t.Errorf("got %v", err)
	}
	if files, _ := Files(dir); len(files) != 1 || !bytes.Equal(read(t, files[0]), first) {
		t.Error("the first backup is not what it was")
	}
}

func TestCancelled(t *testing.T) {
	n, dir := full(t, sqlite), t.TempDir()
	backUp(t, n, dir)
	before := listing(t, dir)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := Write(ctx, n, dir, func(p Progress) {
		if p.Table == "thing" {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || !maps.Equal(listing(t, dir), before) {
		t.Errorf("%v, %v", err, slices.Sorted(maps.Keys(listing(t, dir))))
	}
	ctx, cancel = context.WithCancel(t.Context())
	back, passes := empty(t, sqlite, n.Master), 0
	_, err = Restore(ctx, back, dir, schemas, func(p Progress) {
		if p.Table == "thing" && p.Done < 1000 {
			if passes++; passes == 2 {
				cancel()
			}
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("restore: %v", err)
	}
	for name, rows := range dump(t, back) {
		if len(rows) != 0 && name != "thing_move" { // which its schema plants
			t.Errorf("%s kept %d rows", name, len(rows))
		}
	}
}

// listing is what a folder holds, but for its lock.
func listing(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() != ".lock" {
			all[e.Name()] = string(read(t, filepath.Join(dir, e.Name())))
		}
	}
	return all
}

// A backup killed in the middle leaves what was there, and nothing that looks
// like a backup; the next one clears up after it.
func TestKilled(t *testing.T) {
	if dir := os.Getenv("BACKUP_TO_BE_KILLED"); dir != "" {
		n := full(t, func(t *testing.T) store.Options { // an hour after the backup that is there
			o := sqlite(t)
			o.Clock = (&clock{time.Date(2026, 11, 22, 10, 30, 0, 0, time.UTC)}).tick
			return o
		})
		Write(t.Context(), n, dir, func(p Progress) {
			if p.Done >= 1000 {
				syscall.Kill(os.Getpid(), syscall.SIGKILL)
			}
		})
		t.Fatal("still alive")
	}
	n, dir := full(t, sqlite), t.TempDir()
	backUp(t, n, dir)
	before := listing(t, dir)
	child := exec.Command(os.Args[0], "-test.run=^TestKilled$")
	child.Env = append(os.Environ(), "BACKUP_TO_BE_KILLED="+dir)
	out, err := child.CombinedOutput()
	if status, ok := child.ProcessState.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGKILL {
		t.Fatalf("the backup was not killed: %v\n%s", err, out)
	}
	after, halves := listing(t, dir), 0
	for name := range after {
		if strings.HasSuffix(name, halfSuffix) {
			delete(after, name)
			halves++
		}
	}
	if halves == 0 || !maps.Equal(after, before) {
		t.Errorf("%d halves; files now %v", halves, slices.Sorted(maps.Keys(after)))
	}
	if _, err := Check(t.Context(), n.Master, dir, nil); err != nil {
		t.Errorf("what was there: %v", err)
	}
	backUp(t, n, dir)
	for name := range listing(t, dir) {
		if strings.HasSuffix(name, halfSuffix) {
			t.Errorf("%s is still there", name)
		}
	}
}

// Memory does not grow with the rows.
func TestBoundedMemory(t *testing.T) {
	open := func(t *testing.T) store.Options { // in clear, to spend no time on what is not tested
		return store.Options{Path: filepath.Join(t.TempDir(), "node.db")}
	}
	n, dir := full(t, open), t.TempDir()
	const many, size = 12_000, 2 << 10 // 24 MB
	for i := range many / 1000 {
		write(t, n, func(tx *store.Tx) error {
			rows := make([][]any, 1000)
			for j := range rows {
				rows[j] = []any{fmt.Sprint("many", i*1000+j), bytes.Repeat([]byte{byte(j)}, size)}
			}
			return tx.Insert("thing", []string{"id", "sealed"}, rows)
		})
	}
	back := empty(t, open, n.Master)
	base, most := heap(), uint64(0)
	watch := func(p Progress) {
		if p.Done%3000 == 0 {
			most = max(most, heap())
		}
	}
	if _, err := Write(t.Context(), n, dir, watch); err != nil {
		t.Fatal(err)
	}
	if _, err := Restore(t.Context(), back, dir, schemas, watch); err != nil {
		t.Fatal(err)
	}
	if grown := (int64(most) - int64(base)) >> 20; grown > 12 {
		t.Errorf("%d MB grown over 24 MB of rows", grown)
	}
}

// heap is how many bytes are alive.
func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
