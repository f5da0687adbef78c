package rehearsal

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"minyi/indicators/roster"
)

// deputies are how many made-up deputies and committee members are asked about one
// unit, and answering of them how many answer.
const (
	deputies         = 42
	deputiesAnswer   = 36
	deputyComplains  = 0  // is not satisfied
	deputyNeverAsked = 7  // has never suggested anything
	deputyUnsure     = 20 // cannot tell yet
)

// asked is the unit whose handling of suggestions is surveyed: the first of the
// cast. All others have no such survey, as a round may go.
func (r *Rehearsal) asked() applicant { return r.cast[0] }

// deputyScenes are the small survey of one unit's deputies.
func (r *Rehearsal) deputyScenes() []scene {
	return []scene{
		{"deputies asked", r.on(time.September, 2, 9), r.askDeputies},
		{"deputies answered", r.on(time.September, 11, 18), r.answerDeputies},
		{"deputies closed", r.on(time.October, 26, 10), r.closeDeputies},
		{"deputies released", r.on(time.October, 26, 16), r.releaseDeputies},
	}
}

// askDeputies creates the survey, uploads the list, opens it and takes the links.
func (r *Rehearsal) askDeputies(ctx context.Context) error {
	v, err := r.person(ctx, "agency", 0)
	if err != nil {
		return err
	}
	page, err := r.deputySurvey(ctx, v)
	if err != nil {
		return err
	}
	if f, err := page.form("file"); err == nil {
		if err := f.attach("file", "deputies.csv", "text/csv", deputyList()); err != nil {
			return err
		}
		if page, err = v.send(ctx, f); err != nil {
			return err
		}
	}
	if f, err := page.formTo("/open"); err == nil {
		if page, err = v.send(ctx, f); err != nil {
			return err
		}
	}
	return r.takeDeputyLinks(ctx, v, page.address.Path)
}

// takeDeputyLinks reads the list with the link of each.
func (r *Rehearsal) takeDeputyLinks(ctx context.Context, v *visitor, path string) error {
	file, err := v.get(ctx, path+"/links.csv")
	if err != nil {
		return err
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(file.body, []byte("\ufeff")))).ReadAll()
	if err != nil || len(rows) != deputies+1 {
		return fmt.Errorf("list of deputies: %d rows: %w", len(rows), err)
	}
	name, link := slices.Index(rows[0], "name"), slices.Index(rows[0], "link")
	if name < 0 || link < 0 {
		return fmt.Errorf("list of deputies: no name or link among %v", rows[0])
	}
	var out []Link
	for _, row := range rows[1:] {
		out = append(out, Link{Unit: string(r.asked().unit.Code), Name: row[name], URL: row[link]})
	}
	return r.state.askedDeputies(path, out)
}

// deputySurvey creates the survey, or opens the page of the one that there is.
func (r *Rehearsal) deputySurvey(ctx context.Context, v *visitor) (*answer, error) {
	const home = "/agency/deputies"
	list, err := v.get(ctx, home)
	if err != nil {
		return nil, err
	}
	if path := list.linkOf(r.asked().unit.Name, r.yearText()); path != "" {
		return v.get(ctx, path)
	}
	f, err := list.form("unit", "organiser_zh")
	if err != nil {
		return nil, err
	}
	err = f.fill(map[string]string{
		"round": r.yearText(), "unit": string(r.asked().unit.Code), "from": r.dated("09-01"), "to": r.dated("10-25"),
		"organiser_zh": "自治区党委依法治区办（演练）", "organiser_en": "the office for law-based governance (rehearsal)",
		"agency_zh": surveyAgency, "agency_en": "the public opinion survey centre (rehearsal)", "phone": "0951-0000000",
	})
	if err != nil {
		return nil, err
	}
	return v.send(ctx, f)
}

// deputyList is a list of made-up people.
func deputyList() []byte {
	var b bytes.Buffer
	b.WriteString("姓名,类别,联系方式\n")
	for i := range deputies {
		office := []string{"人大代表", "政协委员"}[i%2]
		fmt.Fprintf(&b, "示例%03d,%s,demo%03d@example.org\n", i+1, office, i+1)
	}
	return b.Bytes()
}

// answerDeputies lets most of them answer.
func (r *Rehearsal) answerDeputies(ctx context.Context) error {
	type one struct {
		link Link
		nth  int
	}
	var crowd []one
	for i, l := range r.state.deputies()[:deputiesAnswer] {
		crowd = append(crowd, one{l, i})
	}
	return each(ctx, answering, crowd, func(ctx context.Context, o one) error {
		v := newVisitor(r.cfg.Server, r.roads)
		page, err := v.get(ctx, o.link.Path()+"?view=all")
		if page != nil && (page.status == http.StatusConflict || page.status == http.StatusForbidden) {
			return nil // spent by an earlier run
		}
		if err != nil {
			return err
		}
		f, err := page.form("_form")
		if err != nil {
			return err
		}
		for id, code := range deputySays(o.nth) {
			if err := f.set(id, code); err != nil {
				return err
			}
		}
		_, err = v.send(ctx, f)
		return err
	})
}

// deputySays is the sheet of the nth who answers.
func deputySays(nth int) map[string]string {
	if nth == deputyNeverAsked {
		return map[string]string{"consent": "yes", "s1": "no"}
	}
	const better = 3
	point := strconv.Itoa(4 + min(nth%better, 1))
	out := map[string]string{"consent": "yes", "s1": "yes", "d01": point, "d02": point, "d03": "4", "d04": point, "b1": []string{"deputy", "cppcc"}[nth%2], "i1": "no"}
	switch nth {
	case deputyComplains:
		out["d01"], out["d02"], out["d04"] = "2", "2", "1"
	case deputyUnsure:
		out["d01"] = "98"
	}
	return out
}

// closeDeputies ends the survey.
func (r *Rehearsal) closeDeputies(ctx context.Context) error {
	v, err := r.person(ctx, "agency", 0)
	if err != nil {
		return err
	}
	page, err := v.get(ctx, r.state.deputySurvey())
	if err != nil {
		return err
	}
	if _, err := page.form("sure"); err != nil {
		return nil //nolint:nilerr // closed by somebody already
	}
	_, err = v.submit(ctx, page, map[string]string{"sure": "yes"})
	return err
}

// releaseDeputies has two people sign the result.
func (r *Rehearsal) releaseDeputies(ctx context.Context) error {
	for signer := range 2 {
		v, err := r.person(ctx, "agency", signer)
		if err != nil {
			return err
		}
		page, err := v.get(ctx, r.state.deputySurvey())
		if err != nil {
			return err
		}
		if f, err := page.formTo("/propose"); signer == 0 && err == nil {
			if page, err = v.send(ctx, f); err != nil {
				return err
			}
		}
		f, err := page.form("digest")
		if err != nil {
			continue // approved by this person already, or released
		}
		if _, err := v.send(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

// DeputySurvey is the unit whose deputies are asked, and the path of their survey's
// page; empty while there is none.
func (r *Rehearsal) DeputySurvey() (unit roster.UnitCode, path string) {
	return r.asked().unit.Code, r.state.deputySurvey()
}
