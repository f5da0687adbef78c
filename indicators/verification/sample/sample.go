// Package sample takes a visit from its plan to its close, with a made-up team and
// findings, for the tests of packages that need a closed one. It is no part of the
// programme.
package sample

import (
	"context"
	"fmt"

	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/verification"
)

// Team is a made-up team: a leader of the office and a deputy.
func Team() []verification.Member {
	return []verification.Member{
		{ID: "m1", Name: "组长甲", Category: verification.OfficeStaff, Part: verification.Leads},
		{ID: "m2", Name: "代表乙", Category: verification.Deputy, Part: verification.Takes},
	}
}

// Closed opens a visit, finds confirmed of checked items as claimed and the others
// not, and closes it.
func Closed(ctx context.Context, s *verification.Service, by access.Actor, round int, t naming.Target, date roster.Date, confirmed, checked int) error {
	if err := s.Open(ctx, by, round, t, "asked for"); err != nil {
		return err
	}
	k := application.Key{Round: round, Unit: t.Unit, Track: t.Track}
	return Finish(ctx, s, by, k, date, confirmed, checked)
}

// Finish takes an open visit to its close.
func Finish(ctx context.Context, s *verification.Service, by access.Actor, k application.Key, date roster.Date, confirmed, checked int) error {
	w, err := s.Work(ctx, by, k)
	if err != nil {
		return err
	}
	plan := verification.Plan{Team: Team(), Date: date}
	for _, l := range w.Terms.Lines()[:checked] {
		plan.Items = append(plan.Items, l.Item)
	}
	if err := s.Plan(ctx, by, k, w.Version, plan); err != nil {
		return err
	}
	for _, m := range plan.Team {
		if err := s.Declare(ctx, by, k, m.ID, verification.Clear, ""); err != nil {
			return err
		}
	}
	acts := []verification.Act{act(0, verification.Words, "与申报材料一致。")}
	for n, item := range plan.Items {
		found := verification.AsClaimed
		if n >= confirmed {
			found = verification.NotFound
			acts = append(acts, act(len(acts), verification.FieldOf(item, "remark"), "现场未见。"))
		}
		acts = append(acts, act(len(acts), verification.FieldOf(item, "result"), string(found)))
	}
	if _, w, err = s.Apply(ctx, by, k, acts); err != nil {
		return err
	}
	if err := Sign(ctx, s, by, k, w.Digest); err != nil {
		return err
	}
	_, err = s.Close(ctx, by, k)
	return err
}

// Sign signs for everybody of the made-up team.
func Sign(ctx context.Context, s *verification.Service, by access.Actor, k application.Key, digest string) error {
	const first = 1000
	var acts []verification.Act
	for n, m := range Team() {
		acts = append(acts, verification.Act{ID: id(first + n), Kind: verification.Sign, Member: m.ID, Digest: digest, Path: "M10 100 L200 40 L400 160"})
	}
	answers, _, err := s.Apply(ctx, by, k, acts)
	for _, a := range answers {
		if a.Err != nil {
			return a.Err
		}
	}
	return err
}

func act(n int, field, value string) verification.Act {
	return verification.Act{ID: id(n), Kind: verification.Write, Field: field, Value: value}
}

func id(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012x", n) }
