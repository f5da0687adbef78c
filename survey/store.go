package survey

import (
	"context"

	"minyi/indicators/audit"
	"minyi/survey/frame"
	"minyi/survey/questionnaire"
)

// Store keeps surveys. Every change goes with its trail entry in one
// transaction; Before and After of the entry are the survey's Brief.
type Store interface {
	// Create stores a new survey and gives it its number; a second one of the
	// same round and unit is refused with survey.exists.
	Create(ctx context.Context, s *Survey, entry audit.Entry) error
	// Update loads a survey, applies the rule and saves what it left, or refuses
	// with survey.unknown.
	Update(ctx context.Context, id ID, entry audit.Entry, rule func(*Survey) error) (*Survey, error)
	// ImportFrame is Update that also stores the sampling frame.
	ImportFrame(ctx context.Context, id ID, f frame.Frame, entry audit.Entry, rule func(*Survey) error) (*Survey, error)
	// Frame returns the sampling frame of a survey; an empty one where none was
	// imported.
	Frame(ctx context.Context, id ID) (frame.Frame, error)
	// Surveys returns all surveys, by round and unit.
	Surveys(ctx context.Context) ([]*Survey, error)
	// Comments returns the free texts of a survey in an order that tells nothing.
	Comments(ctx context.Context, number uint16) ([]string, error)
	// Record adds a trail entry that goes with no change, such as a reading.
	Record(ctx context.Context, entry audit.Entry) error
}

// Intake takes answers in: durably, once, and without a bond between a link and
// its answer.
type Intake interface {
	// Put returns nil once the answer is on disk. An equal resend (same key, same
	// content) is nil too and stores nothing; other content under the same key is
	// submission.changed, a spent link token.spent, a full queue intake.busy.
	Put(ctx context.Context, e Entry) error
	// Spent reports whether a one-time link has been used.
	Spent(survey uint16, serial uint32) bool
	// Tally counts the answers of a survey by batch and disposition.
	Tally(survey uint16) Tally
	// Answers calls fn for each stored answer, in no order that means anything.
	Answers(survey uint16, fn func(batch uint32, packed []byte) error) error
	// Seal refuses further answers to a survey and waits for those under way;
	// Unseal takes that back.
	Seal(ctx context.Context, survey uint16) error
	Unseal(survey uint16)
	// Settle re-files the last answers of a closed survey in random order and
	// forgets its keys for resends. It may be repeated.
	Settle(ctx context.Context, survey uint16) error
}

// Entry is one answer on its way to the disk. Key and Content are HMACs of the
// form's key and of what it carried. Admit is the refusal that a new answer
// would get (a window that is over), nil when it is welcome: an equal resend
// gets its receipt all the same.
type Entry struct {
	Survey  uint16
	Serial  uint32
	OneTime bool
	Key     [16]byte
	Content [16]byte
	Admit   error
	Record  Record
}

// Record is what is kept of an answer. The batch stands for channel, stratum and
// PSU; nothing in it names the link.
type Record struct {
	Batch   uint32
	Outcome questionnaire.Disposition
	English bool
	Day     int32  // days since 1970-01-01 in Asia/Shanghai
	Answers []byte // packed by the questionnaire
	Comment string // the free text, kept apart
}

// Tally counts answers: by batch number, then by disposition.
type Tally map[uint32]map[questionnaire.Disposition]int
