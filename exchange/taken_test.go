package exchange

import "testing/fstest"

var files2 = fstest.MapFS{"0001_taken.sql": {Data: []byte(`-- +goose Up
CREATE TABLE taken (n INTEGER PRIMARY KEY, id TEXT NOT NULL, sender TEXT NOT NULL, verb TEXT NOT NULL, about TEXT NOT NULL, body BYTEA NOT NULL);
CREATE TABLE made (n BIGINT PRIMARY KEY);
`)}}
