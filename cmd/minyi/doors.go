package main

import (
	"encoding/binary"
	"path/filepath"
	"sync/atomic"

	"github.com/google/uuid"

	"minyi/indicators/evidence/preview"
	"minyi/survey"
	"minyi/web"
	"minyi/web/agency"
	"minyi/web/agreement"
	"minyi/web/api"
	"minyi/web/apply"
	"minyi/web/appoint"
	"minyi/web/call"
	"minyi/web/contact"
	"minyi/web/deputies"
	"minyi/web/evaluate"
	"minyi/web/exhibits"
	"minyi/web/formal"
	"minyi/web/jobs"
	"minyi/web/library"
	"minyi/web/login"
	"minyi/web/monitor"
	"minyi/web/office"
	paperdoor "minyi/web/paper"
	"minyi/web/ranking"
	"minyi/web/report"
	"minyi/web/respond"
	"minyi/web/results"
	"minyi/web/review"
	"minyi/web/rules"
	sampledoor "minyi/web/sample"
	"minyi/web/seal"
	supervisiondoor "minyi/web/supervision"
	"minyi/web/view"
	"minyi/web/weigh"
)

// openApp builds the doors and the application.
func (h *house) openApp() error {
	texts, err := view.LoadTexts()
	if err != nil {
		return err
	}
	doors, err := h.doors(texts)
	if err != nil {
		return err
	}
	h.grants = doors.Grants()
	proxies, err := h.prefixes()
	if err != nil {
		return err
	}
	h.app, err = web.New(web.Config{
		Texts: texts, Log: h.log, Now: h.now, NewID: requestIDs(), Made: h.made, Secure: h.secure, Proxies: proxies,
		Ready: h.ready, Count: h.meters.count, Copies: h.copies, Doors: doors,
	})
	if err != nil {
		return err
	}
	h.app.Server().ConnState = h.silent.watch
	return nil
}

// requestIDs names requests, for the log and the page of an error: the beginning
// of a random UUID, the same for this process, and a number of 48 bits that never
// comes twice and does not show how many came before.
func requestIDs() func() string {
	const digits, spread, hex = 12, 0x9e3779b97f4b, "0123456789abcdef" // spread is odd: all numbers differ
	begin, from := uuid.NewString(), uuid.New()
	begin = begin[:len(begin)-digits]
	var n atomic.Uint64
	n.Store(binary.BigEndian.Uint64(from[:]))
	return func() string {
		var end [digits]byte
		at := n.Add(1) * spread
		for i := range end {
			end[i] = hex[at&15]
			at >>= 4
		}
		return begin + string(end[:])
	}
}

func (h *house) doors(texts *view.Texts) (d web.Doors, err error) {
	d.Stage = h.stage
	formKey, err := h.key.derive("form")
	if err != nil {
		return d, err
	}
	d.Login, err = login.New(login.Config{Access: h.access, Texts: texts, Key: formKey, Secure: h.secure, Nav: web.Nav, Unread: h.inbox.Unread})
	if err != nil {
		return d, err
	}
	d.API = api.New(api.Config{Keys: h.access, Texts: texts, Roster: h.roster, Surveys: h.surveys, Naming: h.naming, Supervision: h.supervision, Register: h.register})
	for _, build := range []func(*web.Doors, *view.Texts) error{
		h.proceedings, h.office, h.onSite, h.board, h.rulesAndPlaces, h.workbench, h.named, h.contact, h.yearly, h.results, h.desks, h.told, h.afterDoors, h.residents, h.publicLogs, h.eventsDoor, h.privacy, h.scrutinized,
	} {
		if err := build(&d, texts); err != nil {
			return d, err
		}
	}
	return d, nil
}

// office builds the office's door to rounds.
func (h *house) office(d *web.Doors, texts *view.Texts) (err error) {
	d.Office, err = office.New(office.Config{
		Texts: texts, Roster: h.roster, Book: h.book, Naming: h.naming,
		Programme: h.programme, Survey: h.survey, Copies: h.copies, Now: h.now,
	})
	return err
}

// results builds the door to what surveys found.
func (h *house) results(d *web.Doors, texts *view.Texts) (err error) {
	d.Results, err = results.New(results.Config{Surveys: h.surveys, Coding: h.coding, Texts: texts})
	return err
}

// workbench builds the agency's doors, in the order of a survey's steps.
func (h *house) workbench(d *web.Doors, texts *view.Texts) (err error) {
	if d.Library, err = library.New(library.Config{Papers: h.library, Trials: h.trial, Texts: texts, Base: h.base}); err != nil {
		return err
	}
	if d.Report, err = report.New(report.Config{Surveys: h.surveys, Texts: texts, Base: h.base}); err != nil {
		return err
	}
	d.Agency, err = agency.New(agency.Config{
		Surveys: h.surveys, Papers: h.library, Rounds: h.roster, Jobs: h.jobs, Texts: texts, Base: h.base,
	})
	if err != nil {
		return err
	}
	if d.Jobs, err = jobs.New(jobs.Config{Jobs: h.jobs, Surveys: h.surveys, Texts: texts}); err != nil {
		return err
	}
	if d.Sample, err = sampledoor.New(sampledoor.Config{Surveys: h.surveys, Jobs: h.jobs, Texts: texts}); err != nil {
		return err
	}
	d.Monitor, err = monitor.New(monitor.Config{Surveys: h.surveys, Texts: texts, Stay: d.Login.Stay, Ended: h.jobs.Ended()})
	if err != nil {
		return err
	}
	if d.Paper, err = paperdoor.New(paperdoor.Config{Papers: h.papers, Jobs: h.jobs, Texts: texts, Base: h.base}); err != nil {
		return err
	}
	if d.Weigh, err = weigh.New(weigh.Config{Surveys: h.surveys, Texts: texts}); err != nil {
		return err
	}
	d.Review, err = review.New(review.Config{Surveys: h.surveys, Texts: texts})
	return err
}

// residents builds the residents' door, and the two on which a questionnaire is
// tried.
func (h *house) residents(d *web.Doors, texts *view.Texts) error {
	ticketKey, err := h.key.derive("ticket")
	if err != nil {
		return err
	}
	deps := respond.Deps{
		Surveys: h.surveys, Texts: texts, Secret: ticketKey, Now: h.now, NewID: uuid.NewString, Base: h.base, Log: h.log, PosterHour: h.hour,
	}
	if d.Respond, err = respond.New(deps); err != nil {
		return err
	}
	deps.Surveys, deps.Prefix = h.surveys.Telephone(), call.Paper
	if d.Line, err = respond.New(deps); err != nil {
		return err
	}
	deps.Surveys, deps.Prefix = h.trial, library.TrialPath
	if d.Trial, err = respond.New(deps); err != nil {
		return err
	}
	deps.Prefix, deps.Framed = library.FramedPath, true
	d.Preview, err = respond.New(deps)
	return err
}

// contact builds the agency's doors to the people of its samples and lists, and the
// interviewers' desk.
func (h *house) contact(d *web.Doors, texts *view.Texts) (err error) {
	d.Deputies, err = deputies.New(deputies.Config{
		Deputies: survey.NewDeputies(h.surveys), Applicants: h.surveys, Rounds: h.roster, Texts: texts, Base: h.base,
	})
	if err != nil {
		return err
	}
	if d.Contact, err = contact.New(contact.Config{Surveys: h.surveys, Texts: texts, Base: h.base}); err != nil {
		return err
	}
	d.Call, err = call.New(call.Config{Surveys: h.surveys, Texts: texts})
	return err
}

// desks builds the applicant's and the assessors' doors.
func (h *house) desks(d *web.Doors, texts *view.Texts) (err error) {
	d.Apply, err = apply.New(apply.Config{Applications: h.application, Rounds: h.roster, Texts: texts})
	if err != nil {
		return err
	}
	previews, err := preview.Open(filepath.Join(h.dir, evidenceFolder, "previews"))
	if err != nil {
		return err
	}
	d.Exhibits, err = exhibits.New(exhibits.Config{Applications: h.application, Assigned: h.evaluation, Previews: previews, Texts: texts})
	if err != nil {
		return err
	}
	if d.Seal, err = seal.New(seal.Config{Dossiers: h.application, Texts: texts, Base: h.base}); err != nil {
		return err
	}
	if d.Formal, err = formal.New(formal.Config{Dossiers: h.application, Rounds: h.roster, Texts: texts, Now: h.now}); err != nil {
		return err
	}
	d.Evaluate, err = evaluate.New(evaluate.Config{
		Evaluations: h.evaluation, Texts: texts,
	})
	if err != nil {
		return err
	}
	if d.Appoint, err = appoint.New(appoint.Config{Evaluations: h.evaluation, Rounds: h.roster, Texts: texts}); err != nil {
		return err
	}
	if d.Agreement, err = agreement.New(agreement.Config{Evaluations: h.evaluation, Rounds: h.roster, Texts: texts}); err != nil {
		return err
	}
	d.Supervision, err = supervisiondoor.New(supervisiondoor.Config{Supervision: h.supervision, Units: h.roster, Texts: texts})
	return err
}

// rulesAndPlaces makes the office's doors to the rule book and to the ranking.
func (h *house) rulesAndPlaces(d *web.Doors, texts *view.Texts) (err error) {
	if d.Ranking, err = ranking.New(ranking.Config{Texts: texts, Roster: h.roster, Book: h.book, Naming: h.naming}); err != nil {
		return err
	}
	d.Rules, err = rules.New(rules.Config{Texts: texts, Roster: h.roster, Calendar: h.calendar, Now: h.now})
	return err
}
