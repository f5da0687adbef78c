package stage

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"

	"golang.org/x/net/html"
)

// Link is one link of a survey, as a path of the server.
type Link struct {
	Path   string
	Survey uint16
	Serial uint32 // 0 where it is not known
}

// Links downloads the list of one-time links of the folder's surveys, those
// unspent, in the order of their serial numbers.
func (p *Person) Links(ctx context.Context, f *Folder) ([]Link, error) {
	var all []Link
	for _, sv := range f.Surveys {
		file, err := p.page(ctx, "/agency/surveys/"+string(sv.ID)+"/links.csv")
		if err != nil {
			return nil, fmt.Errorf("list of links: %w", err)
		}
		var serials []uint32
		for _, b := range sv.Batches {
			for s := b.First; s <= b.Last(); s++ {
				serials = append(serials, s)
			}
		}
		links, err := readLinks(file, sv.Number, serials)
		if err != nil {
			return nil, err
		}
		all = append(all, links...)
	}
	return all, nil
}

// Posters returns the paths of the posters of a survey.
func (p *Person) Posters(ctx context.Context, id string) ([]string, error) {
	page, err := p.page(ctx, "/agency/surveys/"+id+"/posters")
	if err != nil {
		return nil, fmt.Errorf("posters: %w", err)
	}
	var out []string
	for _, path := range regexp.MustCompile(`/[qQ]/[0-9A-Za-z]+`).FindAllString(string(page), -1) {
		if !slices.Contains(out, path) {
			out = append(out, path)
		}
	}
	return out, nil
}

// Trials returns the paths on which the questionnaires of the library are tried, as
// a page of its own and in the editor's frame.
func (p *Person) Trials(ctx context.Context) ([]string, error) {
	page, err := p.page(ctx, "/agency/questionnaires")
	if err != nil {
		return nil, fmt.Errorf("trials: %w", err)
	}
	var out []string
	for _, m := range regexp.MustCompile(`/try/([^"?&]+)`).FindAllStringSubmatch(string(page), -1) {
		out = append(out, "/try/"+m[1], "/preview/"+m[1])
	}
	return out, nil
}

// errList is a list of links that this program does not understand.
var errList = errors.New("list of links not understood")

func readLinks(file []byte, number uint16, serials []uint32) ([]Link, error) {
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(file, []byte("\ufeff")))).ReadAll()
	if err != nil || len(rows) < 2 || len(rows)-1 > len(serials) {
		return nil, errors.Join(errList, err)
	}
	link, spent := slices.Index(rows[0], "link"), slices.Index(rows[0], "spent")
	if link < 0 || spent < 0 {
		return nil, errList
	}
	var out []Link
	for i, row := range rows[1:] {
		address, err := url.Parse(row[link])
		if err != nil {
			return nil, errors.Join(errList, err)
		}
		if row[spent] != "true" {
			out = append(out, Link{Path: address.Path, Survey: number, Serial: serials[i]})
		}
	}
	return out, nil
}

// errRefused is an answer that is no page.
var errRefused = errors.New("refused")

// page is what a path shows to who may see it.
func (p *Person) page(ctx context.Context, path string) ([]byte, error) {
	r, err := p.Get(ctx, path)
	if err == nil && r.Status != http.StatusOK {
		err = fmt.Errorf("%w: %s: %d", errRefused, path, r.Status)
	}
	return r.Body, err
}

// hiddenValue is the value of the first input of that name.
func hiddenValue(page []byte, name string) string {
	doc, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		return ""
	}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode || n.Data != "input" {
			continue
		}
		has := map[string]string{}
		for _, a := range n.Attr {
			has[a.Key] = a.Val
		}
		if has["name"] == name {
			return has["value"]
		}
	}
	return ""
}
