-- +goose Up
-- What the office keeps beside rounds and schemes: units, programme documents and
-- the outside figures of a year. One row is one record in its newest version; what
-- it said before stands in the trail.

CREATE TABLE register_records (
    register TEXT    NOT NULL,
    key      TEXT    NOT NULL,
    version  INTEGER NOT NULL,
    document TEXT    NOT NULL,
    PRIMARY KEY (register, key)
) STRICT;
