package main

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"minyi/indicators/access"
	"minyi/web"
)

// showsNoResult are the pages of staff on neither list, with what they show instead. A
// name that ends in * stands for all below it.
func showsNoResult() map[string]string {
	return map[string]string{
		"/account": "own account", "/account/*": "own account", "/accounts*": "accounts", "/password": "own account", "/me": "own record", "/inbox*": "own messages, without results",
		"/static/*": "scripts and styles", "/call": "interviewer's next case", "/verify": "own visits: where to go", "/verify/worker.js": "script", "/verify/:visit/state": "how far the device has sent",
		"/agency": "steps of surveys", "/agency/jobs*": "how far work in the background is", "/agency/deputies": "names and steps",
		"/agency/monitor*": "counts of answers by day and place, no estimate", "/agency/questionnaires*": "questionnaires", "/agency/scrutiny": "examiners and counts of the log",
		"/agency/surveys/:id": "steps of a survey", "/agency/surveys/:id/contact/modes": "counts of answers by mode", "/agency/surveys/:id/contact/rates": "response rates",
		"/agency/surveys/:id/export": "the form that asks for the purpose", "/agency/surveys/:id/monitor": "counts of answers, no estimate", "/agency/surveys/:id/monitor/events": "the same",
		"/agency/surveys/:id/monitor/settings": "rules of alarms", "/agency/surveys/:id/paper/*": "one paper form that is being keyed", "/agency/surveys/:id/posters": "codes of posters", "/agency/surveys/:id/quota": "limits",
		"/agency/surveys/:id/sample/check": "the frame", "/agency/surveys/:id/sample/import": "the frame", "/agency/surveys/:id/weights/margins/:margin": "figures of the census",
		"/evaluate": "own assignments", "/evaluate/:dossier/institution": "who works on a dossier", "/evaluate/:dossier/state": "how far the own sheet is kept", "/evaluate/interests": "own declaration",
		"/evaluate/:dossier/exhibits/:exhibit/preview": "evidence, no mark", "/evaluate/:dossier/exhibits/:exhibit/thumbnail": "evidence, no mark", "/office/dossiers/:dossier/exhibits/:exhibit/*": "evidence, no mark",
		"/verify/:visit/photos/:photo": "a photo of the place, made small",
		"/office/calendar":             "dates", "/office/checks*": "spot checks after the naming", "/office/documents": "documents", "/office/evaluation/assignment": "who works on what", "/office/evaluation/institutions": "institutions",
		"/office/evaluation/interests*": "declarations", "/office/evaluation/members": "members", "/office/feedback": "rounds", "/office/formal": "states of dossiers", "/office/indicators*": "rules",
		"/office/messages": "messages", "/office/national": "years", "/office/notice/public": "the notice as the public reads it", "/office/objections": "states of objections",
		"/office/objections/:objection/files/:digest/picture": "evidence, made small", "/office/practices*": "texts of practices", "/office/privacy": "columns", "/office/reports*": "yearly reports, public",
		"/office/rounds": "rounds", "/office/scrutiny": "examiners and counts of the log", "/office/search": "names and links", "/office/supervision*": "states after the naming", "/office/support": "records of support",
		"/office/trail": "the trail, which says who read what and no figure", "/office/units*": "the register of units", "/office/verification/*": "",
	}
}

// TestS45AndS50EveryRouteOfStaffIsOnAList demands of each route of staff that it is a file
// or a page with results on the lists that the middleware goes by, or that it is said here
// what it shows instead.
func TestS45AndS50EveryRouteOfStaffIsOnAList(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	listed, pages, known := map[string]string{}, web.PagesOfResults(), map[string]bool{}
	for _, f := range web.FilesOfStaff() {
		if listed[f.Path] = f.Way; !slices.Contains([]string{"marked", "inside", "kept"}, f.Way) {
			t.Errorf("%s: got way %q", f.Path, f.Way)
		}
	}
	for _, g := range h.grants {
		known[g.Path] = true
		staff := slices.ContainsFunc(g.Roles, func(r access.Role) bool { return r != access.Applicant })
		if !staff || g.Open || g.Method != http.MethodGet || listed[g.Path] != "" || pages[g.Path] != "" {
			continue
		}
		if !without(g.Path) {
			t.Errorf("GET %s is on no list: is it a file, does it show a result, or what else?", g.Path)
		}
	}
	for path := range listed {
		if !known[path] {
			t.Errorf("%s is on the list of files and no route", path)
		}
	}
	for path := range pages {
		if !known[path] {
			t.Errorf("%s is on the list of pages and no route", path)
		}
	}
}

// without reports whether a route is said to show no result.
func without(route string) bool {
	for name, what := range showsNoResult() {
		below, all := strings.CutSuffix(name, "*")
		if what != "" && (route == name || all && strings.HasPrefix(route, below)) {
			return true
		}
	}
	return false
}
