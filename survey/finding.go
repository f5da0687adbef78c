package survey

import (
	"context"
	"encoding/json"
	"math"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/indicators/scorebook"
)

// Figure is the survey's result as the scorebook takes it, in hundredths on 0.00
// to 100.00: the weighted share satisfied with its standard error and its 95 %
// interval.
type Figure struct {
	Mark   indicators.Mark `json:"mark"`
	SE     indicators.Mark `json:"se"`
	Low    indicators.Mark `json:"low"`
	High   indicators.Mark `json:"high"`
	Detail json.RawMessage `json:"detail"` // per item, for the feedback after the notice (C49)
}

// figure is the border at which the survey's floating-point shares (0 to 1)
// become marks: the only place where that happens. It refuses with
// release.noresult what is not a number, as with a survey that nobody answered.
func figure(share, se, low, high float64) (Figure, error) {
	var f Figure
	for _, one := range []struct {
		to   *indicators.Mark
		from float64
	}{{&f.Mark, share}, {&f.SE, se}, {&f.Low, low}, {&f.High, high}} {
		if math.IsNaN(one.from) || math.IsInf(one.from, 0) {
			return Figure{}, fault.New(fault.Conflict, "release.noresult")
		}
		hundredths := math.Round(one.from * float64(indicators.Hundred))
		*one.to = indicators.Mark(min(max(hundredths, 0), float64(indicators.Hundred)))
	}
	return f, nil
}

// file brings a released result to the scorebook and notes that it stands there.
// It may be repeated: the book takes the same finding once.
func (s *Service) file(ctx context.Context, by access.Actor, sv *Survey) error {
	f := sv.Draft.Figure
	err := s.Book.File(ctx, by, scorebook.Finding{
		Key:  scorebook.Key{Round: sv.Round, Unit: sv.Unit, Instrument: scorebook.Survey},
		Mark: f.Mark, SE: f.SE, Low: f.Low, High: f.High, Digest: sv.Draft.Digest, Detail: f.Detail,
	})
	if err != nil {
		return err
	}
	_, err = s.update(ctx, sv.ID, s.entry(by, "survey.file", sv.ID), func(sv *Survey) error {
		sv.Draft.FiledAt = s.Now().UTC()
		return nil
	})
	return err
}
