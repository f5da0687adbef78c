package survey

import (
	"context"
	"slices"
	"strings"
	"sync"

	"minyi/indicators/access"
	"minyi/indicators/roster"
	"minyi/survey/invite"
	"minyi/survey/quality"
	"minyi/survey/questionnaire"
)

// Board is what reviewers see of a closed survey: its answers with what the
// detector says of them, the unit and its places under names that only this review
// gives them. It is never changed.
type Board struct {
	Unit    string // the unit's name in this review
	Paper   *questionnaire.Questionnaire
	Items   []questionnaire.Question // the scored items, in the order of the answers
	Rows    []Row                    // the most doubtful first
	Rules   []RuleCount
	Flagged int
	Traced  bool                 // times and networks are still kept
	Beside  int                  // answers of other surveys of the round that were compared with
	Groups  quality.GroupEffects // of the batches
	Hands   quality.GroupEffects // of the interviewers, under names that only this review gives them
	Heaps   []quality.Heaping    // the last digits of the questions that ask for numbers
	Whole   quality.UnitFinding

	data  *quality.Survey
	frame *quality.Frame
	place map[int64]int // of a response among the rows
	key   string
}

// Row is one answer in a review.
type Row struct {
	Response int64
	Poster   bool
	Place    string // its batch's name in this review
	Hand     string // its interviewer's name in this review; empty for none
	Batch    uint32
	Day      roster.Date
	Outcome  questionnaire.Disposition
	Mode     Mode
	Signs    Sign
	Total    uint16 // seconds from the first page to the sending; 0 where not kept
	Finding  quality.Finding

	at int // among the data
}

// RuleCount is how many answers a rule marks.
type RuleCount struct {
	quality.Rule
	Sampled, Posters int
}

// ownUnit is what the detector calls the survey's own unit.
const ownUnit = "own"

// boards keeps the boards of the last few surveys.
type boards struct {
	making sync.Mutex // one at a time: a board takes all that the processors have
	mu     sync.Mutex
	kept   []*keptBoard
}

type keptBoard struct {
	id    ID
	board *Board
}

const mostBoards = 4

func (b *boards) drop(id ID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.kept = slices.DeleteFunc(b.kept, func(k *keptBoard) bool { return k.id == id })
}

func (b *boards) get(id ID, key string) *Board {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, k := range b.kept {
		if k.id == id && k.board.key == key {
			return k.board
		}
	}
	return nil
}

func (b *boards) put(id ID, board *Board) {
	b.mu.Lock()
	defer b.mu.Unlock()
	next := []*keptBoard{{id, board}}
	for _, k := range b.kept {
		if k.id != id && len(next) < mostBoards {
			next = append(next, k)
		}
	}
	b.kept = next
}

// Board returns what reviewers see of a closed survey. It is made once, and again
// after a restart or when the traces are forgotten. Who read it is an entry in the
// trail. It is refused with survey.state before the close.
func (s *Service) Board(ctx context.Context, by access.Actor, id ID) (*Board, error) {
	l, err := s.readClosed(ctx, by, id, "survey.review.read")
	if err != nil {
		return nil, err
	}
	key := s.boardKey(l)
	if b := s.boards.get(id, key); b != nil {
		return b, nil
	}
	s.boards.making.Lock()
	defer s.boards.making.Unlock()
	if b := s.boards.get(id, key); b != nil {
		return b, nil
	}
	b, err := s.makeBoard(ctx, l)
	if err != nil {
		return nil, err
	}
	b.key = key
	s.boards.put(id, b)
	return b, nil
}

// boardKey changes when what a board is made of does: closed answers never do, but
// traces are given up, and further surveys of the round are closed.
func (s *Service) boardKey(l *live) string {
	key := l.survey.Forgotten.String()
	for _, one := range s.beside(l) {
		key += " " + string(one.survey.ID)
	}
	return key
}

// alias gives names of this review: stable, and of no use outside.
func (s *Service) alias(id ID, kind, name string) string {
	const chars = 5
	sum := newKeyed(subkey(s.Secret, "review-names")).sum(func(text []byte) []byte {
		return append(append(append(append(append(text, id...), 0), kind...), 0), name...)
	})
	return invite.Short(sum[:chars], chars)
}

// ReviewName is what the survey's unit is called in its review.
func (s *Service) ReviewName(sv *Survey) string { return s.alias(sv.ID, "unit", string(sv.Unit)) }

// blind is the paper with the unit under its name in the review.
func (s *Service) blind(l *live, unit string) (*questionnaire.Questionnaire, error) {
	form, err := questionnaire.Parse(l.survey.Paper.Form)
	if err != nil {
		return nil, err
	}
	filling, hide := l.survey.Paper.Filling, s.hider(l.survey, unit)
	with := questionnaire.Filling{Values: map[string]questionnaire.Text{}, System: filling.System}
	for name, v := range filling.Values {
		with.Values[name] = questionnaire.Text{Zh: hide(v.Zh), En: hide(v.En)}
	}
	if _, is := with.Values["subject"]; is {
		with.Values["subject"] = questionnaire.Text{Zh: unit, En: unit}
	}
	for _, a := range filling.Areas {
		name := s.alias(l.survey.ID, "area", a.Code)
		with.Areas = append(with.Areas, questionnaire.AreaOption{Code: a.Code, Text: questionnaire.Text{Zh: name, En: name}})
	}
	return form.Fill(with)
}

// hider writes the unit's name in the review in place of its own.
func (s *Service) hider(sv *Survey, unit string) func(string) string {
	var pairs []string
	for _, name := range []string{sv.UnitName.Zh, sv.UnitName.En} {
		if name != "" {
			pairs = append(pairs, name, unit)
		}
	}
	return strings.NewReplacer(pairs...).Replace
}

// Decided is what has been decided about the answers of a review so far.
type Decided struct {
	Acts    []*Act        // in their order, without the answers they are about
	Out     map[int64]int // excluded answers, with the act behind each
	Waiting map[int64]int // answers of acts that wait, with the act
}

// Decided returns what has been decided about the answers of a survey.
func (s *Service) Decided(ctx context.Context, by access.Actor, id ID) (*Decided, error) {
	acts, err := s.Acts(ctx, by, id)
	if err != nil {
		return nil, err
	}
	out := &Decided{Acts: acts, Waiting: map[int64]int{}}
	if out.Out, err = s.Store.ExcludedBy(ctx, id); err != nil {
		return nil, err
	}
	for _, a := range acts {
		if a.State != ActWaiting {
			continue
		}
		members, err := s.Store.ActResponses(ctx, id, a.Number)
		if err != nil {
			return nil, err
		}
		for _, n := range members {
			out.Waiting[n] = a.Number
		}
	}
	return out, nil
}
