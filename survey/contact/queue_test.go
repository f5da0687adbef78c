package contact_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"minyi/survey/contact"
)

func none(uint32) bool { return false }

func rules() contact.Rules {
	r := contact.DefaultRules()
	r.Seed = 7
	return r
}

func called(serial uint32, attempts ...contact.Attempt) *contact.Case {
	return &contact.Case{Serial: serial, Phone: "13800138000", Attempts: attempts}
}

func try(when time.Time, code contact.Code) contact.Attempt {
	return contact.Attempt{At: when, By: "ding", Code: code}
}

func TestAppointmentsComeFirstThenCallBacksThenTheFewestCalls(t *testing.T) {
	t.Parallel()
	now := at(2, 18) // Wednesday evening
	agreed := try(at(1, 10), contact.Absent)
	agreed.Again = at(2, 17)
	later := try(at(1, 10), contact.Absent)
	later.Again = at(2, 19)
	all := []*contact.Case{
		called(1, try(at(1, 10), "3.13")),
		called(2),
		called(3, try(at(1, 11), contact.Absent)),
		called(4, try(at(1, 10), contact.Absent)),
		called(5, later),
		called(6, agreed),
		called(7, try(at(2, 17), "3.13")), // rests for three hours
		called(8, try(at(1, 18), "3.13")),
		called(9, try(at(1, 9), contact.Complete)),
	}
	var got []string
	closed := map[uint32]bool{}
	for {
		next := contact.Next(all, rules(), now, "ding", func(s uint32) bool { return closed[s] })
		if next == nil {
			break
		}
		closed[next.Serial] = true
		got = append(got, tell(next))
	}
	// 1 was called by day and 8 in the evening: it is evening, so 1 goes before 8.
	if want := []string{"6", "4", "3", "2", "1", "8"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got, want := contact.Waiting(all, rules(), none), 8; got != want {
		t.Errorf("waiting: got %d, want %d", got, want)
	}
}

func TestACaseEnds(t *testing.T) {
	t.Parallel()
	strict, soft := rules(), rules()
	soft.Convert = true
	six := called(1)
	for range 6 {
		six.Attempts = append(six.Attempts, try(at(1, 10), "3.13"))
	}
	kept := called(1, append(slices.Clone(six.Attempts[:5]), contact.Attempt{At: at(1, 12), Code: contact.Absent, Again: at(2, 10)})...)
	cases := map[string]struct {
		c     *contact.Case
		rules contact.Rules
		want  bool
	}{
		"not called":                         {called(1), strict, false},
		"five of six":                        {called(1, six.Attempts[:5]...), strict, false},
		"six of six":                         {six, strict, true},
		"six, and an appointment to keep":    {kept, strict, false},
		"refused":                            {called(1, try(at(1, 10), contact.Refusal)), strict, true},
		"refused, and somebody may ask once": {called(1, try(at(1, 10), contact.Refusal)), soft, false},
		"refused twice":                      {called(1, try(at(1, 10), contact.Refusal), try(at(5, 10), contact.BreakOff)), soft, true},
		"dead":                               {called(1, try(at(1, 10), "2.31")), strict, true},
		"disconnected":                       {called(1, try(at(1, 10), "4.32")), strict, true},
		"out of service for a time":          {called(1, try(at(1, 10), "4.33")), strict, false},
	}
	for name, c := range cases {
		if got := c.c.Ended(c.rules); got != c.want {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

func TestARefusalIsAskedAgainByAnotherAfterTheWait(t *testing.T) {
	t.Parallel()
	r := rules()
	r.Convert = true
	all := []*contact.Case{called(1, try(at(1, 10), contact.Refusal))}
	for name, c := range map[string]struct {
		day  int
		who  string
		want string
	}{
		"the same interviewer": {10, "ding", "no case"},
		"too early":            {3, "hu", "no case"},
		"another, in time":     {4, "hu", "1"},
	} {
		if got := tell(contact.Next(all, r, at(c.day, 11), c.who, none)); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}

func TestCallsAreMadeAtTheHoursThatAreSet(t *testing.T) {
	t.Parallel()
	r := rules()
	r.Weekend = false
	for when, want := range map[time.Time]bool{
		at(1, 9): true, at(1, 8): false, at(1, 20): true, at(1, 21): false,
		at(5, 10): false, // Saturday
		time.Date(2020, time.September, 1, 1, 0, 0, 0, time.UTC): true, // 9:00 in Shanghai
	} {
		if got := r.Allows(when); got != want {
			t.Errorf("%s: got %v, want %v", when, got, want)
		}
	}
	for when, want := range map[time.Time]contact.Slot{at(1, 16): contact.Daytime, at(1, 17): contact.Evening, at(5, 10): contact.Weekend} {
		if got := contact.SlotOf(when); got != want {
			t.Errorf("%s: got %d, want %d", when, got, want)
		}
	}
}

func TestAnInterviewIsOneOnlyWithItsSheet(t *testing.T) {
	t.Parallel()
	end := at(20, 0)
	log := func(c *contact.Case, code contact.Code, answered bool) error {
		return c.Log(contact.Attempt{At: at(1, 10), By: "ding", Code: code}, rules(), answered, end)
	}
	refuses(t, "no sheet", log(&contact.Case{Opened: "ding"}, contact.Complete, false), "contact.sent")
	refuses(t, "the person answered alone", log(&contact.Case{}, contact.Complete, true), "contact.sent")
	refuses(t, "another interviewer's", log(&contact.Case{Opened: "hu", Sent: "hu"}, contact.Complete, true), "contact.sent")
	refuses(t, "sent, and nobody there", log(&contact.Case{Opened: "ding", Sent: "ding"}, "3.13", true), "contact.unsent")
	refuses(t, "no such code", log(&contact.Case{}, "9.9", false), "contact.code")
	for name, one := range map[string]struct {
		c    contact.Case
		code contact.Code
		sent bool
	}{
		"interview":                     {contact.Case{Opened: "ding", Sent: "ding"}, contact.Complete, true},
		"sheet says not eligible":       {contact.Case{Opened: "ding", Sent: "ding"}, "4.70", true},
		"answered alone, nobody called": {contact.Case{}, "3.13", true},
	} {
		if err := log(&one.c, one.code, one.sent); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if kept := !one.c.Attempts[0].At.IsZero(); kept == (one.code == contact.Complete) {
			t.Errorf("%s: the time is kept: %v", name, kept)
		}
	}
}

func TestAppointmentsLieAtHoursAtWhichCallsAreMade(t *testing.T) {
	t.Parallel()
	for name, again := range map[string]time.Time{"past": at(1, 9), "at night": at(2, 22), "after the end": at(25, 10)} {
		a := contact.Attempt{At: at(1, 10), By: "ding", Code: contact.Absent, Again: again}
		refuses(t, name, (&contact.Case{}).Log(a, rules(), false, at(20, 0)), "contact.appointment")
	}
	a := contact.Attempt{At: at(1, 10), By: "ding", Code: contact.Absent, Again: at(2, 10)}
	if err := (&contact.Case{}).Log(a, rules(), false, at(20, 0)); err != nil {
		t.Error(err)
	}
	a.Code = "2.31"
	refuses(t, "with the dead", (&contact.Case{}).Log(a, rules(), false, at(20, 0)), "contact.appointment")
}

func TestWhatWasLearnedIsNotUnlearned(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		codes []contact.Code
		want  contact.Code
	}{
		"no call":                           {nil, contact.NotTried},
		"nobody, twice":                     {[]contact.Code{"3.12", "3.13"}, "3.13"},
		"refusal, then nobody":              {[]contact.Code{contact.Refusal, "3.13"}, contact.Refusal},
		"refusal, then an interview":        {[]contact.Code{contact.Refusal, contact.Complete}, contact.Complete},
		"absent, then disconnected":         {[]contact.Code{contact.Absent, "4.32"}, contact.Absent},
		"no answer, then disconnected":      {[]contact.Code{"3.13", "4.32"}, "4.32"},
		"refusal at the door, not eligible": {[]contact.Code{contact.HomeRefusal, "4.70"}, "4.70"},
	}
	for name, c := range cases {
		one := called(1)
		for i, code := range c.codes {
			one.Attempts = append(one.Attempts, try(at(1+i, 10), code))
		}
		if got := one.Outcome().Code; got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}

func interviews(by string, from, n int) (out []*contact.Case) {
	for i := range n {
		c := called(uint32(from+i), contact.Attempt{By: by, Code: contact.Complete})
		out = append(out, c)
	}
	return out
}

func TestFivePerCentOfEachInterviewersWorkIsVerifiedAndOneAtLeast(t *testing.T) {
	t.Parallel()
	all := slices.Concat(interviews("ding", 1, 1), interviews("hu", 100, 20), interviews("su", 200, 21), interviews("wu", 300, 100))
	per := map[string]int{}
	for _, c := range contact.Drawn(all, rules()) {
		per[c.Interviewer()]++
	}
	if want := "map[ding:1 hu:1 su:2 wu:5]"; fmt.Sprint(per) != want {
		t.Errorf("got %v, want %s", per, want)
	}
	slices.Reverse(all)
	again := contact.Drawn(all, rules())
	for i, c := range contact.Drawn(all, rules()) {
		if c != again[i] {
			t.Error("the order of the cases matters to the draw")
		}
	}
}

// Each of 40 interviews is drawn in 5 per cent of the draws: chi-square with 39
// degrees of freedom stays below its 99.9 % quantile, 72.05 (R: qchisq).
func TestTheVerifiedAreDrawnWithEqualChance(t *testing.T) {
	t.Parallel()
	const n, draws = 40, 4000
	all := interviews("ding", 1, n)
	counts := map[uint32]int{}
	for seed := range draws {
		r := rules()
		r.Seed = uint64(seed)
		for _, c := range contact.Drawn(all, r) {
			counts[c.Serial]++
		}
	}
	const want = 2 * draws / n // two of forty
	chi := 0.0
	for s := range n {
		d := float64(counts[uint32(s+1)] - want)
		chi += d * d / want
	}
	// Without replacement the counts vary less than multinomial ones.
	if chi > 72.05 || math.IsNaN(chi) {
		t.Errorf("chi-square %.1f of %v", chi, counts)
	}
}

func TestAnInterviewIsVerifiedBySomebodyElse(t *testing.T) {
	t.Parallel()
	all := interviews("ding", 1, 3)
	if got := contact.NextCheck(all, rules(), "ding", none); got != nil {
		t.Errorf("the interviewer verifies %d", got.Serial)
	}
	one := contact.NextCheck(all, rules(), "hu", none)
	if one == nil {
		t.Fatal("nothing to verify")
	}
	refuses(t, "own", one.Verify(contact.Check{By: "ding", Finding: contact.Confirmed}), "contact.verify.own")
	refuses(t, "no finding", one.Verify(contact.Check{By: "hu", Finding: "x"}), "contact.finding")
	refuses(t, "no interview", called(9).Verify(contact.Check{By: "hu", Finding: contact.Confirmed}), "contact.verify.none")
	for _, f := range []contact.Finding{contact.Unreached, contact.Mismatch} {
		if err := one.Verify(contact.Check{At: at(2, 10), By: "hu", Finding: f}); err != nil {
			t.Error(err)
		}
	}
	refuses(t, "again", one.Verify(contact.Check{By: "su", Finding: contact.Confirmed}), "contact.verify.done")
	want := contact.Work{Name: "ding", Attempts: 3, Interviews: 3, Seconds: 201, Drawn: 1, Verified: 1, Mismatches: 1}
	if got := contact.Works(all, rules(), map[string]contact.Length{"ding": {N: 3, Seconds: 602}}); len(got) != 1 || got[0] != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
