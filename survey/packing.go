package survey

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"

	"minyi/survey/pack"
	"minyi/survey/release"
	"minyi/survey/tabulate"
)

// basis is what the published figures of a survey are computed from, with the result
// that it is the basis of.
func (s *Service) basis(l *live) (*pack.Basis, *Comparison, error) {
	in, err := s.input(l)
	if err != nil {
		return nil, nil, err
	}
	g, err := in.Ground()
	if err != nil {
		return nil, nil, err
	}
	both, err := s.compareTo(l, g.Result)
	if err != nil {
		return nil, nil, err
	}
	var all *tabulate.Table
	if both.Excluded > 0 {
		all = &both.All.Sampled
	}
	b, err := pack.NewBasis(g, all, l.survey.LeastShown())
	return b, both, err
}

// pack makes the pack of a document, whose figures come from it, and names it there.
// The files are kept with the draft: the signed digest is theirs.
func (s *Service) pack(l *live, d *release.Document, b *pack.Basis, revision int) ([]byte, error) {
	b.Fill(d)
	content := pack.Content{
		Round: d.Round, Unit: d.Unit, Survey: d.Survey, Software: d.Software, Revision: revision, Basis: b,
		Scheme: pack.Scheme{
			Questionnaire: d.Questionnaire, Sample: d.Sample, Weights: d.Weights, Population: float64(d.Result.Weighting.Population),
			Level: tabulate.Level, Least: l.survey.LeastShown(), Tree: tabulate.Tree(), Margins: []pack.Margin{},
		},
	}
	for _, m := range d.Result.Weighting.Margins {
		content.Scheme.Margins = append(content.Scheme.Margins, pack.Margin{Variable: m.Variable, Source: m.Source})
	}
	files, digest, err := pack.Make(content)
	if err != nil {
		return nil, err
	}
	d.Pack = &release.Pack{Schema: pack.Schema, Digest: digest}
	return packed(files)
}

// packed are the files in one piece, as they are kept with a draft.
func packed(files []pack.File) ([]byte, error) {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if err := json.NewEncoder(w).Encode(files); err != nil {
		return nil, fmt.Errorf("survey: keep a pack: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("survey: keep a pack: %w", err)
	}
	return out.Bytes(), nil
}

func unpacked(kept []byte) (files []pack.File, err error) {
	r, err := gzip.NewReader(bytes.NewReader(kept))
	if err != nil {
		return nil, fmt.Errorf("survey: read a pack: %w", err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("survey: read a pack: %w", err)
	}
	if err := json.Unmarshal(text, &files); err != nil {
		return nil, fmt.Errorf("survey: read a pack: %w", err)
	}
	return files, nil
}

// Pack returns the pack of a release as a ZIP file, with the signed document; nil of
// one from before there were packs.
func (r *Release) Pack() ([]byte, error) {
	if r.Draft.Pack == nil {
		return nil, nil
	}
	files, err := unpacked(r.Draft.Pack)
	if err != nil {
		return nil, err
	}
	files, err = pack.Sealed(files, r.Draft.Document, pack.Signature{KeyID: r.Draft.KeyID, PublicKey: r.PublicKey, Signature: r.Draft.Signature})
	if err != nil {
		return nil, err
	}
	return pack.Zip(files)
}
