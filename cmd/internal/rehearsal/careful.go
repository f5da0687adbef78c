package rehearsal

import (
	"context"
	"slices"
)

// checks is how many of a careful resident's commitments are opened before one is cast.
const checks = 1

// careful reports whether the person wants to see an answer opened before sending one.
// A draw of its own: what everybody answers stays what it was.
func (r *resident) careful() bool {
	const share = 0.02
	return chance(r.rng.Uint64(), "careful").Float64() < share
}

// checkFirst takes the answers of a filled-in page with all questions the other way: to
// the review, to the page that shows the commitment, lets that be opened as a check
// (抽检), which spoils it, and sends the next one.
func (r *resident) checkFirst(ctx context.Context, v *visitor, f *form) error {
	f.fields = slices.DeleteFunc(f.fields, func(one field) bool { return one.name == "_view" })
	f.fields = append(f.fields, field{name: "_at", chosen: []string{"review"}})
	f.press("_do", "next")
	page, err := v.send(ctx, f)
	for _, press := range append(slices.Repeat([]string{"audit", "next"}, checks), "send") {
		if err != nil {
			return err
		}
		if f, err = page.form("_do", "_form"); err != nil {
			return err
		}
		f.press("_do", press)
		page, err = v.send(ctx, f)
	}
	return err
}
