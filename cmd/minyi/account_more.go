package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"minyi/indicators/access"
	"minyi/web/view"
)

// accountDo is a command that does something to one account or key.
func accountDo(cfg *config, use string, do func(cmd *cobra.Command, s *access.Service, name string) error) *cobra.Command {
	return &cobra.Command{
		Use:  use,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return inWords(cmd, withAccounts(cmd.Context(), cfg.data, func(s *access.Service) error {
				return do(cmd, s, args[0])
			}))
		},
	}
}

// said prints a sentence of the command in the operator's language.
func said(cmd *cobra.Command, key, name string) error { return say(cmd, cmd.OutOrStdout(), key, name) }

// hint prints a sentence beside the command's output.
func hint(cmd *cobra.Command, key, name string) error { return say(cmd, cmd.ErrOrStderr(), key, name) }

func say(cmd *cobra.Command, to io.Writer, key, name string) error {
	texts, err := view.LoadTexts()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(to, texts.Say(operatorLang(cmd), key, map[string]string{"name": name}))
	return err
}

// accountResetCommand gives an account a one-time password; its second factor stays.
func accountResetCommand(cfg *config) *cobra.Command {
	return accountDo(cfg, "reset NAME", func(cmd *cobra.Command, s *access.Service, name string) error {
		password, err := s.Reset(cmd.Context(), access.Command("account reset"), name)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(cmd.OutOrStdout(), password)
		return err
	})
}

// accountPersonCommand says whose an account of staff is.
func accountPersonCommand(cfg *config) *cobra.Command {
	var person string
	cmd := accountDo(cfg, "person NAME --person WHO", func(cmd *cobra.Command, s *access.Service, name string) error {
		if err := s.SetPerson(cmd.Context(), access.Command("account person"), name, person); err != nil {
			return err
		}
		return said(cmd, "account.said.person", name)
	})
	cmd.Flags().StringVar(&person, "person", "", "")
	if err := cmd.MarkFlagRequired("person"); err != nil {
		panic(err) // the flag is declared above
	}
	return cmd
}

// accountUnlockCommand takes the second factor of an account away.
func accountUnlockCommand(cfg *config) *cobra.Command {
	var reason string
	cmd := accountDo(cfg, "unlock NAME --reason WHY", func(cmd *cobra.Command, s *access.Service, name string) error {
		if err := s.Unlock(cmd.Context(), access.Command("account unlock"), name, reason); err != nil {
			return err
		}
		return said(cmd, "account.said.unlocked", name)
	})
	cmd.Flags().StringVar(&reason, "reason", "", "")
	if err := cmd.MarkFlagRequired("reason"); err != nil {
		panic(err) // the flag is declared above
	}
	return cmd
}

// accountSwitchCommand closes an account or opens it again.
func accountSwitchCommand(cfg *config, verb string, disabled bool) *cobra.Command {
	return accountDo(cfg, verb+" NAME", func(cmd *cobra.Command, s *access.Service, name string) error {
		if err := s.Disable(cmd.Context(), access.Command("account "+verb), name, disabled); err != nil {
			return err
		}
		return said(cmd, "account.said."+verb, name)
	})
}

func accountListCommand(cfg *config) *cobra.Command {
	return &cobra.Command{
		Use:  "list",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return inWords(cmd, withAccounts(cmd.Context(), cfg.data, func(s *access.Service) error { return listAccounts(cmd, s) }))
		},
	}
}

// listAccounts prints a line an account: name, role, unit, state, whether there is a
// second factor, and of staff whether somebody has said whose it is.
func listAccounts(cmd *cobra.Command, s *access.Service) error {
	by := access.Command("account list")
	all, err := s.Accounts(cmd.Context(), by)
	if err != nil {
		return err
	}
	factors, err := s.Factored(cmd.Context(), by)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
	for _, a := range all {
		state, factor := "active", "-"
		switch {
		case a.Disabled:
			state = "disabled"
		case a.MustChange:
			state = "one-time"
		}
		if factors[a.Key] {
			factor = "factor"
		}
		person := "-"
		if a.Person != "" {
			person = "person"
		}
		if _, err := fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", a.Name, a.Role, a.Unit, state, factor, person); err != nil {
			return err
		}
	}
	return w.Flush()
}

func accountKeyCommand(cfg *config) *cobra.Command {
	var role string
	var days int
	cmd := accountDo(cfg, "key NAME --role ROLE", func(cmd *cobra.Command, s *access.Service, name string) error {
		secret, err := s.AddKey(cmd.Context(), access.Command("account key"), name, access.Role(role), days)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(cmd.OutOrStdout(), secret)
		return err
	})
	cmd.Flags().StringVar(&role, "role", "", "")
	cmd.Flags().IntVar(&days, "days", access.KeyDays, "")
	if err := cmd.MarkFlagRequired("role"); err != nil {
		panic(err) // the flag is declared above
	}
	return cmd
}

func accountKeyEndCommand(cfg *config) *cobra.Command {
	return accountDo(cfg, "key-end NAME", func(cmd *cobra.Command, s *access.Service, name string) error {
		if err := s.EndKey(cmd.Context(), access.Command("account key-end"), name); err != nil {
			return err
		}
		return said(cmd, "account.said.key_end", name)
	})
}

// accountKeysCommand prints a line a key: name, role, until when, state.
func accountKeysCommand(cfg *config) *cobra.Command {
	return &cobra.Command{
		Use:  "keys",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return inWords(cmd, withAccounts(cmd.Context(), cfg.data, func(s *access.Service) error {
				all, err := s.Keys(cmd.Context(), access.Command("account keys"))
				if err != nil {
					return err
				}
				w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
				for _, k := range all {
					state, until := "ended", "-"
					if s.Opens(&k) {
						state = "active"
					}
					if !k.Until.IsZero() {
						until = k.Until.Format(time.DateOnly)
					}
					if _, err := fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", k.Name, k.Role, until, state); err != nil {
						return err
					}
				}
				return w.Flush()
			}))
		},
	}
}
