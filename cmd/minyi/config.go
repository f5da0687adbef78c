package main

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"minyi/indicators/access"
	"minyi/indicators/keyring"
	"minyi/web/respond"
)

// defaultListen is where a service listens that nobody told.
const defaultListen = "127.0.0.1:8080"

// defaultMetrics is where the metrics are, for this machine only.
const defaultMetrics = "127.0.0.1:8081"

// config is what the service needs to know from outside.
type config struct {
	data    string   // folder that holds everything
	listen  string   // host:port
	base    string   // address that links and QR codes carry
	proxies []string // networks of proxies in front of the service
	cert    string   // TLS certificate file; empty: no TLS here
	key     string   // TLS key file
	metrics string   // host:port of the metrics, or off
	hour    int      // sheets an hour before posters ask for work
	clamav  string   // virus scanner of evidence; empty: none
	cipher  string   // of personal data at rest: aes or sm4
	witness []string // verifier lines of those who cosign the public logs
	unseen  string   // what becomes of files while the scanner cannot say: refuse or mark
	still   bool     // serve a folder only when its schema is up to date
	factor  string   // of whom a second factor is demanded; empty: nobody
	level3  bool     // the password rules of the level-3 scheme
	postal           // e-mail and messaging gateway

	scheduled // backups by the clock
}

// What becomes of files that the virus scanner could not look at.
const (
	unseenRefuse = "refuse"
	unseenMark   = "mark"
)

// flags declares the settings of a command that serves.
func (c *config) flags(f *pflag.FlagSet, listen string) {
	f.StringVar(&c.data, "data", "", "")
	f.StringVar(&c.listen, "listen", listen, "")
	f.StringVar(&c.base, "base", "", "")
	f.String("config", "", "")
}

// serveFlags declares what only the real service has.
func (c *config) serveFlags(f *pflag.FlagSet) {
	f.StringSliceVar(&c.proxies, "proxies", nil, "")
	f.StringVar(&c.cert, "tls-cert", "", "")
	f.StringVar(&c.key, "tls-key", "", "")
	f.StringSliceVar(&c.witness, "witness", nil, "")
	f.StringVar(&c.metrics, "metrics", defaultMetrics, "")
	f.StringVar(&c.clamav, "clamav", "", "")
	f.StringVar(&c.cipher, "cipher", string(keyring.AES), "")
	f.StringVar(&c.unseen, "clamav-down", unseenRefuse, "")
	f.StringVar(&c.factor, "second-factor", string(access.DemandStaff), "")
	f.BoolVar(&c.level3, "level3", false, "")
	f.IntVar(&c.hour, "poster-hour", respond.DefaultPosterHour, "")
	f.BoolVar(&c.still, "no-migrate", false, "")
	c.postalFlags(f)
	c.scheduleFlags(f)
}

// fill gives every setting that no flag names the value of its MINYI_ variable,
// else that of the config file.
func (c *config) fill(cmd *cobra.Command) error {
	file := map[string]any{}
	path, _ := cmd.Flags().GetString("config")
	if path == "" {
		path = os.Getenv("MINYI_CONFIG")
	}
	if path != "" {
		if _, err := toml.DecodeFile(path, &file); err != nil {
			return usageError{fmt.Errorf("config %s: %w", path, err)}
		}
	}
	var problems []error
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		value, inFile := file[f.Name]
		delete(file, f.Name)
		if f.Changed || f.Name == "config" || f.Name == "help" {
			return
		}
		variable := "MINYI_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		if env, ok := os.LookupEnv(variable); ok {
			problems = append(problems, set(f, env, variable))
		} else if inFile {
			problems = append(problems, set(f, text(value), sourceFile))
		}
	})
	for name := range file {
		problems = append(problems, fmt.Errorf("config %s: unknown setting %q", path, name))
	}
	if err := errors.Join(problems...); err != nil {
		return usageError{err}
	}
	return nil
}

// set gives a flag its value and notes where it comes from.
func set(f *pflag.Flag, value, source string) error {
	if err := f.Value.Set(value); err != nil {
		return fmt.Errorf("setting %s: %w", f.Name, err)
	}
	f.Annotations = map[string][]string{sourceNote: {source}}
	return nil
}

// text writes a TOML value as a flag would take it.
func text(v any) string {
	list, ok := v.([]any)
	if !ok {
		return fmt.Sprint(v)
	}
	parts := make([]string, len(list))
	for i, e := range list {
		parts[i] = fmt.Sprint(e)
	}
	return strings.Join(parts, ",")
}

// prefixes parses the proxies' networks.
func (c *config) prefixes() ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, s := range c.proxies {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			addr, addrErr := netip.ParseAddr(s)
			if addrErr != nil {
				return nil, usageError{fmt.Errorf("proxies: %w", err)}
			}
			p = netip.PrefixFrom(addr, addr.BitLen())
		}
		out = append(out, p)
	}
	return out, nil
}

// folder makes the data folder, readable by its owner only.
func folder(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("data folder: %w", err)
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return "", unwritable(path, err)
	}
	return path, nil
}
