-- +goose Up
-- A meeting between states. Its home is the depositary of the agreement; elsewhere
-- the row is a mirror, at version 0 until home has heard of it. Whole days run
-- from midnight to midnight in zone. participants is 0 where nobody knows.
CREATE TABLE meeting (
  id           TEXT PRIMARY KEY,
  agreement    TEXT NOT NULL REFERENCES agreement (id),
  version      BIGINT NOT NULL,
  kind         TEXT NOT NULL,
  title_es     TEXT NOT NULL,
  title_en     TEXT NOT NULL,
  purpose_es   TEXT NOT NULL,
  purpose_en   TEXT NOT NULL,
  place        TEXT NOT NULL,
  country      TEXT NOT NULL,
  zone         TEXT NOT NULL,
  starts       TEXT NOT NULL,
  ends         TEXT NOT NULL,
  whole        BOOLEAN NOT NULL,
  hosts        TEXT NOT NULL,
  topics       TEXT NOT NULL,
  follows      TEXT NOT NULL,
  next_by      TEXT NOT NULL,
  frames       TEXT NOT NULL,
  source       TEXT NOT NULL,
  participants BIGINT NOT NULL,
  recorded     BOOLEAN NOT NULL,
  minutes_es   TEXT NOT NULL,
  minutes_en   TEXT NOT NULL,
  reason       TEXT NOT NULL,
  from_node    TEXT NOT NULL,
  from_agency  TEXT NOT NULL,
  was          TEXT NOT NULL,
  state        TEXT NOT NULL,
  machine      TEXT NOT NULL DEFAULT 'meeting' CHECK (machine = 'meeting'),
  FOREIGN KEY (machine, was, state) REFERENCES flow_move (machine, was, state)
);
CREATE INDEX meeting_starts ON meeting (starts);
CREATE INDEX meeting_follows ON meeting (follows);
CREATE TABLE meeting_item (
  meeting     TEXT NOT NULL REFERENCES meeting (id),
  n           BIGINT NOT NULL,
  id          TEXT NOT NULL,
  at          TEXT NOT NULL,
  title_es    TEXT NOT NULL,
  title_en    TEXT NOT NULL,
  leads       TEXT NOT NULL,
  leads_named TEXT NOT NULL,
  from_node   TEXT NOT NULL,
  PRIMARY KEY (meeting, n)
);
-- An institution that comes. node is its country's, empty for an organisation of
-- none; came is empty while nobody has said, and attended 0 where the number is
-- not known.
CREATE TABLE meeting_delegation (
  meeting   TEXT NOT NULL REFERENCES meeting (id),
  n         BIGINT NOT NULL,
  id        TEXT NOT NULL,
  node      TEXT NOT NULL,
  agency    TEXT NOT NULL,
  name_es   TEXT NOT NULL,
  name_en   TEXT NOT NULL,
  role      TEXT NOT NULL,
  post      TEXT NOT NULL,
  expected  BIGINT NOT NULL,
  came      TEXT NOT NULL CHECK (came IN ('', 'yes', 'no')),
  attended  BIGINT NOT NULL,
  from_node TEXT NOT NULL,
  PRIMARY KEY (meeting, n)
);
-- What was shown or handed out: where it is kept, never the thing itself.
CREATE TABLE meeting_material (
  meeting   TEXT NOT NULL REFERENCES meeting (id),
  n         BIGINT NOT NULL,
  id        TEXT NOT NULL,
  title_es  TEXT NOT NULL,
  title_en  TEXT NOT NULL,
  kind      TEXT NOT NULL,
  kept      TEXT NOT NULL,
  from_node TEXT NOT NULL,
  PRIMARY KEY (meeting, n)
);
CREATE TABLE meeting_decision (
  meeting     TEXT NOT NULL REFERENCES meeting (id),
  n           BIGINT NOT NULL,
  id          TEXT NOT NULL,
  text_es     TEXT NOT NULL,
  text_en     TEXT NOT NULL,
  line        TEXT NOT NULL,
  owners      TEXT NOT NULL,
  due         TEXT NOT NULL,
  commitment  TEXT NOT NULL,
  from_node   TEXT NOT NULL,
  from_agency TEXT NOT NULL,
  PRIMARY KEY (meeting, n)
);
-- Who approved which words of the minutes, under their node's signature.
CREATE TABLE meeting_approval (
  meeting TEXT NOT NULL REFERENCES meeting (id),
  node    TEXT NOT NULL,
  agency  TEXT NOT NULL,
  hash    TEXT NOT NULL,
  at      TEXT NOT NULL,
  note    TEXT NOT NULL,
  PRIMARY KEY (meeting, node)
);
