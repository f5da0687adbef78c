package verification

import (
	"context"
	"slices"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/evaluation"
	"minyi/indicators/fault"
)

// Work is a visit with what the team holds against it: the unit's claims and the
// assessors' marks on the items that are looked at.
type Work struct {
	*Visit
	Terms    evaluation.Terms
	Points   []Point
	Sights   []Sight
	Proposed []Pick // to the office, while the visit is open
	Digest   string // of the record now
	Lacks    []*fault.Refusal
	Own      *Member // who looks, where the account is of the team
}

// Point is one item that is looked at.
type Point struct {
	Pick
	Line     evaluation.Line
	Claim    application.Claim
	Claimed  string // on the single track: what the unit says of the criterion
	Exhibits []application.Exhibit
	Found    []FoundBy // by the assessors, without names
	Result   Result
	Remark   string
	Entries  []indicators.Entry
	Judged   []indicators.Judgement
	Photos   []Photo
}

// FoundBy is what one assessor found.
type FoundBy struct {
	Verdict evaluation.Verdict
}

// Work returns a visit with everything that its pages show. Reading it is logged,
// as it shows marks (C97).
func (s *Service) Work(ctx context.Context, by access.Actor, k application.Key) (*Work, error) {
	v, err := s.Visit(ctx, by, k)
	if err != nil {
		return nil, err
	}
	if err := s.standsBack(ctx, by, v); err != nil {
		return nil, err
	}
	w, err := s.work(ctx, by, v)
	if err != nil {
		return nil, err
	}
	return w, s.Store.Record(ctx, *s.entry(by, "verification.read", k, ""))
}

func (s *Service) work(ctx context.Context, by access.Actor, v *Visit) (w *Work, err error) {
	w = &Work{Visit: v}
	if w.Terms, err = s.terms(ctx, v.Key); err != nil {
		return nil, err
	}
	if w.Digest, err = v.Digest(); err != nil {
		return nil, err
	}
	if m, ok := v.of(by); ok {
		w.Own = m
	}
	w.Lacks = fault.All(v.Lacks(w.Terms, s.now()))
	sheets, err := s.sheets(ctx, v.Key)
	if err != nil {
		return nil, err
	}
	lines := w.Terms.Lines()
	for _, p := range v.Items {
		if n := slices.IndexFunc(lines, func(l evaluation.Line) bool { return l.Item == p.Item }); n >= 0 {
			w.Points = append(w.Points, w.point(p, lines[n], sheets))
		}
	}
	if by.Role != access.Office {
		return w, nil
	}
	if w.Sights, err = s.sights(ctx, by, w.Terms); err != nil {
		return nil, err
	}
	w.Proposed = s.propose(w.Terms, w.Sights, v.Seed)
	return w, nil
}

func (w *Work) point(p Pick, l evaluation.Line, sheets []evaluation.Assignment) Point {
	d, number := w.Terms.Dossier, indicators.Number(l.Item)
	thresholds := l.Indicator.Thresholds
	out := Point{
		Pick: p, Line: l, Claim: d.Claims[number], Claimed: d.Criteria[indicators.Criterion(l.Item)],
		Result: w.Result(l.Item), Remark: w.Fields[FieldOf(l.Item, "remark")], Entries: w.Entries(l.Item, len(thresholds)),
	}
	out.Judged = indicators.JudgeAll(thresholds, out.Entries, w.Terms.Calendar)
	for _, e := range d.Exhibits {
		if slices.Contains(e.Indicators, number) {
			out.Exhibits = append(out.Exhibits, e)
		}
	}
	for _, a := range sheets {
		if verdict, ok := a.Sheet.Verdicts[l.Item]; ok {
			out.Found = append(out.Found, FoundBy{Verdict: verdict})
		}
	}
	for _, photo := range w.Photos {
		if photo.Item == l.Item {
			out.Photos = append(out.Photos, photo)
		}
	}
	return out
}

// Apply does what a device wants done, each act once, in their order, and returns
// what became of each. A problem goes into the register first (C93).
func (s *Service) Apply(ctx context.Context, by access.Actor, k application.Key, acts []Act) ([]Answer, *Work, error) {
	lines, err := s.mayWrite(ctx, by, k)
	if err != nil {
		return nil, nil, err
	}
	if len(acts) > mostActs {
		return nil, nil, fault.New(fault.TooLarge, "request.toolarge")
	}
	failed := map[string]error{}
	for _, a := range acts {
		if a.Kind == Report {
			failed[a.ID] = s.report(ctx, by, k, a)
		}
	}
	var out []Answer
	v, err := s.update(ctx, by, k, "verification.record", func(v *Visit) error {
		if v.Closed() {
			return closed()
		}
		out = nil
		for _, a := range acts {
			if err := failed[a.ID]; err != nil {
				out = append(out, Answer{ID: a.ID, State: Wrong, Err: err})
				continue
			}
			out = append(out, v.take(by, a, lines, s.now()))
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	for _, a := range out {
		if a.Err != nil && fault.KindOf(a.Err) == 0 {
			return nil, nil, a.Err // no person's mistake
		}
	}
	w, err := s.work(ctx, by, v)
	return out, w, err
}

func (s *Service) report(ctx context.Context, by access.Actor, k application.Key, a Act) error {
	if !idForm().MatchString(a.ID) {
		return fault.New(fault.Invalid, "request.invalid")
	}
	return s.Problems.FindOnce(ctx, by, k, a.ID, evaluation.Found{
		Text: a.Value, Item: Item(a.Field), Severity: a.Severity, Kind: a.About,
	})
}
