package coding

import (
	"context"
	"slices"
	"strings"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
)

// Store keeps code books and codes. Every change goes with its trail entry in one
// transaction.
type Store interface {
	// CodeBook returns a survey's book, an empty one where there is none.
	CodeBook(ctx context.Context, survey string) (*Book, error)
	// UpdateCodeBook loads the book, applies the rule and saves what it left.
	UpdateCodeBook(ctx context.Context, survey string, entry audit.Entry, rule func(*Book) error) (*Book, error)
	// CodeMarks returns all codes given in a survey, the oldest first.
	CodeMarks(ctx context.Context, survey string) ([]Mark, error)
	// GiveCodes loads the codes given, asks the rule for those to give now, and
	// keeps them; a coder's new code of a text takes the place of the old one.
	GiveCodes(ctx context.Context, survey string, entry audit.Entry, rule func(given []Mark) ([]Mark, error)) error
}

// Texts gives the texts of a survey to who may read them.
type Texts interface {
	Texts(ctx context.Context, by access.Actor, survey string) ([]Text, error)
}

// Service is the coding desk. It is safe for concurrent use.
type Service struct {
	store  Store
	texts  Texts
	people access.People
	now    func() time.Time
}

// NewService returns the desk over a store, on the programme's clock. people knows
// whose accounts are of one person; nil: accounts alone are told apart.
func NewService(store Store, texts Texts, people access.People, now func() time.Time) *Service {
	return &Service{store: store, texts: texts, people: people, now: now}
}

// Search narrows the texts: words that they hold, a code that stands, a state, a
// question; empty for all. ForMe keeps those that the reader has not coded and may.
type Search struct {
	Words, Code, Question string
	State                 State
	ForMe                 bool
}

// Desk is what a coder sees: the book, the texts found, and the counts and
// agreement over all texts.
type Desk struct {
	Book       *Book
	Found      []Standing // as the coder may see them
	Counts     Counts
	Agreements []Agreement
	Questions  []string
}

// Desk reads a survey's texts and codes. Who may read the texts is the survey's
// rule; the reading is an entry in its trail.
func (s *Service) Desk(ctx context.Context, by access.Actor, survey string, look Search) (*Desk, error) {
	texts, err := s.texts.Texts(ctx, by, survey)
	if err != nil {
		return nil, err
	}
	book, err := s.store.CodeBook(ctx, survey)
	if err != nil {
		return nil, err
	}
	marks, err := s.store.CodeMarks(ctx, survey)
	if err != nil {
		return nil, err
	}
	all := standings(texts, marks)
	out := &Desk{Book: book, Counts: Sum(book, all), Agreements: Agreements(all)}
	for _, one := range all {
		if !slices.Contains(out.Questions, one.Question) {
			out.Questions = append(out.Questions, one.Question)
		}
		if seen := one.seenBy(by.Name); look.finds(seen, by.Name) {
			out.Found = append(out.Found, seen)
		}
	}
	return out, nil
}

func standings(texts []Text, marks []Mark) []Standing {
	of := map[string][]Mark{}
	for _, m := range marks {
		of[m.Text] = append(of[m.Text], m)
	}
	out := make([]Standing, len(texts))
	for i, t := range texts {
		out[i] = stand(t, of[t.Digest()])
	}
	return out
}

// finds reports whether a text is looked for.
func (l Search) finds(s Standing, coder string) bool {
	_, own := s.By(coder)
	switch {
	case l.Words != "" && !strings.Contains(strings.ToLower(s.Words), strings.ToLower(l.Words)),
		l.Code != "" && s.Code != l.Code,
		l.Question != "" && s.Question != l.Question,
		l.State != "" && s.State != l.State,
		l.ForMe && (own || s.State != Bare && s.State != Once):
		return false
	}
	return true
}

// AddCode puts a code into a survey's book.
func (s *Service) AddCode(ctx context.Context, by access.Actor, survey string, c Code) (*Book, error) {
	return s.change(ctx, by, survey, "coding.add", func(b *Book) error { return b.Add(c) })
}

// RetireCode takes a code out of use.
func (s *Service) RetireCode(ctx context.Context, by access.Actor, survey, key string) (*Book, error) {
	return s.change(ctx, by, survey, "coding.retire", func(b *Book) error { return b.Retire(key) })
}

func (s *Service) change(ctx context.Context, by access.Actor, survey, action string, rule func(*Book) error) (*Book, error) {
	if err := s.open(ctx, by, survey); err != nil {
		return nil, err
	}
	return s.store.UpdateCodeBook(ctx, survey, s.entry(by, action, survey), rule)
}

// open asks the survey whether the actor may read its texts.
func (s *Service) open(ctx context.Context, by access.Actor, survey string) error {
	if err := by.Require(access.Agency); err != nil {
		return err
	}
	_, err := s.texts.Texts(ctx, by, survey)
	return err
}

func (s *Service) entry(by access.Actor, action, survey string) audit.Entry {
	return audit.Entry{At: s.now(), Actor: by.Name, Role: string(by.Role), Action: action, Object: "survey/" + survey}
}

// Give gives codes to texts, by their digests. A text that two others coded, or
// that is settled, takes none (coding.full); an unknown text or code is refused
// with coding.unknown.
func (s *Service) Give(ctx context.Context, by access.Actor, survey string, codes map[string]string) error {
	second, err := by.Second(ctx, s.people)
	if err != nil {
		return err
	}
	return s.put(ctx, by, survey, "coding.give", codes, func(one Standing) error {
		_, own := one.By(by.Name)
		if one.State == Settled || !own && len(one.Marks) > 1 {
			return fault.New(fault.Conflict, "coding.full")
		}
		return one.apart(by.Name, second)
	})
}

// apart refuses a person who coded a text under another account (S14).
func (s *Standing) apart(own string, second access.Second) error {
	for _, m := range s.Marks {
		if m.Coder == own {
			continue
		}
		if err := second.Apart(m.Coder); err != nil {
			return err
		}
	}
	return nil
}

// Settle ends the difference of two people about a text; coding.same refuses a text
// on which nobody differs.
func (s *Service) Settle(ctx context.Context, by access.Actor, survey, text, code string) error {
	return s.put(ctx, by, survey, "coding.settle", map[string]string{text: code}, func(one Standing) error {
		if one.State != Differs && one.State != Settled {
			return fault.New(fault.Conflict, "coding.same")
		}
		return nil
	})
}

// put gives codes that the rule allows, all or none.
func (s *Service) put(ctx context.Context, by access.Actor, survey, action string, codes map[string]string, rule func(Standing) error) error {
	if err := by.Require(access.Agency); err != nil {
		return err
	}
	texts, err := s.texts.Texts(ctx, by, survey)
	if err != nil {
		return err
	}
	book, err := s.store.CodeBook(ctx, survey)
	if err != nil {
		return err
	}
	return s.store.GiveCodes(ctx, survey, s.entry(by, action, survey), func(given []Mark) ([]Mark, error) {
		var out []Mark
		known := 0
		for _, one := range standings(texts, given) {
			code, asked := codes[one.Digest()]
			if !asked {
				continue
			}
			known++
			if err := book.gives(code); err != nil {
				return nil, err
			}
			if err := rule(one); err != nil {
				return nil, err
			}
			out = append(out, Mark{Text: one.Digest(), Coder: by.Name, Code: code, Settled: action == "coding.settle", At: s.now()})
		}
		if known < len(codes) {
			return nil, fault.New(fault.NotFound, "coding.unknown")
		}
		return out, nil
	})
}
