package rehearsal

import (
	"context"
	"strconv"
	"time"
)

// yearlyScenes are the first weeks of the year after the naming: one of the named
// files its report and proves its publication, another only begins, the others do
// nothing and are overdue from February on; the office accepts, and draws the units
// of the year's spot checks.
func (r *Rehearsal) yearlyScenes() []scene {
	at := func(month time.Month, day int) time.Time { return on(r.year+1, month, day, 9) }
	return []scene{
		{"yearly report filed", at(time.January, 12), r.report},
		{"yearly report accepted", at(time.January, 14), r.acceptReports},
		{"spot checks announced", at(time.February, 1), r.announceSpot},
		{"spot checks drawn", at(time.February, 9), r.drawSpot},
	}
}

// reportAddress is where a named unit writes the report on the round's year.
func (r *Rehearsal) reportAddress() string { return "/apply/reports/" + strconv.Itoa(r.year) }

// report lets the first of the named file and publish, and the second begin.
func (r *Rehearsal) report(ctx context.Context) error {
	writers := 0
	for _, a := range r.cast {
		v, err := r.contact(ctx, a.unit.Code)
		if err != nil {
			return err
		}
		list, err := v.get(ctx, "/apply/reports")
		if err != nil {
			return err
		}
		if len(list.links(r.reportAddress())) == 0 {
			continue // not among the named
		}
		if writers++; writers == 1 {
			err = r.fileReport(ctx, v, a)
		} else {
			_, err = r.writeReport(ctx, v, "save", "演练：报告正在撰写。")
		}
		if err != nil || writers == 2 {
			return err
		}
	}
	return nil
}

// writeReport fills in the report and presses a button of it.
func (r *Rehearsal) writeReport(ctx context.Context, v *visitor, press, measures string) (*answer, error) {
	page, err := v.get(ctx, r.reportAddress())
	if err != nil {
		return nil, err
	}
	f, err := page.form("measures", "plan")
	if err != nil {
		return nil, err
	}
	if err := f.fill(map[string]string{
		"measures": measures, "results": "演练：政务公开和执法规范化水平有所提高，数据均为虚构。",
		"problems": "演练：基层执法力量不足，个别窗口办事公开不及时。", "plan": "演练：下一年度补齐短板，逐项明确时间和责任单位。",
	}); err != nil {
		return nil, err
	}
	f.press("do", press)
	return v.send(ctx, f)
}

// fileReport files the report and proves its publication.
func (r *Rehearsal) fileReport(ctx context.Context, v *visitor, a applicant) error {
	if page, err := r.writeReport(ctx, v, "file", "演练："+a.unit.Name+"全年推进依法行政各项工作，数据均为虚构。"); err != nil {
		return unlessDone(page, err)
	}
	page, err := v.get(ctx, r.reportAddress())
	if err != nil {
		return err
	}
	f, err := page.form("proof_date", "proof_place")
	if err != nil {
		return err
	}
	if err := f.fill(map[string]string{
		"proof_date": strconv.Itoa(r.year+1) + "-01-11", "proof_place": "演练日报（虚构）", "proof_url": "https://example.org/yearly",
	}); err != nil {
		return err
	}
	_, err = v.send(ctx, f)
	return err
}

// acceptReports lets the office accept what was filed with proof.
func (r *Rehearsal) acceptReports(ctx context.Context) error {
	v, err := r.person(ctx, "office", 0)
	if err != nil {
		return err
	}
	year := strconv.Itoa(r.year)
	list, err := v.get(ctx, "/office/reports?year="+year)
	if err != nil {
		return err
	}
	for _, link := range list.links("/office/reports/" + year + "/") {
		page, err := v.get(ctx, link)
		if err != nil {
			return err
		}
		for _, f := range page.forms() {
			if f.shown("kind") != "accepted" {
				continue
			}
			if _, err := v.send(ctx, f); err != nil {
				return err
			}
		}
	}
	return nil
}

// announceSpot freezes the list of the year's spot checks and announces the number
// that will decide.
func (r *Rehearsal) announceSpot(ctx context.Context) error {
	v, err := r.person(ctx, "office", 0)
	if err != nil {
		return err
	}
	page, err := v.get(ctx, "/office/checks")
	if err != nil {
		return err
	}
	f, err := page.form("source", "on")
	if err != nil {
		return nil //nolint:nilerr // nobody is named, or the list is frozen
	}
	if err := f.fill(map[string]string{
		"source": "演练：虚构彩票的下一期号码，按开奖公告的顺序", "on": strconv.Itoa(r.year+1) + "-02-09",
	}); err != nil {
		return err
	}
	_, err = v.send(ctx, f)
	return err
}

// drawSpot makes the draw with the number that has become known.
func (r *Rehearsal) drawSpot(ctx context.Context) error {
	v, err := r.person(ctx, "office", 1)
	if err != nil {
		return err
	}
	page, err := v.get(ctx, "/office/checks")
	if err != nil {
		return err
	}
	f, err := page.form("number")
	if err != nil {
		return nil //nolint:nilerr // drawn already, or there was no list
	}
	if err := f.fill(map[string]string{"number": "07 11 12 24 29 31 + 09"}); err != nil {
		return err
	}
	_, err = v.send(ctx, f)
	return err
}
