package web

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/web/agency"
	"minyi/web/agreement"
	"minyi/web/api"
	"minyi/web/apply"
	"minyi/web/appoint"
	"minyi/web/board"
	"minyi/web/calendar"
	"minyi/web/call"
	"minyi/web/contact"
	"minyi/web/deputies"
	"minyi/web/evaluate"
	"minyi/web/events"
	"minyi/web/exhibits"
	"minyi/web/feedback"
	"minyi/web/formal"
	"minyi/web/inbox"
	"minyi/web/jobs"
	"minyi/web/ledger"
	"minyi/web/library"
	"minyi/web/login"
	"minyi/web/monitor"
	"minyi/web/notice"
	"minyi/web/office"
	"minyi/web/paper"
	"minyi/web/practice"
	"minyi/web/privacy"
	"minyi/web/proceeding"
	"minyi/web/ranking"
	"minyi/web/recommendation"
	"minyi/web/register"
	"minyi/web/report"
	"minyi/web/respond"
	"minyi/web/results"
	"minyi/web/review"
	"minyi/web/rules"
	"minyi/web/sample"
	"minyi/web/scrutiny"
	"minyi/web/seal"
	"minyi/web/search"
	"minyi/web/supervision"
	"minyi/web/verify"
	"minyi/web/weigh"
	"minyi/web/yearly"
)

// Doors are the doors of the house, by audience.
type Doors struct {
	Login       *login.Door
	Respond     *respond.Door
	Agency      *agency.Door
	Deputies    *deputies.Door
	Library     *library.Door
	Search      *search.Door // the office's
	Results     *results.Door
	Inbox       *inbox.Door // everybody's messages
	Calendar    *calendar.Door
	Jobs        *jobs.Door
	Sample      *sample.Door
	Review      *review.Door
	Monitor     *monitor.Door
	Paper       *paper.Door
	Weigh       *weigh.Door
	Report      *report.Door
	Trial       *respond.Door // residents' pages on which nothing is kept
	Preview     *respond.Door // the same, in a frame beside the editor
	Apply       *apply.Door
	Evaluate    *evaluate.Door
	Events      *events.Door // the log of events, and receipts
	Appoint     *appoint.Door
	Agreement   *agreement.Door
	Exhibits    *exhibits.Door
	Notice      *notice.Door
	Proceeding  *proceeding.Door  // from the ranking to the names
	Register    *register.Door    // the named, their papers, published results
	Supervision *supervision.Door // the office's steps after a naming
	Yearly      *yearly.Door      // reports and spot checks of every year
	Office      *office.Door
	Board       *board.Door // the office's first page
	Ranking     *ranking.Door
	Rules       *rules.Door
	API         *api.Door
	Contact     *contact.Door
	Call        *call.Door
	Seal        *seal.Door    // submitting, receipts, and the public check of a seal
	Verify      *verify.Door  // on-site verification, at the desk and at the place
	Formal      *formal.Door  // the office's formal check
	Line        *respond.Door // the residents' pages as interviewers fill them in
	Ledger      *ledger.Door  // the public logs
	Scrutiny    *scrutiny.Door
	Stage       Stage

	// What follows a naming.
	Practice       *practice.Door
	Feedback       *feedback.Door
	Recommendation *recommendation.Door

	Privacy *privacy.Door // what is kept, and everybody's rights over it
}

// route is one row of the table: who may ask what. A request that no row
// grants is refused.
type route struct {
	method string
	path   string
	who    []access.Role // signed-in roles; none: the public
	open   bool          // no session and no visitor's form token (the resident's door has a token of its own)
	body   int           // largest body in bytes; 0: a long form (1 MiB)
	rate   int           // requests a minute from one network; 0: no limit here
	do     fiber.Handler
}

const (
	get  = fiber.MethodGet
	post = fiber.MethodPost
)

// everyone is every role that can sign in.
func everyone() []access.Role { return access.Roles() }

// Stage is the control page of a rehearsal: only a demo has one, and it lets
// only its own machine in.
type Stage struct{ Show, Move fiber.Handler }

func (s Stage) routes() []route {
	if s.Show == nil {
		return nil
	}
	return []route{{method: get, path: "/demo", do: s.Show}, {method: post, path: "/demo", do: s.Move}}
}

// Grant is a row of the table as others may see it: who may ask what.
type Grant struct {
	Method string
	Path   string
	Roles  []access.Role // none: the public
	Open   bool          // the resident's door, with a form ticket of its own
}

// Grants returns the whole table.
func (d Doors) Grants() []Grant {
	var all []Grant
	for _, r := range d.routes() {
		all = append(all, Grant{Method: r.method, Path: r.path, Roles: r.who, Open: r.open})
	}
	return all
}

// routes is the whole table, door by door. A door of the agency that is not there
// has no routes.
func (d Doors) routes() []route {
	return slices.Concat(
		d.respondRoutes(),
		d.loginRoutes(), d.accountRoutes(),
		d.noticeRoutes(),
		d.registerRoutes(),
		d.ledgerRoutes(), d.scrutinyRoutes(),
		d.agencyRoutes(),
		d.deputiesRoutes(),
		d.libraryRoutes(),
		d.searchRoutes(), d.resultsRoutes(),
		d.jobsRoutes(),
		d.sampleRoutes(),
		d.reviewRoutes(),
		d.monitorRoutes(),
		d.paperRoutes(),
		d.reportRoutes(),
		d.weighRoutes(),
		d.yearlyRoutes(), // before the applicant's door, whose addresses take any name
		d.afterRoutes(),  // before the applicant's door, whose addresses take any year
		d.applyRoutes(),
		d.appointRoutes(), // before the assessors' door, whose addresses take any name
		d.agreementRoutes(),
		d.evaluateRoutes(),
		d.exhibitsRoutes(),
		d.rulesRoutes(),
		d.boardRoutes(),
		d.verifyRoutes(),
		d.officeRoutes(),
		d.proceedingRoutes(),
		d.rankingRoutes(),
		d.apiRoutes(),
		d.contactRoutes(),
		d.callRoutes(),
		d.sealRoutes(), d.eventRoutes(),
		d.formalRoutes(),
		d.supervisionRoutes(),
		d.inboxRoutes(),
		d.calendarRoutes(), d.privacyRoutes(),
		d.Stage.routes(),
	)
}

// respondRoutes is the resident's door. A link may be typed in capitals, as it
// stands in the QR code, and with a slash behind it.
func (d Doors) respondRoutes() []route {
	out := []route{{method: get, path: d.Respond.AssetPath(), open: true, do: d.Respond.Asset}}
	for _, path := range []string{"/q/:token", "/Q/:token", "/q/:token/", "/Q/:token/"} {
		out = append(out,
			route{method: get, path: path, open: true, do: d.Respond.Open},
			route{method: post, path: path, open: true, body: respond.MaxBody, do: d.Respond.Answer})
	}
	return out
}

func (d Doors) loginRoutes() []route {
	return []route{
		{method: get, path: "/login", do: d.Login.SignIn},
		{method: post, path: "/login", do: d.Login.DoSignIn},
		{method: post, path: "/logout", do: d.Login.SignOut},
		{method: get, path: "/password", who: everyone(), do: d.Login.Password},
		{method: post, path: "/password", who: everyone(), do: d.Login.DoPassword},
		{method: get, path: "/accounts", who: []access.Role{access.Secadmin}, do: d.Login.Accounts},
		{method: post, path: "/accounts", who: []access.Role{access.Secadmin}, do: d.Login.AddAccount},
		{method: post, path: "/accounts/state", who: []access.Role{access.Secadmin}, do: d.Login.SwitchAccount},
	}
}

// agencyRoutes is the statistics agency's door.
func (d Doors) agencyRoutes() []route {
	own := []access.Role{access.Agency}
	return []route{
		{method: get, path: "/agency", who: own, do: d.Agency.List},
		{method: post, path: "/agency/surveys", who: own, do: d.Agency.Create},
		{method: post, path: "/agency/end", who: own, do: d.Agency.EndRound},
		{method: get, path: "/agency/surveys/:id", who: own, do: d.Agency.Detail},
		{method: post, path: "/agency/surveys/:id/frame", who: own, body: agency.MaxFrame, do: d.Agency.ImportFrame},
		{method: post, path: "/agency/surveys/:id/draw", who: own, do: d.Agency.Draw},
		{method: get, path: "/agency/surveys/:id/links.csv", who: own, do: d.Agency.Links},
		{method: get, path: "/agency/surveys/:id/letters", who: own, do: d.Agency.Letters},
		{method: get, path: "/agency/surveys/:id/posters", who: own, do: d.Agency.Posters},
		{method: get, path: "/agency/surveys/:id/posters/:batch/:file", who: own, do: d.Agency.PosterCode},
		{method: get, path: "/agency/surveys/:id/print.pdf", who: own, do: d.Agency.Print},
		{method: post, path: "/agency/surveys/:id/print", who: own, do: d.Agency.DoPrint},
		{method: post, path: "/agency/surveys/:id/posters", who: own, do: d.Agency.HangPoster},
		{method: post, path: "/agency/surveys/:id/posters/:batch", who: own, do: d.Agency.LimitPoster},
		{method: get, path: "/agency/surveys/:id/quota", who: own, do: d.Agency.Quota},
		{method: post, path: "/agency/surveys/:id/quota", who: own, do: d.Agency.SetQuota},
		{method: post, path: "/agency/surveys/:id/traces", who: own, do: d.Agency.ForgetTraces},
		{method: post, path: "/agency/surveys/:id/open", who: own, do: d.Agency.Start},
		{method: post, path: "/agency/surveys/:id/close", who: own, do: d.Agency.Close},
		{method: get, path: "/agency/surveys/:id/comments", who: own, do: d.Agency.Comments},
		{method: get, path: "/agency/surveys/:id/export", who: own, do: d.Agency.Export},
		{method: post, path: "/agency/surveys/:id/export", who: own, do: d.Agency.DoExport},
	}
}

// officeRoutes is the office's door. The audit administrator reads the trail.
func (d Doors) officeRoutes() []route {
	own := []access.Role{access.Office}
	readers := []access.Role{access.Office, access.Auditor}
	return []route{
		{method: get, path: "/office/rounds", who: own, do: d.Office.Rounds},
		{method: post, path: "/office/rounds", who: own, do: d.Office.OpenRound},
		{method: get, path: "/office/rounds/:year", who: own, do: d.Office.Round},
		{method: post, path: "/office/rounds/:year/settings", who: own, do: d.Office.Adjust},
		{method: get, path: "/office/trail", who: readers, do: d.Office.Trail},
	}
}

// apiRoutes is the door for programs: whoever asks shows a key, and the handler
// refuses a key of another role.
func (d Doors) apiRoutes() []route {
	return []route{
		{method: get, path: "/api/v1/openapi.json", do: d.API.Describe},
		{method: get, path: "/api/v1/rounds", do: d.API.Rounds},
		{method: get, path: "/api/v1/units", do: d.API.Units},
		{method: get, path: "/api/v1/surveys", do: d.API.Surveys},
		{method: get, path: "/api/v1/surveys/:id/release", do: d.API.Release},
		{method: get, path: "/api/v1/rounds/:round/ranking", do: d.API.Ranking},
		{method: get, path: "/api/v1/named", do: d.API.Named},
	}
}
