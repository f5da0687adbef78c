package export

import (
	"archive/zip"
	"bufio"
	"fmt"
	"io"
	"strings"

	"minyi/indicators/fault"
)

// Format is one way of handing out a survey.
type Format string

// The formats. What cannot say inside for whom it was made comes as a ZIP with a
// README.
const (
	AsCSV     Format = "csv"
	AsXLSX    Format = "xlsx"
	AsSAV     Format = "sav"
	AsDTA     Format = "dta"
	AsDDI     Format = "ddi"
	AsTripleS Format = "sss"
	AsScript  Format = "r"
	AsTexts   Format = "texts"
	AsAll     Format = "all"
)

// Formats lists the formats in the order in which they are offered.
func Formats() []Format {
	return []Format{AsAll, AsCSV, AsXLSX, AsSAV, AsDTA, AsDDI, AsTripleS, AsScript, AsTexts}
}

// Package is everything that is handed out of one survey. Texts are the free
// texts, by themselves and in an order that tells nothing. Name begins the names of
// the files; Readme are more lines for the README.
type Package struct {
	Data     *Dataset
	Texts    *Dataset
	Analysis *Analysis
	Name     string
	Readme   []Name
}

// part is one file of a package.
type part struct {
	name  string
	media string
	write func(io.Writer) error
}

// Files that the script and the codebook name.
const (
	dataCSV  = "data.csv"
	sssCSV   = "triple-s.csv"
	readme   = "README.txt"
	plainXML = "application/xml"
)

func (p *Package) parts(f Format) []part {
	csv := part{dataCSV, "text/csv", func(w io.Writer) error { return CSV(w, p.Data) }}
	book := part{"codebook.csv", "text/csv", func(w io.Writer) error { return Codebook(w, p.Data) }}
	script := []part{
		{"weights-and-estimates.R", "text/plain", func(w io.Writer) error { return Script(w, p.Data.Study, p.Analysis) }},
		{"estimates.csv", "text/csv", func(w io.Writer) error { return Estimates(w, p.Analysis.Estimates) }},
	}
	byFormat := map[Format][]part{
		AsCSV:  {csv, book},
		AsXLSX: {{"data.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", func(w io.Writer) error { return XLSX(w, p.Data) }}},
		AsSAV:  {{"data.sav", "application/x-spss-sav", func(w io.Writer) error { return SAV(w, p.Data) }}},
		AsDTA:  {{"data.dta", "application/x-stata-dta", func(w io.Writer) error { return DTA(w, p.Data) }}},
		AsDDI:  {{"ddi.xml", plainXML, func(w io.Writer) error { return DDI(w, p.Data, dataCSV) }}},
		AsTripleS: {
			{"triple-s.sss", plainXML, func(w io.Writer) error { return TripleS(w, p.Data, sssCSV) }},
			{sssCSV, "text/csv", func(w io.Writer) error { return TripleSData(w, p.Data) }},
		},
		AsScript: append([]part{csv}, script...),
		AsTexts:  {{"texts.csv", "text/csv", func(w io.Writer) error { return CSV(w, p.Texts) }}},
	}
	if f != AsAll {
		return byFormat[f]
	}
	all := []part{csv, book}
	for _, one := range []Format{AsXLSX, AsSAV, AsDTA, AsDDI, AsTripleS} {
		all = append(all, byFormat[one]...)
	}
	return append(append(all, script...), byFormat[AsTexts]...)
}

// single reports whether the format is one file that says itself for whom it is.
func (f Format) single() bool { return f == AsXLSX || f == AsSAV || f == AsDTA || f == AsDDI }

// Check refuses with export.format a format that there is not.
func (f Format) Check() error {
	for _, known := range Formats() {
		if f == known {
			return nil
		}
	}
	return fault.New(fault.Invalid, "export.format").At("format")
}

// File returns the name and the media type of what Write writes: who and when
// stand in the name.
func (p *Package) File(f Format) (name, media string) {
	r := p.Data.Study.Reading
	name = fmt.Sprintf("%s-%s-%s-%s", p.Name, f, plain(r.Reader), r.At.UTC().Format("20060102T150405Z"))
	if !f.single() {
		return name + ".zip", "application/zip"
	}
	one := p.parts(f)[0]
	return name + one.name[strings.LastIndexByte(one.name, '.'):], one.media
}

// Write writes the package in a format that Check does not refuse.
func (p *Package) Write(w io.Writer, f Format) error {
	parts := p.parts(f)
	if f.single() {
		return parts[0].write(w)
	}
	out := zip.NewWriter(w)
	parts = append([]part{{name: readme, write: func(w io.Writer) error { return p.readme(w, parts) }}}, parts...)
	for _, one := range parts {
		file, err := out.CreateHeader(&zip.FileHeader{Name: one.name, Method: zip.Deflate, Modified: p.Data.Study.Reading.At})
		if err != nil {
			return fmt.Errorf("export: zip: %w", err)
		}
		if err := one.write(file); err != nil {
			return err
		}
	}
	return out.Close()
}

// readme says in both languages what the package is, for whom and what for.
func (p *Package) readme(w io.Writer, parts []part) error {
	out := bufio.NewWriter(w)
	_, _ = out.WriteString(bom) // Flush tells
	say := func(line string) { _, _ = out.WriteString(line + "\r\n") }
	study := p.Data.Study
	for _, language := range []string{"zh-CN", "en"} {
		study.Lang = language
		for _, line := range study.lines() {
			say(line)
		}
		for _, line := range p.Readme {
			say(line.In(language))
		}
		say("")
	}
	r := study.Reading
	say("reader " + r.Reader + " · time " + r.At.UTC().Format("2006-01-02T15:04:05Z") + " · purpose " + r.Purpose)
	for _, one := range parts {
		say(one.name)
	}
	return out.Flush()
}

// Passes is how many times Write goes through the rows of the data.
func (f Format) Passes() int {
	switch f {
	case AsCSV, AsXLSX, AsDDI, AsScript:
		return 1
	case AsSAV, AsTripleS:
		return 2
	case AsDTA:
		return 3
	case AsAll:
		return 10 // CSV once for all that rest on it
	case AsTexts:
	}
	return 0
}
