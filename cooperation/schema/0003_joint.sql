-- +goose Up
-- What was asked of an object's home and is not taken yet, or was refused. body
-- is the command as somebody here wrote it; it holds no personal data.
CREATE TABLE joint_ask (
  envelope TEXT PRIMARY KEY,
  object   TEXT NOT NULL,
  verb     TEXT NOT NULL,
  body     TEXT NOT NULL,
  at       TEXT NOT NULL,
  why      TEXT NOT NULL
);
CREATE INDEX joint_ask_object ON joint_ask (object);
