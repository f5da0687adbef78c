// Package survey runs one unit's resident survey in one round: the draw of its
// sample, its links, the taking in of answers, the close, the tables, the signed
// release and the finding that goes to the scorebook. It knows no SQL and no
// page, and never learns what another instrument found.
package survey

// ID names one survey: a UUIDv7.
type ID string
