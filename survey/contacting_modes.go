package survey

import (
	"context"
	"errors"
	"math"
	"slices"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/survey/contact"
	"minyi/survey/invite"
	"minyi/survey/tabulate"
)

// IndexMeasure names the first measure of a comparison of modes: each person's
// place between the lowest and the highest point, 0 to 100, over the items that the
// person answered. The others are the items, 1 for satisfied and 0 for not.
const IndexMeasure = "index"

// ModeEffect compares the sampled answers that people gave alone on a screen with
// those given to an interviewer and those on paper, under the design weights and without the excluded: see
// contact.CompareModes. The mode is known as long as the traces are kept; after
// that the last comparison is given. Before the review is closed it is refused with
// review.open, without any trace with contact.modes.forgotten. Who read it is an
// entry in the trail.
func (s *Service) ModeEffect(ctx context.Context, by access.Actor, id ID) (*contact.ModeEffect, error) {
	l, err := s.readReviewed(ctx, by, id, "survey.read.modes")
	if err != nil {
		return nil, err
	}
	d, err := s.desk(ctx, l)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if l.wave == nil {
		if d.plan.Modes != nil {
			return d.plan.Modes, nil
		}
		return nil, fault.New(fault.Conflict, "contact.modes.forgotten")
	}
	sheets, err := s.modes(ctx, l)
	if err != nil {
		return nil, err
	}
	out, err := contact.CompareModes(*sheets)
	if err != nil {
		return nil, err
	}
	return out, s.keepModes(ctx, by, l, d, out)
}

// keepModes stores a comparison for the time after the traces, once.
func (s *Service) keepModes(ctx context.Context, by access.Actor, l *live, d *desk, m *contact.ModeEffect) error {
	if d.plan.Modes != nil {
		return nil // nothing changes after the review
	}
	return s.replan(ctx, l, d, s.entry(by, "survey.contact.modes", l.survey.ID), func(p *ContactPlan) (any, error) {
		p.Modes = m
		return struct {
			Alone int `json:"alone"`
			Phone int `json:"phone"`
			Paper int `json:"paper,omitempty"`
		}{m.Alone, m.Phone, m.Paper}, nil
	})
}

// modes reads the sampled answers that count with the mode of each.
func (s *Service) modes(ctx context.Context, l *live) (*contact.Sheets, error) {
	excluded, err := s.Store.ExcludedBy(ctx, l.survey.ID)
	if err != nil {
		return nil, err
	}
	r := newModeReader(l)
	err = s.Store.Kept(ctx, l.survey.Number, func(response int64, rec Record) error {
		b, _ := l.survey.Batches.Number(rec.Batch)
		if _, out := excluded[response]; out || b.Kind != invite.OneTime || !rec.Outcome.InScope() || rec.Trace == nil {
			return nil
		}
		return r.take(b, rec)
	})
	return &r.out, err
}

// modeReader turns answers into what modes are compared by.
type modeReader struct {
	live   *live
	items  []tabulate.Item
	out    contact.Sheets
	psus   map[[2]string]int32
	strata map[string]int32
}

func newModeReader(l *live) *modeReader {
	r := &modeReader{live: l, items: items(l.paper), psus: map[[2]string]int32{}, strata: map[string]int32{}}
	r.out.Of = []contact.Trait{{Name: "sex"}, {Name: "age"}, {Name: "residence"}}
	r.out.Measures = []contact.Measure{{Name: IndexMeasure}}
	for _, it := range r.items {
		r.out.Measures = append(r.out.Measures, contact.Measure{Name: it.ID})
	}
	return r
}

func (r *modeReader) take(b invite.Batch, rec Record) error {
	trace, err := r.live.wave.unpack(rec.Trace, r.live.survey.Number)
	if err != nil {
		return err
	}
	sheet, err := r.live.paper.Unpack(rec.Answers, "")
	if err != nil {
		return errors.Join(errTrace, err)
	}
	one, out := person(r.live.paper, sheet), &r.out
	out.Phone, out.Paper = append(out.Phone, trace.Mode == Assisted), append(out.Paper, trace.Mode == OnPaper)
	out.Weight = append(out.Weight, r.live.survey.weight(b))
	out.Strata = append(out.Strata, placeOf(r.strata, b.Stratum))
	out.PSU = append(out.PSU, placeOf(r.psus, [2]string{b.Stratum, b.PSU}))
	for k, value := range []string{one.Sex, one.Age, one.Residence} {
		out.Of[k].Values = append(out.Of[k].Values, value)
	}
	index, n := 0.0, 0
	for k, it := range r.items {
		value := math.NaN()
		if p := one.Points[k]; slices.Contains(it.Valid, p) {
			value = 0
			if slices.Contains(it.Satisfied, p) {
				value = 1
			}
			low, high := slices.Min(it.Valid), slices.Max(it.Valid)
			index += 100 * float64(p-low) / float64(high-low)
			n++
		}
		out.Measures[k+1].Values = append(out.Measures[k+1].Values, value)
	}
	mean := math.NaN()
	if n > 0 {
		mean = index / float64(n)
	}
	out.Measures[0].Values = append(out.Measures[0].Values, mean)
	return nil
}

func placeOf[K comparable](seen map[K]int32, key K) int32 {
	at, ok := seen[key]
	if !ok {
		at = int32(len(seen))
		seen[key] = at
	}
	return at
}
