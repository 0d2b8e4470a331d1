// Package store keeps a node's rows: SQLite, encrypted as a whole file, for a
// node of one machine, or PostgreSQL for one that grows past it. One text of
// SQL serves both.
//
// There is one writer at a time. Writers queue, and what has queued while one
// transaction ran is carried out together in the next, each in a savepoint of
// its own: many commands, one fsync, and nobody's failure is another's. Races
// between "the person withdraws" and "the referral is sent" then have an order,
// which is the reason for it (docs/decisions/0001-one-writer.md).
package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"regexp"
	"runtime/debug"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // the PostgreSQL driver
	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/driver"
	_ "github.com/ncruces/go-sqlite3/vfs/adiantum" // the encrypting file system

	"istmo/fault"
)

// Options say where a database is and how to open it.
type Options struct {
	Path  string           // the SQLite file; empty if Postgres is set
	Key   []byte           // 32 bytes that encrypt the SQLite file; nil leaves it in clear (tests only)
	DSN   string           // a PostgreSQL address; the password belongs in a pgpass file
	Clock func() time.Time // nil is the real clock
}

// DB is an open database with its one writer.
type DB struct {
	write, read *sql.DB
	postgres    bool
	clock       func() time.Time
	jobs        chan *job
	stop        chan struct{}
	done        sync.WaitGroup
	closing     sync.Once
	closed      error
	bound       map[any]any
	texts       sync.Map // statements as SQLite takes them, by how they are written
	known       atomic.Int64
}

type job struct {
	ctx   context.Context
	fn    func(*Tx) error
	reply chan error
	after []func()
}

// writersMemory is how much the one writing connection may hold. Until a command is
// done it keeps there what the command replaces, for temporary files would be in the
// clear: a second edition of 200,000 public figures needs 300 MB, and the driver's own
// limit is 256.
const writersMemory = 1 << 30

// Open opens the database and starts its writer. Close it when done.
func Open(ctx context.Context, o Options) (*DB, error) {
	db := &DB{clock: o.Clock, jobs: make(chan *job), stop: make(chan struct{}), bound: map[any]any{}, postgres: o.DSN != ""}
	if db.clock == nil {
		db.clock = time.Now
	}
	var err error
	if db.postgres {
		db.write, err = sql.Open("pgx", o.DSN)
		db.read = db.write
	} else {
		db.write, err = openSQLite(o, "immediate", 1)
		if err == nil {
			db.read, err = openSQLite(o, "deferred", 4)
		}
	}
	if err == nil {
		err = db.write.PingContext(sqlite3.WithMaxMemory(ctx, writersMemory))
	}
	if err == nil {
		err = db.migrateSelf(ctx)
	}
	if err != nil {
		db.closePools()
		return nil, fault.Internal("store: open", err)
	}
	db.done.Add(1)
	go db.writer()
	return db, nil
}

func openSQLite(o Options, txlock string, conns int) (*sql.DB, error) {
	vfs := ""
	if o.Key != nil {
		vfs = "&vfs=adiantum"
	}
	dsn := "file:" + url.PathEscape(o.Path) + "?_txlock=" + txlock + "&_pragma=busy_timeout(30000)" + vfs
	pool, err := driver.Open(dsn, func(c *sqlite3.Conn) error {
		if o.Key != nil { // by pragma, so that no address or error holds it
			if err := c.Exec("PRAGMA hexkey='" + hex.EncodeToString(o.Key) + "'"); err != nil {
				return errors.New("store: the database key was not accepted")
			}
		}
		return c.Exec(`PRAGMA busy_timeout=30000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
			PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; PRAGMA secure_delete=ON`)
	})
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	return pool, nil
}

// Close waits for the running transaction and closes the database. Closing twice
// is closing once.
func (db *DB) Close() error {
	db.closing.Do(func() {
		close(db.stop)
		db.done.Wait()
		db.closed = db.closePools()
	})
	return db.closed
}

func (db *DB) closePools() error {
	var errs []error
	if db.read != nil && db.read != db.write {
		errs = append(errs, db.read.Close())
	}
	if db.write != nil {
		errs = append(errs, db.write.Close())
	}
	return errors.Join(errs...)
}

// Postgres reports which of the two databases this is.
func (db *DB) Postgres() bool { return db.postgres }

// Now is the node's clock, in UTC and whole milliseconds, as stored.
func (db *DB) Now() time.Time { return db.clock().UTC().Truncate(time.Millisecond) }

// Bind gives every transaction of this database a service, under a key that
// only the service's own package can name: see vault.Put, exchange.Post. Bind
// while wiring the node, before the first transaction.
func (db *DB) Bind(key, service any) { db.bound[key] = service }

// Write runs fn as, or inside, the one writing transaction. When it returns nil
// what fn wrote is on disk. An error undoes what fn wrote and nothing else. fn
// must not wait for anything outside the database, and may run again after a
// serialization failure.
func (db *DB) Write(ctx context.Context, fn func(*Tx) error) error {
	j := &job{ctx: ctx, fn: fn, reply: make(chan error, 1)}
	select {
	case db.jobs <- j:
		return <-j.reply
	case <-ctx.Done():
		return ctx.Err()
	case <-db.stop:
		return fault.Unavailable("fault.closing")
	}
}

// Read runs fn on one consistent snapshot. Writing in it fails.
func (db *DB) Read(ctx context.Context, fn func(*Tx) error) error {
	opts := &sql.TxOptions{ReadOnly: true}
	if db.postgres {
		opts.Isolation = sql.LevelRepeatableRead
	}
	tx, err := db.read.BeginTx(ctx, opts)
	if err != nil {
		return fault.Internal("store: read", err)
	}
	defer tx.Rollback()
	return fn(&Tx{sql: tx, ctx: ctx, db: db, Now: db.Now()})
}

const together = 64 // the most commands that share one commit

func (db *DB) writer() {
	defer db.done.Done()
	for {
		select {
		case j := <-db.jobs:
			db.group(j)
		case <-db.stop:
			return
		}
	}
}

// group carries out first, and whatever else is waiting, in one transaction.
func (db *DB) group(first *job) {
	group := []*job{first}
	for try := 0; ; try++ {
		results, err := db.attempt(&group)
		if err != nil && retryable(err) && try < 5 {
			continue
		}
		for i, j := range group {
			if err != nil {
				j.reply <- fault.Internal("store: commit", err)
				continue
			}
			j.reply <- results[i]
			if results[i] == nil {
				for _, f := range j.after {
					f()
				}
			}
		}
		return
	}
}

// attempt runs the group in a transaction, letting in those who queue meanwhile.
func (db *DB) attempt(group *[]*job) (results []error, err error) {
	ctx := context.Background() // one caller's patience must not end the others' work
	stx, err := db.write.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer stx.Rollback()
	tx := &Tx{sql: stx, ctx: ctx, db: db, writing: true}
	if db.postgres {
		if _, err := stx.ExecContext(ctx, `SELECT id FROM store_writer WHERE id = 1 FOR UPDATE`); err != nil {
			return nil, err
		}
	}
	for i := 0; i < len(*group); i++ {
		j := (*group)[i]
		j.after = nil
		tx.job, tx.Now = j, db.Now()
		res := j.ctx.Err()
		if res == nil {
			res = tx.Nest(func() error { return j.fn(tx) })
		}
		if retryable(res) || errors.Is(res, errBroken) {
			return nil, res
		}
		results = append(results, res)
		if len(*group) < together {
			select {
			case more := <-db.jobs:
				*group = append(*group, more)
			default:
			}
		}
	}
	return results, stx.Commit()
}

var errBroken = errors.New("store: the transaction cannot go on")

func retryable(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01")
}

// Tx is a transaction, with the clock and the randomness of whoever runs in it.
type Tx struct {
	Now     time.Time // one instant for the whole command
	sql     *sql.Tx
	ctx     context.Context
	db      *DB
	job     *job
	depth   int
	writing bool
	reading bool  // rows are open: PostgreSQL takes no other statement meanwhile
	failed  error // a statement of this savepoint failed: PostgreSQL takes no other after it
}

// Nest runs fn in a savepoint: an error undoes fn's rows and leaves the rest. A
// statement that may fail, and whose failure is no end, belongs in a Nest of its
// own: what fn writes beside a failed statement that it passes over is undone.
func (tx *Tx) Nest(fn func() error) (err error) {
	if err := tx.ready(); err != nil {
		return err
	}
	outer := tx.failed
	tx.failed = nil
	tx.depth++
	name := fmt.Sprintf("nest%d", tx.depth)
	kept := 0
	if tx.job != nil {
		kept = len(tx.job.after)
	}
	defer func() { tx.depth--; tx.failed = outer }()
	if _, err := tx.sql.ExecContext(tx.ctx, "SAVEPOINT "+name); err != nil {
		return errors.Join(errBroken, err)
	}
	defer func() {
		if p := recover(); p != nil {
			slog.Error("a command panicked", "stack", string(debug.Stack()))
			err = fault.Internal("store", errors.New("panic in a transaction"))
		}
		if err == nil && tx.failed != nil {
			err = fault.Internal("store: a failed statement was passed over", tx.failed)
		}
		end := "RELEASE SAVEPOINT " + name
		if err != nil {
			if tx.job != nil {
				tx.job.after = tx.job.after[:kept]
			}
			end = "ROLLBACK TO SAVEPOINT " + name
		}
		if _, e := tx.sql.ExecContext(tx.ctx, end); e != nil {
			err = errors.Join(errBroken, err, e)
		}
	}()
	return fn()
}

// After runs f once the transaction is on disk, and not at all if it fails.
func (tx *Tx) After(f func()) {
	if tx.job != nil {
		tx.job.after = append(tx.job.after, f)
	}
}

// Bound is what the node bound under key, or nil.
func (tx *Tx) Bound(key any) any { return tx.db.bound[key] }

// Context is the transaction's context.
func (tx *Tx) Context() context.Context { return tx.ctx }

// Writing reports whether this transaction may write.
func (tx *Tx) Writing() bool { return tx.writing }

var ids = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// NewID makes an id that sorts by the time of its making: "ref_" and 26 characters.
func (tx *Tx) NewID(prefix string) string {
	var b [16]byte
	rand.Read(b[6:])
	for i, ms := 5, tx.Now.UnixMilli(); i >= 0; i, ms = i-1, ms>>8 {
		b[i] = byte(ms)
	}
	return prefix + "_" + ids.EncodeToString(b[:])
}

var numbered = regexp.MustCompile(`\$(\d+)`)

// text rewrites $n for SQLite, which binds $n by order of appearance and ?n by number.
func (tx *Tx) text(query string) string {
	if tx.db.postgres {
		return query
	}
	if known, ok := tx.db.texts.Load(query); ok {
		return known.(string)
	}
	text := numbered.ReplaceAllString(query, "?$1")
	if tx.db.known.Add(1) <= mostTexts {
		tx.db.texts.Store(query, text)
	}
	return text
}

// mostTexts are how many statements are remembered as rewritten: all that the
// program writes, and some of those whose length depends on a list.
const mostTexts = 4096

// ready refuses a statement while rows are being read. SQLite would take it and
// PostgreSQL would not, so that neither does.
func (tx *Tx) ready() error {
	if tx.reading {
		return errors.New("store: a statement while rows are being read; gather the rows first")
	}
	return nil
}

// noted remembers that a statement failed, for the end of its savepoint.
func (tx *Tx) noted(err error) error {
	if err != nil {
		tx.failed = err
	}
	return err
}

// Exec runs a statement and says how many rows it touched.
func (tx *Tx) Exec(query string, args ...any) (int64, error) {
	if err := tx.ready(); err != nil {
		return 0, err
	}
	values, err := bindAll(args)
	if err != nil {
		return 0, tx.noted(err)
	}
	res, err := tx.sql.ExecContext(tx.ctx, tx.text(query), values...)
	if err != nil {
		return 0, tx.noted(err)
	}
	return res.RowsAffected()
}

// query runs f for every row while no other statement may run.
func (tx *Tx) query(f func(*sql.Rows) error, query string, args []any) error {
	if err := tx.ready(); err != nil {
		return err
	}
	values, err := bindAll(args)
	if err != nil {
		return tx.noted(err)
	}
	rows, err := tx.sql.QueryContext(tx.ctx, tx.text(query), values...)
	if err != nil {
		return tx.noted(err)
	}
	tx.reading = true
	defer func() { rows.Close(); tx.reading = false }()
	for rows.Next() {
		if err := f(rows); err != nil {
			return err
		}
	}
	return tx.noted(rows.Err())
}

// Each calls f for every row, streaming; into are the destinations of a row. f
// runs no statement: gather what it needs, or join.
func (tx *Tx) Each(into []any, f func() error, query string, args ...any) error {
	row := scanAll(into)
	return tx.query(func(rows *sql.Rows) error {
		if err := rows.Scan(row...); err != nil {
			return err
		}
		return f()
	}, query, args)
}

// Get scans the first row, or returns a NotFound fault.
func (tx *Tx) Get(into []any, query string, args ...any) error {
	if err := tx.ready(); err != nil {
		return err
	}
	values, err := bindAll(args)
	if err != nil {
		return tx.noted(err)
	}
	err = tx.sql.QueryRowContext(tx.ctx, tx.text(query), values...).Scan(scanAll(into)...)
	if errors.Is(err, sql.ErrNoRows) {
		return fault.NotFound()
	}
	return tx.noted(err)
}

// One reads one T, whose columns are given as destinations, or returns NotFound.
func One[T any](tx *Tx, columns func(*T) []any, query string, args ...any) (T, error) {
	var t T
	err := tx.Get(columns(&t), query, args...)
	return t, err
}

// All reads every T of a query that is known to be short; use Each for the rest.
func All[T any](tx *Tx, columns func(*T) []any, query string, args ...any) ([]T, error) {
	var all []T
	var t T
	err := tx.Each(columns(&t), func() error {
		all = append(all, t)
		t = *new(T)
		return nil
	}, query, args...)
	return all, err
}

// Among writes "$1, $2, …" for a short list of values, and gives them as arguments.
func Among(values []string) (placeholders string, args []any) {
	for i, v := range values {
		if i > 0 {
			placeholders += ", "
		}
		placeholders += "$" + strconv.Itoa(i+1)
		args = append(args, v)
	}
	return placeholders, args
}

// Value is the destination list of a single column: store.One(tx, store.Value[int64], …).
func Value[T any](t *T) []any { return []any{t} }

// Unique reports whether err says that such a row is there already.
func Unique(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "23505" ||
		errors.Is(err, sqlite3.CONSTRAINT_UNIQUE) || errors.Is(err, sqlite3.CONSTRAINT_PRIMARYKEY)
}

// Foreign reports whether err says that a row refers to one that is not there,
// such as a move that the state machine does not know.
func Foreign(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "23503" || errors.Is(err, sqlite3.CONSTRAINT_FOREIGNKEY) || errors.Is(err, errForeign)
}
