package application

import "minyi/indicators"

// Moved is a figure whose limit the office has changed since it was typed.
type Moved struct {
	Was     indicators.Threshold // as it was then
	Entry   indicators.Entry
	Dropped bool // no limit of that name, unit and kind is left: it is compared with none
}

// bind notes beside which limits the entries were typed: those of the form, or
// those of now where the caller does not say.
func (c Claim) bind(i indicators.Indicator) Claim {
	switch {
	case len(c.Entries) == 0:
		c.Limits = ""
	case c.Limits == "":
		c.Limits = indicators.WriteThresholds(i.Thresholds)
	}
	return c
}

// beside returns the thresholds that the entries were typed beside.
func (c Claim) beside(i indicators.Indicator) ([]indicators.Threshold, error) {
	if c.Limits == "" || c.Limits == indicators.WriteThresholds(i.Thresholds) {
		return i.Thresholds, nil
	}
	return indicators.ReadThresholds(c.Limits)
}

// Settled returns the entries in the order of the indicator's thresholds as they
// are now, and what the person is to be told of: figures whose limit is another by
// now, or is gone.
func (c Claim) Settled(i indicators.Indicator) (entries []indicators.Entry, moved []Moved) {
	was, err := c.beside(i)
	if err != nil || c.Limits == "" || len(was) == 0 {
		return c.Entries, nil // SetClaims lets nothing in that cannot be read
	}
	entries = make([]indicators.Entry, len(i.Thresholds))
	taken := make([]bool, len(was))
	for place, now := range i.Thresholds {
		at := sameLimit(was, taken, now)
		if at < 0 {
			continue
		}
		taken[at], entries[place] = true, c.Entry(at)
		if was[at] != now && !c.Entry(at).Empty() {
			moved = append(moved, Moved{Was: was[at], Entry: c.Entry(at)})
		}
	}
	for at, t := range was {
		if !taken[at] && !c.Entry(at).Empty() {
			moved = append(moved, Moved{Was: t, Entry: c.Entry(at), Dropped: true})
		}
	}
	return entries, moved
}

// sameLimit finds the first threshold not yet taken that asks for the same thing,
// whatever its limit is; -1 where there is none.
func sameLimit(was []indicators.Threshold, taken []bool, now indicators.Threshold) int {
	for at, t := range was {
		if !taken[at] && t.Name == now.Name && t.Unit == now.Unit && t.Asks() == now.Asks() {
			return at
		}
	}
	return -1
}

// Unsettled returns the indicators with figures whose limit has changed since they
// were typed.
func (d *Dossier) Unsettled(applicable []indicators.Indicator) []indicators.Number {
	var out []indicators.Number
	for _, i := range applicable {
		if _, moved := d.Claims[i.Number].Settled(i); len(moved) > 0 {
			out = append(out, i.Number)
		}
	}
	return out
}
