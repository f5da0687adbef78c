package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/indicators/keyring"
)

func configCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "config"}
	cmd.AddCommand(settingsCommand("print", printSettings), settingsCommand("check", checkSettings))
	return cmd
}

// settingsCommand is a command that takes what serve takes and serves nothing.
func settingsCommand(use string, do func(cmd *cobra.Command, c *config) error) *cobra.Command {
	var cfg config
	cmd := &cobra.Command{
		Use:  use,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := cfg.fill(cmd); err != nil {
				return err
			}
			if cfg.data == "" {
				cfg.data = defaultData
			}
			return do(cmd, &cfg)
		},
	}
	cfg.flags(cmd.Flags(), defaultListen)
	cfg.serveFlags(cmd.Flags())
	return cmd
}

// sources of a setting, as an annotation of its flag.
const (
	sourceNote    = "source"
	sourceDefault = "default"
	sourceFlag    = "flag"
	sourceFile    = "file"
)

// printSettings prints a TOML file of what the service would run with, each line
// with where its value comes from. Secrets are hidden.
func printSettings(cmd *cobra.Command, _ *config) (err error) {
	out := cmd.OutOrStdout()
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if f.Name == "config" || f.Name == "help" || f.Name == "lang" {
			return
		}
		err = errors.Join(err, printSetting(out, f))
	})
	return err
}

func printSetting(out io.Writer, f *pflag.Flag) error {
	value := fmt.Sprintf("%q", f.Value.String())
	list, isList := f.Value.(pflag.SliceValue)
	switch {
	case isSecret(f.Name) && f.Value.String() != "":
		value = `"(hidden)"`
	case isList:
		quoted := make([]string, 0, len(list.GetSlice()))
		for _, one := range list.GetSlice() {
			quoted = append(quoted, fmt.Sprintf("%q", one))
		}
		value = "[" + strings.Join(quoted, ", ") + "]"
	case slices.Contains([]string{"int", "bool"}, f.Value.Type()):
		value = f.Value.String()
	}
	_, err := fmt.Fprintf(out, "%s = %s # %s\n", f.Name, value, sourceOf(f))
	return err //nolint:wrapcheck // printing
}

// isSecret reports whether a setting holds a secret by itself; a file's name is none.
func isSecret(name string) bool {
	return strings.HasSuffix(name, "password") || strings.HasSuffix(name, "secret") || strings.HasSuffix(name, "token")
}

func sourceOf(f *pflag.Flag) string {
	if note := f.Annotations[sourceNote]; len(note) == 1 {
		return note[0]
	}
	if f.Changed {
		return sourceFlag
	}
	return sourceDefault
}

// checkSettings says what serve would refuse, all at once and without serving.
func checkSettings(cmd *cobra.Command, c *config) error {
	var wrong []string
	note := func(name string, err error) {
		if err != nil {
			wrong = append(wrong, name+": "+inWords(cmd, err).Error())
		}
	}
	_, _, err := net.SplitHostPort(c.listen)
	note("listen", err)
	note("base", checkBase(c.base))
	_, err = c.prefixes()
	note("proxies", err)
	note("tls-cert", checkPair(c.cert, c.key))
	note("listen", c.checkPlain())
	note("clamav", c.checkScanner())
	_, err = keyring.ParseAlgorithm(c.cipher)
	note("cipher", err)
	_, err = c.demand()
	note("second-factor", err)
	note("messages", c.checkPostal())
	note("witness", c.checkWitnesses())
	note("backup", c.checkSchedule())
	if dir, err := filepath.Abs(c.data); err != nil || isDemo(dir) {
		note("data", errors.Join(err, fault.New(fault.Conflict, "folder.demo", "dir", c.data)))
	}
	return list(cmd.OutOrStdout(), wrong)
}

// checkBase wants the root of a site: links and QR codes are put together of it.
func checkBase(base string) error {
	if base == "" {
		return nil
	}
	u, err := url.Parse(base)
	switch {
	case err != nil:
		return err //nolint:wrapcheck // named by the caller
	case u.Scheme != "https" && u.Scheme != "http", u.Host == "", strings.Trim(u.Path, "/") != "", u.RawQuery != "":
		return fmt.Errorf("%q is not an address such as https://survey.example.gov.cn", base)
	}
	return nil
}

// checkPair wants both files of a certificate, and that they belong together.
func checkPair(cert, key string) error {
	switch {
	case cert == "" && key == "":
		return nil
	case cert == "" || key == "":
		return errors.New("tls-cert and tls-key go together")
	}
	_, err := tls.LoadX509KeyPair(cert, key)
	return err //nolint:wrapcheck // named by the caller
}

// checkPlain refuses plain HTTP that others than this machine or a named proxy
// could reach, as serve does. A name is looked up only when serving.
func (c *config) checkPlain() error {
	host, _, err := net.SplitHostPort(c.listen)
	if err != nil || c.cert != "" || len(c.proxies) > 0 || host == "localhost" {
		return nil //nolint:nilerr // told already
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return errNotLoopback(c.listen)
	}
	return nil
}

func errNotLoopback(listen string) error {
	return fmt.Errorf("%s is not a loopback address: give --tls-cert and --tls-key, or name the proxy in front with --proxies", listen)
}

// checkScanner wants an address of a virus scanner, and one of the two words for
// its absence.
func (c *config) checkScanner() error {
	if c.unseen != unseenRefuse && c.unseen != unseenMark {
		return fmt.Errorf("clamav-down: %q is neither %s nor %s", c.unseen, unseenRefuse, unseenMark)
	}
	if c.clamav == "" {
		return nil
	}
	_, err := evidence.ParseClamd(c.clamav)
	return err //nolint:wrapcheck // named by the caller
}
