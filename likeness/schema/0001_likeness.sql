-- +goose Up
-- Two subjects that may be one person. earlier and later say which was indexed
-- first; a pair stands once.
CREATE TABLE likeness_pair (
  id      TEXT PRIMARY KEY,
  earlier TEXT NOT NULL,
  later   TEXT NOT NULL,
  state   TEXT NOT NULL CHECK (state IN ('suggested', 'same', 'different', 'undone')),
  score   BIGINT NOT NULL,
  reasons TEXT NOT NULL,
  at      TEXT NOT NULL,
  by_whom TEXT NOT NULL DEFAULT '',
  decided TEXT NOT NULL DEFAULT '',
  UNIQUE (earlier, later),
  CHECK (earlier <> later)
);
CREATE INDEX likeness_pair_later ON likeness_pair (later);
