package analysis

import (
	"errors"
	"fmt"
	"math"

	"minyi/stats/estimate"
	"minyi/stats/sample"
	"minyi/stats/sequence"
	"minyi/stats/weight"
)

// Planning holds the fields of the kinds threshold, sequence, sample_size,
// allocation and draw; KINDS.md beside this file says which kind reads which.
type Planning struct {
	Threshold    float64        `json:"threshold"`
	Truth        *float64       `json:"truth"`
	Power        float64        `json:"power"`
	AssumedDeff  float64        `json:"assumed_deff"`
	Share        *float64       `json:"share"`
	Margin       float64        `json:"margin"`
	ResponseRate float64        `json:"response_rate"`
	Population   float64        `json:"population"`
	N            int            `json:"n"`
	Floor        int            `json:"floor"`
	Spread       string         `json:"spread"`
	Size         string         `json:"size"`
	CV           string         `json:"cv"`
	Exponent     *float64       `json:"exponent"`
	Sizes        map[string]int `json:"sizes"`
	Seed         uint64         `json:"seed"`
	Joint        bool           `json:"joint"`
	Order        string         `json:"order"`
	Range        []float64      `json:"range"`
	WeightBound  float64        `json:"weight_bound"`
	Planned      int            `json:"planned"`
}

// defaultPower is the power of a planned test where none is asked for.
const defaultPower = 0.8

// planError gives errors of stats/sample and stats/sequence the form of the others.
func planError(err error) error {
	var sampling *sample.Error
	if errors.As(err, &sampling) {
		return &Error{Code: sampling.Code, At: sampling.At, Message: sampling.Message}
	}
	var watching *sequence.Error
	if errors.As(err, &watching) {
		return &Error{Code: watching.Code, At: watching.At, Message: watching.Message}
	}
	return err
}

func (q *Request) power() float64 {
	if q.Power == 0 {
		return defaultPower
	}
	return q.Power
}

// threshold answers whether a share is at least the threshold.
func (r *runner) threshold(q *Request, o estimate.Options) (map[string]any, error) {
	v, err := r.variable("var", q.Var)
	if err != nil {
		return nil, err
	}
	t, err := estimate.Threshold(r.design, v, q.Threshold, o)
	if err != nil {
		return nil, err
	}
	fields := map[string]any{
		"est": number(t.Share), "se": number(t.SE), "df": number(t.DF), "n": t.N, "deff": number(t.Deff),
		"ci_low": number(t.Low), "ci_high": number(t.High), "threshold": number(t.Threshold), "level": number(t.Level),
		"verdict": string(t.Verdict), "p_met": number(t.PMet), "p_not_met": number(t.PNotMet),
	}
	size, deff, truth := q.decision(t)
	fields["decides_from"], fields["assumed_deff"], fields["truth"], fields["power"] = size, number(deff), number(truth), number(q.power())
	fields = warn(fields, t.Missing, t.N, q.NaRm)
	if fields["warnings"] != nil {
		return fields, nil // nothing was estimated, so there is no more to say
	}
	if math.IsNaN(t.Low) {
		addWarning(fields, "estimate.no_df", "there are no degrees of freedom, as in a sample of one PSU, so nothing can be decided")
	}
	if math.IsNaN(t.Deff) {
		addWarning(fields, "estimate.no_variance", "all answers are the same, so no design effect can be seen")
	}
	if size == nil {
		addWarning(fields, "sample.target", "no number of answers decides a share at the threshold; give another truth")
	}
	return fields, nil
}

func addWarning(fields map[string]any, code, message string) {
	list, _ := fields["warnings"].([]warning)
	fields["warnings"] = append(list, warning{code, message})
}

// decision returns the number of answers that would decide the test, nil where no
// number does, and the design effect and truth that it assumes.
func (q *Request) decision(t *estimate.ThresholdTest) (size any, deff, truth float64) {
	deff, truth = q.AssumedDeff, t.Share
	if deff == 0 {
		deff = 1
		if t.Deff > 1 {
			deff = t.Deff
		}
	}
	if q.Truth != nil {
		truth = *q.Truth
	}
	s, err := sample.SizeForDecision(q.Threshold, truth, q.power(), sample.Setting{Deff: deff, Level: t.Level, Population: q.Population})
	if err != nil {
		return nil, deff, truth
	}
	return s.Answers, deff, truth
}

// plan answers the kinds that plan a survey; they read columns or nothing, and no
// design.
func (r *runner) plan(q *Request) (map[string]any, error) {
	if len(q.Domain) > 0 {
		return nil, weight.Errorf("analysis.domain", "domain", "a %s has no domain; leave rows out by filter", q.Kind)
	}
	var fields map[string]any
	var err error
	switch q.Kind {
	case "sample_size":
		fields, err = q.sampleSize()
	case "allocation":
		fields, err = r.allocation(q)
	default:
		fields, err = r.draw(q)
	}
	return fields, planError(err)
}

func (q *Request) sampleSize() (map[string]any, error) {
	s := sample.Setting{Deff: q.AssumedDeff, ResponseRate: q.ResponseRate, Population: q.Population, Level: q.Level}
	share := 0.5
	if q.Share != nil {
		share = *q.Share
	}
	var size sample.Size
	var err error
	if q.Threshold != 0 {
		size, err = sample.SizeForDecision(q.Threshold, share, q.power(), s)
	} else {
		size, err = sample.SizeForMargin(share, q.Margin, s)
	}
	if err != nil {
		return nil, err
	}
	return map[string]any{"answers": size.Answers, "invitations": size.Invitations}, nil
}

// allocation spreads a sample over strata, one a row.
func (r *runner) allocation(q *Request) (map[string]any, error) {
	people, err := r.data.number(q.Var, "var")
	if err != nil {
		return nil, err
	}
	var parts []int
	switch q.Method {
	case "proportional", "":
		parts, err = sample.Allocate(q.N, people, nil, sample.Proportional, q.Floor)
	case "equal":
		parts, err = sample.Allocate(q.N, people, nil, sample.Equal, q.Floor)
	case "neyman":
		var spread []float64
		if spread, err = r.data.number(q.Spread, "spread"); err == nil {
			parts, err = sample.Allocate(q.N, people, spread, sample.Neyman, q.Floor)
		}
	case "power":
		parts, err = r.powerAllocation(q, people)
	default:
		err = weight.Errorf("sample.allocation", "method", "the allocation %q is not known; use proportional, equal, neyman or power", q.Method)
	}
	if err != nil {
		return nil, err
	}
	chance, weights := make([]float64, len(parts)), make([]float64, len(parts))
	for h, n := range parts {
		chance[h], weights[h] = float64(n)/people[h], people[h]/float64(n)
	}
	return map[string]any{"n": parts, "probability": numbers(chance), "weight": numbers(weights)}, nil
}

func (r *runner) powerAllocation(q *Request, people []float64) (parts []int, err error) {
	size, exponent := people, 0.5
	if q.Size != "" {
		if size, err = r.data.number(q.Size, "size"); err != nil {
			return nil, err
		}
	}
	var cv []float64
	if q.CV != "" {
		if cv, err = r.data.number(q.CV, "cv"); err != nil {
			return nil, err
		}
	}
	if q.Exponent != nil {
		exponent = *q.Exponent
	}
	return sample.AllocatePower(q.N, people, size, cv, exponent, q.Floor)
}

// draw draws rows of the data. Row numbers start at 1, after the filter.
func (r *runner) draw(q *Request) (map[string]any, error) {
	chance := make([]float64, r.data.rows)
	var rows []int
	var err error
	switch q.Method {
	case "srs", "systematic", "":
		for i := range chance {
			chance[i] = float64(q.N) / float64(r.data.rows)
		}
		if q.Method == "systematic" {
			rows, err = sample.Systematic(r.data.rows, q.N, q.Seed)
		} else {
			rows, err = sample.SRS(r.data.rows, q.N, q.Seed)
		}
	case "pps_systematic", "sampford":
		rows, chance, err = r.drawBySize(q)
	case "stratified":
		rows, err = r.drawStratified(q, chance)
	default:
		err = weight.Errorf("sample.method", "method", "the draw %q is not known; use srs, systematic, pps_systematic, sampford or stratified", q.Method)
	}
	if err != nil {
		return nil, err
	}
	return drawn(q, rows, chance)
}

// drawBySize draws with probabilities proportional to the size column.
func (r *runner) drawBySize(q *Request) (rows []int, chance []float64, err error) {
	size, err := r.data.number(q.Size, "size")
	if err != nil {
		return nil, nil, err
	}
	if chance, err = sample.Probabilities(size, q.N); err != nil {
		return nil, nil, err
	}
	if q.Method == "sampford" {
		rows, err = sample.Sampford(chance, q.Seed)
	} else {
		rows, err = sample.PPSSystematic(chance, q.Seed)
	}
	return rows, chance, err
}

func drawn(q *Request, rows []int, chance []float64) (map[string]any, error) {
	place, p, w := make([]int, len(rows)), make([]float64, len(rows)), make([]float64, len(rows))
	for k, i := range rows {
		place[k], p[k], w[k] = i+1, chance[i], 1/chance[i]
	}
	fields := map[string]any{"rows": place, "probability": numbers(p), "weight": numbers(w)}
	if q.Joint {
		if q.Method != "sampford" {
			return nil, weight.Errorf("sample.joint", "joint", "joint probabilities are given for sampford; systematic draws have pairs that never occur")
		}
		all, err := sample.SampfordJoint(chance)
		if err != nil {
			return nil, err
		}
		joint := make([][]number, len(rows))
		for k, i := range rows {
			for _, j := range rows {
				joint[k] = append(joint[k], number(all[i][j]))
			}
		}
		fields["joint"] = joint
	}
	return fields, nil
}

// drawStratified draws by strata and fills the chances.
func (r *runner) drawStratified(q *Request, chance []float64) ([]int, error) {
	if len(q.By) != 1 {
		return nil, weight.Errorf("sample.stratum", "by", "a stratified draw names one column of strata")
	}
	v, err := r.factor("by", q.By[0])
	if err != nil {
		return nil, err
	}
	stratum, sizes := make([]int, len(v.Code)), make([]int, len(v.Levels))
	for i, k := range v.Code {
		stratum[i] = int(k)
	}
	known := 0
	for h, level := range v.Levels {
		n, ok := q.Sizes[level]
		if ok {
			known++
		}
		sizes[h] = n
	}
	if known < len(q.Sizes) {
		return nil, weight.Errorf("sample.stratum", "sizes", "a stratum that is named there does not occur in column %q", q.By[0])
	}
	parts, err := sample.StratifiedSRS(stratum, sizes, q.Seed)
	if err != nil {
		return nil, err
	}
	var rows []int
	for _, p := range parts {
		for _, i := range p.Units {
			chance[i] = p.Probability
			rows = append(rows, i)
		}
	}
	return rows, nil
}

// scaleOf is the range of values and the largest weight of a sequence.
func (q *Request) scaleOf(weights []float64) (sequence.Scale, error) {
	s := sequence.Scale{High: 1, MaxWeight: q.WeightBound, Level: q.Level}
	switch len(q.Range) {
	case 0:
	case 2:
		s.Low, s.High = q.Range[0], q.Range[1]
	default:
		return s, weight.Errorf("sequence.scale", "range", "the range has %d numbers; give the lowest and the highest possible value", len(q.Range))
	}
	if s.MaxWeight == 0 {
		for _, w := range weights {
			s.MaxWeight = math.Max(s.MaxWeight, w)
		}
	}
	return s, nil
}

func lookError(look float64, err error) error {
	return within(fmt.Sprintf("look %v", look), planError(err))
}
