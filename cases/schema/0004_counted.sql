-- +goose Up
-- That another file of the same person was left when this one was erased: whoever
-- counts people leaves this one out. Which file that is stands nowhere.
ALTER TABLE person ADD COLUMN counted_elsewhere BOOLEAN NOT NULL DEFAULT FALSE;
