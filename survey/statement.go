package survey

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/survey/invite"
	"minyi/survey/release"
)

// DisclosureStandard is what the methodology statement follows: section III.A of
// the AAPOR Code of Professional Ethics and Practices, revised April 2021, whose
// eleven items the Transparency Initiative asks of every published result
// (aapor.org/standards-and-ethics/disclosure-standards).
const DisclosureStandard = "aapor-2021"

// The items of the methodology statement that only people know: the rest the
// survey tells of itself.
const (
	OnFunding     = "funding"     // item 2: where the money came from, if not from the sponsor
	OnCoverage    = "coverage"    // items 4, 5: where the frame came from, and whom it misses
	OnCooperation = "cooperation" // item 6: how people were asked, reminded, rewarded, helped
	OnProcessing  = "processing"  // item 10: how data were checked, coded and corrected
	OnLimits      = "limitations" // item 11
	OnContact     = "contact"     // who answers questions about the method
)

// WrittenItem is an item that people write; a statement without a needed one has
// it among what is missing.
type WrittenItem struct {
	Item   string
	Number string // in the standard
	Needed bool
}

// WrittenItems lists what people write, in the order of the standard.
func WrittenItems() []WrittenItem {
	return []WrittenItem{
		{OnFunding, "2", true},
		{OnCoverage, "5", true},
		{OnCooperation, "6", false},
		{OnProcessing, "10", true},
		{OnLimits, "11", true},
		{OnContact, "B", false},
	}
}

// maxStatement is the longest text of an item, in characters.
const maxStatement = 2000

// Statement is what people wrote about the method of a survey, by item.
type Statement struct {
	Version int             `json:"version"`
	At      time.Time       `json:"at"`
	By      string          `json:"by"`
	Written map[string]Text `json:"written"`
}

// Statement returns the newest one, the zero Statement where nobody wrote any.
func (s *Survey) Statement() Statement {
	if n := len(s.Statements); n > 0 {
		return s.Statements[n-1]
	}
	return Statement{}
}

// Write adds a version of the statement. It refuses with statement.stale when
// another version than the given one is the newest, so that nobody overwrites
// what he did not see; with statement.long (field item_zh or item_en) a text
// that is too long. The same words again change nothing.
func (s *Survey) Write(version int, written map[string]Text, by access.Actor, now time.Time) error {
	old := s.Statement()
	if old.Version != version {
		return fault.New(fault.Conflict, "statement.stale")
	}
	next := Statement{Version: version + 1, At: now.UTC(), By: by.Name, Written: map[string]Text{}}
	var found fault.List
	same := true
	for _, one := range WrittenItems() {
		text := Text{Zh: tidy(written[one.Item].Zh), En: tidy(written[one.Item].En)}
		lengthOf(&found, one.Item+"_zh", text.Zh)
		lengthOf(&found, one.Item+"_en", text.En)
		same = same && text == old.Written[one.Item]
		if text != (Text{}) {
			next.Written[one.Item] = text
		}
	}
	if err := found.Err(); err != nil {
		return err
	}
	if !same {
		s.Statements = append(s.Statements, next)
	}
	return nil
}

// tidy trims a text and its lines; browsers send CR LF.
func tidy(text string) string {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

func lengthOf(found *fault.List, field, text string) {
	if !utf8.ValidString(text) || utf8.RuneCountInString(text) > maxStatement {
		found.Add(fault.New(fault.Invalid, "statement.long", "max", strconv.Itoa(maxStatement)).At(field))
	}
}

// Missing lists the needed items that lack a text in a language, in the order of
// the standard.
func (s Statement) Missing() []string {
	missing := []string{}
	for _, one := range WrittenItems() {
		if text := s.Written[one.Item]; one.Needed && (text.Zh == "" || text.En == "") {
			missing = append(missing, one.Item)
		}
	}
	return missing
}

// Write keeps what people wrote about the method, as a new version. It is
// refused as Survey.Write refuses.
func (s *Service) Write(ctx context.Context, by access.Actor, id ID, version int, written map[string]Text) (*Survey, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	return s.update(ctx, id, s.entry(by, "survey.statement", id), func(sv *Survey) error {
		return sv.Write(version, written, by, s.Now())
	})
}

// method is the statement as it is signed.
func (l *live) method() *release.Method {
	written := l.survey.Statement()
	m := &release.Method{
		Standard: DisclosureStandard, Version: written.Version, Missing: written.Missing(), Facts: l.facts(), Written: []release.Disclosure{},
	}
	for _, one := range WrittenItems() {
		if text, ok := written.Written[one.Item]; ok {
			m.Written = append(m.Written, release.Disclosure{Item: one.Item, Text: release.Name(text)})
		}
	}
	return m
}

// facts are what the survey knows of itself.
func (l *live) facts() release.Facts {
	sv, value := l.survey, l.paper.Value
	f := release.Facts{
		Sponsor: release.Name(value("organiser")), Conductor: release.Name(value("agency")), Phone: value("phone").Zh,
		From: sv.Window.From.String(), To: sv.Window.To.String(), Languages: []string{"zh-CN", "en"}, Modes: []string{}, Quota: sv.Quota != nil,
	}
	for _, b := range sv.Batches {
		mode := string(Sampled)
		if b.Kind == invite.Poster {
			mode = string(Poster)
			f.Posters++
		}
		if !slices.Contains(f.Modes, mode) {
			f.Modes = append(f.Modes, mode)
		}
	}
	slices.Sort(f.Modes)
	return f
}

// The modes of the statement that only what came back tells.
const (
	byPhone = "phone" // interviews
	byPaper = "paper" // forms that two people keyed
)

// telephoned adds the interviews by telephone to the modes, where there were any.
func (s *Service) telephoned(ctx context.Context, l *live, to *release.Facts) (err error) {
	if to.Calls, err = s.interviews(ctx, l); err == nil && to.Calls > 0 {
		to.Modes = append(to.Modes, byPhone)
		slices.Sort(to.Modes)
	}
	return err
}

// papered adds the answers on paper to the modes, where there were any.
func (s *Service) papered(ctx context.Context, l *live, to *release.Facts) error {
	if s.Forms == nil {
		return nil
	}
	plan, err := paperPlan(ctx, s.Forms, l.survey.ID)
	if err != nil {
		return err
	}
	for _, b := range plan.Bundles {
		to.Forms += b.Done
	}
	if to.Forms > 0 {
		to.Modes = append(to.Modes, byPaper)
		slices.Sort(to.Modes)
	}
	return nil
}
