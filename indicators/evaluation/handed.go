package evaluation

import (
	"context"
	"fmt"

	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
)

// Handed returns the sheet that the actor handed in last for a dossier, word for word
// as its digest was taken, and what the trail calls it (C28). Nobody gets another's;
// an assignment that there is not, or whose sheet was never handed in, is refused with
// sheet.unhanded. Taking it is an entry in the trail.
func (s *Service) Handed(ctx context.Context, by access.Actor, k application.Key) (text []byte, object string, err error) {
	if err := by.Require(access.Assessor); err != nil {
		return nil, "", err
	}
	sheets, err := s.Store.Submissions(ctx, k, by.Name)
	if err != nil {
		return nil, "", err
	}
	if len(sheets) == 0 {
		return nil, "", fault.New(fault.NotFound, "sheet.unhanded")
	}
	object = sheetObject(k, by.Name)
	entry := s.entry(by, "sheet.receipt", object)
	entry.Outcome = audit.Done
	if err := s.Store.Record(ctx, *entry); err != nil {
		return nil, "", err
	}
	text, err = sheets[len(sheets)-1].words()
	return text, object, err
}

// sheetObject is what the trail calls an assessor's sheet.
func sheetObject(k application.Key, assessor string) string {
	return "evaluation/" + string(k.ID()) + "/" + assessor
}

// Altered names the submitted sheets of a round that are not what their digests were
// taken of.
func (s *Service) Altered(ctx context.Context, round int) (wrong []string, err error) {
	all, err := s.Store.Assignments(ctx, round)
	if err != nil {
		return nil, err
	}
	for _, a := range all {
		sheets, err := s.Store.Submissions(ctx, a.Dossier, a.Assessor)
		if err != nil {
			return nil, err
		}
		for n, sheet := range sheets {
			if sheet.altered() {
				wrong = append(wrong, fmt.Sprintf("sheet %s, handed in as number %d, is not what its digest was taken of", sheetObject(a.Dossier, a.Assessor), n+1))
			}
		}
	}
	return wrong, nil
}
