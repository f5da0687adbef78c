package sample_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"minyi/stats/sample"
)

// If everyone is satisfied, n of n meet 'at least t' at the error alpha once
// t^n <= alpha: n = ceil(ln alpha/ln t), 14 for 0.8 and 0.05; nobody satisfied shows
// 'not met' once (1-t')^n < alpha for the dissatisfied.
func TestSizeForDecisionOfACertainShare(t *testing.T) {
	t.Parallel()
	for _, threshold := range []float64{0.5, 0.8, 0.9, 0.95} {
		all, err := sample.SizeForDecision(threshold, 1, 0.8, sample.Setting{})
		if err != nil {
			t.Fatal(err)
		}
		if want := int(math.Ceil(math.Log(0.05) / math.Log(threshold))); all.Answers != want {
			t.Errorf("all of them, threshold %v: got %d answers, want %d", threshold, all.Answers, want)
		}
		none, err := sample.SizeForDecision(threshold, 0, 0.8, sample.Setting{})
		if err != nil {
			t.Fatal(err)
		}
		if want := int(math.Ceil(math.Log(0.05) / math.Log(1-threshold))); none.Answers != want {
			t.Errorf("none of them, threshold %v: got %d answers, want %d", threshold, none.Answers, want)
		}
	}
}

// A finite population shortens a margin and leaves none where all are asked.
func TestMarginOfAFinitePopulation(t *testing.T) {
	t.Parallel()
	free, err := sample.Margin(0.5, 100, sample.Setting{})
	if err != nil {
		t.Fatal(err)
	}
	half, err := sample.Margin(0.5, 100, sample.Setting{Population: 200})
	if err != nil {
		t.Fatal(err)
	}
	all, err := sample.Margin(0.5, 100, sample.Setting{Population: 100})
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(free-1.959963984540054*0.05) > 1e-12 || math.Abs(half-free*math.Sqrt(0.5)) > 1e-12 || all != 0 {
		t.Errorf("got %v, %v and %v, want 0.098, its part √½, and 0", free, half, all)
	}
}

func TestWhatCannotBePlannedIsRefused(t *testing.T) {
	t.Parallel()
	none, wild := sample.Setting{}, sample.Setting{Level: 2}
	for name, c := range map[string]struct {
		f    func() error
		code string
	}{
		"a level of 2":                {func() error { _, err := sample.SizeForMargin(0.5, 0.03, wild); return err }, "sample.setting"},
		"a threshold at a level of 2": {func() error { _, err := sample.SizeForThreshold(0.8, 0.9, 0.8, wild); return err }, "sample.setting"},
		"a decision at a level of 2":  {func() error { _, err := sample.SizeForDecision(0.8, 0.9, 0.8, wild); return err }, "sample.setting"},
		"a decision by half a deff":   {func() error { _, err := sample.SizeForDecision(0.8, 0.9, 0.8, sample.Setting{Deff: -1}); return err }, "sample.setting"},
		"the margin at a level of 2":  {func() error { _, err := sample.Margin(0.5, 10, wild); return err }, "sample.setting"},
		"no answers":                  {func() error { _, err := sample.Margin(0.5, 0, none); return err }, "sample.target"},
		"more answers than people":    {func() error { _, err := sample.Margin(0.5, 11, sample.Setting{Population: 10}); return err }, "sample.target"},
		"a margin too fine":           {func() error { _, err := sample.SizeForMargin(0.5, 1e-9, none); return err }, "sample.target"},
		"a share at the threshold":    {func() error { _, err := sample.SizeForThreshold(0.8, 0.8, 0.8, none); return err }, "sample.target"},
		"too much to spread":          {func() error { _, err := sample.Allocate(20_000_000, []float64{1e9}, nil, sample.Equal, 0); return err }, "sample.size"},
		"no such allocation":          {func() error { _, err := sample.Allocate(2, []float64{9}, nil, 99, 0); return err }, "sample.allocation"},
		"no spread":                   {func() error { _, err := sample.Allocate(2, []float64{9}, nil, sample.Neyman, 0); return err }, "sample.length"},
		"no people":                   {func() error { _, err := sample.Allocate(2, []float64{0}, nil, sample.Equal, 0); return err }, "sample.measure"},
		"a spread below 0":            {func() error { _, err := sample.Allocate(2, []float64{9}, []float64{-1}, sample.Neyman, 0); return err }, "sample.spread"},
		"no PSUs": {func() error {
			_, err := sample.Stratified([]sample.Stratum{{Name: "a", Sizes: []float64{1, 2}}}, []sample.Plan{{PSUs: 0, Take: 1}}, 1)
			return err
		}, "sample.plan"},
		"a PSU without size": {func() error {
			_, err := sample.Stratified([]sample.Stratum{{Name: "a", Sizes: []float64{1, math.NaN()}}}, []sample.Plan{{PSUs: 1, Take: 1}}, 1)
			return err
		}, "sample.measure"},
	} {
		err := c.f()
		var known *sample.Error
		if !errors.As(err, &known) || known.Code != c.code {
			t.Errorf("%s: got %+v, want %s", name, err, c.code)
			continue
		}
		if text := known.Error(); !strings.HasPrefix(text, known.At) || !strings.HasSuffix(text, known.Message) {
			t.Errorf("%s: the error reads %q", name, text)
		}
	}
}

// Units taken for certain are in every draw, and a draw of nothing else is they.
func TestSampfordOfCertainUnits(t *testing.T) {
	t.Parallel()
	got, err := sample.Sampford([]float64{1, 0, 1}, 5)
	if err != nil || len(got) != 2 || got[0] != 0 || got[1] != 2 {
		t.Errorf("got %v, %v; want the two certain units", got, err)
	}
	joint, err := sample.SampfordJoint([]float64{1, 0, 1})
	if err != nil || joint[0][2] != 1 || joint[0][1] != 0 {
		t.Errorf("got %v, %v; want the certain pair", joint, err)
	}
}
