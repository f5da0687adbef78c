package main

import (
	"fmt"
	"time"

	"minyi/indicators/access"
)

// issuer is what authenticator apps file the service under.
const issuer = "民意 minyi"

// peopleKey is what the key is derived for under which it is kept whose an account is.
const peopleKey = "people"

// demand is of whom a second factor is demanded. The demo sets nothing: its accounts
// come in by password alone, and are asked for a factor once they have set one up.
func (c *config) demand() (access.Demand, error) {
	if c.factor == "" {
		return access.DemandNone, nil
	}
	d, err := access.ParseDemand(c.factor)
	if err != nil {
		return "", usageError{fmt.Errorf("second-factor: %q is not off, staff or all", c.factor)}
	}
	return d, nil
}

// openAccess builds the service of accounts.
func (h *house) openAccess() error {
	demand, err := h.demand()
	if err != nil {
		return err
	}
	people, err := h.key.derive(peopleKey)
	if err != nil {
		return err
	}
	h.access = access.NewServiceUnder(access.Policy{
		Demand: demand, Level3: h.level3, People: people, Box: h.ring().Box("totp"), Issuer: issuer, Site: h.base,
	}, h.programme, time.Now, h.now)
	return nil
}
