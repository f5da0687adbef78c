package store_test

import (
	"context"
	"testing"
	"time"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/fault"
	"minyi/indicators/feedback"
	"minyi/indicators/inbox"
	"minyi/indicators/roster"
)

// reader is an office whose round is closed, with its feedback.
type reader struct {
	*office
	feedback *feedback.Service
	since    time.Time // from when on results are public
	items    []feedback.Answered
	posted   []inbox.Message
}

func (r *reader) Post(_ context.Context, m inbox.Message) error {
	r.posted = append(r.posted, m)
	return nil
}

func (r *reader) PublicSince(context.Context, int) (time.Time, error) { return r.since, nil }

func (r *reader) Released(context.Context, access.Actor, int, roster.UnitCode) (*feedback.Survey, error) {
	return &feedback.Survey{N: 100, Least: 10, Items: r.items}, nil
}

func newReader(t *testing.T) *reader {
	t.Helper()
	r := &reader{office: newOffice(t)}
	r.closed(t)
	r.feedback = feedback.NewService(feedback.Config{
		Store: r.Store, Book: r.book, Roster: r.roster, Surveys: r, Public: r, Poster: r, Now: r.now,
	})
	return r
}

// TestC49NothingBeforeTheResultsArePublic looks on both sides of the notice's first
// moment, and at what others' units see.
func TestC49NothingBeforeTheResultsArePublic(t *testing.T) {
	t.Parallel()
	r, ctx := newReader(t), t.Context()
	notice := roster.On(2020, time.November, 2)
	_, err := r.feedback.Release(ctx, officer(), 2020, nil, "")
	refused(t, "no notice", err, fault.Closed, "feedback.early")
	r.since, r.at = notice.Start(), notice.Start().Add(-time.Millisecond)
	_, err = r.feedback.Release(ctx, officer(), 2020, nil, "")
	refused(t, "the moment before", err, fault.Closed, "feedback.early")
	desk, err := r.feedback.Desk(ctx, officer(), 2020)
	if err != nil || desk.Public || len(desk.Lines) == 0 {
		t.Fatalf("preview: %+v, %v", desk, err)
	}
	unit := desk.Lines[0].Report.Key.Unit
	_, err = r.feedback.Own(ctx, applicant(string(unit)), 2020, roster.Comprehensive)
	refused(t, "the unit before", err, fault.NotFound, "feedback.unknown")
	r.at = notice.Start()
	n, err := r.feedback.Release(ctx, officer(), 2020, []application.Key{desk.Lines[0].Report.Key}, "")
	if err != nil || n != 1 || len(r.posted) != 1 || r.posted[0].To.Unit != string(unit) {
		t.Fatalf("one: %d, %v, %+v", n, err, r.posted)
	}
	if n, err = r.feedback.Release(ctx, officer(), 2020, nil, ""); err != nil || n != len(desk.Lines)-1 {
		t.Errorf("the others: %d, %v", n, err)
	}
	e := r.last(t)
	if e.Action != "feedback.release" || e.Object != "feedback/2020" || e.Actor != "wang" {
		t.Errorf("trail: %+v", e)
	}
	own, err := r.feedback.Own(ctx, applicant(string(unit)), 2020, roster.Comprehensive)
	if err != nil || own.Version != 1 || own.By != "" {
		t.Errorf("own: %+v, %v", own, err)
	}
	_, err = r.feedback.Own(ctx, applicant("D38"), 2020, roster.Comprehensive)
	refused(t, "another unit", err, fault.NotFound, "feedback.unknown")
	for _, role := range access.Roles() {
		if role != access.Office {
			_, err := r.feedback.Desk(ctx, access.Actor{Name: "x", Role: role, Unit: string(unit)}, 2020)
			refused(t, "the desk as "+string(role), err, fault.Forbidden, "access.role")
		}
	}
	r.sql(t, `DELETE FROM feedbacks`, "never deleted")
	r.sql(t, `UPDATE feedbacks SET document = '{}'`, "never changes")
}

// TestC49SmallCellsOfTheSurveyStayHidden has an item with nine answers and one with
// ten, and then a correction, which needs a reason.
func TestC49SmallCellsOfTheSurveyStayHidden(t *testing.T) {
	t.Parallel()
	r, ctx := newReader(t), t.Context()
	r.since = roster.On(2020, time.October, 1).Start()
	r.items = []feedback.Answered{{ID: "q1", N: 9, Est: 100, Low: 50, High: 200}, {ID: "q2", N: 10, Est: 6000, Low: 5000, High: 7000}}
	if _, err := r.feedback.Release(ctx, officer(), 2020, nil, ""); err != nil {
		t.Fatal(err)
	}
	all, err := r.Feedbacks(ctx, 2020)
	if err != nil || len(all) == 0 {
		t.Fatal(err)
	}
	items := all[0].Survey.Items
	if len(items) != 2 || items[0].ID != "q2" || items[0].Est != 6000 || !items[1].Few || items[1].Est != 0 || items[1].N != 0 || items[1].Peer != nil {
		t.Errorf("got %+v", items)
	}
	r.items[1].Est = indicators.Share(6100)
	_, err = r.feedback.Release(ctx, officer(), 2020, nil, "")
	refused(t, "a correction without a reason", err, fault.Invalid, "feedback.reason")
	if n, err := r.feedback.Release(ctx, officer(), 2020, nil, "测评结果更正"); err != nil || n != len(all) {
		t.Errorf("corrected: %d, %v", n, err)
	}
	own, err := r.feedback.Own(ctx, applicant(string(all[0].Key.Unit)), 2020, all[0].Key.Track)
	if err != nil || own.Version != 2 || own.Reason != "测评结果更正" {
		t.Errorf("version 2: %+v, %v", own, err)
	}
}
