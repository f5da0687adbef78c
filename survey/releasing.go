package survey

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"slices"
	"strconv"

	"minyi/survey/release"
	"minyi/survey/tabulate"
)

// draft makes the document of a survey's result: revision, reason and what it
// supersedes come from the caller.
func (s *Service) draft(ctx context.Context, l *live, d Draft) (*Draft, error) {
	basis, both, err := s.basis(l)
	if err != nil {
		return nil, err
	}
	if d.Figure, err = overall(l, both.Official); err != nil {
		return nil, err
	}
	document, err := s.document(ctx, l, both.Official)
	if err != nil {
		return nil, err
	}
	if d.Pack, err = s.pack(ctx, l, document, basis, d.Revision); err != nil {
		return nil, err
	}
	document.Revision, document.Reason = d.Revision, d.Reason
	if d.Revision > 1 {
		document.Supersedes = l.survey.Draft.Digest
	}
	if d.Document, err = document.Canonical(); err != nil {
		return nil, err
	}
	d.Digest = release.Digest(d.Document)
	return &d, nil
}

// document is the result as it is signed, with what it rests on.
func (s *Service) document(ctx context.Context, l *live, official *tabulate.Result) (*release.Document, error) {
	sv, code := l.survey, s.Code
	d := &release.Document{
		Round: sv.Round, Unit: string(sv.Unit), UnitName: release.Name(sv.UnitName),
		Survey: string(sv.ID), Rehearsal: sv.Rehearsal, ClosedAt: sv.ClosedAt, Software: s.Software, Result: official,
		Questionnaire: release.Questionnaire{ID: l.paper.ID(), Version: l.paper.Number(), Hash: sv.Paper.Hash},
		Code:          &code, Method: l.method(), Least: sv.LeastShown(),
	}
	if sv.Sample != nil {
		d.Sample = &release.Sample{
			FrameHash: sv.Sample.FrameHash, Seed: strconv.FormatUint(sv.Sample.Plan.Seed, 10), Links: sv.Sample.Links(),
		}
		for _, h := range sv.Sample.Strata {
			one := release.Stratum{Name: h.Name, Population: h.Population, PSUs: len(h.PSUs), Links: h.Links}
			d.Sample.Strata = append(d.Sample.Strata, one)
		}
	}
	if err := errors.Join(s.telephoned(ctx, l, &d.Method.Facts), s.papered(ctx, l, &d.Method.Facts)); err != nil {
		return nil, err
	}
	return d, s.freeze(ctx, l, d)
}

// freeze names the answers, the texts and the weights by their digests, as
// release/README.md says how they are taken.
func (s *Service) freeze(ctx context.Context, l *live, d *release.Document) error {
	x := &exporting{live: l}
	if err := x.gather(s); err != nil {
		return err
	}
	answers, weights, final := sha256.New(), sha256.New(), 0
	for _, row := range x.rows {
		var batch [4]byte
		binary.BigEndian.PutUint32(batch[:], row.batch.Number)
		_, _ = answers.Write(batch[:]) // a hash never fails
		lengthened(answers, []byte(row.packed))
		if row.final > 0 {
			text, err := json.Marshal(tabulate.Number(row.final))
			if err != nil {
				return fmt.Errorf("survey: digest of a weight: %w", err)
			}
			lengthened(weights, text)
			final++
		}
	}
	texts, err := s.Store.Comments(ctx, l.survey.Number)
	if err != nil {
		return err
	}
	slices.Sort(texts)
	written := sha256.New()
	for _, text := range texts {
		lengthened(written, []byte(text))
	}
	d.Data = &release.Data{Answers: len(x.rows), Digest: sum(answers), Texts: len(texts), TextsDigest: sum(written)}
	if r := l.survey.Review; r != nil {
		d.Data.Excluded, d.Data.ExcludedDigest = r.Excluded, r.Digest
	}
	d.Weights = &release.Weights{N: final, Digest: sum(weights)}
	if p := l.survey.Weighting.Plan; p.Custom() {
		d.Weights.Plan = &p
	}
	if n := len(l.survey.Weighting.History); n > 0 {
		d.Weights.Late = l.survey.Weighting.History[n-1].Late
	}
	return nil
}

// lengthened hashes a text with its length before it, so that no two lists of
// texts share their bytes.
func lengthened(h hash.Hash, text []byte) {
	var size [4]byte
	binary.BigEndian.PutUint32(size[:], uint32(len(text)))
	_, _ = h.Write(size[:]) // a hash never fails
	_, _ = h.Write(text)
}

func sum(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }
