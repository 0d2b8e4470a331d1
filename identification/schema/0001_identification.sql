-- +goose Up
-- The formal identification of a person. Codes only: the words of votes and
-- decisions are in the vault under the person's key.
CREATE TABLE identification (
  id           TEXT PRIMARY KEY,
  machine      TEXT NOT NULL CHECK (machine IN ('identification-resolution', 'identification-ruling', 'identification-assistance')),
  was          TEXT NOT NULL,
  state        TEXT NOT NULL,
  person       TEXT NOT NULL REFERENCES person (id),
  agency       TEXT NOT NULL,
  known_at     TEXT NOT NULL,
  origin       TEXT NOT NULL,
  origin_id    TEXT NOT NULL,
  round        BIGINT NOT NULL,
  due_at       TEXT NOT NULL,
  due_key      TEXT NOT NULL,
  since        TEXT NOT NULL,
  stopped_at   TEXT NOT NULL,
  escalated_at TEXT NOT NULL,
  escalated_to TEXT NOT NULL,
  created_at   TEXT NOT NULL,
  created_by   TEXT NOT NULL,
  FOREIGN KEY (machine, was, state) REFERENCES flow_move (machine, was, state)
);
CREATE INDEX identification_person ON identification (person);
CREATE INDEX identification_agency ON identification (agency, state);
-- Who sits in a team: an agency, or a user by name.
CREATE TABLE identification_member (
  team   TEXT NOT NULL,
  member TEXT NOT NULL,
  since  TEXT NOT NULL,
  by_whom TEXT NOT NULL,
  PRIMARY KEY (team, member)
);
-- The team as it stood when a procedure was opened; later members are added, and
-- none is taken away, so that nobody makes a quorum by unseating.
CREATE TABLE identification_seat (
  procedure_id TEXT NOT NULL REFERENCES identification (id),
  member       TEXT NOT NULL,
  since        TEXT NOT NULL,
  PRIMARY KEY (procedure_id, member)
);
CREATE INDEX identification_seat_member ON identification_seat (member);
-- Every vote that was ever given. The last of a seat in a round counts.
CREATE TABLE identification_vote (
  id           TEXT PRIMARY KEY,
  procedure_id TEXT NOT NULL,
  round        BIGINT NOT NULL,
  member       TEXT NOT NULL,
  voter        TEXT NOT NULL,
  choice       TEXT NOT NULL CHECK (choice IN ('accredit', 'not-accredit')),
  at           TEXT NOT NULL,
  FOREIGN KEY (procedure_id, member) REFERENCES identification_seat (procedure_id, member)
);
CREATE INDEX identification_vote_procedure ON identification_vote (procedure_id, round);
-- What was decided, with how the votes stood.
CREATE TABLE identification_decision (
  id           TEXT PRIMARY KEY,
  procedure_id TEXT NOT NULL REFERENCES identification (id),
  round        BIGINT NOT NULL,
  verb         TEXT NOT NULL,
  state        TEXT NOT NULL,
  number       TEXT NOT NULL,
  law          TEXT NOT NULL,
  status       TEXT NOT NULL,
  protections  TEXT NOT NULL,
  seats        BIGINT NOT NULL,
  in_favour    BIGINT NOT NULL,
  against      BIGINT NOT NULL,
  dissent      TEXT NOT NULL,
  until        TEXT NOT NULL,
  at           TEXT NOT NULL,
  by_whom      TEXT NOT NULL,
  agency       TEXT NOT NULL
);
CREATE INDEX identification_decision_procedure ON identification_decision (procedure_id);
CREATE UNIQUE INDEX identification_decision_number ON identification_decision (agency, number) WHERE number <> '';
-- That the person was told a decision in a language and form they understand.
CREATE TABLE identification_told (
  id           TEXT PRIMARY KEY,
  procedure_id TEXT NOT NULL REFERENCES identification (id),
  decision     TEXT NOT NULL REFERENCES identification_decision (id),
  language     TEXT NOT NULL,
  way          TEXT NOT NULL,
  at           TEXT NOT NULL,
  by_whom      TEXT NOT NULL
);
CREATE INDEX identification_told_procedure ON identification_told (procedure_id);
-- What was given to the person while it ran.
CREATE TABLE identification_measure (
  id           TEXT PRIMARY KEY,
  procedure_id TEXT NOT NULL REFERENCES identification (id),
  state        TEXT NOT NULL,
  need         TEXT NOT NULL,
  provider     TEXT NOT NULL,
  at           TEXT NOT NULL,
  by_whom      TEXT NOT NULL
);
CREATE INDEX identification_measure_procedure ON identification_measure (procedure_id);
CREATE TABLE identification_child_authority (
  procedure_id TEXT NOT NULL REFERENCES identification (id),
  agency       TEXT NOT NULL,
  at           TEXT NOT NULL,
  PRIMARY KEY (procedure_id, agency)
);
CREATE INDEX identification_child_authority_agency ON identification_child_authority (agency);
-- Time that is the person's own. It never ends before least, unless the person
-- chose so: then chosen says why, and the database holds to it.
CREATE TABLE identification_reflection (
  id           TEXT PRIMARY KEY,
  procedure_id TEXT NOT NULL REFERENCES identification (id),
  person       TEXT NOT NULL REFERENCES person (id),
  starts       TEXT NOT NULL,
  least        TEXT NOT NULL,
  until        TEXT NOT NULL,
  ended_at     TEXT NOT NULL DEFAULT '',
  chosen       TEXT NOT NULL DEFAULT '',
  language     TEXT NOT NULL DEFAULT '',
  way          TEXT NOT NULL DEFAULT '',
  by_whom      TEXT NOT NULL,
  CHECK (until >= least),
  CHECK (ended_at = '' OR chosen <> '')
);
CREATE INDEX identification_reflection_person ON identification_reflection (person);
-- Justice asking to meet a person. Those who accompany the person answer.
CREATE TABLE identification_contact (
  id        TEXT PRIMARY KEY,
  person    TEXT NOT NULL REFERENCES person (id),
  agency    TEXT NOT NULL,
  user_id   TEXT NOT NULL,
  consent   TEXT NOT NULL,
  at        TEXT NOT NULL,
  answer    TEXT NOT NULL DEFAULT '' CHECK (answer IN ('', 'arranged', 'declined', 'not-now', 'withdrawn')),
  answered_at TEXT NOT NULL DEFAULT ''
);
CREATE INDEX identification_contact_person ON identification_contact (person);
CREATE INDEX identification_contact_user ON identification_contact (user_id);
