package main

import (
	"bytes"
	"image"
	"image/png"
	"io"
	"io/fs"
	"path/filepath"
	"testing"

	"minyi/indicators/evidence"
	"minyi/indicators/evidence/preview"
)

// A picture of an objection whose term has ended leaves nothing on the disk, not even
// what was made of it for the case officer's page.
func TestAPictureOfAnObjectionTakesItsPreviewsAlong(t *testing.T) {
	t.Parallel()
	dir, ctx := t.TempDir(), t.Context()
	folder, err := evidence.Open(dir, evidence.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	previews, err := preview.Open(filepath.Join(dir, "previews"))
	if err != nil {
		t.Fatal(err)
	}
	files := objectionFiles{folder, previews}
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewRGBA(image.Rect(0, 0, 400, 300))); err != nil {
		t.Fatal(err)
	}
	f, err := files.Put(ctx, "counter.png", &picture)
	if err != nil {
		t.Fatal(err)
	}
	for _, side := range []int{preview.Thumbnail, preview.Full} {
		if _, err := previews.Picture(ctx, f, side, func() (io.ReadSeekCloser, error) { return files.Read(ctx, f.Digest) }); err != nil {
			t.Fatal(err)
		}
	}
	if got := filesIn(t, dir); len(got) != 3 {
		t.Fatalf("before: got %v, want the picture and two previews", got)
	}
	for range 2 { // a second time is no error
		if err := files.Remove(ctx, f.Digest); err != nil {
			t.Fatal(err)
		}
	}
	if got := filesIn(t, dir); len(got) != 0 {
		t.Errorf("got %v left on the disk, want nothing", got)
	}
}

func filesIn(t *testing.T, dir string) (out []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			out = append(out, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
