package rehearsal

import (
	"context"
	"strconv"
	"time"
)

// afterScenes are what follows the naming: every applicant gets its feedback, and a
// named unit writes a practice down that the office publishes and another takes over.
func (r *Rehearsal) afterScenes() []scene {
	return []scene{
		{"feedback released", r.on(time.December, 11, 9), r.releaseFeedback},
		{"practice submitted", r.on(time.December, 12, 9), r.writePractice},
		{"practice published", r.on(time.December, 14, 9), r.publishPractice},
		{"practice taken over", r.on(time.December, 16, 9), r.takeOver},
	}
}

// releaseFeedback sends every applicant its feedback.
func (r *Rehearsal) releaseFeedback(ctx context.Context) error {
	v, err := r.person(ctx, "office", 0)
	if err != nil {
		return err
	}
	page, err := v.get(ctx, "/office/feedback/"+strconv.Itoa(r.on(time.December, 11, 9).Year()))
	if err != nil {
		return err
	}
	f, err := page.form("do")
	if err != nil {
		return unlessGone(err)
	}
	f.press("do", "all")
	_, err = v.send(ctx, f)
	return err
}

// writePractice lets the first named unit of the cast write a practice down, from
// the words of its application's report, and hand it in.
func (r *Rehearsal) writePractice(ctx context.Context) error {
	for _, a := range r.cast {
		v, err := r.contact(ctx, a.unit.Code)
		if err != nil {
			return err
		}
		page, err := v.get(ctx, "/apply/practices")
		if err != nil {
			return err
		}
		f, err := page.form("naming")
		if err != nil {
			continue // was not named
		}
		draft, err := v.send(ctx, f)
		if err != nil {
			return err
		}
		words, err := draft.form("title", "summary", "conditions")
		if err != nil {
			return err
		}
		err = words.fill(map[string]string{
			"title": "把群众评价引入窗口和执法单位考核（演练）", "field": "business", "indicators": "2, 3, 5, 84",
			"summary":    "（演练材料，内容虚构）以群众评价倒逼窗口服务和执法规范，投诉量下降，办理时限缩短。",
			"conditions": "（演练材料，内容虚构）需要一个统一的评价入口和一名专职核查人员；投入不大，县（市、区）可以直接照做。",
			"contact":    "示例联系单位，0951-0000000（虚构）",
		})
		if err != nil {
			return err
		}
		words.press("do", "submit")
		_, err = v.send(ctx, words)
		return err
	}
	return nil
}

// publishPractice lets the office publish what was handed in.
func (r *Rehearsal) publishPractice(ctx context.Context) error {
	v, err := r.person(ctx, "office", 1)
	if err != nil {
		return err
	}
	list, err := v.get(ctx, "/office/practices")
	if err != nil {
		return err
	}
	for _, link := range list.links("/office/practices/") {
		page, err := v.get(ctx, link)
		if err != nil {
			return err
		}
		f, err := page.form("to", "reason", "title")
		if err != nil {
			continue // decided already
		}
		f.press("to", "published")
		if _, err := v.send(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

// takeOver lets the last unit of the cast say that it took the practice over.
func (r *Rehearsal) takeOver(ctx context.Context) error {
	v, err := r.contact(ctx, r.cast[len(r.cast)-1].unit.Code)
	if err != nil {
		return err
	}
	list, err := v.get(ctx, "/practices")
	if err != nil {
		return err
	}
	for _, link := range list.links("/practices/") {
		page, err := v.get(ctx, link)
		if err != nil {
			return err
		}
		f, err := page.form("note")
		if err != nil {
			continue // its own
		}
		if err := f.set("note", "演练：已在政务服务大厅试行，2021 年起推开。"); err != nil {
			return err
		}
		f.press("do", "take")
		if _, err := v.send(ctx, f); err != nil {
			return err
		}
	}
	return nil
}
