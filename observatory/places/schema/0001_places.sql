-- +goose Up
-- Places that an agency put on the map, in thousandths of a degree. The kinds are a
-- closed list on which no place of protection stands; a public shelter is told to a
-- hundredth. post is the screening post that it is, or empty.
CREATE TABLE places_place (
  id        TEXT PRIMARY KEY,
  agency    TEXT NOT NULL,
  country   TEXT NOT NULL,
  region    TEXT NOT NULL,
  kind      TEXT NOT NULL CHECK (kind IN ('post', 'crossing', 'reception', 'office', 'public-shelter', 'town')),
  name      TEXT NOT NULL,
  post      TEXT NOT NULL CHECK ((post = '') = (kind <> 'post')),
  lat       BIGINT NOT NULL CHECK (lat BETWEEN -90000 AND 90000),
  lon       BIGINT NOT NULL CHECK (lon BETWEEN -180000 AND 180000),
  certainty TEXT NOT NULL CHECK (certainty IN ('sure', 'near', 'rough')),
  source    TEXT NOT NULL,
  dated     TEXT NOT NULL,
  moved_at  TEXT NOT NULL,
  closed_at TEXT NOT NULL,
  CHECK (kind <> 'public-shelter' OR (lat % 10 = 0 AND lon % 10 = 0))
);
CREATE UNIQUE INDEX places_place_of_post ON places_place (post) WHERE post <> '';
-- What an institution said of a risk at a place. All words of one risk share their
-- factor; replaced_at is when a later word took the place of this one.
CREATE TABLE places_word (
  id           TEXT PRIMARY KEY,
  factor       TEXT NOT NULL,
  deed         TEXT NOT NULL CHECK (deed IN ('reported', 'corrected', 'ended')),
  agency       TEXT NOT NULL,
  place        TEXT NOT NULL,
  country      TEXT NOT NULL,
  municipality TEXT NOT NULL,
  kind         TEXT NOT NULL CHECK (kind IN ('armed-group', 'organised-crime', 'illegal-economy', 'border-closed', 'road-closed', 'other')),
  since        TEXT NOT NULL,
  until        TEXT NOT NULL,
  words        TEXT NOT NULL,
  source       TEXT NOT NULL,
  dated        TEXT NOT NULL,
  said_at      TEXT NOT NULL,
  replaced_at  TEXT NOT NULL,
  CHECK ((place = '') <> (municipality = ''))
);
CREATE UNIQUE INDEX places_word_stands ON places_word (factor) WHERE replaced_at = '';
-- That an institution has seen that a risk still holds.
CREATE TABLE places_confirmation (
  id      TEXT PRIMARY KEY,
  factor  TEXT NOT NULL,
  agency  TEXT NOT NULL,
  source  TEXT NOT NULL,
  dated   TEXT NOT NULL,
  said_at TEXT NOT NULL
);
CREATE INDEX places_confirmation_of ON places_confirmation (factor, said_at);
