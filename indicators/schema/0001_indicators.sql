-- +goose Up
-- A version of this country's list. body is its words as JSON: those of a version
-- that was published are what the node signed in note, and are never written again.
CREATE TABLE indicator_list (
  id          TEXT PRIMARY KEY,
  node        TEXT NOT NULL,
  version     BIGINT NOT NULL,
  force_from  TEXT NOT NULL,
  force_until TEXT NOT NULL,
  body        TEXT NOT NULL,
  note        TEXT NOT NULL,
  was         TEXT NOT NULL,
  state       TEXT NOT NULL,
  machine     TEXT NOT NULL DEFAULT 'indicators' CHECK (machine = 'indicators'),
  CHECK ((state IN ('published', 'replaced')) = (note <> '')),
  FOREIGN KEY (machine, was, state) REFERENCES flow_move (machine, was, state)
);
CREATE UNIQUE INDEX indicator_list_version ON indicator_list (version) WHERE state <> 'discarded';
CREATE INDEX indicator_list_from ON indicator_list (force_from);
-- A version that a partner showed: what it signed, and its words as they came.
CREATE TABLE indicator_package (
  id   TEXT PRIMARY KEY,
  node TEXT NOT NULL,
  body TEXT NOT NULL,
  note TEXT NOT NULL,
  at   TEXT NOT NULL
);
-- To whom a version was shown.
CREATE TABLE indicator_shared (
  list TEXT NOT NULL REFERENCES indicator_list (id),
  node TEXT NOT NULL,
  at   TEXT NOT NULL,
  PRIMARY KEY (list, node)
);
