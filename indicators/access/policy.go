package access

import (
	"net"
	"net/netip"
	"net/url"
	"slices"
	"time"

	"minyi/indicators/fault"
)

// Demand says of whom a second factor is demanded at sign-in. Who has one is asked
// for it whatever the demand.
type Demand string

// The demands.
const (
	DemandNone  Demand = "off"
	DemandStaff Demand = "staff" // every role but the applicants
	DemandAll   Demand = "all"
)

// ParseDemand returns the demand of that name, or a refusal.
func ParseDemand(s string) (Demand, error) {
	if !slices.Contains([]Demand{DemandNone, DemandStaff, DemandAll}, Demand(s)) {
		return "", fault.New(fault.Invalid, "factor.demand").At("second-factor")
	}
	return Demand(s), nil
}

// of reports whether the role has to have a second factor.
func (d Demand) of(role Role) bool {
	return d == DemandAll || d == DemandStaff && role != Applicant
}

// Box seals what has to be read again later. The text it gives says by which key and
// method; bound is what it belongs to, so that it opens nowhere else.
type Box interface {
	Seal(plain []byte, bound string) (string, error)
	Open(sealed, bound string) ([]byte, error)
}

// Policy is what the operator decides about signing in. The zero Policy demands no
// second factor and offers none.
type Policy struct {
	Demand Demand
	Level3 bool   // GB/T 22239-2019, 8.1.4.1: three classes of signs, 90 days, not one of the last five
	Box    Box    // for the seeds of codes; nil: none are offered
	Issuer string // how authenticator apps name the service
	People []byte // keys what is kept of whose an account is; empty: nobody can be named
	Site   string // the service's base address: passkeys are bound to its host; empty: none are offered
}

// The level-3 scheme's terms, and the term of a one-time password.
const (
	passwordTerm = 90 * 24 * time.Hour
	barred       = 5
	oneTimeTerm  = 7 * 24 * time.Hour
)

// party is who passkeys are made for: the host of the site, and the addresses that
// its pages may have. A network address cannot have passkeys, except that of this
// machine itself, whose pages have them under the name localhost.
func party(site string) (id string, origins []string) {
	u, err := url.Parse(site)
	if err != nil || u.Hostname() == "" {
		return "", nil
	}
	host := u.Hostname()
	if addr, err := netip.ParseAddr(host); err == nil {
		if !addr.IsLoopback() {
			return "", nil
		}
		host = "localhost"
		u.Host = net.JoinHostPort(host, u.Port())
	}
	if u.Scheme != "https" && host != "localhost" {
		return "", nil // browsers offer passkeys on safe pages only
	}
	return host, []string{u.Scheme + "://" + u.Host}
}
