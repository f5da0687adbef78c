package supervision

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"minyi/indicators"
	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
)

// Place is one unit among which a year's spot checks are drawn.
type Place struct {
	Unit  roster.UnitCode `json:"unit"`
	Kind  roster.Group    `json:"kind"`
	Names []string        `json:"names"` // ids of its names that stand
}

// Spot is a year's draw of spot checks (C42): first the list is frozen and it is
// announced which public number, not known yet, will decide; then the number is
// entered, and the draw follows from list and number alone.
type Spot struct {
	Year   int              `json:"year"`
	Share  indicators.Share `json:"share"`
	ByKind bool             `json:"by_kind"`
	List   []Place          `json:"list"`   // by unit code
	Digest string           `json:"digest"` // SHA-256 of Text
	Source string           `json:"source"` // which number will decide
	On     roster.Date      `json:"on"`     // the day on which it becomes known
	By     string           `json:"by"`
	At     time.Time        `json:"at"`

	Number  string            `json:"number,omitempty"`
	Seed    string            `json:"seed,omitempty"` // SeedOf digest and number
	Drawn   []roster.UnitCode `json:"drawn,omitempty"`
	DrawnBy string            `json:"drawn_by,omitempty"`
	DrawnAt time.Time         `json:"drawn_at,omitzero"`
}

// Done reports whether the draw was made.
func (x Spot) Done() bool { return x.Seed != "" }

// Text is what the digest of the list is of, line by line: a title, year, share in
// hundredths of a percent, by-kind 0 or 1, then each unit, its kind and its names,
// kept apart by one blank.
func (x Spot) Text() string {
	var out strings.Builder
	kinds := 0
	if x.ByKind {
		kinds = 1
	}
	fmt.Fprintf(&out, "minyi/spot-list/v1\n%d\n%d\n%d\n", x.Year, int(x.Share), kinds)
	for _, p := range x.List {
		fmt.Fprintf(&out, "%s %s %s\n", p.Unit, p.Kind, strings.Join(p.Names, ","))
	}
	return out.String()
}

func hexOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// SpotSeed makes the seed of a draw from the digest of the frozen list and the
// public number that nobody knew then: SHA-256("minyi/spot/v1" LF digest LF number).
func SpotSeed(digest, number string) string {
	return hexOf("minyi/spot/v1\n" + digest + "\n" + number)
}

// Lot is a unit's lot in the draw with that seed: SHA-256(seed LF unit). The units
// with the smallest lots are drawn, which is simple random sampling by permanent
// random numbers (E. Ohlsson, Coordination of samples using permanent random
// numbers, in Business Survey Methods, 1995), and can be redone with any program
// that knows SHA-256.
func Lot(seed string, unit roster.UnitCode) string { return hexOf(seed + "\n" + string(unit)) }

// SpotSize is how many of n are drawn: the share, rounded up, at least one (C42).
func SpotSize(n int, share indicators.Share) int {
	whole := int(indicators.Whole)
	return min(n, max(1, (n*int(share)+whole-1)/whole))
}

// strata are the lists among which one draws apart: all units, or those of each kind.
func (x Spot) strata() [][]Place {
	if !x.ByKind {
		return [][]Place{x.List}
	}
	var out [][]Place
	for _, kind := range roster.Groups() {
		var of []Place
		for _, p := range x.List {
			if p.Kind == kind {
				of = append(of, p)
			}
		}
		if len(of) > 0 {
			out = append(out, of)
		}
	}
	return out
}

// Draw returns the units that the number draws, by unit code. It depends on nothing
// but the list and the number.
func (x Spot) Draw(number string) (seed string, drawn []roster.UnitCode) {
	seed = SpotSeed(x.Digest, number)
	for _, of := range x.strata() {
		of = slices.Clone(of)
		slices.SortFunc(of, func(a, b Place) int { return cmp.Compare(Lot(seed, a.Unit), Lot(seed, b.Unit)) })
		for _, p := range of[:SpotSize(len(of), x.Share)] {
			drawn = append(drawn, p.Unit)
		}
	}
	slices.Sort(drawn)
	return seed, drawn
}

// Redraw reads the document of a draw that was made, as the office and the public
// get it, and makes it again. It refuses with spot.redraw a document whose list has
// another digest than it says, or whose number draws other units.
func Redraw(r io.Reader) (Spot, error) {
	var x Spot
	if err := json.NewDecoder(r).Decode(&x); err != nil {
		return x, fault.New(fault.Invalid, "spot.document")
	}
	seed, drawn := x.Draw(x.Number)
	if hexOf(x.Text()) != x.Digest || len(x.List) == 0 || seed != x.Seed || !slices.Equal(drawn, x.Drawn) {
		return x, fault.New(fault.Conflict, "spot.redraw")
	}
	return x, nil
}

// freeze makes the list of a year from the names as they stand: every unit with a
// valid name, departments only where the round of the name has them supervised.
func freeze(names []Record, day roster.Date, supervised func(Record) (roster.Group, bool)) []Place {
	var out []Place
	for _, n := range names {
		kind, ok := supervised(n)
		if !ok || n.On(day) != naming.Valid {
			continue
		}
		i := slices.IndexFunc(out, func(p Place) bool { return p.Unit == n.Target.Unit })
		if i < 0 {
			out = append(out, Place{Unit: n.Target.Unit, Kind: kind})
			i = len(out) - 1
		}
		out[i].Names = append(out[i].Names, n.ID)
	}
	for i := range out {
		slices.Sort(out[i].Names)
	}
	slices.SortFunc(out, func(a, b Place) int { return cmp.Compare(a.Unit, b.Unit) })
	return out
}

// draw makes the draw with the number that became known.
func (x *Spot) draw(by, number string, now time.Time) error {
	var list fault.List
	written(&list, "number", &number, nameMost, false)
	if err := list.Err(); err != nil {
		return err
	}
	switch {
	case x.Done():
		return fault.New(fault.Conflict, "spot.drawn")
	case now.Before(x.On.Start()):
		return fault.New(fault.Closed, "spot.wait", "on", x.On.String())
	}
	x.Number = number
	x.Seed, x.Drawn = x.Draw(number)
	x.DrawnBy, x.DrawnAt = by, now.UTC().Truncate(time.Millisecond)
	return nil
}
