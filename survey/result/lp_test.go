package result_test

import (
	"encoding/csv"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
)

// leastOfTables is the fewest answers that the tables for the linear programs show.
const leastOfTables = 10

// tables are made-up tables of up to 22 rows by 5 columns with what is hidden of
// them, one line a cell, totals in the last row and column.
func tables() (text string, refused int) {
	var b strings.Builder
	b.WriteString("table,row,col,n,hidden\n")
	for seed := range uint64(60) {
		rows, cols := 2+int(seed*7%21), 2+int(seed%4)
		g := made(rows, cols, 12+int(seed%5)*12, seed+1000, leastOfTables)
		cells, ok := g.Hide(leastOfTables)
		if !ok {
			refused++
			continue
		}
		total, down := 0, make([]int, cols)
		for r := range rows {
			sum := 0
			for c, n := range g.N[r] {
				sum, down[c] = sum+n, down[c]+n
				fmt.Fprintf(&b, "%d,%d,%d,%d,%s\n", seed, r, c, n, cells[r][c])
			}
			total += sum
			fmt.Fprintf(&b, "%d,%d,%d,%d,%s\n", seed, r, cols, sum, g.Rows[r])
		}
		for c, sum := range down {
			fmt.Fprintf(&b, "%d,%d,%d,%d,%s\n", seed, rows, c, sum, g.Cols[c])
		}
		fmt.Fprintf(&b, "%d,%d,%d,%d,\n", seed, rows, cols, total)
	}
	return b.String(), refused
}

// TestNoHiddenCountCanBeToldByLinearPrograms: testdata/widths.csv is what lpSolve
// says of these tables, as whoever knows all that is shown would ask it. A hidden
// count that is 0 needs no width: nobody is behind it.
func TestNoHiddenCountCanBeToldByLinearPrograms(t *testing.T) {
	t.Parallel()
	text, refused := tables()
	golden(t, "testdata/tables.csv", text)
	if refused > 20 {
		t.Errorf("%d of 60 tables cannot be shown, want at most 20", refused)
	}
	count := map[string]string{}
	for _, line := range strings.Split(text, "\n") {
		if f := strings.Split(line, ","); len(f) == 5 && f[4] != "" && f[0] != "table" {
			count[strings.Join(f[:3], ",")] = f[3]
		}
	}
	f, err := os.Open("testdata/widths.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	looked := 0
	for _, row := range rows[1:] {
		cell := strings.Join(row[:3], ",")
		n, ok := count[cell]
		if !ok {
			continue
		}
		delete(count, cell)
		low, err := strconv.ParseFloat(row[3], 64)
		if err != nil {
			t.Fatal(err)
		}
		high, err := strconv.ParseFloat(row[4], 64)
		if err != nil {
			t.Fatal(err)
		}
		looked++
		if truth, _ := strconv.ParseFloat(n, 64); truth > 0 && (high-low < leastOfTables || truth < low || truth > high) {
			t.Errorf("table, row and column %s: the count %s is told as %v to %v", cell, n, low, high)
		}
	}
	if looked < 200 || len(count) > 0 {
		t.Errorf("%d hidden counts were tried, %d were not", looked, len(count))
	}
}
