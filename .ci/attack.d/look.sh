# shellcheck shell=bash
# Pages for everybody: pa11y and Lighthouse on a phone, over public, residents' and
# staff pages.

npm_there() {
  export NPM_AT="$work/npm"
  [ -d "$NPM_AT/node_modules/lighthouse" ] && return 0
  mkdir -p "$NPM_AT"
  command -v npm >/dev/null || apt-get -o DPkg::Lock::Timeout=600 install -y -q --no-install-recommends npm >>"$work/apt.log" 2>&1
  command -v chromium >/dev/null || apt-get -o DPkg::Lock::Timeout=600 install -y -q --no-install-recommends chromium fonts-noto-cjk >>"$work/apt.log" 2>&1
  PUPPETEER_SKIP_DOWNLOAD=1 npm install --no-audit --no-fund --prefix "$NPM_AT" pa11y@8 lighthouse@12 >"$work/npm.log" 2>&1
}

# new_pages LIST KEY: the pages of a list that were not in one before; KEY demo looks at
# each row of the table once in every demo, KEY row once in all.
new_pages() {
  local demo
  demo=$(basename "$1")
  [ "$2" = demo ] && demo="${demo%%-*}" || demo=all
  awk -F'\t' -v demo="$demo" -v seen="$work/seen.$2" 'BEGIN { while ((getline line < seen) > 0) had[line] = 1 }
    $1 == "page" && !had[demo " " $2]++ { print $3; print demo " " $2 >> seen }' "$1"
}

# look KIND KEY: pa11y or Lighthouse over every page, as the people who are shown it.
look() {
  local list demo account jar cookie status=0
  rm -f "$work/seen.$2" "$work/$1.txt"
  touch "$work/seen.$2"
  while read -r list; do
    account=$(basename "$list" .tsv) demo="${account%%-*}" account="${account#*-}" cookie=""
    if [ "$account" != - ]; then
      jar=$(as_who "$demo" "$account")
      cookie=$(cookies "$jar")
    fi
    new_pages "$list" "$2" | sed "s|\$|\t$cookie|" >"$work/$1.list"
    [ -s "$work/$1.list" ] || continue
    node .ci/attack.d/look.mjs "$1" "$work/$1.part" <"$work/$1.list" || status=1
    cat "$work/$1.part" >>"$work/$1.txt"
  done < <(everywhere | awk -F/ '{ print ($NF ~ /--\.tsv$/ ? 0 : 1) "\t" $0 }' | sort -s -k1,1n | cut -f2)
  return "$status"
}

wall='<!doctype html><html><head><title></title></head><body><img src="x.png"><input></body></html>'

run_pa11y() {
  npm_there || { row pa11y - 'could not be installed' - - MISSING; return; }
  local planted
  printf '%s' "$wall" >"$work/wall.html"
  planted=$(echo "file://$work/wall.html" | node .ci/attack.d/look.mjs pa11y "$work/pa11y-control.txt" | tail -1)
  look pa11y demo
  local status=$?
  [[ "$planted" == *" 0 errors" ]] && status=9
  row pa11y 'no names, no language' "$(awk '/^pa11y: / { pages += $2 } END { print pages " pages of all roles" }' "$work/pa11y.txt")" "$(awk '/^pa11y: / { errors += $4 } END { print errors + 0 }' "$work/pa11y.txt")" "$(awk '/^locked: / { n += $2 } END { print n + 0 }' "$work/pa11y.txt")" "$([ "$status" -eq 0 ] && echo ok || echo FINDINGS)"
}

run_lighthouse() {
  npm_there || { row lighthouse - 'could not be installed' - - MISSING; return; }
  local planted
  planted=$(echo "$control/" | node .ci/attack.d/look.mjs lighthouse "$work/lighthouse-control.txt" | tail -1)
  look lighthouse row
  local status=$?
  [[ "$planted" == *" 0 below"* ]] && status=9
  row lighthouse 'fields without names' "$(awk '/^[0-9]+ [0-9-]+ [0-9]+ LCP/ { n++; if ($2 != "-" && (!least || $2 < least)) least = $2 } END { print n " pages; performance of open pages from " least }' "$work/lighthouse.txt")" "$(awk '/^[0-9]+ [0-9-]+ [0-9]+ LCP/ && $1 < 100' "$work/lighthouse.txt" | wc -l)" 0 "$([ "$status" -eq 0 ] && echo ok || echo FINDINGS)"
}
