-- +goose Up
-- Under which form of the keys somebody was last looked for among the others; 0
-- is not yet. Those behind are looked for by the node, some at every tick.
ALTER TABLE person ADD COLUMN likened BIGINT NOT NULL DEFAULT 0;
CREATE INDEX person_likened ON person (likened, id);
-- Every time that somebody's capture was compared with the others, so that nobody
-- fishes by capturing.
CREATE TABLE person_look (
  person  TEXT NOT NULL REFERENCES person (id),
  user_id TEXT NOT NULL,
  at      TEXT NOT NULL
);
CREATE INDEX person_look_person ON person_look (person, at);
CREATE INDEX person_look_user ON person_look (user_id, at);
-- That an agency lets the other one of a pair know that it has the file.
CREATE TABLE person_known (
  pair    TEXT NOT NULL,
  person  TEXT NOT NULL REFERENCES person (id),
  at      TEXT NOT NULL,
  by_whom TEXT NOT NULL,
  PRIMARY KEY (pair, person)
);
