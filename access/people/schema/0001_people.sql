-- +goose Up
CREATE TABLE people_agency (
	id      TEXT PRIMARY KEY,
	code    TEXT NOT NULL UNIQUE,
	name    TEXT NOT NULL,
	kind    TEXT NOT NULL CHECK (kind IN ('national-committee', 'migration', 'police', 'border-police', 'prosecutor',
		'ombudsman', 'foreign-ministry', 'labour', 'womens-ministry', 'child-authority', 'health', 'shelter',
		'un-observer', 'response-team')),
	place   TEXT NOT NULL DEFAULT '',
	contact TEXT NOT NULL DEFAULT '',
	active  BOOLEAN NOT NULL DEFAULT TRUE
);

-- name is the chosen sign-in name; the full name and the e-mail are in the vault.
CREATE TABLE people_user (
	id         TEXT PRIMARY KEY,
	name       TEXT NOT NULL UNIQUE,
	agency     TEXT NOT NULL REFERENCES people_agency (id),
	roles      TEXT NOT NULL,
	lang       TEXT NOT NULL,
	state      TEXT NOT NULL CHECK (state IN ('active', 'disabled')),
	must_enrol BOOLEAN NOT NULL,
	created    TEXT NOT NULL
);
CREATE INDEX people_user_agency ON people_user (agency);

-- Who gets what is overdue in an agency.
CREATE TABLE people_escalation (
	agency  TEXT PRIMARY KEY REFERENCES people_agency (id),
	user_id TEXT NOT NULL REFERENCES people_user (id)
);

-- One way in, or a part of one. secret is sealed under the user's key, handle
-- finds the row: a passkey's credential id, the hash of a recovery code.
CREATE TABLE people_credential (
	id      TEXT PRIMARY KEY,
	user_id TEXT NOT NULL REFERENCES people_user (id),
	kind    TEXT NOT NULL CHECK (kind IN ('password', 'totp', 'totp-pending', 'passkey', 'recovery')),
	handle  TEXT NOT NULL,
	secret  BYTEA,
	step    BIGINT NOT NULL DEFAULT 0,
	created TEXT NOT NULL,
	used    TEXT NOT NULL DEFAULT '',
	UNIQUE (kind, handle)
);
CREATE INDEX people_credential_user ON people_credential (user_id, kind);

CREATE TABLE people_session (
	id         TEXT PRIMARY KEY,
	token      TEXT NOT NULL UNIQUE,
	user_id    TEXT NOT NULL REFERENCES people_user (id),
	purpose    TEXT NOT NULL CHECK (purpose IN ('work', 'enrol')),
	created    TEXT NOT NULL,
	seen       TEXT NOT NULL,
	idle_until TEXT NOT NULL,
	expires    TEXT NOT NULL,
	agent      TEXT NOT NULL
);
CREATE INDEX people_session_user ON people_session (user_id);

-- A bearer token for programs. hash is empty until its secret has been shown.
CREATE TABLE people_token (
	id      TEXT PRIMARY KEY,
	user_id TEXT NOT NULL REFERENCES people_user (id),
	name    TEXT NOT NULL,
	scope   TEXT NOT NULL,
	hash    TEXT NOT NULL DEFAULT '',
	created TEXT NOT NULL,
	expires TEXT NOT NULL,
	used    TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX people_token_hash ON people_token (hash) WHERE hash <> '';
CREATE INDEX people_token_user ON people_token (user_id);

-- How often an account, a known browser or a network address has failed, and
-- until when it waits.
CREATE TABLE people_lock (
	subject  TEXT PRIMARY KEY,
	failures BIGINT NOT NULL,
	last     TEXT NOT NULL,
	until    TEXT NOT NULL
);

-- A browser in which an account has signed in before.
CREATE TABLE people_device (
	token   TEXT PRIMARY KEY,
	user_id TEXT NOT NULL REFERENCES people_user (id),
	seen    TEXT NOT NULL
);

-- A one-time code with which an account sets up its ways in. code is empty
-- until it has been shown.
CREATE TABLE people_invite (
	user_id TEXT PRIMARY KEY REFERENCES people_user (id),
	code    TEXT NOT NULL DEFAULT '',
	created TEXT NOT NULL,
	expires TEXT NOT NULL
);
CREATE UNIQUE INDEX people_invite_code ON people_invite (code) WHERE code <> '';

-- Passkey ceremonies that have been answered, until they are too old to be
-- answered again.
CREATE TABLE people_answered (
	ceremony TEXT PRIMARY KEY,
	expires  TEXT NOT NULL
);
