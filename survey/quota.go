package survey

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/survey/questionnaire"
)

const (
	// MaxStrata is how many questions a quota may cross.
	MaxStrata = 3
	maxCells  = 2000
	maxLimit  = 1_000_000 // answers of one cell
)

// Quota caps the answers through the one-time links of a survey by crossed
// strata. A sheet whose codes name none of its cells is under no limit.
type Quota struct {
	Questions []string `json:"questions"` // ids of questions with one answer, in order
	Cells     []Cell   `json:"cells"`     // each combination of codes at most once
}

// Cell is one combination of codes, in the order of the questions, with the most
// answers that are counted in it: complete, partial and break-off sheets.
type Cell struct {
	Codes []string `json:"codes"`
	Limit int      `json:"limit"`
}

// Strata returns the questions that a quota may cross: those with one answer out
// of a list that do not ask for an opinion, in the order of the paper.
func Strata(q *questionnaire.Questionnaire) []questionnaire.Question {
	var out []questionnaire.Question
	for _, one := range q.Questions() {
		coded := one.Type == questionnaire.Single || one.Type == questionnaire.Area
		if coded && (one.Section == questionnaire.Screening || one.Section == questionnaire.Background) && len(stratumCodes(one)) > 1 {
			out = append(out, one)
		}
	}
	return out
}

// Late lists the questions of Strata, by their ids in the order of the paper, that
// somebody may be screened out before: with one question a page they are never
// asked then, and the sheet counts in no cell. On the page with all questions the
// answer is known all the same.
func Late(q *questionnaire.Questionnaire) (out []string) {
	strata := map[string]bool{}
	for _, one := range Strata(q) {
		strata[one.ID] = true
	}
	screened := false
	for _, one := range q.Questions() {
		if screened && strata[one.ID] {
			out = append(out, one.ID)
		}
		for _, c := range one.Choices {
			screened = screened || c.Ends && one.Section == questionnaire.Screening
		}
	}
	return out
}

// stratumCodes are the codes of a question that a counted sheet can carry.
func stratumCodes(one questionnaire.Question) []string {
	var out []string
	for _, c := range one.Choices {
		if !c.Ends {
			out = append(out, c.Code)
		}
	}
	return out
}

// Crossed lists all combinations of the codes of the questions with these ids,
// the last question turning fastest. It refuses with quota.questions what is not
// one to MaxStrata different questions of Strata, and with quota.cells too many
// combinations.
func Crossed(q *questionnaire.Questionnaire, ids []string) ([][]string, error) {
	if len(ids) == 0 || len(ids) > MaxStrata {
		return nil, errQuestions()
	}
	may := map[string][]string{}
	for _, one := range Strata(q) {
		may[one.ID] = stratumCodes(one)
	}
	out := [][]string{nil}
	for _, id := range ids {
		codes, ok := may[id]
		if !ok {
			return nil, errQuestions()
		}
		delete(may, id)
		if len(out)*len(codes) > maxCells {
			return nil, fault.New(fault.Invalid, "quota.cells", "max", strconv.Itoa(maxCells)).At("strata")
		}
		var next [][]string
		for _, head := range out {
			for _, code := range codes {
				next = append(next, append(head[:len(head):len(head)], code))
			}
		}
		out = next
	}
	return out, nil
}

func errQuestions() error {
	return fault.New(fault.Invalid, "quota.questions", "max", strconv.Itoa(MaxStrata)).At("strata")
}

// check refuses a quota that the paper cannot fill.
func (u Quota) check(q *questionnaire.Questionnaire) error {
	crossed, err := Crossed(q, u.Questions)
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, codes := range crossed {
		known[joined(codes)] = true
	}
	for _, c := range u.Cells {
		if !known[joined(c.Codes)] {
			return fault.New(fault.Invalid, "quota.cell", "codes", strings.Join(c.Codes, " × ")).At("strata")
		}
		known[joined(c.Codes)] = false // each once
		if c.Limit < 0 || c.Limit > maxLimit {
			return fault.New(fault.Invalid, "quota.limit", "max", strconv.Itoa(maxLimit)).At("strata")
		}
	}
	if len(u.Cells) == 0 {
		return fault.New(fault.Invalid, "quota.empty").At("strata")
	}
	return nil
}

// joined names a combination of codes, which hold no such character.
func joined(codes []string) string { return strings.Join(codes, "\x00") }

// brief names a quota in the trail: the questions that it crosses, the number of
// its cells, the sum of their limits, and the SHA-256 of it all.
func (u *Quota) brief() string {
	if u == nil {
		return ""
	}
	text, err := json.Marshal(u)
	if err != nil {
		panic(err) // strings and numbers only
	}
	total := 0
	for _, c := range u.Cells {
		total += c.Limit
	}
	return fmt.Sprintf("%s: %d, %d, %x", strings.Join(u.Questions, " × "), len(u.Cells), total, sha256.Sum256(text))
}

// Cap sets the quota of a survey, or takes it away (nil). It is refused with
// survey.state once the survey has opened.
func (s *Survey) Cap(q *questionnaire.Questionnaire, quota *Quota) error {
	if err := s.in(Planned); err != nil {
		return err
	}
	if quota != nil {
		if err := quota.check(q); err != nil {
			return err
		}
	}
	s.Quota = quota
	return nil
}

// SetQuota sets the quota of a survey that has not opened yet; nil takes it away.
func (s *Service) SetQuota(ctx context.Context, by access.Actor, id ID, quota *Quota) (*Survey, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	l, err := s.get(id)
	if err != nil {
		return nil, err
	}
	return s.update(ctx, id, s.entry(by, "survey.quota", id), func(sv *Survey) error { return sv.Cap(l.paper, quota) })
}

// cells finds the cell of a sheet; it is made once for a survey.
type cells struct {
	questions []string
	byCodes   map[string]uint32 // to the number of the cell, from 1
	limits    []uint32          // by number - 1
}

func newCells(u *Quota) *cells {
	if u == nil {
		return nil
	}
	c := &cells{questions: u.Questions, byCodes: map[string]uint32{}}
	for i, one := range u.Cells {
		c.byCodes[joined(one.Codes)] = uint32(i + 1)
		c.limits = append(c.limits, uint32(one.Limit))
	}
	return c
}

// find returns the number of a sheet's cell and its limit; 0 where it has none.
func (c *cells) find(q *questionnaire.Questionnaire, sheet questionnaire.Sheet) (number, limit uint32) {
	if c == nil {
		return 0, 0
	}
	var codes [MaxStrata]string
	for i, id := range c.questions {
		codes[i] = q.Code(sheet, id)
	}
	return c.of(codes[:len(c.questions)])
}

// given is find of what a form said, whether the sheet keeps it or not.
func (c *cells) given(q *questionnaire.Questionnaire, values map[string][]string) (number, limit uint32) {
	if c == nil || len(values) == 0 {
		return 0, 0
	}
	var codes [MaxStrata]string
	for i, id := range c.questions {
		one, _ := q.Question(id)
		read, refusal := one.Read(values[id])
		if refusal != nil || len(read) != 1 {
			return 0, 0
		}
		codes[i] = read[0]
	}
	return c.of(codes[:len(c.questions)])
}

func (c *cells) of(codes []string) (number, limit uint32) {
	if number = c.byCodes[joined(codes)]; number == 0 {
		return 0, 0
	}
	return number, c.limits[number-1]
}
