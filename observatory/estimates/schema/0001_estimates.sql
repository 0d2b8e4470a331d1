-- +goose Up
-- An estimate that somebody stands by: the numbers of the result, and of its table a
-- digest alone.
CREATE TABLE estimate (
  id      TEXT PRIMARY KEY,
  of_whom TEXT NOT NULL,
  source  TEXT NOT NULL,
  dated   TEXT NOT NULL,
  numbers TEXT NOT NULL,
  digest  TEXT NOT NULL,
  agency  TEXT NOT NULL,
  by_user TEXT NOT NULL,
  at      TEXT NOT NULL
);
