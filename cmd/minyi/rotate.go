package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/keyring"
	"minyi/indicators/store"
	surveystore "minyi/survey/store"
)

// algorithm is the cipher that the service is set to.
func (h *house) algorithm() keyring.Algorithm {
	return keyring.Algorithm(cmp.Or(h.cipher, string(keyring.AES)))
}

// openKeys opens the keys under which personal data are sealed, and makes them in a
// new folder.
func (h *house) openKeys() (err error) {
	if _, err := keyring.ParseAlgorithm(string(h.algorithm())); err != nil {
		return usageError{err}
	}
	h.keys, err = keyring.Open(h.dir, h.algorithm(), time.Now)
	return err
}

func (h *house) ring() *keyring.Ring { return keyring.New(h.keys) }

// openVault opens the keys of surveys, which are wrapped under the ring.
func (h *house) openVault() error {
	vault, err := surveystore.OpenVault(filepath.Join(h.dir, waveFolder))
	if err == nil {
		h.vault = vault.Wrapped(h.ring().Box("survey-key"))
	}
	return err
}

// keysCommand shows the keys of a data folder, and changes them.
func keysCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "keys"}
	var data, algorithm string
	show := &cobra.Command{
		Use:  "list",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return inWords(cmd, withKeys(cmd.Context(), data, func(c *changing) error { return c.list(cmd.Context(), cmd.OutOrStdout()) }))
		},
	}
	rotate := &cobra.Command{
		Use:  "rotate",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			a := keyring.Algorithm("") // as the current key
			if algorithm != "" {
				var err error
				if a, err = keyring.ParseAlgorithm(algorithm); err != nil {
					return usageError{inWords(cmd, err)}
				}
			}
			return inWords(cmd, withKeys(cmd.Context(), data, func(c *changing) error { return c.rotate(cmd.Context(), a, cmd.OutOrStdout()) }))
		},
	}
	rotate.Flags().StringVar(&algorithm, "cipher", "", "")
	cmd.PersistentFlags().StringVar(&data, "data", defaultData, "")
	cmd.AddCommand(show, rotate)
	return cmd
}

// changing is what a change of keys works on; the service may run meanwhile.
type changing struct {
	keys      *keyring.File
	programme *store.Store
	vault     *surveystore.Vault
	now       func() time.Time
}

// withKeys opens a data folder for its keys.
func withKeys(ctx context.Context, data string, do func(*changing) error) (err error) {
	dir, err := filepath.Abs(data)
	if err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	if err := isDataFolder(dir); err != nil {
		return err
	}
	h := &house{setup: setup{dir: dir}}
	defer func() { err = errors.Join(err, h.Close()) }()
	if err := errors.Join(h.openKeys(), h.openVault()); err != nil {
		return err
	}
	if h.programme, err = store.Open(ctx, filepath.Join(dir, programmeFile)); err != nil {
		return err
	}
	return do(h.changing())
}

// changing prepares a change of keys on what is open.
func (h *house) changing() *changing {
	h.programme.Seal(h.ring())
	return &changing{keys: h.keys, programme: h.programme, vault: h.vault, now: time.Now}
}

// rotate makes a new key, seals every value under it, and destroys older keys that no
// value has named for an hour. One that was cut short goes on with its key.
func (c *changing) rotate(ctx context.Context, a keyring.Algorithm, out io.Writer) error {
	if a == "" {
		_, current, err := c.keys.Current()
		if err != nil {
			return err
		}
		a = current
	}
	id, err := c.keys.Begin(a)
	if err != nil {
		return err
	}
	n, named, err := c.pass(ctx, func(done int) error {
		const told = 100 // values between two lines
		if done%told != 0 {
			return nil
		}
		_, err := fmt.Fprintf(out, "sealed %d\n", done)
		return err
	})
	if err != nil {
		return err
	}
	gone, err := c.settle(ctx, named, id, n)
	if err != nil {
		return err
	}
	for _, old := range gone {
		if _, err := fmt.Fprintf(out, "destroyed %s\n", old); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(out, "current %s %s, sealed %d\n", id, a.Title(), n)
	return err
}

// pass seals every value that is not under the current key, and counts what names
// which. It tells after every value how far it has come.
func (c *changing) pass(ctx context.Context, progress func(done int) error) (n int, named map[keyring.ID]int, err error) {
	named = map[keyring.ID]int{}
	ring, done := keyring.New(c.keys), 0
	reseal := func(text string) (string, int, error) {
		if done > 0 { // what went before is stored
			if err := progress(done); err != nil {
				return text, 0, err
			}
		}
		fresh, changed, err := ring.Reseal(text)
		done += changed
		return fresh, changed, err
	}
	seen := func(text string) { keyring.Count(named, text) }
	n, err = c.programme.Reseal(ctx, reseal, seen)
	if err != nil {
		return n, named, err
	}
	m, err := c.vault.Rewrap(reseal, seen)
	if err != nil || n == 0 {
		return n + m, named, err
	}
	_, err = c.programme.Forget(ctx) // what lay there before is not to stay in the log
	return n + m, named, err
}

// settle notes what values name and puts the change into the trail.
func (c *changing) settle(ctx context.Context, named map[keyring.ID]int, id keyring.ID, n int) ([]keyring.ID, error) {
	gone, err := c.keys.Finish(named)
	if err != nil || n == 0 && len(gone) == 0 {
		return gone, err
	}
	after, err := json.Marshal(map[string]any{"key": id.String(), "sealed": n, "destroyed": gone})
	if err != nil {
		return gone, fmt.Errorf("keys: %w", err)
	}
	by := access.Command("keys rotate")
	return gone, c.programme.Record(ctx, audit.Entry{
		At: c.now(), Actor: by.Name, Role: string(by.Role), Action: "keys.rotate", Object: "keys/" + id.String(), After: string(after),
	})
}

// list prints a line for every key: its id, algorithm, day, and how many values name
// it. What names a key is looked up, not remembered.
func (c *changing) list(ctx context.Context, out io.Writer) error {
	named := map[keyring.ID]int{}
	seen := func(text string) { keyring.Count(named, text) }
	same := func(text string) (string, int, error) { return text, 0, nil }
	if err := c.programme.SealedTexts(ctx, func(_, text string) error { seen(text); return nil }); err != nil {
		return err
	}
	if _, err := c.vault.Rewrap(same, seen); err != nil {
		return err
	}
	keys, rotating, err := c.keys.Keys()
	if err != nil {
		return err
	}
	for i, k := range keys {
		state := "old"
		if i == len(keys)-1 {
			state = "current"
		}
		if _, err := fmt.Fprintf(out, "%s %s %s %s, values %d\n", k.ID, k.Algorithm.Title(), k.Made.Format(time.DateOnly), state, named[k.ID]); err != nil {
			return err
		}
	}
	if rotating {
		_, err = fmt.Fprintln(out, "a change of keys is not finished: minyi keys rotate")
	}
	return err
}

// tendKeys goes on with a change of keys that was cut short, and destroys keys that no
// value has named for the grace.
func (h *house) tendKeys(ctx context.Context) error {
	keys, _, err := h.keys.Keys()
	if err != nil || len(keys) < 2 { //nolint:mnd // one key: nothing is to be done
		return err
	}
	c := h.changing()
	n, named, err := c.pass(ctx, func(int) error { return nil })
	if err != nil {
		return err
	}
	_, err = c.settle(ctx, named, keys[len(keys)-1].ID, n)
	return err
}
