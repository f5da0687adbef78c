package keeper

import (
	"context"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/survey/ledger"
)

// Kinds of statements: what was fixed of a survey before its fieldwork, and how its
// leaves were counted at its end (ledger.Counts).
const (
	Scheme = "scheme"
	Counts = "counts"
)

// Publish publishes a text of a log, word for word, unless the last of its kind says
// the same: from then on anybody can read it, and its digest is a leaf of the log of
// events.
func (s *Service) Publish(ctx context.Context, by access.Actor, name, kind, text string) error {
	l, err := s.LogOf(ctx, name)
	if err != nil {
		return err
	}
	return s.publish(ctx, by, l, kind, text)
}

// PublishIn is Publish for a log that may not be there yet.
func (s *Service) PublishIn(ctx context.Context, by access.Actor, from Source, kind, text string) error {
	l, err := s.open(ctx, from)
	if err != nil {
		return err
	}
	return s.publish(ctx, by, l, kind, text)
}

func (s *Service) publish(ctx context.Context, by access.Actor, l Log, kind, text string) error {
	events, err := s.Open(ctx, 0, Events)
	if err != nil {
		return err
	}
	digest := Digest([]byte(text))
	entry := audit.Entry{
		At: s.Now(), Actor: by.Name, Role: string(by.Role), Action: "ledger.publish", Object: "ledger/" + l.Name,
		After: `{"kind":"` + kind + `","digest":"` + digest.String() + `"}`,
	}
	_, err = s.Store.State(ctx, l.ID, events.ID, Statement{Kind: kind, At: s.Now(), Text: text}, digest, entry)
	return err
}

// Statements returns what was published of a log, in order.
func (s *Service) Statements(ctx context.Context, l Log) ([]Statement, error) {
	return s.Store.Statements(ctx, l.ID)
}

// CountsOf returns the published counts of a log, false where there are none yet.
func (s *Service) CountsOf(ctx context.Context, l Log) (c ledger.Counts, known bool, err error) {
	all, err := s.Store.Statements(ctx, l.ID)
	if err != nil {
		return c, false, err
	}
	for _, one := range all {
		if one.Kind != Counts {
			continue
		}
		if c, _, err = ledger.ParseCounts(one.Text); err != nil {
			return c, false, err
		}
		known = true
	}
	return c, known, nil
}
