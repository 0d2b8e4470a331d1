-- +goose Up
-- Which country counts the person of a referral across the border, fixed when the
-- full package leaves: a node that counts them already, or the receiver, as nobody did.
-- Empty is the sender.
ALTER TABLE referral ADD COLUMN counted_by TEXT NOT NULL DEFAULT '';
