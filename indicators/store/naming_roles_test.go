package store_test

import (
	"testing"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
)

// TestC15C96NoOtherRoleLeadsToANameOrReadsOne tries every verb of naming as
// every role that has no part in it.
func TestC15C96NoOtherRoleLeadsToANameOrReadsOne(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.closed(t)
	ctx := t.Context()
	x, k := target("640100"), application.Key{Round: 2020, Unit: "640100", Track: roster.Comprehensive}
	verbs := map[string]func(by access.Actor) error{
		"rank":       func(by access.Actor) error { _, err := o.naming.Rank(ctx, by, 2020); return err },
		"ranking":    func(by access.Actor) error { _, err := o.naming.Ranking(ctx, by, 2020); return err },
		"rankings":   func(by access.Actor) error { _, err := o.naming.Rankings(ctx, by, 2020); return err },
		"objections": func(by access.Actor) error { _, err := o.naming.Objections(ctx, by, 2020); return err },
		"visit":      func(by access.Actor) error { return o.visits.Open(ctx, by, 2020, x, "x") },
		"propose":    func(by access.Actor) error { _, err := o.naming.Propose(ctx, by, 2020, list(x)); return err },
		"post":       func(by access.Actor) error { return o.naming.Post(ctx, by, 2020, draft()) },
		"answer":     func(by access.Actor) error { return o.naming.Answer(ctx, by, "id", answer(naming.Founded)) },
		"name": func(by access.Actor) error {
			_, err := o.naming.Give(ctx, by, 2020, decree(x))
			return err
		},
		"choose":  func(by access.Actor) error { return o.naming.Choose(ctx, by, 2020, []naming.Target{x}, "x") },
		"confirm": func(by access.Actor) error { return o.naming.Confirm(ctx, by, 2020, "id") },
		"drop":    func(by access.Actor) error { return o.naming.Drop(ctx, by, 2020, "id", "x") },
		"moment":  func(by access.Actor) error { _, err := o.naming.Moment(ctx, by, 2020, "id"); return err },
		"read":    func(by access.Actor) error { _, err := o.naming.Objection(ctx, by, "id"); return err },
		"person":  func(by access.Actor) error { _, _, err := o.naming.Person(ctx, by, "id"); return err },
		"settle": func(by access.Actor) error {
			_, err := o.naming.Settle(ctx, by, "id", naming.Withdraw, "x")
			return err
		},
		"what if": func(by access.Actor) error {
			_, err := o.naming.Try(ctx, by, 2020, naming.Asking{Parts: indicators.Parts{Evaluation: indicators.Whole}, Comprehensive: 1, Single: 1}, "")
			return err
		},
	}
	team := map[string]func(by access.Actor) error{
		"proceeding": func(by access.Actor) error { _, err := o.naming.Proceeding(ctx, by, 2020); return err },
		"inspect":    func(by access.Actor) error { _, _, err := o.visits.Apply(ctx, by, k, nil); return err },
		"close":      func(by access.Actor) error { _, err := o.visits.Close(ctx, by, k); return err },
	}
	for _, role := range append(access.Roles(), "") {
		by := access.Actor{Name: "x", Role: role, Unit: "640100"}
		for name, verb := range verbs {
			if role != access.Office {
				refused(t, name+" as "+string(role), verb(by), fault.Forbidden, "access.role")
			}
		}
		for name, verb := range team {
			if role != access.Office && role != access.Inspector {
				refused(t, name+" as "+string(role), verb(by), fault.Forbidden, "access.role")
			}
		}
	}
}
