package verification

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/evidence"
	"minyi/indicators/fault"
)

// Photo is a photograph of the place. The file is kept as it came; others see it
// made anew, without what the camera noted. Taken is when it was taken, as text.
type Photo struct {
	ID    string        `json:"id"`
	Item  Item          `json:"item"` // empty: the visit as a whole
	File  evidence.File `json:"file"`
	Taken string        `json:"taken"`
	At    time.Time     `json:"at"`
	By    string        `json:"by"`
}

const mostPhotos = 200 // of a visit

// Shot is a photograph that a device sends. Taken may be empty: then the camera's
// own note says it.
type Shot struct {
	ID    string
	Item  Item
	Taken string
	Name  string
	Body  io.ReadSeeker
}

// AddPhoto keeps a photograph, once by its id. Refusals: those of evidence,
// verification.photo for what is no picture, verification.photos for too many.
func (s *Service) AddPhoto(ctx context.Context, by access.Actor, k application.Key, shot Shot) (*Visit, error) {
	lines, err := s.mayWrite(ctx, by, k)
	if err != nil {
		return nil, err
	}
	if !idForm().MatchString(shot.ID) || shot.Item != "" && !has(lines, shot.Item) {
		return nil, fault.New(fault.Invalid, "request.invalid")
	}
	if shot.Taken == "" {
		if shot.Taken, err = TimeOfTaking(shot.Body); err != nil {
			return nil, err
		}
	}
	file, err := s.Evidence.Put(ctx, shot.Name, shot.Body)
	if err != nil {
		return nil, err
	}
	if !file.Kind.Picture() {
		return nil, fault.New(fault.Invalid, "verification.photo").At("photo")
	}
	p := Photo{ID: shot.ID, Item: shot.Item, File: file, Taken: clip(shot.Taken), At: s.now(), By: by.Name}
	return s.update(ctx, by, k, "verification.photo", func(v *Visit) error { return v.addPhoto(p) })
}

func (v *Visit) addPhoto(p Photo) error {
	switch {
	case v.Closed():
		return closed()
	case slices.ContainsFunc(v.Photos, func(o Photo) bool { return o.ID == p.ID }):
		return nil
	case len(v.Photos) >= mostPhotos:
		return fault.New(fault.Invalid, "verification.photos").At("photo")
	}
	if p.Item != "" && !v.looks(p.Item) {
		v.pick(p.Item, AtPlace)
	}
	v.Photos = append(v.Photos, p)
	return v.changed(p.By, p.At)
}

// dropPhoto takes a photograph out of the record; the file stays in the folder, as
// an earlier signature names it.
func (v *Visit) dropPhoto(id string) {
	v.Photos = slices.DeleteFunc(v.Photos, func(p Photo) bool { return p.ID == id })
}

// OpenPhoto returns a photograph of a visit to those who may see the visit. The
// original is for the office alone; the door shows others a picture made anew.
func (s *Service) OpenPhoto(ctx context.Context, by access.Actor, k application.Key, id string) (Photo, io.ReadSeekCloser, error) {
	v, err := s.Visit(ctx, by, k)
	if err != nil {
		return Photo{}, nil, err
	}
	n := slices.IndexFunc(v.Photos, func(p Photo) bool { return p.ID == id })
	if n < 0 {
		return Photo{}, nil, fault.New(fault.NotFound, "evidence.unknown")
	}
	r, err := s.Evidence.Read(ctx, v.Photos[n].File.Digest)
	return v.Photos[n], r, err
}

// Digests returns the digests of all photographs of a round: what the evidence
// folder must hold.
func (s *Service) Digests(ctx context.Context, round int) ([]evidence.Digest, error) {
	all, err := s.Store.Visits(ctx, round)
	if err != nil {
		return nil, fmt.Errorf("photographs: %w", err)
	}
	var out []evidence.Digest
	for _, v := range all {
		for _, p := range v.Photos {
			out = append(out, p.File.Digest)
		}
	}
	return out, nil
}
