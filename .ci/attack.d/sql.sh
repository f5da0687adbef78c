# shellcheck shell=bash
# sqlmap on every form that somebody is shown, every address with parameters, and every
# row of the table whose step is not due, as their people and through the relays: all of
# them by the wide profile, then one of each row by the deep one for as long as
# SQLMAP_DEEP says. Both profiles must find all that is planted.

# profile wide|deep: the options.
profile() {
  [ "$1" = wide ] && echo '--level 1 --risk 1 --technique BEUSQ' || echo '--level 3 --risk 2 --technique BEUSTQ --time-sec 2'
}

# sqlmap_on NAME URL BODY COOKIES PARAMETERS PROFILE: what it calls injectable.
sqlmap_on() {
  local data=() cookie=() only=() options
  read -ra options <<<"$(profile "$6")"
  [ "${3:--}" = - ] || data=(--data "$3")
  [ -z "${4:-}" ] || cookie=(--cookie "$4")
  [ "${5:-URI}" = URI ] || only=(-p "$5")
  timeout -k 10 "${SQLMAP_TIME:-240}" sqlmap -u "$2" "${data[@]}" "${cookie[@]}" "${only[@]}" --batch "${options[@]}" --dbms sqlite \
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

# sqlmap_target NUMBER DEMO ACCOUNT URL BODY PARAMETERS PROFILE: a line of the list; the token of
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
  sqlmap_on "$1" "$url" "$body" "$(cookies "$jar")" "$6" "$7" | sed "s|^|$1 as $3: |"
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

# sqlmap_planted PROFILE: how many of the three planted faults the profile finds.
sqlmap_planted() {
  { sqlmap_on control-address "$control/unit?id=1" - '' id "$1"
    sqlmap_on control-form "$control/unit" 'id=1' '' id "$1"
    sqlmap_on control-path "$control/units/1*" - '' URI "$1"; } | grep -c '^Parameter: '
}

# sqlmap_over PROFILE SECONDS: the lines of a list that come to their turn, some at once;
# how many did is left in sqlmap-PROFILE.
sqlmap_over() {
  local number demo account url body params end=$((SECONDS + $2)) begun=0
  local others="${#pids[@]}"
  while IFS=$'\t' read -r number demo account url body params _; do
    if [ "$SECONDS" -ge "$end" ]; then echo "$1 $number was not begun: $url" >>"$work/sqlmap-unbegun.$1"; continue; fi
    sqlmap_target "$number$1" "$demo" "$account" "$url" "$body" "$params" "$1" >"$work/sqlmap-found.$1.$number" &
    begun=$((begun + 1))
    echo "$begun" >"$work/sqlmap-begun.$1"
    while [ "$(jobs -pr | wc -l)" -ge $((others + ${SQLMAP_AT_ONCE:-2})) ]; do sleep 0.1; done
  done
  while [ "$(jobs -pr | wc -l)" -gt "$others" ]; do sleep 0.2; done
}

run_sqlmap() {
  local wide deep found
  rm -f "$work"/sqlmap-cut "$work"/sqlmap-untested "$work"/sqlmap-unbegun.* "$work"/sqlmap-found.*
  wide=$(sqlmap_planted wide) deep=$(sqlmap_planted deep)
  declare -p work control field notice filing named via_field via_notice via_filing via_named >"$work/functions"
  declare -f session cookies as_who >>"$work/functions"
  everywhere | sort >"$work/lists"
  who | tr ' ' '\t' | python3 .ci/attack.d/targets.py cmd/minyi/testdata/routes.golden web $(cat "$work/lists") >"$work/targets.tsv"
  sqlmap_over wide "${SQLMAP_WIDE:-3600}" <"$work/targets.tsv"
  awk -F'\t' '!had[$7]++' "$work/targets.tsv" >"$work/targets-deep.tsv"
  sqlmap_over deep "${SQLMAP_DEEP:-900}" <"$work/targets-deep.tsv"
  found=$(cat "$work"/sqlmap-found.*)
  printf '%s\n' "planted: wide $wide, deep $deep" "demo: $found"
  cat "$work"/sqlmap-cut "$work"/sqlmap-untested "$work"/sqlmap-unbegun.* 2>/dev/null
  local verdict=ok
  [ "$wide" -ge 3 ] && [ "$deep" -ge 3 ] || verdict='found too little'
  [ -z "$found" ] && [ "$(lines "$work/sqlmap-unbegun.wide")" -eq 0 ] || verdict=FINDINGS
  row sqlmap "wide $wide of 3, deep $deep of 3" "wide $(cat "$work/sqlmap-begun.wide") of $(lines "$work/targets.tsv") ($(cut -f6 "$work/targets.tsv" | tr ',' '\n' | wc -l) parameters), deep $(cat "$work/sqlmap-begun.deep") of $(lines "$work/targets-deep.tsv") rows; cut short $(lines "$work/sqlmap-cut"), not tested $(lines "$work/sqlmap-untested")" "$(grep -c . <<<"$found")" 0 "$verdict"
}

lines() { [ ! -f "$1" ] && echo 0 || wc -l <"$1"; }
