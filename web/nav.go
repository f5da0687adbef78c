package web

import (
	"minyi/indicators/access"
	"minyi/web/view"
)

// Nav returns what a role finds in the top bar; strangers, who have none, find what
// everybody may read.
func Nav(role access.Role) []view.Link {
	switch role {
	case "":
		return publicBar()
	case access.Office:
		return officeBar()
	case access.Auditor:
		return []view.Link{{Href: "/office/trail", Key: "nav.trail"}, {Href: "/office/privacy", Key: "privacy.inventory"}}
	case access.Agency:
		return []view.Link{
			{Href: "/agency", Key: "nav.surveys"},
			{Href: "/agency/deputies", Key: "nav.deputies"},
			{Href: "/agency/monitor", Key: "nav.monitor"},
			{Href: "/agency/questionnaires", Key: "library.title"},
			{Href: "/agency/results", Key: "nav.compare"},
			{Href: "/agency/scrutiny", Key: "nav.scrutiny"},
			{Href: "/agency/jobs", Key: "nav.jobs"},
		}
	case access.Interviewer:
		return []view.Link{{Href: "/call", Key: "nav.call"}}
	case access.Applicant:
		return []view.Link{
			{Href: "/apply", Key: "nav.apply"},
			{Href: "/apply/reports", Also: []string{"/apply/hearings"}, Key: "yearly.own"},
			{Href: "/apply/feedback", Key: "feedback.title"},
			{Href: "/apply/practices", Key: "practice.own"},
			{Href: "/apply/national", Key: "recommendation.title"},
		}
	case access.Inspector:
		return []view.Link{{Href: "/verify", Key: "nav.verification"}, {Href: "/office/evaluation/problems", Key: "agreement.tab.problems"}}
	case access.Assessor:
		return []view.Link{{Href: "/evaluate", Key: "nav.evaluate"}, {Href: "/evaluate/interests", Key: "appoint.tab.interests"}, {Href: "/evaluate/opinions", Key: "agreement.due"}}
	case access.Secadmin:
		return []view.Link{{Href: "/accounts", Key: "nav.accounts"}, {Href: "/accounts/keys", Key: "nav.keys"}}
	case access.Sysadmin:
		return nil // runs the machine, by commands; sees no answer, mark or account
	}
	return nil
}

// officeBar is what the office finds, in the order of a round.
func officeBar() []view.Link {
	return []view.Link{
		group("nav.group.board", view.Link{Href: "/office", Key: "nav.board"}, view.Link{Href: "/office/search", Key: "search.title"},
			view.Link{Href: "/office/messages", Key: "inbox.office"},
			view.Link{Href: "/office/trail", Key: "nav.trail"}, view.Link{Href: "/office/privacy", Key: "privacy.inventory"}),
		group("nav.group.rules", view.Link{Href: "/office/rounds", Key: "nav.rounds"}, view.Link{Href: "/office/calendar", Key: "calendar.title"}, view.Link{Href: "/office/indicators", Key: "nav.indicators"},
			view.Link{Href: "/office/units", Key: "nav.units"}, view.Link{Href: "/office/documents", Key: "nav.documents"}),
		group("nav.group.assess", view.Link{Href: "/office/formal", Also: []string{"/office/dossiers"}, Key: "formal.title"},
			view.Link{Href: "/office/evaluation", Key: "evaluate.home"}),
		group("nav.group.rank", view.Link{Href: "/office/ranking", Key: "nav.ranking"}, view.Link{Href: "/office/verification", Key: "nav.verification"}),
		group("nav.group.name", view.Link{Href: "/office/notice", Key: "nav.notice"}, view.Link{Href: "/office/objections", Key: "notice.objections"}, view.Link{Href: "/office/scrutiny", Key: "nav.scrutiny"}),
		group("nav.group.after", view.Link{Href: "/office/supervision", Key: "supervision.title"},
			view.Link{Href: "/office/reports", Key: "yearly.title"}, view.Link{Href: "/office/checks", Key: "check.title"},
			view.Link{Href: "/office/feedback", Key: "feedback.title"}, view.Link{Href: "/office/practices", Key: "practices.title"},
			view.Link{Href: "/office/national", Key: "recommendation.desk"}, view.Link{Href: "/office/support", Key: "support.title"}),
	}
}

// publicBar is what strangers find, in the order of a round.
func publicBar() []view.Link {
	return []view.Link{
		{Href: "/", Key: "public.nav.home"},
		{Href: "/objections", Key: "public.nav.objections"},
		{Href: "/named", Key: "public.nav.named"},
		{Href: "/results", Key: "public.nav.results"},
		{Href: "/reports", Key: "public.nav.reports"},
		{Href: "/practices", Key: "public.nav.practices"},
		{Href: "/calendar", Key: "public.nav.calendar"},
		{Href: "/ledger", Key: "public.nav.ledger"},
		{Href: "/scrutiny", Key: "public.nav.scrutiny"},
	}
}

// group is several entries behind one in the bar, which leads to the first of them.
func group(key string, of ...view.Link) view.Link {
	return view.Link{Href: of[0].Href, Key: key, Of: of}
}
