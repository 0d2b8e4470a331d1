-- +goose Up
-- How many people passed a post in a month, as somebody who knows has said; with
-- an empty post, the country's figure. What was said before is kept: replaced_at
-- is when something else was said.
CREATE TABLE coverage_flow (
  id          TEXT PRIMARY KEY,
  post        TEXT NOT NULL,
  month       TEXT NOT NULL,
  passed      BIGINT NOT NULL CHECK (passed >= 0),
  source      TEXT NOT NULL,
  dated       TEXT NOT NULL,
  agency      TEXT NOT NULL,
  said_by     TEXT NOT NULL,
  said_at     TEXT NOT NULL,
  replaced_at TEXT NOT NULL
);
CREATE UNIQUE INDEX coverage_flow_stands ON coverage_flow (post, month) WHERE replaced_at = '';
-- The last count of screenings: figures of groups, small ones left out already.
CREATE TABLE coverage_count (
  id      TEXT PRIMARY KEY,
  made_at TEXT NOT NULL,
  figures TEXT NOT NULL
);
