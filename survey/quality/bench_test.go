package quality_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"minyi/survey/quality"
)

// crowdOf makes up a survey of about n responses in so many units, one of them
// attacked, as CSV.
func crowdOf(n, units int) []byte {
	w := newWorld(7, false)
	p := w.units[0]
	w.units = nil
	for u := range units {
		one := *p
		one.code = fmt.Sprintf("B%03d", u)
		one.level = p.level + .1*w.r.NormFloat64()
		one.nets = []string{w.id("n"), w.id("n"), w.id("n"), w.id("n"), p.nets[0]}
		one.weight = []float64{1, 2, 1, 1, 1}
		w.units = append(w.units, &one)
		w.honest(&one, n/units)
		w.families(&one, n/units/60)
	}
	w.proxy(w.units[0], 60)
	w.bots(w.units[0], 60)
	w.copies(w.units[0], 60)
	var b bytes.Buffer
	out := csv.NewWriter(&b)
	head := strings.Split("resp_id,unit,channel,token_h,started_at,submitted_at,device_h,ip_h,net_h,ua,mode,age,sex,edu", ",")
	for j := range w.items {
		head = append(head, fmt.Sprintf("q%02d", j+1))
	}
	head = append(head, "att")
	for k := range w.pages {
		head = append(head, fmt.Sprintf("p%d_s", k+1))
	}
	_ = out.Write(append(head, "text"))
	for _, x := range w.out {
		row := []string{
			x.ID, x.Unit, x.Channel, x.Token, x.Start.Format(time.RFC3339), x.Submit.Format(time.RFC3339), x.Device, x.Address,
			x.Network, x.Agent, x.Mode, x.Age, x.Sex, x.Education,
		}
		for _, v := range append(x.Answers, x.Attention) {
			if v == quality.NoAnswer {
				v = 9
			}
			row = append(row, strconv.Itoa(int(v)))
		}
		for _, s := range x.Pages {
			row = append(row, strconv.FormatFloat(s, 'f', 1, 64))
		}
		_ = out.Write(append(row, x.Text))
	}
	out.Flush()
	return b.Bytes()
}

// BenchmarkHundredThousand is the cost of 100,000 responses from CSV to flags, in
// 27 units of 3,700, in one, and in 2,000: go test -run xxx -bench HundredThousand
// -benchtime 1x ./survey/quality. Pairs are compared within a unit only, at four
// bits an answer, and beyond 6,000 responses by blocks of answers.
func BenchmarkHundredThousand(b *testing.B) {
	for _, units := range []int{27, 1, 2000} {
		text := crowdOf(100000, units)
		b.Run(fmt.Sprintf("units=%d", units), func(b *testing.B) {
			for b.Loop() {
				s, err := quality.Read(bytes.NewReader(text), quality.Options{Right: quality.NoAnswer})
				if err != nil {
					b.Fatal(err)
				}
				report, err := quality.Review(s)
				if err != nil {
					b.Fatal(err)
				}
				if len(report.Findings) < 100000 || math.IsNaN(report.Findings[0].Score) {
					b.Fatal("not all responses have a score")
				}
			}
		})
	}
}
