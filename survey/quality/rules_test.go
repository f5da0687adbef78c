package quality_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"minyi/survey/quality"
)

// quiet is a made-up survey of honest people only, in a few units.
func quiet(seed uint64) *world {
	w := newWorld(seed, false)
	w.items, w.att = 16, true
	w.reversed = make([]bool, w.items)
	w.reversed[4], w.reversed[11] = true, true
	w.load, w.ease, w.domain = nil, nil, nil
	for j := range w.items {
		w.load, w.ease, w.domain = append(w.load, .9), append(w.ease, .2*w.r.NormFloat64()), append(w.domain, 3*j/w.items)
	}
	w.pages, w.pageW, w.whole = 5, nil, false
	for range w.pages {
		w.pageW = append(w.pageW, math.Log(20))
	}
	w.units = w.units[:3]
	for _, p := range w.units {
		w.honest(p, 250)
	}
	return w
}

// survey is what has been made up so far.
func (w *world) survey() *quality.Survey {
	s := &quality.Survey{Responses: w.out, RightAnswer: quality.NoAnswer}
	for j := range w.items {
		s.Items = append(s.Items, quality.Item{ID: fmt.Sprintf("q%02d", j+1)})
	}
	return s
}

// fired counts the responses with a label that a rule marks, of how many.
func fired(t *testing.T, w *world, label string, code quality.Code) (marked, flagged, count int) {
	t.Helper()
	report, err := quality.Review(w.survey())
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range report.Findings {
		if w.label[i] != label {
			continue
		}
		count++
		if slices.Contains(f.Rules, code) {
			marked++
		}
		if f.Flag {
			flagged++
		}
	}
	return marked, flagged, count
}

// plant adds responses of one temperament, each changed by a function.
func (w *world) plant(label string, n int, change func(k int, x *quality.Response, answers []int8, pages []float64)) {
	p := w.units[1]
	for k := range n {
		x := w.blank(p, w.when(p))
		x.Text, x.Attention = "", 2
		who := w.someone(p)
		answers, pages := w.answer(who), w.times(who.speed)
		change(k, &x, answers, pages)
		w.put(label, x, answers, pages)
	}
}

// TestRulesMarkWhatTheyAreFor: each rule against a planted case that is its own,
// made by its definition, and against the innocent look-alike beside it.
func TestRulesMarkWhatTheyAreFor(t *testing.T) {
	t.Parallel()
	dawn := time.Unix(year2026+10*3600, 0)
	fill := func(answers []int8, v int8) {
		for j := range answers {
			answers[j] = v
		}
	}
	content := func(w *world, answers []int8) {
		for j := range answers {
			answers[j] = 5
			if w.reversed[j] {
				answers[j] = 1
			}
		}
	}
	inARow := func(w *world, n int, mode string, gap time.Duration, pace float64) {
		at := dawn
		w.plant("planted", n, func(_ int, x *quality.Response, _ []int8, pages []float64) {
			x.Device, x.Mode, x.Start = "one", mode, at
			for k := range pages {
				pages[k] *= pace
			}
			at = at.Add(gap)
		})
	}
	copied := func(w *world, n int, edit bool) {
		model := w.answer(w.someone(w.units[1]))
		for j := range model { // a vector that nobody else would give
			model[j] = int8(1 + (3*j+j*j)%5)
		}
		w.plant("planted", n, func(k int, _ *quality.Response, answers []int8, _ []float64) {
			copy(answers, model)
			if edit {
				answers[k%len(answers)] = 3
			}
		})
	}
	cases := []struct {
		name  string
		code  quality.Code
		plant func(w *world)
		least float64 // share marked
		most  float64
		flag  bool // most of them are flagged too
	}{
		{"in a tenth of the time", quality.Speed, func(w *world) {
			w.plant("planted", 10, func(_ int, _ *quality.Response, _ []int8, pages []float64) {
				for k := range pages {
					pages[k] /= 10
				}
			})
		}, 1, 1, false},
		{"twice the time", quality.Speed, func(w *world) {
			w.plant("planted", 10, func(_ int, _ *quality.Response, _ []int8, pages []float64) {
				for k := range pages {
					pages[k] *= 2
				}
			})
		}, 0, 0, false},
		{"a wrong attention item", quality.Attention, func(w *world) {
			w.plant("planted", 10, func(_ int, x *quality.Response, _ []int8, _ []float64) { x.Attention = 4 })
		}, 1, 1, false},
		{"all 5, reversed items too", quality.Reversed, func(w *world) {
			w.plant("planted", 5, func(_ int, _ *quality.Response, answers []int8, _ []float64) { fill(answers, 5) })
		}, 1, 1, false},
		{"all 5 through reversed items", quality.Straight, func(w *world) {
			w.plant("planted", 5, func(_ int, _ *quality.Response, answers []int8, _ []float64) { fill(answers, 5) })
		}, 1, 1, false},
		{"content with everything, reversed items read", quality.Reversed, func(w *world) {
			w.plant("planted", 40, func(_ int, _ *quality.Response, answers []int8, _ []float64) { content(w, answers) })
		}, 0, 0, false},
		{"content with everything is no copy", quality.Duplicate, func(w *world) {
			w.plant("planted", 40, func(_ int, _ *quality.Response, answers []int8, _ []float64) { content(w, answers) })
		}, 0, .05, false},
		{"extremes in turn", quality.Variability, func(w *world) {
			w.plant("planted", 3, func(_ int, _ *quality.Response, answers []int8, _ []float64) {
				for j := range answers {
					answers[j] = int8(1 + 4*(j%2))
				}
			})
		}, 1, 1, false},
		{"extremes in turn lie far out", quality.Distance, func(w *world) {
			w.plant("planted", 3, func(_ int, _ *quality.Response, answers []int8, _ []float64) {
				for j := range answers {
					answers[j] = int8(1 + 4*(j%2))
				}
			})
		}, 1, 1, false},
		{"twelve in a row on a phone", quality.DeviceChain, func(w *world) { inARow(w, 12, "self", 3*time.Minute, .6) }, 1, 1, true},
		{"a couple on a phone", quality.DeviceChain, func(w *world) { inARow(w, 2, "self", 3*time.Minute, 1) }, 0, 0, false},
		{"four on a phone in as many hours", quality.DeviceChain, func(w *world) { inARow(w, 4, "self", time.Hour, 1) }, 0, 0, false},
		{"twelve on a phone in as many hours", quality.DeviceChain, func(w *world) { inARow(w, 12, "self", time.Hour, 1) }, 1, 1, true},
		{"twelve at a kiosk", quality.DeviceChain, func(w *world) { inARow(w, 12, "kiosk", 3*time.Minute, 1) }, 0, 0, false},
		{"twelve on an interviewer's tablet", quality.DeviceChain, func(w *world) { inARow(w, 12, "assisted", 3*time.Minute, 1) }, 0, 0, false},
		{"an office in an hour, in a hurry", quality.NetworkBurst, func(w *world) {
			w.plant("planted", 30, func(k int, x *quality.Response, _ []int8, pages []float64) {
				x.Network, x.Address, x.Start = "office", "office.1", dawn.Add(time.Duration(k*k)*5*time.Second)
				for k := range pages {
					pages[k] *= .45
				}
			})
		}, 1, 1, true},
		{"a village's mast over the fieldwork", quality.NetworkBurst, func(w *world) {
			w.plant("planted", 30, func(_ int, x *quality.Response, _ []int8, _ []float64) { x.Network, x.Address = "mast", "mast.1" })
		}, 0, 0, false},
		{"thirty rented addresses at night", quality.RentedNetwork, func(w *world) {
			w.plant("planted", 30, func(k int, x *quality.Response, _ []int8, _ []float64) {
				x.Network, x.Address = fmt.Sprint("rented", k), fmt.Sprint("rented", k)
				x.Start = dawn.Add(8*time.Hour + time.Duration(k*k)*9*time.Second)
			})
		}, .9, 1, false},
		{"every forty seconds", quality.RegularGaps, func(w *world) {
			w.plant("planted", 30, func(k int, x *quality.Response, _ []int8, _ []float64) {
				x.Network, x.Start, x.Agent = "n", dawn.Add(9*time.Hour+time.Duration(k)*40*time.Second), "script"
			})
		}, 1, 1, false},
		{"a script's page times", quality.PageProfile, func(w *world) {
			w.plant("planted", 20, func(_ int, _ *quality.Response, _ []int8, pages []float64) {
				for k := range pages {
					pages[k] = math.Round(10*float64(11+7*k)*math.Exp(.02*w.r.NormFloat64())) / 10
				}
			})
		}, 1, 1, false},
		{"edited copies of an odd vector", quality.Duplicate, func(w *world) { copied(w, 6, true) }, 1, 1, true},
		{"praise in one hand", quality.SimilarText, func(w *world) {
			w.plant("planted", 12, func(_ int, x *quality.Response, _ []int8, _ []float64) { x.Text = w.edited(praise[0]) })
		}, .6, 1, false},
		{"short thanks", quality.SimilarText, func(w *world) {
			w.plant("planted", 12, func(_ int, x *quality.Response, _ []int8, _ []float64) { x.Text = "谢谢，很满意！" })
		}, 0, 0, false},
		{"an invitation's wave", quality.Wave, func(w *world) {
			w.plant("planted", 60, func(k int, x *quality.Response, _ []int8, _ []float64) {
				x.Channel, x.Start = "open", dawn.Add(time.Duration(k)*37*time.Second)
			})
		}, 0, .1, false},
		{"a wave in a hurry", quality.Wave, func(w *world) {
			w.plant("planted", 60, func(k int, x *quality.Response, _ []int8, pages []float64) {
				x.Channel, x.Start = "open", dawn.Add(time.Duration(k)*37*time.Second)
				for k := range pages {
					pages[k] *= .45
				}
			})
		}, .9, 1, false},
		{"an interviewer who fills in alike", quality.Interviewer, func(w *world) {
			w.plant("planted", 20, func(_ int, x *quality.Response, answers []int8, pages []float64) {
				x.Interviewer = "I7"
				fill(answers, 4)
				for k := range pages {
					pages[k] = 20 + .5*w.r.Float64()
				}
			})
		}, .9, 1, false},
		{"a batch filled in at one desk", quality.Batch, func(w *world) {
			w.plant("planted", 20, func(_ int, x *quality.Response, answers []int8, pages []float64) {
				x.Batch = "B3"
				for k := range pages {
					pages[k] = 8 + .5*w.r.Float64()
				}
			})
		}, .9, 1, false},
	}
	for n, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := quiet(uint64(500 + n))
			c.plant(w)
			marked, flagged, count := fired(t, w, "planted", c.code)
			if share := float64(marked) / float64(count); share < c.least || share > c.most {
				t.Errorf("%s marks %d of %d, want %.2f to %.2f of them", c.code, marked, count, c.least, c.most)
			}
			if c.flag && 2*flagged < count {
				t.Errorf("%d of %d are flagged, want most", flagged, count)
			}
		})
	}
}
