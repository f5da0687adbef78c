package survey

import (
	"minyi/survey/result"
)

// Change is what has changed in one group since the unit's last round. Only what
// was asked in the same words and is shown in both rounds is compared.
type Change struct {
	Way      string
	Category string
	Item     string // empty for the index
	Now      result.Cell
	Before   result.Cell
	Share    result.Difference // of the share satisfied
	Mean     result.Difference // of the mean; of the index for the index
}

// Changes are those of a way to group since the last round, item by item and then
// the index, each corrected for the others; none without an earlier round. The
// index is compared where every item was asked in the same words.
func (r *Results) Changes(way string) ([]Change, error) {
	if r.before == nil {
		return nil, nil
	}
	least := max(r.Survey.LeastShown(), r.before.Survey.LeastShown())
	now, err := r.sample.By(way, least)
	if err != nil {
		return nil, err
	}
	before, err := r.before.sample.By(way, least)
	if err != nil {
		return nil, err
	}
	out, all, err := r.itemChanges(now, before)
	if err != nil {
		return nil, err
	}
	if all && len(now.Items) == len(before.Items) {
		more, err := indexChanges(now, before)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	correct(out)
	return out, nil
}

// itemChanges compares the items; all says whether every item of now has its match.
func (r *Results) itemChanges(now, before *result.Table) (out []Change, all bool, err error) {
	then := map[string]result.ItemRow{}
	for _, row := range before.Items {
		then[wording(r.before.Paper, row.ID)] = row
	}
	all = len(now.Items) > 0
	for _, row := range now.Items {
		old, ok := then[wording(r.Paper, row.ID)]
		all = all && ok
		for _, c := range row.Cells {
			was, known := cellOf(old.Cells, c.Category)
			if !ok || !known || !bothShown(c, was) {
				continue
			}
			one := Change{Way: now.Way, Category: c.Category, Item: row.ID, Now: c, Before: was}
			if one.Share, err = result.Subtract(c.Satisfied, was.Satisfied); err != nil {
				return nil, false, err
			}
			if one.Mean, err = result.Subtract(c.Mean, was.Mean); err != nil {
				return nil, false, err
			}
			out = append(out, one)
		}
	}
	return out, all, nil
}

func cellOf(cells []result.Cell, category string) (result.Cell, bool) {
	for _, c := range cells {
		if c.Category == category {
			return c, true
		}
	}
	return result.Cell{}, false
}

// bothShown asks for two cells that are shown and have answers.
func bothShown(a, b result.Cell) bool {
	return a.Hidden == result.Shown && b.Hidden == result.Shown && a.N > 0 && b.N > 0
}

func indexChanges(now, before *result.Table) (out []Change, err error) {
	for _, row := range now.Index {
		for _, old := range before.Index {
			if old.Category != row.Category || old.Hidden != result.Shown || row.Hidden != result.Shown {
				continue
			}
			one := Change{
				Way: now.Way, Category: row.Category,
				Now:    result.Cell{Category: row.Category, N: row.People, Satisfied: row.Satisfied, Mean: row.Index},
				Before: result.Cell{Category: row.Category, N: old.People, Satisfied: old.Satisfied, Mean: old.Index},
			}
			if one.Share, err = result.Subtract(row.Satisfied, old.Satisfied); err != nil {
				return nil, err
			}
			if one.Mean, err = result.Subtract(row.Index, old.Index); err != nil {
				return nil, err
			}
			out = append(out, one)
		}
	}
	return out, nil
}

// correct corrects the shares' tests for their number, and the means' for theirs.
func correct(all []Change) {
	var shares, means []*result.Difference
	for i := range all {
		shares, means = append(shares, &all[i].Share), append(means, &all[i].Mean)
	}
	result.Correct(shares)
	result.Correct(means)
}
