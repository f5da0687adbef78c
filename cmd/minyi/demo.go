package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"minyi/cmd/internal/rehearsal"
	"minyi/web"
	"minyi/web/view"
)

// demo is a made-up round on real rules, with its own clock.
type demo struct {
	config
	at        string // programme time to play up to; empty: the default, or where the folder stands
	residents int
	seed      uint64
	json      bool

	texts    *view.Texts
	pages    *view.Pages
	lang     view.Lang
	dir      string
	control  string // base address of the control page, which lets only this machine in
	saved    *demoFolder
	clock    *programmeClock
	house    *house
	play     *rehearsal.Rehearsal
	lifetime context.Context // of the demo: a move outlives the request that asked for it
}

const (
	defaultResidents = 2000
	defaultSeed      = 2020
)

func demoCommand() *cobra.Command {
	d := &demo{}
	cmd := &cobra.Command{
		Use:  "demo",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := d.fill(cmd); err != nil {
				return err
			}
			return d.run(cmd)
		},
	}
	d.flags(cmd.Flags(), defaultListen)
	cmd.Flags().StringVar(&d.at, "at", "", "")
	cmd.Flags().IntVar(&d.residents, "residents", defaultResidents, "")
	cmd.Flags().Uint64Var(&d.seed, "seed", defaultSeed, "")
	cmd.Flags().BoolVar(&d.json, "json", false, "")
	return cmd
}

// run prepares the folder, plays up to the time asked for and serves until it
// is interrupted.
func (d *demo) run(cmd *cobra.Command) (err error) {
	ctx := cmd.Context()
	if err := d.check(); err != nil {
		return usageError{err}
	}
	l, err := listen(ctx, d.listen)
	if err != nil {
		return err
	}
	if err := d.openFolder(cmd); err != nil {
		return errors.Join(err, l.Close())
	}
	unlock, err := lock(d.dir)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	defer func() { err = errors.Join(err, unlock()) }()
	if err := d.openState(); err != nil {
		return errors.Join(err, l.Close())
	}
	if d.base == "" {
		d.base = baseURL(l)
	}
	d.control = loopbackURL(l)
	if err := d.openHouse(ctx); err != nil {
		return errors.Join(err, l.Close())
	}
	defer func() { err = errors.Join(err, d.clock.Save(), d.house.Close()) }()
	if err := d.prepare(ctx, cmd); err != nil {
		return errors.Join(err, l.Close(), d.house.app.Shutdown())
	}
	defer d.play.Close()
	if err := d.announce(ctx, cmd); err != nil {
		return errors.Join(err, l.Close(), d.house.app.Shutdown())
	}
	go d.keepTime(ctx)
	err = d.house.run(ctx, l)
	if err == nil && !d.json {
		d.say(cmd.ErrOrStderr(), "demo.said.stopped")
	}
	return err
}

// check refuses a wrong use before anything is made.
func (d *demo) check() error {
	if d.residents < 0 {
		return errors.New("--residents: not a number of people")
	}
	if d.at == "" {
		return nil
	}
	_, err := parseTime(d.at)
	return err
}

// openFolder finds the data folder and makes it.
func (d *demo) openFolder(cmd *cobra.Command) (err error) {
	d.lifetime, d.lang = cmd.Context(), operatorLang(cmd)
	if d.texts, err = view.LoadTexts(); err != nil {
		return err
	}
	if d.pages, err = view.NewPages(d.texts, demoPages); err != nil {
		return err
	}
	if d.data == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return fmt.Errorf("no folder for the demo's data, name one with --data: %w", err)
		}
		d.data = filepath.Join(cache, "minyi", "demo")
	}
	d.dir, err = folder(d.data)
	return err
}

// openState reads what the folder remembers, or begins it.
func (d *demo) openState() (err error) {
	if d.saved, err = openDemoFolder(d.dir, d.seed, d.residents); err != nil {
		return err
	}
	d.clock, err = demoClock(d.dir, time.Now, rehearsal.Begins())
	if err != nil {
		return err
	}
	to, err := d.target()
	if err != nil {
		return usageError{err}
	}
	d.saved.Until = to
	return d.saved.save()
}

// target is the time to play up to.
func (d *demo) target() (time.Time, error) {
	to := d.saved.Until
	if d.at != "" {
		var err error
		if to, err = parseTime(d.at); err != nil {
			return time.Time{}, err
		}
	} else if to.IsZero() {
		to = rehearsal.Fieldwork()
	}
	if to.Before(rehearsal.Begins()) {
		return time.Time{}, fmt.Errorf("--at: the rehearsal begins on %s", rehearsal.Begins().Format(time.DateOnly))
	}
	if now := d.clock.Now(); to.Before(now) {
		if d.at != "" {
			return time.Time{}, fmt.Errorf("--at: %w: it is %s in this folder", errBack, now.In(rehearsal.Begins().Location()).Format(time.RFC3339))
		}
		to = now
	}
	return to, nil
}

// parseTime reads a date, a date and time, or RFC 3339; without a zone it is
// that of Ningxia.
func parseTime(s string) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, nil
	}
	for _, layout := range []string{time.DateOnly, "2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02T15:04:05", time.DateTime} {
		if t, err := time.ParseInLocation(layout, s, rehearsal.Begins().Location()); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("--at: %q is neither a date such as 2020-08-15 nor a time such as 2020-09-15T09:00", s)
}

func (d *demo) openHouse(ctx context.Context) (err error) {
	if _, err := advance(ctx, d.dir, time.Now()); err != nil {
		return err
	}
	out := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	made, err := rehearsal.Witnesses(d.saved.Seed)
	if err != nil {
		return err
	}
	d.witness = append(d.witness, made...)
	d.house, err = build(ctx, setup{
		config: d.config, dir: d.dir, now: d.clock.Now, log: out, made: true,
		stage: web.Stage{Show: d.show, Move: d.move},
	})
	return err
}

// prepare makes the accounts and plays the round, through a listener of its
// own that only this machine reaches.
func (d *demo) prepare(ctx context.Context, cmd *cobra.Command) error {
	if err := d.saved.makeAccounts(ctx, d.house.access); err != nil {
		return err
	}
	if err := d.saved.makeKeys(ctx, d.house.access); err != nil {
		return err
	}
	back, err := listen(ctx, "127.0.0.1:0")
	if err != nil {
		return err
	}
	go func() { _ = d.house.app.Listener(back) }() // ends with the house
	d.play, err = rehearsal.New(rehearsal.Config{
		Server: "http://" + back.Addr().String(), Dir: d.dir, Seed: d.saved.Seed, Residents: d.saved.Residents,
		Accounts: d.saved.Accounts, Clock: d.daily(), Witnessed: true, Log: d.house.log,
	})
	if err != nil {
		return err
	}
	if !d.json {
		d.say(cmd.ErrOrStderr(), "demo.preparing", "dir", d.dir)
	}
	err = d.play.Play(ctx, d.saved.Until)
	if err == nil || ctx.Err() != nil || !d.saved.again {
		return err
	}
	// Somebody has changed the round by hand so that the made-up people cannot
	// go on: the folder stays usable, only its play stands still.
	d.say(cmd.ErrOrStderr(), "demo.stuck", "reason", err.Error())
	d.saved.Until = d.clock.Now()
	return d.saved.save()
}

// keepTime saves the clock every few seconds, so that it does not go back even
// when the process is killed.
func (d *demo) keepTime(ctx context.Context) {
	const every = 5 * time.Second
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := d.clock.Save(); err != nil {
				d.house.log.ErrorContext(ctx, "clock not saved", slog.Any("error", err))
			}
		}
	}
}
