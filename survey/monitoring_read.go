package survey

import (
	"context"
	"strconv"
	"sync"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/survey/frame"
	"minyi/survey/monitor"
)

// ReadRunning reads the share satisfied while the survey runs, with limits that hold at
// all readings at once (monitor.Sequence): the design-weighted average of the items'
// shares, of the sample alone, without the margins that the final weights are brought
// to. Every reading is kept and is an entry in the trail (C97). It is refused with
// monitor.peek.off where it was not allowed, with monitor.peek.few below what the
// limits need, and with monitor.peek.soon before as many further answers came as a
// figure needs to be shown, so that no two readings tell one person's answer.
func (s *Service) ReadRunning(ctx context.Context, by access.Actor, id ID) (*Survey, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	l, err := s.get(id)
	if err != nil {
		return nil, err
	}
	if err := l.survey.peeking(); err != nil {
		return nil, err
	}
	share, err := s.runningShare(l)
	if err != nil {
		return nil, err
	}
	return s.update(ctx, id, s.entry(by, "survey.monitor.read", id), func(sv *Survey) error {
		if err := sv.peeking(); err != nil {
			return err
		}
		if k := len(sv.Watched.Readings); k > 0 {
			if more := share.N - sv.Watched.Readings[k-1].N; more < sv.LeastShown() {
				return fault.New(fault.Conflict, "monitor.peek.soon", "more", strconv.Itoa(max(more, 0)), "least", strconv.Itoa(sv.LeastShown()))
			}
		}
		sv.Watched.Readings = append(sv.Watched.Readings, Reading{At: s.Now().UTC(), By: by.Name, N: share.N, Est: share.Est, Low: share.Low, High: share.High})
		return nil
	})
}

// peeking is nil where the share may be read now.
func (s *Survey) peeking() error {
	if err := s.in(Open); err != nil {
		return err
	}
	if s.Watched.Peek == nil {
		return fault.New(fault.Conflict, "monitor.peek.off")
	}
	return nil
}

func (s *Service) runningShare(l *live) (monitor.Running, error) {
	in, err := s.unweighed(l, counting)
	if err != nil {
		return monitor.Running{}, err
	}
	in.Margins, in.Population = nil, 0
	table, err := in.Tabulate()
	if err != nil {
		return monitor.Running{}, err
	}
	size, _ := l.survey.sized()
	target, _ := l.survey.target()
	out, ok := monitor.Sequence(table.Sampled.Satisfied, monitor.Planned(size.Margin, target))
	if !ok {
		return out, fault.New(fault.Conflict, "monitor.peek.few", "n", strconv.Itoa(out.N), "least", strconv.Itoa(monitor.LeastAnswers), "df", strconv.Itoa(monitor.LeastDF))
	}
	return out, nil
}

// Likeness says how those who answered resemble those who were invited, and the
// population: of N answers of the sample.
type Likeness struct {
	Survey   *Survey
	Response *monitor.Representativity // nil where it cannot be said yet
	Census   []monitor.Balance         // none where no margins are published for the area
	Few      bool                      // too few answers to show the census table
	N        int
}

// likenesses keeps the census tables, so that two looks never tell one person.
type likenesses struct {
	mu sync.Mutex
	of map[ID]likeness
}

type likeness struct {
	n, out int
	ended  bool
	census []monitor.Balance
}

// Likeness compares the answers of the sample with its links and with the census. The
// census table is made anew after as many further answers as a figure needs to be
// shown.
func (s *Service) Likeness(ctx context.Context, by access.Actor, id ID) (*Likeness, error) {
	m, err := s.Monitor(ctx, by, id)
	if err != nil {
		return nil, err
	}
	l, err := s.get(id)
	if err != nil {
		return nil, err
	}
	out := &Likeness{Survey: l.survey}
	if r, ok := monitor.Represent(m.Places); ok {
		out.Response = r
	}
	s.likenesses.mu.Lock()
	defer s.likenesses.mu.Unlock()
	now, err := s.likeness(l)
	if err != nil {
		return nil, err
	}
	out.N, out.Census = now.n, now.census
	out.Few = out.N < l.survey.LeastShown()
	if out.Few {
		out.Census = nil
	}
	return out, nil
}

// likeness is the census table that is shown, whose lock is held.
func (s *Service) likeness(l *live) (likeness, error) {
	margins := frame.Margins(string(l.survey.Unit))
	kept, ok := s.likenesses.of[l.survey.ID]
	sampled, _, err := s.gather(l, counting)
	if err != nil {
		return kept, err
	}
	same := kept.ended == l.survey.ended() && kept.out == len(l.out)
	if ok && same && sampled.N-kept.n < l.survey.LeastShown() {
		return kept, nil
	}
	kept = likeness{n: sampled.N, out: len(l.out), ended: l.survey.ended()}
	if sampled.N > 0 {
		kept.census = monitor.Balances(&sampled, margins)
	}
	if s.likenesses.of == nil {
		s.likenesses.of = map[ID]likeness{}
	}
	s.likenesses.of[l.survey.ID] = kept
	return kept, nil
}
