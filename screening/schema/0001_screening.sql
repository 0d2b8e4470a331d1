-- +goose Up
-- Where people are screened.
CREATE TABLE screening_post (
  id     TEXT PRIMARY KEY,
  agency TEXT NOT NULL,
  name   TEXT NOT NULL,
  place  TEXT NOT NULL,
  lat    TEXT NOT NULL,
  lon    TEXT NOT NULL,
  active BOOLEAN NOT NULL
);
-- An agency whose devices seal to it. The keys come from the node's secret.
CREATE TABLE screening_unit (
  id     TEXT PRIMARY KEY,
  agency TEXT NOT NULL UNIQUE,
  since  TEXT NOT NULL
);
CREATE TABLE screening_device (
  id          TEXT PRIMARY KEY,
  agency      TEXT NOT NULL,
  name        TEXT NOT NULL,
  post        TEXT NOT NULL,
  token       TEXT NOT NULL UNIQUE,
  enrolled_at TEXT NOT NULL,
  enrolled_by TEXT NOT NULL,
  revoked_at  TEXT NOT NULL,
  revoked_by  TEXT NOT NULL,
  reason      TEXT NOT NULL
);
-- When a device last spoke with the node: written outside any deed.
CREATE TABLE screening_seen (
  device TEXT PRIMARY KEY REFERENCES screening_device (id),
  at     TEXT NOT NULL
);
-- An officer on a device; the secret is sealed.
CREATE TABLE screening_credential (
  id      TEXT PRIMARY KEY,
  device  TEXT NOT NULL REFERENCES screening_device (id),
  user_id TEXT NOT NULL,
  secret  BYTEA NOT NULL,
  at      TEXT NOT NULL
);
-- A session of an officer on a device; what both ends know is sealed.
CREATE TABLE screening_session (
  id         TEXT PRIMARY KEY,
  agency     TEXT NOT NULL,
  credential TEXT NOT NULL REFERENCES screening_credential (id),
  secret     BYTEA NOT NULL,
  at         TEXT NOT NULL
);
-- A screening: what was written down of a talk, as codes. What names the person
-- is in the vault under its subject: the screening's own key, another one after
-- it has been forgotten.
CREATE TABLE screening (
  id           TEXT PRIMARY KEY,
  chain        TEXT NOT NULL UNIQUE,
  subject      TEXT NOT NULL,
  receipt      TEXT NOT NULL,
  agency       TEXT NOT NULL,
  device       TEXT NOT NULL,
  officer      TEXT NOT NULL,
  post         TEXT NOT NULL,
  list         TEXT NOT NULL,
  sex          TEXT NOT NULL,
  age_band     TEXT NOT NULL,
  age_in_doubt BOOLEAN NOT NULL,
  citizenships TEXT NOT NULL,
  languages    TEXT NOT NULL,
  company      TEXT NOT NULL,
  help         TEXT NOT NULL,
  outcome      TEXT NOT NULL,
  final        BOOLEAN NOT NULL,
  duress       BOOLEAN NOT NULL,
  started_at   TEXT NOT NULL,
  finished_at  TEXT NOT NULL,
  received_at  TEXT NOT NULL,
  person       TEXT NOT NULL,
  raised       TEXT NOT NULL,
  met_at       TEXT NOT NULL,
  forgotten_at TEXT NOT NULL,
  changed_at   TEXT NOT NULL
);
CREATE INDEX screening_agency ON screening (agency, id);
CREATE INDEX screening_post_at ON screening (post, started_at);
CREATE INDEX screening_person ON screening (person);
CREATE INDEX screening_device_of ON screening (device, id);
-- A revision: what was set at one moment. sealed is kept only while it waits or
-- is held; parents are the revisions that its writer knew.
CREATE TABLE screening_revision (
  id        TEXT PRIMARY KEY,
  screening TEXT NOT NULL REFERENCES screening (id),
  parents   TEXT NOT NULL,
  state     TEXT NOT NULL CHECK (state IN ('taken', 'waiting', 'held', 'discarded')),
  why       TEXT NOT NULL,
  device    TEXT NOT NULL,
  officer   TEXT NOT NULL,
  fields    TEXT NOT NULL,
  rev       BIGINT NOT NULL,
  at        TEXT NOT NULL,
  taken_at  TEXT NOT NULL,
  sealed    BYTEA NOT NULL
);
CREATE INDEX screening_revision_of ON screening_revision (screening, state);
-- The value of a field, and the revision that set it. value is empty for what is sealed.
CREATE TABLE screening_value (
  screening TEXT NOT NULL REFERENCES screening (id),
  field     TEXT NOT NULL,
  value     TEXT NOT NULL,
  set_by    TEXT NOT NULL,
  PRIMARY KEY (screening, field)
);
-- A field that was changed in two places: neither value is lost.
CREATE TABLE screening_conflict (
  id         TEXT PRIMARY KEY,
  screening  TEXT NOT NULL REFERENCES screening (id),
  field      TEXT NOT NULL,
  value      TEXT NOT NULL,
  set_by     TEXT NOT NULL,
  settled_at TEXT NOT NULL,
  settled_by TEXT NOT NULL
);
CREATE INDEX screening_conflict_of ON screening_conflict (screening, settled_at);
