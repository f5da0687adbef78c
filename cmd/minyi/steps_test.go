package main

// step is how a form behaves that several send at once. Without an act, one of them
// does it and the others are refused; with one, all are led to what was done, and the
// act stands in the trail once.
type step struct {
	two bool // two people do it one after the other: both are watched
	act string
}

// times is how often a step is watched with rivals.
func (s step) times() int {
	if s.two {
		return 2
	}
	return 1
}

// steps are the forms of a round's steps by their routes (S17).
func steps() map[string]step {
	once, both := step{}, step{two: true}
	return map[string]step{
		"/office/rounds": once, "/office/indicators": once,
		"/apply/:round/:track/start": once, "/apply/:round/:track/file": {act: "dossier.file"},
		"/office/formal/:dossier": once, "/office/formal/:dossier/cancel": once, "/office/formal/:dossier/cancel/confirm": once,
		"/office/scrutiny/lot": once, "/office/scrutiny/number": once, "/agency/scrutiny": once,
		"/office/evaluation/institutions": once, "/office/evaluation/members": once, "/office/evaluation/assignment/confirm": once,
		"/evaluate/:dossier/submit": once, "/evaluate/:dossier/institution": once,
		"/office/evaluation/dossiers/:dossier/close": {act: "evaluation.close"}, "/office/evaluation/close": {act: "scorebook.close"},
		"/agency/surveys": once, "/agency/surveys/:id/draw": once, "/agency/surveys/:id/open": once, "/agency/surveys/:id/close": once,
		"/agency/surveys/:id/review/end": both, "/agency/surveys/:id/approve": both,
		"/agency/deputies": once, "/agency/deputies/:id/open": once, "/agency/deputies/:id/close": once, "/agency/deputies/:id/approve": both,
		"/office/close": {act: "scorebook.close"}, "/office/ranking": {act: "ranking.make"},
		"/office/verification": once, "/office/verification/:unit/:track": once, "/verify/:visit/close": {act: "verification.close"},
		"/office/notice/candidates": once, "/office/notice/acts/:act/confirm": both, "/office/notice/public": {act: "notice.post"},
		"/office/notice/naming": once, "/office/feedback/:round": {act: "feedback.release"},
		"/apply/practices/:practice": once, "/apply/reports/:year": once, "/office/reports/:year/:unit": once,
		"/office/checks": once, "/office/checks/:year/draw": once,
		"/office/supervision/:naming/revoke": once, "/office/supervision/:naming/revoke/confirm": once,
	}
}

// drafts are the forms of the round that are no steps, with what a second one does: of
// several at once each is taken.
func drafts() map[string]string {
	const last, more, same = "the last one counts, each with its entry", "one thing more, each with its entry", "says again what was said"
	return map[string]string{
		"/login": more, "/apply/:round/:track/report": last, "/apply/:round/:track/profile": last, "/apply/:round/:track/self": last,
		"/apply/:round/:track/declaration": last, "/apply/:round/:track/exhibits": "the same file is kept once", "/apply/practices": more,
		"/apply/reports/:year/publish": last, "/agency/surveys/:id/frame": "until the draw the last one counts", "/agency/surveys/:id/posters": more,
		"/agency/surveys/:id/propose": same, "/agency/deputies/:id/list": "until the opening the last one counts", "/agency/deputies/:id/propose": same,
		"/evaluate/interests": last, "/evaluate/:dossier/sheet": last, "/office/evaluation/interests/own": last,
		"/office/evaluation/assignment/propose": "until it is confirmed the last one counts", "/office/notice/media": more, "/objections": more,
		"/office/objections/:objection/assign": last, "/office/objections/:objection/answer": "until the naming the last one counts, each is kept",
		"/office/scrutiny/examiners": "until the lot is announced the last one counts", "/office/scrutiny/sign": same,
		"/verify/:visit": last, "/verify/:visit/interest": last,
	}
}

// nobodys are the routes of the public.
func nobodys(route string) bool { return route == "/objections" || route == "/objections/reply" }

// unlogged are the forms that leave no entry in the trail, with the reason (S50).
func unlogged() map[string]string {
	return map[string]string{
		"/q/:token": "residents: an entry would tell when who answered", "/Q/:token": "the same", "/q/:token/": "the same", "/Q/:token/": "the same",
		"/try/:token": "nothing is kept", "/preview/:token": "nothing is kept", "/call/q/:token": "the answer of a resident; the call has its entry",
		"/events": "looks a receipt up", "/seal": "looks a seal up", "/scrutiny/invitation": "looks an invitation up", "/objections/state": "reads by a receipt that names nobody",
		"/inbox": "messages were read", "/inbox/:message": "a message was read",
		"/account/passkeys/begin": "a question to a device; the passkey has its entry", "/login/factor/begin": "the same; the sign-in has its entry",
		"/agency/surveys/:id/results/texts": "a page without a chosen code; with one there is an entry",
		"/apply/:round/:track/uploads":      "a file begins to come; the file that has come has its entry",
		"/office/close":                     "closed already: the closing has its entry", "/office/indicators/check": "shows what would change",
	}
}
