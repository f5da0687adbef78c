package questionnaire_test

import (
	"bytes"
	"net/url"
	"slices"
	"testing"

	"minyi/survey/questionnaire"
)

// What a lone answer says of its question is what the whole sheet says of it.
func TestLoneAnswerSaysWhatTheSheetSays(t *testing.T) {
	t.Parallel()
	q := sample(t)
	home, _ := q.Question("s2")
	const entry = "consent=yes&s1=60-69&s3=24&s4=no&s5=yes&q01=4&g1a=5&g1b=98&g1c=3&b1=female&b2=rural"
	for _, query := range []string{
		entry + "&q02=0&q03=2&q03a=work&b4=yes&b5=1&b6=2026-03-01&b7=1.5&b8=fair&b8=fast&b8=near",
		entry + "&q02=97&q03=98&b4=no&b8=ref",
		entry + "&q02=10&q03=5&b4=yes&b5=dk",
		"consent=yes&s1=60-69&s3=5",
	} {
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		values.Set("s2", home.Choices[0].Code)
		sheet, err := q.Check(values, 0)
		if err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		packed := q.Pack(sheet)
		if got, err := questionnaire.Head(packed[questionnaire.HeadFormat], packed[questionnaire.HeadDisposition]); err != nil || got != sheet.Disposition || len(packed) != q.PackedSize() {
			t.Errorf("head: got %v, %v and %d bytes", got, err, q.PackedSize())
		}
		flagged := false
		for _, one := range q.Questions() {
			at, width := q.PackedAt(one.ID)
			lone, err := q.Lone(one.ID, packed[at:at+width])
			if err != nil {
				t.Fatalf("%s: %v", one.ID, err)
			}
			if got, want := q.Codes(lone, one.ID), q.Codes(sheet, one.ID); !slices.Equal(got, want) {
				t.Errorf("%s: got codes %v, want %v", one.ID, got, want)
			}
			if got, want := q.Point(lone, one.ID), q.Point(sheet, one.ID); got != want {
				t.Errorf("%s: got the point %d, want %d", one.ID, got, want)
			}
			if one.Role == questionnaire.RoleAge && q.AgeMargin(lone) != q.AgeMargin(sheet) {
				t.Errorf("age: got %q, want %q", q.AgeMargin(lone), q.AgeMargin(sheet))
			}
			marks := slices.ContainsFunc(q.Marking("insider"), func(m questionnaire.Question) bool { return m.ID == one.ID })
			if !marks && q.Flagged(lone, "insider") {
				t.Errorf("%s is not among those that mark insiders", one.ID)
			}
			flagged = flagged || q.Flagged(lone, "insider")
		}
		if got, want := flagged, q.Flagged(sheet, "insider"); got != want {
			t.Errorf("insider: got %v, want %v", got, want)
		}
	}
}

// Bytes that no answer has are refused.
func TestLoneAnswerThatNobodyGaveIsRefused(t *testing.T) {
	t.Parallel()
	q := sample(t)
	for _, one := range q.Questions() {
		_, width := q.PackedAt(one.ID)
		if width == 0 {
			continue
		}
		if _, err := q.Lone(one.ID, bytes.Repeat([]byte{255}, width)); err == nil && one.Type != questionnaire.Multiple {
			t.Errorf("%s: bytes of 255 got no error", one.ID)
		}
		if _, err := q.Lone(one.ID, make([]byte, width+1)); err == nil {
			t.Errorf("%s: a byte too many got no error", one.ID)
		}
	}
	if _, err := q.Lone("nothing", nil); err == nil {
		t.Error("an unknown question: got no error")
	}
	for _, head := range [][2]byte{{0, 1}, {1, 0}, {1, byte(questionnaire.QuotaFull)}, {2, 1}} {
		if _, err := questionnaire.Head(head[0], head[1]); err == nil {
			t.Errorf("head %v: got no error", head)
		}
	}
}
