package survey

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"minyi/survey/invite"
	"minyi/survey/monitor"
	"minyi/survey/questionnaire"
)

// rhythms keeps, for each survey, what takes a reading of its answers, so that many
// may watch a large survey.
type rhythms struct {
	mu sync.Mutex
	of map[uint16]*rhythm
}

// rhythm is when the answers of one survey came. It is never changed, only replaced.
type rhythm struct {
	state    State
	at       int // sheets that had come back when the days were read
	days     map[int32]*DayCount
	last     map[uint32]int32 // day of the last sheet of a batch
	most     map[uint32]int   // sheets of a batch on its fullest day
	tracedAt int              // sheets that had come back when the traces were read
	traced   int
	hours    [24]int
	networks []int // sheets by network

	foretold *foretold
}

// foretold keeps a forecast for as long as what it is made from stays.
type foretold struct {
	mu   sync.Mutex
	from string
	out  *monitor.Forecast
}

// Steps in which a running survey is read anew: at each sheet while there are few, and
// so that the reading never costs more than the answers' own way to the disk.
const (
	dayStep   = 2000 // one part in so many of the sheets
	traceStep = 20   // likewise; and traces are re-filed by the twenty
	leastStep = 20
)

// rhythm returns when the answers came; sheets is how many there are.
func (s *Service) rhythm(ctx context.Context, l *live, sheets int) (*rhythm, error) {
	s.rhythms.mu.Lock()
	defer s.rhythms.mu.Unlock()
	if s.rhythms.of == nil {
		s.rhythms.of = map[uint16]*rhythm{}
	}
	old := s.rhythms.of[l.survey.Number]
	if old == nil {
		old = &rhythm{at: -1, tracedAt: -1, foretold: &foretold{}}
	}
	next := *old
	next.state = l.survey.State
	ended := l.survey.ended() && old.state != l.survey.State
	if old.at < 0 || ended || sheets-old.at > old.at/dayStep {
		if err := s.readDays(ctx, l, &next); err != nil {
			return nil, err
		}
		next.at = sheets
	}
	if old.tracedAt < 0 || ended || sheets-old.tracedAt >= max(leastStep, old.tracedAt/traceStep) {
		if err := s.readTraces(ctx, l, &next); err != nil {
			return nil, err
		}
		next.tracedAt = sheets
	}
	s.rhythms.of[l.survey.Number] = &next
	return &next, nil
}

func (s *Service) readDays(ctx context.Context, l *live, r *rhythm) error {
	r.days, r.last, r.most = map[int32]*DayCount{}, map[uint32]int32{}, map[uint32]int{}
	if s.Arrivals == nil {
		return nil
	}
	perDay := map[[2]int64]int{}
	return s.Arrivals.Days(ctx, l.survey.Number, func(d int32, batch uint32, outcome questionnaire.Disposition, n int) error {
		b, _ := l.survey.Batches.Number(batch)
		one := r.days[d]
		if one == nil {
			one = &DayCount{}
			r.days[d] = one
		}
		r.last[batch] = max(r.last[batch], d)
		at := [2]int64{int64(batch), int64(d)}
		perDay[at] += n
		r.most[batch] = max(r.most[batch], perDay[at])
		if b.Kind == invite.Poster {
			one.Postered += n
			return nil
		}
		one.Sampled += n
		if outcome == questionnaire.Complete || outcome == questionnaire.Partial {
			one.Answered += n
		}
		return nil
	})
}

// readTraces counts the hours and the networks of the sheets of the sample that left a
// trace. Only re-filed ones are read, so that no look tells one sheet's hour.
func (s *Service) readTraces(ctx context.Context, l *live, r *rhythm) error {
	r.traced, r.hours, r.networks = 0, [24]int{}, nil
	if l.wave == nil {
		return nil
	}
	networks := map[Digest]int{}
	err := s.Store.Kept(ctx, l.survey.Number, func(_ int64, one Record) error {
		b, _ := l.survey.Batches.Number(one.Batch)
		if one.Trace == nil || b.Kind == invite.Poster {
			return nil
		}
		t, err := l.wave.unpack(one.Trace, l.survey.Number)
		if err != nil {
			return err
		}
		r.traced++
		r.hours[monitor.Hour(t.Started)]++
		if t.Network != (Digest{}) && t.Mode == Self {
			networks[t.Network]++
		}
		return nil
	})
	r.networks = slices.Sorted(maps.Values(networks))
	return err
}

// forecast is made once for what it is made from.
func (r *rhythm) forecast(m *Monitor, now time.Time) *monitor.Forecast {
	p := m.pace(now)
	r.foretold.mu.Lock()
	defer r.foretold.mu.Unlock()
	from := p.Key()
	if r.foretold.from == from {
		return r.foretold.out
	}
	r.foretold.from, r.foretold.out = from, nil
	if f, ok := p.Forecast(uint64(m.Survey.Number)); ok {
		r.foretold.out = &f
	}
	return r.foretold.out
}
