# shellcheck shell=bash
# sqlmap (level 3, risk 2, every technique) on every form that somebody is shown, every
# address with parameters, and every row of the table whose step is not due, as their
# people and through the relays.

# sqlmap_on NAME URL BODY COOKIES PARAMETERS: what it calls injectable.
sqlmap_on() {
  local data=() cookie=() only=()
  [ "${3:--}" = - ] || data=(--data "$3")
  [ -z "${4:-}" ] || cookie=(--cookie "$4")
  [ "${5:-URI}" = URI ] || only=(-p "$5")
  timeout -k 10 "${SQLMAP_TIME:-240}" sqlmap -u "$2" "${data[@]}" "${cookie[@]}" "${only[@]}" --batch --level 3 --risk 2 --technique BEUSTQ --dbms sqlite \
    --flush-session --output-dir "$work/sqlmap/$1" --disable-coloring --timeout 30 --retries 1 --ignore-code '*' --skip 'Cookie,Host,User-Agent,Referer' \
    --threads 1 >"$work/sqlmap-$1.log" 2>&1
  [ "$?" -ne 124 ] || echo "$1 was cut short: $2" >>"$work/sqlmap-cut"
  rm -rf "${work:?}/sqlmap/$1"
  grep -qE 'testing for SQL injection|appears? to be' "$work/sqlmap-$1.log" || echo "$1 was not tested: $2" >>"$work/sqlmap-untested"
  grep -hE '^Parameter: |parameter .* is vulnerable' "$work/sqlmap-$1.log" | sort -u
}

# as_who DEMO ACCOUNT: its cookies, of a session that is still open; a stranger's where
# the account is -.
as_who() {
  local at="${!1}"
  local jar="$work/$1-$2.jar"
  if [ "$2" = - ]; then
    curl -s -o /dev/null -c "$work/stranger-$1.jar" "$at/login"
    echo "$work/stranger-$1.jar"
  elif [ -s "$jar" ] && [ "$(curl -s -o /dev/null -w '%{http_code}' -b "$jar" "$at/account")" = 200 ]; then
    echo "$jar"
  else
    session "$1" "$at" "$2"
  fi
}

# sqlmap_target NUMBER DEMO ACCOUNT URL BODY PARAMETERS: a line of the list; the token of
# the form is that of a session which is still open.
sqlmap_target() {
  local jar token url="$4" body="$5" via="via_$2"
  jar=$(flock "$work/sqlmap.lock" "$BASH" -c '. "$0/functions"; as_who "$1" "$2"' "$work" "$2" "$3")
  token=$(curl -s -b "$jar" -c "$jar.$1" "${!2}/$([ "$3" = - ] && echo login || echo account)" | grep -oP 'name="csrf" value="\K[^"]+' | head -1)
  [ "$3" != - ] || jar="$jar.$1"
  body=$(sed -E "s/(^|&)csrf=[^&]*/\1csrf=$token/" <<<"$body")
  if [[ "$url" == */q/* ]]; then # a resident's form has a ticket of its own
    local form
    form=$(curl -s -b "$jar" -c "$jar" "${!2}/${url#*//*/}")
    body=$(sed -E "s/(^|&)_form=[^&]*/\1_form=$(grep -oP 'name="_form" value="\K[^"]+' <<<"$form" | head -1)/" <<<"$body")
  fi
  url="${!via}/$(sed -E 's|^https?://[^/]+||; s|^/||' <<<"$url")"
  sqlmap_on "$1" "$url" "$body" "$(cookies "$jar")" "$6" | sed "s|^|$1 as $3: |"
  rm -f "$work"/*.jar."$1"
}

# walked DEMO ACCOUNT: crawls a demo as somebody, once; prints the name of the list.
walked() {
  local list="$work/crawl/$1-$2.tsv" cookie="" start=/
  mkdir -p "$work/crawl"
  if [ ! -s "$list" ]; then
    [ "$2" = - ] || cookie=$(cookies "$(as_who "$1" "$2")")
    [ "$1$2" != field- ] || start=$(jq -r '.posters[0].url' "$work/field.json" | sed 's|.*/q/|/q/|')
    python3 .ci/attack.d/crawl.py "${!1}" cmd/minyi/testdata/routes.golden "$cookie" "$start" / >"$list"
  fi
  echo "$list"
}

# who are the accounts that are used: role, the demo in which most of its steps are due, name.
who() {
  printf '%s\n' "public notice -" "resident field -" "office notice office1" "agency field agency2" "assessor field assessor1" "inspector notice inspector1" \
    "interviewer field interviewer1" "applicant filing applicant-D08" "sysadmin notice sysadmin1" "secadmin notice secadmin1" "auditor notice auditor1"
}

# everywhere crawls every demo as every role, and prints the names of the lists.
everywhere() {
  local demo role one
  for demo in filing field notice named; do
    while read -r role _ one; do [ "$role" = resident ] || walked "$demo" "$one"; done < <(who)
    walked "$demo" applicant-640100
  done
}

run_sqlmap() {
  local planted found number demo account url body params
  local -a working=()
  rm -f "$work"/sqlmap-cut "$work"/sqlmap-untested "$work"/sqlmap-found.*
  planted=$(sqlmap_on control-address "$control/unit?id=1" - '' id; sqlmap_on control-form "$control/unit" 'id=1' '' id; sqlmap_on control-path "$control/units/1*" - '' URI)
  declare -p work control field notice filing named via_field via_notice via_filing via_named >"$work/functions"
  declare -f session cookies as_who >>"$work/functions"
  everywhere | sort >"$work/lists"
  who | tr ' ' '\t' | python3 .ci/attack.d/targets.py cmd/minyi/testdata/routes.golden web $(cat "$work/lists") >"$work/targets.tsv"
  local end=$((SECONDS + ${SQLMAP_BUDGET:-3600}))
  while IFS=$'\t' read -r number demo account url body params; do
    if grep -qxF "$url $params" "$work/sqlmap-done" 2>/dev/null; then continue; fi # in an earlier run on this folder
    if [ "$SECONDS" -ge "$end" ]; then echo "$number was not begun: $url" >>"$work/sqlmap-untested"; continue; fi
    { sqlmap_target "$number" "$demo" "$account" "$url" "$body" "$params" >"$work/sqlmap-found.$number"; echo "$url $params" >>"$work/sqlmap-done"; } &
    working+=($!)
    while [ "$(jobs -pr | grep -cxFf <(printf '%s\n' "${working[@]}"))" -ge "${SQLMAP_AT_ONCE:-2}" ]; do sleep 0.2; done
  done <"$work/targets.tsv"
  wait "${working[@]}"
  found=$(cat "$work"/sqlmap-found.*)
  printf '%s\n' "control: $planted" "demo: $found"
  cat "$work"/sqlmap-cut "$work"/sqlmap-untested 2>/dev/null
  local verdict=ok
  [ "$(grep -c '^Parameter: ' <<<"$planted")" -ge 3 ] || verdict='found too little'
  [ -z "$found" ] || verdict=FINDINGS
  row sqlmap 'SQL in address, form, path: found' "$(wc -l <"$work/targets.tsv") forms and addresses, $(cut -f6 "$work/targets.tsv" | tr ',' '\n' | wc -l) parameters, $(lines "$work/sqlmap-cut") cut short, $(lines "$work/sqlmap-untested") not tested; injectable: ${found:-none}" "$verdict"
}

lines() { [ ! -f "$1" ] && echo 0 || wc -l <"$1"; }
