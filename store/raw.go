package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"strings"

	"istmo/fault"
)

// This file is the floor below the features: whole tables as plain values, for
// backup and restore, which must not know what the rows mean.

// File is one schema file that ran on a database.
type File struct {
	Feature string `json:"feature"`
	Name    string `json:"file"`
	Sum     string `json:"sum"` // SHA-256, hexadecimal
}

// Ran lists the schema files that made this database what it is.
func Ran(tx *Tx) ([]File, error) {
	return All(tx, func(f *File) []any { return []any{&f.Feature, &f.Name, &f.Sum} },
		`SELECT feature, file, sum FROM store_schema ORDER BY feature, file`)
}

// Columns are the names of a table's columns, in the table's order.
func (tx *Tx) Columns(table string) ([]string, error) {
	if err := tx.ready(); err != nil {
		return nil, err
	}
	rows, err := tx.sql.QueryContext(tx.ctx, "SELECT * FROM "+quote(table)+" WHERE 1 = 0")
	if err != nil {
		return nil, tx.noted(err)
	}
	defer rows.Close()
	return rows.Columns()
}

// Count is how many rows a table holds.
func (tx *Tx) Count(table string) (n int64, err error) {
	err = tx.Get([]any{&n}, "SELECT COUNT(*) FROM "+quote(table))
	return n, err
}

// Rows streams the named columns of a table as plain values, the same from both
// databases: nil, string, []byte, int64, bool or float64. A row is the caller's
// until the next one; after an error there is none. No other statement may run
// meanwhile.
func (tx *Tx) Rows(table string, columns []string) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		row, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		var kinds []*sql.ColumnType
		err := tx.query(func(rows *sql.Rows) (err error) {
			if kinds == nil {
				kinds, err = rows.ColumnTypes()
			}
			if err == nil {
				err = scanPlain(rows, row, into, kinds)
			}
			if err == nil && !yield(row, nil) {
				err = errEnough
			}
			return err
		}, "SELECT "+quoteAll(columns)+" FROM "+quote(table), nil)
		if err != nil && !errors.Is(err, errEnough) {
			yield(nil, fmt.Errorf("table %s: %w", table, err))
		}
	}
}

var errForeign = errors.New("store: a reference to a row that is not there")

var errEnough = errors.New("store: the reader has enough")

// scanPlain scans one row and gives each value the kind of its column.
func scanPlain(rows *sql.Rows, row, into []any, kinds []*sql.ColumnType) error {
	if err := rows.Scan(into...); err != nil {
		return err
	}
	for i, v := range row {
		switch v := v.(type) {
		case nil, []byte, int64, bool, float64:
		case string: // SQLite keeps a text where bytes were declared, if given one
			if kinds[i].DatabaseTypeName() == "BYTEA" {
				row[i] = []byte(v)
			}
		default:
			return fmt.Errorf("column %s holds a %T, which no schema of ours declares", kinds[i].Name(), v)
		}
	}
	return nil
}

const parameters = 900 // the most in one statement; both databases take more

// Insert puts rows of plain values into a table, many in one statement.
func (tx *Tx) Insert(table string, columns []string, rows [][]any) error {
	many := max(1, parameters/max(1, len(columns)))
	for len(rows) > 0 {
		n := min(many, len(rows))
		args := make([]any, 0, n*len(columns))
		for _, row := range rows[:n] {
			args = append(args, row...)
		}
		if _, err := tx.Exec(insertText(table, columns, n), args...); err != nil {
			return fmt.Errorf("table %s: %w", table, err)
		}
		rows = rows[n:]
	}
	return nil
}

func insertText(table string, columns []string, rows int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "INSERT INTO %s (%s) VALUES ", quote(table), quoteAll(columns))
	for i := range rows * len(columns) {
		switch {
		case i == 0:
			b.WriteString("(")
		case i%len(columns) == 0:
			b.WriteString("), (")
		default:
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "$%d", i+1)
	}
	b.WriteString(")")
	return b.String()
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func quoteAll(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = quote(n)
	}
	return strings.Join(quoted, ", ")
}

// Unordered runs fn with the references between rows checked at its end, once,
// and not at each row, so that rows may come in any order. A row that refers to
// none is then an error for which Foreign is true.
func (tx *Tx) Unordered(fn func() error) error {
	if tx.db.postgres {
		return tx.unorderedPostgres(fn)
	}
	return tx.unorderedSQLite(fn)
}

func (tx *Tx) unorderedSQLite(fn func() error) (err error) {
	if _, err := tx.Exec(`PRAGMA defer_foreign_keys = ON`); err != nil {
		return err
	}
	defer func() { // those who share the commit keep their own checks
		_, e := tx.Exec(`PRAGMA defer_foreign_keys = OFF`)
		err = errors.Join(err, e)
	}()
	if err := fn(); err != nil {
		return err
	}
	var table, parent string
	err = tx.Get([]any{&table, &parent}, `SELECT "table", "parent" FROM pragma_foreign_key_check LIMIT 1`)
	if fault.Is(err, fault.KindNotFound) {
		return nil
	}
	if err == nil {
		err = fmt.Errorf("a row of %s refers to none of %s: %w", table, parent, errForeign)
	}
	return err
}

func (tx *Tx) unorderedPostgres(fn func() error) error {
	type reference struct{ table, name string }
	refs, err := All(tx, func(r *reference) []any { return []any{&r.table, &r.name} },
		`SELECT conrelid::regclass::text, conname FROM pg_constraint
		 WHERE contype = 'f' AND NOT condeferrable AND connamespace = 'public'::regnamespace`)
	if err != nil {
		return err
	}
	alter := func(to string) error {
		for _, r := range refs {
			if _, err := tx.Exec("ALTER TABLE " + r.table + " ALTER CONSTRAINT " + quote(r.name) + " " + to); err != nil {
				return err
			}
		}
		return nil
	}
	if err := alter("DEFERRABLE INITIALLY DEFERRED"); err != nil {
		return err
	}
	if err := fn(); err != nil {
		return err
	}
	if _, err := tx.Exec(`SET CONSTRAINTS ALL IMMEDIATE`); err != nil {
		return err
	}
	return alter("NOT DEFERRABLE")
}

// Scrub takes what was deleted out of the database's own leftovers: SQLite's
// write-ahead log, where a deleted row's page lives on, and PostgreSQL's dead
// rows. Run it after an erasure and outside any transaction; while a long read
// holds an old snapshot it answers Unavailable, and is to be tried again.
func (db *DB) Scrub(ctx context.Context, tables ...string) error {
	if db.postgres {
		for _, t := range tables {
			if _, err := db.write.ExecContext(ctx, "VACUUM (FULL) "+quote(t)); err != nil {
				return fault.Internal("store: scrub", err)
			}
		}
		return nil
	}
	var busy, logged, moved int
	err := db.write.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &logged, &moved)
	if err != nil {
		return fault.Internal("store: scrub", err)
	}
	if busy != 0 {
		return fault.Unavailable("fault.unavailable")
	}
	return nil
}
