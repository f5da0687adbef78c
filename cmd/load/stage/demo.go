package stage

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"minyi/indicators/roster"
	"minyi/indicators/store"
)

// Demo is a demo of the service: a whole round made up, and the accounts in it.
type Demo struct {
	*Server
	Base     string
	Accounts []DemoAccount
	Posters  []string // paths

	start Command
}

// DemoAccount is somebody in a demo.
type DemoAccount struct{ Role, Name, Password string }

// demoLimit is how long a demo may take to play its round, beside other work too.
const demoLimit = 5 * time.Minute

// errNotReady means that a demo did not come up.
var errNotReady = errors.New("the demo was not ready in time")

// StartDemo plays a round up to a moment of it in a folder, and serves it.
func StartDemo(ctx context.Context, binary, dir, moment string, residents int, more ...string) (*Demo, error) {
	address, err := FreeAddress()
	if err != nil {
		return nil, err
	}
	d := &Demo{Base: "http://" + address, start: Command{
		Limit:  demoLimit,
		Binary: binary, Address: address, Ready: "/readyz", Log: filepath.Clean(dir) + ".log",
		Args: append([]string{"demo", "--data", dir, "--listen", address, "--json"}, more...),
	}}
	begin := d.start
	begin.Args = append(begin.Args[:len(begin.Args):len(begin.Args)], "--at", moment, "--residents", fmt.Sprint(residents))
	return d, d.up(ctx, begin)
}

// Again starts it once more on its folder, where the round stands.
func (d *Demo) Again(ctx context.Context) error { return d.up(ctx, d.start) }

func (d *Demo) up(ctx context.Context, c Command) (err error) {
	if err := os.WriteFile(c.Log, nil, 0o600); err != nil {
		return fmt.Errorf("log of the demo: %w", err)
	}
	if d.Server, err = Start(ctx, c); err != nil {
		return err
	}
	const step = 20 * time.Millisecond
	for until := time.Now().Add(demoLimit); time.Now().Before(until) && ctx.Err() == nil; time.Sleep(step) {
		raw, err := os.ReadFile(c.Log)
		if err != nil {
			return fmt.Errorf("log of the demo: %w", err)
		}
		for line := range bytes.Lines(raw) {
			if d.ready(line) {
				return nil
			}
		}
	}
	d.Kill()
	return errors.Join(errNotReady, ctx.Err())
}

// ready reads the line that a demo prints when it is ready.
func (d *Demo) ready(line []byte) bool {
	var said struct {
		URL      string
		Accounts []DemoAccount
		Posters  []struct{ URL string }
	}
	if !bytes.HasPrefix(line, []byte(`{"url"`)) || json.Unmarshal(line, &said) != nil {
		return false
	}
	d.Accounts, d.Posters = said.Accounts, nil
	for _, p := range said.Posters {
		d.Posters = append(d.Posters, strings.TrimPrefix(p.URL, said.URL))
	}
	return true
}

// People are the accounts of a role.
func (d *Demo) People(role string) (out []Account) {
	for _, a := range d.Accounts {
		if a.Role == role {
			out = append(out, Account{Name: a.Name, Password: a.Password})
		}
	}
	return out
}

// Documents are the numbers of the documents that the office has entered in a folder
// that no server runs on, and how often each is there.
func Documents(ctx context.Context, dir string) (numbers map[string]int, err error) {
	programme, err := store.Open(ctx, filepath.Join(dir, programmeFile))
	if err != nil {
		return nil, fmt.Errorf("documents: %w", err)
	}
	defer func() { err = errors.Join(err, programme.Close()) }()
	rounds, err := roster.NewService(programme, time.Now)
	if err != nil {
		return nil, fmt.Errorf("documents: %w", err)
	}
	all, err := rounds.Documents(ctx)
	if err != nil {
		return nil, fmt.Errorf("documents: %w", err)
	}
	numbers = map[string]int{}
	for _, one := range all {
		numbers[one.Number]++
	}
	return numbers, nil
}
