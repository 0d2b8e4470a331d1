-- +goose Up
-- Who is indexed, and under which form of the keys. An older form is made anew.
CREATE TABLE likeness_subject (
  subject TEXT PRIMARY KEY,
  form    BIGINT NOT NULL
);
CREATE INDEX likeness_subject_form ON likeness_subject (form);
-- How many they are: a shared key speaks the louder the more do not share it.
CREATE TABLE likeness_size (
  one BIGINT PRIMARY KEY CHECK (one = 1),
  n   BIGINT NOT NULL
);
INSERT INTO likeness_size (one, n) VALUES (1, 0);
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
