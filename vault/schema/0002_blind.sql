-- +goose Up
-- Who was indexed under many keys at once, by a short number, with those keys:
-- nine bytes each, what it is made of and eight of its keyed hash.
CREATE TABLE vault_blind_subject (
  no      INTEGER PRIMARY KEY,
  subject TEXT NOT NULL UNIQUE REFERENCES vault_key (subject),
  keys    BYTEA NOT NULL
);
-- The other way: how many have a key, and which, as long as they are few. Four
-- bytes of the hash find the row; the eight above say whether it is the key.
CREATE TABLE vault_blind (
  token   INTEGER PRIMARY KEY,
  n       BIGINT NOT NULL,
  holders BYTEA NOT NULL
);
