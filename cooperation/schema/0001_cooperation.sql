-- +goose Up
-- An instrument between states. Its home is the depositary's node; elsewhere
-- the row is a mirror. signed and halted list the nodes that have.
CREATE TABLE agreement (
  id         TEXT PRIMARY KEY,
  home       TEXT NOT NULL,
  title_es   TEXT NOT NULL,
  title_en   TEXT NOT NULL,
  source     TEXT NOT NULL,
  parties    TEXT NOT NULL,
  verbs      TEXT NOT NULL,
  purposes   TEXT NOT NULL,
  groups     TEXT NOT NULL,
  from_day   TEXT NOT NULL,
  to_day     TEXT NOT NULL,
  signed     TEXT NOT NULL,
  halted     TEXT NOT NULL,
  was        TEXT NOT NULL,
  state      TEXT NOT NULL,
  machine    TEXT NOT NULL DEFAULT 'agreement' CHECK (machine = 'agreement'),
  version    BIGINT NOT NULL,
  FOREIGN KEY (machine, was, state) REFERENCES flow_move (machine, was, state)
);
-- Agencies of every node that work together: who can be written to.
CREATE TABLE directory_agency (
  node       TEXT NOT NULL,
  id         TEXT NOT NULL,
  name       TEXT NOT NULL,
  kind       TEXT NOT NULL,
  place      TEXT NOT NULL,
  contact    TEXT NOT NULL,
  duty       TEXT NOT NULL,
  escalation TEXT NOT NULL,
  active     BOOLEAN NOT NULL,
  verified   TEXT NOT NULL,
  PRIMARY KEY (node, id)
);
