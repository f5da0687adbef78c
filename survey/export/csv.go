package export

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"
)

// bom makes Excel read UTF-8 as such.
const bom = "\ufeff"

// CSV writes the rows below a header of names: UTF-8 with a byte order mark, CRLF.
// What a spreadsheet would calculate is made inert (S24); numbers stay numbers. An
// empty field is no value.
func CSV(w io.Writer, d *Dataset) error {
	if _, err := io.WriteString(w, bom); err != nil {
		return err
	}
	return separated(w, d, func(v *Variable, cell Cell) string {
		if v.Kind == Text {
			return inert(v.plain(cell))
		}
		return v.plain(cell)
	})
}

// Codebook writes what the variables and their values mean, as CSV does.
func Codebook(w io.Writer, d *Dataset) error {
	return lines(w, d.codebook)
}

// lines writes the lines that each gives.
func lines(w io.Writer, each func(fn func([]string) error) error) error {
	if _, err := io.WriteString(w, bom); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	err := each(func(line []string) error {
		safe := make([]string, len(line))
		for i, cell := range line {
			safe[i] = cell
			if _, err := strconv.ParseFloat(cell, 64); err != nil {
				safe[i] = inert(cell)
			}
		}
		return out.Write(safe)
	})
	out.Flush()
	if err != nil {
		return err
	}
	return out.Error()
}

// separated writes a header of names and the rows.
func separated(w io.Writer, d *Dataset, spell func(v *Variable, cell Cell) string) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	record := make([]string, len(d.Variables))
	for i, v := range d.Variables {
		record[i] = v.Name
	}
	if err := out.Write(record); err != nil {
		return err
	}
	err := d.Rows(func(row []Cell) error {
		for i, cell := range row {
			record[i] = spell(&d.Variables[i], cell)
		}
		return out.Write(record)
	})
	out.Flush()
	if err != nil {
		return err
	}
	return out.Error()
}

// plain spells a cell for a text file; empty for no value.
func (v *Variable) plain(cell Cell) string {
	switch {
	case cell.Empty:
		return ""
	case v.Kind == Text:
		return cell.Text
	case v.Kind == Date:
		return date(cell.Number)
	}
	return number(cell.Number)
}

// inert puts an apostrophe before what a spreadsheet would calculate (S24).
func inert(cell string) string {
	if cell == "" || !strings.ContainsAny(cell[:1], "=+-@\t\r") {
		return cell
	}
	return "'" + cell
}

// date spells days since 1970-01-01.
func date(days float64) string { return dayTime(days).Format(time.DateOnly) }

func dayTime(days float64) time.Time { return time.Unix(0, 0).UTC().AddDate(0, 0, int(days)) }
