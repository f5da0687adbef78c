package seal

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators"
	"minyi/indicators/application"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/survey/report"
	"minyi/web/login"
	"minyi/web/view"
)

// sheet gathers the blocks of a printed dossier, in one language. It is made from
// the manifest alone, so that a filing that was withdrawn prints as it was filed.
type sheet struct {
	texts    *view.Texts
	lang     view.Lang
	manifest *application.Manifest
	seal     application.Seal
	state    application.SealState
	terms    application.Terms
	blocks   []report.Block
}

// printed makes the printed form of a seal.
func (d *Door) printed(c *fiber.Ctx, k application.Key, digest string, lang view.Lang) (*report.Report, error) {
	ctx, by := c.UserContext(), login.Actor(c)
	dossier, seal, err := d.Dossiers.SealOf(ctx, by, k, digest)
	if err != nil {
		return nil, err
	}
	text, err := d.Dossiers.ManifestOf(ctx, by, k, digest)
	if err != nil {
		return nil, err
	}
	manifest, err := application.ParseManifest(text)
	if err != nil {
		return nil, err
	}
	terms, err := d.Dossiers.Terms(ctx, k)
	if err != nil {
		return nil, err
	}
	s := &sheet{texts: d.Texts, lang: lang, manifest: manifest, seal: seal, state: state(dossier, digest), terms: terms}
	return s.report(d.Base + Check + "/" + digest), nil
}

func state(d *application.Dossier, digest string) application.SealState {
	for i, s := range d.Seals {
		if s.Digest == digest {
			return d.SealState(i)
		}
	}
	return application.SealEnded
}

// report puts the printed dossier together: title page, what the unit says, files,
// and the page that is signed.
func (s *sheet) report(link string) *report.Report {
	r := &report.Report{
		Lang: string(s.lang), Title: s.title(), State: report.InForce, Digest: s.say("sealed.digest") + " " + s.seal.Digest, Link: link,
		Foot: s.say("sealed.foot", "code", s.seal.Receipt()),
		Page: func(page, pages int) string {
			return s.say("report.page", "page", strconv.Itoa(page), "pages", strconv.Itoa(pages))
		},
	}
	s.cover()
	r.Cover, s.blocks = s.blocks, nil
	s.project()
	s.words()
	s.self()
	s.files()
	s.signing()
	r.Blocks = s.blocks
	return r
}

func (s *sheet) say(key string, pairs ...string) string {
	params := fault.Params{}
	for i := 0; i+1 < len(pairs); i += 2 {
		params[pairs[i]] = pairs[i+1]
	}
	return s.texts.Say(s.lang, key, params)
}

func (s *sheet) add(b report.Block) { s.blocks = append(s.blocks, b) }

func (s *sheet) heading(level int, text string) {
	s.add(report.Block{Kind: report.Heading, Level: level, Text: text})
}

func (s *sheet) facts(facts ...report.Fact) { s.add(report.Block{Kind: report.Facts, Facts: facts}) }

// paragraphs sets a text with a paragraph for each of its lines.
func (s *sheet) paragraphs(text string) {
	for line := range strings.SplitSeq(text, "\n") {
		if strings.TrimSpace(line) != "" {
			s.add(report.Block{Kind: report.Paragraph, Text: line})
		}
	}
}

func (s *sheet) title() string {
	return s.say("sealed.title", "year", strconv.Itoa(s.manifest.Dossier.Round), "unit", s.manifest.UnitName)
}

// cover is the title page.
func (s *sheet) cover() {
	d := &s.manifest.Dossier
	s.heading(1, s.title())
	facts := []report.Fact{
		{Name: s.say("sealed.unit"), Text: s.manifest.UnitName},
		{Name: s.say("sealed.track"), Text: s.say("track." + string(d.Track))},
	}
	if d.Track == roster.Single {
		facts = append(facts, report.Fact{Name: s.say("sealed.project"), Text: d.Title})
	}
	facts = append(facts,
		report.Fact{Name: s.say("sealed.leader"), Text: d.Leader.Name + "  " + d.Leader.Post},
		report.Fact{Name: s.say("sealed.filed"), Text: moment(s.seal.At)},
		report.Fact{Name: s.say("sealed.code"), Text: s.seal.Receipt()},
		report.Fact{Name: s.say("sealed.digest"), Text: s.seal.Digest, Mono: true})
	if s.seal.Signature != "" {
		facts = append(facts, report.Fact{Name: s.say("sealed.signature"), Text: s.seal.Signature, Mono: true})
	}
	s.facts(facts...)
	if s.state != application.SealStands {
		s.add(report.Block{Kind: report.Notice, Text: s.say("sealed.state." + string(s.state))})
	}
	s.add(report.Block{Kind: report.Paragraph, Text: s.say("sealed.check")})
}

// project is the single project with its field and criteria (C21, C22).
func (s *sheet) project() {
	d := &s.manifest.Dossier
	if d.Track != roster.Single {
		return
	}
	s.heading(1, s.say("sealed.project"))
	field := d.Project.Text
	if d.Project.Field != "" {
		field = strings.TrimSpace(s.say("field."+string(d.Project.Field)) + " " + d.Project.Text)
	}
	s.facts(report.Fact{Name: s.say("sealed.project.title"), Text: d.Title}, report.Fact{Name: s.say("sealed.project.field"), Text: field})
	for _, c := range indicators.Criteria() {
		if text := strings.TrimSpace(d.Criteria[c]); text != "" {
			s.heading(2, s.say("criterion."+string(c)))
			s.paragraphs(text)
		}
	}
}

// words are the report with its length.
func (s *sheet) words() {
	d := &s.manifest.Dossier
	s.heading(1, s.say("sealed.report"))
	for _, part := range application.Parts(d.Track) {
		s.heading(2, s.say("part."+string(part)))
		s.paragraphs(d.Report[part])
	}
	s.add(report.Block{Kind: report.Paragraph, Text: s.say("sealed.length", "count", strconv.Itoa(d.ReportLength(s.terms.Round.Settings)))})
}

// files lists the files with name, date, size and digest.
func (s *sheet) files() {
	d := &s.manifest.Dossier
	s.heading(1, s.say("sealed.files"))
	if len(d.Exhibits) == 0 {
		s.paragraphs(s.say("sealed.nofiles"))
		return
	}
	t := &report.Table{Caption: s.say("sealed.files.count", "count", strconv.Itoa(len(d.Exhibits))), Columns: []report.Column{
		{Name: s.say("sealed.no"), Number: true, Share: 55},
		{Name: s.say("sealed.name"), Share: 245},
		{Name: s.say("sealed.proves"), Share: 150},
		{Name: s.say("sealed.dated"), Share: 130},
		{Name: s.say("sealed.size"), Number: true, Share: 130},
		{Name: "SHA-256", Share: 290},
	}}
	for i, e := range d.Exhibits {
		t.Rows = append(t.Rows, []string{
			strconv.Itoa(i + 1), e.File.Name, s.proves(e), e.Dated.String(), view.Number(e.File.Size), string(e.File.Digest),
		})
	}
	s.add(report.Block{Kind: report.Grid, Table: t})
}

// proves names the indicators or the kind that a file stands for.
func (s *sheet) proves(e application.Exhibit) string {
	if e.Attachment != "" {
		return s.say("attachment." + string(e.Attachment))
	}
	numbers := make([]string, len(e.Indicators))
	for i, n := range e.Indicators {
		numbers[i] = string(n)
	}
	return strings.Join(numbers, ", ")
}
