package export

import (
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"time"
)

// The elements of Triple-S XML that are written.
type (
	sss struct {
		XMLName   xml.Name  `xml:"sss"`
		Version   string    `xml:"version,attr"`
		Languages string    `xml:"languages,attr"`
		Date      string    `xml:"date"`
		Time      string    `xml:"time"`
		Origin    string    `xml:"origin"`
		User      string    `xml:"user"`
		Survey    sssSurvey `xml:"survey"`
	}
	sssSurvey struct {
		Name   string    `xml:"name"`
		Title  sssText   `xml:"title"`
		Record sssRecord `xml:"record"`
	}
	sssRecord struct {
		ID     string        `xml:"ident,attr"`
		File   string        `xml:"href,attr"`
		Format string        `xml:"format,attr"`
		Skip   int           `xml:"skip,attr"`
		Vars   []sssVariable `xml:"variable"`
	}
	sssVariable struct {
		ID       string      `xml:"ident,attr"`
		Type     string      `xml:"type,attr"`
		Use      string      `xml:"use,attr,omitempty"`
		Format   string      `xml:"format,attr,omitempty"`
		Name     string      `xml:"name"`
		Label    sssText     `xml:"label"`
		Position sssPosition `xml:"position"`
		Size     int         `xml:"size,omitempty"`
		Values   *sssValues  `xml:"values"`
	}
	sssPosition struct {
		Start int `xml:"start,attr"`
	}
	sssValues struct {
		Range *sssRange  `xml:"range"`
		Value []sssValue `xml:"value"`
	}
	sssRange struct {
		From string `xml:"from,attr"`
		To   string `xml:"to,attr"`
	}
	sssValue struct {
		Code string `xml:"code,attr"`
		sssText
	}
	// sssText holds its words in both languages.
	sssText struct {
		Text []words `xml:"text"`
	}
)

// TripleS writes the definition file of Triple-S 3.0 for the rows that
// TripleSData writes to the file of that name. Triple-S has no user-missing
// values: what a respondent gave instead of an answer is a value like the others.
func TripleS(w io.Writer, d *Dataset, file string) error {
	f, err := d.scan()
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	at := d.Study.Reading.At
	doc := sss{
		Version: "3.0", Languages: "zh-CN en", Date: at.Format(time.DateOnly), Time: at.Format("15:04:05"), Origin: d.Study.Software,
		User: d.Study.Read.In(d.Study.Lang),
		Survey: sssSurvey{
			Name: d.Study.ID, Title: sssText{both(d.Study.Title)},
			Record: sssRecord{ID: "A", File: file, Format: "csv", Skip: 1},
		},
	}
	for i := range d.Variables {
		doc.Survey.Record.Vars = append(doc.Survey.Record.Vars, d.Variables[i].sss(i, f.columns[i], d.Weight))
	}
	out := xml.NewEncoder(w)
	out.Indent("", " ")
	if err := out.Encode(doc); err != nil {
		return fmt.Errorf("export: triple-s: %w", err)
	}
	return out.Close()
}

func (v *Variable) sss(i int, c column, weight string) sssVariable {
	out := sssVariable{ID: strconv.Itoa(i + 1), Name: v.Name, Label: sssText{both(v.Label)}, Position: sssPosition{i + 1}}
	if len(v.Question.Zh+v.Question.En) > 0 {
		out.Label = sssText{both(v.Question)}
	}
	if v.Name == weight {
		out.Use = "weight"
	}
	low, high := "0", "0"
	if c.valid+c.missing > 0 && c.low <= c.high {
		low, high = number(c.low), number(c.high)
	}
	switch {
	case len(v.Labels) > 0:
		out.Type, out.Values = "single", &sssValues{}
		if v.Kind == Text {
			out.Format = "literal"
		}
		for _, l := range v.Labels {
			out.Values.Value = append(out.Values.Value, sssValue{v.value(l), sssText{both(l.Text)}})
		}
	case v.Kind == Text:
		out.Type, out.Size = "character", max(1, c.width)
	case v.Kind == Date:
		out.Type = "date"
	default:
		out.Type, out.Values = "quantity", &sssValues{Range: &sssRange{low, high}}
	}
	return out
}

// TripleSData writes the rows for TripleS: comma-separated UTF-8 without a byte
// order mark, with a header that the definition skips, dates as 20260301.
func TripleSData(w io.Writer, d *Dataset) error {
	return separated(w, d, func(v *Variable, cell Cell) string {
		if v.Kind == Date && !cell.Empty {
			return dayTime(cell.Number).Format("20060102")
		}
		return v.plain(cell)
	})
}
