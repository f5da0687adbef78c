package main

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
)

// bomCommand prints the modules that the program is built from as a CycloneDX 1.6
// document, for those who watch for vulnerabilities.
func bomCommand() *cobra.Command {
	return &cobra.Command{
		Use:  "bom",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			info, ok := debug.ReadBuildInfo()
			if !ok {
				return errors.New("the program has no record of its build")
			}
			return bom(cmd.OutOrStdout(), info)
		},
	}
}

// component is a module in a CycloneDX document.
type component struct {
	Kind    string       `json:"type"`
	Ref     string       `json:"bom-ref"`
	Name    string       `json:"name"`
	Version string       `json:"version"`
	URL     string       `json:"purl"`
	Hashes  []moduleSum  `json:"hashes,omitempty"`
	Source  []moduleSite `json:"externalReferences,omitempty"`
}

// moduleSum is the SHA-256 of a module's zip's listing, as go.sum has it.
type moduleSum struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

type moduleSite struct {
	Kind string `json:"type"`
	URL  string `json:"url"`
}

// bom writes the document. It names no time and no serial number: the same program
// always prints the same.
func bom(to io.Writer, info *debug.BuildInfo) error {
	main := moduleOf(&info.Main)
	main.Kind = "application"
	doc := struct {
		Format     string      `json:"bomFormat"`
		Schema     string      `json:"specVersion"`
		Version    int         `json:"version"`
		Metadata   any         `json:"metadata"`
		Components []component `json:"components"`
	}{Format: "CycloneDX", Schema: "1.6", Version: 1, Metadata: map[string]any{
		"component": main, "properties": []map[string]string{{"name": "go:version", "value": info.GoVersion}},
	}}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		doc.Components = append(doc.Components, moduleOf(m))
	}
	out := json.NewEncoder(to)
	out.SetIndent("", "  ")
	if err := out.Encode(doc); err != nil {
		return fmt.Errorf("list of modules: %w", err)
	}
	return nil
}

func moduleOf(m *debug.Module) component {
	url := "pkg:golang/" + m.Path + "@" + m.Version
	c := component{Kind: "library", Ref: url, Name: m.Path, Version: m.Version, URL: url}
	if sum, ok := strings.CutPrefix(m.Sum, "h1:"); ok {
		if raw, err := base64.StdEncoding.DecodeString(sum); err == nil {
			c.Hashes = []moduleSum{{"SHA-256", hex.EncodeToString(raw)}}
		}
	}
	if m.Version != "" && m.Version != "(devel)" {
		c.Source = []moduleSite{{"website", "https://pkg.go.dev/" + m.Path + "@" + m.Version}}
	}
	return c
}
