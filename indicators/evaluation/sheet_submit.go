package evaluation

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"minyi/indicators"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

// Submit closes a complete sheet with its total by the round's scheme. Where the
// assessor entered no value of his own, the unit's figure stands in the verdict
// from then on (C63).
func (s *Sheet) Submit(t Terms, now time.Time) error {
	if s.Submitted() {
		return fault.New(fault.Conflict, "sheet.submitted")
	}
	if err := s.Gaps(t).Err(); err != nil {
		return err
	}
	total, err := s.score(t)
	if err != nil {
		return err
	}
	for _, l := range t.Lines() {
		if v, ok := s.Verdicts[l.Item]; ok && len(v.bare().Values) == 0 {
			v.Values = t.Claimed(l)
			s.Verdicts[l.Item] = v
		}
	}
	s.Total, s.Scheme, s.SubmittedAt = total, t.Scheme.Version, now.UTC().Truncate(time.Millisecond)
	raw, err := s.words()
	if err != nil {
		return err
	}
	sum := sha256.Sum256(raw)
	s.Digest = hex.EncodeToString(sum[:])
	return nil
}

// words are what the digest of a submitted sheet is taken of.
func (s Sheet) words() ([]byte, error) {
	s.Digest = ""
	raw, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("sheet: %w", err)
	}
	return raw, nil
}

// altered reports whether a submitted sheet is not what its digest was taken of.
func (s Sheet) altered() bool {
	raw, err := s.words()
	sum := sha256.Sum256(raw)
	return err != nil || hex.EncodeToString(sum[:]) != s.Digest
}

// Reopen turns a submitted sheet into a draft again.
func (s *Sheet) Reopen(r Reopening) error {
	if !s.Submitted() {
		return fault.New(fault.Conflict, "sheet.open")
	}
	s.Reopenings = append(s.Reopenings, r)
	s.SubmittedAt, s.Total, s.Digest, s.Scheme = time.Time{}, 0, "", 0
	return nil
}

// Running is the total of what is marked so far, as if nothing else applied;
// known is false where that has no total yet.
func (s *Sheet) Running(t Terms) (total indicators.Mark, known bool) {
	part := *s
	part.Verdicts = map[Item]Verdict{}
	for _, l := range t.Lines() {
		v := s.Verdicts[l.Item]
		if l.Needed && !v.Given {
			v = Verdict{Excused: true}
		}
		part.Verdicts[l.Item] = v
	}
	total, err := part.score(t)
	return total, err == nil
}

func (s *Sheet) score(t Terms) (indicators.Mark, error) {
	if t.Dossier.Track == roster.Single {
		marks := map[indicators.Criterion]indicators.Mark{}
		for item, v := range s.Verdicts {
			marks[indicators.Criterion(item)] = v.Mark
		}
		return indicators.ScoreSingle(t.Scheme, marks)
	}
	marks := map[indicators.Number]indicators.Mark{}
	var applicable []indicators.Number
	for _, l := range t.Lines() {
		v := s.Verdicts[l.Item]
		if l.Needed && !v.Excused {
			applicable = append(applicable, l.Indicator.Number)
		}
		if v.Given {
			marks[l.Indicator.Number] = v.Mark
		}
	}
	return indicators.Score(t.Scheme, t.Catalogue, applicable, marks)
}
