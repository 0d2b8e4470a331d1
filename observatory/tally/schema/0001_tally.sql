-- +goose Up
-- The last count of people: what everybody who reads figures may see, and the whole
-- of it sealed under a key of its own that is destroyed with it.
CREATE TABLE tally_count (
  id      TEXT PRIMARY KEY,
  made_at TEXT NOT NULL,
  figures TEXT NOT NULL,
  cube    BYTEA NOT NULL
);
