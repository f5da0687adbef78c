package analysis_test

import (
	"math"
	"strings"
	"testing"
)

// By hand. The weights 1, 1, 2, 2 of people of a, b, a, b brought to 6 and 12 are those
// times 2 and 4. A raking with a wide epsilon stops after its first round: f is met as
// it is, then b takes the weights times 0.6, 3, 0.6, 0.6, so that a has 1.8 of 3 people:
// 1.2/(1+3).
func TestEveryStepToTotalsIsReportedOn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		step              string
		misfit, low, high float64
	}{
		"cells":       {`{"op":"poststratify","by":["f"],"cells":[{"f":"a","total":6},{"f":"b","total":12}]}`, 0, 2, 4},
		"a margin":    {`{"op":"rake","margins":[{"var":"f","totals":{"a":6,"b":12}}],"epsilon":1e-9}`, 0, 2, 4},
		"calibration": {`{"op":"calibrate","terms":["f"],"totals":{"f=a":6,"f=b":12}}`, 0, 2, 4},
		"one round": {
			`{"op":"rake","margins":[{"var":"f","totals":{"a":3,"b":3}},{"var":"b","totals":{"0":3,"1":3}}],"epsilon":100}`, 0.3, 0.6, 3,
		},
	} {
		document := run(t, badFile(map[string]string{
			"steps": "[" + c.step + `,{"op":"trim","upper":9}]`, "estimates": `[{"kind":"calibration_property"}]`,
		}), "y,w,s,f,b,p\n1,1,h,a,1,.5\n2,1,h,b,0,.5\n3,2,k,a,1,.2\n4,2,k,b,1,.9\n")
		if document.Failed() {
			t.Fatalf("%s: %s", name, raw(t, document))
		}
		got := list[map[string]float64](t, raw(t, document.Estimates))[0]
		for field, want := range map[string]float64{"max_misfit": c.misfit, "g_min": c.low, "g_max": c.high} {
			if math.Abs(got[field]-want) > 1e-9 {
				t.Errorf("%s: %s: got %v, want %v", name, field, got[field], want)
			}
		}
	}
}

// A word that explains a null is true: four different answers are not all the same, and
// no answers are neither.
func TestTheWordOnANullIsTrue(t *testing.T) {
	t.Parallel()
	const header = "y,w,s,f,b,p\n"
	for name, c := range map[string]struct{ request, data, code, vcov string }{
		"an end of a quantile":     {`"kind":"quantile","var":"y","probs":[0.5]`, header + "1,1,h,a,1,1\n2,1,h,b,0,1\n3,1,k,a,1,1\n4,1,k,b,1,1\n", "estimate.limit_outside", ""},
		"a quantile of no answers": {`"kind":"quantile","var":"y","probs":[0.5],"na_rm":true`, header + ",1,h,a,1,1\n,1,h,b,0,1\n", "estimate.no_rows", ""},
		"a test of no answers":     {`"kind":"threshold","var":"y","threshold":0.8,"na_rm":true`, header + ",1,h,a,1,1\n,1,h,b,0,1\n", "estimate.no_rows", ""},
		"a mean of no answers":     {`"kind":"mean","vars":["y","w"],"na_rm":true`, header + ",1,h,a,1,1\n,1,h,b,0,1\n", "estimate.no_rows", `"vcov":[[null,null],[null,null]]`},
		"squares beyond a double":  {`"kind":"var","vars":["y"]`, header + "1e300,1,h,a,1,1\n-1e300,1,h,b,0,1\n", "estimate.undefined", ""},
	} {
		entry := run(t, badFile(map[string]string{"estimates": "[{" + c.request + "}]"}), c.data).Estimates[0]
		text := string(raw(t, entry))
		if entry.Err != nil || strings.Count(text, `"code"`) != 1 || !strings.Contains(text, c.code) || !strings.Contains(text, c.vcov) {
			t.Errorf("%s: got %s, want %s alone, with %s", name, text, c.code, c.vcov)
		}
	}
}
