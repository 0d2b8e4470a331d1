-- +goose Up
-- The register of what goes out. words are the tables as they go out, as JSON: those
-- of a release that was approved are what the node signed in note. counts are the
-- tables as counted, sealed; nothing once it was declined.
CREATE TABLE release_entry (
  id          TEXT PRIMARY KEY,
  title       TEXT NOT NULL,
  machine     TEXT NOT NULL DEFAULT 'release' CHECK (machine = 'release'),
  was         TEXT NOT NULL,
  state       TEXT NOT NULL,
  rule        TEXT NOT NULL,
  digest      TEXT NOT NULL,
  register    TEXT NOT NULL,
  prepared_by TEXT NOT NULL,
  prepared_at TEXT NOT NULL,
  decided_by  TEXT NOT NULL,
  decided_at  TEXT NOT NULL,
  reason      TEXT NOT NULL,
  words       TEXT NOT NULL,
  took        TEXT NOT NULL,
  note        TEXT NOT NULL,
  counts      BYTEA NOT NULL,
  CHECK (state NOT IN ('approved', 'sent') OR (decided_by <> '' AND decided_by <> prepared_by AND note <> '')),
  FOREIGN KEY (machine, was, state) REFERENCES flow_move (machine, was, state)
);
CREATE INDEX release_entry_state ON release_entry (state);
-- To whom it went: the public, somebody by name, or a partner's node by letter.
CREATE TABLE release_copy (
  id           TEXT PRIMARY KEY,
  entry        TEXT NOT NULL REFERENCES release_entry (id),
  kind         TEXT NOT NULL CHECK (kind IN ('public', 'named', 'partner')),
  receiver     TEXT NOT NULL,
  agreement    TEXT NOT NULL,
  envelope     TEXT NOT NULL,
  delivered_at TEXT NOT NULL,
  refused      TEXT NOT NULL,
  at           TEXT NOT NULL,
  by_whom      TEXT NOT NULL
);
CREATE INDEX release_copy_entry ON release_copy (entry);
CREATE INDEX release_copy_envelope ON release_copy (envelope);
-- What partners have shown us, as it came.
CREATE TABLE release_received (
  id        TEXT PRIMARY KEY,
  node      TEXT NOT NULL,
  agreement TEXT NOT NULL,
  words     TEXT NOT NULL,
  note      TEXT NOT NULL,
  at        TEXT NOT NULL
);
CREATE INDEX release_received_node ON release_received (node, at);
