package evaluation

import (
	"context"
	"slices"

	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/fault"
)

// OpinionDue is a dossier on which the actor's institution gives an opinion.
type OpinionDue struct {
	Dossier application.Key
	Signed  string // digest of the signed opinion, empty while there is none
	Ready   bool   // every sheet is in: the opinion can be written
}

// OpinionsDue returns the dossiers of a round on which the actor signs for the
// institution. It tells no mark.
func (s *Service) OpinionsDue(ctx context.Context, by access.Actor, round int) ([]OpinionDue, error) {
	if err := by.Require(access.Assessor); err != nil {
		return nil, err
	}
	at, err := s.standing(ctx, round)
	if err != nil {
		return nil, err
	}
	i, err := s.institutionOf(ctx, round, by.Institution)
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []OpinionDue
	for _, row := range at.rows() {
		if !slices.Contains(row.Institutions, by.Institution) || !row.signer(i, by.Name) {
			continue
		}
		due := OpinionDue{Dossier: row.Key, Ready: row.unsigned() == nil}
		for _, o := range at.opinions[row.Key] {
			if o.Institution == by.Institution {
				due.Signed = o.Signature.Digest
			}
		}
		out = append(out, due)
	}
	return out, nil
}

// signer reports whether an account signs for the institution on this dossier: who
// leads it, or where nobody is named, whoever of it has a sheet.
func (r Row) signer(i Institution, account string) bool {
	if i.Lead != "" {
		return access.Fold(i.Lead) == access.Fold(account)
	}
	return slices.ContainsFunc(r.Sheets, func(x SheetState) bool { return x.Counts() && x.Assessor == account })
}
