-- +goose Up
-- A joint file: at its home, the node that opened it, in full; at the other
-- members a mirror that its home moves. Codes and days only.
CREATE TABLE joint_file (
  id         TEXT PRIMARY KEY,
  machine    TEXT NOT NULL DEFAULT 'jointfile' CHECK (machine = 'jointfile'),
  was        TEXT NOT NULL,
  state      TEXT NOT NULL,
  version    BIGINT NOT NULL,
  home       TEXT NOT NULL,
  agreement  TEXT NOT NULL,
  purpose    TEXT NOT NULL,
  subject    TEXT NOT NULL,
  members    TEXT NOT NULL,
  limits     TEXT NOT NULL,
  from_day   TEXT NOT NULL,
  to_day     TEXT NOT NULL,
  ends_at    TEXT NOT NULL,
  review_on  TEXT NOT NULL,
  new_to     TEXT NOT NULL,
  new_by     TEXT NOT NULL,
  reason     TEXT NOT NULL,
  asked      TEXT NOT NULL,
  asked_in   TEXT NOT NULL,
  refused    TEXT NOT NULL,
  since      TEXT NOT NULL,
  created_at TEXT NOT NULL,
  FOREIGN KEY (machine, was, state) REFERENCES flow_move (machine, was, state)
);
CREATE INDEX joint_file_agreement ON joint_file (agreement);
CREATE INDEX joint_file_ends ON joint_file (state, ends_at);
-- A member: one agency of one country, how it calls the case, and how far its
-- own chain of entries reaches here.
CREATE TABLE joint_file_side (
  file       TEXT NOT NULL REFERENCES joint_file (id),
  node       TEXT NOT NULL,
  agency     TEXT NOT NULL,
  ref        TEXT NOT NULL,
  agreed_at  TEXT NOT NULL,
  extends_to TEXT NOT NULL,
  looked_at  TEXT NOT NULL,
  entries    BIGINT NOT NULL,
  head       TEXT NOT NULL,
  PRIMARY KEY (file, node)
);
CREATE INDEX joint_file_side_agency ON joint_file_side (node, agency, file);
-- What a side has written, once and for all. The words and their salt are in the
-- vault; note is what the side's node signed.
CREATE TABLE joint_file_entry (
  file     TEXT NOT NULL REFERENCES joint_file (id),
  node     TEXT NOT NULL,
  seq      BIGINT NOT NULL,
  at       TEXT NOT NULL,
  kind     TEXT NOT NULL,
  corrects BIGINT NOT NULL,
  version  BIGINT NOT NULL,
  seen     TEXT NOT NULL,
  prev     TEXT NOT NULL,
  hash     TEXT NOT NULL,
  note     TEXT NOT NULL,
  arrived  TEXT NOT NULL,
  waits    BOOLEAN NOT NULL,
  late     BOOLEAN NOT NULL,
  PRIMARY KEY (file, node, seq)
);
-- A second entry that a side signed under a number it had used: the proof of it.
CREATE TABLE joint_file_fork (
  file TEXT NOT NULL REFERENCES joint_file (id),
  node TEXT NOT NULL,
  seq  BIGINT NOT NULL,
  hash TEXT NOT NULL,
  at   TEXT NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (file, node, seq, hash)
);
-- Where each entry stands on its way to another member; seq 0 is the proposal.
CREATE TABLE joint_file_letter (
  file     TEXT NOT NULL REFERENCES joint_file (id),
  node     TEXT NOT NULL,
  seq      BIGINT NOT NULL,
  to_node  TEXT NOT NULL,
  envelope TEXT NOT NULL,
  state    TEXT NOT NULL CHECK (state IN ('posted', 'delivered', 'stopped', 'refused')),
  why      TEXT NOT NULL,
  at       TEXT NOT NULL,
  PRIMARY KEY (file, node, seq, to_node)
);
CREATE INDEX joint_file_letter_envelope ON joint_file_letter (envelope);
CREATE INDEX joint_file_letter_state ON joint_file_letter (state);
-- What became of the file, move by move.
CREATE TABLE joint_file_event (
  id      TEXT PRIMARY KEY,
  file    TEXT NOT NULL REFERENCES joint_file (id),
  at      TEXT NOT NULL,
  verb    TEXT NOT NULL,
  state   TEXT NOT NULL,
  version BIGINT NOT NULL,
  node    TEXT NOT NULL,
  code    TEXT NOT NULL
);
CREATE INDEX joint_file_event_file ON joint_file_event (file, version);
