package survey

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/indicators/scorebook"
	"minyi/survey/release"
	"minyi/survey/tabulate"
)

// Result counts the answers of a closed survey. That it was read is an entry in the
// trail (C97).
func (d *Deputies) Result(ctx context.Context, by access.Actor, id ID) (*tabulate.CensusResult, error) {
	l, err := d.get(by, id)
	if err != nil {
		return nil, err
	}
	if !l.survey.ended() {
		return nil, fault.New(fault.Conflict, "survey.state", "state", string(l.survey.State))
	}
	if err := d.s.Store.Record(ctx, d.entry(by, "read", id)); err != nil {
		return nil, err
	}
	result, _, err := d.tabulate(l)
	return result, err
}

// CensusRelease is a signed result, checked against its signature.
type CensusRelease struct {
	Survey    *Survey
	Draft     *Draft
	Document  *release.Census
	PublicKey []byte // Ed25519, 32 bytes
}

// Released returns the signed result. The agency and, from the release on, the
// office may read it; each reading is an entry in the trail (C97).
func (d *Deputies) Released(ctx context.Context, by access.Actor, id ID) (*CensusRelease, error) {
	if err := by.Require(access.Agency, access.Office); err != nil {
		return nil, err
	}
	l, err := d.s.getOf(OfDeputies, id)
	if err != nil {
		return nil, err
	}
	draft := l.survey.Draft
	if l.survey.State != Released || draft == nil {
		return nil, fault.New(fault.NotFound, "release.none")
	}
	document, err := release.VerifyCensus(d.s.public(), draft.Document, release.Signature{KeyID: draft.KeyID, Bytes: draft.Signature})
	if err != nil {
		return nil, err
	}
	if err := d.s.Store.Record(ctx, d.entry(by, "release.read", id)); err != nil {
		return nil, err
	}
	return &CensusRelease{Survey: l.survey, Draft: draft, Document: document, PublicKey: d.s.public()}, nil
}

// tabulate counts the sheets, with the digest of the answers.
func (d *Deputies) tabulate(l *live) (*tabulate.CensusResult, string, error) {
	counts := d.s.count(l.survey).Sampled
	c := tabulate.Census{Items: items(l.paper), Least: l.survey.LeastShown(), Fieldwork: tabulate.Fieldwork{
		Invited: counts.Links, Complete: counts.Complete, Partial: counts.Partial, BreakOff: counts.BreakOff,
		ScreenedOut: counts.ScreenedOut, Refused: counts.Refused,
	}}
	var sheets [][]byte
	err := d.s.Intake.Answers(l.survey.Number, func(_ uint32, packed []byte) error {
		sheets = append(sheets, slices.Clone(packed))
		return nil
	})
	if err != nil {
		return nil, "", err
	}
	slices.SortFunc(sheets, slices.Compare)
	answers := sha256.New()
	for _, packed := range sheets {
		lengthened(answers, packed)
		points, err := d.points(l, c.Items, packed)
		if err != nil {
			return nil, "", err
		}
		c.Answers = append(c.Answers, points)
	}
	result, err := c.Count()
	return result, sum(answers), err
}

// points are the answers of a sheet to the items; none of one that was screened
// out or refused.
func (d *Deputies) points(l *live, of []tabulate.Item, packed []byte) ([]int, error) {
	sheet, err := l.paper.Unpack(packed, "")
	if err != nil {
		return nil, fmt.Errorf("survey %s: read an answer: %w", l.survey.ID, err)
	}
	out := make([]int, len(of))
	for i, item := range of {
		out[i] = l.paper.Point(sheet, item.ID)
	}
	return out, nil
}

// draft makes the document that is signed, and the figure of its finding.
func (d *Deputies) draft(l *live) (*Draft, error) {
	result, digest, err := d.tabulate(l)
	if err != nil {
		return nil, err
	}
	sv, value := l.survey, l.paper.Value
	document, err := release.Census{
		Round: sv.Round, Unit: string(sv.Unit), UnitName: release.Name(sv.UnitName), Survey: string(sv.ID), Rehearsal: sv.Rehearsal,
		From: sv.Window.From.String(), To: sv.Window.To.String(), ClosedAt: sv.ClosedAt, Software: d.s.Software, Code: d.s.Code,
		Sponsor: release.Name(value("organiser")), Conductor: release.Name(value("agency")),
		Questionnaire: release.Questionnaire{ID: l.paper.ID(), Version: l.paper.Number(), Hash: sv.Paper.Hash},
		List:          sv.Listed.Hash, Digest: digest, Least: sv.LeastShown(), Result: result,
	}.Canonical()
	if err != nil {
		return nil, err
	}
	out := &Draft{Revision: 1, Document: document, Digest: release.Digest(document)}
	out.Figure, err = censusFigure(result)
	return out, err
}

// censusFigure is the result as the scorebook takes it: the share satisfied on the
// item that measures an indicator, beside what is said of all such items.
func censusFigure(result *tabulate.CensusResult) (Figure, error) {
	var said []scorebook.Satisfaction
	f := Figure{}
	for _, item := range result.Items {
		if item.Indicator == "" || item.N == 0 {
			continue
		}
		one := scorebook.Satisfaction{Indicator: indicators.Number(item.Indicator), Item: item.ID, N: item.N, Few: item.Hidden}
		if !one.Few {
			one.Est, one.Low, one.High, one.AtLeast = share(item.Est), share(item.Low), share(item.High), share(item.AtLeast)
			f.Mark, f.Low, f.High = indicators.Mark(one.Est), indicators.Mark(one.Low), indicators.Mark(one.High)
		}
		said = append(said, one)
	}
	if len(said) == 0 {
		return f, fault.New(fault.Conflict, "release.noresult")
	}
	var err error
	f.Detail, err = json.Marshal(struct {
		Rates tabulate.Rates           `json:"rates"`
		Fed   []scorebook.Satisfaction `json:"fed"`
	}{result.Rates, said})
	if err != nil {
		return f, fmt.Errorf("survey: detail of the finding: %w", err)
	}
	return f, nil
}
