package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"minyi/indicators/fault"
	"minyi/web/view"
)

// migrateCommand looks at the schema of a data folder and brings it up to date.
func migrateCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "migrate"}
	var data string
	cmd.PersistentFlags().StringVar(&data, "data", defaultData, "")
	for use, do := range map[string]func(ctx context.Context, dir string, out io.Writer, say func(string, fault.Params) string) error{
		"plan": migratePlan, "status": migrateStatus, "apply": migrateApply,
	} {
		cmd.AddCommand(&cobra.Command{
			Use: use, Args: cobra.NoArgs,
			RunE: func(cmd *cobra.Command, _ []string) error {
				dir, err := filepath.Abs(data)
				if err == nil {
					err = isDataFolder(dir)
				}
				if err != nil {
					return err
				}
				texts, err := view.LoadTexts()
				if err != nil {
					return err //nolint:wrapcheck // the language files are embedded
				}
				say := func(key string, params fault.Params) string { return texts.Say(operatorLang(cmd), key, params) }
				return inWords(cmd, do(cmd.Context(), dir, cmd.OutOrStdout(), say))
			},
		})
	}
	return cmd
}

// migratePlan prints what apply would run; status 1 where a newer program has
// written the folder.
func migratePlan(ctx context.Context, dir string, out io.Writer, say func(string, fault.Params) string) error {
	p, err := planOf(ctx, dir)
	if err != nil {
		return err
	}
	return errors.Join(p.print(out, false), p.conclude(out, say), p.known())
}

// migrateStatus prints every step; status 1 unless the folder is up to date.
func migrateStatus(ctx context.Context, dir string, out io.Writer, say func(string, fault.Params) string) error {
	p, err := planOf(ctx, dir)
	if err != nil {
		return err
	}
	if err := errors.Join(p.print(out, true), p.conclude(out, say), p.known()); err != nil {
		return err
	}
	if todo, _ := p.pending(); todo > 0 {
		return exitError{exitNo}
	}
	return nil
}

// conclude says how many steps are to be run.
func (p schemaPlan) conclude(out io.Writer, say func(string, fault.Params) string) error {
	todo, done := p.pending()
	_, err := fmt.Fprintln(out, say("migrate.stands", fault.Params{"done": fmt.Sprint(done), "todo": fmt.Sprint(todo)}))
	return err
}

// migrateApply brings the folder up to date, after a copy that was tried first.
func migrateApply(ctx context.Context, dir string, out io.Writer, say func(string, fault.Params) string) (err error) {
	unlock, err := lock(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	copied, err := advance(ctx, dir, time.Now())
	if err != nil {
		return err
	}
	line := say("migrate.nothing", nil)
	if copied != "" {
		line = say("migrate.done", fault.Params{"copy": copied})
	}
	_, err = fmt.Fprintln(out, line)
	return err
}

// migrate brings the schema of the folder that is to be served up to date, or
// refuses where the operator wants to do that by hand. It refuses settings of backups
// that cannot hold before it changes anything.
func (c *config) migrate(cmd *cobra.Command, dir string) error {
	if err := c.checkSchedule(); err != nil {
		return usageError{inWords(cmd, err)}
	}
	if c.still {
		return inWords(cmd, inOrder(cmd.Context(), dir))
	}
	_, err := advance(cmd.Context(), dir, time.Now())
	return inWords(cmd, err)
}
