package quality

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// WriteFlags writes resp_id, score, flag (0 or 1) and the rules' codes joined by
// ";", in the order of the survey.
func (r *Report) WriteFlags(out io.Writer) error {
	w := csv.NewWriter(out)
	_ = w.Write([]string{"resp_id", "score", "flag", "rules"}) // kept until Flush
	for _, f := range r.Findings {
		flag := "0"
		if f.Flag {
			flag = "1"
		}
		codes := make([]string, len(f.Rules))
		for k, code := range f.Rules {
			codes[k] = string(code)
		}
		_ = w.Write([]string{guarded(f.ID), number(f.Score), flag, strings.Join(codes, ";")})
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return fmt.Errorf("write the flags: %w", err)
	}
	return nil
}

// WriteUnits writes unit and score, in the order of the units' names.
func (r *Report) WriteUnits(out io.Writer) error {
	w := csv.NewWriter(out)
	_ = w.Write([]string{"unit", "score"}) // kept until Flush
	for _, u := range r.Units {
		_ = w.Write([]string{guarded(u.Unit), number(u.Score)})
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return fmt.Errorf("write the units: %w", err)
	}
	return nil
}

func number(x float64) string { return strconv.FormatFloat(x, 'f', 6, 64) }

// guarded puts an apostrophe before what a spreadsheet would run as a formula;
// plain numbers stay as they are.
func guarded(text string) string {
	if text == "" || !strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return text
	}
	if _, err := strconv.ParseFloat(text, 64); err == nil {
		return text
	}
	return "'" + text
}
