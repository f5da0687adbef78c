package analysis_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// TestVaried compares designs, adjustments and estimates of a made-up survey with R's
// survey 4.5 (testdata/varied), in combinations that no published data set has.
func TestVaried(t *testing.T) {
	t.Parallel()
	dir := filepath.Join("testdata", "varied")
	text, err := os.ReadFile(filepath.Join(dir, "index.json"))
	if err != nil {
		t.Fatal(err)
	}
	var index struct {
		Cases []string `json:"cases"`
	}
	if err := json.Unmarshal(text, &index); err != nil {
		t.Fatal(err)
	}
	if len(index.Cases) != 23 {
		t.Fatalf("got %d cases, want 23", len(index.Cases))
	}
	for _, id := range index.Cases {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			runReferenceCase(t, dir, id)
		})
	}
}
