-- +goose Up
-- Uploaded sampling frames and lists of people, in pages sealed under a key that is
-- not in this file. They are deleted, and the key destroyed, when their term ends.
CREATE TABLE frame_page (
	survey TEXT    NOT NULL REFERENCES survey (id),
	part   TEXT    NOT NULL,
	number INTEGER NOT NULL,
	unit   INTEGER NOT NULL,
	sealed BLOB    NOT NULL,
	PRIMARY KEY (survey, part, number)
) STRICT;

CREATE INDEX frame_page_unit ON frame_page (survey, part, unit);
