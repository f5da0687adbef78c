package rehearsal

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"html"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// examinerKey is the key of an examiner of the rehearsal.
func (r *Rehearsal) examinerKey(n int) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte("rehearsal examiner " + strconv.Itoa(n) + " " + r.yearText()))
	return ed25519.NewKeyFromSeed(seed[:])
}

// scrutinyScenes are the look behind the closed logs.
func (r *Rehearsal) scrutinyScenes() []scene {
	return []scene{
		{"scrutiny announced", r.on(time.August, 31, 9), r.announceScrutiny},
		{"openings handed over", r.on(time.October, 26, 18), r.handOpenings},
		{"examiners signed", r.on(time.October, 27, 16), r.takeSignatures},
		{"lot drawn", r.on(time.November, 3, 21), r.drawLot},
	}
}

// announceScrutiny names the examiners and announces the lottery of the public lot.
func (r *Rehearsal) announceScrutiny(ctx context.Context) error {
	v, err := r.person(ctx, "office", 0)
	if err != nil {
		return err
	}
	page, err := v.get(ctx, "/office/scrutiny")
	if err != nil {
		return err
	}
	values := map[string]string{"name1": "马查验", "body1": "自治区人大监察司法委", "name2": "杨查验", "body2": "自治区律师协会"}
	for n := range 2 {
		public, _ := r.examinerKey(n).Public().(ed25519.PublicKey)
		values["key"+strconv.Itoa(n+1)] = hex.EncodeToString(public)
	}
	if _, err := v.submit(ctx, page, values); err != nil {
		return err
	}
	if page, err = v.get(ctx, "/office/scrutiny"); err != nil {
		return err
	}
	f, err := page.form("lottery")
	if err != nil {
		return nil //nolint:nilerr // announced by somebody already
	}
	if err := f.fill(map[string]string{"lottery": "福利彩票 双色球（演练）", "day": r.on(time.November, 3, 9).Format(time.DateOnly), "count": "5"}); err != nil {
		return err
	}
	_, err = v.send(ctx, f)
	return err
}

// handOpenings gives both examiners the openings of every survey that is reviewed.
func (r *Rehearsal) handOpenings(ctx context.Context) error {
	return r.forEachExaminer(ctx, "agency", []string{"survey", "examiner"}, func(*answer, *form) error { return nil })
}

// takeSignatures brings what the examiners signed to the office.
func (r *Rehearsal) takeSignatures(ctx context.Context) error {
	return r.forEachExaminer(ctx, "office", []string{"survey", "examiner", "signature"}, func(page *answer, f *form) error {
		n, err := strconv.Atoi(f.shown("examiner"))
		if err != nil {
			return err
		}
		signature := ed25519.Sign(r.examinerKey(n), []byte(statementOf(page, f.shown("survey"))))
		return f.set("signature", base64.StdEncoding.EncodeToString(signature))
	})
}

// forEachExaminer fills and sends the form with the fields on a role's page of
// scrutiny until there is none: one for each survey and examiner.
func (r *Rehearsal) forEachExaminer(ctx context.Context, role string, fields []string, fill func(*answer, *form) error) error {
	v, err := r.person(ctx, role, 0)
	if err != nil {
		return err
	}
	for range 2 * len(r.cast) {
		page, err := v.get(ctx, "/"+role+"/scrutiny")
		if err != nil {
			return err
		}
		f, err := page.form(fields...)
		if err != nil {
			return nil //nolint:nilerr // all are done
		}
		if err := fill(page, f); err != nil {
			return err
		}
		if _, err := v.send(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

// statementOf is the text on the page that examiners of a survey sign.
func statementOf(page *answer, survey string) string {
	for _, hit := range regexp.MustCompile(`(?s)<pre[^>]*>(minyi/examined.*?)</pre>`).FindAllStringSubmatch(string(page.body), -1) {
		if text := html.UnescapeString(hit[1]); strings.Contains(text, "/"+survey+"\n") {
			return text
		}
	}
	return ""
}

// drawLot enters the number of the lottery.
func (r *Rehearsal) drawLot(ctx context.Context) error {
	v, err := r.person(ctx, "office", 0)
	if err != nil {
		return err
	}
	page, err := v.get(ctx, "/office/scrutiny")
	if err != nil {
		return err
	}
	f, err := page.form("number")
	if err != nil {
		return nil //nolint:nilerr // entered by somebody already
	}
	if err := f.set("number", "03 08 11 19 27 30 + 06"); err != nil {
		return err
	}
	_, err = v.send(ctx, f)
	return err
}
