package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"minyi/cmd/internal/keep"
	"minyi/cmd/internal/rehearsal"
	"minyi/indicators/access"
	"minyi/indicators/fault"
)

// demoFolder is what a demo's folder remembers of itself. It holds passwords,
// for which reason serve refuses such a folder.
type demoFolder struct {
	path      string
	again     bool                // the folder was there before this start
	Seed      uint64              `json:"seed,string"`
	Residents int                 `json:"residents"`
	Until     time.Time           `json:"until"` // how far the round is to be played
	Accounts  []rehearsal.Account `json:"accounts"`
	Keys      []readyKey          `json:"keys"` // to the programming interface
}

func openDemoFolder(dir string, seed uint64, residents int) (*demoFolder, error) {
	f := &demoFolder{path: filepath.Join(dir, demoFile), Seed: seed, Residents: residents}
	raw, err := os.ReadFile(f.path)
	if err == nil {
		if err := json.Unmarshal(raw, f); err != nil {
			return nil, fmt.Errorf("%s: %w", f.path, err)
		}
		f.again = true
		return f, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("demo folder: %w", err)
	}
	if _, err := os.Stat(filepath.Join(dir, programmeFile)); err == nil {
		return nil, fmt.Errorf("%s holds a real service, not a demo: choose another folder with --data", dir)
	}
	if residents < 1 || residents > 100_000 {
		return nil, usageError{fmt.Errorf("--residents: %d is not between 1 and 100000", residents)}
	}
	for _, a := range rehearsal.Roles() {
		a.Password = rand.Text()
		f.Accounts = append(f.Accounts, a)
	}
	return f, nil
}

func (f *demoFolder) save() error { return keep.JSON(f.path, f) }

// makeAccounts makes the accounts that are not there yet.
func (f *demoFolder) makeAccounts(ctx context.Context, service *access.Service) error {
	by := access.Command("demo")
	old, err := service.Accounts(ctx, by)
	if err != nil {
		return err //nolint:wrapcheck // our own
	}
	there := map[string]access.Account{}
	for _, a := range old {
		there[a.Name] = a
	}
	for _, a := range f.Accounts {
		if had, ok := there[a.Name]; ok {
			if a.Person() != "" && had.Person == "" { // a folder from before people were named
				if err := service.SetPerson(ctx, by, a.Name, a.Person()); err != nil {
					return fmt.Errorf("person of %s: %w", a.Name, err)
				}
			}
			continue
		}
		_, err := service.Add(ctx, by, access.New{
			Name: a.Name, Role: access.Role(a.Role), Unit: a.Unit, Institution: a.Institution, Person: a.Person(), Password: a.Password,
		})
		if err != nil && fault.KindOf(err) != fault.Conflict {
			return fmt.Errorf("account %s: %w", a.Name, err)
		}
	}
	return nil
}

// makeKeys makes a key to the programming interface for each role that may have
// one, once.
func (f *demoFolder) makeKeys(ctx context.Context, service *access.Service) error {
	for _, role := range []access.Role{access.Office, access.Agency}[min(2, len(f.Keys)):] {
		// The name holds an id: a start that was cut short may have left a key
		// whose secret nobody has.
		secret, err := service.AddKey(ctx, access.Command("demo"), "demo "+string(role)+" "+newID(), role, access.KeyDays)
		if err != nil {
			return fmt.Errorf("key of %s: %w", role, err)
		}
		f.Keys = append(f.Keys, readyKey{Role: string(role), Key: secret})
		if err := f.save(); err != nil {
			return err
		}
	}
	return nil
}
