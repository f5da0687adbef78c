package rehearsal

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// linksPerCommittee is how many links are handed out each time a committee is drawn.
const linksPerCommittee = 10

// places are where the two posters of each unit hang.
func places() []string { return []string{"政务服务大厅", "社区公告栏"} }

// setUpSurvey creates a unit's survey, imports its frame, draws the sample,
// hangs two posters, opens the fieldwork and takes the links. What is done
// already the pages no longer offer, so a broken run can be taken up again.
func (r *Rehearsal) setUpSurvey(a applicant) func(context.Context) error {
	return func(ctx context.Context) error {
		v, err := r.person(ctx, "agency", 0)
		if err != nil {
			return err
		}
		page, err := r.createSurvey(ctx, v, a)
		if err != nil {
			return err
		}
		if err := r.state.created(string(a.unit.Code), page.address.Path); err != nil {
			return err
		}
		if page, err = r.drawSample(ctx, v, page, a); err != nil {
			return err
		}
		for _, place := range places() {
			if strings.Contains(text(page.doc), place) {
				continue
			}
			if page, err = v.submit(ctx, page, map[string]string{"place": place}); err != nil {
				return err
			}
		}
		if f, err := page.formTo("/open"); err == nil {
			if page, err = v.send(ctx, f); err != nil {
				return err
			}
		}
		return r.takeLinks(ctx, v, page, a)
	}
}

// createSurvey creates the survey, or opens the page of the one that there is.
func (r *Rehearsal) createSurvey(ctx context.Context, v *visitor, a applicant) (*answer, error) {
	list, err := v.get(ctx, "/agency")
	if err != nil {
		return nil, err
	}
	if path := list.linkOf(a.unit.Name, r.yearText()); path != "" {
		return v.get(ctx, path) // an earlier run was cut short, or somebody of the agency was faster
	}
	page, err := v.submit(ctx, list, map[string]string{
		"round": r.yearText(), "unit": string(a.unit.Code), "from": r.dated("09-01"), "to": r.dated("10-25"),
		"organiser_zh": "自治区党委依法治区办（演练）", "organiser_en": "the office for law-based governance (rehearsal)",
		"agency_zh": surveyAgency, "agency_en": "the public opinion survey centre (rehearsal)", "phone": "0951-0000000",
	})
	if err != nil {
		return nil, err
	}
	return page, nil
}

func (r *Rehearsal) drawSample(ctx context.Context, v *visitor, page *answer, a applicant) (*answer, error) {
	if f, err := page.form("frame"); err == nil {
		frame, err := r.frame(a.unit)
		if err != nil {
			return nil, err
		}
		if err := f.attach("frame", "frame.csv", "text/csv", frame); err != nil {
			return nil, err
		}
		if page, err = v.send(ctx, f); err != nil {
			return nil, err
		}
	}
	if _, err := page.form("seed"); err != nil {
		return page, nil //nolint:nilerr // the sample is drawn: the page offers no draw any more
	}
	return v.submit(ctx, page, map[string]string{
		"seed":  strconv.FormatUint(chance(r.seed, "draw "+string(a.unit.Code)).Uint64(), 10),
		"links": strconv.Itoa(r.linksFor()), "per_psu": strconv.Itoa(r.perCommittee()),
	})
}

// takeLinks reads the list of one-time links and the page of posters, as the
// people do who send letters and hang posters.
func (r *Rehearsal) takeLinks(ctx context.Context, v *visitor, page *answer, a applicant) error {
	list, err := v.get(ctx, page.address.Path+"/links.csv")
	if err != nil {
		return err
	}
	links, err := r.readLinks(string(a.unit.Code), list.body)
	if err != nil {
		return err
	}
	hung, err := v.get(ctx, page.address.Path+"/posters")
	if err != nil {
		return err
	}
	var posters []Link
	for i, url := range linksIn(text(hung.doc)) {
		if i < len(places()) {
			posters = append(posters, Link{Unit: string(a.unit.Code), Name: places()[i], URL: url})
		}
	}
	if len(posters) != len(places()) {
		return fmt.Errorf("%d posters on the page, %d were hung", len(posters), len(places()))
	}
	return r.state.handedOut(string(a.unit.Code), links, posters)
}

// readLinks reads the agency's list: the committee and the link of each row.
func (r *Rehearsal) readLinks(unit string, file []byte) ([]Link, error) {
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(file, []byte("\ufeff")))).ReadAll()
	if err != nil || len(rows) < 2 {
		return nil, fmt.Errorf("list of links: %d rows: %w", len(rows), err)
	}
	psu, link := slices.Index(rows[0], "psu"), slices.Index(rows[0], "link")
	if psu < 0 || link < 0 {
		return nil, fmt.Errorf("list of links: no psu or link among %v", rows[0])
	}
	var out []Link
	number := map[string]int{}
	for _, row := range rows[1:] {
		number[row[psu]]++
		one, err := r.deal(Link{Unit: unit, PSU: row[psu], Name: strconv.Itoa(number[row[psu]]), URL: row[link]})
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

// linksIn returns the residents' links in a text, once each.
func linksIn(words string) []string {
	var out []string
	for _, link := range regexp.MustCompile(`https?://\S+/[qQ]/[0-9A-Za-z-]+`).FindAllString(words, -1) {
		if !slices.Contains(out, link) {
			out = append(out, link)
		}
	}
	return out
}

// closeSurvey ends the fieldwork of a unit's survey.
func (r *Rehearsal) closeSurvey(a applicant) func(context.Context) error {
	return func(ctx context.Context) error {
		v, err := r.person(ctx, "agency", 0)
		if err != nil {
			return err
		}
		page, err := v.get(ctx, r.state.survey(string(a.unit.Code)))
		if err != nil {
			return err
		}
		if _, err := page.form("sure"); err != nil {
			return nil //nolint:nilerr // closed by somebody already
		}
		_, err = v.submit(ctx, page, map[string]string{"sure": "yes"})
		return err
	}
}

// review ends the quality review of a closed survey: one person of the agency finds
// nothing to exclude, another agrees.
func (r *Rehearsal) review(a applicant) func(context.Context) error {
	return func(ctx context.Context) error {
		path := r.state.survey(string(a.unit.Code)) + "/review"
		for reviewer, word := range []string{"end", "confirm"} {
			v, err := r.person(ctx, "agency", reviewer)
			if err != nil {
				return err
			}
			page, err := v.get(ctx, path)
			if err != nil {
				return err
			}
			f, err := page.form([]string{"nothing", "seal"}[reviewer], "word")
			if err != nil {
				continue // said already, by this person or another
			}
			if reviewer == 0 {
				if err := f.set("nothing", "yes"); err != nil {
					return err
				}
			}
			f.press("word", word)
			if _, err := v.send(ctx, f); err != nil {
				return err
			}
		}
		return nil
	}
}

// release puts the result of a closed survey before the signers; two people of
// the agency approve what they were shown.
func (r *Rehearsal) release(a applicant) func(context.Context) error {
	return func(ctx context.Context) error {
		desk := r.state.survey(string(a.unit.Code)) + "/report"
		for signer := range 2 {
			v, err := r.person(ctx, "agency", signer)
			if err != nil {
				return err
			}
			page, err := v.get(ctx, desk)
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
}
