package agreement

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/survey/export"
)

// send sends lines as a file, CSV or, where the query says xlsx, a workbook.
func send(c *fiber.Ctx, name string, lines [][]string) error {
	var file bytes.Buffer
	format, media := "csv", "text/csv; charset=utf-8"
	write := writeCSV
	if c.Query("format") == "xlsx" {
		format, media, write = "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", writeXLSX
	}
	if err := write(&file, lines); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, media)
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+name+"."+format+`"`)
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Send(file.Bytes())
}

// writeCSV writes UTF-8 with a byte order mark, so that Excel reads it, and puts an
// apostrophe before what a spreadsheet would calculate (S24).
func writeCSV(file *bytes.Buffer, lines [][]string) error {
	file.WriteString("\ufeff")
	out := csv.NewWriter(file)
	var err error
	for _, line := range lines {
		for i, cell := range line {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
				line[i] = "'" + cell
			}
		}
		err = errors.Join(err, out.Write(line))
	}
	out.Flush()
	return errors.Join(err, out.Error())
}

func writeXLSX(file *bytes.Buffer, lines [][]string) error {
	return export.List(file, "list", func(fn func([]string) error) error {
		for _, line := range lines {
			if err := fn(line); err != nil {
				return err
			}
		}
		return nil
	})
}
