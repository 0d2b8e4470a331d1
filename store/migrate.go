package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/pressly/goose/v3"

	"istmo/fault"
)

// Schema is one feature's tables: its folder schema/ of numbered SQL files.
// Files only move forward; one that has run never changes.
type Schema struct {
	Feature string
	Files   fs.FS // holds NNNN_name.sql at its top
}

// Dir is the Schema of the folder schema/ that a feature embeds.
func Dir(feature string, embedded fs.FS) Schema {
	sub, err := fs.Sub(embedded, "schema")
	if err != nil {
		panic(err)
	}
	return Schema{feature, sub}
}

// migrateSelf makes the two tables that the store itself needs.
func (db *DB) migrateSelf(ctx context.Context) error {
	for _, q := range []string{
		`CREATE TABLE IF NOT EXISTS store_writer (id INTEGER PRIMARY KEY)`,
		`INSERT INTO store_writer (id) VALUES (1) ON CONFLICT DO NOTHING`,
		`CREATE TABLE IF NOT EXISTS store_schema (feature TEXT, file TEXT, sum TEXT NOT NULL, PRIMARY KEY (feature, file))`,
	} {
		if _, err := db.write.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// Migrate brings every feature's tables up to date, in the order given, so a
// feature may refer to the tables of those before it. A file that differs from
// what ran before stops the node: the history of a schema is not rewritten.
func (db *DB) Migrate(ctx context.Context, schemas ...Schema) error {
	dialect := goose.DialectSQLite3
	if db.postgres {
		dialect = goose.DialectPostgres
	}
	for _, s := range schemas {
		fresh, err := db.checksums(ctx, s)
		if err != nil {
			return err
		}
		if len(fresh) == 0 {
			continue
		}
		p, err := goose.NewProvider(dialect, db.write, s.Files, goose.WithTableName("schema_"+strings.ReplaceAll(s.Feature, "/", "_")))
		if err != nil {
			return fmt.Errorf("schema of %s: %w", s.Feature, err)
		}
		if _, err := p.Up(ctx); err != nil {
			return fmt.Errorf("schema of %s: %w", s.Feature, err)
		}
		for file, sum := range fresh {
			if _, err := db.write.ExecContext(ctx, (&Tx{db: db}).text(`INSERT INTO store_schema (feature, file, sum) VALUES ($1, $2, $3)`), s.Feature, file, sum); err != nil {
				return err
			}
		}
	}
	return nil
}

// Sums are the SHA-256 of the schema's files, in hexadecimal, by file name.
func (s Schema) Sums() (map[string]string, error) {
	files, err := fs.Glob(s.Files, "*.sql")
	if err != nil || len(files) == 0 {
		return nil, errors.Join(err, fmt.Errorf("schema of %s: no files", s.Feature))
	}
	sums := map[string]string{}
	for _, file := range files {
		text, err := fs.ReadFile(s.Files, file)
		if err != nil {
			return nil, err
		}
		h := sha256.Sum256(text)
		sums[file] = hex.EncodeToString(h[:])
	}
	return sums, nil
}

// checksums compares what ran with what is embedded and returns what is new.
func (db *DB) checksums(ctx context.Context, s Schema) (map[string]string, error) {
	sums, err := s.Sums()
	if err != nil {
		return nil, err
	}
	fresh := map[string]string{}
	for file, sum := range sums {
		ran := ""
		err := db.Read(ctx, func(tx *Tx) (err error) {
			ran, err = One(tx, Value[string], `SELECT sum FROM store_schema WHERE feature = $1 AND file = $2`, s.Feature, file)
			return err
		})
		switch {
		case fault.Is(err, fault.KindNotFound):
			fresh[file] = sum
		case err != nil:
			return nil, err
		case ran != sum:
			return nil, fmt.Errorf("schema of %s: %s is not the file that ran on this database; restore it and add a new file instead", s.Feature, file)
		}
	}
	return fresh, nil
}

// Tables lists every table of the database but the store's own bookkeeping, in
// an order in which rows can be inserted back: those referred to come first.
func (db *DB) Tables(ctx context.Context) ([]string, error) {
	query := `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid`
	if db.postgres {
		query = `SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY oid`
	}
	var names []string
	err := db.Read(ctx, func(tx *Tx) (err error) {
		names, err = All(tx, Value[string], query)
		return err
	})
	kept := names[:0]
	for _, n := range names {
		if !strings.HasPrefix(n, "schema_") && !strings.HasPrefix(n, "store_") {
			kept = append(kept, n)
		}
	}
	return kept, err
}
