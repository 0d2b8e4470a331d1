-- +goose Up
-- A public file that came in: where it is from, and what came of it. The file
-- itself is not kept; its figures are, each as it states them.
CREATE TABLE sources_file (
  id        TEXT PRIMARY KEY,
  machine   TEXT NOT NULL DEFAULT 'source' CHECK (machine = 'source'),
  was       TEXT NOT NULL,
  state     TEXT NOT NULL,
  kind      TEXT NOT NULL,
  level     TEXT NOT NULL,
  source    TEXT NOT NULL,
  edition   TEXT NOT NULL,
  note      TEXT NOT NULL,
  agency    TEXT NOT NULL,
  by_whom   TEXT NOT NULL,
  at        TEXT NOT NULL,
  digest    TEXT NOT NULL,
  shape     TEXT NOT NULL,
  encoding  TEXT NOT NULL,
  bytes     BIGINT NOT NULL,
  total     BIGINT NOT NULL,
  taken     BIGINT NOT NULL,
  repeated  BIGINT NOT NULL,
  fresh     BIGINT NOT NULL,
  changed   BIGINT NOT NULL,
  unchanged BIGINT NOT NULL,
  older     BIGINT NOT NULL,
  told      TEXT NOT NULL,
  ended_by  TEXT NOT NULL,
  ended_at  TEXT NOT NULL,
  reason    TEXT NOT NULL,
  FOREIGN KEY (machine, was, state) REFERENCES flow_move (machine, was, state)
);
CREATE INDEX sources_file_kind ON sources_file (kind, state);
-- A file that waits to be confirmed, at most an hour.
CREATE TABLE sources_upload (
  id      TEXT PRIMARY KEY,
  agency  TEXT NOT NULL,
  by_whom TEXT NOT NULL,
  at      TEXT NOT NULL,
  origin  TEXT NOT NULL,
  preview TEXT NOT NULL,
  content BYTEA NOT NULL
);
-- What each file states. A figure is in use while replaced_at is empty; by which
-- file it was replaced, or is less than, is in replaced_by. Of what is stated under
-- one about, one statement is in use. It begins with what neighbouring rows of a
-- file share, so that they are neighbours in the index too.
CREATE TABLE sources_flow (
  file        TEXT NOT NULL REFERENCES sources_file (id),
  about       TEXT NOT NULL,
  digest      TEXT NOT NULL,
  line        BIGINT NOT NULL,
  replaced_at TEXT NOT NULL,
  replaced_by TEXT NOT NULL,
  into_code   TEXT NOT NULL,
  month       TEXT NOT NULL,
  by_what     TEXT NOT NULL,
  of_whom     TEXT NOT NULL,
  written     TEXT NOT NULL,
  mark        TEXT NOT NULL,
  people      BIGINT NOT NULL,
  missing     BOOLEAN NOT NULL,
  PRIMARY KEY (about, file)
);
CREATE INDEX sources_flow_file ON sources_flow (file);
CREATE TABLE sources_return (
  file        TEXT NOT NULL REFERENCES sources_file (id),
  about       TEXT NOT NULL,
  digest      TEXT NOT NULL,
  line        BIGINT NOT NULL,
  replaced_at TEXT NOT NULL,
  replaced_by TEXT NOT NULL,
  country     TEXT NOT NULL,
  indicator   TEXT NOT NULL,
  dimension   TEXT NOT NULL,
  category    TEXT NOT NULL,
  sex         TEXT NOT NULL,
  age         TEXT NOT NULL,
  year        BIGINT NOT NULL,
  low         BIGINT NOT NULL,
  high        BIGINT NOT NULL,
  nth         BIGINT NOT NULL,
  PRIMARY KEY (about, file)
);
CREATE INDEX sources_return_file ON sources_return (file);
CREATE INDEX sources_return_country ON sources_return (country) WHERE replaced_at = '';
CREATE INDEX sources_return_spelled ON sources_return (category, country)
  WHERE replaced_at = '' AND dimension IN ('by citizenship', 'by country of repatriation');
CREATE TABLE sources_population (
  file        TEXT NOT NULL REFERENCES sources_file (id),
  about       TEXT NOT NULL,
  digest      TEXT NOT NULL,
  line        BIGINT NOT NULL,
  replaced_at TEXT NOT NULL,
  replaced_by TEXT NOT NULL,
  country     TEXT NOT NULL,
  year        BIGINT NOT NULL,
  sex         TEXT NOT NULL,
  age_from    BIGINT NOT NULL,
  age_to      BIGINT NOT NULL,
  people      BIGINT NOT NULL,
  PRIMARY KEY (about, file)
);
CREATE INDEX sources_population_file ON sources_population (file);
CREATE INDEX sources_population_country ON sources_population (country, year) WHERE replaced_at = '';
CREATE TABLE sources_area (
  file        TEXT NOT NULL REFERENCES sources_file (id),
  about       TEXT NOT NULL,
  digest      TEXT NOT NULL,
  line        BIGINT NOT NULL,
  replaced_at TEXT NOT NULL,
  replaced_by TEXT NOT NULL,
  level       TEXT NOT NULL,
  code        TEXT NOT NULL,
  name        TEXT NOT NULL,
  polygons    TEXT NOT NULL,
  PRIMARY KEY (about, file)
);
CREATE INDEX sources_area_file ON sources_area (file);
-- What is wrong with the returns in use, worked out when they change.
CREATE TABLE sources_finding (
  country   TEXT NOT NULL,
  nth       BIGINT NOT NULL,
  kind      TEXT NOT NULL,
  certainty TEXT NOT NULL,
  years     TEXT NOT NULL,
  body      TEXT NOT NULL,
  PRIMARY KEY (country, nth)
);
CREATE INDEX sources_finding_kind ON sources_finding (kind, certainty);
-- Which country a spelling is to be read as, by proposal of one person and
-- decision of another. What was written stays as it is.
CREATE TABLE sources_proposal (
  id          TEXT PRIMARY KEY,
  machine     TEXT NOT NULL DEFAULT 'spelling' CHECK (machine = 'spelling'),
  was         TEXT NOT NULL,
  state       TEXT NOT NULL,
  spelling    TEXT NOT NULL,
  written     TEXT NOT NULL,
  reporter    TEXT NOT NULL,
  code        TEXT NOT NULL,
  agency      TEXT NOT NULL,
  reason      TEXT NOT NULL,
  proposed_by TEXT NOT NULL,
  proposed_at TEXT NOT NULL,
  decided_by  TEXT NOT NULL,
  decided_at  TEXT NOT NULL,
  answer      TEXT NOT NULL,
  FOREIGN KEY (machine, was, state) REFERENCES flow_move (machine, was, state)
);
CREATE UNIQUE INDEX sources_proposal_accepted ON sources_proposal (written, reporter) WHERE state = 'accepted';
CREATE INDEX sources_proposal_spelling ON sources_proposal (spelling);
