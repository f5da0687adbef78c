package main

import (
	"context"

	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/roster"
)

// applied tells the survey half which units have filed an application. It is all
// that half learns of applications.
type applied struct{ dossiers *application.Service }

// Applied returns the units with a dossier that stands filed in the round and was
// not rejected in the formal check.
func (a applied) Applied(ctx context.Context, year int) ([]roster.UnitCode, error) {
	all, err := a.dossiers.All(ctx, access.Actor{Name: "survey", Role: access.Office}, year)
	if err != nil {
		return nil, err
	}
	var out []roster.UnitCode
	for _, d := range all {
		if d.State == application.Filed && d.Formality() != application.FormalityRejected {
			out = append(out, d.Unit)
		}
	}
	return out, nil
}
