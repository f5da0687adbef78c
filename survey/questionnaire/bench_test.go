package questionnaire_test

import "testing"

// BenchmarkCheck is what each submission costs before it is stored.
func BenchmarkCheck(b *testing.B) {
	q := filled(b)
	values := form(b, screening+scored+rest)
	b.ReportAllocs()
	for b.Loop() {
		s, err := q.Check(values, 7)
		if err != nil {
			b.Fatal(err)
		}
		q.Pack(s)
	}
}
