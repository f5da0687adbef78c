package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"minyi/indicators/application"
	"minyi/indicators/canonical"
	"minyi/indicators/event"
	"minyi/indicators/fault"
)

// dossier checks the receipt of a filed dossier (C75): its signature, the manifest where
// it is given, and the filing in the log of events. The key of the signature comes from
// the receipt and is shown, to be compared with the one on the public page.
func (r *receiptCheck) dossier(cmd *cobra.Command, s application.Signed) (err error) {
	if r.words, err = wordsOf(cmd); err != nil {
		return err
	}
	key, err := hex.DecodeString(s.Key)
	if err != nil || len(key) != ed25519.PublicKeySize {
		return fault.New(fault.Invalid, "seal.forged")
	}
	if err := s.Verify(key); err != nil {
		return err
	}
	if err := r.say("verify.dossier.signed", "unit", s.Receipt.Unit, "round", s.Receipt.Round, "at", s.Receipt.Local, "manifest", s.Receipt.Manifest, "key", s.Key); err != nil {
		return err
	}
	if err := r.sealed(s.Receipt.Manifest); err != nil {
		return err
	}
	if len(s.Event) == 0 {
		return fault.New(fault.Invalid, "seal.noevent")
	}
	receipt, leaf, err := event.ParseReceipt(s.Event)
	if err != nil {
		return err
	}
	if receipt.Event.Action != "dossier.file" || receipt.Event.Digest != s.Receipt.Manifest {
		return fault.New(fault.Invalid, "seal.otherevent")
	}
	return r.logged(cmd, receipt, leaf, r.base, r.dir, r.keys)
}

// sealed compares the manifest that was given with the digest that the receipt names.
// The blanks that copying leaves do not count.
func (r *receiptCheck) sealed(digest string) error {
	if r.manifest == "" {
		return nil
	}
	text, err := os.ReadFile(filepath.Clean(r.manifest))
	if err != nil {
		return err
	}
	if digestOf(text) != digest {
		plain, err := canonical.JSON(text)
		if err != nil {
			return fault.New(fault.Invalid, "seal.unreadable")
		}
		if digestOf(plain) != digest {
			return fault.New(fault.Invalid, "seal.othermanifest")
		}
	}
	altered, err := application.Altered(text)
	if err != nil {
		return err
	}
	if len(altered) > 0 {
		return fault.New(fault.Invalid, "seal.sections", "sections", strings.Join(altered, ", "))
	}
	return r.say("verify.dossier.manifest", "digest", digest)
}

func digestOf(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
