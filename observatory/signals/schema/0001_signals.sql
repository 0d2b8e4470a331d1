-- +goose Up
-- A signal: something changed in a series of monthly figures. figures is what was
-- said when it was first signalled; of people there are only numbers in it, and
-- none under the least that is shown. A partner's stands here as it was sent.
CREATE TABLE signal (
  id         TEXT PRIMARY KEY,
  node       TEXT NOT NULL,
  series     TEXT NOT NULL,
  grp        TEXT NOT NULL,
  direction  TEXT NOT NULL,
  since      TEXT NOT NULL,
  month      TEXT NOT NULL,
  latest     TEXT NOT NULL,
  ended      TEXT NOT NULL,
  figures    TEXT NOT NULL,
  quietly    BOOLEAN NOT NULL,
  pass       TEXT NOT NULL,
  at         TEXT NOT NULL,
  changed_at TEXT NOT NULL,
  version    BIGINT NOT NULL,
  was        TEXT NOT NULL,
  state      TEXT NOT NULL,
  machine    TEXT NOT NULL DEFAULT 'signals' CHECK (machine = 'signals'),
  CHECK ((state = 'over') <= (ended <> '')),
  FOREIGN KEY (machine, was, state) REFERENCES flow_move (machine, was, state)
);
-- The same change is one signal.
CREATE UNIQUE INDEX signal_once ON signal (node, series, grp, direction, month);
CREATE INDEX signal_month ON signal (month);
-- What people said of a signal: what it was, or that it was nothing.
CREATE TABLE signal_note (
  id     TEXT PRIMARY KEY,
  signal TEXT NOT NULL REFERENCES signal (id),
  verb   TEXT NOT NULL,
  words  TEXT NOT NULL,
  source TEXT NOT NULL,
  by_user TEXT NOT NULL,
  at     TEXT NOT NULL
);
CREATE INDEX signal_note_signal ON signal_note (signal);
-- The last look at each series: of what, and the lines that are drawn of it.
CREATE TABLE signal_series (
  series  TEXT PRIMARY KEY,
  stamp   TEXT NOT NULL,
  made_at TEXT NOT NULL,
  body    TEXT NOT NULL
);
