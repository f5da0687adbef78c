package keeper

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"minyi/indicators/audit"
	"minyi/indicators/fault"
	"minyi/survey/ledger"
)

// Cosign takes in a checkpoint of a log that witnesses have signed: the lines of those
// that this service knows are kept and published under it. It returns how many they
// are. A text that is not one of the log's own checkpoints, or that no known witness
// has signed, is refused with ledger.cosignature.
func (s *Service) Cosign(ctx context.Context, name string, signed []byte) (int, error) {
	l, err := s.LogOf(ctx, name)
	if err != nil {
		return 0, err
	}
	k, err := s.keysOf(l.Origin)
	if err != nil {
		return 0, err
	}
	wrong := fault.New(fault.Invalid, "ledger.cosignature")
	c, err := ledger.OpenCheckpoint(signed, k.Verifiers...)
	if err != nil || c.Origin != l.Origin {
		return 0, wrong
	}
	if _, err := s.Store.Checkpoint(ctx, l.ID, c.Size); err != nil {
		return 0, err
	}
	kept := 0
	for _, w := range s.witnesses {
		line, ok := ledger.SignatureOf(signed, w)
		if !ok {
			continue
		}
		entry := audit.Entry{
			At: s.Now(), Actor: w.Name(), Role: "witness", Action: "ledger.cosign", Object: "ledger/" + name,
			After: `{"size":` + strconv.FormatInt(c.Size, 10) + `}`,
		}
		if err := s.Store.Cosign(ctx, l.ID, c.Size, w.Name(), line, entry); err != nil {
			return kept, err
		}
		kept++
	}
	if kept == 0 {
		return 0, wrong
	}
	return kept, nil
}

// Witnesses returns the witnesses of the setting in its order, each with its last look,
// and after them those who have signed before and are not among them any more.
func (s *Service) Witnesses(ctx context.Context) ([]Looked, error) {
	seen, err := s.Store.SeenBy(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]Looked, len(s.witnesses))
	for i, w := range s.witnesses {
		out[i].Witness = w.Name()
		if at := slices.IndexFunc(seen, func(l Looked) bool { return l.Witness == w.Name() }); at >= 0 {
			out[i] = seen[at]
			seen = slices.Delete(seen, at, at+1)
		}
	}
	return append(out, seen...), nil
}

// WitnessOf names the witness of a published line.
func WitnessOf(line string) string {
	parts := strings.Fields(line)
	if len(parts) < 2 {
		return ""
	}
	return parts[1]
}
