package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"minyi/cmd/internal/backup"
	"minyi/indicators/fault"
)

func restoreCommand() *cobra.Command {
	var data, passphrase, identity string
	cmd := &cobra.Command{
		Use:  "restore FILE --data EMPTY_DIR",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			key, err := backupKey(passphrase, identity)
			if err != nil {
				return inWords(cmd, err)
			}
			if err := restore(cmd.Context(), args[0], data, key, time.Now); err != nil {
				return inWords(cmd, err)
			}
			return doctor(cmd.Context(), data, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	cmd.Flags().StringVar(&data, "data", "", "")
	cmd.Flags().StringVar(&passphrase, "passphrase-file", "", "")
	cmd.Flags().StringVar(&identity, "identity", "", "")
	if err := cmd.MarkFlagRequired("data"); err != nil {
		panic(err) // the flag is declared above
	}
	return cmd
}

// backupKey is what opens a backup: a file of secret keys, else the passphrase.
func backupKey(passphrase, identity string) (backup.Key, error) {
	if identity != "" {
		raw, err := os.ReadFile(identity)
		if err != nil {
			return backup.Key{}, fmt.Errorf("key of the backup: %w", err)
		}
		return backup.Key{Identities: string(raw)}, nil
	}
	text, err := readPassphrase(passphrase)
	if err == nil && text == "" {
		err = fault.New(fault.Invalid, "backup.locked")
	}
	return backup.Key{Passphrase: text}, err
}

// restore unpacks a backup beside the folder and puts it in its place when it is
// whole: after a stop in between there is no folder that looks restored.
func restore(ctx context.Context, file, dir string, key backup.Key, now func() time.Time) (err error) {
	if dir, err = filepath.Abs(dir); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	if err := isEmpty(dir); err != nil {
		return err
	}
	f, err := os.Open(file)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	work, err := os.MkdirTemp(filepath.Dir(dir), ".minyi-restore-*") // 0700
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	m, err := backup.Unpack(ctx, f, key, work)
	if err != nil {
		return err
	}
	if err := welcome(ctx, work, m, now()); err != nil {
		return err
	}
	if err := os.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) { // an empty folder
		return fault.New(fault.Conflict, "backup.notempty", "dir", dir)
	}
	if err := os.Rename(work, dir); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	return nil
}

// welcome brings what was unpacked up to date, where an older program has made it, and
// puts the restoring into its trail. What is wrong in it, doctor says.
func welcome(ctx context.Context, work string, m backup.Manifest, now time.Time) error {
	if _, err := upgrade(ctx, work); err != nil {
		return err
	}
	after, err := json.Marshal(map[string]any{"made": m.At.Format(time.RFC3339), "software": m.Software, "files": len(m.Entries)})
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	return recordIn(ctx, work, now, "backup.restore", "backup/"+m.At.Format(time.RFC3339), string(after))
}

// isEmpty refuses a folder that holds anything.
func isEmpty(dir string) (err error) {
	f, err := os.Open(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := f.Readdirnames(1); !errors.Is(err, io.EOF) {
		return fault.New(fault.Conflict, "backup.notempty", "dir", dir)
	}
	return nil
}
