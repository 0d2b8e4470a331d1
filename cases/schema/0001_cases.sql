-- +goose Up
-- A person under a pseudonym. Everything here is a code; what identifies them
-- is in the vault under the same id.
CREATE TABLE person (
  id           TEXT PRIMARY KEY,
  ref          TEXT NOT NULL UNIQUE,
  agency       TEXT NOT NULL,
  sex          TEXT NOT NULL,
  age_band     TEXT NOT NULL,
  age_in_doubt BOOLEAN NOT NULL,
  citizenships TEXT NOT NULL,
  languages    TEXT NOT NULL,
  interpreter  BOOLEAN NOT NULL,
  forms        TEXT NOT NULL,
  needs        TEXT NOT NULL,
  place        TEXT NOT NULL,
  origin       TEXT NOT NULL,
  origin_id    TEXT NOT NULL,
  created_at   TEXT NOT NULL,
  created_by   TEXT NOT NULL,
  erased_at    TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX person_origin ON person (agency, origin, origin_id) WHERE origin_id <> '';
CREATE INDEX person_agency ON person (agency, created_at);
-- What an authority of one country decided. Nothing carries it to another.
CREATE TABLE person_status (
  id          TEXT PRIMARY KEY,
  person      TEXT NOT NULL REFERENCES person (id),
  country     TEXT NOT NULL,
  authority   TEXT NOT NULL,
  status      TEXT NOT NULL,
  legal_basis TEXT NOT NULL,
  decided_on  TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  recorded_by TEXT NOT NULL
);
CREATE INDEX person_status_person ON person_status (person);
-- What the person agreed to: this purpose, this receiver, these groups of fields.
CREATE TABLE person_consent (
  id          TEXT PRIMARY KEY,
  person      TEXT NOT NULL REFERENCES person (id),
  purpose     TEXT NOT NULL,
  to_node     TEXT NOT NULL,
  to_agency   TEXT NOT NULL,
  groups      TEXT NOT NULL,
  language    TEXT NOT NULL,
  way         TEXT NOT NULL,
  guardian    TEXT NOT NULL,
  assent      BOOLEAN NOT NULL,
  given_at    TEXT NOT NULL,
  expires_at  TEXT NOT NULL,
  withdrawn_at TEXT NOT NULL DEFAULT '',
  recorded_by TEXT NOT NULL
);
CREATE INDEX person_consent_person ON person_consent (person);
CREATE TABLE person_risk (
  id      TEXT PRIMARY KEY,
  person  TEXT NOT NULL REFERENCES person (id),
  level   TEXT NOT NULL,
  factors TEXT NOT NULL,
  at      TEXT NOT NULL,
  by_whom TEXT NOT NULL
);
CREATE INDEX person_risk_person ON person_risk (person);
-- That a child's best interests were weighed, by whom, and who is guardian.
CREATE TABLE person_best_interests (
  id        TEXT PRIMARY KEY,
  person    TEXT NOT NULL REFERENCES person (id),
  authority TEXT NOT NULL,
  guardian  TEXT NOT NULL,
  outcome   TEXT NOT NULL,
  at        TEXT NOT NULL,
  by_whom   TEXT NOT NULL
);
CREATE INDEX person_best_interests_person ON person_best_interests (person);
-- Who may open the file: those assigned, and for an hour those who broke the glass.
CREATE TABLE person_assignment (
  person TEXT NOT NULL REFERENCES person (id),
  user_id TEXT NOT NULL,
  since  TEXT NOT NULL,
  by_whom TEXT NOT NULL,
  PRIMARY KEY (person, user_id)
);
CREATE INDEX person_assignment_user ON person_assignment (user_id);
CREATE TABLE person_glass (
  id          TEXT PRIMARY KEY,
  person      TEXT NOT NULL REFERENCES person (id),
  agency      TEXT NOT NULL,
  user_id     TEXT NOT NULL,
  at          TEXT NOT NULL,
  until       TEXT NOT NULL,
  reviewed_at TEXT NOT NULL DEFAULT '',
  reviewed_by TEXT NOT NULL DEFAULT '',
  verdict     TEXT NOT NULL DEFAULT ''
);
CREATE INDEX person_glass_person ON person_glass (person);
