-- +goose Up
-- A call for help as it stands with one team, in codes. What people wrote is in
-- the vault, under the person's key or, where there is no file, the alert's own.
CREATE TABLE response_alert (
  id          TEXT PRIMARY KEY,
  machine     TEXT NOT NULL DEFAULT 'alert' CHECK (machine = 'alert'),
  was         TEXT NOT NULL,
  state       TEXT NOT NULL,
  incident    TEXT NOT NULL,
  handed_from TEXT NOT NULL,
  kind        TEXT NOT NULL,
  team        TEXT NOT NULL CHECK (team <> ''),
  screening   TEXT NOT NULL,
  person      TEXT NOT NULL,
  post        TEXT NOT NULL,
  place       TEXT NOT NULL,
  child       BOOLEAN NOT NULL,
  alone       BOOLEAN NOT NULL,
  count       BIGINT NOT NULL,
  needs       TEXT NOT NULL,
  by_whom     TEXT NOT NULL,
  by_agency   TEXT NOT NULL,
  officer     TEXT NOT NULL,
  round       BIGINT NOT NULL,
  level       BIGINT NOT NULL,
  reason      TEXT NOT NULL,
  raised_at   TEXT NOT NULL,
  since       TEXT NOT NULL,
  due_at      TEXT NOT NULL,
  due_key     TEXT NOT NULL,
  home        TEXT NOT NULL,
  crossing    TEXT NOT NULL,
  why         TEXT NOT NULL,
  contact     TEXT NOT NULL,
  sent_at     TEXT NOT NULL,
  envelope    TEXT NOT NULL,
  FOREIGN KEY (machine, was, state) REFERENCES flow_move (machine, was, state)
);
CREATE INDEX response_alert_team ON response_alert (team, state, raised_at);
CREATE INDEX response_alert_incident ON response_alert (incident);
CREATE INDEX response_alert_person ON response_alert (person);
CREATE INDEX response_alert_due ON response_alert (due_at);
CREATE INDEX response_alert_screening ON response_alert (screening);
CREATE INDEX response_alert_by ON response_alert (by_agency, id);
CREATE TABLE response_event (
  id     TEXT PRIMARY KEY,
  alert  TEXT NOT NULL REFERENCES response_alert (id),
  at     TEXT NOT NULL,
  verb   TEXT NOT NULL,
  state  TEXT NOT NULL,
  actor  TEXT NOT NULL,
  code   TEXT NOT NULL,
  worded BOOLEAN NOT NULL
);
CREATE INDEX response_event_alert ON response_event (alert, id);
-- Who was told, at which step of the alert and how far up the chain.
CREATE TABLE response_told (
  alert   TEXT NOT NULL REFERENCES response_alert (id),
  round   BIGINT NOT NULL,
  level   BIGINT NOT NULL,
  user_id TEXT NOT NULL,
  at      TEXT NOT NULL,
  PRIMARY KEY (alert, round, level, user_id)
);
CREATE INDEX response_told_user ON response_told (user_id);
-- What was done first, or why it could not be. Nobody is lodged in a cell: the
-- words for one are not in this list, and no other is taken.
CREATE TABLE response_measure (
  id      TEXT PRIMARY KEY,
  alert   TEXT NOT NULL REFERENCES response_alert (id),
  kind    TEXT NOT NULL,
  lodging TEXT NOT NULL CHECK (lodging IN ('', 'shelter', 'child-home', 'foster-family', 'hotel', 'hospital', 'open-reception', 'family', 'safe-flat')),
  why     TEXT NOT NULL,
  at      TEXT NOT NULL,
  by_whom TEXT NOT NULL
);
CREATE INDEX response_measure_alert ON response_measure (alert);
CREATE TABLE response_shift (
  id         TEXT PRIMARY KEY,
  agency     TEXT NOT NULL,
  user_id    TEXT NOT NULL,
  rank       TEXT NOT NULL CHECK (rank IN ('first', 'second')),
  starts     TEXT NOT NULL,
  ends       TEXT NOT NULL CHECK (ends > starts),
  planned_by TEXT NOT NULL,
  dropped_at TEXT NOT NULL DEFAULT ''
);
CREATE INDEX response_shift_agency ON response_shift (agency, starts);
CREATE TABLE response_team (
  agency TEXT PRIMARY KEY,
  head   TEXT NOT NULL
);
-- Holes in a roster of which somebody was warned.
CREATE TABLE response_gap (
  id     TEXT PRIMARY KEY,
  agency TEXT NOT NULL,
  starts TEXT NOT NULL,
  until  TEXT NOT NULL,
  at     TEXT NOT NULL
);
CREATE INDEX response_gap_agency ON response_gap (agency, until);
CREATE TABLE response_handover (
  id           TEXT PRIMARY KEY,
  machine      TEXT NOT NULL DEFAULT 'handover' CHECK (machine = 'handover'),
  was          TEXT NOT NULL,
  state        TEXT NOT NULL,
  agency       TEXT NOT NULL,
  from_user    TEXT NOT NULL,
  to_user      TEXT NOT NULL,
  alerts       TEXT NOT NULL,
  at           TEXT NOT NULL,
  confirmed_at TEXT NOT NULL,
  worded       BOOLEAN NOT NULL,
  FOREIGN KEY (machine, was, state) REFERENCES flow_move (machine, was, state)
);
CREATE INDEX response_handover_agency ON response_handover (agency, state);
-- What went to another country's team, as home knows it: codes only.
CREATE TABLE response_crossing (
  id        TEXT PRIMARY KEY,
  alert     TEXT NOT NULL REFERENCES response_alert (id),
  node      TEXT NOT NULL,
  agreement TEXT NOT NULL,
  envelope  TEXT NOT NULL,
  why       TEXT NOT NULL,
  place     TEXT NOT NULL,
  count     BIGINT NOT NULL,
  child     BOOLEAN NOT NULL,
  needs     TEXT NOT NULL,
  urgent    BOOLEAN NOT NULL,
  state     TEXT NOT NULL,
  version   BIGINT NOT NULL,
  team      TEXT NOT NULL,
  contact   TEXT NOT NULL,
  refused   TEXT NOT NULL,
  sent_at   TEXT NOT NULL,
  state_at  TEXT NOT NULL,
  due_at    TEXT NOT NULL,
  late_at   TEXT NOT NULL,
  called_at TEXT NOT NULL
);
CREATE INDEX response_crossing_alert ON response_crossing (alert);
CREATE INDEX response_crossing_due ON response_crossing (due_at);
