package rehearsal

import (
	"context"
	"time"

	"golang.org/x/net/html"
)

// checkFormally lets the office accept a dossier the day after it was filed.
// Where somebody has decided on it meanwhile, or it is not filed, it is left alone.
func (r *Rehearsal) checkFormally(a applicant) func(context.Context) error {
	return func(ctx context.Context) error {
		v, err := r.person(ctx, "office", 0)
		if err != nil {
			return err
		}
		list, err := v.get(ctx, "/office/formal")
		if err != nil {
			return err
		}
		a, ok := found(list, a)
		if !ok {
			return nil // nothing was filed
		}
		page, err := v.get(ctx, "/office/formal/"+a.id())
		if err != nil {
			return err
		}
		waits := func(n *html.Node) bool { return attribute(n, "data-state") == "pending" }
		if len(find(page.doc, waits)) == 0 {
			return nil // decided already, or withdrawn
		}
		page, err = v.submit(ctx, page, map[string]string{
			"outcome": "accepted", "reason": "演练：单位符合申报条件，材料齐全，文件完好，予以受理。",
		})
		return unlessDone(page, err)
	}
}

// checked is when the office looks at what was filed at that time.
func checked(filed time.Time) time.Time { return filed.AddDate(0, 0, 1).Add(-time.Hour) }
