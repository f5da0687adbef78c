package main

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"minyi/indicators/access"
	"minyi/indicators/copies"
	"minyi/indicators/store"
	"minyi/web/view"
)

// openCopies makes what keeps account of copies.
func (h *house) openCopies() error {
	h.copies = copies.New(copies.Config{Store: h.programme, Now: h.now, NewSerial: copySerial})
	return nil
}

// copySerial names a copy: E- and ten characters of 50 random bits.
func copySerial() (string, error) {
	const letters, long = "0123456789ABCDEFGHJKMNPQRSTVWXYZ", 10
	raw := make([]byte, long)
	if _, err := rand.Read(raw); err != nil {
		return "", fmt.Errorf("serial of a copy: %w", err)
	}
	for n, b := range raw {
		raw[n] = letters[int(b)%len(letters)]
	}
	return "E-" + string(raw), nil
}

// copyCommand says who took a copy that has turned up elsewhere: by the number on it, by
// the file itself, or by its SHA-256.
func copyCommand() *cobra.Command {
	var data string
	cmd := &cobra.Command{
		Use:  "copy NUMBER|FILE|SHA256",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			what, err := named(args[0])
			if err != nil {
				return err
			}
			return inWords(cmd, whoTook(cmd, data, what))
		},
	}
	cmd.Flags().StringVar(&data, "data", defaultData, "")
	return cmd
}

// named is the SHA-256 of a file where there is one of that name, else the text itself.
func named(what string) (string, error) {
	file, err := os.Open(what)
	if errors.Is(err, fs.ErrNotExist) {
		return what, nil
	}
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }() // it was only read
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return "", fmt.Errorf("read %s: %w", what, err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// whoTook prints the copies that a number or digest leads to.
func whoTook(cmd *cobra.Command, data, what string) (err error) {
	dir, err := folder(data)
	if err != nil {
		return err
	}
	if err := inOrder(cmd.Context(), dir); err != nil {
		return err
	}
	half, err := store.Open(cmd.Context(), filepath.Join(dir, programmeFile))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, half.Close()) }()
	service := copies.New(copies.Config{Store: half, Now: time.Now, NewSerial: copySerial})
	found, err := service.Find(cmd.Context(), access.Command("copy"), what)
	if err != nil {
		return err
	}
	texts, err := view.LoadTexts()
	if err != nil {
		return err
	}
	lang := operatorLang(cmd)
	for _, f := range found {
		line := texts.Say(lang, "copy.line", map[string]string{"reader": f.Reader, "role": f.Role, "at": view.DateTime(lang, f.At), "serial": f.Serial})
		if _, err := fmt.Fprintf(cmd.OutOrStdout(), "%s\n%s\n%s %s\n%s\n", line, f.Purpose, f.File, f.Path, f.Digest); err != nil {
			return fmt.Errorf("print: %w", err)
		}
	}
	return nil
}
