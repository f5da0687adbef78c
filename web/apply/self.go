package apply

import (
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators"
	"minyi/indicators/application"
	"minyi/indicators/fault"
	"minyi/web/login"
	"minyi/web/view"
)

// SelfLine is one indicator in the form.
type SelfLine struct {
	indicators.Indicator
	Claim     application.Claim
	Excusable bool
	Compared  []application.Comparison
	Exhibits  []application.Exhibit
}

// Has reports whether the claim is that verdict.
func (l SelfLine) Has(v string) bool { return string(l.Claim.Verdict) == v }

// SelfLevel is one first-level heading with its indicators and its tally.
type SelfLevel struct {
	Number int
	Tally  application.Tally
	Lines  []SelfLine
}

// SelfPage is the self-assessment, whole or one heading of it.
type SelfPage struct {
	dossier
	Seen   int
	Whole  application.Tally
	Needed int
	Levels []SelfLevel // all, for the way around
	Level  int         // the heading shown, 0 for all
}

// Shown reports whether a heading is on this page.
func (p *SelfPage) Shown(number int) bool { return p.Level == 0 || p.Level == number }

// Self shows the form.
func (d *Door) Self(c *fiber.Ctx) error {
	base, err := d.load(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "self", selfPage(c, base, base.Dossier.Claims))
}

func selfPage(c *fiber.Ctx, base dossier, claims map[indicators.Number]application.Claim) *SelfPage {
	p := &SelfPage{
		dossier: base, Seen: base.Dossier.Edits[application.Self], Levels: selfLevels(base, claims),
		Level: c.QueryInt("level"),
	}
	shown := application.Dossier{Key: base.Dossier.Key, Claims: claims}
	p.Whole, _ = shown.Count(base.Terms.Applicable)
	p.Needed = p.Settings().Gate.Needed(p.Whole.Applicable())
	if p.Level < 0 || p.Level > len(p.Levels) {
		p.Level = 0
	}
	return p
}

// selfLevels sets the indicators that apply beside the claims, by heading.
func selfLevels(base dossier, claims map[indicators.Number]application.Claim) []SelfLevel {
	shown := application.Dossier{Key: base.Dossier.Key, Claims: claims}
	_, tallies := shown.Count(base.Terms.Applicable)
	var out []SelfLevel
	for _, i := range base.Terms.Applicable {
		if n := len(out); n == 0 || out[n-1].Tally.Level != i.Level1 {
			out = append(out, SelfLevel{Number: n + 1, Tally: tallies[n]})
		}
		level := &out[len(out)-1]
		claim := claims[i.Number]
		line := SelfLine{
			Indicator: i, Claim: claim, Excusable: application.Excusable(i),
			Exhibits: base.Dossier.ExhibitsOf(i.Number),
		}
		line.Compared = application.Compare(i, claim, base.Terms.Calendar)
		level.Lines = append(level.Lines, line)
	}
	return out
}

// SaveSelf keeps the claims of the indicators that the form holds; the others
// stay as they are, so that one request may bring all of them or one heading.
func (d *Door) SaveSelf(c *fiber.Ctx) error {
	base, err := d.load(c)
	if err != nil {
		return err
	}
	f, err := read(c, func(name string) bool {
		kind, n := numberOf(name)
		return name == "seen" || n != "" && slices.Contains([]string{"claim", "reason", "value", "note"}, kind)
	})
	if err != nil {
		return err
	}
	claims, err := f.claims()
	if err != nil {
		return err
	}
	all := map[indicators.Number]application.Claim{}
	for n, claim := range base.Dossier.Claims {
		all[n] = claim
	}
	for n, claim := range claims {
		all[n] = claim
	}
	page := selfPage(c, base, all)
	if page.Seen, err = f.seen(); err != nil {
		return err
	}
	if err := d.service.SaveSelf(c.UserContext(), login.Actor(c), base.Dossier.Key, page.Seen, claims); err != nil {
		return d.pages.Again(c, err, "self", page)
	}
	return view.See(c, base.Base+"/self?level="+strconv.Itoa(page.next()), "apply.saved")
}

// next is the heading after the one shown; the whole stays the whole.
func (p *SelfPage) next() int {
	if p.Level == 0 || p.Level == len(p.Levels) {
		return p.Level
	}
	return p.Level + 1
}

// SelfBytes is the largest request of the self-assessment: value, note and
// reason of full length for each of some hundred indicators, as browsers encode
// them.
const SelfBytes = 2 << 20

const mostNumbers = 500 // fields name fewer different indicators

func (f fields) claims() (map[indicators.Number]application.Claim, error) {
	out := map[indicators.Number]application.Claim{}
	for name, value := range f {
		kind, n := numberOf(name)
		if n == "" {
			continue
		}
		claim := out[n]
		switch kind {
		case "claim":
			claim.Verdict = application.Verdict(value)
		case "reason":
			claim.Reason = value
		case "value":
			claim.Value = value
		case "note":
			claim.Note = value
		}
		out[n] = claim
	}
	if len(out) > mostNumbers {
		return nil, fault.New(fault.TooLarge, "request.toolarge")
	}
	return out, nil
}
