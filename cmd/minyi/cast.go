package main

import "net/url"

// hostOf is the host that a base address begins with: it names the logs of surveys
// whose fieldwork begins under it.
func hostOf(base string) string {
	u, err := url.Parse(base)
	if err != nil {
		return ""
	}
	return u.Host
}
