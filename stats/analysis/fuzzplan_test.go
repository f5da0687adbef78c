package analysis_test

import (
	"encoding/json"
	"io"
	"strings"
	"testing"

	"minyi/stats/analysis"
)

// Whatever a plan, a threshold or a sequence asks for, the answer is an entry that
// marshals: never a panic.
func FuzzPlans(f *testing.F) {
	for _, seed := range []string{
		`{"kind":"threshold","var":"y","threshold":0.8,"truth":0.9,"na_rm":true}`,
		`{"kind":"sequence","var":"y","order":"day","na_rm":true,"range":[0,1],"weight_bound":3}`,
		`{"kind":"sequence","var":"y","order":"day","na_rm":true,"method":"mixture","planned":9}`,
		`{"kind":"sample_size","margin":0.03,"population":1000,"assumed_deff":2,"response_rate":0.3}`,
		`{"kind":"sample_size","threshold":0.8,"share":0.82,"level":0.9}`,
		`{"kind":"allocation","var":"w","n":7,"method":"neyman","spread":"day","floor":1}`,
		`{"kind":"allocation","var":"w","n":5,"method":"power","size":"day","cv":"w","exponent":0.3}`,
		`{"kind":"draw","method":"sampford","size":"w","n":2,"seed":3,"joint":true}`,
		`{"kind":"draw","method":"stratified","by":["s"],"sizes":{"a":1,"b":1}}`,
		`{"kind":"draw","method":"systematic","n":2}`,
	} {
		f.Add(seed, "y,w,day,s\n1,2,1,a\n0,3,1,b\n,1,2,a\n1,1,3,b\n")
	}
	f.Fuzz(func(t *testing.T, request, data string) {
		file, err := analysis.Parse(strings.NewReader(`{"format":1,"data":"d","columns":{"y":{"type":"number"},"w":{"type":"number"},"day":{"type":"number"},"s":{"type":"string"}},` +
			`"design":{"type":"taylor","weights":"w"},"estimates":[` + request + `]}`))
		if err != nil {
			return
		}
		document := analysis.Run(file, func(string) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(data)), nil })
		if _, err := json.Marshal(document); err != nil {
			t.Fatalf("the document does not marshal: %v", err)
		}
	})
}
