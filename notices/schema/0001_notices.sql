-- +goose Up
-- What somebody is to be told. kind is a code, path an address of opaque ids on
-- this node. next_at is when it is to be said, or said again; said is how often it
-- was; done_at is when it was opened, or needed nobody any more.
CREATE TABLE notice (
	id      TEXT PRIMARY KEY,
	user_id TEXT NOT NULL REFERENCES people_user (id),
	kind    TEXT NOT NULL,
	path    TEXT NOT NULL,
	at      TEXT NOT NULL,
	next_at TEXT NOT NULL,
	said    BIGINT NOT NULL DEFAULT 0,
	done_at TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX notice_open ON notice (user_id, kind, path) WHERE done_at = '';
CREATE INDEX notice_next ON notice (next_at) WHERE next_at <> '';
CREATE INDEX notice_path ON notice (path) WHERE done_at = '';
CREATE INDEX notice_old ON notice (at);

-- Where somebody is told. The address or subscription is in the vault, under the
-- channel's own id. why is a code that says why it is used no more.
CREATE TABLE notice_channel (
	id         TEXT PRIMARY KEY,
	user_id    TEXT NOT NULL REFERENCES people_user (id),
	way        TEXT NOT NULL CHECK (way IN ('mail', 'push')),
	state      TEXT NOT NULL CHECK (state IN ('unconfirmed', 'open', 'refused')),
	created    TEXT NOT NULL,
	code_until TEXT NOT NULL DEFAULT '',
	used       TEXT NOT NULL DEFAULT '',
	why        TEXT NOT NULL DEFAULT ''
);
CREATE INDEX notice_channel_user ON notice_channel (user_id);

-- When somebody is told only what is urgent, by the clocks of the node's country.
CREATE TABLE notice_quiet (
	user_id TEXT PRIMARY KEY REFERENCES people_user (id),
	begins  TEXT NOT NULL,
	ends    TEXT NOT NULL
);

-- What goes to one channel at one time: the outbox. due is when it is tried next;
-- while it is being sent, until when nobody else tries it.
CREATE TABLE notice_message (
	id      TEXT PRIMARY KEY,
	user_id TEXT NOT NULL REFERENCES people_user (id),
	channel TEXT NOT NULL,
	way     TEXT NOT NULL CHECK (way IN ('mail', 'push')),
	what    TEXT NOT NULL CHECK (what IN ('notices', 'code', 'test')),
	urgent  BOOLEAN NOT NULL,
	at      TEXT NOT NULL,
	due     TEXT NOT NULL,
	tries   BIGINT NOT NULL DEFAULT 0,
	state   TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'shown', 'dropped', 'given-up')),
	why     TEXT NOT NULL DEFAULT '',
	done_at TEXT NOT NULL DEFAULT ''
);
CREATE INDEX notice_message_due ON notice_message (way, due) WHERE state = 'waiting';
CREATE INDEX notice_message_user ON notice_message (user_id, at);
CREATE INDEX notice_message_old ON notice_message (at);

-- Which notices a message says.
CREATE TABLE notice_said (
	message TEXT NOT NULL REFERENCES notice_message (id) ON DELETE CASCADE,
	notice  TEXT NOT NULL REFERENCES notice (id) ON DELETE CASCADE,
	PRIMARY KEY (message, notice)
);
CREATE INDEX notice_said_notice ON notice_said (notice);
