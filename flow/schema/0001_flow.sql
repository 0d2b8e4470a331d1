-- +goose Up
-- The legal moves of every state machine, seeded from its table in Go.
CREATE TABLE flow_move (
  machine TEXT NOT NULL,
  was     TEXT NOT NULL,
  state   TEXT NOT NULL,
  PRIMARY KEY (machine, was, state)
);
