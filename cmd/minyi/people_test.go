package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/audit"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/survey/questionnaire"
)

// twoPeople are the functions that ask whether the second of two people is another one,
// and the step that each stands for (S14). A step that is added must be added here too.
func twoPeople() map[string]string {
	return map[string]string{
		"indicators/naming.apart":                "candidates, notice, objections' settlement, names: confirmed",
		"indicators/evaluation.AnswerCorrection": "a mark corrected after the evaluation was closed",
		"indicators/evaluation.apart":            "a further assessor of a dossier, the arbiter too",
		"indicators/evaluation.double":           "the assessors of a plan (by the same table)",
		"indicators/application.confirmCancel":   "a dossier cancelled, its unit barred",
		"indicators/recommendation.Confirm":      "the list that goes to the centre",
		"indicators/supervision.check":           "a name revoked",
		"indicators/supervision.confirm":         "the outcome of a spot check",
		"indicators/verification.AnswerReopen":   "a closed visit opened again",
		"indicators/verification.checkPersons":   "the members of a verification team",
		"survey.Approve":                         "a release and a correction signed, of residents and of deputies",
		"survey.apart":                           "an answer taken out or in again by the review",
		"survey.EndReview":                       "the review ended",
		"survey.ConfirmWeighting":                "a plan of weighting in force",
		"survey.LogVerification":                 "an interview verified by a second call",
		"survey.mine":                            "a form on paper keyed twice",
		"survey/library.Approve":                 "a questionnaire published",
		"survey/coding.apart":                    "a comment coded twice",
	}
}

// oneAccount are the comparisons of whoever acts with somebody kept that ask for no second
// person, and why.
func oneAccount() map[string]string {
	return map[string]string{
		"indicators/evaluation.candidates": "the place of another", "indicators/evaluation.changes": "an assignment found again",
		"indicators/evaluation.signsFor": "who may sign an opinion", "indicators/evaluation.Problems": "an inspector's own problems",
		"indicators/naming.Drop": "what one began oneself is taken back", "indicators/naming.mine": "the officer of an objection",
		"indicators/recommendation.Drop": "what one began oneself is taken back", "indicators/verification.write": "a clash of two devices",
		"indicators/verification.check": "a member's own signature", "indicators/verification.of": "a member's own visit",
		"survey/contact.Log": "the caller's own sheet", "survey/contact.Verify": "the same account; LogVerification asks for the person",
		"survey/contact.turn": "whose turn it is", "survey/contact.NextCheck": "offers no own interview; LogVerification asks for the person",
		"survey.station": "one's own work", "survey.holds": "what one has in hand", "survey.held": "what one has in hand",
		"survey.PutBack": "one's own sheet", "survey.opened": "one's own case", "survey.Submit": "one's own case",
		"survey.asks": "an audience, nobody", "survey.allOf": "an audience, nobody", "survey/paper.Own": "the same account; mine asks for the person",
		"survey/paper.busy": "who is at a form", "survey/result.line": "a figure, nobody", "survey/store.release": "a connection, nobody",
		"survey.mayBecome": "the same account; apart asks for the person",
	}
}

// TestS14EveryStepOfTwoPeopleIsKnown reads the sources of both halves: whatever compares
// who acts with somebody kept either asks for a second person, and then asks for the
// person and not the account alone, or is on the list of what needs none.
func TestS14EveryStepOfTwoPeopleIsKnown(t *testing.T) {
	t.Parallel()
	asks, compares := map[string]bool{"indicators/evaluation.double": true}, map[string]bool{}
	actor := regexp.MustCompile(`^(access\.Fold\()?(by|actor|who|own)(\.(Name|Account))?\)?$|\.By$`)
	root := filepath.Join("..", "..")
	for _, half := range []string{"indicators", "survey"} {
		err := filepath.WalkDir(filepath.Join(root, half), func(path string, _ fs.DirEntry, err error) error {
			folder := filepath.ToSlash(filepath.Dir(strings.TrimPrefix(path, root+string(filepath.Separator))))
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || folder == "indicators/access" {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			for _, d := range file.Decls {
				f, ok := d.(*ast.FuncDecl)
				if !ok {
					continue
				}
				name := folder + "." + f.Name.Name
				ast.Inspect(f, func(n ast.Node) bool {
					switch n := n.(type) {
					case *ast.CallExpr:
						s, ok := n.Fun.(*ast.SelectorExpr)
						asks[name] = asks[name] || ok && s.Sel.Name == "Apart"
					case *ast.BinaryExpr:
						x, y := types.ExprString(n.X), types.ExprString(n.Y)
						plain := (n.Op == token.EQL || n.Op == token.NEQ) && y != `""` && y != "nil"
						compares[name] = compares[name] || plain && (actor.MatchString(x) || actor.MatchString(y))
					}
					return true
				})
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	steps, others := twoPeople(), oneAccount()
	for name, asked := range asks {
		if asked && steps[name] == "" {
			t.Errorf("%s asks for a second person and is not on the list of steps", name)
		}
	}
	for name := range steps {
		if !asks[name] {
			t.Errorf("%s (%s) does not ask whether it is another person", name, steps[name])
		}
	}
	for name, found := range compares {
		if found && !asks[name] && others[name] == "" {
			t.Errorf("%s compares who acts with somebody: a second person (ask Second and Apart), or say why not", name)
		}
	}
}

// TestS14AStepIsRefusedToOnePersonUnderTwoAccounts tries steps of both halves, as the
// house wires them: the same account, another account of the same person and one of
// nobody named are refused before anything else is looked at; somebody else is not.
func TestS14AStepIsRefusedToOnePersonUnderTwoAccounts(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, first := t.Context(), "first"
	for name, person := range map[string]string{first: "A-1", "twin": "ａ１", "nobody": "", "somebody": "A-2"} {
		for _, role := range []access.Role{access.Office, access.Agency} {
			fresh := access.New{Name: string(role) + "-" + name, Role: role, Person: person, Password: testPassword}
			if _, err := h.access.Add(ctx, access.Command("test"), fresh); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, step := range stepsTried(t, h) {
		role := step.role
		for _, c := range [][2]string{{first, step.own}, {"twin", "people.same"}, {"nobody", "people.unnamed"}, {"somebody", ""}} {
			who, want := c[0], c[1]
			err := step.second(access.Actor{Name: string(role) + "-" + who, Role: role})
			switch {
			case want != "" && (err == nil || !strings.HasPrefix(err.Error(), want)):
				t.Errorf("%s by %s: got %v, want %s", name, who, err, want)
			case want == "" && err != nil && strings.HasPrefix(err.Error(), "people."):
				t.Errorf("%s by %s: got %v, want somebody else to pass", name, who, err)
			}
		}
	}
}

// tried is a step that waits for its second person.
type tried struct {
	role   access.Role
	own    string // how it refuses who began it
	second func(by access.Actor) error
}

// stepsTried puts steps of both halves where they wait for a second person.
func stepsTried(t *testing.T, h *house) map[string]tried {
	t.Helper()
	ctx, office, agency := t.Context(), access.Actor{Name: "office-first", Role: access.Office}, access.Actor{Name: "agency-first", Role: access.Agency}
	entry := audit.Entry{At: testNow(), Actor: office.Name, Role: string(office.Role), Action: "test", Object: "test"}
	if _, err := h.roster.OpenRound(ctx, office, roster.NewRound{
		Year: 2020, Edition: indicators.Edition2019, Settings: roster.Defaults(2020),
		Plan: roster.Plan{Number: "宁法办发〔2019〕39号", Date: roster.On(2019, time.December, 18), Basis: "中法办发〔2019〕10号"},
	}); err != nil {
		t.Fatal(err)
	}
	if err := h.programme.UpdateProceeding(ctx, 2020, entry, func(p *naming.Proceeding, _ *audit.Entry) error {
		p.Acts = append(p.Acts, naming.Act{ID: "act-1", Kind: naming.ListCandidate, By: office.Name, At: testNow(), Candidates: &naming.Candidates{Reason: "x"}})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	dossier := application.Key{Round: 2020, Unit: "640104", Track: roster.Comprehensive}
	if err := h.programme.AddDossier(ctx, &application.Dossier{
		Key: dossier, Proposed: &application.Cancellation{At: testNow(), By: office.Name, Reason: "x", Evidence: "x", Document: "x"},
	}, &entry, func([]application.Dossier) error { return nil }); err != nil {
		t.Fatal(err)
	}
	form, err := questionnaire.Read(questionnaire.Default())
	if err != nil {
		t.Fatal(err)
	}
	paper, err := h.library.Make(ctx, agency, "x", form, nil)
	if err != nil {
		t.Fatal(err)
	}
	if paper, err = h.library.Propose(ctx, agency, paper.ID); err != nil {
		t.Fatal(err)
	}
	return map[string]tried{
		"an act": {access.Office, "act.second_person", func(by access.Actor) error { return h.naming.Confirm(ctx, by, 2020, "act-1") }},
		"a cancelling": {access.Office, "cancel.second", func(by access.Actor) error {
			return h.application.ConfirmCancel(ctx, by, dossier, testNow().UnixMilli())
		}},
		"a questionnaire": {access.Agency, "paper.second", func(by access.Actor) error {
			_, err := h.library.Approve(ctx, by, paper.ID, paper.Proposal.Hash)
			return err
		}},
	}
}
