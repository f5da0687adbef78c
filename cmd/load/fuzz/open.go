package fuzz

import (
	"net/url"
	"strings"
)

// Open lists the rows of the server's table of routes that no sign-in guards, method
// and path as the table writes them. Each is asked for what it is, with real codes
// and odd ones in its places, besides the forms that were collected.
func Open() []string {
	return []string{
		"GET /reports", "GET /reports/:year/:unit", "GET /checks", "GET /checks/:year/draw.json",
		"GET /", "GET /login", "POST /login", "POST /logout", "GET /login/factor", "POST /login/factor", "POST /login/factor/begin", "POST /login/factor/passkey",
		"GET /named", "GET /practices", "GET /practices/:practice", "GET /practices/:practice/files/:digest", "GET /named.csv", "GET /named.json", "GET /named-valid.json", "GET /named-valid.sig", "GET /named-key.pem",
		"GET /named/:naming", "GET /named/:naming/decision.pdf", "GET /named/:naming/certificate.pdf",
		"GET /results", "GET /results.csv", "GET /results.json", "GET /results/:round/:unit", "GET /results/:round/:unit/report.pdf",
		"GET /results/:round/:unit/figures.csv", "GET /results/:round/:unit/pack.zip", "GET /results/:round/:unit/figures.json", "GET /results/:round/:unit/figures.sig",
		"GET /results/:round/:unit/release.json", "GET /results/:round/:unit/release.sig",
		"GET /calendar", "GET /calendar.ics", "GET /calendar/own/:secret.ics",
		"GET /events", "POST /events", "GET /verify/out", "GET /seal", "POST /seal", "GET /seal/:digest",
		"GET /objections", "POST /objections", "GET /objections/state", "POST /objections/state", "POST /objections/reply",
		"GET /notices/:year", "GET /notices/:year/notice.pdf",
		"GET /q/:token", "POST /q/:token", "GET /q/:token/", "POST /q/:token/",
		"GET /Q/:token", "POST /Q/:token", "GET /Q/:token/", "POST /Q/:token/",
		"GET /try/:token", "POST /try/:token", "GET /preview/:token", "POST /preview/:token",
		"GET /static/respond/:name",
		"GET /scrutiny", "POST /scrutiny/invitation", "GET /scrutiny/:round/:unit/used.txt",
		"GET /ledger", "GET /ledger/find", "GET /ledger/check", "GET /ledger/checker.html", "GET /ledger/logs.txt", "GET /ledger/promise/:commitment",
		"GET /ledger/:log", "GET /ledger/:log/checkpoint", "GET /ledger/:log/checkpoint/:size", "GET /ledger/:log/keys", "GET /ledger/:log/proof/:commitment",
		"GET /ledger/:log/consistency/:old/:size", "GET /ledger/:log/statement/:number", "GET /ledger/:log/tile/*", "POST /ledger/:log/cosignature",
		"GET /api/v1/named", "GET /api/v1/openapi.json", "GET /api/v1/rounds", "GET /api/v1/rounds/:round/ranking",
		"GET /api/v1/surveys", "GET /api/v1/surveys/:id/release", "GET /api/v1/units",
	}
}

// row asks for a row of the table.
func (d dice) row(doors *Doors) []byte {
	method, pattern, _ := strings.Cut(pick(d, Open()), " ")
	parts := strings.Split(pattern, "/")
	for i, part := range parts {
		if strings.HasPrefix(part, ":") {
			parts[i] = d.code(doors)
		}
	}
	address := path(strings.Join(parts, "/")) + d.query()
	if method == "POST" && pattern != "/login" { // a password's check costs much on purpose
		return d.post(doors, address, d.form(pick(d, doors.Visits).Form))
	}
	return d.get(doors, address)
}

// code is what may stand in a place of an address: a real code, one with something
// around it, or an oddity.
func (d dice) code(doors *Doors) string {
	whole := pick(d, doors.Visits).Path
	whole = whole[strings.LastIndexByte(whole, '/')+1:]
	switch d.IntN(4) {
	case 0:
		return url.PathEscape(d.word())
	case 1:
		return whole + pick(d, []string{"%20", ".", "%E3%80%82", "%EF%BC%8F", "%", "%2F", "%00", "-"})
	case 2:
		return d.scratch(whole)
	}
	return whole
}
