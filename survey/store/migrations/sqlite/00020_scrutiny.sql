-- +goose Up

-- Examiners and public lot of a round.
CREATE TABLE scrutiny (
	round   INTEGER NOT NULL PRIMARY KEY,
	version INTEGER NOT NULL,
	doc     TEXT    NOT NULL
) STRICT;
