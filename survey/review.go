package survey

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"minyi/indicators/access"
	"minyi/indicators/fault"
)

// Phase is where the review of quality stands.
type Phase string

// The phases. A review is never opened again: whoever has seen the result decides
// no more about answers.
const (
	Reviewing Phase = "open"
	Reviewed  Phase = "closed"
)

// Review is the review of the quality of a closed survey's answers: how many acts
// there were, how many answers stand excluded, and how it was closed. The acts
// themselves and the answers they name are kept beside it.
type Review struct {
	Phase    Phase    `json:"phase"`
	Acts     int      `json:"acts"`              // proposed so far, whatever became of them
	Waiting  int      `json:"waiting"`           // acts that a second person has not decided
	Excluded int      `json:"excluded"`          // answers that do not count
	Digest   string   `json:"digest"`            // of the excluded answers, by digestOf; empty for none
	Closing  *Closing `json:"closing,omitempty"` // proposed or done
	Earlier  bool     `json:"earlier,omitempty"` // closed before there was a review of this kind
}

// Closing is the end of a review: the first person's word and the second's. Nothing
// says that they found nothing to exclude.
type Closing struct {
	Nothing   bool     `json:"nothing"`
	Seal      string   `json:"seal"`
	Proposed  Approval `json:"proposed"`
	Confirmed Approval `json:"confirmed,omitzero"`
}

// Seal names what has been decided: two people who close a review saw the same.
func (r *Review) Seal() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "minyi/review/v1\n%d\n%d\n%s", r.Acts, r.Excluded, r.Digest))
	return hex.EncodeToString(sum[:])
}

// digestOf is the hex SHA-256 of the numbers of answers, ascending, a line each;
// empty for none.
func digestOf(ascending []int64) string {
	if len(ascending) == 0 {
		return ""
	}
	h := sha256.New()
	for _, n := range ascending {
		_, _ = fmt.Fprintln(h, n) // a hash never fails
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Reviewed reports whether the review has been closed, so that results may be
// made and seen.
func (s *Survey) Reviewed() bool { return s.Review != nil && s.Review.Phase == Reviewed }

// reviewed refuses with review.open results of a survey whose review is not closed.
func (s *Survey) reviewed() error {
	if !s.Reviewed() {
		return fault.New(fault.Conflict, "review.open")
	}
	return nil
}

// reviewing refuses with survey.state before the close and with review.closed
// after the review; it makes the review's record where there is none yet.
func (s *Survey) reviewing() error {
	if err := errors.Join(s.asks(OfResidents), s.in(Closed)); err != nil {
		return err
	}
	if s.Review == nil {
		s.Review = &Review{Phase: Reviewing}
	}
	if s.Review.Phase != Reviewing {
		return fault.New(fault.Closed, "review.closed")
	}
	return nil
}

// ProposeReviewEnd is the first person's word that the review is done. Without
// an exclusion the word is that there is nothing to exclude. It is refused with
// review.waiting while an act waits, with review.nothing and review.something
// where the word does not fit what was decided, and with review.ending the second
// time.
func (s *Survey) ProposeReviewEnd(by Approval, nothing bool) error {
	if err := s.reviewing(); err != nil {
		return err
	}
	r := s.Review
	switch {
	case r.Closing != nil:
		return fault.New(fault.Conflict, "review.ending")
	case r.Waiting > 0:
		return fault.New(fault.Conflict, "review.waiting", "acts", fmt.Sprint(r.Waiting))
	case r.Excluded == 0 && !nothing:
		return fault.New(fault.Invalid, "review.nothing").At("nothing")
	case r.Excluded > 0 && nothing:
		return fault.New(fault.Invalid, "review.something").At("nothing")
	}
	r.Closing = &Closing{Nothing: nothing, Seal: r.Seal(), Proposed: by}
	return nil
}

// EndReview is the second person's word; the seal is what that person was shown.
// It is refused with review.notending, review.self and review.changed.
func (s *Survey) EndReview(by Approval, second access.Second, seal string) error {
	if err := s.reviewing(); err != nil {
		return err
	}
	closing := s.Review.Closing
	switch {
	case closing == nil:
		return fault.New(fault.Conflict, "review.notending")
	case closing.Proposed.Account == by.Account:
		return fault.New(fault.Forbidden, "review.self")
	case closing.Seal != seal:
		return fault.New(fault.Conflict, "review.changed")
	}
	if err := second.Apart(closing.Proposed.Account); err != nil {
		return err
	}
	closing.Confirmed, s.Review.Phase = by, Reviewed
	return nil
}

// GoOnReviewing takes the proposal to end the review back, by whoever.
func (s *Survey) GoOnReviewing() error {
	if err := s.reviewing(); err != nil {
		return err
	}
	if s.Review.Closing == nil {
		return fault.New(fault.Conflict, "review.notending")
	}
	s.Review.Closing = nil
	return nil
}

// reviewBrief is what the trail keeps of a review.
type reviewBrief struct {
	Phase    Phase  `json:"phase"`
	Acts     int    `json:"acts"`
	Waiting  int    `json:"waiting"`
	Excluded int    `json:"excluded"`
	Digest   string `json:"digest,omitempty"`
	Ending   string `json:"ended_by_first,omitempty"`
	Ended    string `json:"ended_by_second,omitempty"`
	Nothing  bool   `json:"nothing_to_exclude,omitempty"`
}

func (r *Review) brief() *reviewBrief {
	if r == nil {
		return nil
	}
	b := &reviewBrief{Phase: r.Phase, Acts: r.Acts, Waiting: r.Waiting, Excluded: r.Excluded, Digest: r.Digest}
	if c := r.Closing; c != nil {
		b.Ending, b.Ended, b.Nothing = c.Proposed.Account, c.Confirmed.Account, c.Nothing
	}
	return b
}
