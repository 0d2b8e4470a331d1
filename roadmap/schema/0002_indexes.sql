-- +goose Up
-- What is asked of every commitment that is shown: whether a version holds it, and
-- what amends it.
CREATE INDEX plan_item_commitment ON plan_item (commitment);
CREATE INDEX commitment_amends ON commitment (amends);
