-- +goose Up

-- The public logs: one of each survey, under the survey's number, and those of the
-- programme's events, from 65536 on. The origin is fixed with the first row, since
-- commitments are made with it. sm3 holds the roots of the whole subtrees with SM3,
-- the largest first; closed is 0 while the log still grows.
CREATE TABLE ledger_log (
	id     INTEGER NOT NULL PRIMARY KEY,
	name   TEXT    NOT NULL UNIQUE,
	origin TEXT    NOT NULL UNIQUE,
	size   INTEGER NOT NULL,
	sm3    BLOB    NOT NULL,
	closed INTEGER NOT NULL
) STRICT;

-- The tiles of a log: up to 256 hashes of 32 bytes, one after the other; the last of
-- each level grows in place. Level -1 holds the leaves themselves.
CREATE TABLE ledger_tile (
	log    INTEGER NOT NULL,
	level  INTEGER NOT NULL,
	number INTEGER NOT NULL,
	hashes BLOB    NOT NULL,
	PRIMARY KEY (log, level, number)
) STRICT;

-- Where a leaf is found: code is the first 50 bits of its commitment, which several
-- leaves may share.
CREATE TABLE ledger_leaf (
	code INTEGER NOT NULL,
	log  INTEGER NOT NULL,
	idx  INTEGER NOT NULL,
	PRIMARY KEY (code, log, idx)
) STRICT, WITHOUT ROWID;

-- Commitments that wait for the next checkpoint, in shuffled groups; since is the
-- hour in which a group came.
CREATE TABLE ledger_pending (
	id     INTEGER NOT NULL PRIMARY KEY,
	log    INTEGER NOT NULL,
	since  INTEGER NOT NULL,
	leaves BLOB    NOT NULL
) STRICT;

-- Every signed checkpoint that was published.
CREATE TABLE ledger_checkpoint (
	log  INTEGER NOT NULL,
	size INTEGER NOT NULL,
	at   INTEGER NOT NULL,
	note BLOB    NOT NULL,
	PRIMARY KEY (log, size)
) STRICT, WITHOUT ROWID;

-- The signature lines of witnesses under a checkpoint.
CREATE TABLE ledger_cosignature (
	log     INTEGER NOT NULL,
	size    INTEGER NOT NULL,
	witness TEXT    NOT NULL,
	at      INTEGER NOT NULL,
	line    TEXT    NOT NULL,
	PRIMARY KEY (log, size, witness)
) STRICT, WITHOUT ROWID;

-- What was published of a survey before its fieldwork and at its closing, word for
-- word; the digest of each is a leaf of the events' log.
CREATE TABLE ledger_statement (
	log    INTEGER NOT NULL,
	number INTEGER NOT NULL,
	kind   TEXT    NOT NULL,
	at     INTEGER NOT NULL,
	text   TEXT    NOT NULL,
	PRIMARY KEY (log, number)
) STRICT, WITHOUT ROWID;
