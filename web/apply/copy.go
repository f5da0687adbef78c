package apply

import (
	"maps"
	"slices"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/application"
	"minyi/web/login"
	"minyi/web/view"
)

// CopyPage offers the material of the unit's other dossiers (C10).
type CopyPage struct {
	dossier
	Sources []application.Source
	From    application.ID
	Wish    application.Wish
}

// Copy shows what can be taken over.
func (d *Door) Copy(c *fiber.Ctx) error {
	page, err := d.copying(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "copy", page)
}

func (d *Door) copying(c *fiber.Ctx) (*CopyPage, error) {
	base, err := d.load(c)
	if err != nil {
		return nil, err
	}
	p := &CopyPage{dossier: base, Wish: application.Wish{Claims: true, Report: true, Profile: true, Files: true}}
	if p.Sources, err = d.service.Sources(c.UserContext(), login.Actor(c), base.Dossier.Key); err != nil {
		return nil, err
	}
	if len(p.Sources) > 0 {
		p.From = p.Sources[0].ID()
	}
	return p, nil
}

// DoCopy takes material over.
func (d *Door) DoCopy(c *fiber.Ctx) error {
	page, err := d.copying(c)
	if err != nil {
		return err
	}
	f, err := read(c, among("from", "claims", "report", "profile", "files"))
	if err != nil {
		return err
	}
	yes := func(name string) bool { return f[name] == "yes" }
	page.From = application.ID(f["from"])
	page.Wish = application.Wish{Claims: yes("claims"), Report: yes("report"), Profile: yes("profile"), Files: yes("files")}
	from, err := application.ParseID(f["from"])
	if err == nil {
		_, err = d.service.Copy(c.UserContext(), login.Actor(c), page.Dossier.Key, from, page.Wish)
	}
	if err != nil {
		return d.pages.Again(c, err, "copy", page)
	}
	return view.See(c, page.Base, "apply.copied")
}

// Look takes the marks off all lines that were taken over: they were looked at
// and may stand.
func (d *Door) Look(c *fiber.Ctx) error {
	base, err := d.load(c)
	if err != nil {
		return err
	}
	if _, err := read(c, among()); err != nil {
		return err
	}
	names := slices.Sorted(maps.Keys(base.Dossier.Copied))
	if err := d.service.Looked(c.UserContext(), login.Actor(c), base.Dossier.Key, names); err != nil {
		return err
	}
	return view.See(c, base.Base, "apply.looked")
}
