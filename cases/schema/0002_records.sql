-- +goose Up
-- A file of records that somebody brought, and once it has come in, how many of
-- its rows did and which did not, by number. Nothing that a row says stands here.
CREATE TABLE person_import (
  id        TEXT PRIMARY KEY,
  agency    TEXT NOT NULL,
  by_whom   TEXT NOT NULL,
  format    TEXT NOT NULL,
  at        TEXT NOT NULL,
  done_at   TEXT NOT NULL DEFAULT '',
  total     BIGINT NOT NULL DEFAULT 0,
  imported  BIGINT NOT NULL DEFAULT 0,
  unchanged BIGINT NOT NULL DEFAULT 0,
  conflicts BIGINT NOT NULL DEFAULT 0,
  elsewhere BIGINT NOT NULL DEFAULT 0,
  erased    BIGINT NOT NULL DEFAULT 0,
  blocked   BIGINT NOT NULL DEFAULT 0,
  stopped   BOOLEAN NOT NULL DEFAULT FALSE,
  told      TEXT NOT NULL DEFAULT ''
);
-- The file itself, from the preview to the confirmation, sealed under a key of
-- its own that is destroyed with it: no backup of that hour opens it either.
CREATE TABLE person_import_file (
  import TEXT PRIMARY KEY REFERENCES person_import (id),
  sealed BYTEA NOT NULL
);
