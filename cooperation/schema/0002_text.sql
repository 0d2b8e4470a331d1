-- +goose Up
-- What an agreement is and says. known_es and known_en tell what of it is publicly
-- known, where its text was never published. The last three are this node's own
-- and never travel: the digest of the text that it has signed, that of a text
-- which the depositary shows in its place, and why the depositary refused what
-- was last asked of it.
ALTER TABLE agreement ADD COLUMN kind TEXT NOT NULL DEFAULT 'other';
ALTER TABLE agreement ADD COLUMN languages TEXT NOT NULL DEFAULT '';
ALTER TABLE agreement ADD COLUMN lines TEXT NOT NULL DEFAULT '';
ALTER TABLE agreement ADD COLUMN frame TEXT NOT NULL DEFAULT '';
ALTER TABLE agreement ADD COLUMN known_es TEXT NOT NULL DEFAULT '';
ALTER TABLE agreement ADD COLUMN known_en TEXT NOT NULL DEFAULT '';
ALTER TABLE agreement ADD COLUMN ours TEXT NOT NULL DEFAULT '';
ALTER TABLE agreement ADD COLUMN other TEXT NOT NULL DEFAULT '';
ALTER TABLE agreement ADD COLUMN refused TEXT NOT NULL DEFAULT '';
-- Its articles, in our own summary.
CREATE TABLE agreement_article (
  agreement  TEXT NOT NULL REFERENCES agreement (id),
  number     TEXT NOT NULL,
  summary_es TEXT NOT NULL,
  summary_en TEXT NOT NULL,
  PRIMARY KEY (agreement, number)
);
-- What an article obliges to, and who answers for it. An empty node is every party.
CREATE TABLE agreement_duty (
  agreement TEXT NOT NULL,
  article   TEXT NOT NULL,
  position  BIGINT NOT NULL,
  node      TEXT NOT NULL,
  who       TEXT NOT NULL,
  agency    TEXT NOT NULL,
  text_es   TEXT NOT NULL,
  text_en   TEXT NOT NULL,
  PRIMARY KEY (agreement, article, position),
  FOREIGN KEY (agreement, article) REFERENCES agreement_article (agreement, number)
);
-- Who carries it out, who is its point of contact and who looks on. An empty node
-- is an organisation that is no party's.
CREATE TABLE agreement_body (
  agreement TEXT NOT NULL REFERENCES agreement (id),
  role      TEXT NOT NULL CHECK (role IN ('committee', 'contact', 'observer')),
  node      TEXT NOT NULL,
  name      TEXT NOT NULL,
  agency    TEXT NOT NULL,
  PRIMARY KEY (agreement, role, node, name)
);
-- What an institution offers and how it is reached. -1 is "not said";
-- verified_by is this node's own and never travels.
ALTER TABLE directory_agency ADD COLUMN hours TEXT NOT NULL DEFAULT '';
ALTER TABLE directory_agency ADD COLUMN reach24 BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE directory_agency ADD COLUMN phone24 TEXT NOT NULL DEFAULT '';
ALTER TABLE directory_agency ADD COLUMN languages TEXT NOT NULL DEFAULT '';
ALTER TABLE directory_agency ADD COLUMN services TEXT NOT NULL DEFAULT '';
ALTER TABLE directory_agency ADD COLUMN beds BIGINT NOT NULL DEFAULT -1;
ALTER TABLE directory_agency ADD COLUMN interpreters BIGINT NOT NULL DEFAULT -1;
ALTER TABLE directory_agency ADD COLUMN focal TEXT NOT NULL DEFAULT '';
ALTER TABLE directory_agency ADD COLUMN verified_by TEXT NOT NULL DEFAULT '';
-- What a country does about a line of work, nationally or in one place, as it
-- presented it to the others.
CREATE TABLE response (
  id           TEXT PRIMARY KEY,
  node         TEXT NOT NULL,
  line         TEXT NOT NULL,
  level        TEXT NOT NULL CHECK (level IN ('national', 'local')),
  place        TEXT NOT NULL,
  what_es      TEXT NOT NULL,
  what_en      TEXT NOT NULL,
  who          TEXT NOT NULL,
  agencies     TEXT NOT NULL,
  source       TEXT NOT NULL,
  presented_on TEXT NOT NULL,
  withdrawn    BOOLEAN NOT NULL,
  version      BIGINT NOT NULL
);
