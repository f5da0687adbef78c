package results_test

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"strings"
	"testing"
)

// The library is the file of the npm package whose digest the notice gives, and its
// licences stand beside it.
func TestTheChartLibraryIsTheOneThatTheNoticeNames(t *testing.T) {
	t.Parallel()
	f, err := os.Open("echarts/echarts.min.js.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	r, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	notice, err := os.ReadFile("echarts/NOTICE.txt")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(raw)
	for _, want := range []string{hex.EncodeToString(sum[:]), "Apache ECharts 6.1.0", "Apache License", "Baidu", "Mike Bostock", "Microsoft"} {
		if !strings.Contains(string(notice), want) {
			t.Errorf("the notice does not have %q", want)
		}
	}
	if !strings.Contains(string(raw[:2000]), "Apache Software Foundation") {
		t.Error("the library has lost its licence line")
	}
}
