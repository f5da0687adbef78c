package scorebook

import (
	"context"
	"fmt"
	"slices"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
)

// CloseInstrument says that the evaluation or the survey will file no more in
// the round. The office closes either, the agency the survey. It is refused with
// scorebook.nothing_filed while nothing is filed, except for a survey that the
// round does not require (C30).
func (b *Book) CloseInstrument(ctx context.Context, by access.Actor, round int, i Instrument) error {
	switch i {
	case Survey:
		if err := by.Require(access.Office, access.Agency); err != nil {
			return err
		}
	case Evaluation:
		if err := by.Require(access.Office); err != nil {
			return err
		}
	case SelfAssessment, Verification, Deputies: // the last closes with the survey
		return fault.New(fault.Invalid, "finding.instrument")
	default:
		return fault.New(fault.Invalid, "finding.instrument")
	}
	r, err := b.rounds.Round(ctx, round)
	if err != nil {
		return err
	}
	c := Closing{Round: round, Instrument: i, At: b.now(), By: by.Name}
	entry := b.entry(by, "scorebook.close", fmt.Sprintf("scorebook/%d/%s", round, i), "")
	entry.Before, entry.After = "open", "closed"
	return b.store.CloseInstrument(ctx, c, entry, func(filed int) error {
		if filed == 0 && (i == Evaluation || r.Settings.SurveyRequired) {
			return fault.New(fault.Conflict, "scorebook.nothing_filed")
		}
		return nil
	})
}

// Closed reports which instruments are closed in the round. It shows no result
// and is no reading.
func (b *Book) Closed(ctx context.Context, round int) (map[Instrument]Closing, error) {
	list, err := b.store.Closings(ctx, round)
	if err != nil {
		return nil, err
	}
	out := map[Instrument]Closing{}
	for _, c := range list {
		out[c.Instrument] = c
	}
	return out, nil
}

// sealed refuses while the evaluation or the survey may still file (C29).
func (b *Book) sealed(ctx context.Context, round int) error {
	closed, err := b.Closed(ctx, round)
	if err != nil {
		return err
	}
	for _, i := range []Instrument{Evaluation, Survey} {
		if _, ok := closed[i]; !ok {
			return fault.New(fault.Closed, "scorebook.sealed", "instrument", string(i))
		}
	}
	return nil
}

// Read opens the round's findings to the office, once evaluation and survey are
// closed; before, it refuses with scorebook.sealed. Nobody else reads them (C96,
// C97). Every reading and every refused one is an entry in the trail.
func (b *Book) Read(ctx context.Context, by access.Actor, round int) ([]Finding, error) {
	entry := b.entry(by, "scorebook.read", fmt.Sprintf("scorebook/%d", round), "")
	err := by.Require(access.Office)
	if err == nil {
		err = b.sealed(ctx, round)
	}
	if err != nil {
		entry.Outcome = audit.Refused
		if logged := b.store.Record(ctx, entry); logged != nil {
			return nil, logged
		}
		return nil, err
	}
	if err := b.store.Record(ctx, entry); err != nil {
		return nil, err
	}
	return b.store.Findings(ctx, round)
}

// Filed names what has been filed without saying what: for boards that show who
// has done their part. The office and the agency may see it.
func (b *Book) Filed(ctx context.Context, by access.Actor, round int) ([]Key, error) {
	if err := by.Require(access.Office, access.Agency); err != nil {
		return nil, err
	}
	findings, err := b.store.Findings(ctx, round)
	if err != nil {
		return nil, err
	}
	keys := make([]Key, 0, len(findings))
	for _, f := range findings {
		keys = append(keys, f.Key)
	}
	return keys, nil
}

// Publish lets everybody read the named findings from a moment on: the office
// does it with the public notice.
func (b *Book) Publish(ctx context.Context, by access.Actor, p Publication) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	if err := b.sealed(ctx, p.Round); err != nil {
		return err
	}
	return b.store.Publish(ctx, p, b.entry(by, "scorebook.publish", fmt.Sprintf("scorebook/%d", p.Round), ""))
}

// Published returns the findings that everybody may read: none before the
// publication's moment. Who filed them and why they were corrected stays out.
func (b *Book) Published(ctx context.Context, round int) ([]Finding, error) {
	p, err := b.store.Publication(ctx, round)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return nil, nil
	case err != nil:
		return nil, err
	case b.now().Before(p.From):
		return nil, nil
	}
	all, err := b.store.Findings(ctx, round)
	if err != nil {
		return nil, err
	}
	var out []Finding
	for _, f := range all {
		if slices.Contains(p.Instruments, f.Instrument) && slices.Contains(p.Units, f.Unit) {
			f.FiledBy, f.Reason = "", ""
			out = append(out, f)
		}
	}
	return out, nil
}
