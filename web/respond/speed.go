package respond

import (
	"strings"
	"sync"
	"unicode"

	"minyi/survey/questionnaire"
	"minyi/web/view"
)

// Reading speed, as the review of quality counts it: a text that was passed faster
// than this was not read. 300 ms an English word (Zhang & Conrad 2014, Survey
// Research Methods 8(2)); 120 ms a Chinese character, the same converted, which is
// 500 characters a minute. Whoever reads slowly, or has somebody read aloud, is
// never near it.
const (
	millisAWord      = 300
	millisACharacter = 120
)

// readingTime is how long a text takes at least, in milliseconds.
func readingTime(text string) int {
	characters := 0
	words := strings.FieldsFunc(text, func(r rune) bool {
		if unicode.Is(unicode.Han, r) {
			characters++
			return true
		}
		return !unicode.IsLetter(r) && !unicode.IsNumber(r)
	})
	return characters*millisACharacter + len(words)*millisAWord
}

// readings remembers how long each question takes, by paper and language.
type readings struct {
	mu sync.Mutex
	of map[paperIn][]int
}

type paperIn struct {
	paper string // hash of the published questionnaire
	lang  view.Lang
}

// most is how many papers are remembered before all are forgotten.
const mostReadings = 256

func (r *readings) take(key paperIn, q *questionnaire.Questionnaire) []int {
	r.mu.Lock()
	defer r.mu.Unlock()
	if need, ok := r.of[key]; ok {
		return need
	}
	if len(r.of) >= mostReadings || r.of == nil {
		r.of = map[paperIn][]int{}
	}
	var need []int
	for _, one := range q.Questions() {
		need = append(need, readingTime(one.Text.In(string(key.lang))))
	}
	r.of[key] = need
	return need
}

// rushed reports a form that was sent before it could be read: less time than the
// texts of the answered questions take or, where there are times, more than half
// of these questions left sooner than their own text takes. The clocks stand at
// whole seconds, so a second is granted.
func (d *Door) rushed(v *visit) bool {
	const second = 1000
	need := d.readings.take(paperIn{v.form.Version, v.lang}, v.form.Questionnaire)
	all, asked, quick := 0, 0, 0
	questions := v.form.Questionnaire.Questions()
	for i := range questions {
		if given := v.answers[questions[i].ID]; len(given) == 0 || given[0] == "" {
			continue
		}
		all += need[i]
		asked++
		if v.pace.seconds != nil && (int(v.pace.seconds[i])+1)*second <= need[i] {
			quick++
		}
	}
	return (int(v.pace.shown)+1)*second <= all || 2*quick > asked
}
