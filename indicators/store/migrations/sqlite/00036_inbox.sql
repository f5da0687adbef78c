-- +goose Up
CREATE TABLE message (
	id       TEXT    PRIMARY KEY,
	key      TEXT    NOT NULL UNIQUE, -- the same key is posted once
	topic    TEXT    NOT NULL,        -- the thing that the message is about; empty: none
	at       INTEGER NOT NULL,
	due      INTEGER NOT NULL,        -- 0: nothing to do
	kind     TEXT    NOT NULL,
	code     TEXT    NOT NULL,
	link     TEXT    NOT NULL,
	audience TEXT    NOT NULL,        -- to whom it was posted: account:, role: or unit: and a name
	document TEXT    NOT NULL
) STRICT;

CREATE INDEX message_topic ON message (topic) WHERE topic <> '';
CREATE INDEX message_at ON message (at);

CREATE TABLE message_copy (
	account TEXT    NOT NULL REFERENCES account (key),
	message TEXT    NOT NULL REFERENCES message (id),
	at      INTEGER NOT NULL,
	due     INTEGER NOT NULL,
	team    TEXT    NOT NULL, -- accounts that share the work: done by one is done by all
	seen    INTEGER NOT NULL, -- 0: unread
	done    INTEGER NOT NULL, -- 0: open; a message without a due date never is
	doer    TEXT    NOT NULL,
	PRIMARY KEY (account, message)
) STRICT, WITHOUT ROWID;

CREATE INDEX message_unread ON message_copy (account) WHERE seen = 0;
CREATE INDEX message_copies ON message_copy (message);

CREATE TABLE outbox (
	message TEXT    NOT NULL REFERENCES message (id),
	account TEXT    NOT NULL REFERENCES account (key),
	channel TEXT    NOT NULL,
	state   TEXT    NOT NULL,
	tries   INTEGER NOT NULL,
	at      INTEGER NOT NULL, -- of the last change
	next    INTEGER NOT NULL, -- of the next attempt, while it waits
	reason  TEXT    NOT NULL, -- why the last attempt failed: a code
	PRIMARY KEY (message, account, channel)
) STRICT, WITHOUT ROWID;

CREATE INDEX outbox_next ON outbox (next) WHERE state IN ('waiting', 'failed');

CREATE TABLE mailbox (
	account  TEXT    PRIMARY KEY REFERENCES account (key),
	version  INTEGER NOT NULL,
	document TEXT    NOT NULL -- addresses only sealed
) STRICT;

CREATE TABLE feed (
	hash    TEXT    PRIMARY KEY, -- SHA-256 of the secret in the address
	account TEXT    NOT NULL UNIQUE REFERENCES account (key),
	made    INTEGER NOT NULL
) STRICT;
