package web

import (
	"minyi/indicators/access"
	"minyi/web/events"
	"minyi/web/formal"
	"minyi/web/seal"
)

// sealRoutes are the seals of what applicants filed: their own pages and files, the
// same files for the office, and the public check. No address of an applicant names
// a unit: it is always the actor's own.
func (d Doors) sealRoutes() []route {
	if d.Seal == nil {
		return nil
	}
	own, office := []access.Role{access.Applicant}, []access.Role{access.Office}
	const dossier, one = "/apply/:round/:track", formal.Home + "/:dossier/:digest"
	return []route{
		{method: get, path: seal.Check, do: d.Seal.Look},
		{method: post, path: seal.Check, body: seal.TextBytes, rate: someAMinute, do: d.Seal.Compare},
		{method: get, path: seal.Check + "/:digest", do: d.Seal.Look},
		{method: get, path: dossier + "/seal", who: own, do: d.Seal.Desk},
		{method: post, path: dossier + "/file", who: own, do: d.Seal.File},
		{method: post, path: dossier + "/withdraw", who: own, do: d.Seal.Withdraw},
		{method: post, path: dossier + "/scan", who: own, body: seal.ScanBytes, do: d.Seal.TakeScan},
		{method: get, path: dossier + "/seal/:digest/manifest.json", who: own, do: d.Seal.Manifest},
		{method: get, path: dossier + "/seal/:digest/receipt.json", who: own, do: d.Seal.Receipt},
		{method: get, path: dossier + "/seal/:digest/printed.pdf", who: own, do: d.Seal.Printed},
		{method: get, path: dossier + "/seal/:digest/scan", who: own, do: d.Seal.Scan},
		{method: get, path: one + "/manifest.json", who: office, do: d.Seal.Manifest},
		{method: get, path: one + "/receipt.json", who: office, do: d.Seal.Receipt},
		{method: get, path: one + "/printed.pdf", who: office, do: d.Seal.Printed},
		{method: get, path: one + "/scan", who: office, do: d.Seal.Scan},
	}
}

// formalRoutes are the office's formal check.
func (d Doors) formalRoutes() []route {
	if d.Formal == nil {
		return nil
	}
	own := []access.Role{access.Office}
	const one = formal.Home + "/:dossier"
	return []route{
		{method: get, path: formal.Home, who: own, do: d.Formal.List},
		{method: get, path: one, who: own, do: d.Formal.One},
		{method: post, path: one, who: own, do: d.Formal.Decide},
		{method: post, path: one + "/cancel", who: own, do: d.Formal.Propose},
		{method: post, path: one + "/cancel/confirm", who: own, do: d.Formal.Confirm},
		{method: post, path: one + "/cancel/drop", who: own, do: d.Formal.Drop},
	}
}

// sealFields names what the forms of seals and of the formal check hold.
func sealFields() map[string]string {
	const one, dossier = formal.Home + "/:dossier", "/apply/:round/:track"
	return map[string]string{
		seal.Check: `manifest|file`, events.Home: `receipt|file`, dossier + "/file": `seen`, dossier + "/withdraw": ``, dossier + "/scan": `digest|file`,
		one: `outcome|reason|until|seen`, one + "/cancel": `cancel_(reason|evidence|document)`,
		one + "/cancel/confirm": `seen`, one + "/cancel/drop": `seen|drop_reason`,
	}
}
