-- +goose Up
-- Units whose findings on a track do not count in a round: the application was
-- withdrawn (until it is filed again) or cancelled (lasting).

CREATE TABLE strikes (
    round   INTEGER NOT NULL REFERENCES rounds (year),
    unit    TEXT    NOT NULL,
    track   TEXT    NOT NULL,
    lasting INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    by_name TEXT    NOT NULL,
    reason  TEXT    NOT NULL,
    PRIMARY KEY (round, unit, track)
) STRICT;
