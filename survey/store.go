package survey

import (
	"context"

	"minyi/indicators/audit"
	"minyi/survey/frame"
	"minyi/survey/ledger"
	"minyi/survey/questionnaire"
)

// Store keeps surveys. Every change goes with its trail entry in one
// transaction; Before and After of the entry are the survey's Brief.
type Store interface {
	ReviewStore
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
	// Unsent returns a sealed draft that was last kept on the day since or later;
	// nil where there is none.
	Unsent(ctx context.Context, id DraftID, since int32) ([]byte, error)
	// Kept calls fn for each re-filed answer of a survey, counted or not, with its
	// sealed trace.
	Kept(ctx context.Context, number uint16, fn func(response int64, r Record) error) error
	// Leaves returns the places of the commitments in a survey's log.
	Leaves(ctx context.Context, number uint16) (map[ledger.Commitment]int64, error)
	// Spoils calls fn for each commitment of a survey that was opened as a check, in
	// the order of the commitments.
	Spoils(ctx context.Context, number uint16, fn func(Spoiled) error) error
	// Superseded calls fn for each answer of a survey that was answered again, without
	// its texts, in an order that means nothing.
	Superseded(ctx context.Context, number uint16, fn func(Record) error) error
	// Record adds a trail entry that goes with no change, such as a reading.
	Record(ctx context.Context, entry audit.Entry) error
}

// Intake takes answers in: durably, once, and without a bond between a link and
// its answer.
type Intake interface {
	// Put returns once the answer is on disk, with the disposition under which it
	// is kept: the record's own, or questionnaire.QuotaFull where its cell was
	// full. An equal resend (same key, same content) returns the same and stores
	// nothing; other content under the same key is submission.changed, a spent
	// link token.spent, a full poster poster.full, a full queue intake.busy.
	Put(ctx context.Context, e Entry) (questionnaire.Disposition, error)
	// Keep returns nil once the draft is on disk, in place of an earlier one with
	// its id. It is refused with token.spent once the answer came.
	Keep(ctx context.Context, u Unsent) error
	// Sweep deletes the drafts of a survey that were last kept before the day.
	Sweep(ctx context.Context, survey uint16, before int32) error
	// Forget deletes the traces of a survey.
	Forget(ctx context.Context, survey uint16) error
	// Revisable reports whether the answer behind a mark may be answered again.
	Revisable(survey uint16, mark Mark) bool
	// Spent reports whether a one-time link has been used.
	Spent(survey uint16, serial uint32) bool
	// Tally counts the answers of a survey by batch and disposition.
	Tally(survey uint16) Tally
	// Taken counts the answers of one batch, with those under way.
	Taken(survey uint16, batch uint32) int
	// Cells counts the answers of a survey by the cells of its quota.
	Cells(survey uint16) map[uint32]CellCount
	// Answers calls fn for each stored answer that counts, in no order that means
	// anything: for all but those that found their cell full.
	Answers(survey uint16, fn func(batch uint32, packed []byte) error) error
	// Columns calls fn for the same answers, some thousand at a time, with the named
	// bytes of them all: columns[k][i] is the byte which[k] of the answer i, whose
	// batch is batches[i]. size is the length of each answer; those of another length
	// are an error. What fn is handed is only lent.
	Columns(survey uint16, size int, which []int, fn func(batches []uint32, columns [][]byte) error) error
	// Spoil puts a commitment that its resident has had opened into the log's list,
	// and refuses it ever after; a second time it changes nothing. It is refused with
	// commitment.cast where the answer of that form has come, and as Put is.
	Spoil(ctx context.Context, s Spoiled) error
	// Spoiled reports whether a commitment of a survey has been opened as a check.
	Spoiled(survey uint16, c ledger.Commitment) bool
	// Pend hands the commitments of answers that wait to be re-filed to the log's
	// list; those of re-filed answers are there.
	Pend(ctx context.Context, survey uint16) error
	// Waits reports whether a commitment is that of an answer on disk which may not
	// have been handed to the log's list yet.
	Waits(survey uint16, c ledger.Commitment) bool
	// Seal refuses further answers to a survey and waits for those under way;
	// Unseal takes that back.
	Seal(ctx context.Context, survey uint16) error
	Unseal(survey uint16)
	// Settle re-files the last answers of a closed survey in random order and
	// forgets its keys for resends and its drafts. It may be repeated.
	Settle(ctx context.Context, survey uint16) error
}

// Entry is one answer on its way to the disk. Key and Content are HMACs of the
// form's key and of what it carried. Admit is the refusal that a new answer
// would get (a window that is over), nil when it is welcome: an equal resend
// gets its receipt all the same. Cap and Limit are counted with the answers under
// way, so that no number of answers at once passes them.
type Entry struct {
	Survey  uint16
	Serial  uint32
	OneTime bool
	Key     [16]byte
	Content [16]byte
	Admit   error
	Cap     uint32  // most answers of the batch; 0 for no limit
	Limit   uint32  // most counted answers of Record.Cell, where that is not 0
	Draft   DraftID // deleted with the storing of the answer; zero for none
	Record  Record

	Commitment ledger.Commitment // for the log, by way of its list; zero for none
	Revise     Mark              // of a link that may answer again: what came by it before is superseded
}

// Mark is what follows from a link and a key of the installation, so that a later
// answer finds the earlier one. It is stored with the answer until the closing, where
// the survey lets residents answer again, and nowhere else; zero for none.
type Mark [16]byte

// Spoiled is a commitment that its resident has had opened as a check: with what
// opens it, since it stands in the log like any other.
type Spoiled struct {
	Survey     uint16
	Serial     uint32
	OneTime    bool
	Key        [16]byte // of the form, as in Entry
	Admit      error    // as in Entry
	Revise     Mark     // as in Entry
	Day        int32    // as in Record
	Commitment ledger.Commitment
	Salt       []byte
	Row        []byte
}

// Record is what is kept of an answer. The batch stands for channel, stratum and
// PSU; nothing in it names the link.
type Record struct {
	Batch   uint32
	Outcome questionnaire.Disposition
	Cell    uint32 // of the quota, from 1; 0 where none was asked for or found
	English bool
	Day     int32  // days since 1970-01-01 in Asia/Shanghai
	Answers []byte // packed by the questionnaire
	Comment string // the free text, kept apart
	Trace   []byte // sealed under the wave key; nil where there is none

	// Proof is what the commitment is opened with beside the answer: the salt, and
	// behind it the digest of the comment where there is one; nil of answers from
	// before there were commitments. Blind is what blinds that digest: who erases the
	// comment erases it too, and the answer still opens.
	Proof []byte
	Blind []byte
}

// Tally counts answers: by batch number, then by disposition.
type Tally map[uint32]map[questionnaire.Disposition]int

// CellCount is what came back in one cell of a quota.
type CellCount struct {
	Counted int // of those who took part; never above the limit
	Full    int // found the cell full
	Other   int // screened out or refused
}
