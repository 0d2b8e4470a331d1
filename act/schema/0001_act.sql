-- +goose Up
-- What a caller has asked for under a key of its own, so that asking again
-- answers again and does nothing twice.
CREATE TABLE act_once (
  actor  TEXT NOT NULL,
  key    TEXT NOT NULL,
  verb   TEXT NOT NULL,
  sum    TEXT NOT NULL,
  object TEXT NOT NULL,
  seq    BIGINT NOT NULL,
  at     TEXT NOT NULL,
  PRIMARY KEY (actor, key)
);
