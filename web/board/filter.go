package board

import (
	"cmp"
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/progress"
)

// Filter is which rows are shown and in which order, as the address has it.
type Filter struct {
	Round, Kind, Track, City, Stage, Late, Sort string
}

func filter(c *fiber.Ctx) Filter {
	return Filter{
		Round: c.Query("round"), Kind: c.Query("kind"), Track: c.Query("track"), City: c.Query("city"),
		Stage: c.Query("stage"), Late: c.Query("late"), Sort: c.Query("sort"),
	}
}

// On reports whether anything is filtered.
func (f Filter) On() bool {
	return f.Kind+f.Track+f.City+f.Stage+f.Late != ""
}

// By is the address of the same rows in another order.
func (f Filter) By(order string) string {
	q := url.Values{}
	for name, value := range map[string]string{
		"round": f.Round, "kind": f.Kind, "track": f.Track, "city": f.City, "stage": f.Stage, "late": f.Late, "sort": order,
	} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return Home + "?" + q.Encode() + "#rows"
}

func (f Filter) takes(r Row) bool {
	return (f.Kind == "" || f.Kind == string(r.Unit.Group())) &&
		(f.Track == "" || f.Track == string(r.Dossier.Track)) &&
		(f.City == "" || f.City == r.City) &&
		(f.Stage == "" || f.Stage == string(r.At)) &&
		(f.Late == "" || r.Late())
}

// sort orders the rows: by place, by how far they are, or as the register has them.
func (f Filter) sort(rows []Row) {
	switch f.Sort {
	case "place":
		slices.SortStableFunc(rows, func(a, b Row) int {
			return cmp.Or(cmp.Compare(a.Dossier.Track, b.Dossier.Track), cmp.Compare(a.Unit.Group(), b.Unit.Group()), cmp.Compare(place(a), place(b)))
		})
	case "stage":
		slices.SortStableFunc(rows, func(a, b Row) int { return cmp.Compare(far(a), far(b)) })
	case "unit":
		slices.SortStableFunc(rows, func(a, b Row) int { return cmp.Compare(a.Dossier.Unit, b.Dossier.Unit) })
	}
}

func place(r Row) int {
	if p := r.Cell(progress.Ranked).Place; p > 0 {
		return p
	}
	const last = 1 << 20
	return last
}

func far(r Row) int { return slices.Index(progress.Stages(), r.At) }
