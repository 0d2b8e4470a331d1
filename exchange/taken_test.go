package exchange

import "testing/fstest"

// takenFiles is the schema of the test's own feature: what it was sent, what it made.
var takenFiles = fstest.MapFS{"0001_taken.sql": {Data: []byte(`-- +goose Up
CREATE TABLE taken (n BIGINT PRIMARY KEY, id TEXT NOT NULL, sender TEXT NOT NULL, verb TEXT NOT NULL, about TEXT NOT NULL, body BYTEA NOT NULL);
CREATE TABLE made (n BIGINT PRIMARY KEY, body BYTEA);
`)}}
