package evaluation

import (
	"context"
	"encoding/json"
	"errors"

	"minyi/indicators/access"
	"minyi/indicators/application"
)

// Save keeps the actor's verdicts as a draft, within the evaluation window. The
// trail says which marks changed from what to what (C11).
func (s *Service) Save(ctx context.Context, by access.Actor, k application.Key, seen int, e Entry) error {
	return s.mark(ctx, by, k, "sheet.save", func(a *Assignment, t Terms) error {
		return a.Sheet.Save(t, seen, e)
	})
}

// Submit keeps the verdicts and closes the sheet in one step; it is refused
// whole when a verdict, a reason or the opinion is missing (C28).
func (s *Service) Submit(ctx context.Context, by access.Actor, k application.Key, seen int, e Entry) error {
	return s.mark(ctx, by, k, "sheet.submit", func(a *Assignment, t Terms) error {
		if err := a.Sheet.Save(t, seen, e); err != nil {
			return err
		}
		return a.Sheet.Submit(t, s.Now())
	})
}

func (s *Service) mark(ctx context.Context, by access.Actor, k application.Key, action string, act func(*Assignment, Terms) error) error {
	a, err := s.mine(ctx, by, k)
	if err != nil {
		return err
	}
	if err := a.ready(); err != nil {
		return err
	}
	entry := s.entry(by, action, a.Object())
	if err := s.window(ctx, k.Round, entry); err != nil {
		return err
	}
	terms, err := s.terms(ctx, k)
	if err != nil {
		return err
	}
	return s.Store.UpdateAssignment(ctx, k, by.Name, entry, func(a *Assignment) error {
		if err := a.ready(); err != nil {
			return err
		}
		before := copyOf(a.Sheet.Verdicts)
		if err := act(a, terms); err != nil {
			return err
		}
		entry.Before, entry.After, err = difference(before, a.Sheet.Verdicts)
		return err
	})
}

func copyOf(m map[Item]Verdict) map[Item]Verdict {
	out := make(map[Item]Verdict, len(m))
	for k, v := range m {
		out[k] = v
	}
	return out
}

// difference returns the verdicts that changed, as they were and as they are.
func difference(before, after map[Item]Verdict) (string, string, error) {
	was, is := map[Item]Verdict{}, map[Item]Verdict{}
	for item, v := range after {
		if old, ok := before[item]; !ok || old != v {
			is[item] = v
			if ok {
				was[item] = old
			}
		}
	}
	for item, v := range before {
		if _, ok := after[item]; !ok {
			was[item] = v
		}
	}
	b, errB := json.Marshal(was)
	a, errA := json.Marshal(is)
	return string(b), string(a), errors.Join(errB, errA)
}
