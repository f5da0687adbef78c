package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"text/tabwriter"
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
	cmd.AddCommand(accountAddCommand(&cfg), accountListCommand(&cfg), accountKeyCommand(&cfg))
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
			return withAccounts(cmd.Context(), cfg.data, func(s *access.Service) error {
				password, err := s.Add(cmd.Context(), access.Command("account add"), fresh)
				if fault.KindOf(err) == fault.Invalid {
					return usageError{inWords(cmd, err)}
				}
				if err != nil {
					return inWords(cmd, err)
				}
				_, err = fmt.Fprintln(cmd.OutOrStdout(), password)
				return err
			})
		},
	}
	cmd.Flags().StringVar(&role, "role", "", "")
	cmd.Flags().StringVar(&fresh.Unit, "unit", "", "")
	cmd.Flags().StringVar(&fresh.Institution, "institution", "", "")
	if err := cmd.MarkFlagRequired("role"); err != nil {
		panic(err) // the flag is declared above
	}
	return cmd
}

func accountKeyCommand(cfg *config) *cobra.Command {
	var role string
	cmd := &cobra.Command{
		Use:  "key NAME --role ROLE",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withAccounts(cmd.Context(), cfg.data, func(s *access.Service) error {
				secret, err := s.AddKey(cmd.Context(), access.Command("account key"), args[0], access.Role(role))
				if err != nil {
					return inWords(cmd, err)
				}
				_, err = fmt.Fprintln(cmd.OutOrStdout(), secret)
				return err
			})
		},
	}
	cmd.Flags().StringVar(&role, "role", "", "")
	if err := cmd.MarkFlagRequired("role"); err != nil {
		panic(err) // the flag is declared above
	}
	return cmd
}

func accountListCommand(cfg *config) *cobra.Command {
	return &cobra.Command{
		Use:  "list",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withAccounts(cmd.Context(), cfg.data, func(s *access.Service) error {
				all, err := s.Accounts(cmd.Context(), access.Command("account list"))
				if err != nil {
					return err
				}
				w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
				for _, a := range all {
					state := "active"
					if a.Disabled {
						state = "disabled"
					}
					if _, err := fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", a.Name, a.Role, a.Unit, state); err != nil {
						return err
					}
				}
				return w.Flush()
			})
		},
	}
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
	return do(access.NewService(s, time.Now, time.Now))
}
