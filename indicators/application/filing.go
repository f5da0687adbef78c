package application

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"minyi/indicators"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

// Terms are the rules that a dossier is measured by: its round's settings and
// the indicators that apply to its unit.
type Terms struct {
	Round      roster.Round
	Unit       roster.Unit
	Catalogue  *indicators.Catalogue
	Applicable []indicators.Indicator
}

// Gaps returns everything that keeps the dossier from being filed, nil when
// nothing does: the checklist shows the same that filing refuses.
func (d *Dossier) Gaps(t Terms) fault.List {
	var list fault.List
	if d.Track == roster.Single {
		d.projectGaps(&list)
	} else {
		d.claimGaps(&list, t)
	}
	d.reportGaps(&list, t.Round.Settings)
	if strings.TrimSpace(d.Leader.Name) == "" || strings.TrimSpace(d.Leader.Post) == "" {
		list.Add(fault.New(fault.Invalid, "dossier.leader_missing").At("leader_name"))
	}
	if !d.Declaration.Made() {
		list.Add(fault.New(fault.Invalid, "dossier.undeclared").At("declared"))
	}
	return list
}

func (d *Dossier) projectGaps(list *fault.List) {
	if faults := projectFaults(d.Project); len(faults) > 0 {
		*list = append(*list, faults...)
	}
	if strings.TrimSpace(d.Title) == "" {
		list.Add(fault.New(fault.Invalid, "dossier.title_missing").At("title"))
	}
	if len(d.Exhibits) == 0 {
		list.Add(fault.New(fault.Invalid, "dossier.attachments_missing"))
	}
}

// claimGaps wants a claim on every indicator that applies (C25) and enough of
// them met (C18), compared in integers.
func (d *Dossier) claimGaps(list *fault.List, t Terms) {
	var open []string
	for _, i := range t.Applicable {
		if d.Claims[i.Number].Verdict == "" {
			open = append(open, string(i.Number))
		}
	}
	whole, _ := d.Count(t.Applicable)
	if len(open) > 0 {
		list.Add(fault.New(fault.Invalid, "dossier.claims_missing", "count", strconv.Itoa(len(open)),
			"numbers", strings.Join(open, "、")))
		return
	}
	gate := t.Round.Settings.Gate
	if !gate.Passes(whole.Met, whole.Applicable()) && !t.Round.Settings.AllowBelowGate {
		list.Add(fault.New(fault.Invalid, "dossier.gate", "met", strconv.Itoa(whole.Met),
			"applicable", strconv.Itoa(whole.Applicable()), "needed", strconv.Itoa(gate.Needed(whole.Applicable()))))
	}
}

func (d *Dossier) reportGaps(list *fault.List, s roster.Settings) {
	for _, p := range Parts(d.Track) {
		if strings.TrimSpace(d.Report[p]) == "" {
			list.Add(p.missing())
		}
	}
	if n := d.ReportLength(s); n > s.ReportLimit {
		list.Add(tooLong(n, s))
	}
}

// Unproven returns the indicators that are claimed met without an exhibit; they
// are flagged and do not keep the dossier from being filed (C80).
func (d *Dossier) Unproven(applicable []indicators.Indicator) []indicators.Number {
	var out []indicators.Number
	for _, i := range applicable {
		if d.Claims[i.Number].Verdict == Met && len(d.ExhibitsOf(i.Number)) == 0 {
			out = append(out, i.Number)
		}
	}
	return out
}

// Manifest is the text that a seal covers: every word of the dossier and the
// digest of every file.
type Manifest struct {
	Format   int       `json:"format"`
	Dossier  Dossier   `json:"dossier"`
	UnitName string    `json:"unit_name"`
	FiledAt  time.Time `json:"filed_at"`
	FiledBy  string    `json:"filed_by"`
}

const manifestFormat = 1

// File seals the dossier and returns its manifest. It refuses with all Gaps at
// once, and anything but a draft; the window is the caller's to ask.
func (d *Dossier) File(t Terms, by string, now time.Time) ([]byte, error) {
	if err := d.open(); err != nil {
		return nil, err
	}
	if err := d.Gaps(t).Err(); err != nil {
		return nil, err
	}
	at := now.UTC().Truncate(time.Millisecond)
	d.State = Filed
	manifest, err := json.Marshal(Manifest{
		Format: manifestFormat, Dossier: *d, UnitName: t.Unit.Name, FiledAt: at, FiledBy: by,
	})
	if err != nil {
		return nil, fmt.Errorf("manifest: %w", err)
	}
	sum := sha256.Sum256(manifest)
	whole, _ := d.Count(t.Applicable)
	if d.Track == roster.Single {
		whole = Tally{}
	}
	d.Seals = append(d.Seals, Seal{
		At: at, By: by, Digest: hex.EncodeToString(sum[:]), Met: whole.Met, Applicable: whole.Applicable(),
	})
	return manifest, nil
}

// Withdraw turns a filed dossier into a draft again; its seal stays in the
// record.
func (d *Dossier) Withdraw(now time.Time) error {
	if d.State == Cancelled {
		return fault.New(fault.Conflict, "dossier.cancelled")
	}
	if d.State != Filed {
		return fault.New(fault.Conflict, "dossier.unfiled")
	}
	d.State = Draft
	d.Seals[len(d.Seals)-1].Withdrawn = now.UTC()
	return nil
}

// missing refuses a report without this part.
func (p Part) missing() *fault.Refusal {
	code := "report.missing." + string(p)
	return fault.New(fault.Invalid, code).At(string(p))
}
