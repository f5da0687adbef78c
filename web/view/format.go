package view

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"

	"minyi/indicators/fault"
)

// zone is where windows open and pages are read. Its rules are those of
// Asia/Shanghai since 1991: eight hours ahead, no summer time.
func zone() *time.Location { return time.FixedZone("Asia/Shanghai", 8*60*60) }

// funcs are what templates may call, bound to one language.
func funcs(texts *Texts, lang Lang) template.FuncMap {
	return template.FuncMap{
		"t":        func(key string, pairs ...any) string { return texts.Say(lang, key, params(pairs)) },
		"has":      func(key string) bool { return texts.Has(lang, key) },
		"date":     func(at time.Time) string { return date(lang, at) },
		"datetime": func(at time.Time) string { return dateTime(lang, at) },
		"pct":      Percent,
		"dec":      Decimal,
		"num":      Number,
		"size":     Size,
		"list":     func(items ...string) []string { return items },
		"add":      func(a, b int) int { return a + b },
		"langs":    Langs,
		"either": func(yes bool, a, b string) string {
			if yes {
				return a
			}
			return b
		},
	}
}

// params turns the pairs of a template call into parameters.
func params(pairs []any) fault.Params {
	if len(pairs) == 0 {
		return nil
	}
	p := fault.Params{}
	for i := 0; i+1 < len(pairs); i += 2 {
		p[fmt.Sprint(pairs[i])] = fmt.Sprint(pairs[i+1])
	}
	return p
}

// Date writes a day as pages do, in Asia/Shanghai.
func Date(lang Lang, at time.Time) string { return date(lang, at) }

// DateTime writes a moment as pages do, in Asia/Shanghai.
func DateTime(lang Lang, at time.Time) string { return dateTime(lang, at) }

func date(lang Lang, at time.Time) string {
	if at.IsZero() {
		return "—"
	}
	if lang == Chinese {
		return at.In(zone()).Format("2006年1月2日")
	}
	return at.In(zone()).Format("2 January 2006")
}

func dateTime(lang Lang, at time.Time) string {
	if at.IsZero() {
		return "—"
	}
	return date(lang, at) + at.In(zone()).Format(" 15:04")
}

// Percent writes a share of 0 to 1 as a percentage with the given decimals; a
// missing value (NaN) as a dash.
func Percent(share float64, digits int) string {
	if share != share { //nolint:gocritic // NaN is the one value unequal to itself
		return "—"
	}
	return strconv.FormatFloat(100*share, 'f', digits, 64) + "%"
}

// Decimal writes a number with the given decimals; a missing value as a dash.
func Decimal(v float64, digits int) string {
	if v != v { //nolint:gocritic // NaN is the one value unequal to itself
		return "—"
	}
	return strconv.FormatFloat(v, 'f', digits, 64)
}

// Size writes a number of bytes as people read it: in B, KB or MB of 1024 each, as
// the windows of their machines do, to a tenth of an MB.
func Size(bytes int64) string {
	const k = 1024
	switch {
	case bytes < k:
		return strconv.FormatInt(bytes, 10) + " B"
	case bytes < k*k:
		return strconv.FormatInt((bytes+k-1)/k, 10) + " KB"
	}
	tenths := (bytes*10 + k*k/2) / (k * k)
	return strconv.FormatInt(tenths/10, 10) + "." + strconv.FormatInt(tenths%10, 10) + " MB"
}

// Number writes a whole number with thousands apart.
func Number(v any) string {
	s := fmt.Sprint(v)
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	var b strings.Builder
	for i, r := range s {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(r)
	}
	return sign + b.String()
}
