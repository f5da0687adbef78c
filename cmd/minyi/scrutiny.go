package main

import (
	"context"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/survey/ledger"
	ledgerkeeper "minyi/survey/ledger/keeper"
	"minyi/web"
	scrutinydoor "minyi/web/scrutiny"
	"minyi/web/view"
)

// ended ends the public logs of surveys.
type ended struct{ *house }

// Final ends the log of a survey for good; one that has none yet gets an empty one.
func (e ended) Final(ctx context.Context, sv *survey.Survey) (out survey.Final, err error) {
	name := string(sv.ID)
	l, err := e.logs.LogOf(ctx, name)
	if fault.KindOf(err) == fault.NotFound {
		l, err = e.logs.Open(ctx, int64(sv.Number), name)
	}
	if err != nil {
		return out, err
	}
	p, err := e.logs.Close(ctx, name)
	if err != nil {
		return out, err
	}
	if out.Keys, err = e.logs.KeyLines(l); err != nil {
		return out, err
	}
	verifiers := make([]ledger.Verifier, len(out.Keys))
	for i, line := range out.Keys {
		if verifiers[i], err = ledger.NewVerifier(line); err != nil {
			return out, err
		}
	}
	point, err := ledger.OpenCheckpoint(p.Note, verifiers...)
	out.Checkpoint, out.Size, out.Root = p.Note, point.Size, point.Root
	return out, err
}

// Counted publishes how the leaves of a closed log are counted.
func (e ended) Counted(ctx context.Context, by access.Actor, sv *survey.Survey, c ledger.Counts) error {
	origin := e.surveys.Origin(sv.ID)
	return e.logs.Publish(ctx, by, string(sv.ID), ledgerkeeper.Counts, c.Text(origin))
}

// scrutinized builds the door to the look behind a closed log.
func (h *house) scrutinized(d *web.Doors, texts *view.Texts) (err error) {
	d.Scrutiny, err = scrutinydoor.New(scrutinydoor.Config{Surveys: h.surveys, Roster: h.roster, Texts: texts})
	return err
}
