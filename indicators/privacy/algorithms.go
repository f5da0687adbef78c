package privacy

import "strings"

// By what stored values were made. One that names its algorithm itself, which all new
// sealed values do, says so; a column of bare digests has one algorithm for all its
// rows, which is named here, so that no stored value is without a name (GB/T
// 39786-2021). A change of one is a new column or a value that names it.
const (
	named    = "named"           // the value begins with its name: mys1.aes., my and a byte, $argon2id$, hs256., the key's in a signed note
	sha256   = "sha-256"         // whole, 32 bytes or 64 digits
	hmac     = "hmac-sha-256"    // whole
	hmacHalf = "hmac-sha-256/16" // its first 16 bytes
	listed   = "sha-256, listed" // of the recovery codes in a document
	short    = "sha-256/50 bits" // what a short code shows of it
	salted   = "sha-256/hmac"    // a salt by HMAC-SHA-256, then the SHA-256 of the comment where there is one
)

// algorithms names the algorithm of every column that holds digests, salts, seals or
// signatures.
func algorithms() map[string]string {
	out := map[string]string{}
	for algorithm, columns := range map[string]string{
		named: "account.hash account.past account.person factor.seed factor.pending mailbox.document interests.document verification.document " +
			"objections.document intake.trace paradata.trace draft.sealed frame_page.sealed contact_case.sealed paper_sheet.sealed " +
			"review_run.report ledger_checkpoint.note ledger_cosignature.line",
		sha256: "trail.prev trail.hash session.hash api_key.hash feed.hash event.hash event.leaf objections.receipt exhibits.digest " +
			"manifests.digest submissions.digest sheet_states.digest opinions.digest findings.digest code_given.text edition.hash " +
			"intake.commitment spoiled.commitment ledger_pending.leaves ledger_tile.hashes",
		hmac:     "intake.blind intake.revise response.blind response.revise spoiled.salt",
		hmacHalf: "resend.form resend.content draft.id",
		short:    "ledger_leaf.code",
		listed:   "factor.doc",
		salted:   "intake.proof response.proof superseded.proof",
	} {
		for _, c := range strings.Fields(columns) {
			out[c] = algorithm
		}
	}
	return out
}
