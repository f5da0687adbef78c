package survey

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"minyi/indicators/access"
	"minyi/survey/invite"
	"minyi/survey/ledger"
)

const schemeHead = "minyi/scheme/v1"

// Fixed is what is fixed of a survey before its fieldwork, as it is published:
// of the questionnaire, the frame, the sample and the weights a digest, and of the
// one-time links their number and the Merkle root of their sorted hashes, so that no
// invitation can be made afterwards.
type Fixed struct {
	Number       uint16
	ID           ID
	Origin, Text string
}

// Herald publishes what is fixed of a survey, once for each text.
type Herald func(ctx context.Context, by access.Actor, a Fixed) error

// announce publishes what is fixed of a survey that is about to open. What would keep
// it from opening is refused before anything is published.
func (s *Service) announce(ctx context.Context, by access.Actor, sv *Survey, opening func(*Survey) error) error {
	if s.Herald == nil {
		return nil
	}
	next := *sv
	if err := opening(&next); err != nil {
		return err
	}
	text, err := s.scheme(&next)
	if err != nil {
		return err
	}
	return s.Herald(ctx, by, Fixed{Number: next.Number, ID: next.ID, Origin: next.Log, Text: text})
}

// scheme writes the text, a line a thing that is fixed.
func (s *Service) scheme(sv *Survey) (string, error) {
	tokens := s.tokens(sv)
	root, err := ledger.TokenRoot(tokens)
	if err != nil {
		return "", err
	}
	sample, err := jsonDigest(sv.Sample)
	if err != nil {
		return "", err
	}
	weights, err := jsonDigest(sv.Weighting)
	if err != nil {
		return "", err
	}
	return strings.Join([]string{
		schemeHead, sv.Log, "round " + strconv.Itoa(sv.Round), "unit " + sv.Place(),
		"fieldwork " + sv.Window.From.String() + " " + sv.Window.To.String(),
		"questionnaire " + sv.Paper.Hash, "frame " + sv.FrameHash, "sample " + sample, "weights " + weights,
		exclusions(sv), "answer-again " + strconv.FormatBool(sv.Again), "software " + s.Software,
		"tokens " + strconv.Itoa(len(tokens)) + " " + root.String(), "",
	}, "\n"), nil
}

// tokens are those of the one-time links.
func (s *Service) tokens(sv *Survey) (out []string) {
	for _, b := range sv.Batches {
		if b.Kind != invite.OneTime {
			continue
		}
		for serial := b.First; serial <= b.Last(); serial++ {
			out = append(out, s.Signer.Format(invite.Token{Survey: sv.Number, Serial: serial}))
		}
	}
	return out
}

// jsonDigest is the hex SHA-256 of a part of the survey's record as JSON.
func jsonDigest(v any) (string, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("survey: scheme: %w", err)
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:]), nil
}
