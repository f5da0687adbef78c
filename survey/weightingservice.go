package survey

import (
	"context"
	"slices"
	"strconv"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/survey/invite"
	"minyi/survey/questionnaire"
	"minyi/survey/tabulate"
)

// seen puts a reading of the results into the trail; the first one is remembered, so
// that a plan of the weights that is decided later says so.
func (s *Service) seen(ctx context.Context, by access.Actor, l *live, action string) (*live, error) {
	entry := s.entry(by, action, l.survey.ID)
	if !l.survey.Weighting.Seen.IsZero() {
		return l, s.Store.Record(ctx, entry)
	}
	_, err := s.update(ctx, l.survey.ID, entry, func(sv *Survey) error {
		if sv.Weighting.Seen.IsZero() {
			sv.Weighting.Seen = s.Now().UTC()
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s.get(l.survey.ID)
}

// unitOf is a batch as a unit of the design. A poster's place is a unit without weight.
func unitOf(sv *Survey, b invite.Batch) tabulate.Unit {
	if b.Kind == invite.Poster {
		return tabulate.Unit{PSU: number(int(b.Number)) + " " + b.Place}
	}
	return tabulate.Unit{Stratum: b.Stratum, PSU: b.PSU, Weight: sv.weight(b)}
}

// facts notes what is known of everybody invited.
func (s *Service) facts(sv *Survey, units []tabulate.Unit) {
	tally, place := s.Intake.Tally(sv.Number), map[[2]string]int{}
	for k, unit := range units {
		if unit.Weight > 0 {
			place[[2]string{unit.Stratum, unit.PSU}] = k
		}
	}
	for _, b := range sv.Batches {
		k, ok := place[[2]string{b.Stratum, b.PSU}]
		if !ok || b.Kind != invite.OneTime {
			continue
		}
		back, unit := tally[b.Number], &units[k]
		unit.Invited += int(b.Count)
		unit.Out += back[questionnaire.ScreenedOut] + back[questionnaire.QuotaFull]
		unit.Size = sv.size(b)
	}
}

// size is that of a drawn PSU, in the frame's measure; 0 where there is none.
func (s *Survey) size(b invite.Batch) int64 {
	if s.Sample == nil {
		return 0
	}
	h, _ := s.Sample.Stratum(b.Stratum)
	for _, p := range h.PSUs {
		if p.Code == b.PSU {
			return p.Size
		}
	}
	return 0
}

// WeightingView is what the page of the weights shows: the draft where there is one,
// else the plan in force, and what it does. Appraisal is nil where Refusal says why it
// cannot be done.
type WeightingView struct {
	Survey    *Survey
	Plan      tabulate.Plan
	Appraisal *tabulate.Appraisal
	Refusal   error
	Census    []string // the published margins of the unit's area
	Variables []Variable
}

// Weighting shows the weights of a survey whose review is closed, without any
// estimate. It is refused with survey.state and review.open before that.
func (s *Service) Weighting(_ context.Context, by access.Actor, id ID) (*WeightingView, error) {
	l, err := s.weighing(by, id)
	if err != nil {
		return nil, err
	}
	v := &WeightingView{Survey: l.survey, Plan: l.survey.Weighting.Plan, Variables: l.variables()}
	if d := l.survey.Weighting.Draft; d != nil {
		v.Plan = d.Plan
	}
	in, err := s.unweighed(l, counting)
	if err != nil {
		return nil, err
	}
	for _, m := range in.Margins {
		v.Census = append(v.Census, m.Variable)
	}
	in.Plan = v.Plan
	v.Appraisal, v.Refusal = in.Appraise()
	if v.Refusal != nil && fault.KindOf(v.Refusal) == 0 {
		return nil, v.Refusal
	}
	return v, nil
}

func (s *Service) weighing(by access.Actor, id ID) (*live, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	l, err := s.get(id)
	if err != nil {
		return nil, err
	}
	return l, l.survey.weighable()
}

// SetWeighting changes the settings of the draft; its margins from files stay.
func (s *Service) SetWeighting(ctx context.Context, by access.Actor, id ID, p tabulate.Plan) (*Survey, error) {
	return s.editWeighting(ctx, by, id, "survey.weights.set", func(d *WeightingDraft) error {
		p.Targets = d.Plan.Targets
		d.Plan = p
		return nil
	})
}

func (s *Service) editWeighting(ctx context.Context, by access.Actor, id ID, action string, change func(*WeightingDraft) error) (*Survey, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	return s.update(ctx, id, s.entry(by, action, id), func(sv *Survey) error { return sv.EditWeighting(s.stamp(by), change) })
}

// ProposeWeighting asks for the draft to come into force; what the answers do not allow
// is refused as the page shows it. The other refusals are those of
// Survey.ProposeWeighting.
func (s *Service) ProposeWeighting(ctx context.Context, by access.Actor, id ID, digest, reason string) (*Survey, error) {
	if err := s.feasible(ctx, by, id); err != nil {
		return nil, err
	}
	entry := s.entry(by, "survey.weights.propose", id)
	entry.Reason = reason
	return s.update(ctx, id, entry, func(sv *Survey) error { return sv.ProposeWeighting(s.stamp(by), digest, reason) })
}

// ConfirmWeighting is the second person's word. The refusals are those of
// Survey.ConfirmWeighting, and what the answers do not allow.
func (s *Service) ConfirmWeighting(ctx context.Context, by access.Actor, id ID, digest string) (*Survey, error) {
	if err := s.feasible(ctx, by, id); err != nil {
		return nil, err
	}
	l, err := s.get(id)
	if err != nil {
		return nil, err
	}
	entry := s.entry(by, "survey.weights.confirm", id)
	if d := l.survey.Weighting.Draft; d != nil {
		entry.Reason = d.Reason
	}
	second, err := by.Second(ctx, s.People)
	if err != nil {
		return nil, err
	}
	return s.update(ctx, id, entry, func(sv *Survey) error { return sv.ConfirmWeighting(s.stamp(by), second, digest) })
}

// feasible tries the draft.
func (s *Service) feasible(ctx context.Context, by access.Actor, id ID) error {
	v, err := s.Weighting(ctx, by, id)
	if err != nil {
		return err
	}
	return v.Refusal
}

// DropWeighting gives the draft up. It is refused with weigh.nodraft.
func (s *Service) DropWeighting(ctx context.Context, by access.Actor, id ID) (*Survey, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	return s.update(ctx, id, s.entry(by, "survey.weights.drop", id), (*Survey).DropWeighting)
}

// AddMargin puts a distribution from a CSV file into the draft. What its columns and
// values stand for is guessed from the names, and settled by MapMargin. The refusals
// are those of ReadImport and weigh.targets.
func (s *Service) AddMargin(ctx context.Context, by access.Actor, id ID, name string, text []byte) (*Survey, int, error) {
	l, err := s.weighing(by, id)
	if err != nil {
		return nil, 0, err
	}
	i, err := ReadImport(name, text)
	if err != nil {
		return nil, 0, err
	}
	i.guess(l.variables())
	at := 0
	sv, err := s.editWeighting(ctx, by, id, "survey.weights.margin", func(d *WeightingDraft) error {
		if len(d.Imports) >= tabulate.MaxTargets {
			return fault.New(fault.Invalid, "weigh.targets", "max", strconv.Itoa(tabulate.MaxTargets)).At("file")
		}
		i.Name = d.freeName(i.Name)
		d.Imports = append(d.Imports, i)
		at = len(d.Imports) - 1
		return d.settle(at)
	})
	return sv, at, err
}

// MapMargin settles what the columns and values of a distribution stand for. The
// margin enters the plan once that is complete.
func (s *Service) MapMargin(ctx context.Context, by access.Actor, id ID, at int, m Mapping) (*Survey, error) {
	l, err := s.weighing(by, id)
	if err != nil {
		return nil, err
	}
	known := l.variables()
	return s.editWeighting(ctx, by, id, "survey.weights.map", func(d *WeightingDraft) error {
		if at < 0 || at >= len(d.Imports) {
			return fault.New(fault.NotFound, "weigh.nomargin")
		}
		i := d.Imports[at]
		if err := i.take(m, known); err != nil {
			return err
		}
		d.Imports[at] = i
		return d.settle(at)
	})
}

// RemoveMargin takes a distribution out of the draft.
func (s *Service) RemoveMargin(ctx context.Context, by access.Actor, id ID, name string) (*Survey, error) {
	return s.editWeighting(ctx, by, id, "survey.weights.unmap", func(d *WeightingDraft) error {
		before := len(d.Imports) + len(d.Plan.Targets)
		d.Imports = slices.DeleteFunc(d.Imports, func(i Import) bool { return i.Name == name })
		d.Plan.Targets = slices.DeleteFunc(d.Plan.Targets, func(t tabulate.Target) bool { return t.Name == name })
		if len(d.Imports)+len(d.Plan.Targets) == before {
			return fault.New(fault.NotFound, "weigh.nomargin")
		}
		return nil
	})
}

// MarginView is a distribution of the draft with what is known of it: the variables
// that its columns may be, and of the margin that it makes the answers by cell. Margin
// is nil while its mapping is not complete, and Missing says what lacks.
type MarginView struct {
	Survey    *Survey
	Import    Import
	Variables []Variable
	Margin    *tabulate.Target
	Missing   error
	Counts    []int
	None      int // answers in no cell
	Answers   int
}

// Margin shows a distribution of the draft.
func (s *Service) Margin(_ context.Context, by access.Actor, id ID, at int) (*MarginView, error) {
	l, err := s.weighing(by, id)
	if err != nil {
		return nil, err
	}
	d := l.survey.Weighting.Draft
	if d == nil || at < 0 || at >= len(d.Imports) {
		return nil, fault.New(fault.NotFound, "weigh.nomargin")
	}
	v := &MarginView{Survey: l.survey, Import: d.Imports[at], Variables: l.variables()}
	t, missing := v.Import.Target()
	if missing != nil {
		v.Missing = missing
		return v, nil //nolint:nilerr // shown by the page: the mapping goes on
	}
	in, err := s.unweighed(l, counting)
	if err != nil {
		return nil, err
	}
	v.Margin, v.Answers = &t, in.Sampled.N
	if in.Sampled.N > 0 {
		v.Counts, v.None, err = in.Counts(t)
	}
	return v, err
}
