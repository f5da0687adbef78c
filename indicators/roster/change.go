package roster

import (
	"context"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/fault"
)

// Windows are the dates of a round's steps.
type Windows struct {
	Filing     Window `json:"filing"`
	Evaluation Window `json:"evaluation"`
	Notice     Window `json:"notice"`
	Naming     Window `json:"naming"`
}

// Windows returns the dates of the steps.
func (s Settings) Windows() Windows {
	return Windows{Filing: s.Filing, Evaluation: s.Evaluation, Notice: s.Notice, Naming: s.Naming}
}

// Move is one change of dates, announced with its reason (C90).
type Move struct {
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	Reason string    `json:"reason"`
	Before Windows   `json:"before"`
	After  Windows   `json:"after"`
}

// Reschedule moves windows of the round, with a reason that is announced (C90: only
// the steps of the evaluation and naming, 评估认定各程序阶段的时间节点). The filing
// window is not among them: its dates are those of the plan that the round was opened
// with. The first day of any window
// that has begun stays, and none may be moved before today; no last day may be moved
// into the past. version is the
// round's version that the caller saw.
func (s *Service) Reschedule(ctx context.Context, by access.Actor, year, version int, to Windows, reason string) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	if err := checkReason(reason, true); err != nil {
		return err
	}
	now := s.now()
	return s.store.UpdateRound(ctx, year, s.entry(by, "round.reschedule", object(year), reason), func(r *Round) error {
		if r.Version != version {
			return fault.New(fault.Conflict, "round.changed")
		}
		before := r.Settings.Windows()
		if before == to {
			return fault.New(fault.Invalid, "round.unmoved")
		}
		if err := before.allow(to, now); err != nil {
			return err
		}
		r.Settings.Filing, r.Settings.Evaluation = to.Filing, to.Evaluation
		r.Settings.Notice, r.Settings.Naming = to.Notice, to.Naming
		if err := r.Settings.Check(); err != nil {
			return err
		}
		r.Moves = append(r.Moves, Move{At: now, By: by.Name, Reason: reason, Before: before, After: to})
		return nil
	})
}

// allow refuses moves that would undo what has already happened.
func (w Windows) allow(to Windows, now time.Time) error {
	var list fault.List
	if w.Filing != to.Filing {
		list.Add(fault.New(fault.Closed, "round.filing_fixed", "from", w.Filing.From.String(), "to", w.Filing.To.String()).At("filing"))
	}
	for _, p := range []struct {
		field    string
		old, new Window
	}{
		{"evaluation", w.Evaluation, to.Evaluation},
		{"notice", w.Notice, to.Notice},
		{"naming", w.Naming, to.Naming},
	} {
		switch {
		case p.old == p.new:
		case p.old.From != p.new.From && (p.old.Began(now) || p.new.From.Before(DateOf(now))):
			list.Add(fault.New(fault.Closed, "round.begun", "from", p.old.From.String()).At(p.field))
		case p.old.To != p.new.To && p.new.Over(now):
			list.Add(fault.New(fault.Closed, "round.past").At(p.field))
		}
	}
	return list.Err()
}

// Adjust changes settings other than dates, with a reason. What applicants
// relied on is fixed once filing has opened, what assessors rely on once the
// evaluation has, the rest once the notice has (C73).
func (s *Service) Adjust(ctx context.Context, by access.Actor, year, version int, to Settings, reason string) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	if err := checkReason(reason, true); err != nil {
		return err
	}
	return s.store.UpdateRound(ctx, year, s.entry(by, "round.adjust", object(year), reason), func(r *Round) error {
		if r.Version != version {
			return fault.New(fault.Conflict, "round.changed")
		}
		to.Filing, to.Evaluation = r.Settings.Filing, r.Settings.Evaluation
		to.Notice, to.Naming = r.Settings.Notice, r.Settings.Naming
		if err := r.Settings.allow(to, s.now()); err != nil {
			return err
		}
		if err := to.Check(); err != nil {
			return err
		}
		r.Settings = to
		return nil
	})
}

// allow refuses a change of a setting whose step has begun.
func (s Settings) allow(to Settings, now time.Time) error {
	switch {
	case s.Filing.Began(now) && s.filingRules() != to.filingRules():
		return fault.New(fault.Closed, "round.setting_fixed", "from", s.Filing.From.String())
	case s.Evaluation.Began(now) && s.evaluationRules() != to.evaluationRules():
		return fault.New(fault.Closed, "round.setting_fixed", "from", s.Evaluation.From.String())
	case s.Notice.Began(now) && s != to:
		return fault.New(fault.Closed, "round.setting_fixed", "from", s.Notice.From.String())
	}
	return nil
}

// filingRules returns the settings that applicants rely on, all else zero.
func (s Settings) filingRules() Settings {
	return Settings{
		Gate: s.Gate, GateOfAll: s.GateOfAll, AllowBelowGate: s.AllowBelowGate, ReportLimit: s.ReportLimit,
		CountPunctuation: s.CountPunctuation, BothTracks: s.BothTracks,
	}
}

// evaluationRules returns the settings that assessors rely on, all else zero.
func (s Settings) evaluationRules() Settings {
	return Settings{
		Assessors: s.Assessors, ArbitrationAbove: s.ArbitrationAbove, ShowSelfMarks: s.ShowSelfMarks, ReasonBelow: s.ReasonBelow,
		SurveyRequired: s.SurveyRequired, Indicator84Lower: s.Indicator84Lower,
		ArbitrationItem: s.ArbitrationItem, ArbitrationResidual: s.ArbitrationResidual,
		ThreeSheets: s.ThreeSheets, CorrectLeniency: s.CorrectLeniency,
		LevelOpinions: s.LevelOpinions, ShowOwnTotal: s.ShowOwnTotal, ArbiterSees: s.ArbiterSees,
		Indicator72Lower: s.Indicator72Lower, FedRule: s.FedRule, FedFloor: s.FedFloor,
	}
}
