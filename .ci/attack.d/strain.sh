# shellcheck shell=bash
# Guessing, slow clients, broken bytes: hydra, slowhttptest, zzuf; and whether the demo
# lives afterwards, and its public logs begin with what stood in them.

# hydra_on PORT NAME LIST BODY [HEADER]: the password that it found.
hydra_on() {
  timeout 200 hydra -I -l "$2" -P "$3" -s "$1" -t 4 -W 0 -f 127.0.0.1 http-post-form "/login:$4${5:+:H=Cookie\\: $5}:F=name=\"password\"" >"$work/hydra-$1.log" 2>&1
  grep -oP 'password: \K\S+' "$work/hydra-$1.log"
}

run_hydra() {
  local planted found owner right jar
  seq -f 'guess-%04.0f' 999 >"$work/guesses"
  { head -50 "$work/guesses"; echo secret; } >"$work/guesses.control"
  planted=$(hydra_on "${control##*:}" office1 "$work/guesses.control" 'name=^USER^&password=^PASS^')
  right=$(jq -r '.accounts[] | select(.name == "office1").password' "$work/notice.json")
  { cat "$work/guesses"; echo "$right"; } >"$work/guesses.demo"
  jar=$(as_who notice -)
  hydra_on "${notice##*:}" office1 "$work/guesses.demo" "csrf=$(grep -oP 'name="csrf" value="\K[^"]+' <(curl -s -b "$jar" -c "$jar" "$notice/login") | head -1)&name=^USER^&password=^PASS^" "$(cookies "$jar")" >"$work/hydra.found" &
  local guessing=$!
  sleep 5 # the guesses are under way
  jar=$(session notice "$via_notice" office1)
  owner=$(curl -s -o /dev/null -w '%{http_code}' -b "$jar" "$via_notice/office")
  wait "$guessing"
  found=$(cat "$work/hydra.found")
  printf '%s\n' "control: $planted" "demo: $found, owner meanwhile: $owner"
  tail -3 "$work/hydra-${notice##*:}.log"
  local verdict=ok
  [ "$planted" = secret ] || verdict='found too little'
  [ -z "$found" ] && [ "$owner" = 200 ] || verdict=FINDINGS
  row hydra 'the password of every list' "1,000 guesses, the right one last: ${found:-not found}; owner meanwhile: $owner" "$([ -z "$found" ] && echo 0 || echo 1)" 0 "$verdict"
}

# slow_on NAME URL CONNECTIONS MODE…: whether the service stayed available.
slow_on() {
  local name="$1" url="$2" many="$3"
  shift 3
  timeout 90 slowhttptest -c "$many" "$@" -i 5 -r 300 -l 25 -p 5 -x 24 -u "$url" >"$work/slow-$name.log" 2>&1
  sed 's/\x1b\[[0-9;]*m//g' "$work/slow-$name.log" | grep -oE 'service available: +(YES|NO)' | sort | uniq -c | tr -s ' ' | paste -sd';'
}

run_slowhttptest() {
  local planted head body read
  ulimit -n 8192
  planted=$(slow_on control "$control/" 300 -H)
  until_up "$control/"
  head=$(slow_on head "$notice/" 2000 -H)
  body=$(slow_on body "$notice/login" 2000 -B)
  read=$(slow_on read "$notice/named" 1000 -X -w 10 -y 20 -n 5 -z 32)
  printf '%s\n' "control: $planted" "headers: $head" "bodies: $body" "readers: $read"
  local verdict=ok
  grep -q NO <<<"$planted" || verdict='found too little'
  ! grep -q NO <<<"$head$body$read" || verdict=FINDINGS
  row slowhttptest 'site without time-outs is down' '2,000 heads, 2,000 bodies, 1,000 readers' "$(grep -o NO <<<"$head$body$read" | wc -l)" 0 "$verdict"
}

# raw_requests HOST PATH BODY COOKIES: a GET and a POST as a browser sends them.
raw_requests() {
  printf 'GET %s HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\nAccept: text/html\r\nAccept-Language: zh-CN\r\nConnection: close\r\n\r\n' "$2" "$1" "$4" >"$work/zzuf-get"
  printf 'POST %s HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s' "$2" "$1" "$4" "${#3}" "$3" >"$work/zzuf-post"
}

# zzuf_on PORT SEEDS: answers by status to requests with flipped bits.
zzuf_on() {
  python3 .ci/attack.d/spoil.py "$1" "$2" "$work/zzuf-get" "$work/zzuf-post"
}

run_zzuf() {
  local before after planted found="" jar page who
  before=$(cat "$work/crashes")
  raw_requests "${control#http://}" /upload 'name=abcdefghijklmnopqrstuvwxyz0123456789' a=1
  planted=$(zzuf_on "${control##*:}" 40)
  sleep 1 # until the last crash is written down
  after=$(cat "$work/crashes")
  page=$(jq -r '.posters[0].url' "$work/field.json" | sed 's|.*/q/|/q/|')
  jar=$(as_who field -)
  raw_requests "${field#http://}" "$page" "$(fields "$field$page" "$jar")" "$(cookies "$jar")"
  found+=" form:$(zzuf_on "${field##*:}" 400)"
  for who in office1 agency2; do
    jar=$(session notice "$notice" "$who")
    page=/office/units
    [ "$who" = office1 ] || page=/agency
    raw_requests "${notice#http://}" "$page" "$(fields "$notice$page" "$jar")" "$(cookies "$jar")"
    found+=" $who:$(zzuf_on "${notice##*:}" 200)"
  done
  printf '%s\n' "control: $((after - before)) crashes, $planted" "demo:$found"
  local verdict=ok
  [ "$after" -gt "$before" ] || verdict='found too little'
  ! grep -qE '[ :]5[0-9][0-9]:' <<<"$found" || verdict=FINDINGS
  row zzuf "$((after - before)) ends on odd bytes" "1,600 spoilt requests:$found" "$(grep -oE '[ :]5[0-9][0-9]:[0-9]+' <<<"$found" | wc -l)" 0 "$verdict"
}

# alive looks at the demos when all is over: they answer, the relays saw no 5xx, the logs
# only grew, and the doctor finds the folders sound.
alive() {
  local up doctor broken one folder cut=''
  up=$(for one in "$field" "$notice" "$filing" "$named"; do curl -s -o /dev/null -w '%{http_code} ' "$one/healthz"; curl -s -o /dev/null -w '%{http_code} ' "$one/readyz"; done)
  for one in "${demos[@]}"; do watched "$one" || cut+="$one "; done
  gone
  pids=()
  broken=$(grep -h BAD "$work"/*.relay 2>/dev/null | sort | uniq -c | sort -rn | head -20)
  for folder in "${demos[@]}"; do
    "$work/minyi" doctor --data "$work/$folder" >"$work/doctor-$folder.log" 2>&1 || doctor+="$folder "
  done
  [ -z "${doctor:-}" ] || tail -5 "$work"/doctor-*.log
  [ -z "$broken" ] || printf '%s\n' "$broken"
  local verdict=ok
  [ -z "${up//200 /}" ] && [ -z "${doctor:-}$broken$cut" ] || verdict=FINDINGS
  row afterwards - "$(cat "$work"/*.relay | awk -F': ' '/^[0-9]/ { n += $2 } END { print n }') answers through relays; doctor: ${doctor:-clean}; logs: ${cut:-whole}; health: $up" "$(grep -c . <<<"$broken")" 0 "$verdict"
}
