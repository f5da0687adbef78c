// Package stage gives the load program something to load: a data folder with
// open surveys and unspent one-time links, the real server process on it, what
// the kernel says of that process, and, once it has stopped, what its database
// holds. Links are fetched as in real life: the agency signs in and downloads
// its list.
package stage

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/db"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
	"minyi/indicators/store"
	"minyi/survey"
	"minyi/survey/frame"
	"minyi/survey/invite"
	surveystore "minyi/survey/store"
)

// Folder is a data folder that the load program has prepared.
type Folder struct {
	Dir     string
	Agency  Account
	Surveys []*survey.Survey
}

// Account is a name and its password.
type Account struct{ Name, Password string }

const (
	programmeFile = "programme.db"
	surveyFile    = "survey.db"
	perCommittee  = 1000 // links of one drawing
	perSurvey     = frame.MaxLinks
)

// Prepare makes a data folder with at least so many one-time links in surveys
// that are open now, each with a poster, and an account of the agency.
func Prepare(ctx context.Context, dir string, links int) (f *Folder, err error) {
	programme, err := store.Open(ctx, filepath.Join(dir, programmeFile))
	if err != nil {
		return nil, fmt.Errorf("prepare: %w", err)
	}
	defer func() { err = errors.Join(err, programme.Close()) }()
	f = &Folder{Dir: dir, Agency: Account{Name: "load-agency", Password: rand.Text()}}
	accounts := access.NewService(programme, time.Now, time.Now)
	_, err = accounts.Add(ctx, access.Command("load"), access.New{
		Name: f.Agency.Name, Role: access.Agency, Password: f.Agency.Password,
	})
	if err != nil {
		return nil, fmt.Errorf("prepare: account: %w", err)
	}
	rounds, err := roster.NewService(programme, time.Now)
	if err != nil {
		return nil, fmt.Errorf("prepare: %w", err)
	}
	year, err := openRound(ctx, rounds)
	if err != nil {
		return nil, fmt.Errorf("prepare: round: %w", err)
	}
	book := scorebook.NewBook(programme, rounds, time.Now)
	return f, f.openSurveys(ctx, rounds, book, year, links)
}

// openRound opens a round whose evaluation window is around today.
func openRound(ctx context.Context, rounds *roster.Service) (year int, err error) {
	const month = 30
	today := roster.DateOf(time.Now())
	year = today.Start().Year()
	settings := roster.Defaults(year)
	settings.Filing = roster.Between(today.Plus(-2*month), today.Plus(-month))
	settings.Evaluation = roster.Between(today.Plus(1-month), today.Plus(month))
	settings.Notice = roster.Between(today.Plus(month+1), today.Plus(2*month))
	settings.Naming = roster.Between(today.Plus(2*month+1), today.Plus(3*month))
	_, err = rounds.OpenRound(ctx, access.Actor{Name: "load-office", Role: access.Office}, roster.NewRound{
		Year: year, Edition: indicators.Edition2019, Plan: roster.Plan{Number: "load", Date: today, Basis: "中法办发〔2019〕10号"}, Settings: settings,
	})
	return year, err
}

// openSurveys opens as many surveys as the links need. The links that its own
// service would make are never used: the keys here are not the server's.
func (f *Folder) openSurveys(ctx context.Context, rounds *roster.Service, book *scorebook.Book, year, links int) (err error) {
	half, err := db.Open(ctx, db.Survey, filepath.Join(f.Dir, surveyFile), surveystore.Migrations())
	if err != nil {
		return fmt.Errorf("prepare: %w", err)
	}
	defer func() { err = errors.Join(err, half.Close()) }()
	intake, err := surveystore.StartIntake(ctx, half)
	if err != nil {
		return fmt.Errorf("prepare: %w", err)
	}
	defer func() { err = errors.Join(err, intake.Close()) }()
	service, err := newSurveys(ctx, half, intake, rounds, book)
	if err != nil {
		return fmt.Errorf("prepare: %w", err)
	}
	for _, unit := range rounds.Units() {
		if links <= 0 {
			break
		}
		if unit.Group() != roster.Counties {
			continue
		}
		sv, err := openSurvey(ctx, service, unit, year, min(links, perSurvey))
		if err != nil {
			return fmt.Errorf("prepare: survey of %s: %w", unit.Code, err)
		}
		f.Surveys = append(f.Surveys, sv)
		links -= sv.Batches.Issued(invite.OneTime)
	}
	return nil
}

func newSurveys(ctx context.Context, half *db.DB, intake *surveystore.Intake, rounds *roster.Service, book *scorebook.Book) (*survey.Service, error) {
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // never fails since Go 1.24
	signer, err := invite.NewSigner(secret)
	if err != nil {
		return nil, err
	}
	return survey.NewService(ctx, survey.Config{
		Store: surveystore.New(half), Intake: intake, Rounds: rounds, Book: book, Signer: signer,
		Secret: secret, Key: ed25519.NewKeyFromSeed(secret), Now: time.Now, NewID: uuid.NewString,
	})
}

// openSurvey sets one survey up as the agency does: create, frame, draw, hang
// a poster, open.
func openSurvey(ctx context.Context, s *survey.Service, unit roster.Unit, year, links int) (*survey.Survey, error) {
	by := access.Actor{Name: "load-agency", Role: access.Agency}
	today := roster.DateOf(time.Now())
	sv, err := s.Create(ctx, by, survey.Order{
		Round: year, Unit: unit.Code, Window: roster.Between(today.Plus(-1), today.Plus(2)),
		Organiser: survey.Text{Zh: "压力测试", En: "a load test"}, Agency: survey.Text{Zh: "压力测试", En: "a load test"},
		Phone: "0951-0000000",
	})
	if err != nil {
		return nil, err
	}
	if _, err := s.ImportFrame(ctx, by, sv.ID, strings.NewReader(sampleFrame(unit, links))); err != nil {
		return nil, err
	}
	each := max(1, min(perCommittee, links/4))
	if _, err := s.Draw(ctx, by, sv.ID, frame.Plan{Seed: 1, Links: links, PerPSU: each}); err != nil {
		return nil, err
	}
	if _, err := s.HangPoster(ctx, by, sv.ID, "压力测试", nil); err != nil {
		return nil, err
	}
	return s.Start(ctx, by, sv.ID)
}

// sampleFrame is a frame of two strata with committees of equal size.
func sampleFrame(unit roster.Unit, links int) string {
	var b strings.Builder
	b.WriteString("stratum,psu,name,size\n")
	const committees = 100
	size := max(2000, 10*links/committees)
	for _, kind := range []struct{ letter, stratum string }{{"C", "城镇"}, {"V", "农村"}} {
		for i := range committees {
			fmt.Fprintf(&b, "%s,%s%s%03d,%s%d,%d\n", kind.stratum, unit.Code, kind.letter, i+1, kind.stratum, i+1, size)
		}
	}
	return b.String()
}
