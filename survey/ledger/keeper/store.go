package keeper

import (
	"context"
	"time"

	"minyi/indicators/audit"
	"minyi/survey/ledger"
)

// FirstOther is the smallest number of a log that is no survey's: below it a log
// has the number of its survey.
const FirstOther = 1 << 16

// Log is one log as it stands.
type Log struct {
	ID     int64
	Name   string // the last part of its address: a survey's id, or "events"
	Origin string // "<host>/<name>", fixed when the log was made
	Size   int64
	Closed time.Time // zero while it grows
}

// Pending says what waits for a log's next checkpoint.
type Pending struct {
	Leaves int64
	Since  time.Time // the hour of the oldest; zero for none
}

// Waits is a commitment that waits for its log.
type Waits struct {
	Commitment ledger.Commitment
	Since      time.Time // the hour in which it came
}

// Published is a signed checkpoint of a log with when it was made.
type Published struct {
	Size         int64
	At           time.Time
	Note         []byte   // as the log signed it
	Cosignatures []string // the lines of witnesses, by name
}

// Looked says when a witness has looked last, and at how many logs ever. Before its
// first look there is neither.
type Looked struct {
	Witness string
	At      time.Time
	Logs    int
}

// Found is a leaf that a short code leads to.
type Found struct {
	Log        Log
	Index      int64
	Commitment ledger.Commitment
}

// Statement is a text that was published of a survey.
type Statement struct {
	Number int
	Kind   string
	At     time.Time
	Text   string
}

// Growing is a log inside the transaction of an append.
type Growing struct {
	Log    Log
	SM3    ledger.Range
	Leaves []ledger.Commitment // what waited, none of it in the log yet, in random order
	Kept   ledger.Kept
}

// Grown is what an append leaves.
type Grown struct {
	Growth ledger.Growth
	SM3    ledger.Range
	Note   []byte // the signed checkpoint
}

// Store keeps logs. What it hands out of tiles and leaves never changes once it is
// below the size of a published checkpoint.
type Store interface {
	// OpenLog returns the log of that name, which is made with the origin where
	// there is none: under the number id, or the next free one from FirstOther on
	// where id is 0.
	OpenLog(ctx context.Context, id int64, name, origin string) (Log, error)
	// LogOf returns a log, or refuses with ledger.unknown.
	LogOf(ctx context.Context, name string) (Log, error)
	// Logs returns all logs by number.
	Logs(ctx context.Context) ([]Log, error)
	// Pend lets commitments wait for the next checkpoint, refused with ledger.closed
	// where the log is. What is in the log already, or waits twice, is appended once.
	Pend(ctx context.Context, id int64, since time.Time, leaves []ledger.Commitment) error
	// Waiting says how much waits.
	Waiting(ctx context.Context, id int64) (Pending, error)
	// WaitingSince returns the hour in which a waiting commitment came, false where it
	// does not wait.
	WaitingSince(ctx context.Context, id int64, c ledger.Commitment) (time.Time, bool, error)
	// WaitingCode returns the waiting commitments with a short code, each with the hour
	// in which it came.
	WaitingCode(ctx context.Context, id, short int64) ([]Waits, error)
	// Grow hands over about most of the waiting leaves and stores what comes back with
	// the leaves, the tiles and the checkpoint, all or nothing. It returns the log
	// afterwards. grow is called with no leaves where none wait and the log has no
	// checkpoint of its size yet; otherwise nothing is done without leaves.
	Grow(ctx context.Context, id int64, most int, at time.Time, grow func(Growing) (Grown, error)) (Log, error)
	// Close ends a log in which nothing waits, for good; refused with ledger.waiting
	// where something does.
	Close(ctx context.Context, id int64, at time.Time) (Log, error)

	// Tile loads a tile; ledger.Leaves is the level of the leaves.
	Tile(ctx context.Context, id int64, at ledger.Place) ([]byte, error)
	// Places returns the leaves that have one of the short codes, of all logs, by log
	// and index.
	Places(ctx context.Context, short int64) ([]Found, error)
	// Checkpoint returns the checkpoint of a size, of the largest for -1, or refuses
	// with ledger.nocheckpoint.
	Checkpoint(ctx context.Context, id, size int64) (Published, error)
	// CheckpointOver returns the oldest checkpoint that has the leaf.
	CheckpointOver(ctx context.Context, id, index int64) (Published, error)
	// Checkpoints returns the newest checkpoints, at most so many.
	Checkpoints(ctx context.Context, id int64, most int) ([]Published, error)
	// Cosign keeps a witness's line under a checkpoint, with its trail entry; a second one of the same
	// witness is kept in place of the first.
	Cosign(ctx context.Context, id, size int64, witness, line string, entry audit.Entry) error
	// SeenBy returns the witnesses who have signed, by name.
	SeenBy(ctx context.Context) ([]Looked, error)
	// State stores a statement with its trail entry unless one of that kind and text is
	// the last of its kind, and pends its digest in the log other.
	State(ctx context.Context, id, other int64, s Statement, digest ledger.Commitment, entry audit.Entry) (bool, error)
	// Statements returns the statements of a log in order.
	Statements(ctx context.Context, id int64) ([]Statement, error)
}
