package survey

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/survey/questionnaire"
	"minyi/survey/result"
	"minyi/survey/tabulate"
)

// The fewest answers behind a figure that is shown: what a survey begins with, and
// what it may be set to. Below three a neighbour is told from two.
const (
	usualLeast   = 10
	smallestFew  = 3
	largestFew   = 100
	reasonLength = 500
)

// LeastShown is the fewest answers behind a figure of the survey's results that is
// shown.
func (s *Survey) LeastShown() int {
	if s.Least == 0 {
		return usualLeast
	}
	return s.Least
}

// ShowFrom sets the fewest answers behind a figure that is shown. It is refused
// with results.least outside of 3 to 100, and with survey.state once the result is
// released: what was shown cannot be hidden again.
func (s *Survey) ShowFrom(least int) error {
	if s.State == Released {
		return fault.New(fault.Conflict, "survey.state", "state", string(s.State))
	}
	if least < smallestFew || least > largestFew {
		return fault.New(fault.Invalid, "results.least", "min", strconv.Itoa(smallestFew), "max", strconv.Itoa(largestFew)).At("least")
	}
	s.Least = least
	return nil
}

// ShowFrom sets the fewest answers behind a figure that is shown, for a reason that
// goes into the trail; results.reason refuses one that is missing or too long.
func (s *Service) ShowFrom(ctx context.Context, by access.Actor, id ID, least int, reason string) (*Survey, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	reason = strings.TrimSpace(reason)
	if n := utf8.RuneCountInString(reason); n == 0 || n > reasonLength {
		return nil, fault.New(fault.Invalid, "results.reason", "max", strconv.Itoa(reasonLength)).At("reason")
	}
	entry := s.entry(by, "survey.least", id)
	entry.Reason = reason
	return s.update(ctx, id, entry, func(sv *Survey) error { return sv.ShowFrom(least) })
}

// Results are the results of one survey after its review: the official figures, and
// on demand the further tables of the same answers, with small cells hidden
// (package result).
type Results struct {
	Survey   *Survey
	Paper    *questionnaire.Questionnaire
	Official *tabulate.Result // over everybody; hidden parts are left to Whole and Apart
	All      *tabulate.Result // with the answers that the review excluded
	Excluded int

	sample *result.Sample
	before *Results // of the unit's last round; nil where there is none
}

// Results reads the results of a survey. Before its review is closed they are
// refused with review.open. Each reading is an entry in the trail (C97).
func (s *Service) Results(ctx context.Context, by access.Actor, id ID) (*Results, error) {
	l, err := s.readReviewed(ctx, by, id, "survey.results")
	if err != nil {
		return nil, err
	}
	out, err := s.results(l)
	if err != nil {
		return nil, err
	}
	last := s.last(l.survey)
	if last == nil {
		return out, nil
	}
	if err := s.Store.Record(ctx, s.entry(by, "survey.results", last.survey.ID)); err != nil {
		return nil, err
	}
	out.before, err = s.results(last)
	return out, err
}

func (s *Service) results(l *live) (*Results, error) {
	both, err := s.compare(l)
	if err != nil {
		return nil, err
	}
	in, err := s.settled(l, grouping)
	if err != nil {
		return nil, err
	}
	sample, err := result.NewSample(in, l.ages())
	if err != nil {
		return nil, err
	}
	return &Results{
		Survey: l.survey, Paper: l.paper, Official: both.Official, All: both.All, Excluded: both.Excluded, sample: sample,
	}, nil
}

// last is the unit's latest reviewed survey of an earlier round, nil without one.
func (s *Service) last(sv *Survey) *live {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var found *live
	for _, l := range s.live {
		other := l.survey
		if other.Unit == sv.Unit && other.Round < sv.Round && other.Reviewed() && (found == nil || found.survey.Round < other.Round) {
			found = l
		}
	}
	return found
}

// Before is the round that changes are counted from, 0 where there is none.
func (r *Results) Before() int {
	if r.before == nil {
		return 0
	}
	return r.before.Survey.Round
}

// Whole reports whether there are enough answers for the figures over everybody.
func (r *Results) Whole() bool { return r.sample.People() >= r.Survey.LeastShown() }

// WithoutInsiders is the table without those who work for the evaluated body as it
// may stand beside the official one (result.Beside), nil where there is none.
func (r *Results) WithoutInsiders() *tabulate.Table {
	return result.Beside(r.Official.Sampled, r.Official.WithoutInsiders, r.Survey.LeastShown())
}

// WithExcluded is the table of all answers, with those that the review excluded, as
// it may stand beside the official one (result.Beside); nil where there is none.
func (r *Results) WithExcluded() *tabulate.Table {
	if r.Excluded == 0 {
		return nil
	}
	return result.Beside(r.Official.Sampled, &r.All.Sampled, r.Survey.LeastShown())
}

// Has reports whether the answers can be grouped by a way.
func (r *Results) Has(way string) bool { return r.sample.Has(way) }

// By is the table of a way to group (result.Sex and so on).
func (r *Results) By(way string) (*result.Table, error) {
	return r.sample.By(way, r.Survey.LeastShown())
}

// Cross is the table of one item by two ways at once, nil where there is none.
func (r *Results) Cross(item, first, second string) (*result.Cross, error) {
	return r.sample.Cross(item, first, second, r.Survey.LeastShown())
}

// Importance is the picture of what matters for an item and how it fares; nil for
// an unknown item.
func (r *Results) Importance(item string) (*result.Importance, error) {
	return r.sample.Importance(item, r.Survey.LeastShown())
}

// Reliability is that of the scale of all items.
func (r *Results) Reliability() (*result.Reliability, error) {
	return r.sample.Reliability(r.Survey.LeastShown())
}

// threshold84 is the share of satisfied residents that indicator 84 asks for (C129).
const (
	indicator84 = "84"
	threshold84 = 0.80
)

// Verdict says whether the share satisfied with the handling of disputes reaches
// the 80 % of indicator 84 (C129); nil where no item feeds it.
func (r *Results) Verdict() (*result.Verdict, error) {
	return r.sample.Verdict(indicator84, threshold84, r.Survey.LeastShown())
}

// wording names an item by all that people read of it, and what counts as
// satisfied: only answers to the same question may be compared. The name of the
// unit does not count, so that units can be compared too.
func wording(q *questionnaire.Questionnaire, id string) string {
	one, ok := q.Question(id)
	if !ok {
		return ""
	}
	subject := q.Value("subject")
	plain := func(t questionnaire.Text) questionnaire.Text {
		if subject.Zh != "" {
			t.Zh = strings.ReplaceAll(t.Zh, subject.Zh, "{subject}")
		}
		if subject.En != "" {
			t.En = strings.ReplaceAll(t.En, subject.En, "{subject}")
		}
		return t
	}
	type choice struct {
		Code      string
		Text      questionnaire.Text
		Apart     string
		Satisfied bool
	}
	whole := struct {
		Text    questionnaire.Text
		Choices []choice
	}{Text: plain(one.Text)}
	for _, c := range one.Choices {
		point, err := strconv.Atoi(c.Code)
		whole.Choices = append(whole.Choices, choice{c.Code, plain(c.Text), string(c.Reason), err == nil && q.SatisfiedPoint(id, point)})
	}
	text, err := json.Marshal(whole)
	if err != nil {
		panic(err) // texts only
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
