package inbox

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/indicators/inbox"
	"minyi/web/login"
	"minyi/web/view"
)

// KindChoice is one kind and whether it sends e-mail.
type KindChoice struct {
	Kind inbox.Kind
	On   bool
}

// SettingsPage is how somebody wants to be told.
type SettingsPage struct {
	view.Frame
	Reach   inbox.Reach
	Kinds   []KindChoice
	Spoken  []view.Lang
	Email   string // as it was typed
	Feed    string // the new address of the calendar, shown once
	HasFeed bool
}

func (d *Door) settings(c *fiber.Ctx) (*SettingsPage, error) {
	reach, err := d.Messages.Reach(c.UserContext(), login.Actor(c))
	if err != nil {
		return nil, err
	}
	made, err := d.Messages.FeedMade(c.UserContext(), login.Actor(c))
	if err != nil {
		return nil, err
	}
	page := &SettingsPage{Reach: reach, Spoken: view.Langs(), Email: reach.Email, HasFeed: !made.IsZero()}
	if reach.Pending != "" {
		page.Email = reach.Pending
	}
	for _, k := range inbox.Kinds() {
		page.Kinds = append(page.Kinds, KindChoice{k, !slices.Contains(reach.Off, k)})
	}
	return page, nil
}

// Settings shows how the visitor wants to be told.
func (d *Door) Settings(c *fiber.Ctx) error {
	page, err := d.settings(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "settings", page)
}

// Choose keeps language, telephone number and the kinds that send e-mail: fields
// lang, phone and on_ and a kind.
func (d *Door) Choose(c *fiber.Ctx) error {
	w := inbox.Wish{Lang: c.FormValue("lang"), Phone: c.FormValue("phone")}
	for _, k := range inbox.Kinds() {
		if c.FormValue("on_"+string(k)) != "on" {
			w.Off = append(w.Off, k)
		}
	}
	if err := d.Messages.Choose(c.UserContext(), login.Actor(c), w); err != nil {
		page, pageErr := d.settings(c)
		if pageErr != nil {
			return pageErr
		}
		page.Reach.Phone, page.Reach.Lang = w.Phone, w.Lang
		for i, k := range page.Kinds {
			page.Kinds[i].On = !slices.Contains(w.Off, k.Kind)
		}
		return d.pages.Again(c, err, "settings", page)
	}
	return view.See(c, Settings, "inbox.chosen")
}

// Address sends a code to a new e-mail address: field email; empty takes it back.
func (d *Door) Address(c *fiber.Ctx) error {
	typed := c.FormValue("email")
	if err := d.Messages.Address(c.UserContext(), login.Actor(c), typed); err != nil {
		if fault.KindOf(err) == 0 {
			return err
		}
		page, pageErr := d.settings(c)
		if pageErr != nil {
			return pageErr
		}
		page.Email = typed
		return d.pages.Again(c, err, "settings", page)
	}
	return view.See(c, Settings, "inbox.code_sent")
}

// ConfirmPage asks whether the address shall count: opening a link alone changes
// nothing, since mail servers open links too.
type ConfirmPage struct {
	view.Frame
	Code string
}

// Confirm shows the button.
func (d *Door) Confirm(c *fiber.Ctx) error {
	return d.pages.Render(c, "confirm", &ConfirmPage{Code: c.Params("code")})
}

// DoConfirm makes the address count.
func (d *Door) DoConfirm(c *fiber.Ctx) error {
	if err := d.Messages.Confirm(c.UserContext(), login.Actor(c), c.Params("code")); err != nil {
		return d.pages.Again(c, err, "confirm", &ConfirmPage{Code: c.Params("code")})
	}
	return view.See(c, Settings, "inbox.confirmed")
}

// Feed makes the address of the visitor's calendar anew, or ends it: field do is make
// or end. The address is shown once.
func (d *Door) Feed(c *fiber.Ctx) error {
	if c.FormValue("do") == "end" {
		if err := d.Messages.EndFeed(c.UserContext(), login.Actor(c)); err != nil {
			return err
		}
		return view.See(c, Settings, "inbox.feed_ended")
	}
	secret, err := d.Messages.NewFeed(c.UserContext(), login.Actor(c))
	if err != nil {
		return err
	}
	page, err := d.settings(c)
	if err != nil {
		return err
	}
	page.Feed = d.Base + d.Calendar + secret + ".ics"
	return d.pages.Render(c, "settings", page)
}
