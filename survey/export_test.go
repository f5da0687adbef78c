package survey_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/survey/export"
	"minyi/survey/frame"
	"minyi/survey/invite"
	"minyi/survey/questionnaire"
)

// exporting is an order whose words are their keys.
func exporting(format export.Format) survey.Exporting {
	return survey.Exporting{
		Format: format, Purpose: "核对 权重", Lang: "zh-CN",
		Words: func(key string, p fault.Params) export.Name {
			return export.Name{Zh: "字:" + key + p["purpose"] + p["reader"], En: "en:" + key + p["purpose"] + p["reader"]}
		},
	}
}

// taken is an export, file by file; a single file has the name of the export.
func (h *house) taken(t *testing.T, id survey.ID, format export.Format) map[string][]byte {
	t.Helper()
	out, err := h.Export(t.Context(), agent(), id, exporting(format))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := out.Write(&b); err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	if !strings.HasSuffix(out.Name, ".zip") {
		files[out.Name] = b.Bytes()
		return files
	}
	archive, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if files[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// table reads a CSV file of an export, a map a row.
func table(t *testing.T, text []byte) (out []map[string]string) {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		one := map[string]string{}
		for i, name := range rows[0] {
			one[name] = row[i]
		}
		out = append(out, one)
	}
	return out
}

// many is a closed survey of n sampled answers as people give them: by chance from
// a seed, with 不清楚, skipped questions, insiders and unknown backgrounds, and some
// poster answers.
func (h *house) many(t *testing.T, n int) survey.ID {
	t.Helper()
	return h.manyAt(t, n, "政务大厅")
}

// manyAt is many with nine answers at each of the places.
func (h *house) manyAt(t *testing.T, n int, places ...string) survey.ID {
	t.Helper()
	id := h.drawnOf(t, 400)
	for _, place := range places {
		if _, err := h.HangPoster(t.Context(), agent(), id, place, nil); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.Start(t.Context(), agent(), id); err != nil {
		t.Fatal(err)
	}
	chance := rand.New(rand.NewPCG(3, 4))
	tokens := h.tokens(t, id, invite.OneTime)
	chance.Shuffle(len(tokens), func(i, j int) { tokens[i], tokens[j] = tokens[j], tokens[i] })
	for _, token := range tokens[:n] {
		h.byChance(t, token, token, chance)
	}
	for _, poster := range h.tokens(t, id, invite.Poster) {
		for i := range 9 {
			h.byChance(t, poster, strconv.Itoa(i), chance)
		}
	}
	if _, err := h.Close(t.Context(), agent(), id); err != nil {
		t.Fatal(err)
	}
	return id
}

func (h *house) drawnOf(t *testing.T, links int) survey.ID {
	t.Helper()
	sv, err := h.Create(t.Context(), agent(), order("640200"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.ImportFrame(t.Context(), agent(), sv.ID, csvFrame()); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Draw(t.Context(), agent(), sv.ID, frame.Plan{Seed: 7, Links: links, PerPSU: 20}); err != nil {
		t.Fatal(err)
	}
	return sv.ID
}

func (h *house) byChance(t *testing.T, token, key string, chance *rand.Rand) {
	t.Helper()
	form, err := h.Open(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	values := map[string][]string{}
	level := chance.IntN(3)
	for _, q := range form.Questionnaire.Questions() {
		var codes []string
		for _, c := range q.Choices {
			if !c.Ends && (c.Flag == "" || chance.IntN(4) == 0) {
				codes = append(codes, c.Code)
			}
		}
		if len(codes) == 0 || !q.Required && chance.IntN(12) == 0 {
			continue
		}
		code := codes[chance.IntN(len(codes))]
		if q.Section == questionnaire.Items && chance.IntN(8) > 0 {
			code = strconv.Itoa(1 + min(4, level+chance.IntN(3)))
		}
		values[q.ID] = []string{code}
	}
	values["o1"] = []string{"=意见" + key}
	sheet, err := form.Questionnaire.Check(values, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Submit(t.Context(), survey.Submission{Token: token, Key: key, Sheet: sheet}); err != nil {
		t.Fatal(err)
	}
}

// The judge is R with survey: the exported script on the exported data. Estimates
// agree to 1e-9, standard errors and limits to 1e-8 of their size.
func TestReadersScriptRedoesTheRelease(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("long work in one goroutine, which the race detector cannot judge")
	}
	if err := exec.CommandContext(t.Context(), "Rscript", "-e", "library(survey)").Run(); err != nil {
		if os.Getenv("MINYI_READERS") != "" {
			t.Fatal("R with its package survey is not installed")
		}
		t.Skip("R with its package survey is not installed")
	}
	h := newHouse(t)
	id := h.many(t, 240)
	folder := t.TempDir()
	for name, text := range h.taken(t, id, export.AsScript) {
		if err := os.WriteFile(filepath.Join(folder, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "Rscript", "--vanilla", filepath.Join(folder, "weights-and-estimates.R"), folder)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("R: %v\n%s", err, out)
	}
	theirs, err := os.ReadFile(filepath.Join(folder, "estimates-r.csv"))
	if err != nil {
		t.Fatal(err)
	}
	byR := map[string]map[string]string{}
	for _, row := range table(t, theirs) {
		byR[row["table"]+"/"+row["item"]+"/"+row["measure"]] = row
	}
	result, err := h.Tabulate(t.Context(), agent(), id)
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Weighting.Margins) < 2 || result.WithoutInsiders == nil || result.Sampled.N < 200 {
		t.Fatalf("got margins %v, %d insiders, %d answers: nothing to judge", result.Weighting.Margins, result.Insiders, result.Sampled.N)
	}
	text, err := os.ReadFile(filepath.Join(folder, "estimates.csv"))
	if err != nil {
		t.Fatal(err)
	}
	ours := table(t, text)
	if len(ours) != len(byR) || len(ours) < 2*(5*len(result.Sampled.Items)+2) {
		t.Errorf("got %d estimates of ours and %d of R's", len(ours), len(byR))
	}
	near(t, "the index of the tables", ours[5*len(result.Sampled.Items)]["est"], strconv.FormatFloat(float64(result.Sampled.Index.Est), 'g', -1, 64), 1e-12)
	for _, row := range ours {
		name := row["table"] + "/" + row["item"] + "/" + row["measure"]
		for column, tolerance := range map[string]float64{"n": 0, "df": 0, "est": 1e-9, "se": 1e-8, "low": 1e-8, "high": 1e-8} {
			near(t, name+" "+column, row[column], byR[name][column], tolerance)
		}
	}
}

// near compares two numbers as they are spelled; empty is only equal to empty.
func near(t *testing.T, what, got, want string, tolerance float64) {
	t.Helper()
	if got == "" || want == "" {
		if got != want {
			t.Errorf("%s: got %q, want %q", what, got, want)
		}
		return
	}
	a, errA := strconv.ParseFloat(got, 64)
	b, errB := strconv.ParseFloat(want, 64)
	if errA != nil || errB != nil || math.Abs(a-b) > tolerance*max(1, math.Abs(b)) {
		t.Errorf("%s: got %s, want %s", what, got, want)
	}
}

// S45: each export says for whom, when and what for; the trail has it too.
func TestS45ExportSaysForWhomAndWhatFor(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.answered(t, 20)
	files := h.taken(t, id, export.AsAll)
	want := []string{
		"README.txt", "codebook.csv", "data.csv", "data.dta", "data.sav", "data.xlsx", "ddi.xml", "estimates.csv",
		"texts.csv", "triple-s.csv", "triple-s.sss", "weights-and-estimates.R",
	}
	var got []string
	for name, text := range files {
		got = append(got, name)
		said := bytes.Contains(text, []byte("核对 权重"))
		if name == "README.txt" || name == "data.sav" || name == "data.dta" || name == "ddi.xml" || name == "triple-s.sss" || name == "weights-and-estimates.R" {
			if !said {
				t.Errorf("%s does not say what for", name)
			}
		}
	}
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	out, err := h.Export(t.Context(), agent(), id, exporting(export.AsSAV))
	if err != nil || out.Name != "minyi-2020-640200-sav-li-20200915T010000Z.sav" {
		t.Errorf("got %s, %v, want reader and time in the name", out.Name, err)
	}
	entries, err := h.half.Trail(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	last := entries[len(entries)-1]
	if last.Action != "survey.export" || last.Actor != "li" || last.Reason != "核对 权重" || !strings.Contains(last.After, `"format":"sav","lang":"zh-CN","rows":41`) {
		t.Errorf("got %+v, want the export with its purpose", last)
	}
}

func TestExportIsTheAgencysAfterTheCloseAndForAPurpose(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.opened(t, "640200")
	_, err := h.Export(t.Context(), agent(), id, exporting(export.AsCSV))
	refused(t, "before the close", err, "survey.state")
	if _, err := h.Close(t.Context(), agent(), id); err != nil {
		t.Fatal(err)
	}
	for _, role := range []access.Role{access.Office, access.Assessor, access.Inspector, access.Applicant, access.Sysadmin, access.Auditor, ""} {
		_, err := h.Export(t.Context(), access.Actor{Name: "x", Role: role}, id, exporting(export.AsCSV))
		refused(t, string(role), err, "access.role")
	}
	e := exporting(export.AsCSV)
	e.Purpose = " \n "
	_, err = h.Export(t.Context(), agent(), id, e)
	refused(t, "no purpose", err, "export.purpose")
	e.Purpose = strings.Repeat("字", 201)
	_, err = h.Export(t.Context(), agent(), id, e)
	refused(t, "a long purpose", err, "export.long")
	_, err = h.Export(t.Context(), agent(), id, exporting("doc"))
	refused(t, "no such format", err, "export.format")
	if n := len(table(t, h.taken(t, id, export.AsAll)["data.csv"])); n != 0 {
		t.Errorf("got %d rows of a survey without answers", n)
	}
}

// A row tells nothing but what it holds: no token, no text, no order of arrival.
func TestExportedRowsTellNothingButTheirContent(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.many(t, 40)
	files := h.taken(t, id, export.AsAll)
	rows := table(t, files["data.csv"])
	if len(rows) != 49 {
		t.Fatalf("got %d rows, want 49", len(rows))
	}
	for _, token := range h.tokens(t, id, invite.OneTime) {
		for name, text := range files {
			if name != "texts.csv" && bytes.Contains(text, []byte(token)) {
				t.Errorf("%s holds the token %s", name, token)
			}
		}
	}
	for name, text := range files {
		if name != "texts.csv" && bytes.Contains(text, []byte("=意见")) {
			t.Errorf("%s holds a free text", name)
		}
	}
	texts := table(t, files["texts.csv"])
	if len(texts) != 49 || !slices.IsSortedFunc(texts, func(a, b map[string]string) int { return strings.Compare(a["text"], b["text"]) }) {
		t.Errorf("got %d texts, want 49 sorted by themselves", len(texts))
	}
	h.restart(t)
	if again := h.taken(t, id, export.AsCSV)["data.csv"]; !bytes.Equal(again, files["data.csv"]) {
		t.Error("the same answers gave other rows")
	}
	sum, posters := 0.0, 0
	for _, row := range rows {
		if w, err := strconv.ParseFloat(row["weight_final"], 64); err == nil {
			sum += w
		} else if row["channel"] == "poster" && row["weight_design"] == "" && row["place"] == "政务大厅" {
			posters++
		}
	}
	if math.Abs(sum-751_389) > 0.01 || posters != 9 {
		t.Errorf("got weights of %.3f and %d poster answers, want 751389 people and 9 without weight", sum, posters)
	}
}

// Every type of question has its columns, and not asked, skipped and not
// substantive stay apart.
func TestExportKeepsEveryTypeAndStanding(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id, tokens := h.everyType(t)
	const entry = "consent=yes&s1=60-69&s3=24&s4=no&s5=yes&g1a=5&g1b=98&g1c=3&b1=female&b2=rural"
	h.sendTyped(t, tokens[0], entry+"&q01=4&q02=0&q03=2&q03a=work&q03b=修路&b4=yes&b5=1&b6=2026-03-01&b7=1.5&b8=fair&b8=fast&b8=near&b9=公开&o1=很好")
	h.sendTyped(t, tokens[1], entry+"&q02=97&q03=98&b4=no&b8=ref&o1=谢谢")
	h.sendTyped(t, tokens[2], entry+"&q01=1&q02=10&q03=5&b4=yes&b5=dk&o1=ref")
	h.sendTyped(t, tokens[3], "consent=yes&s1=60-69&s3=5")
	if _, err := h.Close(t.Context(), agent(), id); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, row := range table(t, h.taken(t, id, export.AsCSV)["data.csv"]) {
		var one []string
		for _, name := range []string{"disposition", "s3", "q01", "q02", "g1b", "q03", "q03a_work", "b5", "b5_reason", "b6", "b7", "b8_1", "b8_3", "b1"} {
			value, ok := row[name]
			if !ok {
				t.Fatalf("no column %s among %v", name, row)
			}
			one = append(one, value)
		}
		got = append(got, strings.Join(one, "|"))
	}
	slices.Sort(got)
	want := []string{
		"1|24|-1|97|98|98||||||ref||female", // q01 skipped, q03 不清楚, then not asked
		"1|24|1|10|98|5|||dk|||skipped|skipped|female",
		"1|24|4|0|98|2|1|1||2026-03-01|1.5|fair|near|female",
		"4|5||||||||||||", // screened out by s3
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
