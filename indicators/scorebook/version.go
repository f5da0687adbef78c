package scorebook

import (
	"context"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
)

// Version opens one version of one finding to the office, newest for version 0: what
// an older ranking rests on stays readable after a correction. It is sealed and
// on the record as Read is; finding.none where there is no such version.
func (b *Book) Version(ctx context.Context, by access.Actor, k Key, version int) (*Finding, error) {
	entry := b.entry(by, "scorebook.read", k.String(), "")
	err := by.Require(access.Office)
	if err == nil {
		err = b.sealed(ctx, k.Round)
	}
	if err != nil {
		entry.Outcome = audit.Refused
		if logged := b.store.Record(ctx, entry); logged != nil {
			return nil, logged
		}
		return nil, err
	}
	if err := b.store.Record(ctx, entry); err != nil {
		return nil, err
	}
	all, err := b.store.FindingVersions(ctx, k)
	if err != nil {
		return nil, err
	}
	for n := len(all) - 1; n >= 0; n-- {
		if version == 0 || all[n].Version == version {
			return &all[n], nil
		}
	}
	return nil, fault.New(fault.NotFound, "finding.none")
}
