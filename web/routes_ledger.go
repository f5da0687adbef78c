package web

import "minyi/web/ledger"

// cosignaturesAMinute bounds what witnesses at one network send: one line for each log
// of a round, of which there may be thirty, more witnesses than one, and a drill plays
// months in a minute. Each costs one check of a signature.
const cosignaturesAMinute = 600

// ledgerRoutes are the public logs: pages for people, and files for their programs at
// the addresses of C2SP tlog-tiles. What a witness sends is known by its signature.
func (d Doors) ledgerRoutes() []route {
	if d.Ledger == nil {
		return nil
	}
	l, out := d.Ledger, []route{}
	for _, path := range l.Paths() {
		out = append(out, route{method: get, path: path, do: l.Serve})
	}
	const one = ledger.One
	return append(
		out,
		route{method: get, path: ledger.Home, do: l.Home},
		route{method: get, path: ledger.Find, rate: searchesAMinute, do: l.Find},
		route{method: get, path: ledger.Check, do: l.Check},
		route{method: get, path: ledger.Saved, do: l.Save},
		route{method: get, path: ledger.Names, do: l.Names},
		route{method: get, path: ledger.Promise, rate: searchesAMinute, do: l.Promise},
		route{method: get, path: one, do: l.Log},
		route{method: get, path: one + "/checkpoint", do: l.Checkpoint},
		route{method: get, path: one + "/checkpoint/:size", do: l.Earlier},
		route{method: get, path: one + "/keys", do: l.Keys},
		route{method: get, path: one + "/proof/:commitment", rate: searchesAMinute, do: l.Proof},
		route{method: get, path: one + "/consistency/:old/:size", do: l.Consistency},
		route{method: get, path: one + "/statement/:number", do: l.Statement},
		route{method: get, path: one + "/tile/*", do: l.Tile},
		route{method: post, path: one + "/cosignature", open: true, body: ledger.CosignBytes, rate: cosignaturesAMinute, do: l.Cosign},
	)
}
