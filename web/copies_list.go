package web

import "maps"

// way is how a copy of a file is marked.
type way string

const (
	// marked: lines that a reader sees, and properties inside (S45).
	marked way = "marked"
	// inside: the writer itself says reader, time and purpose in every file, for which
	// the form asks.
	inside way = "inside"
	// kept: byte for byte, since a signature, a seal or a digest holds it, or since another
	// program or a resident is to read it as it is. The trail names the copy and has its
	// digest, and the answer's head the serial.
	kept way = "kept"
)

// fileOf is how a file is marked, and what it is usually taken for.
type fileOf struct {
	way     way
	purpose string
}

// filesOfStaff is every route by which staff take a file away. One that is not here
// sends none.
func filesOfStaff() map[string]fileOf {
	out := filesOfSurvey()
	maps.Copy(out, filesOfProgramme())
	return out
}

// filesOfSurvey are those of the agency.
func filesOfSurvey() map[string]fileOf {
	const survey, deputies = "/agency/surveys/:id", "/agency/deputies/:id"
	return map[string]fileOf{
		// Answers and their tables:
		survey + "/export":                  {inside, "survey"},
		"/agency/jobs/:job/file":            {inside, "survey"}, // what was begun there: the same files, and print
		survey + "/results/files/:file":     {marked, "survey"},
		survey + "/results/texts/codes.csv": {marked, "survey"},
		"/agency/results/files/:file":       {marked, "survey"},
		survey + "/report.html":             {marked, "survey"},
		survey + "/report.pdf":              {marked, "survey"},
		survey + "/sample/drawn.csv":        {marked, "survey"},
		// signed, and checked by what anyone has:
		survey + "/release.json": {kept, "survey"}, survey + "/release.sig": {kept, "survey"},
		deputies + "/release.json": {kept, "survey"}, deputies + "/release.sig": {kept, "survey"},
		"/agency/scrutiny": {kept, "survey"}, // openings, which minyi verify full reads
		// links, letters and sheets that residents, printers and message services get:
		survey + "/links.csv": {kept, "survey"}, deputies + "/links.csv": {kept, "survey"}, survey + "/contact/list": {kept, "survey"},
		survey + "/posters/:batch/:file": {kept, "survey"}, survey + "/print.pdf": {kept, "survey"}, survey + "/print": {kept, "survey"}, survey + "/paper/print": {kept, "survey"},
		// frames and questionnaires without any answer, which come back as they went:
		survey + "/sample/frame.csv": {kept, "survey"}, survey + "/sample/example/:kind": {kept, "survey"}, survey + "/sample/import/errors.csv": {kept, "survey"},
		"/agency/questionnaires/:id/export/:file": {kept, "survey"},
	}
}

// filesOfProgramme are those of the evaluation, the verification and the office.
func filesOfProgramme() map[string]fileOf {
	const office = "/office"
	return map[string]fileOf{
		// Marks and lists of problems:
		office + "/evaluation/agreement/file": {marked, "assess"}, office + "/evaluation/problems/file": {marked, "assess"},
		office + "/feedback/:round/:dossier/print.pdf": {marked, "assess"},
		// a dossier on paper:
		office + "/formal/:dossier/:digest/printed.pdf": {marked, "assess"},
		// signed or sealed:
		"/evaluate/:dossier/receipt.json": {kept, "assess"}, "/evaluate/opinions/:digest": {kept, "assess"}, office + "/evaluation/opinions/:digest": {kept, "assess"},
		office + "/formal/:dossier/:digest/manifest.json": {kept, "assess"}, office + "/formal/:dossier/:digest/receipt.json": {kept, "assess"},
		// evidence, held by its digest:
		"/evaluate/:dossier/exhibits/:exhibit": {kept, "assess"}, office + "/dossiers/:dossier/exhibits/:exhibit": {kept, "assess"},
		"/evaluate/:dossier/exhibits/:exhibit/preview/content": {kept, "assess"}, office + "/dossiers/:dossier/exhibits/:exhibit/preview/content": {kept, "assess"},
		office + "/formal/:dossier/:digest/scan": {kept, "assess"}, office + "/evaluation/institutions/scan": {kept, "assess"},
		// the rules, which come back as a workbook:
		office + "/indicators/export.xlsx": {kept, "assess"},

		// The verification:
		"/verify/:visit/record.pdf":             {marked, "verify"},
		"/verify/:visit/record.json":            {kept, "verify"}, // its digest stands in the log of events
		"/verify/:visit/photos/:photo/original": {kept, "verify"},

		// From the ranking to the names, and what follows them:
		office + "/national/:year/list.pdf":             {marked, "supervise"},
		office + "/objections/:objection/files/:digest": {kept, "rank"}, office + "/notice/media/:medium": {kept, "rank"},
		office + "/supervision/:naming/evidence/:digest": {kept, "supervise"}, office + "/checks/:year/:check/files/:digest": {kept, "supervise"},
		office + "/reports/:year/:unit/files/:digest": {kept, "supervise"}, office + "/national/:year/:unit/files/:digest": {kept, "supervise"},
		office + "/checks/:year/draw.json": {kept, "supervise"}, // public, and drawn again by anyone

		"/me/data.json": {kept, "own"}, // what is kept of the reader
	}
}

// pageOf is what a page shows, and what it is usually read for.
type pageOf struct{ what, purpose string }

// pagesOfResults is every page of staff that shows a mark, a rank, a sample, an estimate
// or a release. Who reads one stands in the trail.
func pagesOfResults() map[string]pageOf {
	const survey = "/agency/surveys/:id"
	out := map[string]pageOf{}
	add := func(what, purpose string, paths ...string) {
		for _, path := range paths {
			out[path] = pageOf{what, purpose}
		}
	}
	add("sample", "survey", survey+"/sample", survey+"/sample/plan", survey+"/letters", survey+"/contact", survey+"/contact/calls",
		survey+"/paper", survey+"/monitor/places", "/call/cases/:case")
	add("estimate", "survey", survey+"/monitor/running", survey+"/monitor/balance", survey+"/results", survey+"/results/groups", survey+"/results/importance",
		survey+"/results/scale", survey+"/results/texts", survey+"/comments", survey+"/review", survey+"/review/answers/:response", survey+"/weights", "/agency/results", "/office/scrutiny/:id/lot")
	add("release", "survey", survey+"/release", survey+"/report", survey+"/report/read", "/agency/deputies/:id")
	add("mark", "assess", "/evaluate/:dossier", "/evaluate/:dossier/submit", "/evaluate/:dossier/problems", "/evaluate/opinions",
		"/office", "/office/evaluation", "/office/evaluation/dossiers/:dossier", "/office/evaluation/:dossier/reopen", "/office/evaluation/agreement",
		"/office/evaluation/problems", "/office/dossiers/:dossier", "/office/formal/:dossier", "/office/feedback/:round", "/office/feedback/:round/:dossier")
	add("mark", "verify", "/office/verification", "/office/verification/:unit/:track", "/verify/:visit")
	add("rank", "rank", "/office/ranking", "/office/ranking/:unit/:track", "/office/ranking/what-if/:trial", "/office/notice", "/office/notice/acts/:act",
		"/office/notice/candidates", "/office/notice/front", "/office/notice/naming", "/office/objections/:objection", "/office/rounds/:year")
	add("rank", "supervise", "/office/national/:year")
	return out
}
