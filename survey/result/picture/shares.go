package picture

import "strconv"

// Parts is one bar of shares that add up to 1, from the worst answer to the best.
type Parts struct {
	Label, Value string
	Shares       []float64
	Hidden       string
}

// Stacked draws each row as a bar cut into its parts, with the per cent in those
// wide enough, and names the parts of the bars below them.
func Stacked(title, summary string, width float64, names []string, rows []Parts) Picture {
	p := Picture{Width: width, Title: title, Summary: summary}
	y := p.head(title)
	f := frameOf(width, 0, 1)
	for _, r := range rows {
		y = p.label(r.Label, r.Value, y)
		p.stack(f, r, y)
		y += rowHeight
	}
	p.Height = p.legend(names, y) + margin
	return p
}

// stack draws one bar; the parts are outlined, so that none is told by colour only.
func (p *Picture) stack(f plot, r Parts, y float64) {
	const gap, narrow = 4, 26
	high, low := y+gap, y+rowHeight-gap/2
	if r.Hidden != "" {
		p.words(Muted, f.left, (high+low)/2+smallSize/3, smallSize, Start, r.Hidden)
		return
	}
	sum := 0.0
	for k, share := range r.Shares {
		if !known(share) || share <= 0 {
			continue
		}
		from, to := f.at(sum), f.at(sum+share)
		sum += share
		tone := scaleTone(k, len(r.Shares))
		p.box(tone, from, high, to, low)
		p.line(Ink, to, high, to, low, hair)
		if to-from >= narrow {
			p.add(Shape{
				Kind: Words, Tone: tone.over(), X1: (from + to) / 2, Y1: (high+low)/2 + smallSize/3, Size: smallSize,
				Anchor: Middle, Text: strconv.Itoa(int(share*100+0.5)) + "%",
			})
		}
	}
}

// scaleTone spreads a scale of any length over the five tones.
func scaleTone(k, n int) Tone {
	const steps = 5
	if n < 2 {
		return Scale5
	}
	return Scale1 + Tone((k*(steps-1)+(n-1)/2)/(n-1))
}

// Paper is the colour of what is written on a dark part.
const Paper Tone = 0

// over is the tone of words on a part.
func (t Tone) over() Tone {
	if t == Scale1 || t == Scale5 {
		return Paper
	}
	return Ink
}

// legend names the parts, in as many lines as it takes.
func (p *Picture) legend(names []string, y float64) float64 {
	const side, gap = 11, 6
	x := margin
	y += smallSize * leading
	for k, name := range names {
		wide := side + gap + widthOf(name, smallSize)
		if x > margin && x+wide > p.Width-margin {
			x, y = margin, y+smallSize*leading
		}
		p.box(scaleTone(k, len(names)), x, y-side+1, x+side, y+1)
		p.words(Ink, x+side+gap, y, smallSize, Start, name)
		x += wide + 2*gap
	}
	return y
}
