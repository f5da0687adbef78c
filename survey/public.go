package survey

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"slices"

	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
	"minyi/survey/release"
	"minyi/survey/tabulate"
)

// Public is a unit's result as everybody may read it: released, filed, and published
// with the notice (C97). Deputies is the small survey of deputies and committee
// members, nil where the round has none for the unit or withholds it.
type Public struct {
	Unit     roster.UnitCode
	Release  *Release
	Deputies *CensusRelease
}

// Public returns the published results of a round, by unit: none before the
// publication's moment, and of each unit the release that the scorebook holds, so
// that a correction is public once it stands there.
func (s *Service) Public(ctx context.Context, round int) ([]Public, error) {
	return s.publicOf(ctx, round, "")
}

// PublicOf is Public for one unit, refused with NotFound published.none where there
// is nothing.
func (s *Service) PublicOf(ctx context.Context, round int, unit roster.UnitCode) (Public, error) {
	all, err := s.publicOf(ctx, round, unit)
	switch {
	case err != nil:
		return Public{}, err
	case len(all) == 0:
		return Public{}, fault.New(fault.NotFound, "published.none")
	}
	return all[0], nil
}

// publicOf is Public, for one unit where one is named.
func (s *Service) publicOf(ctx context.Context, round int, unit roster.UnitCode) ([]Public, error) {
	found, err := s.Book.Published(ctx, round)
	if err != nil {
		return nil, err
	}
	var out []Public
	for _, f := range found {
		if f.Instrument != scorebook.Survey || unit != "" && f.Unit != unit {
			continue
		}
		r, err := s.behind(f)
		if err != nil {
			return nil, err
		}
		if r == nil {
			continue
		}
		one := Public{Unit: f.Unit, Release: r}
		if one.Deputies, err = s.besides(ctx, round, f.Unit); err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	slices.SortFunc(out, func(a, b Public) int { return cmp.Compare(a.Unit, b.Unit) })
	return out, nil
}

// behind is the release that a published finding rests on, checked against its
// signature; nil where the finding is none of this house's surveys.
func (s *Service) behind(f scorebook.Finding) (*Release, error) {
	l := s.of(OfResidents, f.Round, f.Unit)
	if l == nil {
		return nil, nil
	}
	for _, draft := range l.survey.Releases() {
		if draft.Digest != f.Digest {
			continue
		}
		document, err := s.proved.read(s.public(), draft.Document, release.Signature{KeyID: draft.KeyID, Bytes: draft.Signature}, release.Verify)
		if err != nil {
			return nil, err
		}
		return &Release{Survey: l.survey, Draft: &draft, Document: document, PublicKey: s.public()}, nil
	}
	return nil, nil
}

// besides is the unit's released survey of deputies, nil where there is none or the
// round withholds it.
func (s *Service) besides(ctx context.Context, round int, unit roster.UnitCode) (*CensusRelease, error) {
	l := s.of(OfDeputies, round, unit)
	if l == nil || l.survey.State != Released || l.survey.Draft == nil || l.survey.Draft.FiledAt.IsZero() {
		return nil, nil
	}
	r, err := s.Rounds.Round(ctx, round)
	if err != nil || r.Settings.WithholdDeputies {
		return nil, err
	}
	draft := l.survey.Draft
	document, err := s.counted.read(s.public(), draft.Document, release.Signature{KeyID: draft.KeyID, Bytes: draft.Signature}, release.VerifyCensus)
	if err != nil {
		return nil, err
	}
	return &CensusRelease{Survey: l.survey, Draft: draft, Document: document, PublicKey: s.public()}, nil
}

// of finds a unit's survey in a round, nil where there is none.
func (s *Service) of(who Audience, round int, unit roster.UnitCode) *live {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, l := range s.live {
		if l.survey.Round == round && l.survey.Unit == unit && l.survey.asks(who) == nil {
			return l
		}
	}
	return nil
}

// Key is the public key that the document is checked with.
func (r *Release) Key() ed25519.PublicKey { return r.PublicKey }

// Few reports whether the document holds an estimate with fewer answers behind it
// than its least: such a document is not given to everybody, only its digest and the
// figures that may be shown.
func (r *Release) Few() bool {
	least := r.Document.Least
	if least == 0 {
		least = usualLeast
	}
	result := r.Document.Result
	for _, t := range []*tabulate.Table{&result.Sampled, result.WithoutInsiders, r.Document.AllAnswers} {
		if t != nil && fewIn(t, least) {
			return true
		}
	}
	return slices.ContainsFunc(result.Posters, func(p tabulate.PosterItem) bool { return tooFew(p.N, p.Satisfied, least) })
}

func tooFew(n int, est tabulate.Number, least int) bool { return n > 0 && n < least && est.Known() }

// fewIn looks for such an estimate in a table.
func fewIn(t *tabulate.Table, least int) bool {
	return tooFew(t.N, t.Index.Est, least) || slices.ContainsFunc(t.Items, func(i tabulate.ItemTable) bool {
		return slices.ContainsFunc([]tabulate.Estimate{i.Satisfied, i.Mean, i.DontKnow, i.NoAnswer}, func(e tabulate.Estimate) bool {
			return tooFew(e.N, e.Est, least)
		})
	})
}
