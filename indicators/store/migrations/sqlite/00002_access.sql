-- +goose Up
CREATE TABLE account (
	key         TEXT    PRIMARY KEY, -- folded name
	name        TEXT    NOT NULL,
	role        TEXT    NOT NULL,
	unit        TEXT    NOT NULL,
	institution TEXT    NOT NULL,
	hash        TEXT    NOT NULL,
	must_change INTEGER NOT NULL,
	disabled    INTEGER NOT NULL,
	created     INTEGER NOT NULL
) STRICT;

CREATE TABLE session (
	hash    TEXT    PRIMARY KEY, -- of the secret in the cookie
	account TEXT    NOT NULL REFERENCES account (key),
	created INTEGER NOT NULL,
	seen    INTEGER NOT NULL
) STRICT;

CREATE INDEX session_account ON session (account);
