package evaluation

import (
	"strings"
	"time"

	"minyi/indicators/application"
	"minyi/indicators/fault"
)

// Problem is something found during the evaluation (C93). It is never changed
// or deleted; outcomes are added to it.
type Problem struct {
	ID       string          `json:"id"`
	Dossier  application.Key `json:"dossier"`
	Text     string          `json:"text"`
	FoundAt  time.Time       `json:"found_at"`
	FoundBy  string          `json:"found_by"`
	Outcomes []Outcome       `json:"outcomes"`
}

// Open reports whether the problem has no outcome yet.
func (p Problem) Open() bool { return len(p.Outcomes) == 0 }

// Outcome is what became of a problem.
type Outcome struct {
	Text string    `json:"text"`
	At   time.Time `json:"at"`
	By   string    `json:"by"`
}

const longestProblem = 1000

func checkWords(field, text, code string) error {
	var list fault.List
	checkText(&list, field, text, longestProblem)
	if strings.TrimSpace(text) == "" {
		list.Add(fault.New(fault.Invalid, code).At(field))
	}
	return list.Err()
}
