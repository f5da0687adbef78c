package store_test

import (
	"context"
	"crypto/ed25519"
	"testing"

	"minyi/indicators/application"
	"minyi/indicators/evaluation"
	"minyi/indicators/evidence"
	"minyi/indicators/inbox"
	"minyi/indicators/verification"
)

// nobody is told.
type nobody struct{}

func (nobody) Post(context.Context, inbox.Message) error { return nil }

func (nobody) Settle(context.Context, string) error { return nil }

// verifier is the on-site verification of a ground.
func verifier(t *testing.T, g *ground) *verification.Service {
	t.Helper()
	folder, err := evidence.Open(t.TempDir(), evidence.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	dossiers := application.NewService(application.Config{
		Store: g.Store, Roster: g.roster, Book: g.book, Evidence: folder, Allowance: application.DefaultAllowance(), Key: key, Now: g.now,
	})
	marks := evaluation.NewService(evaluation.Config{
		Store: g.Store, Dossiers: dossiers, Roster: g.roster, Accounts: g.Store, Book: g.book, Now: g.now,
	})
	return verification.NewService(verification.Config{
		Store: g.Store, Dossiers: dossiers, Rounds: g.roster, Problems: marks, Book: g.book, Evidence: folder, Posts: nobody{},
		Accounts: g.Store, Key: key, Now: g.now,
	})
}
