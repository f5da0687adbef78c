package main

import (
	"bytes"
	"database/sql"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"minyi/indicators/privacy"
	"minyi/survey/invite"
)

// What lies on the disk of a round that was played into its notice: judged from the
// files alone, as somebody would who has carried the folder away.
//
//	what | independent judge | input | tolerance | test
//	S46 sealed at rest | a search of raw bytes | every file of the folder, log and free pages included | 0 of the round's addresses and names of people | TestS46AndS47WhatLiesOnTheDiskOfAPlayedRound
//	S39 no link beside an answer | the signer's own check of every word of 24 signs | every file of the folder: databases, job files, blobs, marks | 0 links, and no answer named outside its database | TestS46AndS47WhatLiesOnTheDiskOfAPlayedRound
//	S47 algorithms | lengths and beginnings | every row of every column that the inventory names | all | TestS46AndS47WhatLiesOnTheDiskOfAPlayedRound

// rawFiles are the bytes of all files below a folder, by name.
func rawFiles(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		out[name], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// personal are what tells of the people of the made-up round: numbers of mobile
// telephones, addresses of mail, names of deputies. The number on which a survey can be
// checked is public.
func personal() map[string]*regexp.Regexp {
	return map[string]*regexp.Regexp{
		"a mobile number": regexp.MustCompile(`(?:^|[^0-9A-Za-z._-])1[3-9][0-9]{9}(?:[^0-9A-Za-z._-]|$)`),
		"an address":      regexp.MustCompile(`[A-Za-z0-9._-]{2,}@[a-z0-9-]{2,}\.(?:org|com|net|cn)`),
		"a deputy's name": regexp.MustCompile(`示例[0-9]{3}`),
	}
}

// bareIn are the people that stand readable in the files of a folder.
func bareIn(t *testing.T, dir string) (found []string) {
	t.Helper()
	for name, raw := range rawFiles(t, dir) {
		if strings.HasPrefix(name, evidenceFolder+string(filepath.Separator)) || slices.Contains([]string{demoFile, "rehearsal.json"}, name) {
			continue // what an applicant has filed, byte for byte; the plan of the made-up round
		}
		for what, pattern := range personal() {
			if hit := pattern.Find(raw); hit != nil {
				found = append(found, fmt.Sprintf("%s holds %s: %q", name, what, hit))
			}
		}
	}
	return found
}

// shapes say of a stored value whether the algorithm can have made it.
func shapes() map[string]func([]byte) bool {
	long := func(n ...int) func([]byte) bool {
		return func(b []byte) bool {
			if raw, err := hex.DecodeString(string(b)); err == nil {
				b = raw
			}
			return slices.Contains(n, len(b))
		}
	}
	begins := regexp.MustCompile(`(?s)^(?:my[\x01\x02].{4}|.*mys1\.(?:aes|sm4)\.[0-9a-f]{8}\.|\$argon2id\$v=19\$|hs256\.|mysf1\.(?:aes|sm4)\n|(?:.*\n)?\x{2014} \S+ )`)
	digits := regexp.MustCompile(`^\d+$`)
	return map[string]func([]byte) bool{
		"named":           begins.Match,
		"sha-256":         func(b []byte) bool { return long(32)(b) || len(b) > 32 && len(b)%32 == 0 }, // one, or a list of them
		"hmac-sha-256":    long(32, 16),
		"hmac-sha-256/16": func(b []byte) bool { raw, err := hex.DecodeString(string(b)); return err == nil && len(raw)%16 == 0 }, // of a group of answers, one after the other
		"sha-256/50 bits": func(b []byte) bool { return len(b) <= 16 && digits.Match(b) },
		"sha-256/hmac":    long(32, 64),
		"sha-256, listed": regexp.MustCompile(`^\{`).Match,
	}
}

// misshapen are the columns in which a value stands that its algorithm cannot have made,
// and how many values were looked at; all columns, or only those that are named.
func misshapen(t *testing.T, half string, d *sql.DB, only ...string) (wrong map[string]string, seen int) {
	t.Helper()
	wrong = map[string]string{}
	shape := shapes()
	for _, c := range privacy.Columns() {
		if c.Half != half || c.Algorithm == "" {
			continue
		}
		where := c.Table + "." + c.Name
		if len(only) > 0 && !slices.Contains(only, where) {
			continue
		}
		right := shape[c.Algorithm]
		if right == nil {
			t.Fatalf("%s is by %s, of which this test knows no shape", where, c.Algorithm)
		}
		values, err := column(t, d, fmt.Sprintf(`SELECT CASE typeof(v) WHEN 'blob' THEN hex(v) ELSE v END FROM (SELECT %q AS v FROM %q WHERE %q IS NOT NULL)`, c.Name, c.Table, c.Name))
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range values {
			value := []byte(v)
			if raw, err := hex.DecodeString(v); err == nil && c.Algorithm == "named" {
				value = raw
			}
			if len(value) == 0 || v == "{}" || v == "[]" {
				continue // nothing sealed
			}
			if seen++; !right(value) {
				wrong[where] = fmt.Sprintf("%q is not by %s", value[:min(60, len(value))], c.Algorithm)
				break
			}
		}
	}
	return wrong, seen
}

// TestS46AndS47WhatLiesOnTheDiskOfAPlayedRound: names, addresses and numbers of people
// stand readable in no file of the folder; every column that the inventory calls sealed
// or hashed has an algorithm, and every value of the round the length or the beginning
// that goes with it. Then each sealed column is written bare, one after the other, and
// the same look must find it.
func TestS46AndS47WhatLiesOnTheDiskOfAPlayedRound(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a round into its notice")
	}
	t.Parallel()
	dir := t.TempDir()
	kept.played(t, slices.Index(moments(), "2020-11-05T09:00"), dir)
	for _, found := range bareIn(t, dir) {
		t.Error(found)
	}
	halves := map[string]*sql.DB{
		"programme": rawSQL(t, filepath.Join(dir, programmeFile)), "survey": rawSQL(t, filepath.Join(dir, surveyFile)),
	}
	linksNowhere(t, dir)
	seen := 0
	for half, d := range halves {
		wrong, n := misshapen(t, half, d)
		seen += n
		for where, what := range wrong {
			t.Errorf("%s.%s: %s", half, where, what)
		}
	}
	if seen < 1000 {
		t.Errorf("%d values were looked at", seen)
	}
	everyOneNamed(t)
	written := 0
	for _, c := range privacy.Columns() {
		if c.Guard == privacy.Sealed {
			written += writtenBare(t, halves[c.Half], c)
		}
	}
	if written < 5 {
		t.Errorf("%d sealed columns have rows in this round: what is this test looking at?", written)
	}
	if len(bareIn(t, dir)) == 0 {
		t.Error("people were written bare, and the search of the files finds none")
	}
}

// linksIn are the links to questionnaires that stand in a text, whole.
func linksIn(signer *invite.Signer, raw []byte) (out []string) {
	for _, word := range regexp.MustCompile(`[0-9A-Za-z]+`).FindAll(raw, -1) {
		const digits = 24
		if len(word) != digits {
			continue
		}
		if _, err := signer.Parse(string(word)); err == nil {
			out = append(out, string(word))
		}
	}
	return out
}

// linksNowhere: no link stands in any file, so that nothing can be put beside it: in no
// database, file of a job, blob, mark or copy. And what names an answer until it is in the
// public log stands in the survey's database alone.
func linksNowhere(t *testing.T, dir string) {
	t.Helper()
	master, err := openKey(dir)
	if err != nil {
		t.Fatal(err)
	}
	key, err := master.derive("links")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := invite.NewSigner(key)
	if err != nil {
		t.Fatal(err)
	}
	one := signer.Format(invite.Token{Survey: 1, Serial: 1})
	if got := linksIn(signer, []byte("https://x.example/q/"+one+"\n"+strings.ToLower(one))); len(got) != 2 {
		t.Fatalf("the search finds %v of two links", got)
	}
	commitments, err := column(t, rawSQL(t, filepath.Join(dir, surveyFile)), `SELECT lower(hex(commitment)) FROM spoiled UNION SELECT lower(hex(commitment)) FROM intake`)
	if err != nil {
		t.Fatal(err)
	}
	for name, raw := range rawFiles(t, dir) {
		if found := linksIn(signer, raw); len(found) > 0 && name != "rehearsal.json" {
			t.Errorf("%s holds %d links, such as %s", name, len(found), found[0])
		}
		if strings.HasPrefix(name, surveyFile) {
			continue
		}
		for _, digits := range commitments {
			if sum, err := hex.DecodeString(digits); err == nil && len(sum) > 0 && (bytes.Contains(raw, sum) || bytes.Contains(raw, []byte(digits))) {
				t.Errorf("%s names an answer by its commitment", name)
				break
			}
		}
	}
}

// everyOneNamed demands an algorithm of every column that is sealed or hashed, or sounds so.
func everyOneNamed(t *testing.T) {
	t.Helper()
	called := regexp.MustCompile(`^(hash|prev|digest|blind|commitment|salt|sealed|note|line|receipt|hashes|leaves|form|content|seed)$`)
	for _, c := range privacy.Columns() {
		where := c.Half + "." + c.Table + "." + c.Name
		switch {
		case c.Algorithm != "":
		case c.Guard != privacy.Bare:
			t.Errorf("%s is %s by no algorithm that the inventory names", where, c.Guard)
		case called.MatchString(c.Name) && !slices.Contains([]string{"survey.spoiled.content", "survey.edition.form"}, where):
			t.Errorf("%s sounds like a digest or a seal and has no algorithm", where)
		}
	}
}

// writtenBare writes somebody's name and number bare into a sealed column where it has a
// row, or is kept from it by the database itself; the look at shapes must find that.
func writtenBare(t *testing.T, d *sql.DB, c privacy.Column) int {
	t.Helper()
	const bare = `{"n":"示例999","p":"13800000000"}`
	value := fmt.Sprintf(`CASE typeof(%[1]q) WHEN 'blob' THEN CAST(? AS BLOB) ELSE ? END`, c.Name)
	done, err := d.ExecContext(t.Context(), fmt.Sprintf(`UPDATE %q SET %q = %s WHERE %q IS NOT NULL`, c.Table, c.Name, value, c.Name), bare, bare)
	if err != nil {
		if !strings.Contains(err.Error(), "never changed") {
			t.Fatalf("%s.%s: %v", c.Table, c.Name, err)
		}
		return 0
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return 0
	}
	if wrong, _ := misshapen(t, c.Half, d, c.Table+"."+c.Name); wrong[c.Table+"."+c.Name] == "" {
		t.Errorf("%s.%s was written bare, and nobody sees it", c.Table, c.Name)
	}
	return 1
}
