package analysis_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// BenchmarkWholeProcessBesideR runs the yardstick job as whole processes one after the
// other, from the CSV file to the written numbers: minyi estimate b.N times, then R's
// survey once in both variants (testdata/yardstick/job.R), and compares the numbers. It
// reports the slowest minyi, R's seconds, how many times faster minyi is and which part
// of R's peak memory it takes. Asked for at 1,000,000: 50 times best, 30 times greg, a
// twentieth of best's memory. R takes minutes and 4.5 GB there; it is skipped where
// Rscript or the packages survey and data.table are missing. Run it by
//
//	go test -run xxx -bench 'WholeProcessBesideR/^1000000$' -benchtime 5x ./stats/analysis
//
// What bounds it is what bounds BenchmarkBigSurvey; starting the process takes 10 ms.
func BenchmarkWholeProcessBesideR(b *testing.B) {
	if out, err := exec.Command("Rscript", "-e", "library(survey); library(data.table)").CombinedOutput(); err != nil {
		b.Skipf("R with survey and data.table is not here: %v %s", err, out)
	}
	binary := filepath.Join(b.TempDir(), "minyi")
	if out, err := exec.Command("go", "build", "-o", binary, "minyi/cmd/minyi").CombinedOutput(); err != nil {
		b.Fatalf("build: %v %s", err, out)
	}
	for _, n := range []int{100_000, 1_000_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			dir := writeYardstick(b, newYardstick(n))
			var own []usage
			for b.Loop() {
				own = append(own, process(b, binary, "estimate", filepath.Join(dir, "analysis.json"), "--out", filepath.Join(dir, "own.json")))
			}
			b.StopTimer()
			slowest := usage{}
			for _, u := range own {
				slowest = usage{max(slowest.seconds, u.seconds), max(slowest.megabytes, u.megabytes)}
			}
			b.ReportMetric(slowest.seconds, "slowest-s")
			b.ReportMetric(slowest.megabytes, "peak-MB")
			for _, variant := range []string{"best", "greg"} {
				r := process(b, "Rscript", filepath.Join("testdata", "yardstick", "job.R"), dir, variant)
				b.ReportMetric(r.seconds, "R-"+variant+"-s")
				b.ReportMetric(r.seconds/slowest.seconds, "times-"+variant)
				b.ReportMetric(r.megabytes/slowest.megabytes, "memory-"+variant)
				sameNumbers(b, dir, variant)
			}
		})
	}
}

// usage is the elapsed time and the peak memory of a process.
type usage struct{ seconds, megabytes float64 }

func process(b *testing.B, name string, args ...string) usage {
	b.Helper()
	command, start := exec.Command(name, args...), time.Now()
	if out, err := command.CombinedOutput(); err != nil {
		b.Fatalf("%s: %v %s", name, err, out)
	}
	elapsed := time.Since(start).Seconds()
	used, ok := command.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		b.Fatal("this system does not tell the memory of a process")
	}
	return usage{elapsed, float64(used.Maxrss) / 1000} // Maxrss is in KiB on Linux
}

// writeYardstick writes the survey, its margins and the analysis to a folder.
func writeYardstick(b *testing.B, y *yardstick) string {
	b.Helper()
	margins := []byte("var,level,total\n")
	for _, m := range y.margins {
		for k, level := range m.levels {
			margins = fmt.Appendf(margins, "%s,%s,%.0f\n", m.name, level, m.totals[k])
		}
	}
	dir := b.TempDir()
	for name, text := range map[string][]byte{"survey": y.csv(), "margins.csv": margins, "analysis.json": y.analysis()} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			b.Fatal(err)
		}
	}
	return dir
}

// sameNumbers compares the estimates to 1e-9 and the standard errors to 1e-8 relative.
func sameNumbers(b *testing.B, dir, variant string) {
	b.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "own.json"))
	if err != nil {
		b.Fatal(err)
	}
	var own struct{ Estimates []struct{ Est, SE []float64 } }
	if err := json.Unmarshal(text, &own); err != nil {
		b.Fatal(err)
	}
	f, err := os.Open(filepath.Join(dir, variant+".csv"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		b.Fatal(err)
	}
	if got, want := len(records), 1+bigAreas*bigItems; got != want {
		b.Fatalf("R wrote %d lines, want %d", got, want)
	}
	for k, fields := range records[1:] {
		entry, area := own.Estimates[k/bigAreas], k%bigAreas
		est, wrong := strconv.ParseFloat(fields[2], 64)
		se, wrongSE := strconv.ParseFloat(fields[3], 64)
		if wrong != nil || wrongSE != nil || math.Abs(entry.Est[area]-est) > 1e-9 || math.Abs(entry.SE[area]-se) > 1e-8*se {
			b.Fatalf("%s, %s: got %v (%v), want R's %s (%s)", variant, fields[0], entry.Est[area], entry.SE[area], fields[2], fields[3])
		}
	}
}
