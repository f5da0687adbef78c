# shellcheck shell=bash
# Pages for everybody: pa11y and Lighthouse on a phone, over public, residents' and
# staff pages.

npm_there() {
  export NPM_AT="$work/npm"
  [ -d "$NPM_AT/node_modules/lighthouse" ] && return 0
  mkdir -p "$NPM_AT"
  command -v npm >/dev/null || apt-get install -y -q --no-install-recommends npm >>"$work/apt.log" 2>&1
  command -v chromium >/dev/null || apt-get install -y -q --no-install-recommends chromium fonts-noto-cjk >>"$work/apt.log" 2>&1
  PUPPETEER_SKIP_DOWNLOAD=1 npm install --no-audit --no-fund --prefix "$NPM_AT" pa11y@8 lighthouse@12 >"$work/npm.log" 2>&1
}

# pages KIND: addresses with their cookies; all of them, or some of each kind for the
# slower tool.
pages() {
  local at who jar path address
  address=$(jq -r '.posters[0].url' "$work/field.json" | sed 's|.*/q/|/q/|')
  for path in "$address" "$address?view=all" "$address?lang=en"; do printf '%s\n' "$field$path"; done
  while read -r path; do printf '%s\n' "$notice$path"; done < <(open_pages)
  [ "$1" = all ] || { while read -r who path; do
    jar=$(session notice "$notice" "$who")
    printf '%s\t%s\n' "$notice$path" "$(cookies "$jar")"
  done <<<"office1 /office
agency2 /agency
assessor1 /evaluate
applicant-640100 /apply"; return; }
  for who in office1 agency2 assessor1 inspector1 interviewer1 applicant-640100 sysadmin1 secadmin1 auditor1; do
    jar=$(session notice "$notice" "$who")
    while read -r path; do printf '%s\t%s\n' "$notice$path" "$(cookies "$jar")"; done < <(role_pages "${who%%[0-9-]*}")
  done
}

# open_pages and role_pages are the addresses without parameters of the table of routes
# that answer with a page.
open_pages() {
  awk '$1 == "GET" && $2 !~ /:|\.[a-z]+$|static|api|events|\/out$|healthz|readyz/ && $3 == "public" { print $2 }' cmd/minyi/testdata/routes.golden
}

role_pages() {
  awk -v role="$1" '$1 == "GET" && $2 !~ /:|\.[a-z]+$|static|api|events|logout/ { for (i = 3; i <= NF; i++) if ($i == role) print $2 }' cmd/minyi/testdata/routes.golden
}

# only_pages keeps the addresses that answer 200 with HTML.
only_pages() {
  local url cookie
  while IFS=$'\t' read -r url cookie; do
    [[ "$(curl -s -o /dev/null -w '%{http_code} %{content_type}' ${cookie:+-b "$cookie"} "$url")" == 200\ text/html* ]] && printf '%s\t%s\n' "$url" "$cookie"
  done
}

wall='<!doctype html><html><head><title></title></head><body><img src="x.png"><input></body></html>'

run_pa11y() {
  npm_there || { row pa11y '-' 'could not be installed' MISSING; return; }
  local planted
  printf '%s' "$wall" >"$work/wall.html"
  planted=$(echo "file://$work/wall.html" | node .ci/attack.d/look.mjs pa11y "$work/pa11y-control.txt" | tail -1)
  pages all | only_pages | node .ci/attack.d/look.mjs pa11y "$work/pa11y.txt"
  local status=$?
  [[ "$planted" == *" 0 errors" ]] && status=9
  row pa11y "no names, no language: found" "$(tail -1 "$work/pa11y.txt")" "$([ "$status" -eq 0 ] && echo ok || echo FINDINGS)"
}

run_lighthouse() {
  npm_there || { row lighthouse '-' 'could not be installed' MISSING; return; }
  local planted
  planted=$(echo "$control/" | node .ci/attack.d/look.mjs lighthouse "$work/lighthouse-control.txt" | tail -1)
  pages some | only_pages | node .ci/attack.d/look.mjs lighthouse "$work/lighthouse.txt"
  local status=$?
  [[ "$planted" == *" 0 below"* ]] && status=9
  row lighthouse "fields without names: found" "$(tail -1 "$work/lighthouse.txt")" "$([ "$status" -eq 0 ] && echo ok || echo FINDINGS)"
}
