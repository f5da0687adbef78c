package scrutiny_test

import (
	"errors"
	"testing"
	"time"

	"minyi/indicators/fault"
	"minyi/survey/scrutiny"
)

// Made with OpenSSL 3.0.19: genpkey -algorithm ed25519; pkey -pubout; pkeyutl -sign
// -rawin of the statement below, in base64. The second key is the DER form's last 32
// bytes in hexadecimal.
const (
	firstKey = `-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAcj2iGZC8AUqAfD8nlEnK544g0a4I3aJHsRjmwC+hu6Y=
-----END PUBLIC KEY-----
`
	secondKey = "dae583657738d65eb2b5fcbeede330ee0277f88c1fe6c8b85e4491d161d89842"
	signature = "dV40U25nhxabCbenocPRJtZSn+Zu1JtVt+fgYAHcpLzCjYg+TydgiR1e0XLKg1uRka+LksPJkXNV52jMLCjvDg=="
)

func examiners() []scrutiny.Examiner {
	return []scrutiny.Examiner{{Name: " 马 查验 ", Body: "自治区人大", Key: firstKey}, {Name: "李查验", Body: "律师协会", Key: secondKey}}
}

func refused(t *testing.T, what string, err error, code string) {
	t.Helper()
	if !errors.Is(err, fault.New(fault.Conflict, code)) {
		t.Errorf("%s: got %v, want %s", what, err, code)
	}
}

func TestAnExaminersSignatureIsThatOfOpenSSL(t *testing.T) {
	t.Parallel()
	now, r := time.Unix(1_600_000_000, 0), &scrutiny.Round{}
	if err := errors.Join(r.Name(examiners()), r.Hand(scrutiny.Handed{Survey: "s1", Examiner: 0})); err != nil {
		t.Fatal(err)
	}
	statement := scrutiny.Statement("minyi.example/s1", "00ff", "abcd")
	refused(t, "another statement", r.Sign("s1", 0, statement+" ", signature, now), "examiner.signature")
	refused(t, "no signature", r.Sign("s1", 0, statement, "AAAA", now), "examiner.signature")
	if err := r.Sign("s1", 0, statement, signature, now); err != nil || len(r.Signed) != 1 {
		t.Errorf("got %v and %d signatures, want that of OpenSSL", err, len(r.Signed))
	}
}

func TestExaminersAreNamedOnceAndGetTheOpeningsOnce(t *testing.T) {
	t.Parallel()
	r := &scrutiny.Round{}
	refused(t, "nobody named", r.Hand(scrutiny.Handed{Survey: "s1"}), "examiner.none")
	refused(t, "one examiner", r.Name(examiners()[:1]), "examiner.number")
	for code, change := range map[string]func(*scrutiny.Examiner){
		"examiner.name": func(e *scrutiny.Examiner) { e.Name = " " },
		"examiner.key":  func(e *scrutiny.Examiner) { e.Key = "no key" },
		"examiner.same": func(e *scrutiny.Examiner) { e.Key = firstKey },
	} {
		two := examiners()
		change(&two[1])
		refused(t, code, r.Name(two), code)
	}
	if err := r.Name(examiners()); err != nil || r.Examiners[0].Name != "马 查验" {
		t.Fatalf("got %v and %+v", err, r.Examiners)
	}
	refused(t, "signed unseen", r.Sign("s1", 1, "x", signature, time.Time{}), "examiner.unseen")
	if err := r.Hand(scrutiny.Handed{Survey: "s1", Examiner: 1}); err != nil || !r.Has("s1", 1) || r.Has("s1", 0) {
		t.Fatalf("got %v", err)
	}
	refused(t, "a second time", r.Hand(scrutiny.Handed{Survey: "s1", Examiner: 1}), "examiner.once")
	refused(t, "a third examiner", r.Hand(scrutiny.Handed{Survey: "s1", Examiner: 2}), "examiner.none")
	refused(t, "other names afterwards", r.Name(examiners()), "examiner.handed")
}

func TestTheLotIsAnnouncedBeforeItIsDrawn(t *testing.T) {
	t.Parallel()
	now, r := time.Date(2020, 10, 20, 3, 0, 0, 0, time.UTC), &scrutiny.Round{}
	lot := scrutiny.Lot{Lottery: "双色球 第2020125期", Day: "2020-11-05", Count: scrutiny.UsualDrawn, Number: "1 2 3"}
	refused(t, "nothing announced", r.Enter("1 2 3", now), "lot.none")
	for code, change := range map[string]func(*scrutiny.Lot){
		"lot.name":  func(l *scrutiny.Lot) { l.Lottery = "" },
		"lot.count": func(l *scrutiny.Lot) { l.Count = 0 },
		"lot.day":   func(l *scrutiny.Lot) { l.Day = "2020-10-20" },
	} {
		bad := lot
		change(&bad)
		refused(t, code, r.Announce(bad, now), code)
	}
	if err := r.Announce(lot, now); err != nil || r.Lot.Number != "" {
		t.Fatalf("got %v and the number %q, want none yet", err, r.Lot.Number)
	}
	refused(t, "announced twice", r.Announce(lot, now), "lot.announced")
	refused(t, "before the day", r.Enter("01 02 03", now), "lot.early")
	drawn := time.Date(2020, 11, 5, 12, 0, 0, 0, time.UTC)
	refused(t, "no number", r.Enter("seven", drawn), "lot.number")
	if err := r.Enter(" 01 02  03+16 ", drawn); err != nil || r.Lot.Number != "01 02 03+16" {
		t.Fatalf("got %v and %q", err, r.Lot.Number)
	}
	refused(t, "entered twice", r.Enter("04", drawn), "lot.entered")
}
