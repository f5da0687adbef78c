package export

import (
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"time"
)

// words is a text of DDI in one language.
type words struct {
	Lang string `xml:"xml:lang,attr,omitempty"`
	Text string `xml:",chardata"`
}

// both is a name in the languages in which there is one.
func both(n Name) []words {
	var out []words
	if n.Zh != "" {
		out = append(out, words{"zh-CN", n.Zh})
	}
	if n.En != "" {
		out = append(out, words{"en", n.En})
	}
	return out
}

// The elements of DDI-Codebook 2.5 that are written, in the order of its schema.
type (
	ddiCodebook struct {
		XMLName  xml.Name    `xml:"ddi:codebook:2_5 codeBook"`
		Version  string      `xml:"version,attr"`
		Lang     string      `xml:"xml:lang,attr"`
		Document ddiDocument `xml:"docDscr"`
		Study    ddiStudy    `xml:"stdyDscr"`
		File     ddiFile     `xml:"fileDscr"`
		Data     ddiData     `xml:"dataDscr"`
	}
	ddiDocument struct {
		Citation ddiCitation `xml:"citation"`
		Notes    []words     `xml:"notes"`
	}
	ddiCitation struct {
		Title    words    `xml:"titlStmt>titl"`
		Parallel []words  `xml:"titlStmt>parTitl"`
		Number   string   `xml:"titlStmt>IDNo,omitempty"`
		Entity   []words  `xml:"rspStmt>AuthEnty,omitempty"`
		Producer []words  `xml:"prodStmt>producer,omitempty"`
		Made     *ddiDate `xml:"prodStmt>prodDate,omitempty"`
		Software string   `xml:"prodStmt>software,omitempty"`
	}
	ddiDate struct {
		Date string `xml:"date,attr"`
		Text string `xml:",chardata"`
	}
	ddiStudy struct {
		Citation ddiCitation `xml:"citation"`
		Dates    []ddiEvent  `xml:"stdyInfo>sumDscr>collDate"`
		Nation   ddiNation   `xml:"stdyInfo>sumDscr>nation"`
		Place    []words     `xml:"stdyInfo>sumDscr>geogCover"`
		Unit     words       `xml:"stdyInfo>sumDscr>anlyUnit"`
		Universe []words     `xml:"stdyInfo>sumDscr>universe"`
		Kind     string      `xml:"stdyInfo>sumDscr>dataKind"`
		Sampling []words     `xml:"method>dataColl>sampProc"`
		Mode     []words     `xml:"method>dataColl>collMode"`
		Paper    string      `xml:"method>dataColl>resInstru"`
		Weight   []words     `xml:"method>dataColl>weight"`
		Access   words       `xml:"dataAccs>useStmt>conditions"` // not repeatable
	}
	ddiEvent struct {
		Event string `xml:"event,attr"`
		Date  string `xml:"date,attr"`
		Text  string `xml:",chardata"`
	}
	ddiNation struct {
		Abbreviation string `xml:"abbr,attr"`
		Text         string `xml:",chardata"`
	}
	ddiFile struct {
		ID      string `xml:"ID,attr"`
		Name    string `xml:"fileTxt>fileName"`
		Cases   int    `xml:"fileTxt>dimensns>caseQnty"`
		Columns int    `xml:"fileTxt>dimensns>varQnty"`
		Type    string `xml:"fileTxt>fileType"`
	}
	ddiData struct {
		Vars []ddiVar `xml:"var"`
	}
	ddiVar struct {
		ID        string        `xml:"ID,attr"`
		Name      string        `xml:"name,attr"`
		Files     string        `xml:"files,attr"`
		Decimals  int           `xml:"dcml,attr"`
		Interval  string        `xml:"intrvl,attr"`
		Nature    string        `xml:"nature,attr"`
		Weight    string        `xml:"wgt,attr,omitempty"`
		WeightVar string        `xml:"wgt-var,attr,omitempty"`
		Label     []words       `xml:"labl"`
		Question  []words       `xml:"qstn>qstnLit,omitempty"`
		Range     *ddiRange     `xml:"valrng>range,omitempty"`
		Sums      []ddiSum      `xml:"sumStat"`
		Category  []ddiCategory `xml:"catgry"`
		Format    ddiFormat     `xml:"varFormat"`
	}
	ddiRange struct {
		Min string `xml:"min,attr"`
		Max string `xml:"max,attr"`
	}
	ddiSum struct {
		Type string `xml:"type,attr"`
		Text string `xml:",chardata"`
	}
	ddiCategory struct {
		Missing string    `xml:"missing,attr"`
		Value   string    `xml:"catValu"`
		Label   []words   `xml:"labl"`
		Stats   []ddiStat `xml:"catStat"`
	}
	ddiStat struct {
		Type     string `xml:"type,attr"`
		Weighted string `xml:"wgtd,attr,omitempty"`
		Text     string `xml:",chardata"`
	}
	ddiFormat struct {
		Type   string `xml:"type,attr"`
		Schema string `xml:"schema,attr"`
		Name   string `xml:"formatname,attr,omitempty"`
	}
)

// DDI writes the codebook as DDI-Codebook 2.5: the study, the file of that name
// and its variables with their questions in both languages, categories and
// frequencies, weighted ones beside where there are weights.
func DDI(w io.Writer, d *Dataset, file string) error {
	f, err := d.scan()
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	book := ddiCodebook{
		Version: "2.5", Lang: lang(d.Study.Lang), Document: d.Study.ddiDocument(), Study: d.Study.ddiStudy(),
		File: ddiFile{ID: "F1", Name: file, Cases: f.rows, Columns: len(d.Variables), Type: "text/csv"},
	}
	weight := ""
	if at := d.weightAt(); at >= 0 {
		weight = ddiID(at)
	}
	for i := range d.Variables {
		book.Data.Vars = append(book.Data.Vars, d.Variables[i].ddi(i, f.columns[i], weight))
	}
	out := xml.NewEncoder(w)
	out.Indent("", " ")
	if err := out.Encode(book); err != nil {
		return fmt.Errorf("export: codebook: %w", err)
	}
	return out.Close()
}

func lang(code string) string {
	if code == "en" {
		return "en"
	}
	return "zh-CN"
}

func ddiID(i int) string { return "V" + strconv.Itoa(i+1) }

func (s Study) ddiDocument() ddiDocument {
	at := s.Reading.At.UTC()
	return ddiDocument{
		Citation: ddiCitation{
			Title: words{lang(s.Lang), s.Title.In(s.Lang)}, Number: s.ID, Producer: both(s.Producer), Software: s.Software,
			Made: &ddiDate{at.Format(time.DateOnly), at.Format(time.RFC3339)},
		},
		Notes: append(both(s.Read), words{"", s.Reading.Reader + " · " + at.Format(time.RFC3339) + " · " + s.Reading.Purpose}),
	}
}

func (s Study) ddiStudy() ddiStudy {
	citation := ddiCitation{
		Title: words{"zh-CN", s.Title.Zh}, Parallel: []words{{"en", s.Title.En}}, Number: s.ID,
		Entity: both(s.Organiser), Producer: both(s.Producer), Software: s.Software,
	}
	return ddiStudy{
		Citation: citation, Dates: []ddiEvent{{"start", s.From, s.From}, {"end", s.To, s.To}},
		Nation: ddiNation{"CN", "China"}, Place: both(s.Place), Unit: words{"en", "Individual"}, Universe: both(s.Universe),
		Kind: "survey data", Sampling: both(s.Sampling), Mode: both(s.Mode),
		Paper: "SHA-256 " + s.Questionnaire, Weight: both(s.Weighting), Access: words{lang(s.Lang), s.Access.In(s.Lang)},
	}
}

func (v *Variable) ddi(i int, c column, weight string) ddiVar {
	out := ddiVar{
		ID: ddiID(i), Name: v.Name, Files: "F1", Decimals: v.Decimals, Interval: "discrete", Nature: v.Level.String(),
		Label: both(v.Label), Question: both(v.Question), Format: ddiFormat{Type: "numeric", Schema: "other"},
		Sums: []ddiSum{{"vald", strconv.Itoa(c.valid)}, {"invd", strconv.Itoa(c.missing)}},
	}
	if v.Level == Scale {
		out.Interval = "contin"
	}
	switch {
	case v.Kind == Text:
		out.Format.Type = "character"
	case v.Kind == Date:
		out.Format = ddiFormat{Type: "character", Schema: "ISO", Name: "YYYY-MM-DD"}
	case c.valid > 0:
		out.Range = &ddiRange{number(c.low), number(c.high)}
	}
	if ddiID(i) == weight {
		out.Weight = "wgt"
		weight = ""
	}
	out.WeightVar = weight
	for k, l := range v.Labels {
		one := ddiCategory{Missing: "N", Value: v.value(l), Label: both(l.Text), Stats: []ddiStat{{Type: "freq", Text: strconv.Itoa(c.counts[k])}}}
		if l.Missing {
			one.Missing = "Y"
		}
		if weight != "" {
			one.Stats = append(one.Stats, ddiStat{"freq", "wgtd", number(c.weighted[k])})
		}
		out.Category = append(out.Category, one)
	}
	return out
}
