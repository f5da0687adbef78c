package web

import (
	"maps"
	"regexp"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/web/office"
)

// fields names what the forms of each door hold, as an expression that a field's
// whole name matches: anything else has no effect and is refused (S15). The
// residents' door and the long forms of applicants and assessors read their fields one
// by one themselves; an empty expression is a form with buttons only.
func fields() map[string]string {
	settings, out := office.SettingFields(), rulesFields()
	maps.Copy(out, rankingFields())
	maps.Copy(out, verifyFields())
	maps.Copy(out, afterFields())
	maps.Copy(out, boardFields())
	maps.Copy(out, accountFields())
	maps.Copy(out, map[string]string{
		"/login": `name|password|next`, "/logout": ``, "/password": `old|new|again`,
		"/accounts": `name|role|unit|institution|person`, "/accounts/state": `name|to`,

		"/agency/surveys": `round|unit|also_\w+|from|to|(organiser|agency)_(zh|en)|phone|paper|(draft|trace)_days|reason`, "/agency/end": `end_round|end_sure`,
		"/agency/surveys/:id/frame": `frame`, "/agency/surveys/:id/draw": `seed|links|per_psu`,
		"/agency/surveys/:id/posters": `place|from|to|cap`, "/agency/surveys/:id/posters/:batch": `from|to|cap`,
		"/agency/surveys/:id/quota": `strata_[123]|cap_\d{1,4}|remove`, "/agency/surveys/:id/traces": `traces_sure`,
		"/agency/surveys/:id/open": ``, "/agency/surveys/:id/close": `sure`,
		"/agency/surveys/:id/export": `format|purpose|labels`,

		"/agency/surveys/:id/print": `as|words|stratum|psu|batch`, "/agency/jobs/:job/cancel": ``,

		"/agency/surveys/:id/review/acts":      `r_\d{1,19}|kind|scope|from|reason|reason_rule|pick_(state|rule|place|hand|channel|sort|number|act)`,
		"/agency/surveys/:id/review/acts/:act": `word|note`, "/agency/surveys/:id/review/end": `word|nothing|seal`,
		"/agency/surveys/:id/weights": `base|nonresponse|class_by|classes|by_(stratum|size)|census(_\w+)?|method|bounds_(low|high)|` +
			`trim_(low|high|strict|again)|blend`,
		"/agency/surveys/:id/weights/propose": `digest|reason`, "/agency/surveys/:id/weights/confirm": `digest`, "/agency/surveys/:id/weights/drop": ``,
		"/agency/surveys/:id/weights/margins": `file`, "/agency/surveys/:id/weights/margins/remove": `margin`,
		"/agency/surveys/:id/weights/margins/:margin": `column_\d|(value|join)_\d_\d{1,3}|to`,

		"/office/scrutiny/examiners": `(name|body|key)[12]`, "/office/scrutiny/lot": `lottery|day|count`, "/office/scrutiny/number": `number`,
		"/office/scrutiny/sign": `survey|examiner|signature`, "/agency/scrutiny": `survey|examiner`,
		"/scrutiny/invitation": `round|unit|invitation`,

		"/office/rounds":                `year|edition|plan_(number|date|basis)|override|filing_(from|to)`,
		"/office/rounds/:year/settings": settings + `|version|reason`,
		"/demo":                         `to`,
	})
	return out
}

// expected refuses a form with a field that it does not have, or with one that
// comes twice. No browser sends such a form, so there is nothing typed that
// could be lost.
func expected(names string) fiber.Handler {
	known := regexp.MustCompile(`^(csrf|` + names + `)$`)
	return func(c *fiber.Ctx) error {
		seen, bad := map[string]bool{}, false
		look := func(name string) {
			bad = bad || seen[name] || !known.MatchString(name)
			seen[name] = true
		}
		for name := range c.Request().PostArgs().All() {
			look(string(name))
		}
		if form, err := c.MultipartForm(); err == nil {
			for name, values := range form.Value {
				for range values {
					look(name)
				}
			}
			for name, files := range form.File {
				for range files {
					look(name)
				}
			}
		}
		if bad {
			return fault.New(fault.Invalid, "request.invalid")
		}
		return c.Next()
	}
}
