package web

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/web/exhibits"
)

// exhibitsRoutes is the door to the files of dossiers: the applicant's own, and
// for each other role those that it may read.
func (d Doors) exhibitsRoutes() []route {
	x := d.Exhibits
	if x == nil {
		return nil
	}
	own := []access.Role{access.Applicant}
	out := slices.Concat(
		d.readingRoutes("/apply/:round/:track/exhibits/:exhibit", access.Applicant, x.Own),
		d.readingRoutes("/evaluate/:dossier/exhibits/:exhibit", access.Assessor, x.Mine),
		d.readingRoutes("/office/dossiers/:dossier/exhibits/:exhibit", access.Office, x.Filed),
		d.uploadRoutes(),
	)
	for _, path := range x.AssetPaths() {
		out = append(out, route{method: get, path: path, do: x.Asset})
	}
	const mine = "/apply/:round/:track/exhibits"
	return append(out,
		route{method: get, path: "/office/dossiers/:dossier", who: []access.Role{access.Office}, do: x.FiledList},
		route{method: get, path: mine, who: own, do: x.List},
		route{method: post, path: mine, who: own, body: exhibits.FormBytes, do: x.Attach},
		route{method: post, path: mine + "/dates", who: own, do: x.Date},
		route{method: post, path: mine + "/share", who: own, do: x.Share},
		route{method: get, path: mine + "/:exhibit/edit", who: own, do: x.Edit},
		route{method: post, path: mine + "/:exhibit/edit", who: own, do: x.Relabel},
		route{method: post, path: mine + "/:exhibit/move", who: own, do: x.Move},
		route{method: post, path: mine + "/:exhibit/remove", who: own, do: x.Detach},
		route{method: post, path: mine + "/:exhibit/restore", who: own, do: x.Restore},
	)
}

// readingRoutes lets a role read one exhibit: the file, its preview, and what the
// preview shows.
func (d Doors) readingRoutes(path string, role access.Role, read exhibits.Reader) []route {
	who := []access.Role{role}
	return []route{
		{method: get, path: path, who: who, do: d.Exhibits.File(read)},
		{method: get, path: path + "/preview", who: who, do: d.Exhibits.Preview(read)},
		{method: get, path: path + "/preview/content", who: who, do: d.Exhibits.Content(read)},
		{method: get, path: path + "/thumbnail", who: who, do: d.Exhibits.Thumbnail(read)},
	}
}

// uploadRoutes is the server of files that come in parts (tus 1.0.0).
func (d Doors) uploadRoutes() []route {
	x, own := d.Exhibits, []access.Role{access.Applicant}
	const uploads = "/apply/:round/:track/uploads"
	return []route{
		{method: fiber.MethodOptions, path: uploads, who: own, do: x.Tus(x.Describe)},
		{method: post, path: uploads, who: own, do: x.Tus(x.Begin)},
		{method: fiber.MethodHead, path: uploads + "/:upload", who: own, do: x.Tus(x.Offset)},
		{method: fiber.MethodPatch, path: uploads + "/:upload", who: own, body: exhibits.UploadBytes, do: x.Tus(x.Receive)},
		{method: fiber.MethodDelete, path: uploads + "/:upload", who: own, do: x.Tus(x.Drop)},
		{method: post, path: uploads + "/:upload/discard", who: own, do: x.Discard},
	}
}
