package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"minyi/cmd/internal/backup"
	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/db"
	"minyi/indicators/fault"
	"minyi/indicators/keyring"
	"minyi/indicators/store"
	surveystore "minyi/survey/store"
)

// passphraseVariable holds the passphrase of a backup where no file is named.
const passphraseVariable = "MINYI_BACKUP_PASSPHRASE" //nolint:gosec // the name, not the secret

func backupCommand() *cobra.Command {
	var data, passphrase string
	var lock backup.Lock
	var waves bool
	cmd := &cobra.Command{
		Use:  "backup FILE",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if lock.Passphrase, err = readPassphrase(passphrase); err != nil {
				return inWords(cmd, err)
			}
			if len(lock.Recipients) > 0 && passphrase == "" {
				lock.Passphrase = "" // the variable is for who names no key
			}
			b := &backingUp{dir: data, lock: lock, waves: waves, now: time.Now}
			wrong, err := b.run(cmd.Context(), args[0])
			if err != nil {
				return inWords(cmd, err)
			}
			return list(cmd.OutOrStdout(), wrong)
		},
	}
	cmd.Flags().StringVar(&data, "data", defaultData, "")
	cmd.Flags().StringVar(&passphrase, "passphrase-file", "", "")
	cmd.Flags().StringSliceVar(&lock.Recipients, "recipient", nil, "")
	cmd.Flags().BoolVar(&waves, "waves", false, "")
	return cmd
}

// list prints a line for everything that is wrong, then ends with status 1;
// without any it prints ok.
func list(out io.Writer, wrong []string) error {
	for _, line := range wrong {
		if _, err := fmt.Fprintln(out, line); err != nil {
			return err
		}
	}
	if len(wrong) > 0 {
		return exitError{exitNo}
	}
	_, err := fmt.Fprintln(out, "ok")
	return err
}

// readPassphrase reads the first line of a file, or the variable; nothing where
// neither is given.
func readPassphrase(file string) (string, error) {
	const least = 12 // characters
	text := os.Getenv(passphraseVariable)
	if file != "" {
		raw, err := os.ReadFile(file)
		if err != nil {
			return "", fmt.Errorf("passphrase: %w", err)
		}
		text, _, _ = strings.Cut(string(raw), "\n")
		text = strings.TrimSuffix(text, "\r")
	}
	if text != "" && utf8.RuneCountInString(text) < least {
		return "", fault.New(fault.Invalid, "backup.passphrase")
	}
	return text, nil
}

// workBegin begins the name of a folder beside a backup that is being made or checked.
const workBegin = ".minyi-backup-"

// backingUp is one backup of a folder that may be served meanwhile.
type backingUp struct {
	dir   string
	lock  backup.Lock
	waves bool
	now   func() time.Time
}

// run makes the backup and returns a line for everything in the folder that is
// not as it should be; what is wrong is kept as it is.
func (b *backingUp) run(ctx context.Context, file string) (wrong []string, err error) {
	if b.dir, err = filepath.Abs(b.dir); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	if err := isDataFolder(b.dir); err != nil {
		return nil, err
	}
	if err := inOrder(ctx, b.dir); err != nil {
		return nil, err
	}
	if _, err := os.Lstat(file); err == nil {
		return nil, fault.New(fault.Conflict, "backup.there", "file", file)
	}
	work, err := os.MkdirTemp(filepath.Dir(file), workBegin)
	if err != nil {
		return nil, fmt.Errorf("backup: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	at := b.now().UTC().Truncate(time.Second)
	if wrong, err = b.copied(ctx, work); err != nil {
		return nil, err
	}
	sources, err := b.sources(work)
	if err != nil {
		return nil, err
	}
	m, sum, err := b.write(ctx, filepath.Join(work, "archive"), backup.Manifest{Software: software(), At: at}, sources)
	if err != nil {
		return nil, err
	}
	if err := settle(filepath.Join(work, "archive"), file); err != nil {
		return nil, err
	}
	return append(wrong, strange(m)...), b.record(ctx, m, sum)
}

// copied puts copies of both halves into the working folder and returns what is not as
// it should be; where all is, the answers that wait do not lie in their order.
func (b *backingUp) copied(ctx context.Context, work string) (wrong []string, err error) {
	if err := together(ctx, b.dir, func() error { return snapshots(ctx, b.dir, work) }); err != nil {
		return nil, err
	}
	wrong, err = lookOver(ctx, work, func(ctx context.Context, file string, d *db.DB) ([]string, error) { return examineHalf(ctx, file, d) })
	if err != nil || len(wrong) > 0 { // what is wrong is kept as it is
		return wrong, err
	}
	return nil, surveystore.Shuffle(ctx, filepath.Join(work, surveyFile))
}

// evidenceFolders are those whose files are named by their digest.
func evidenceFolders() []string { return []string{evidenceFolder, objectionFolder} }

// sources are the files of the backup. The evidence is listed after the databases
// were copied, so that every file that they name is there.
func (b *backingUp) sources(work string) ([]backup.Source, error) {
	out := []backup.Source{
		{Path: filepath.Join(work, programmeFile), Name: programmeFile},
		{Path: filepath.Join(work, surveyFile), Name: surveyFile},
		{Path: filepath.Join(b.dir, keyFile), Name: keyFile},
	}
	for _, name := range []string{keyring.FileName, demoFile, clockFile, "rehearsal.json"} { // the last three of a rehearsal only
		if _, err := os.Stat(filepath.Join(b.dir, name)); err == nil {
			out = append(out, backup.Source{Path: filepath.Join(b.dir, name), Name: name})
		}
	}
	for _, folder := range evidenceFolders() {
		files, err := backup.Below(b.dir, folder, "incoming", "parts", "previews") // previews are made again
		if err != nil {
			return nil, err
		}
		out = append(out, files...)
	}
	if b.waves {
		keys, err := backup.Below(b.dir, waveFolder)
		if err != nil {
			return nil, err
		}
		out = append(out, keys...)
	}
	return out, nil
}

// write packs the sources into a file, durably, and returns its SHA-256.
func (b *backingUp) write(ctx context.Context, to string, m backup.Manifest, sources []backup.Source) (_ backup.Manifest, sum string, err error) {
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return m, "", fmt.Errorf("backup: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	hash := sha256.New()
	if m, err = backup.Pack(ctx, io.MultiWriter(f, hash), b.lock, m, sources); err != nil {
		return m, "", err
	}
	if err := f.Sync(); err != nil {
		return m, "", fmt.Errorf("backup: %w", err)
	}
	return m, hex.EncodeToString(hash.Sum(nil)), nil
}

// settle gives a whole file its name, unless that name has been taken meanwhile.
func settle(from, to string) error {
	if err := os.Link(from, to); err != nil {
		if errors.Is(err, os.ErrExist) {
			return fault.New(fault.Conflict, "backup.there", "file", to)
		}
		return fmt.Errorf("backup: %w", err)
	}
	folder, err := os.Open(filepath.Dir(to))
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// strange returns a line for each file of evidence whose bytes are not those that
// its name promises.
func strange(m backup.Manifest) (wrong []string) {
	for _, e := range m.Entries {
		folder, name, _ := strings.Cut(e.Name, "/")
		if digest := strings.ReplaceAll(name, "/", ""); slices.Contains(evidenceFolders(), folder) && digest != e.SHA256 { // its first two digits are a folder
			wrong = append(wrong, fmt.Sprintf("%s %s: altered", folder, digest))
		}
	}
	return wrong
}

// record puts the backup into the trail of the folder that it was made of.
func (b *backingUp) record(ctx context.Context, m backup.Manifest, sum string) (err error) {
	after, err := json.Marshal(map[string]any{"sha256": sum, "files": len(m.Entries), "waves": b.waves})
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return recordIn(ctx, b.dir, b.now(), "backup.make", "backup/"+sum[:16], string(after))
}

// recordIn puts an act of a command into the programme's trail.
func recordIn(ctx context.Context, dir string, now time.Time, action, object, after string) (err error) {
	s, err := store.Open(ctx, filepath.Join(dir, programmeFile))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	by := access.Command(strings.ReplaceAll(action, ".", " "))
	return s.Record(ctx, audit.Entry{At: now, Actor: by.Name, Role: string(by.Role), Action: action, Object: object, After: after})
}
