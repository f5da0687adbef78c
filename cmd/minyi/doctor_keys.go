package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"minyi/indicators/keyring"
)

// examineKeys opens every sealed value of the programme and every key of a survey, and
// throws what was in it away: one that does not open was changed, or the keys were,
// and nobody would see it before the value is wanted.
func (h *house) examineKeys(ctx context.Context) (wrong []string, err error) {
	ring, n := h.ring(), 0
	err = h.programme.SealedTexts(ctx, func(table, text string) error {
		if broken := ring.Opens(text); broken != nil {
			wrong = append(wrong, fmt.Sprintf("%s: a sealed value of %s cannot be opened: %v", programmeFile, table, broken))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(h.dir, waveFolder)); errors.Is(err, fs.ErrNotExist) {
		return wrong, nil
	}
	if err := h.openVault(); err != nil {
		return nil, err
	}
	_, err = h.vault.Rewrap(func(text string) (string, int, error) {
		n++
		if broken := ring.Opens(text); broken != nil || len(keyring.Tokens(text)) != 1 || keyring.Tokens(text)[0] != text {
			wrong = append(wrong, fmt.Sprintf("%s: the key of a survey, the %d. of the folder, cannot be opened: %v", waveFolder, n, broken))
		}
		return text, 0, nil
	}, func(string) {})
	if err != nil {
		wrong = append(wrong, fmt.Sprintf("%s: %v", waveFolder, err))
	}
	return wrong, nil
}
