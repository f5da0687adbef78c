package register

import (
	"context"
	"fmt"
)

// Altered names the issued papers whose bytes are not those that were issued.
func (s *Service) Altered(ctx context.Context) (wrong []string, err error) {
	all, err := s.Store.Papers(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		is, err := s.Store.Paper(ctx, p.Kind, p.Round, p.Of())
		if err != nil {
			return nil, err
		}
		if issued(is.Paper, is.PDF).Digest != p.Digest {
			wrong = append(wrong, fmt.Sprintf("%s %s of %d is altered", p.Kind, p.Number, p.Round))
		}
	}
	return wrong, nil
}
