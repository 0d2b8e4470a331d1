-- +goose Up

-- A node that we exchange with. A row is never deleted: it says how far both
-- sides had got, should they meet again.
CREATE TABLE exchange_partner (
	node               TEXT   PRIMARY KEY,
	state              TEXT   NOT NULL CHECK (state IN ('active', 'suspended', 'removed')),
	card               BYTEA  NOT NULL, -- signed by the partner
	tls                TEXT   NOT NULL, -- hash of its TLS key, hexadecimal
	pairing            TEXT   NOT NULL, -- hash of both sides' keys: new keys, new streams
	posted             BIGINT NOT NULL DEFAULT 0, -- messages posted to it so far
	out_seq            BIGINT NOT NULL DEFAULT 0, -- our last envelope taken for dispatch
	out_leaf           BYTEA  NOT NULL,
	out_heard          BIGINT NOT NULL DEFAULT 0, -- how far it says it has them
	in_seq             BIGINT NOT NULL DEFAULT 0, -- its last envelope settled here
	in_leaf            BYTEA  NOT NULL,
	receipts_out       BIGINT NOT NULL DEFAULT 0, -- our last receipt for it
	receipts_out_heard BIGINT NOT NULL DEFAULT 0,
	receipts_in        BIGINT NOT NULL DEFAULT 0, -- its last receipt heard here
	receipts_in_leaf   BYTEA  NOT NULL,
	said               TEXT   NOT NULL DEFAULT '', -- when its newest bundle was made, by its clock
	contact            TEXT   NOT NULL DEFAULT '', -- when it was last heard, by ours
	skew               BIGINT NOT NULL DEFAULT 0, -- its clock less ours, milliseconds
	trouble            TEXT   NOT NULL DEFAULT '', -- what is wrong now, a translation key
	trouble_at         TEXT   NOT NULL DEFAULT '',
	answer             BYTEA, -- to its last ledger statement, to be said to it
	agreed             BIGINT NOT NULL DEFAULT 0, -- size of our ledger that it has countersigned
	agreed_at          TEXT   NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX exchange_partner_tls ON exchange_partner (tls);

-- What was posted. A message waits without a number until it is taken.
CREATE TABLE exchange_outbox (
	id        TEXT   PRIMARY KEY,
	node      TEXT   NOT NULL REFERENCES exchange_partner (node),
	place     BIGINT NOT NULL, -- order of posting
	state     TEXT   NOT NULL CHECK (state IN ('waiting', 'taken', 'heard', 'recalled', 'stopped')),
	agreement TEXT   NOT NULL,
	purpose   TEXT   NOT NULL,
	verb      TEXT   NOT NULL,
	about     TEXT   NOT NULL,
	at        TEXT   NOT NULL,
	seal      BYTEA  NOT NULL, -- SHA-256 of the sealed body
	content   BYTEA  NOT NULL,
	body      BYTEA,           -- sealed to the partner; NULL once heard or recalled
	pairing   TEXT   NOT NULL, -- whose keys it is sealed to
	seq       BIGINT,          -- NULL until taken
	prev      BYTEA,
	leaf      BYTEA,
	taken     TEXT   NOT NULL DEFAULT '',
	why       TEXT   NOT NULL DEFAULT '' -- what stopped it, a translation key
);
CREATE UNIQUE INDEX exchange_outbox_seq ON exchange_outbox (pairing, seq);
CREATE INDEX exchange_outbox_about ON exchange_outbox (about);
CREATE INDEX exchange_outbox_waiting ON exchange_outbox (node, place) WHERE state = 'waiting';

-- What arrived. A row in a settled state is the claim on its envelope's id.
CREATE TABLE exchange_inbox (
	pairing TEXT   NOT NULL,
	seq     BIGINT NOT NULL,
	node    TEXT   NOT NULL REFERENCES exchange_partner (node),
	id      TEXT   NOT NULL,
	state   TEXT   NOT NULL CHECK (state IN ('held', 'done', 'refused', 'repeated', 'replayed')),
	about   TEXT   NOT NULL,
	rung    TEXT   NOT NULL DEFAULT '',
	kind    TEXT   NOT NULL DEFAULT '',
	why     TEXT   NOT NULL DEFAULT '',
	content BYTEA  NOT NULL,
	leaf    BYTEA  NOT NULL,
	record  BYTEA  NOT NULL,
	body    BYTEA, -- sealed, while held
	arrived TEXT   NOT NULL,
	bundle  TEXT   NOT NULL,
	place   BIGINT NOT NULL, -- in the bundle's tree
	path    BYTEA  NOT NULL,
	PRIMARY KEY (pairing, seq)
);
CREATE UNIQUE INDEX exchange_inbox_claim ON exchange_inbox (id) WHERE state IN ('done', 'refused');
CREATE INDEX exchange_inbox_held ON exchange_inbox (pairing, seq) WHERE state = 'held';

-- Receipts that we signed, kept so that they can be said again.
CREATE TABLE exchange_receipt_out (
	pairing  TEXT   NOT NULL,
	seq      BIGINT NOT NULL,
	node     TEXT   NOT NULL,
	envelope TEXT   NOT NULL,
	content  BYTEA  NOT NULL,
	rung     TEXT   NOT NULL,
	kind     TEXT   NOT NULL,
	why      TEXT   NOT NULL,
	at       TEXT   NOT NULL,
	PRIMARY KEY (pairing, seq)
);

-- Receipts that partners signed for us, each with its proof.
CREATE TABLE exchange_receipt_in (
	pairing  TEXT   NOT NULL,
	seq      BIGINT NOT NULL,
	node     TEXT   NOT NULL,
	envelope TEXT   NOT NULL,
	content  BYTEA  NOT NULL,
	rung     TEXT   NOT NULL,
	kind     TEXT   NOT NULL,
	why      TEXT   NOT NULL,
	at       TEXT   NOT NULL,
	bundle   TEXT   NOT NULL,
	place    BIGINT NOT NULL,
	path     BYTEA  NOT NULL,
	PRIMARY KEY (pairing, seq)
);
CREATE INDEX exchange_receipt_in_envelope ON exchange_receipt_in (envelope);

-- The signed roots that the proofs lead to.
CREATE TABLE exchange_bundle (
	id        TEXT   PRIMARY KEY, -- SHA-256 of the signed statement, hexadecimal
	node      TEXT   NOT NULL,
	at        TEXT   NOT NULL,
	size      BIGINT NOT NULL,
	signature BYTEA  NOT NULL,
	signer    BYTEA  NOT NULL -- the ed25519 key that it checks against
);
