package agency_test

import (
	"archive/zip"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"minyi/indicators/access"
)

// S45: an export needs a purpose, which stands in the trail and in the file.
func TestS45AgencyExportsForAPurpose(t *testing.T) {
	t.Parallel()
	o := open(t)
	li, wang := o.person(t, "li", access.Agency), o.person(t, "wang", access.Office)
	at := li.field("640200")
	wants(t, "before the close", li.get(at+"/export"), http.StatusConflict)
	tokens := li.links(at)
	for i := range 20 {
		o.answer(t, tokens[i], []string{"5", "2", "98"}[i%3], []string{"male", "female"}[i%2])
	}
	wants(t, "close", li.post(at, at+"/close", url.Values{"sure": {"yes"}}), http.StatusSeeOther)
	o.reviewed(t)
	wants(t, "the page", li.get(at+"/export"), http.StatusOK, "SPSS", "Triple-S", `value="all" checked`)
	wants(t, "another role", wang.get(at+"/export"), http.StatusForbidden)

	order := url.Values{"format": {"sav"}, "purpose": {""}, "labels": {"en"}}
	wants(t, "no purpose", li.post(at+"/export", at+"/export", order), http.StatusUnprocessableEntity, "用途", `value="sav" checked`, `value="en" selected`)
	order.Set("purpose", "checking the weights")
	got := li.post(at+"/export", at+"/export", order)
	wants(t, "SPSS", got, http.StatusOK, "$FL2", "checking the weights", "Final weight", "Exported by li")
	order.Set("format", "all")
	got = li.post(at+"/export", at+"/export", order)
	wants(t, "everything", got, http.StatusOK)
	archive, err := zip.NewReader(strings.NewReader(got.body), int64(len(got.body)))
	if err != nil {
		t.Fatal(err)
	}
	first, err := archive.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	readme, err := io.ReadAll(first)
	for _, want := range []string{"用途：checking the weights", "石嘴山市", "Free texts stand by themselves", "data.dta\r\n"} {
		if err != nil || !strings.Contains(string(readme), want) {
			t.Errorf("README: no %q, %v, in\n%s", want, err, readme)
		}
	}
	if strings.Contains(string(readme), "⟦") || strings.Contains(string(readme), "{") {
		t.Errorf("README: a text is missing\n%s", readme)
	}
	entries, err := o.half.Trail(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	var reasons []string
	for _, e := range entries {
		if e.Action == "survey.export" {
			reasons = append(reasons, e.Reason)
		}
	}
	if want := []string{"checking the weights", "checking the weights"}; !slices.Equal(reasons, want) {
		t.Errorf("trail: got %q, want %q", reasons, want)
	}
}
