-- +goose Up
-- A referral: at its home in full, elsewhere as a mirror that its home moves.
CREATE TABLE referral (
  id           TEXT PRIMARY KEY,
  machine      TEXT NOT NULL DEFAULT 'referral' CHECK (machine = 'referral'),
  was          TEXT NOT NULL,
  state        TEXT NOT NULL,
  version      BIGINT NOT NULL,
  home         TEXT NOT NULL,
  from_node    TEXT NOT NULL,
  from_agency  TEXT NOT NULL,
  from_user    TEXT NOT NULL,
  to_node      TEXT NOT NULL,
  to_agency    TEXT NOT NULL,
  to_user      TEXT NOT NULL,
  person       TEXT NOT NULL,
  consent      TEXT NOT NULL,
  agreement    TEXT NOT NULL,
  purpose      TEXT NOT NULL,
  urgent       BOOLEAN NOT NULL,
  fields       TEXT NOT NULL,
  child        BOOLEAN NOT NULL,
  sex          TEXT NOT NULL,
  age_band     TEXT NOT NULL,
  citizenships TEXT NOT NULL,
  languages    TEXT NOT NULL,
  interpreter  BOOLEAN NOT NULL,
  needs        TEXT NOT NULL,
  reason       TEXT NOT NULL,
  suggested    TEXT NOT NULL,
  eta          TEXT NOT NULL,
  visits       BIGINT NOT NULL,
  due_at       TEXT NOT NULL,
  due_key      TEXT NOT NULL,
  since        TEXT NOT NULL,
  escalated_at TEXT NOT NULL,
  escalated_to TEXT NOT NULL,
  asked        TEXT NOT NULL,
  refused      TEXT NOT NULL,
  envelope     TEXT NOT NULL,
  package      TEXT NOT NULL,
  arrived_at   TEXT NOT NULL,
  opened_at    TEXT NOT NULL,
  packed_at    TEXT NOT NULL,
  read_at      TEXT NOT NULL,
  recall       TEXT NOT NULL,
  recall_basis TEXT NOT NULL,
  created_at   TEXT NOT NULL,
  FOREIGN KEY (machine, was, state) REFERENCES flow_move (machine, was, state)
);
CREATE INDEX referral_from ON referral (from_node, from_agency, id);
CREATE INDEX referral_to ON referral (to_node, to_agency, id);
CREATE INDEX referral_person ON referral (person);
CREATE INDEX referral_due ON referral (due_at);
-- What happened to it, in codes; words that people wrote are in the vault.
CREATE TABLE referral_event (
  id       TEXT PRIMARY KEY,
  referral TEXT NOT NULL REFERENCES referral (id),
  at       TEXT NOT NULL,
  verb     TEXT NOT NULL,
  state    TEXT NOT NULL,
  side     TEXT NOT NULL,
  code     TEXT NOT NULL,
  worded   BOOLEAN NOT NULL
);
CREATE INDEX referral_event_referral ON referral_event (referral, id);
