package rehearsal

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"minyi/cmd/internal/publiclog"
	"minyi/indicators/fault"
	"minyi/survey/ledger"
)

// The made-up witnesses; a witness's name stands in its signatures.
func witnessNames() []string { return []string{"监督部门-演练", "高校统计所-演练"} }

// witness is the signer of a made-up witness, with a key of its own, and the line of
// its verifier.
func witness(seed uint64, name string, now func() time.Time) (ledger.Signer, string, error) {
	key := sha256.Sum256(fmt.Appendf(nil, "rehearsal witness %s %d", name, seed))
	return ledger.NewCosigner(name, ed25519.NewKeyFromSeed(key[:]), now)
}

// Witnesses are the lines of the verifiers of the made-up witnesses of a seed, for the
// setting of the service that keeps their signatures.
func Witnesses(seed uint64) ([]string, error) {
	var out []string
	for _, name := range witnessNames() {
		_, line, err := witness(seed, name, nil) // signs nothing
		if err != nil {
			return nil, err
		}
		out = append(out, line)
	}
	return out, nil
}

// look lets every witness look at every public log, as minyi witness does: the newest
// checkpoint must follow from the one that it has seen before, and is signed then. A
// witness who is refused says so and comes another time: that stops no round.
func (r *Rehearsal) look(ctx context.Context) error {
	if !r.cfg.Witnessed {
		return nil
	}
	logs, err := publiclog.Names(ctx, r.cfg.Server)
	if err != nil {
		return fmt.Errorf("witness: %w", err)
	}
	for _, name := range witnessNames() {
		signer, _, err := witness(r.seed, name, r.cfg.Clock.Now)
		if err != nil {
			return err
		}
		for _, log := range logs {
			if err := r.lookAt(ctx, signer, log); err != nil {
				r.cfg.Log.WarnContext(ctx, "not witnessed", slog.String("witness", name), slog.String("log", log), slog.Any("error", err))
				break
			}
		}
	}
	return r.state.keepSeen()
}

// lookAt signs the newest checkpoint of a log, where there is one that was not signed.
func (r *Rehearsal) lookAt(ctx context.Context, signer ledger.Signer, log string) error {
	from, key := publiclog.SiteOf(r.cfg.Server, log), signer.Name()+" "+log
	signed, next, err := publiclog.Witness(ctx, from, "", r.state.Seen[key], signer)
	if errors.Is(err, fault.New(fault.NotFound, "ledger.notile")) {
		return nil // nothing is in it yet
	}
	if err != nil {
		return err
	}
	if err := from.Post(ctx, signed); err != nil {
		return err
	}
	r.state.Seen[key] = next
	return nil
}
