package survey

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"

	"minyi/survey/ledger"
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
func (s *Service) pack(ctx context.Context, l *live, d *release.Document, b *pack.Basis, revision int) ([]byte, error) {
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
	if err := s.ending(ctx, l, &content); err != nil {
		return nil, err
	}
	files, digest, err := pack.Make(content)
	if err != nil {
		return nil, err
	}
	d.Pack = &release.Pack{Schema: pack.Schema, Digest: digest}
	return packed(files)
}

// ending adds what the log closed with: the signed checkpoint, how the leaves are
// counted, and the list of used invitations. A survey from before there were
// commitments has no leaves and none of that.
func (s *Service) ending(ctx context.Context, l *live, to *pack.Content) error {
	if s.Ledger == nil {
		return nil
	}
	counts, invited, err := s.leaves(ctx, l)
	if err != nil || counts.Leaves == 0 {
		return err
	}
	final, err := s.Ledger.Final(ctx, l.survey)
	if err != nil {
		return err
	}
	if final.Size != counts.Leaves {
		return fmt.Errorf("survey %s: the log has %d leaves, and %d are opened", l.survey.ID, final.Size, counts.Leaves)
	}
	used, all := s.invitations(l.survey, true), s.invitations(l.survey, false)
	root, err := ledger.TokenRoot(all)
	if err != nil {
		return err
	}
	to.Checkpoint, to.Used = final.Checkpoint, ledger.UsedList(used)
	to.Closing = &pack.Closing{
		Origin: s.Origin(l.survey.ID), Keys: final.Keys, Leaves: counts.Leaves, Cast: counts.Cast(), Invited: invited,
		Counted: counts.States[ledger.Counted], Superseded: counts.States[ledger.Superseded], Excluded: counts.States[ledger.Excluded],
		Reasons: counts.Reasons, Spoiled: counts.States[ledger.Spoiled], Tokens: len(all), TokenRoot: hex.EncodeToString(root[:]), Used: len(used),
	}
	return nil
}

// leaves counts what became of the leaves of a log, and how many answers came by an
// invitation.
func (s *Service) leaves(ctx context.Context, l *live) (c ledger.Counts, invited int64, err error) {
	c = ledger.Counts{States: map[ledger.State]int64{}, Reasons: map[string]int64{}}
	err = s.Openings(ctx, l.survey.ID, func(o ledger.Opening) error {
		c.Leaves++
		c.States[o.State]++
		if o.State == ledger.Excluded {
			c.Reasons[o.Reason]++
		}
		var row struct {
			Channel string `json:"channel"`
		}
		if err := json.Unmarshal(o.Row, &row); err != nil {
			return fmt.Errorf("survey: read a row: %w", err)
		}
		if row.Channel == "sampled" && o.State != ledger.Spoiled {
			invited++
		}
		return nil
	})
	return c, invited, err
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
