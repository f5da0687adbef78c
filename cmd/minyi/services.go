package main

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"path/filepath"
	"time"

	"minyi/indicators/application"
	"minyi/indicators/db"
	"minyi/indicators/evaluation"
	"minyi/indicators/evidence"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
	"minyi/indicators/store"
	"minyi/indicators/supervision"
	"minyi/indicators/workday"
	"minyi/survey"
	"minyi/survey/coding"
	"minyi/survey/invite"
	"minyi/survey/job"
	"minyi/survey/library"
	surveystore "minyi/survey/store"
)

// openHalves opens the two databases and the intake.
func (h *house) openHalves(ctx context.Context) (err error) {
	if h.programme, err = store.Open(ctx, filepath.Join(h.dir, programmeFile)); err != nil {
		return err
	}
	if h.survey, err = db.Open(ctx, db.Survey, filepath.Join(h.dir, surveyFile), surveystore.Migrations()); err != nil {
		return err
	}
	h.intake, err = surveystore.StartIntake(context.WithoutCancel(ctx), h.survey)
	return err
}

// openProgramme builds the services of the programme half.
func (h *house) openProgramme() (err error) {
	h.programme.Seal(h.ring())
	if err := h.openAccess(); err != nil {
		return err
	}
	if h.roster, err = roster.NewService(h.programme, h.now); err != nil {
		return err
	}
	if h.calendar, err = workday.Load(); err != nil {
		return err
	}
	h.book = scorebook.NewBook(h.programme, h.roster, h.now)
	exhibits, err := h.openEvidence()
	if err != nil {
		return err
	}
	seed, err := h.key.derive("dossier-signature")
	if err != nil {
		return err
	}
	opinions, err := h.key.derive("opinion-signature")
	if err != nil {
		return err
	}
	if err := h.openInbox(); err != nil {
		return err
	}
	h.openSteps(exhibits, ed25519.NewKeyFromSeed(seed), ed25519.NewKeyFromSeed(opinions))
	if err := h.verifies(exhibits); err != nil {
		return err
	}
	return h.equipNaming()
}

// openSteps builds the services of the steps from filing to supervision, with the keys
// that sign dossiers and opinions.
func (h *house) openSteps(exhibits *evidence.Folder, dossiers, opinions ed25519.PrivateKey) {
	h.application = application.NewService(application.Config{
		Key:   dossiers,
		Store: h.programme, Roster: h.roster, Book: h.book, Evidence: exhibits, Calendar: h.calendar, Uploads: h.programme, Wall: time.Now, Revoked: h.programme,
		Allowance: application.DefaultAllowance(), Now: h.now, NewID: newID,
	})
	h.evaluation = evaluation.NewService(evaluation.Config{
		Store: h.programme, Dossiers: h.application, Roster: h.roster, Accounts: h.programme, Book: h.book, Scans: exhibits,
		Now: h.now, NewID: newID, Passwords: h.access, Key: opinions,
	})
	h.naming = naming.NewService(h.programme, h.roster, h.roster, h.book, h.now, newID)
	h.supervision = supervision.NewService(supervision.Config{
		Store: h.programme, Rounds: h.roster, Post: h.inbox, Calendar: h.calendar, Files: exhibits, Now: h.now, NewID: newID,
	})
}

// openEvidence opens the folder of exhibits, with the virus scanner where one is
// named.
func (h *house) openEvidence() (*evidence.Folder, error) {
	folder, err := evidence.Open(filepath.Join(h.dir, evidenceFolder), evidence.DefaultLimits())
	if err != nil || h.clamav == "" {
		return folder, err
	}
	scanner, err := evidence.ParseClamd(h.clamav)
	if err != nil {
		return nil, usageError{err}
	}
	if h.unseen != unseenRefuse && h.unseen != unseenMark {
		return nil, usageError{fmt.Errorf("clamav-down: %q is neither %s nor %s", h.unseen, unseenRefuse, unseenMark)}
	}
	folder.Guard(scanner, h.unseen == unseenMark)
	return folder, nil
}

// openSurvey builds the survey service; its keys are derived from the folder's
// one secret.
func (h *house) openSurvey(ctx context.Context) error {
	linkKey, err := h.key.derive("links")
	if err != nil {
		return err
	}
	secret, err := h.key.derive("survey")
	if err != nil {
		return err
	}
	seed, err := h.key.derive("release-signature")
	if err != nil {
		return err
	}
	signer, err := invite.NewSigner(linkKey)
	if err != nil {
		return err
	}
	if err := h.openVault(); err != nil {
		return err
	}
	papers := surveystore.New(h.survey)
	h.library = library.NewService(papers, h.programme, h.now, newID)
	h.trial = survey.NewTrial(h.library, secret, h.now)
	notice, err := noticeVersion()
	if err != nil {
		return err
	}
	h.surveys, err = survey.NewService(ctx, survey.Config{
		Store: papers, Intake: h.intake, Rounds: h.roster, Book: h.book, Library: h.library, People: h.programme, Filed: applied{h.application}, Contacts: papers, Arrivals: papers, Forms: papers, Scrutinies: papers, Ledger: ended{h},
		Signer: signer, Cipher: h.algorithm(), Vault: h.vault, Rolls: papers, Secret: secret, Host: h.host(), Herald: h.herald, Key: ed25519.NewKeyFromSeed(seed), Now: h.now, NewID: newID, Rehearsal: h.made, Notice: notice,
		Software: software(), Code: code(),
	})
	h.coding = coding.NewService(papers, h.surveys, h.programme, h.now)
	h.papers = survey.NewPaperwork(h.surveys, papers)
	return err
}

// openJobs opens the queue of background work; the doors register what they do.
func (h *house) openJobs() error {
	secret, err := h.key.derive("job-files")
	if err != nil {
		return err
	}
	h.jobs, err = job.New(job.Config{
		Store: surveystore.New(h.survey), Folder: filepath.Join(h.dir, workFolder), Secret: secret, Cipher: h.algorithm(), Now: h.now, NewID: newID, Log: h.log,
	})
	return err
}
