package survey

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/survey/invite"
	"minyi/survey/questionnaire"
)

// Counts is what became of a set of links.
type Counts struct {
	Links       int // issued
	Complete    int
	Partial     int
	BreakOff    int
	ScreenedOut int
	Refused     int
	QuotaFull   int // found their cell of the quota full: kept, not counted
}

// Answers counts those who took part.
func (c Counts) Answers() int { return c.Complete + c.Partial + c.BreakOff }

// Returned counts every sheet that came back.
func (c Counts) Returned() int { return c.Answers() + c.ScreenedOut + c.Refused + c.QuotaFull }

// ResponseRate is RR2 of AAPOR's Standard Definitions (10th edition, 2023):
// complete and partial interviews over all links but those of people who turned
// out not to belong to the population and of those whose quota was filled (4.8,
// not eligible); links of unknown fate count as eligible.
// It is 0 where there are no such links.
func (c Counts) ResponseRate() indicators.Share {
	eligible := c.Links - c.ScreenedOut - c.QuotaFull
	if eligible <= 0 {
		return 0
	}
	return indicators.Share((int64(c.Complete+c.Partial)*int64(indicators.Whole) + int64(eligible)/2) / int64(eligible))
}

func (c *Counts) add(outcome questionnaire.Disposition, n int) {
	switch outcome {
	case questionnaire.Complete:
		c.Complete += n
	case questionnaire.Partial:
		c.Partial += n
	case questionnaire.BreakOff:
		c.BreakOff += n
	case questionnaire.ScreenedOut:
		c.ScreenedOut += n
	case questionnaire.Refused:
		c.Refused += n
	case questionnaire.QuotaFull:
		c.QuotaFull += n
	}
}

// BatchCounts are the counts of one batch: a PSU of the sample or a poster.
type BatchCounts struct {
	Batch  invite.Batch
	Counts Counts
}

// Fieldwork is where one survey's fieldwork stands.
type Fieldwork struct {
	Survey  *Survey
	Sampled Counts // the one-time links of the drawn sample
	Posters Counts // Links counts places; many people use one
	Batches []BatchCounts
	Cells   []CellCounts // of the quota, in its order
}

// CellCounts are the counts of one cell of a quota.
type CellCounts struct {
	Cell
	CellCount
}

// Fieldwork returns the counts of one survey at this moment.
func (s *Service) Fieldwork(_ context.Context, by access.Actor, id ID) (*Fieldwork, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	l, err := s.get(id)
	if err != nil {
		return nil, err
	}
	return s.count(l.survey), nil
}

// Surveys returns every survey with its counts, the newest round first, by unit.
func (s *Service) Surveys(_ context.Context, by access.Actor) ([]*Fieldwork, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	all := s.all()
	slices.SortFunc(all, func(a, b *Survey) int {
		return cmp.Or(cmp.Compare(b.Round, a.Round), cmp.Compare(a.Unit, b.Unit))
	})
	out := make([]*Fieldwork, len(all))
	for i, sv := range all {
		out[i] = s.count(sv)
	}
	return out, nil
}

// all are the surveys of residents.
func (s *Service) all() []*Survey { return s.allOf(OfResidents) }

func (s *Service) allOf(who Audience) []*Survey {
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := make([]*Survey, 0, len(s.live))
	for _, l := range s.live {
		if l.survey.Audience == who {
			out = append(out, l.survey)
		}
	}
	return out
}

func (s *Service) count(sv *Survey) *Fieldwork {
	f := &Fieldwork{Survey: sv, Batches: make([]BatchCounts, len(sv.Batches))}
	tally := s.Intake.Tally(sv.Number)
	for i, b := range sv.Batches {
		one := BatchCounts{Batch: b, Counts: Counts{Links: int(b.Count)}}
		sum := &f.Sampled
		if b.Kind == invite.Poster {
			sum = &f.Posters
		}
		sum.Links += int(b.Count)
		for outcome, n := range tally[b.Number] {
			one.Counts.add(outcome, n)
			sum.add(outcome, n)
		}
		f.Batches[i] = one
	}
	if sv.Quota != nil {
		counts := s.Intake.Cells(sv.Number)
		for i, c := range sv.Quota.Cells {
			f.Cells = append(f.Cells, CellCounts{Cell: c, CellCount: counts[uint32(i+1)]})
		}
	}
	return f
}

// Comments returns the free texts of a closed survey, each by itself and sorted,
// so that nothing says whose or beside which it was written. Who read them is an
// entry in the trail.
func (s *Service) Comments(ctx context.Context, by access.Actor, id ID) ([]string, error) {
	l, err := s.readClosed(ctx, by, id, "survey.comments")
	if err != nil {
		return nil, err
	}
	packed, err := s.Store.Comments(ctx, l.survey.Number)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, sheet := range packed {
		texts, err := l.paper.UnpackTexts(sheet)
		if err != nil {
			return nil, err
		}
		out = slices.AppendSeq(out, maps.Values(texts))
	}
	slices.Sort(out)
	return out, nil
}
