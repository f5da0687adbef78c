// Package progress says where every applicant of a round stands, stage by stage, and
// what the office must do next (C52: 加强对示范创建活动的统筹指导). It is worked out
// from facts that other steps report through small interfaces; it holds nothing of
// its own, changes nothing and reads no mark: of a ranking it knows the place and the
// set of places, of a survey how many answered where that may be told.
//
// # Who judges
//
//	feature                    independent judge                        input                          tolerance  test
//	stages of an applicant     a table written by hand from the road    facts at eleven moments        exact      TestC52WhereAnApplicantStands
//	what is to be done next    a table written by hand, deadline by     facts at twenty moments        exact      TestC52WhatTheOfficeMustDoNext
//	                           deadline
//	order of what is to do     the sentence "late first, then by the    two rounds' facts              exact      TestWhatIsLateComesFirst
//	                           day, then along the road"
//	the board as a page        a browser, and the store                 the rehearsal                  exact      TestBoardAndSearchInABrowser
//	the whole road             the rehearsal's doors, read at each stop 2020 and 2022                  exact      TestPlay2020And2022
package progress

import (
	"minyi/indicators/application"
	"minyi/indicators/roster"
)

// Stage is a station on the road of an applicant.
type Stage string

// The stages, in the order of the road.
const (
	Filed     Stage = "filed"
	Formal    Stage = "formal"
	Assigned  Stage = "assigned" // interests declared and assessors assigned
	Sheets    Stage = "sheets"
	Survey    Stage = "survey"
	Closed    Stage = "closed" // the evaluation of the dossier
	Ranked    Stage = "ranked"
	Visit     Stage = "visit"
	Candidate Stage = "candidate"
	Notice    Stage = "notice"
	Objection Stage = "objection"
	Named     Stage = "named"
	Feedback  Stage = "feedback"
)

// Stages returns the stages in order.
func Stages() []Stage {
	return []Stage{Filed, Formal, Assigned, Sheets, Survey, Closed, Ranked, Visit, Candidate, Notice, Objection, Named, Feedback}
}

// State is how an applicant stands at a stage.
type State string

// The states. Pages show each with a sign and a word, never by colour alone.
const (
	Ahead   State = ""        // not begun, and nothing is to be done yet
	Doing   State = "doing"   // under way
	Waits   State = "waits"   // somebody has to act
	Late    State = "late"    // somebody had to act by a day that is over
	Done    State = "done"    // nothing is left
	Out     State = "out"     // the road of the applicant ends here
	Skipped State = "skipped" // the round does without it
)

// Cell is one stage of one applicant. Word is the code of a sentence, in which Have
// and Need or Place, Best and Worst stand.
type Cell struct {
	Stage              Stage
	State              State
	Word               string
	Have, Need         int
	Place, Best, Worst int // of Ranked; 0: none
	Due                roster.Date
	Href               string // where it can be seen or done
}

// Row is one applicant on one track.
type Row struct {
	Dossier application.Key
	Unit    roster.Unit
	Cells   []Cell // in the order of Stages
	At      Stage  // the first stage that is not done
}

// Cell returns the cell of a stage.
func (r Row) Cell(s Stage) Cell {
	for _, c := range r.Cells {
		if c.Stage == s {
			return c
		}
	}
	return Cell{Stage: s}
}

// Late reports whether anything of the row is late.
func (r Row) Late() bool {
	for _, c := range r.Cells {
		if c.State == Late {
			return true
		}
	}
	return false
}

// Out reports whether the road of the applicant has ended.
func (r Row) Out() bool {
	for _, c := range r.Cells {
		if c.State == Out {
			return true
		}
	}
	return false
}
