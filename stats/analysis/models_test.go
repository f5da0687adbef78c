package analysis_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// TestModels compares replicates made here, propensities, regressions, scales
// and drivers with the values that R gives (testdata/models/SOURCE.md).
func TestModels(t *testing.T) {
	t.Parallel()
	dir := filepath.Join("testdata", "models")
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
	if len(index.Cases) == 0 {
		t.Fatal("the index names no case")
	}
	for _, id := range index.Cases {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			runReferenceCase(t, dir, id)
		})
	}
}
