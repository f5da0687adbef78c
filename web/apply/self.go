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

// SelfEntry is what one threshold asks for, with what was entered and what that
// says.
type SelfEntry struct {
	application.Comparison
	Place  int
	Number indicators.Number
	Asks   indicators.Ask
	Shared bool // entered at an earlier threshold of the same name
	Locked bool
}

// Field names the form field of one part of the entry.
func (e SelfEntry) Field(part string) string { return application.EntryField(part, e.Number, e.Place) }

// SelfLine is one indicator in the form.
type SelfLine struct {
	indicators.Indicator
	Claim     application.Claim
	Excusable bool
	Entries   []SelfEntry
	Exhibits  []application.Exhibit
	Offered   bool // its own figures say that there was no case at all
	Copied    bool // taken over and not yet looked at
	Was       string
	Limits    string              // the thresholds that the form asks for
	Moved     []application.Moved // figures whose limit the office has changed since
	Theirs    *SelfLine           // what somebody else has saved meanwhile
	Refused   []string            // what is wrong with it, in words
}

// Fields are the texts of the claim by form field, to be taken over by a script.
func (l *SelfLine) Fields() map[string]string {
	n := string(l.Number)
	out := map[string]string{"claim-" + n: string(l.Claim.Verdict), "reason-" + n: l.Claim.Reason, "note-" + n: l.Claim.Note}
	for _, e := range l.Entries {
		for part, text := range map[string]string{
			"figure": e.Entry.Figure, "part": e.Entry.Part, "whole": e.Entry.Whole, "on": e.Entry.On, "from": e.Entry.From, "to": e.Entry.To,
		} {
			out[e.Field(part)] = text
		}
	}
	return out
}

// Has reports whether the claim is that verdict.
func (l *SelfLine) Has(v string) bool { return string(l.Claim.Verdict) == v }

// Unproven reports a claim of "met" without evidence (C80).
func (l *SelfLine) Unproven() bool { return l.Has("met") && len(l.Exhibits) == 0 }

// Against reports a claim of "met" although a figure firmly misses its limit.
func (l *SelfLine) Against() bool {
	return l.Has("met") && slices.ContainsFunc(l.Entries, func(e SelfEntry) bool { return e.Fails() })
}

// SelfLevel is one first-level heading with its indicators and its tally.
type SelfLevel struct {
	Number int
	Tally  application.Tally
	Lines  []*SelfLine
}

// Share is the share met in tenths of a percent, cut and never rounded up (C19).
func (l SelfLevel) Share() string { return shareOf(l.Tally) }

func shareOf(t application.Tally) string {
	if t.Applicable() == 0 {
		return "—"
	}
	const thousand, ten = 1000, 10
	n := t.Met * thousand / t.Applicable()
	return strconv.Itoa(n/ten) + "." + strconv.Itoa(n%ten) + "%"
}

// SelfPage is the self-assessment: one heading of it, or all that a filter finds.
type SelfPage struct {
	dossier
	Answer
	Seen   int
	Whole  application.Tally
	Needed int
	Levels []SelfLevel // all, for the way around
	Level  int         // the heading shown, 0 for all
	Filter string      // open, unmet, unproven, moved, copied; empty for all
	Counts map[string]int
	Part   string // the indicator that a script asked for
}

// Filters are the filters in the order of the page.
func (p *SelfPage) Filters() []string {
	return []string{"", "open", "unmet", "unproven", "moved", "copied"}
}

// Shown returns the lines of a heading that the filter lets through; those that
// a refusal is about are always among them.
func (p *SelfPage) Shown(l SelfLevel) []*SelfLine {
	if p.Level != 0 && p.Level != l.Number {
		return nil
	}
	var out []*SelfLine
	for _, line := range l.Lines {
		if passes(line, p.Filter) || len(line.Refused) > 0 {
			out = append(out, line)
		}
	}
	return out
}

// Found counts the lines on the page.
func (p *SelfPage) Found() int {
	n := 0
	for _, l := range p.Levels {
		n += len(p.Shown(l))
	}
	return n
}

// One returns the line that a script asked for.
func (p *SelfPage) One() *SelfLine {
	for _, l := range p.Levels {
		for _, line := range l.Lines {
			if string(line.Number) == p.Part {
				return line
			}
		}
	}
	return nil
}

// Passes reports whether enough indicators are met (C18).
func (p *SelfPage) Passes() bool {
	return p.Settings().Gate.Passes(p.Whole.Met, p.Whole.Applicable())
}

// Missing is how many more indicators must be met.
func (p *SelfPage) Missing() int { return max(0, p.Needed-p.Whole.Met) }

func passes(l *SelfLine, filter string) bool {
	switch filter {
	case "open":
		return l.Claim.Verdict == ""
	case "unmet":
		return l.Has("unmet")
	case "unproven":
		return l.Unproven()
	case "moved":
		return len(l.Moved) > 0
	case "copied":
		return l.Copied
	}
	return true
}

// Self shows the form.
func (d *Door) Self(c *fiber.Ctx) error {
	base, err := d.load(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "self", selfPage(c, base, base.Dossier.Claims))
}

func selfPage(c *fiber.Ctx, base dossier, claims map[indicators.Number]application.Claim) *SelfPage {
	base.Task = application.Self
	p := &SelfPage{
		dossier: base, Seen: base.Stamp(application.Self), Levels: selfLevels(base, claims),
		Level: c.QueryInt("level"), Filter: c.Query("show"), Counts: map[string]int{},
	}
	shown := application.Dossier{Key: base.Dossier.Key, Claims: claims}
	p.Whole, _ = shown.Count(base.Terms.Applicable)
	p.Needed = p.Settings().Gate.Needed(p.Whole.Applicable())
	if p.Level < 0 || p.Level > len(p.Levels) {
		p.Level = 0
	}
	if !slices.Contains(p.Filters(), p.Filter) {
		p.Filter = ""
	}
	for _, l := range p.Levels {
		for _, line := range l.Lines {
			for _, f := range p.Filters() {
				if passes(line, f) {
					p.Counts[f]++
				}
			}
		}
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
		level.Lines = append(level.Lines, selfLine(base, i, claims[i.Number]))
	}
	return out
}

func selfLine(base dossier, i indicators.Indicator, claim application.Claim) *SelfLine {
	compared := application.Compare(i, claim, base.Terms.Calendar)
	line := &SelfLine{
		Indicator: i, Claim: claim, Excusable: application.Excusable(i), Exhibits: base.Dossier.ExhibitsOf(i.Number),
		Offered: application.Nothing(i, compared) && claim.Verdict != application.Inapplicable,
		Copied:  base.Dossier.Copied[application.ClaimField(i.Number)] != "",
		Was:     stampOf(i, base.Dossier.Claims[i.Number]),
		Limits:  indicators.WriteThresholds(i.Thresholds),
	}
	_, line.Moved = claim.Settled(i)
	names := map[string]bool{}
	for place, one := range compared {
		line.Entries = append(line.Entries, SelfEntry{
			Comparison: one, Place: place, Number: i.Number, Asks: i.Thresholds[place].Asks(),
			Shared: names[one.Threshold.Name], Locked: base.Locked(),
		})
		names[one.Threshold.Name] = true
	}
	return line
}

// SaveSelf keeps the claims that the form holds; the others stay as they are, so
// that one request may bring all of them, one heading, or one indicator (part).
func (d *Door) SaveSelf(c *fiber.Ctx) error {
	base, err := d.load(c)
	if err != nil {
		return err
	}
	f, err := read(c, claimField)
	if err != nil {
		return err
	}
	seen, err := f.seen()
	if err != nil {
		return err
	}
	typed, err := f.claims()
	if err != nil {
		return err
	}
	failed := d.saveClaims(c, base, f, seen, typed)
	if failed == nil && f["part"] == "" {
		return view.See(c, base.Base+"/self"+selfPage(c, base, nil).next(), "apply.saved")
	}
	if base, err = d.load(c); err != nil {
		return err
	}
	page := selfAgain(c, base, typed, failed)
	if failed != nil && !conflicting(failed) {
		page.Seen = seen
	}
	for _, r := range fault.All(failed) {
		page.refused(r.Field, d.texts.Refusal(view.LangOf(c), r))
	}
	page.Part = f["part"]
	return d.answer(c, failed, "self", page.One() != nil, page, &page.Answer)
}

// saveClaims keeps what the person has changed, and takes the marks off the lines
// that were looked at.
func (d *Door) saveClaims(c *fiber.Ctx, base dossier, f fields, seen int, typed map[indicators.Number]application.Claim) error {
	by, changed := login.Actor(c), map[indicators.Number]application.Claim{}
	for n, claim := range typed {
		if was, ok := f[wasPrefix+string(n)]; !ok || was != claimStamp(claim) {
			changed[n] = claim
		}
	}
	if err := d.service.SaveSelf(c.UserContext(), by, base.Dossier.Key, seen, changed); err != nil {
		return err
	}
	if looked := f.looked(base.Dossier); len(looked) > 0 {
		return d.service.Looked(c.UserContext(), by, base.Dossier.Key, looked)
	}
	return nil
}

// selfAgain is the page with what was typed in it, and with what stands beside it
// where somebody else has changed the same indicator meanwhile.
func selfAgain(c *fiber.Ctx, base dossier, typed map[indicators.Number]application.Claim, failed error) *SelfPage {
	all := map[indicators.Number]application.Claim{}
	for n, claim := range base.Dossier.Claims {
		all[n] = claim
	}
	for n, claim := range typed {
		all[n] = claim
	}
	page := selfPage(c, base, all)
	if !conflicting(failed) {
		return page
	}
	for _, l := range page.Levels {
		for _, line := range l.Lines {
			mine, sent := typed[line.Number]
			if stands := base.Dossier.Claims[line.Number]; sent && !mine.Same(stands) {
				line.Theirs = selfLine(base, line.Indicator, stands)
			}
		}
	}
	return page
}

// refused puts a sentence beside the indicator that it is about.
func (p *SelfPage) refused(field, text string) {
	_, n := numberOf(field)
	for _, l := range p.Levels {
		for _, line := range l.Lines {
			if line.Number == n {
				line.Refused = append(line.Refused, text)
			}
		}
	}
}

// next is the address of what follows after a saving: the next heading; a filter
// and the whole stay.
func (p *SelfPage) next() string {
	switch {
	case p.Filter != "":
		return "?show=" + p.Filter
	case p.Level == 0:
		return "?level=0"
	case p.Level == len(p.Levels):
		return "?level=" + strconv.Itoa(p.Level)
	}
	return "?level=" + strconv.Itoa(p.Level+1)
}
