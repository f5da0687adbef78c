package stage

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/roster"
	"minyi/indicators/store"
)

// Staff are the accounts of a furnished folder beside the agency's.
type Staff struct {
	Office, Auditor, Applicant Account
	Desk                       string // path of the applicant's dossier, which is open for filing
}

// Furnish adds a second round, in which applicants file now, and an account of the
// office, of the auditor and of an applicant. No server may run on the folder.
func (f *Folder) Furnish(ctx context.Context) (s *Staff, err error) {
	const unit = "640105"
	programme, err := store.Open(ctx, filepath.Join(f.Dir, programmeFile))
	if err != nil {
		return nil, fmt.Errorf("furnish: %w", err)
	}
	defer func() { err = errors.Join(err, programme.Close()) }()
	accounts := access.NewService(programme, time.Now, time.Now)
	s = &Staff{Office: Account{Name: "load-desk"}, Auditor: Account{Name: "load-auditor"}, Applicant: Account{Name: "load-unit"}}
	for _, one := range []struct {
		account *Account
		role    access.Role
		unit    string
	}{{&s.Office, access.Office, ""}, {&s.Auditor, access.Auditor, ""}, {&s.Applicant, access.Applicant, unit}} {
		one.account.Password = rand.Text()
		_, err := accounts.Add(ctx, access.Command("load"), access.New{
			Name: one.account.Name, Role: one.role, Password: one.account.Password, Unit: one.unit,
		})
		if err != nil {
			return nil, fmt.Errorf("furnish: account: %w", err)
		}
	}
	rounds, err := roster.NewService(programme, time.Now)
	if err != nil {
		return nil, fmt.Errorf("furnish: %w", err)
	}
	year, err := openFiling(ctx, rounds)
	if err != nil {
		return nil, fmt.Errorf("furnish: round: %w", err)
	}
	s.Desk = fmt.Sprintf("/apply/%d/%s", year, roster.Comprehensive)
	return s, nil
}

// openFiling opens a round whose filing window is around today.
func openFiling(ctx context.Context, rounds *roster.Service) (year int, err error) {
	const month, apart = 30, 2
	today := roster.DateOf(time.Now())
	year = today.Start().Year() + apart
	settings := roster.Defaults(year)
	settings.Filing = roster.Between(today.Plus(-1), today.Plus(month))
	settings.Evaluation = roster.Between(today.Plus(month+1), today.Plus(2*month))
	settings.Notice = roster.Between(today.Plus(2*month+1), today.Plus(3*month))
	settings.Naming = roster.Between(today.Plus(3*month+1), today.Plus(4*month))
	_, err = rounds.OpenRound(ctx, access.Actor{Name: "load-office", Role: access.Office}, roster.NewRound{
		Year: year, Edition: indicators.Edition2019, Plan: roster.Plan{Number: "load", Date: today, Basis: "中法办发〔2019〕10号"}, Settings: settings,
	})
	return year, err
}
