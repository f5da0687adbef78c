package office

import (
	"github.com/gofiber/fiber/v2"

	"minyi/indicators"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

// form reads numbers of a request and gathers what is wrong with them.
type form struct {
	c    *fiber.Ctx
	list fault.List
}

func (f *form) mark(field string) indicators.Mark {
	m, err := indicators.ParseMark(f.c.FormValue(field))
	for _, r := range fault.All(err) {
		f.list.Add(r.At(field))
	}
	return m
}

func (f *form) date(field string) roster.Date {
	date, err := roster.ParseDate(f.c.FormValue(field))
	for _, r := range fault.All(err) {
		f.list.Add(r.At(field))
	}
	return date
}
