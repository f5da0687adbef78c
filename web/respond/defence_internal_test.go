package respond

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"testing"
	"time"

	"minyi/survey"
	"minyi/survey/questionnaire"
	"minyi/web/view"
)

// BenchmarkDefence is what the defence adds to one submission, and what one page of
// the paged way adds.
func BenchmarkDefence(b *testing.B) {
	paper, err := questionnaire.Parse(questionnaire.Default())
	if err != nil {
		b.Fatal(err)
	}
	d := &Door{deps: Deps{Now: noon}, meter: newMeter(0)}
	d.macs.New = func() any { return hmac.New(sha256.New, make([]byte, sha256.Size)) }
	form := &survey.Form{SurveyID: "s", Channel: survey.Sampled, Questionnaire: paper, Version: "v"}
	answers := map[string][]string{}
	for _, one := range paper.Questions() {
		answers[one.ID] = []string{"4"}
	}
	b.Run("submission", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			v := &visit{form: form, all: true, lang: view.Chinese, answers: answers, ticket: ticket{issued: noon().Add(-time.Minute)}}
			d.timed(v, noon())
			d.meter.network(form.SurveyID, form.Channel, fmt.Sprint("10.0.0.", i%200), noon())
			d.rushed(v)
		}
	})
	b.Run("page", func(b *testing.B) {
		b.ReportAllocs()
		text := ""
		for b.Loop() {
			v := &visit{form: form, at: "q07", paceText: text, lang: view.Chinese, answers: answers, ticket: ticket{issued: noon().Add(-time.Minute)}}
			d.timed(v, noon())
			text = d.paced(v)
		}
	})
}
