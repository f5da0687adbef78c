package web

import (
	"minyi/indicators/access"
	"minyi/web/view"
)

// Nav returns what a role finds in the top bar.
func Nav(role access.Role) []view.Link {
	switch role {
	case access.Office:
		return []view.Link{
			{Href: "/office", Key: "nav.board"},
			{Href: "/office/rounds", Key: "nav.rounds"},
			{Href: "/office/indicators", Also: []string{"/office/units", "/office/documents"}, Key: "nav.indicators"},
			{Href: "/office/formal", Also: []string{"/office/dossiers"}, Key: "formal.title"},
			{Href: "/office/evaluation", Key: "evaluate.home"},
			{Href: "/office/ranking", Key: "nav.ranking"},
			{Href: "/office/verification", Key: "nav.verification"},
			{Href: "/office/notice", Key: "nav.notice"},
			{Href: "/office/supervision", Key: "supervision.title"},
			{Href: "/office/trail", Key: "nav.trail"},
		}
	case access.Auditor:
		return []view.Link{{Href: "/office/trail", Key: "nav.trail"}}
	case access.Agency:
		return []view.Link{
			{Href: "/agency", Key: "nav.surveys"},
			{Href: "/agency/deputies", Key: "deputies.title"},
			{Href: "/agency/monitor", Key: "monitor.title"},
			{Href: "/agency/questionnaires", Key: "library.title"},
			{Href: "/agency/results", Key: "nav.compare"},
			{Href: "/agency/jobs", Key: "job.list"},
		}
	case access.Interviewer:
		return []view.Link{{Href: "/call", Key: "nav.call"}}
	case access.Applicant:
		return []view.Link{{Href: "/apply", Key: "nav.apply"}}
	case access.Inspector:
		return []view.Link{{Href: "/office/verification", Key: "nav.verification"}, {Href: "/office/evaluation/problems", Key: "agreement.tab.problems"}}
	case access.Assessor:
		return []view.Link{{Href: "/evaluate", Key: "nav.evaluate"}, {Href: "/evaluate/interests", Key: "appoint.tab.interests"}, {Href: "/evaluate/opinions", Key: "agreement.due"}}
	case access.Secadmin:
		return []view.Link{{Href: "/accounts", Key: "nav.accounts"}}
	case access.Sysadmin:
		return nil // runs the machine, by commands; sees no answer, mark or account
	}
	return nil
}
