-- +goose Up
-- How far the half has come, in one row: how many transactions have changed something,
-- how many of the trail's entries they have written, and how many answers the intake.
-- A file beside the database says what of it was on the disk (see Stand). The last
-- number lets whoever looks the file over see that the others were not changed alone.
CREATE TABLE stand (
	one     INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
	writes  INTEGER NOT NULL,
	entries INTEGER NOT NULL,
	answers INTEGER NOT NULL,
	proof   INTEGER NOT NULL CHECK (proof = writes + 3 * entries + 7 * answers)
) STRICT;

INSERT INTO stand (one, writes, entries, answers, proof) VALUES (1, 0, 0, 0, 0);
