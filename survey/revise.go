package survey

import (
	"minyi/survey/invite"
)

const domainRevise = "minyi/revise/v1\n"

// mark is what a later answer by the same link finds an earlier one by, where the
// survey lets residents answer again: an HMAC of the link's own text, under a key that
// the database does not hold. The text has 80 bits that only this installation and who
// holds the link know. Zero for posters and in every other survey.
func (s *Service) mark(l *live, batch invite.Batch, t invite.Token) (out Mark) {
	if !l.survey.Again || batch.Kind != invite.OneTime {
		return out
	}
	sum := s.markKey.sum(func(text []byte) []byte { return append(append(text, domainRevise...), s.Signer.Format(t)...) })
	copy(out[:], sum[:])
	return out
}

// revisable reports whether a link that was used may answer again: not after an answer
// on paper.
func (s *Service) revisable(l *live, batch invite.Batch, t invite.Token) bool {
	return l.survey.Again && s.Intake.Revisable(t.Survey, s.mark(l, batch, t))
}
