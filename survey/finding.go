package survey

import (
	"context"
	"encoding/json"
	"fmt"
	"math"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/indicators/scorebook"
	"minyi/survey/frame"
	"minyi/survey/invite"
	"minyi/survey/tabulate"
)

// Figure is the survey's result as the scorebook takes it, in hundredths on 0.00
// to 100.00: the index over all items (see tabulate.Table) with its standard
// error and its 95 % interval, 0 where the sample allows none.
type Figure struct {
	Mark   indicators.Mark `json:"mark"`
	SE     indicators.Mark `json:"se"`
	Low    indicators.Mark `json:"low"`
	High   indicators.Mark `json:"high"`
	Detail json.RawMessage `json:"detail"`
}

// satisfactions says of each indicator that an item of the questionnaire measures
// what share is satisfied, for rules such as 'at least 80 %' (C129): in hundredths
// of a percent, cut off and not rounded, so that nothing reaches a limit by
// rounding. Where fewer than least answered no figure is told.
func satisfactions(items []tabulate.ItemTable, least int) []scorebook.Satisfaction {
	var out []scorebook.Satisfaction
	for _, item := range items {
		if item.Indicator == "" || !item.Satisfied.Est.Known() {
			continue
		}
		one := scorebook.Satisfaction{Indicator: indicators.Number(item.Indicator), Item: item.ID, N: item.Satisfied.N, Few: item.Satisfied.N < least}
		if !one.Few {
			one.Est, one.Low, one.High = share(item.Satisfied.Est), share(item.Satisfied.Low), share(item.Satisfied.High)
			one.AtLeast, one.SE, one.WithMark = share(item.AtLeast), share(item.Satisfied.SE), together(item.WithIndex)
		}
		out = append(out, one)
	}
	return out
}

// share cuts a number on 0 to 1 off to hundredths of a percent; 0 where it is not
// known. The billionth makes up for sums in floating point.
func share(n tabulate.Number) indicators.Share {
	if !n.Known() {
		return 0
	}
	const billionth = 1e-9
	return indicators.Share(min(max(math.Floor((float64(n)+billionth)*float64(indicators.Whole)), 0), float64(indicators.Whole)))
}

// together is the covariance of a share with the index, in hundredths of a percent
// times hundredths of a mark; nil where none is known.
func together(n tabulate.Number) *int64 {
	const inHundredths = float64(indicators.Whole) * 100
	if !n.Known() {
		return nil
	}
	v := int64(math.Round(float64(n) * inHundredths))
	return &v
}

// meanOf is the weighted mean of what the answers to an item count.
func meanOf(list []tabulate.Answer) indicators.Mark {
	var sum, mass float64
	for _, a := range list {
		if a.Mark.Known() {
			sum, mass = sum+float64(a.Weight)*float64(a.Mark), mass+float64(a.Weight)
		}
	}
	if mass == 0 {
		return 0
	}
	return mark(tabulate.Number(sum / mass))
}

// hundredths is a number in hundredths; 0 where none is known.
func hundredths(n tabulate.Number) indicators.Mark {
	if !n.Known() {
		return 0
	}
	return indicators.Mark(math.Round(float64(n) * 100))
}

// overall is the border at which the survey's floating-point index becomes a
// mark: the only place where that happens. It refuses with release.noresult a
// survey that nobody of the sample answered.
func overall(l *live, result *tabulate.Result) (Figure, error) {
	index := result.Sampled.Index
	if !index.Est.Known() {
		return Figure{}, fault.New(fault.Conflict, "release.noresult")
	}
	f := Figure{Mark: mark(index.Est)}
	if index.SE.Known() && index.Low.Known() && index.High.Known() {
		f.SE, f.Low, f.High = mark(index.SE), mark(index.Low), mark(index.High)
	}
	var err error
	if f.Detail, err = detail(l, result); err != nil {
		return Figure{}, fmt.Errorf("survey: detail of the finding: %w", err)
	}
	return f, nil
}

// mark rounds a number on 0 to 100 to hundredths, half away from zero.
func mark(n tabulate.Number) indicators.Mark {
	hundredths := math.Round(float64(n) * 100)
	return indicators.Mark(min(max(hundredths, 0), float64(indicators.Hundred)))
}

// people is the number of residents whom a unit's survey speaks for.
func people(unit string) float64 { return float64(frame.AreaOf(unit).Population) }

// weight is the design weight of an answer from a batch of links: the inverse of
// the chance that a person there had to get one, which is N/n of the stratum where
// PSUs were drawn in proportion to size. Whoever did not answer is made up for by
// the calibration.
func (s *Survey) weight(b invite.Batch) float64 {
	if s.Sample == nil || b.Kind != invite.OneTime {
		return 0
	}
	c := s.Sample.Chance(b.Stratum, b.PSU)
	if c.Part == 0 {
		return 0
	}
	return float64(c.Whole) / float64(c.Part)
}

// file brings a released result to the scorebook and notes that it stands there;
// a correction stands there beside what it corrects, with its reason. It may be
// repeated: the book takes the same finding once.
func (s *Service) file(ctx context.Context, by access.Actor, sv *Survey) error {
	f := sv.Draft.Figure
	finding := scorebook.Finding{
		Key:  scorebook.Key{Round: sv.Round, Unit: sv.Unit, Instrument: sv.Audience.instrument()},
		Mark: f.Mark, SE: f.SE, Low: f.Low, High: f.High, Digest: sv.Draft.Digest, Detail: f.Detail,
	}
	var err error
	if sv.Draft.Number() > 1 {
		err = s.Book.Refile(ctx, by, finding, sv.Draft.Reason)
	} else {
		err = s.Book.File(ctx, by, finding)
	}
	if err != nil {
		return err
	}
	_, err = s.updateOf(ctx, sv.Audience, sv.ID, s.entry(by, sv.Audience.action("file"), sv.ID), func(sv *Survey) error {
		sv.Draft.FiledAt = s.Now().UTC()
		return nil
	})
	return err
}
