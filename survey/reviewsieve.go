package survey

import (
	"context"
	"encoding/binary"
	"fmt"

	"minyi/survey/invite"
	"minyi/survey/questionnaire"
)

// sieve leaves the excluded answers out where answers are read without their
// numbers. Answers of one batch that are alike in all that is read are the same
// to whoever reads them, so that it suffices to leave out as many of each as are
// excluded. A sieve serves one reading; nil lets everything through.
type sieve struct {
	which []int // bytes of an answer that are read; nil: all
	left  map[string]int
	in    map[uint32]int // excluded answers left, by batch
	total int
	key   []byte
}

// sieve is made for one reading; nil where nothing is left out.
func (l *live) sieve(which []int) (*sieve, error) {
	if l.survey.Review == nil || l.survey.Review.Excluded == 0 {
		return nil, nil //nolint:nilnil // nothing is left out
	}
	if len(l.out) != l.survey.Review.Excluded {
		return nil, fmt.Errorf("survey %s: %d excluded answers are at hand, not %d", l.survey.ID, len(l.out), l.survey.Review.Excluded)
	}
	out := &sieve{which: which, left: map[string]int{}, in: map[uint32]int{}}
	for _, r := range l.out {
		if r.Outcome != questionnaire.QuotaFull { // those never counted
			out.left[string(out.packed(r.Batch, r.Answers))]++
			out.in[r.Batch]++
			out.total++
		}
	}
	return out, nil
}

// packed is the key of an answer.
func (s *sieve) packed(batch uint32, answers []byte) []byte {
	s.key = binary.BigEndian.AppendUint32(s.key[:0], batch)
	if s.which == nil {
		return append(s.key, answers...)
	}
	for _, at := range s.which {
		s.key = append(s.key, answers[at])
	}
	return s.key
}

// column is the key of the answer i of a block.
func (s *sieve) column(batch uint32, columns [][]byte, i int) []byte {
	s.key = binary.BigEndian.AppendUint32(s.key[:0], batch)
	for _, c := range columns {
		s.key = append(s.key, c[i])
	}
	return s.key
}

// holds reports whether an answer of a batch with this key is one of those left
// out, and counts it.
func (s *sieve) holds(batch uint32, key []byte) bool {
	if s.left[string(key)] == 0 {
		return false
	}
	s.left[string(key)]--
	s.in[batch]--
	s.total--
	return true
}

// blocked reports whether the answer i of a block is left out.
func (s *sieve) blocked(batch uint32, columns [][]byte, i int) bool {
	return s != nil && s.in[batch] > 0 && s.holds(batch, s.column(batch, columns, i))
}

// dropped reports whether a packed answer is left out.
func (s *sieve) dropped(batch uint32, answers []byte) bool {
	return s != nil && s.in[batch] > 0 && s.holds(batch, s.packed(batch, answers))
}

// done is an error when an excluded answer was not met: what is kept and what is
// counted would not be the same answers.
func (s *sieve) done() error {
	if s != nil && s.total != 0 {
		return fmt.Errorf("survey: %d excluded answers are not among those that are kept", s.total)
	}
	return nil
}

// counted takes the excluded answers of the sample out of the counts, unless
// everything is read: who gave one counts among those who did not answer.
func (l *live) counted(c Counts, r reach) Counts {
	if r == everything {
		return c
	}
	for _, one := range l.out {
		if b, _ := l.survey.Batches.Number(one.Batch); b.Kind == invite.OneTime {
			c.add(one.Outcome, -1)
		}
	}
	return c
}

// exclude marks the rows that the review excluded: of rows that are alike in
// everything, as many as it did.
func (x *exporting) exclude() error {
	out, err := x.live.sieve(nil)
	if err != nil {
		return err
	}
	for i := range x.rows {
		row := &x.rows[i]
		row.excluded = out.dropped(row.batch.Number, []byte(row.packed))
	}
	return out.done()
}

// leaveOut reads which answers of a survey are excluded, for those who read the
// answers afterwards.
func (s *Service) leaveOut(ctx context.Context, sv *Survey) error {
	if sv.Review == nil || sv.Review.Acts == 0 {
		return nil
	}
	var out []Record
	if err := s.Store.Excluded(ctx, sv.ID, func(r Record) error { out = append(out, r); return nil }); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	next := *s.live[sv.Number]
	next.out = out
	s.live[sv.Number] = &next
	return nil
}
