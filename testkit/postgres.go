package testkit

import (
	"testing"

	"istmo/testkit/postgres"
)

// Postgres is the address of a fresh, empty database on a real PostgreSQL: see
// package postgres.
func Postgres(t testing.TB) string {
	t.Helper()
	return postgres.DSN(t)
}
