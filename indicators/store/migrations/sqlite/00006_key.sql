-- +goose Up
CREATE TABLE api_key (
	hash    TEXT    PRIMARY KEY, -- of the secret
	name    TEXT    NOT NULL UNIQUE,
	role    TEXT    NOT NULL,
	created INTEGER NOT NULL,
	ended   INTEGER NOT NULL      -- 0 while it opens
) STRICT;
