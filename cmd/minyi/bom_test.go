package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
)

// TestS54TheListOfModulesIsThatOfTheBuild compares the CycloneDX list with what
// `go version -m` reads from the file of this very program.
func TestS54TheListOfModulesIsThatOfTheBuild(t *testing.T) {
	t.Parallel()
	info, ok := debug.ReadBuildInfo()
	if !ok {
		t.Fatal("no record of the build")
	}
	var out, again bytes.Buffer
	if err := bom(&out, info); err != nil {
		t.Fatal(err)
	}
	if err := bom(&again, info); err != nil || again.String() != out.String() {
		t.Errorf("the list is another the second time: %v", err)
	}
	var doc struct {
		Format     string `json:"bomFormat"`
		Schema     string `json:"specVersion"`
		Components []struct {
			Name, Version, PURL string
			Hashes              []struct{ Alg, Content string }
		}
	}
	if err := json.Unmarshal(out.Bytes(), &doc); err != nil || doc.Format != "CycloneDX" || doc.Schema != "1.6" {
		t.Fatalf("%v: %s %s", err, doc.Format, doc.Schema)
	}
	var got, want []string
	for _, c := range doc.Components {
		got = append(got, c.Name+"@"+c.Version)
		if c.PURL != "pkg:golang/"+c.Name+"@"+c.Version || len(c.Hashes) != 1 || len(c.Hashes[0].Content) != 64 {
			t.Errorf("%s: purl %s, hashes %v", c.Name, c.PURL, c.Hashes)
		}
	}
	record, err := exec.CommandContext(t.Context(), "go", "version", "-m", os.Args[0]).Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(record)) {
		if cells := strings.Fields(line); len(cells) >= 3 && cells[0] == "dep" {
			want = append(want, cells[1]+"@"+cells[2])
		}
	}
	if slices.Sort(got); len(want) < 30 || !slices.Equal(got, slices.Sorted(slices.Values(want))) {
		t.Errorf("got %d modules, go version -m says %d:\n%v\n%v", len(got), len(want), got, want)
	}
}
