package result

import "minyi/survey/tabulate"

// Beside is the table of other answers as it may stand beside the official one. Who
// knows both knows by subtraction what the people say by which the two differ: nil
// where these are some, but fewer than least. Of an item to which too few more or
// fewer answered nothing is left but its name, and of others with it, as Line says,
// so that the index beside them does not give it away.
func Beside(official tabulate.Table, other *tabulate.Table, least int) *tabulate.Table {
	if other == nil {
		return nil
	}
	if n := apart(official.N, other.N); n > 0 && n < least {
		return nil
	}
	out := *other
	out.Items = make([]tabulate.ItemTable, len(other.Items))
	counts := make([]int, len(other.Items))
	for k, item := range other.Items {
		counts[k] = apart(official.Items[k].Satisfied.N, item.Satisfied.N)
	}
	for k, why := range Line(counts, least) {
		out.Items[k] = other.Items[k]
		if why != Shown {
			out.Items[k] = Blank(other.Items[k])
		}
	}
	return &out
}

// Kept reports whether anything of an item was left by Beside.
func Kept(item tabulate.ItemTable) bool { return item.Satisfied.N > 0 }

func apart(a, b int) int { return max(a-b, b-a) }

// Blank is an item of which only the name is known.
func Blank(item tabulate.ItemTable) tabulate.ItemTable {
	out := tabulate.ItemTable{
		ID: item.ID, Indicator: item.Indicator, AtLeast: unknown().Est,
		Satisfied: unknown(), Mean: unknown(), DontKnow: unknown(), NoAnswer: unknown(),
	}
	if item.NotApplicable != nil {
		none := unknown()
		out.NotApplicable = &none
	}
	return out
}
