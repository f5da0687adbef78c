package main

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"minyi/indicators/access"
	"minyi/indicators/audit"
)

// demand is what the entry of an act must hold beside who, when and to what: what was
// before, what is after, and why.
type demand struct{ before, after, reason bool }

// entries are all acts of two rounds and the year between, with what each of their
// entries says (C11, S50). What only reads, or begins a thing of which there is nothing
// to say yet, says what it was of by its object.
func entries() map[string]demand {
	out := map[string]demand{}
	add := func(s demand, acts string) {
		for act := range strings.FieldsSeq(acts) {
			out[act] = s
		}
	}
	add(demand{}, `agreement.read deputies.links deputies.read deputies.release.read dossier.read evaluation.read exhibit.read opinion.read
		password.confirm privacy.copy problem.export ranking.read scorebook.read scrutiny.lot sheet.receipt survey.draw.check survey.links survey.posters
		survey.read survey.release.read verification.read login.in dossier.start objection.file practice.begin practice.save practice.submit`)
	// the review of answers is read, and its first reading keeps what the program found
	add(demand{}, `survey.review.read`)
	// a thing is made, signed or handed in: it was not there before
	add(demand{after: true}, `account.add candidates.confirm candidates.propose deputies.create dossier.declare dossier.file evaluation.close exhibit.attach
		feedback.release finding.file institution.add ledger.publish naming.decide naming.propose notice.medium notice.post objection.file_read opinion.sign
		plan.propose ranking.make register.issue report.file report.publish round.open scorebook.publish search sheet.submit spotcheck.draw
		spotcheck.freeze survey.create verification.close`)
	// the same, for a reason that is asked
	add(demand{after: true, reason: true}, `cancel.propose copy.hand objection.answer page.read plan.confirm revocation.propose scheme.change`)
	// the first is made, each further one says what it replaces; see again
	add(demand{after: true}, `sheet.mark interest.declare member.save objection.assign`)
	// a value becomes another
	add(demand{before: true, after: true}, `deputies.approve deputies.close deputies.file deputies.list deputies.open deputies.propose dossier.profile dossier.report
		dossier.self report.accepted scorebook.close scrutiny.announce scrutiny.draw scrutiny.hand scrutiny.name scrutiny.sign survey.approve survey.close
		survey.draw survey.file survey.frame survey.open survey.poster survey.propose survey.review.end survey.review.propose_end survey.traces.forget
		verification.declare verification.plan verification.record`)
	add(demand{before: true, after: true, reason: true}, `dossier.cancel formal.accepted revocation.confirm scorebook.strike verification.open`)
	out["verification.open"] = demand{after: true} // why, for a unit outside the front group only
	return out
}

// again are the acts that say what they replace from the second on.
func again() []string {
	return []string{"sheet.mark", "member.save", "objection.assign", "scheme.change"}
}

// everyEntrySaysWhatChanged looks at each entry of what was played: its act is known,
// and it says what the list of entries wants.
func (w *world) everyEntrySaysWhatChanged(t *testing.T) {
	t.Helper()
	known, met, done := entries(), map[string]bool{}, map[string]bool{}
	for _, e := range w.trail() {
		if e.Outcome != audit.Done {
			continue
		}
		met[e.Action] = true
		want, ok := known[e.Action]
		if !ok {
			t.Errorf("%s is on no list: what must its entry say?", e.Action)
			known[e.Action] = demand{}
		}
		if slices.Contains(again(), e.Action) && done[e.Action+" "+e.Object] {
			want.before = true
		}
		done[e.Action+" "+e.Object] = true
		if want.before && e.Before == "" || want.after && e.After == "" || want.reason && e.Reason == "" {
			t.Errorf("%s of %s lacks what was before, after or why, want %+v:\n%+v (S50)", e.Action, e.Object, want, e)
		}
		if e.Actor == "" && !strings.HasPrefix(e.Action, "objection.") || e.Object == "" || e.At.IsZero() {
			t.Errorf("an entry does not say who, when and to what: %+v (S50)", e)
		}
	}
	const most = 15 // acts of readings that only the round after has
	if missing := len(known) - len(met); missing > most {
		t.Errorf("%d acts of the list were not played", missing)
	}
}

// keysLeaveEntries reads every address of the interface by keys: what shows the figures
// of the ranking or a signed release leaves an entry that names the key (S50).
func (w *world) keysLeaveEntries(t *testing.T, ids map[string][]string) {
	t.Helper()
	fresh, shown := w.follow(t), 0
	for _, role := range []access.Role{access.Office, access.Agency} {
		secret, err := w.h.access.AddKey(t.Context(), access.Command("test"), "reads-"+string(role), role, access.KeyDays)
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range w.h.grants {
			if g.Method != http.MethodGet || !strings.HasPrefix(g.Path, "/api/") {
				continue
			}
			for _, path := range paths(g.Path, ids) {
				fresh()
				r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
				r.Header.Set("Authorization", "Bearer "+secret)
				got := w.as("").do(r)
				if got.status != http.StatusOK || openToAll(g.Path) {
					continue
				}
				shown++
				if !slices.ContainsFunc(fresh(), func(e audit.Entry) bool {
					return strings.HasSuffix(e.Actor, "reads-"+string(role)) && e.Role == string(role) && e.Object != ""
				}) {
					t.Errorf("GET %s by the key of %s leaves no entry in the trail", path, role)
				}
			}
		}
	}
	const least = 3 // the ranking, and releases of units for two roles
	if shown < least {
		t.Errorf("only %d addresses of the interface showed something", shown)
	}
}

// openToAll are the addresses of the interface that show no result: what everybody may
// read, the rounds, the units that may apply, and how many answers came, which the
// agency's own desk shows too.
func openToAll(route string) bool {
	return slices.Contains([]string{"/api/v1/openapi.json", "/api/v1/named", "/api/v1/rounds", "/api/v1/units", "/api/v1/surveys"}, route)
}
