-- +goose Up

-- One row per deed, look or refusal. Only codes: no name, no free text.
-- hash = SHA-256(0x00 || record), the record being the lines of doc.go.
CREATE TABLE ledger_entry (
	seq         BIGINT PRIMARY KEY CHECK (seq > 0),
	at          TEXT   NOT NULL,
	actor       TEXT   NOT NULL,
	verb        TEXT   NOT NULL,
	object      TEXT   NOT NULL,
	outcome     TEXT   NOT NULL,
	policy      TEXT   NOT NULL,
	cause       BIGINT NOT NULL CHECK (cause >= 0),
	detail_hash BYTEA  NOT NULL,
	prev        BYTEA  NOT NULL,
	hash        BYTEA  NOT NULL
);
CREATE INDEX ledger_entry_object ON ledger_entry (object, seq);
CREATE INDEX ledger_entry_actor ON ledger_entry (actor, seq);

-- What a deed changed, sealed by the vault. A row may be erased: its entry
-- holds SHA-256(salt || sealed) and stays provable without it.
CREATE TABLE ledger_detail (
	seq    BIGINT PRIMARY KEY,
	salt   BYTEA NOT NULL,
	sealed BYTEA NOT NULL
);

-- The Merkle tree over the records, by tlog.StoredHashIndex.
CREATE TABLE ledger_hash (
	pos  BIGINT PRIMARY KEY,
	hash BYTEA NOT NULL
);

-- Checkpoints that this node signed of its own history.
CREATE TABLE ledger_checkpoint (
	size BIGINT PRIMARY KEY,
	at   TEXT NOT NULL,
	note TEXT NOT NULL
);

-- How a partner stands towards our history: the size it says it holds, the
-- sizes it asks us to prove, and our largest checkpoint that it countersigned.
CREATE TABLE ledger_partner (
	partner   TEXT PRIMARY KEY,
	holds     BIGINT NOT NULL DEFAULT 0,
	asks      TEXT   NOT NULL DEFAULT '',
	agreed    BIGINT NOT NULL DEFAULT 0,
	agreed_at TEXT   NOT NULL DEFAULT '',
	note      TEXT   NOT NULL DEFAULT ''
);

-- The last checkpoint that each partner itself showed us, with our countersignature.
CREATE TABLE ledger_seen (
	node TEXT PRIMARY KEY,
	size BIGINT NOT NULL,
	at   TEXT NOT NULL,
	note TEXT NOT NULL
);

-- Checkpoints of a node that came by way of another, and whether the node has
-- proved that they belong to the history it shows us. asked is the size that our
-- answer accepted when it first put the question: a statement that starts from
-- there was made by somebody who knows of it.
CREATE TABLE ledger_question (
	node   TEXT NOT NULL,
	via    TEXT NOT NULL,
	size   BIGINT NOT NULL,
	root   BYTEA NOT NULL,
	note   TEXT NOT NULL,
	asked  BIGINT NOT NULL DEFAULT 0,
	proven BOOLEAN NOT NULL DEFAULT FALSE,
	PRIMARY KEY (node, via)
);

-- What was found against a history, with the two signed checkpoints that differ.
CREATE TABLE ledger_finding (
	kind    TEXT NOT NULL,
	node    TEXT NOT NULL,
	size    BIGINT NOT NULL,
	via     TEXT NOT NULL,
	at      TEXT NOT NULL,
	first   TEXT NOT NULL,
	second  TEXT NOT NULL,
	settled TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (kind, node, size)
);
