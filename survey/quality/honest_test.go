package quality_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"minyi/survey/quality"
)

// Whatever people answer, as long as they came and answered as people do: when
// some of the honest are made content with everything (reversed items read),
// hardly anybody is flagged, and hardly more than before.
func TestNobodyIsFlaggedForBeingSatisfied(t *testing.T) {
	t.Parallel()
	for _, share := range []float64{.1, .5, .9} {
		t.Run(fmt.Sprint(share), func(t *testing.T) {
			t.Parallel()
			w := quiet(900)
			content := map[string]bool{}
			for i := range w.out {
				if w.out[i].Unit != w.units[0].code && w.r.Float64() < share {
					content[w.out[i].ID] = true
					answers := make([]int8, w.items)
					for j := range answers {
						answers[j] = 5
						if w.reversed[j] {
							answers[j] = 1
						}
					}
					w.out[i].Answers = answers
				}
			}
			report, err := quality.Review(w.survey())
			if err != nil {
				t.Fatal(err)
			}
			flagged := 0
			for _, f := range report.Findings {
				if f.Flag && content[f.ID] {
					flagged++
				}
			}
			if got := float64(flagged) / float64(len(content)); got > .005 {
				t.Errorf("of %d content people %.3f are flagged, want at most .005", len(content), got)
			}
		})
	}
}

func TestTheOrderOfTheFileTellsNothing(t *testing.T) {
	t.Parallel()
	s, _, _ := makeSurvey(heldOutSeed+7, true)
	straight, err := quality.Review(s)
	if err != nil {
		t.Fatal(err)
	}
	turned := *s
	turned.Responses = slices.Clone(s.Responses)
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(turned.Responses), func(a, b int) {
		turned.Responses[a], turned.Responses[b] = turned.Responses[b], turned.Responses[a]
	})
	again, err := quality.Review(&turned)
	if err != nil {
		t.Fatal(err)
	}
	place := map[string]int{}
	for i, f := range straight.Findings {
		place[f.ID] = i
	}
	for _, got := range again.Findings {
		want := straight.Findings[place[got.ID]]
		if math.Abs(got.Score-want.Score) > 1e-9 || got.Flag != want.Flag || !slices.Equal(got.Rules, want.Rules) {
			t.Fatalf("%s: got %+v, want %+v", got.ID, got, want)
		}
	}
	for u, got := range again.Units {
		if want := straight.Units[u]; got.Unit != want.Unit || math.Abs(got.Score-want.Score) > 1e-9 {
			t.Errorf("unit: got %+v, want %+v", got, want)
		}
	}
}

// What is not known switches off what needs it, and nothing else.
func TestSurveysWithLittleBesideAnswersAreReviewed(t *testing.T) {
	t.Parallel()
	for name, strip := range map[string]func(x *quality.Response){
		"no pages":           func(x *quality.Response) { x.Pages = nil },
		"page times unknown": func(x *quality.Response) { x.Pages = []float64{math.NaN(), math.NaN(), math.NaN()} },
		"one page":           func(x *quality.Response) { x.Pages = x.Pages[:1] },
		"no times at all":    func(x *quality.Response) { x.Pages, x.Start, x.Submit = nil, time.Time{}, time.Time{} },
		"no devices":         func(x *quality.Response) { x.Device = "" },
		"no networks":        func(x *quality.Response) { x.Network, x.Address = "", "" },
		"one unit":           func(x *quality.Response) { x.Unit = "A" },
		"answers only": func(x *quality.Response) {
			*x = quality.Response{ID: x.ID, Unit: x.Unit, Answers: x.Answers, Attention: quality.NoAnswer}
		},
		"nobody has an opinion": func(x *quality.Response) {
			x.Answers = slices.Repeat([]int8{quality.NoAnswer}, len(x.Answers))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := quiet(901)
			for i := range w.out {
				strip(&w.out[i])
			}
			report, err := quality.Review(w.survey())
			if err != nil {
				t.Fatal(err)
			}
			flagged := 0
			for _, f := range report.Findings {
				if f.Flag {
					flagged++
				}
				if math.IsNaN(f.Score) || math.IsInf(f.Score, 0) {
					t.Fatalf("got %+v", f)
				}
			}
			if got := float64(flagged) / float64(len(report.Findings)); got > .01 {
				t.Errorf("honest people flagged: got %.3f, want at most .01", got)
			}
		})
	}
}

func TestFewResponsesHaveNothingToBeComparedWith(t *testing.T) {
	t.Parallel()
	for n := 1; n <= 6; n++ {
		w := quiet(902)
		w.out = w.out[:n]
		report, err := quality.Review(w.survey())
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range report.Findings {
			if f.Flag {
				t.Errorf("%d responses: %+v is flagged", n, f)
			}
		}
	}
}

// A unit whose residents were told what to answer: the alarm rings, nobody is
// flagged for it, and reviewers see the all-top answers first.
func TestCoachedResidentsRingTheAlarmOfTheUnitOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(903, true)
	for _, p := range w.units {
		w.honest(p, 300)
	}
	w.coached(w.units[1], 90)
	report, err := quality.Review(w.survey())
	if err != nil {
		t.Fatal(err)
	}
	for u, f := range report.Units {
		if got, want := slices.Contains(f.Rules, quality.UnitTop), u == 1; got != want {
			t.Errorf("%s: alarm %v, want %v (score %.2f)", f.Unit, got, want, f.Score)
		}
	}
	flagged := 0
	for i, f := range report.Findings {
		if w.label[i] == "coached" && f.Flag {
			flagged++
		}
	}
	if flagged > 2 {
		t.Errorf("%d of 90 coached residents are flagged, want at most 2", flagged)
	}
}

// The channel gap of the hand-made answers 5,5,4 (open) and 3,3,4 (invited).
func TestChannelGapIsTheDifferenceOfTheMeans(t *testing.T) {
	t.Parallel()
	s := &quality.Survey{Items: []quality.Item{{ID: "q1"}}, RightAnswer: quality.NoAnswer}
	for k, v := range []int8{5, 5, 4, 3, 3, 4} {
		s.Responses = append(s.Responses, quality.Response{
			ID: fmt.Sprint(k), Unit: "A", Channel: []string{"open", "prob"}[k/3], Answers: []int8{v}, Attention: quality.NoAnswer,
		})
	}
	report, err := quality.Review(s)
	if err != nil {
		t.Fatal(err)
	}
	got := report.Units[0]
	// Means 14/3 and 10/3, variances 1/3 each: (4/3)/sqrt(2/9).
	if want := 4.0 / 3; math.Abs(got.ChannelGap-want) > 1e-12 {
		t.Errorf("gap: got %v, want %v", got.ChannelGap, want)
	}
	if want := 4.0 / 3 / math.Sqrt(2.0/9); math.Abs(got.ChannelZ-want) > 1e-12 {
		t.Errorf("z: got %v, want %v", got.ChannelZ, want)
	}
}

func TestNamedItemsAndAnswersAreUsedAsNamed(t *testing.T) {
	t.Parallel()
	s, _ := toy(t, quality.Options{Right: 4, Reversed: []string{"q01", "q05"}, NameReverse: true})
	report, err := quality.Review(s)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := report.Reversed, []string{"q01", "q05"}; !slices.Equal(got, want) || report.Right != 4 {
		t.Errorf("got %v and %d, want %v and 4", got, report.Right, want)
	}
	for i, f := range report.Findings {
		if got, want := slices.Contains(f.Rules, quality.Attention), s.Responses[i].Attention == 2; got != want {
			t.Fatalf("%s: marked %v, want %v", f.ID, got, want)
		}
	}
}
