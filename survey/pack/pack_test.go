package pack_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"math"
	"os"
	"testing"

	"minyi/indicators/canonical"
	"minyi/survey/pack"
	"minyi/survey/tabulate"
)

func TestReproduceGivesThePublishedBytes(t *testing.T) {
	t.Parallel()
	for name, items := range map[string][]int{"all are asked all": {0, 0, 0, 0}, "some are asked of few": {0, 0, 0, 120, 7, 0}} {
		zip, d := sealed(t, made(1, 240, items...))
		report, err := pack.Check(zip)
		if err != nil || len(report.Problems) > 0 {
			t.Fatalf("%s: got %v and %v, want a sound pack", name, err, report.Problems)
		}
		again, err := pack.Reproduce(zip)
		if err != nil {
			t.Fatal(err)
		}
		published, err := json.Marshal(pack.Published(d, least))
		if err != nil {
			t.Fatal(err)
		}
		if published, err = canonical.JSON(published); err != nil || !bytes.Equal(again, published) || !bytes.Equal(report.Figures, published) {
			t.Errorf("%s: the figures of the pack are not those of the release", name)
		}
		if d.Result.Sampled.Items[0].Satisfied.N == 0 || !d.Result.Sampled.Index.SE.Known() {
			t.Errorf("%s: the release has no figures: %+v", name, d.Result.Sampled.Index)
		}
	}
}

// The figures through cells and groups are those of the whole sums, and of the design's
// own covariance.
func TestGroupsAndTheRestAreTheVariance(t *testing.T) {
	t.Parallel()
	g := ground(t, made(2, 240, 0, 0, 0, 0))
	b := basis(t, g, nil)
	f := b.Sampled
	if len(f.Cells) < 4 || len(f.Groups) < 6 || len(f.Items[0].Sums) != len(f.Cells) || len(f.Index.Totals) != len(f.Groups) {
		t.Fatalf("got %d cells and %d groups, want several", len(f.Cells), len(f.Groups))
	}
	for k := range f.Items {
		for c, s := range f.Items[k].Sums {
			if s.N < least {
				t.Errorf("item %d, cell %v: got %d answers, want at least %d", k, f.Cells[c], s.N, least)
			}
		}
		if rest := f.Items[k].ShareSpread.Rest; rest <= 0 {
			t.Errorf("item %d: got a rest of %g, want some spread inside the groups", k, rest)
		}
	}
	got, want := f.Table(), g.Result.Sampled
	near := func(name string, got, want tabulate.Number) {
		if !(math.Abs(float64(got-want)) <= 1e-12*math.Abs(float64(want))) {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
	near("index", got.Index.Est, want.Index.Est)
	near("standard error of the index", got.Index.SE, want.Index.SE)
	near("standard error of the share", got.Satisfied.SE, want.Satisfied.SE)
	for k := range want.Items {
		near("share", got.Items[k].Satisfied.Est, want.Items[k].Satisfied.Est)
		near("standard error", got.Items[k].Satisfied.SE, want.Items[k].Satisfied.SE)
		near("at least", got.Items[k].AtLeast, want.Items[k].AtLeast)
		near("design effect", got.Items[k].Mean.Deff, want.Items[k].Mean.Deff)
		near("do not know", got.Items[k].DontKnow.High, want.Items[k].DontKnow.High)
	}
}

// Each file, the container and the signature: one byte is changed at a time.
func TestEveryChangedByteIsFoundAndNamed(t *testing.T) {
	t.Parallel()
	zip, _ := sealed(t, made(3, 60, 0))
	files, err := pack.Open(zip)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		from := bytes.Index(zip, text)
		for _, at := range []int{0, 1, len(text) / 3, len(text) / 2, len(text) - 1} {
			bad := bytes.Clone(zip)
			bad[from+at] ^= 1
			if !names(t, bad, name) {
				t.Errorf("%s: a change at byte %d is not named", name, at)
			}
		}
	}
	for at := 0; at < len(zip); at += 1 + len(zip)/400 {
		bad := bytes.Clone(zip)
		bad[at] ^= 0x20
		report, err := pack.Check(bad)
		if err == nil && len(report.Problems) == 0 {
			t.Errorf("a change at byte %d of %d is not found", at, len(zip))
		}
	}
}

// names reports whether a check of the pack names the file.
func names(t *testing.T, zip []byte, file string) bool {
	t.Helper()
	report, err := pack.Check(zip)
	if err != nil {
		return false
	}
	for _, p := range report.Problems {
		if p.File == file {
			return true
		}
	}
	return false
}

// A pack of another release, however sound by itself, is not the signed one.
func TestAPackOfOtherSumsIsNotTheSignedOne(t *testing.T) {
	t.Parallel()
	_, d := sealed(t, made(4, 60, 0))
	other := basis(t, ground(t, made(5, 60, 0)), nil)
	files, _, err := pack.Make(pack.Content{Round: d.Round, Unit: d.Unit, Survey: d.Survey, Software: "minyi", Revision: 1, Basis: other})
	if err != nil {
		t.Fatal(err)
	}
	zip := signed(t, files, d)
	if !names(t, zip, pack.ManifestFile) || !names(t, zip, pack.ReleaseFile) {
		t.Error("sums of other answers pass under the release")
	}
}

var update = flag.Bool("update", false, "write testdata/basis.json, from which judge.R makes judged.json, and the pack of cmd/minyi")

// testdata/judged.json: Rscript judge.R (R 4.2.2, jsonlite), from testdata/basis.json alone.
func TestAnotherProgramMakesTheFiguresFromThePack(t *testing.T) {
	t.Parallel()
	zip, _ := sealed(t, made(1, 240, 0, 0, 0, 120, 7, 0))
	files, err := pack.Open(zip)
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		for name, text := range map[string][]byte{"testdata/basis.json": files[pack.BasisFile], "../../cmd/minyi/testdata/pack.zip": zip} {
			if err := os.WriteFile(name, text, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	kept, err := os.ReadFile("testdata/basis.json")
	if err != nil {
		t.Fatal(err)
	}
	var b pack.Basis
	if err := json.Unmarshal(kept, &b); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("testdata/judged.json")
	if err != nil {
		t.Fatal(err)
	}
	var judged map[string]float64
	if err := json.Unmarshal(text, &judged); err != nil {
		t.Fatal(err)
	}
	got := flat(b.Figures())
	if len(judged) < 60 {
		t.Fatalf("got %d judged figures, want all", len(judged))
	}
	for name, want := range judged {
		if v, ok := got[name]; !ok || !(math.Abs(v-want) <= 1e-9*math.Max(1, math.Abs(want))) {
			t.Errorf("%s: got %v, want %v", name, v, want)
		}
	}
}

// flat names the figures of the official table as judge.R does.
func flat(f *pack.Figures) map[string]float64 {
	out := map[string]float64{"kish_deff": float64(f.KishDeff), "rr1": float64(f.Rates.RR1)}
	put := func(name string, e tabulate.Estimate) {
		for part, v := range map[string]tabulate.Number{"est": e.Est, "se": e.SE, "low": e.Low, "high": e.High, "deff": e.Deff} {
			if v.Known() {
				out[name+"."+part] = float64(v)
			}
		}
	}
	put("index", f.Sampled.Index)
	put("satisfied", f.Sampled.Satisfied)
	for _, i := range f.Sampled.Items {
		put(i.ID+".satisfied", i.Satisfied)
		put(i.ID+".mean", i.Mean)
		put(i.ID+".dont_know", i.DontKnow)
		if i.AtLeast.Known() {
			out[i.ID+".at_least"] = float64(i.AtLeast)
		}
	}
	return out
}
