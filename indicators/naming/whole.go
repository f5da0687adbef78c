package naming

import (
	"context"
	"fmt"
	"slices"
)

// whole reports whether what was known is still what the digest says.
func (k Known) whole() (bool, error) {
	sum := k.Sum
	k.Sum = ""
	now, err := digest(k)
	return now == sum, err
}

// Altered names the decisions of a round of which what was known then is not what it
// was, or of which the ranking is gone.
func (s *Service) Altered(ctx context.Context, round int) (wrong []string, err error) {
	p, err := s.store.Proceeding(ctx, round)
	if err != nil || len(p.Acts) == 0 {
		return nil, err
	}
	rankings, err := s.store.Rankings(ctx, round)
	if err != nil {
		return nil, err
	}
	for _, a := range p.Acts {
		whole, err := a.Known.whole()
		if err != nil {
			return nil, err
		}
		kept := slices.ContainsFunc(rankings, func(x Snapshot) bool { return x.ID == a.Known.Snapshot && x.Digest == a.Known.Digest })
		if !whole || !kept {
			wrong = append(wrong, fmt.Sprintf("decision %s of %d (%s): what was known is altered", a.ID, round, a.Kind))
		}
	}
	return wrong, nil
}
