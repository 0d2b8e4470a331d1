-- +goose Up
-- A commitment between states, from its proposal to its end. Its home is the
-- depositary of the agreement; elsewhere the row is a mirror. number is its place
-- in the plan, 0 before it has one. due repeats the current revision's day.
CREATE TABLE commitment (
  id          TEXT PRIMARY KEY,
  agreement   TEXT NOT NULL REFERENCES agreement (id),
  version     BIGINT NOT NULL,
  from_node   TEXT NOT NULL,
  from_agency TEXT NOT NULL,
  meeting     TEXT NOT NULL,
  amends      TEXT NOT NULL,
  revision    BIGINT NOT NULL,
  number      BIGINT NOT NULL,
  line        TEXT NOT NULL,
  due         TEXT NOT NULL,
  value       BIGINT NOT NULL,
  reason      TEXT NOT NULL,
  was         TEXT NOT NULL,
  state       TEXT NOT NULL,
  machine     TEXT NOT NULL DEFAULT 'commitment' CHECK (machine = 'commitment'),
  created_at  TEXT NOT NULL,
  moved_at    TEXT NOT NULL,
  FOREIGN KEY (machine, was, state) REFERENCES flow_move (machine, was, state)
);
CREATE INDEX commitment_agreement ON commitment (agreement, state);
CREATE INDEX commitment_due ON commitment (state, due);
CREATE INDEX commitment_meeting ON commitment (meeting);
-- What it says, revision by revision. hash is that of the words when they came.
CREATE TABLE commitment_revision (
  commitment   TEXT NOT NULL REFERENCES commitment (id),
  n            BIGINT NOT NULL,
  based_on     BIGINT NOT NULL,
  node         TEXT NOT NULL,
  agency       TEXT NOT NULL,
  at           TEXT NOT NULL,
  hash         TEXT NOT NULL,
  line         TEXT NOT NULL,
  objective_es TEXT NOT NULL,
  objective_en TEXT NOT NULL,
  actions_es   TEXT NOT NULL,
  actions_en   TEXT NOT NULL,
  owners       TEXT NOT NULL,
  owners_named TEXT NOT NULL,
  due          TEXT NOT NULL,
  indicator_es TEXT NOT NULL,
  indicator_en TEXT NOT NULL,
  baseline     BIGINT NOT NULL,
  target       BIGINT NOT NULL,
  budget       TEXT NOT NULL,
  place        TEXT NOT NULL,
  marks        TEXT NOT NULL,
  sdg          TEXT NOT NULL,
  gcm          TEXT NOT NULL,
  PRIMARY KEY (commitment, n)
);
CREATE TABLE commitment_comment (
  id         TEXT PRIMARY KEY,
  commitment TEXT NOT NULL REFERENCES commitment (id),
  node       TEXT NOT NULL,
  agency     TEXT NOT NULL,
  at         TEXT NOT NULL,
  words      TEXT NOT NULL
);
CREATE INDEX commitment_comment_of ON commitment_comment (commitment);
-- Who accepted or cleared which words. What this node's own people did stands
-- from their deed on, whatever home shows.
CREATE TABLE commitment_assent (
  commitment TEXT NOT NULL REFERENCES commitment (id),
  node       TEXT NOT NULL,
  step       TEXT NOT NULL CHECK (step IN ('accept', 'clear')),
  revision   BIGINT NOT NULL,
  hash       TEXT NOT NULL,
  agency     TEXT NOT NULL,
  at         TEXT NOT NULL,
  PRIMARY KEY (commitment, node, step, revision)
);
-- What one side reported and what another answered.
CREATE TABLE commitment_report (
  id            TEXT PRIMARY KEY,
  commitment    TEXT NOT NULL REFERENCES commitment (id),
  node          TEXT NOT NULL,
  agency        TEXT NOT NULL,
  at            TEXT NOT NULL,
  completes     BOOLEAN NOT NULL,
  value         BIGINT NOT NULL,
  words         TEXT NOT NULL,
  evidence      TEXT NOT NULL,
  evidence_at   TEXT NOT NULL,
  answer        TEXT NOT NULL CHECK (answer IN ('', 'confirmed', 'disputed')),
  answer_node   TEXT NOT NULL,
  answer_agency TEXT NOT NULL,
  answer_words  TEXT NOT NULL,
  answered_at   TEXT NOT NULL,
  note          TEXT NOT NULL,
  answer_note   TEXT NOT NULL
);
CREATE INDEX commitment_report_of ON commitment_report (commitment);
-- Whom this node told that a commitment is late. Each side tells its own people.
CREATE TABLE commitment_escalation (
  commitment TEXT NOT NULL REFERENCES commitment (id),
  level      BIGINT NOT NULL,
  at         TEXT NOT NULL,
  agency     TEXT NOT NULL,
  user_id    TEXT NOT NULL,
  PRIMARY KEY (commitment, level, agency)
);
-- A version of a joint plan: the text that is signed, and its items by hash.
CREATE TABLE plan (
  id          TEXT PRIMARY KEY,
  agreement   TEXT NOT NULL REFERENCES agreement (id),
  version     BIGINT NOT NULL,
  n           BIGINT NOT NULL,
  made        TEXT NOT NULL,
  root        TEXT NOT NULL,
  statement   TEXT NOT NULL,
  from_node   TEXT NOT NULL,
  from_agency TEXT NOT NULL,
  reason      TEXT NOT NULL,
  was         TEXT NOT NULL,
  state       TEXT NOT NULL,
  machine     TEXT NOT NULL DEFAULT 'plan' CHECK (machine = 'plan'),
  in_force_at TEXT NOT NULL,
  attested_at TEXT NOT NULL,
  proved_at   TEXT NOT NULL DEFAULT '',
  proved_root TEXT NOT NULL DEFAULT '',
  UNIQUE (agreement, n),
  FOREIGN KEY (machine, was, state) REFERENCES flow_move (machine, was, state)
);
CREATE TABLE plan_item (
  plan       TEXT NOT NULL REFERENCES plan (id),
  number     BIGINT NOT NULL,
  commitment TEXT NOT NULL,
  revision   BIGINT NOT NULL,
  hash       TEXT NOT NULL,
  PRIMARY KEY (plan, number)
);
CREATE TABLE plan_signature (
  plan   TEXT NOT NULL REFERENCES plan (id),
  node   TEXT NOT NULL,
  agency TEXT NOT NULL,
  at     TEXT NOT NULL,
  note   TEXT NOT NULL,
  key    TEXT NOT NULL,
  PRIMARY KEY (plan, node)
);
-- What another party shows in the place of what stands here: both hashes, and
-- its words once it has shown them. It ends when both amount to the same again.
CREATE TABLE plan_difference (
  agreement  TEXT NOT NULL,
  node       TEXT NOT NULL,
  commitment TEXT NOT NULL,
  revision   BIGINT NOT NULL,
  ours       TEXT NOT NULL,
  theirs     TEXT NOT NULL,
  shown      TEXT NOT NULL,
  at         TEXT NOT NULL,
  settled_at TEXT NOT NULL,
  PRIMARY KEY (agreement, node, commitment, revision, theirs)
);
