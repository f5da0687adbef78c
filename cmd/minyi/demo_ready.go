package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"minyi/cmd/internal/rehearsal"
	"minyi/indicators/fault"
	"minyi/survey/invite"
)

// readyLine is what other programs read when a demo is ready.
type readyLine struct {
	URL       string          `json:"url"`
	Accounts  []readyAccount  `json:"accounts"`
	Residents []readyResident `json:"residents"`
	Posters   []readyPoster   `json:"posters"`
	Keys      []readyKey      `json:"keys"`
}

type readyAccount struct {
	Role     string `json:"role"`
	Name     string `json:"name"`
	Password string `json:"password"`
}

type readyResident struct {
	Applicant string `json:"applicant"`
	URL       string `json:"url"`
}

type readyPoster struct {
	Applicant string `json:"applicant"`
	Name      string `json:"name"`
	URL       string `json:"url"`
}

type readyKey struct {
	Role string `json:"role"`
	Key  string `json:"key"`
}

// shownLinks is how many unspent links the ready line names.
const shownLinks = 48

// announce says that the demo is ready, and how to get in.
func (d *demo) announce(ctx context.Context, cmd *cobra.Command) error {
	links, err := d.play.Unspent(ctx, shownLinks)
	if err != nil {
		return err
	}
	if d.json {
		return d.announceJSON(cmd.OutOrStdout(), links)
	}
	return d.announceWords(cmd.OutOrStdout(), links)
}

func (d *demo) announceJSON(w io.Writer, links []rehearsal.Link) error {
	line := readyLine{
		URL: d.base, Accounts: []readyAccount{}, Residents: []readyResident{}, Posters: []readyPoster{}, Keys: d.saved.Keys,
	}
	for _, a := range d.saved.Accounts {
		line.Accounts = append(line.Accounts, readyAccount{Role: a.Role, Name: a.Name, Password: a.Password})
	}
	for _, l := range links {
		line.Residents = append(line.Residents, readyResident{Applicant: l.Unit, URL: d.here(l)})
	}
	for _, p := range d.play.Posters() {
		line.Posters = append(line.Posters, readyPoster{Applicant: p.Unit, Name: p.Name, URL: d.here(p)})
	}
	raw, err := json.Marshal(line)
	if err != nil {
		return fmt.Errorf("ready line: %w", err)
	}
	_, err = fmt.Fprintf(w, "%s\n", raw)
	return err //nolint:wrapcheck // printing
}

// here is a link under the address that this run of the demo has.
func (d *demo) here(l rehearsal.Link) string { return d.base + l.Path() }

func (d *demo) announceWords(w io.Writer, links []rehearsal.Link) error {
	d.say(w, "demo.ready", "url", d.base)
	d.say(w, "demo.clock", "url", d.control, "now", d.clock.Now().In(rehearsal.Begins().Location()).Format(time.DateTime))
	d.say(w, "demo.said.accounts")
	for _, a := range d.saved.Accounts {
		fmt.Fprintf(w, "  %-10s %-18s %s\n", a.Role, a.Name, a.Password)
	}
	const first = 3
	if len(links) > 0 {
		d.say(w, "demo.said.links")
		for _, l := range links[:min(first, len(links))] {
			fmt.Fprintf(w, "  %s  %s\n", l.Unit, d.here(l))
		}
		d.say(w, "demo.said.scan")
		code, err := invite.NewCode(invite.Link(d.base, links[0].Token()))
		if err != nil {
			return err //nolint:wrapcheck // our own
		}
		if err := code.Terminal(w); err != nil {
			return err //nolint:wrapcheck // our own
		}
	}
	d.say(w, "demo.said.stop", "dir", d.dir)
	return nil
}

// say prints a sentence in the operator's language; pairs are the names and
// values of its parameters.
func (d *demo) say(w io.Writer, key string, pairs ...string) {
	params := fault.Params{}
	for i := 0; i+1 < len(pairs); i += 2 {
		params[pairs[i]] = pairs[i+1]
	}
	fmt.Fprintln(w, d.texts.Say(d.lang, key, params))
}
