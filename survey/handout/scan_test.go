package handout_test

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"golang.org/x/image/draw"
	"golang.org/x/image/math/f64"
)

// shot is a way in which a code meets a phone.
type shot struct {
	name    string
	dpi     float64
	degrees float64
	blur    float64 // standard deviation in pixels
	noise   float64 // standard deviation in grey levels
	quality int     // of the JPEG; 0 for none
}

// shots are what the decoder must cope with: print and screen resolutions, and
// photos of which a module covers about three pixels.
func shots() []shot {
	return []shot{
		{name: "printed at 600 dpi", dpi: 600},
		{name: "printed at 600 dpi, turned by 7 degrees", dpi: 600, degrees: 7},
		{name: "at 150 dpi", dpi: 150},
		{name: "at 150 dpi, turned by 90 degrees, blurred", dpi: 150, degrees: 90, blur: 1.2, noise: 6, quality: 75},
		{name: "photo at 120 dpi, turned by 7 degrees", dpi: 120, degrees: 7, blur: 0.8, noise: 8, quality: 70},
		{name: "photo at 120 dpi, turned by 45 degrees", dpi: 120, degrees: 45, blur: 0.8, noise: 8, quality: 70},
		{name: "photo at 96 dpi", dpi: 96, blur: 0.6, noise: 6, quality: 75},
		{name: "photo at 100 dpi, turned by 90 degrees", dpi: 100, degrees: 90, blur: 0.6, noise: 6, quality: 75},
	}
}

// take makes the photo of a picture.
func (s shot) take(t testing.TB, img *image.Gray, seed uint64) image.Image {
	t.Helper()
	if s.degrees != 0 {
		img = turned(img, s.degrees)
	}
	if s.blur > 0 {
		img = blurred(img, s.blur)
	}
	chance := rand.New(rand.NewPCG(seed, 7))
	for i, p := range img.Pix {
		img.Pix[i] = uint8(math.Max(0, math.Min(255, float64(p)*0.85+20+chance.NormFloat64()*s.noise)))
	}
	if s.quality == 0 {
		return img
	}
	var packed bytes.Buffer
	if err := jpeg.Encode(&packed, img, &jpeg.Options{Quality: s.quality}); err != nil {
		t.Fatal(err)
	}
	out, err := jpeg.Decode(&packed)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// turned turns a picture about its middle onto white paper.
func turned(img *image.Gray, degrees float64) *image.Gray {
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	w, h := float64(img.Rect.Dx()), float64(img.Rect.Dy())
	side := int(math.Ceil(math.Hypot(w, h)))
	out := image.NewGray(image.Rect(0, 0, side, side))
	draw.Draw(out, out.Rect, image.White, image.Point{}, draw.Src)
	mid := float64(side) / 2
	draw.BiLinear.Transform(out, f64.Aff3{cos, -sin, mid - cos*w/2 + sin*h/2, sin, cos, mid - sin*w/2 - cos*h/2}, img, img.Rect, draw.Src, nil)
	return out
}

// blurred is a picture under a Gaussian filter.
func blurred(img *image.Gray, sigma float64) *image.Gray {
	radius := int(math.Ceil(3 * sigma))
	kernel, sum := make([]float64, 2*radius+1), 0.0
	for i := range kernel {
		kernel[i] = math.Exp(-float64((i-radius)*(i-radius)) / (2 * sigma * sigma))
		sum += kernel[i]
	}
	pass := func(from *image.Gray, dx, dy int) *image.Gray {
		to := image.NewGray(from.Rect)
		for y := range from.Rect.Dy() {
			for x := range from.Rect.Dx() {
				v := 0.0
				for i, k := range kernel {
					sx := min(max(x+(i-radius)*dx, 0), from.Rect.Dx()-1)
					sy := min(max(y+(i-radius)*dy, 0), from.Rect.Dy()-1)
					v += k * float64(from.Pix[sy*from.Stride+sx])
				}
				to.Pix[y*to.Stride+x] = uint8(math.Round(v / sum))
			}
		}
		return to
	}
	return pass(pass(img, 1, 0), 0, 1)
}

// decode reads the one code in a picture with a decoder that shares nothing with
// the encoder. As phones do, it looks again at twice the size before it gives up.
func decode(img image.Image) (string, error) {
	text, err := decodeOnce(img)
	if err == nil {
		return text, nil
	}
	return decodeOnce(sized(img, 200))
}

// sized is a picture at a size in percent.
func sized(img image.Image, percent int) *image.Gray {
	out := image.NewGray(image.Rect(0, 0, img.Bounds().Dx()*percent/100, img.Bounds().Dy()*percent/100))
	draw.CatmullRom.Scale(out, out.Rect, img, img.Bounds(), draw.Src, nil)
	return out
}

func decodeOnce(img image.Image) (string, error) {
	hints := map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true}
	var failed error
	for _, binarizer := range []func(gozxing.LuminanceSource) gozxing.Binarizer{gozxing.NewHybridBinarizer, gozxing.NewGlobalHistgramBinarizer} {
		bitmap, err := gozxing.NewBinaryBitmap(binarizer(gozxing.NewLuminanceSourceFromImage(img)))
		if err != nil {
			return "", fmt.Errorf("bitmap: %w", err)
		}
		result, err := qrcode.NewQRCodeReader().Decode(bitmap, hints)
		if err == nil {
			return result.GetText(), nil
		}
		failed = err
	}
	return "", fmt.Errorf("decode: %w", failed)
}

// around is a code with what stands near it, as it is in a phone's frame.
func around(code rect) rect {
	more := code.w / 5
	return rect{code.x - more, code.y - more, code.w + 2*more, code.h + 2*more}
}

func TestEachPrintedCodeScans(t *testing.T) {
	if testing.Short() {
		t.Skip("one thing after the other, which the race detector cannot judge")
	}
	t.Parallel()
	for _, f := range formats() {
		t.Run(f.String(), func(t *testing.T) {
			t.Parallel()
			o := order(t, f.kind, f.name, 2)
			if f.kind == "label" && f.name == "70x37" {
				o.Count = 26 // a whole sheet and two
			}
			seen := 0
			for _, p := range parse(t, file(t, o)).pages {
				for _, code := range p.codes {
					want := o.Item(seen).Link
					for _, s := range shots() {
						if f.kind == "poster" { // photographed from further away
							s.dpi *= 21 * 72 / 25.4 / code.w
						}
						if s.dpi > 300 && seen > 1 {
							continue
						}
						got, err := decode(s.take(t, p.render(around(code), s.dpi), uint64(seen)))
						if err != nil || got != want {
							t.Errorf("code %d, %s: got %q, %v; want %q", seen+1, s.name, got, err, want)
						}
					}
					seen++
				}
			}
			if seen != o.Count {
				t.Errorf("codes: got %d, want %d", seen, o.Count)
			}
		})
	}
}
