package main_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestEveryRowOfTheChecklistIsJudged reads the table of indicators/access: every id
// stands in it once and in order, its row has five filled cells, and whoever is judged by
// tests names some (that they exist, TestEveryJudgeExists demands).
func TestEveryRowOfTheChecklistIsJudged(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "..", "indicators", "access", "checklist.go"))
	if err != nil {
		t.Fatal(err)
	}
	row, test := regexp.MustCompile(`(?m)^//\t([SF]\d\d) \| (.*)$`), regexp.MustCompile(`\b(Test|Fuzz|Benchmark)[A-Z]\w+`)
	var got, open []string
	for _, hit := range row.FindAllStringSubmatch(string(text), -1) {
		id, cells := hit[1], strings.Split(hit[2], " | ")
		got = append(got, id)
		if len(cells) != 4 {
			t.Errorf("%s: got %d cells, want five", id, len(cells)+1)
			continue
		}
		judge := cells[3]
		switch {
		case strings.HasPrefix(cells[1], "open"):
			open = append(open, id)
		case strings.HasPrefix(judge, "argued"):
		case !test.MatchString(judge):
			t.Errorf("%s is neither open, nor argued, nor judged by a test", id)
		}
	}
	var want []string
	for kind, most := range map[string]int{"S": 55, "F": 17} {
		for n := range most {
			want = append(want, fmt.Sprintf("%s%02d", kind, n+1))
		}
	}
	if len(got) != len(want) {
		t.Errorf("got %d rows, want %d", len(got), len(want))
	}
	for _, id := range want {
		if strings.Count(" "+strings.Join(got, " ")+" ", " "+id+" ") != 1 {
			t.Errorf("%s does not stand in the table once", id)
		}
	}
	t.Logf("%d rows are open: %s", len(open), strings.Join(open, " "))
}
