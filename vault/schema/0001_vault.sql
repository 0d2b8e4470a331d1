-- +goose Up
-- The key of a person, wrapped by the node's. Without this row nothing sealed
-- for the person opens, wherever a copy of it lies.
CREATE TABLE vault_key (
  subject TEXT PRIMARY KEY CHECK (subject <> ''),
  wrapped BYTEA NOT NULL,
  at      TEXT NOT NULL
);

-- Whose key was destroyed, and when. Such a subject never gets another.
CREATE TABLE vault_erased (
  subject TEXT PRIMARY KEY CHECK (subject <> ''),
  at      TEXT NOT NULL
);

CREATE TABLE vault_field (
  subject TEXT NOT NULL REFERENCES vault_key (subject),
  name    TEXT NOT NULL CHECK (name <> ''),
  sealed  BYTEA NOT NULL,
  PRIMARY KEY (subject, name)
);

-- Look-up without reading: token is a keyed hash of the normalised value.
CREATE TABLE vault_index (
  kind    TEXT NOT NULL CHECK (kind <> ''),
  token   BYTEA NOT NULL,
  subject TEXT NOT NULL REFERENCES vault_key (subject),
  PRIMARY KEY (kind, token, subject)
);
CREATE INDEX vault_index_subject ON vault_index (subject);
