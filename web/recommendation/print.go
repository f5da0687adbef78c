package recommendation

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/indicators/recommendation"
	"minyi/survey/report"
	"minyi/survey/report/layout"
	"minyi/web/view"
)

// sheet gathers the blocks of the printed list.
type sheet struct {
	texts  *view.Texts
	lang   view.Lang
	page   *YearPage
	blocks []report.Block
}

// Printed sends the ordered list with its opinions as a file for printing: what goes
// to the centre (C38).
func (d *Door) Printed(c *fiber.Ctx) error {
	page, err := d.year(c)
	if err != nil {
		return err
	}
	if page.Proposed == nil {
		return fault.New(fault.NotFound, "recommendation.no_list")
	}
	s := &sheet{texts: d.Texts, lang: view.LangOf(c), page: page}
	made := s.report(d.Base + Desk + "/" + strconv.Itoa(page.Year.Year))
	var file bytes.Buffer
	if err := layout.Write(&file, made, d.Texts.Say(s.lang, "report.characters", nil)); err != nil {
		return err
	}
	return view.SendFile(c, "recommendation-"+strconv.Itoa(page.Year.Year)+".pdf", "application/pdf", int64(file.Len()), &file)
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

func (s *sheet) words(text string) {
	for line := range strings.SplitSeq(text, "\n") {
		if strings.TrimSpace(line) != "" {
			s.add(report.Block{Kind: report.Paragraph, Text: line})
		}
	}
}

func (s *sheet) report(link string) *report.Report {
	p, year := s.page, strconv.Itoa(s.page.Year.Year)
	title := s.say("recommendation.list.title", "year", year)
	r := &report.Report{
		Lang: string(s.lang), Title: title, State: report.InForce, Link: link, Foot: s.say("recommendation.foot"),
		Page: func(page, pages int) string {
			return s.say("report.page", "page", strconv.Itoa(page), "pages", strconv.Itoa(pages))
		},
	}
	s.heading(1, title)
	facts := []report.Fact{{Name: s.say("decision.proposed"), Text: p.Proposed.By + " · " + view.DateTime(s.lang, p.Proposed.At)}}
	if p.Confirmed() {
		facts = append(facts, report.Fact{Name: s.say("decision.confirmed"), Text: p.Proposed.Confirmed + " · " + view.DateTime(s.lang, p.Proposed.ConfAt)})
	} else {
		r.State = report.Proposed
		s.add(report.Block{Kind: report.Notice, Text: s.say("recommendation.unconfirmed")})
	}
	if p.Dispatch != nil {
		facts = append(facts, report.Fact{Name: s.say("recommendation.dispatch"), Text: p.Dispatch.Number + " · " + p.Dispatch.Date.String()})
	}
	s.add(report.Block{Kind: report.Facts, Facts: facts})
	s.list()
	r.Cover, s.blocks = s.blocks, nil
	for _, l := range p.Lines {
		if l.Place > 0 {
			s.one(l)
		}
	}
	r.Blocks = s.blocks
	return r
}

func (s *sheet) list() {
	t := &report.Table{Caption: s.say("recommendation.list"), Columns: []report.Column{
		{Name: s.say("recommendation.place"), Number: true, Share: 80},
		{Name: s.say("office.unit"), Share: 220},
		{Name: s.say("recommendation.rank"), Share: 260},
		{Name: s.say("recommendation.reason"), Share: 440},
	}}
	for _, l := range s.page.Lines {
		if l.Place > 0 {
			t.Rows = append(t.Rows, []string{strconv.Itoa(l.Place), l.UnitName, s.rank(s.page.Proposed.Order[l.Place-1].Rank), l.Reason})
		}
	}
	s.add(report.Block{Kind: report.Grid, Table: t})
}

// rank writes a regional rank with its set of places.
func (s *sheet) rank(r *recommendation.Rank) string {
	if r == nil {
		return "—"
	}
	pairs := []string{"round", strconv.Itoa(r.Round), "place", strconv.Itoa(r.Place), "of", strconv.Itoa(r.Of)}
	if r.Worst == 0 {
		return s.say("recommendation.rank.plain", pairs...)
	}
	return s.say("recommendation.rank.set", append(pairs, "best", strconv.Itoa(r.Best), "worst", strconv.Itoa(r.Worst))...)
}

// one is the page of one unit: review and opinion.
func (s *sheet) one(l Line) {
	s.add(report.Block{Kind: report.Break})
	s.heading(1, strconv.Itoa(l.Place)+"  "+l.UnitName)
	s.heading(2, s.say("recommendation.opinion"))
	if l.Opinion != nil {
		s.words(l.Opinion.Text)
	}
	s.heading(2, s.say("recommendation.review"))
	var facts []report.Fact
	for _, p := range recommendation.Points() {
		ok := s.say("recommendation.unmet")
		if l.Review.Checks[p].Met {
			ok = s.say("recommendation.met")
		}
		facts = append(facts, report.Fact{Name: s.say("recommendation.point." + string(p)), Text: strings.TrimSpace(ok + " " + l.Review.Checks[p].Words)})
	}
	s.add(report.Block{Kind: report.Facts, Facts: facts})
	s.words(l.Review.Reason)
	s.heading(2, s.say("recommendation.statement"))
	s.words(l.Statement)
}
