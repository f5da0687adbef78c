package supervision

import (
	"context"
	"fmt"
	"slices"

	"minyi/indicators/evidence"
)

// Digests are those of all files of yearly reports, spot checks and revocations: what
// the folder of evidence must hold.
func (s *Service) Digests(ctx context.Context) ([]evidence.Digest, error) {
	files, err := s.reportFiles(ctx)
	if err != nil {
		return nil, err
	}
	checks, err := s.Store.Checks(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range checks {
		files = append(files, c.Files...)
	}
	names, err := s.Store.NamedRecords(ctx)
	if err != nil {
		return nil, err
	}
	for _, n := range names {
		all, err := s.Store.Revocations(ctx, n.ID)
		if err != nil {
			return nil, err
		}
		for _, r := range all {
			files = append(files, r.files()...)
		}
	}
	out := make([]evidence.Digest, len(files))
	for i, f := range files {
		out[i] = f.Digest
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// files are those of the office's evidence and of the unit's statement.
func (r Revocation) files() []evidence.File {
	out := slices.Clone(r.Evidence)
	if r.Statement != nil {
		out = append(out, r.Statement.Files...)
	}
	return out
}

// reportFiles are those of all versions and proofs, and of what is being written.
func (s *Service) reportFiles(ctx context.Context) (out []evidence.File, err error) {
	all, err := s.Store.Reports(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range all {
		out = append(out, r.Files...)
		for _, a := range r.Acts {
			out = append(out, a.Files...)
			if a.Proof != nil && a.Proof.File != nil {
				out = append(out, *a.Proof.File)
			}
		}
	}
	return out, nil
}

// Altered names the versions of yearly reports whose texts or files are not those
// that were handed in.
func (s *Service) Altered(ctx context.Context) (wrong []string, err error) {
	all, err := s.Store.Reports(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range all {
		for _, v := range r.Versions() {
			digest, err := contentDigest(v.Texts, v.Files)
			if err != nil {
				return nil, err
			}
			if v.Digest != "" && digest != v.Digest {
				wrong = append(wrong, fmt.Sprintf("yearly report %s %d: version %d is altered", r.Unit, r.Year, v.Version))
			}
		}
	}
	return wrong, nil
}
