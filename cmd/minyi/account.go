package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/indicators/store"
)

func accountCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "account"}
	var cfg config
	cmd.PersistentFlags().StringVar(&cfg.data, "data", defaultData, "")
	cmd.AddCommand(accountAddCommand(&cfg), accountListCommand(&cfg), accountKeyCommand(&cfg), accountKeysCommand(&cfg),
		accountKeyEndCommand(&cfg), accountResetCommand(&cfg), accountPersonCommand(&cfg), accountUnlockCommand(&cfg),
		accountSwitchCommand(&cfg, "disable", true), accountSwitchCommand(&cfg, "enable", false))
	return cmd
}

func accountAddCommand(cfg *config) *cobra.Command {
	var fresh access.New
	var role string
	cmd := &cobra.Command{
		Use:  "add NAME --role ROLE",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			fresh.Name, fresh.Role = args[0], access.Role(role)
			return inWords(cmd, withAccounts(cmd.Context(), cfg.data, func(s *access.Service) error {
				password, err := s.Add(cmd.Context(), access.Command("account add"), fresh)
				if fault.KindOf(err) == fault.Invalid {
					return usageError{inWords(cmd, err)}
				}
				if err != nil {
					return err
				}
				if _, err = fmt.Fprintln(cmd.OutOrStdout(), password); err != nil || fresh.Person != "" || fresh.Role == access.Applicant {
					return err
				}
				return hint(cmd, "account.said.unnamed", fresh.Name)
			}))
		},
	}
	cmd.Flags().StringVar(&role, "role", "", "")
	cmd.Flags().StringVar(&fresh.Unit, "unit", "", "")
	cmd.Flags().StringVar(&fresh.Institution, "institution", "", "")
	cmd.Flags().StringVar(&fresh.Person, "person", "", "")
	if err := cmd.MarkFlagRequired("role"); err != nil {
		panic(err) // the flag is declared above
	}
	return cmd
}

const (
	defaultData    = "data"
	programmeFile  = "programme.db"
	surveyFile     = "survey.db"
	evidenceFolder = "evidence"
	waveFolder     = "waves" // the wave keys, apart from the database
	workFolder     = "work"  // files of background work, sealed, for a set time
)

func withAccounts(ctx context.Context, dir string, do func(*access.Service) error) (err error) {
	if dir, err = folder(dir); err != nil {
		return err
	}
	if err := inOrder(ctx, dir); err != nil {
		return err
	}
	s, err := store.Open(ctx, filepath.Join(dir, programmeFile))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	key, err := openKey(dir)
	if err != nil {
		return err
	}
	people, err := key.derive(peopleKey)
	if err != nil {
		return err
	}
	return do(access.NewServiceUnder(access.Policy{People: people}, s, time.Now, time.Now))
}
