package naming

import "context"

// Issuer issues the papers of a round's new names: the decision document and the
// certificates. What it cannot do now it does later by itself; a naming never fails
// for it.
type Issuer func(ctx context.Context, round int)

// Issues says who issues the papers; without it nobody does.
func (s *Service) Issues(f Issuer) { s.issuer = f }

// issue hands a round with new names on.
func (s *Service) issue(ctx context.Context, round int) {
	if s.issuer != nil {
		s.issuer(ctx, round)
	}
}
