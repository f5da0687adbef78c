package pack_test

import (
	"crypto/ed25519"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"minyi/survey/frame"
	"minyi/survey/pack"
	"minyi/survey/release"
	"minyi/survey/result"
	"minyi/survey/tabulate"
)

const least = 10

// made is a survey of n answers in three strata of eight places, whose weights are
// raked to two margins; items say how many people are asked each, 0 for all.
func made(seed uint64, n int, items ...int) tabulate.Input {
	dice := rand.New(rand.NewPCG(seed, 1))
	in := tabulate.Input{Population: 50_000, Fieldwork: tabulate.Fieldwork{Invited: 2 * n, Complete: n}}
	for k := range items {
		one := tabulate.Item{ID: fmt.Sprintf("q%02d", k+1), Valid: []int{1, 2, 3, 4, 5}, Satisfied: []int{4, 5}, DontKnow: 98, NoAnswer: 99}
		if k%2 == 1 {
			one.Indicator, one.NotApplicable = "84", 97
		}
		in.Items = append(in.Items, one)
	}
	for _, m := range []struct {
		variable string
		cells    []frame.Cell
	}{
		{frame.Sex, []frame.Cell{{Category: "male", Parts: 51}, {Category: "female", Parts: 49}}},
		{frame.Age, []frame.Cell{{Category: "18-39", Parts: 40}, {Category: "40-59", Parts: 35}, {Category: "60+", Parts: 25}}},
	} {
		in.Margins = append(in.Margins, frame.Margin{Variable: m.variable, Cells: m.cells, Status: "verified", Source: "S1"})
	}
	for i := range n {
		h := i % 3
		r := tabulate.Response{
			Stratum: "h" + fmt.Sprint(h), PSU: fmt.Sprint(dice.IntN(8)), Weight: 100 + 50*float64(h),
			Sex: []string{"male", "female"}[dice.IntN(2)], Age: []string{"18-39", "40-59", "60+"}[dice.IntN(3)], Insider: dice.IntN(12) == 0,
		}
		for k, some := range items {
			point := []int{1, 2, 3, 4, 4, 5, 5, 5, 98, 99}[dice.IntN(10)]
			if some > 0 && i >= some {
				point = 0
			}
			if in.Items[k].NotApplicable > 0 && dice.IntN(15) == 0 && point != 0 {
				point = 97
			}
			r.Points = append(r.Points, point)
		}
		in.Sampled = append(in.Sampled, r)
	}
	for range n / 4 {
		r := tabulate.Response{}
		for range items {
			r.Points = append(r.Points, 1+dice.IntN(5))
		}
		in.Posters = append(in.Posters, r)
	}
	return in
}

func ground(t *testing.T, in tabulate.Input) *tabulate.Ground {
	t.Helper()
	s, err := in.Columns()
	if err != nil {
		t.Fatal(err)
	}
	g, err := s.Ground()
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func basis(t *testing.T, g *tabulate.Ground, all *tabulate.Table) *pack.Basis {
	t.Helper()
	b, err := pack.NewBasis(g, all, least)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func key() ed25519.PrivateKey { return ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)) }

// sealed is the pack of a survey with its signed release.
func sealed(t *testing.T, in tabulate.Input) (zip []byte, d *release.Document) {
	t.Helper()
	g := ground(t, in)
	b := basis(t, g, nil)
	r := *g.Result
	r.WithoutInsiders = result.Beside(r.Sampled, r.WithoutInsiders, least)
	d = &release.Document{
		Revision: 1, Round: 2020, Unit: "640121", Survey: "s1", ClosedAt: time.Unix(0, 0), Least: least,
		Questionnaire: release.Questionnaire{ID: "minyi", Version: 1, Hash: "ab"}, Result: &r,
		Code: &release.Code{}, Data: &release.Data{}, Weights: &release.Weights{}, Method: &release.Method{},
	}
	b.Fill(d)
	files, digest, err := pack.Make(pack.Content{Round: d.Round, Unit: d.Unit, Survey: d.Survey, Software: "minyi", Revision: 1, Basis: b})
	if err != nil {
		t.Fatal(err)
	}
	d.Pack = &release.Pack{Schema: pack.Schema, Digest: digest}
	return signed(t, files, d), d
}

func signed(t *testing.T, files []pack.File, d *release.Document) []byte {
	t.Helper()
	text, err := d.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	s, err := release.Sign(key(), text)
	if err != nil {
		t.Fatal(err)
	}
	public, _ := key().Public().(ed25519.PublicKey)
	files, err = pack.Sealed(files, text, pack.Signature{KeyID: s.KeyID, PublicKey: public, Signature: s.Bytes})
	if err != nil {
		t.Fatal(err)
	}
	zip, err := pack.Zip(files)
	if err != nil {
		t.Fatal(err)
	}
	return zip
}
