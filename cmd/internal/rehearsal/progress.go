package rehearsal

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"minyi/cmd/internal/keep"
	"minyi/cmd/internal/publiclog"
)

const progressFile = "rehearsal.json"

// Link is a resident's link that the agency has handed out.
type Link struct {
	Unit string `json:"unit"`
	PSU  string `json:"psu,omitempty"` // of a one-time link
	Name string `json:"name"`          // of a poster where it hangs, else the link's number in its PSU
	URL  string `json:"url"`
	Wave int    `json:"wave"` // of a one-time link the day on which it is answered; never for those that nobody will use
}

// never is the wave of links that nobody of the rehearsal uses.
const never = -1

// Token is the last part of the link's address.
func (l Link) Token() string { return l.URL[strings.LastIndex(l.URL, "/")+1:] }

// Path is the link's path on the server: the address before it is the one that
// phones use, which need not be the one that the rehearsal uses.
func (l Link) Path() string { return "/q/" + l.Token() }

// progress is what has been played in a folder.
type progress struct {
	mu        sync.Mutex
	path      string
	Seed      uint64            `json:"seed,string"`
	Residents int               `json:"residents"`
	Done      map[string]bool   `json:"done"`
	Surveys   map[string]string `json:"surveys"` // unit to the path of its survey's page
	Links     []Link            `json:"links"`
	Posters   []Link            `json:"posters"`

	Deputies     []Link `json:"deputies,omitempty"` // links of those who are asked about suggestions
	DeputySurvey string `json:"deputy_survey,omitempty"`

	Seen publiclog.State `json:"seen,omitempty"` // by the witnesses, by their names and those of the logs
}

// openProgress reads what was played of a round; each round has a file of its own.
func openProgress(dir string, year int, seed uint64, residents int) (*progress, error) {
	name := progressFile
	if year != firstYear {
		name = fmt.Sprintf("rehearsal-%d.json", year)
	}
	p := &progress{path: filepath.Join(dir, name), Seed: seed, Residents: residents, Done: map[string]bool{}, Surveys: map[string]string{}, Seen: publiclog.State{}}
	raw, err := os.ReadFile(p.path)
	if errors.Is(err, fs.ErrNotExist) {
		return p, p.save()
	}
	if err != nil {
		return nil, fmt.Errorf("rehearsal: %w", err)
	}
	if err := json.Unmarshal(raw, p); err != nil {
		return nil, fmt.Errorf("rehearsal: %s: %w", p.path, err)
	}
	return p, nil
}

// save writes the progress, whole or not at all. It holds links that can be
// answered: only the owner of the folder may read it.
func (p *progress) save() error { return keep.JSON(p.path, p) }

func (p *progress) done(name string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.Done[name]
}

func (p *progress) finish(name string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.Done[name] = true
	return p.save()
}

// survey returns the path of a unit's survey, empty while there is none.
func (p *progress) survey(unit string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.Surveys[unit]
}

func (p *progress) created(unit, path string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.Surveys[unit] = path
	return p.save()
}

// handedOut keeps the links of one survey, in place of any of the same unit.
func (p *progress) handedOut(unit string, links, posters []Link) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.Links = append(without(p.Links, unit), links...)
	p.Posters = append(without(p.Posters, unit), posters...)
	return p.save()
}

// askedDeputies keeps the survey of deputies and its links.
func (p *progress) askedDeputies(path string, links []Link) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.DeputySurvey, p.Deputies = path, links
	return p.save()
}

// keepSeen saves what the witnesses have seen.
func (p *progress) keepSeen() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.save()
}

func (p *progress) deputySurvey() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.DeputySurvey
}

func (p *progress) deputies() []Link {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.Deputies
}

func without(list []Link, unit string) []Link {
	var out []Link
	for _, l := range list {
		if l.Unit != unit {
			out = append(out, l)
		}
	}
	return out
}

// links returns the one-time links of a unit.
func (p *progress) links(keep func(Link) bool) []Link {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []Link
	for _, l := range p.Links {
		if keep(l) {
			out = append(out, l)
		}
	}
	return out
}

// Posters returns the links of the posters.
func (r *Rehearsal) Posters() []Link {
	r.state.mu.Lock()
	defer r.state.mu.Unlock()
	return append([]Link(nil), r.state.Posters...)
}
