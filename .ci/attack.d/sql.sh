# shellcheck shell=bash
# sqlmap on forms and addresses with parameters, as their people, through the relay.

# sqlmap_on NAME URL BODY [COOKIES]: what it calls injectable.
sqlmap_on() {
  local data=() cookie=()
  [ -z "$3" ] || data=(--data "$3")
  [ -z "${4:-}" ] || cookie=(--cookie "$4")
  timeout "${SQLMAP_TIME:-240}" sqlmap -u "$2" "${data[@]}" "${cookie[@]}" --batch --level 3 --risk 2 --technique "${SQLMAP_TECHNIQUE:-BEU}" --dbms sqlite --flush-session --output-dir "$work/sqlmap" \
    --disable-coloring --timeout 30 --retries 1 --ignore-code '*' --skip 'csrf,_form,Host,User-Agent,Referer' --threads 2 >"$work/sqlmap-$1.log" 2>&1
  local code=$?
  [ "$code" -ne 124 ] || echo "$1 was cut short" >>"$work/sqlmap-cut"
  grep -hE '^Parameter: |parameter .* is vulnerable' "$work/sqlmap-$1.log" | sort -u
}

# sqlmap_forms are the forms that it looks at: name, demo, account, page, part of the action.
sqlmap_forms() {
  cat <<'FORMS'
login notice - /login /login
objection notice - /objections /objections
objection-state notice - /objections/state /state
seal notice - /seal /seal
answer field - POSTER
password notice office1 /password /password
units notice office1 /office/units /office/units
calendar notice office1 /office/calendar /office/calendar
notice-media notice office1 /office/notice/public
problems notice office1 /office/evaluation/problems
account notice secadmin1 /accounts /accounts
practice notice applicant-640100 /apply/practices
inbox notice applicant-640100 /inbox/settings
FORMS
}

# sqlmap_addresses are pages whose address takes words: name, demo, account, address.
sqlmap_addresses() {
  cat <<'ADDRESSES'
named notice - /named?q=1&year=2020&track=comprehensive
results notice - /results?round=2020&sort=name
practices notice - /practices?q=1&kind=1&year=2020
search notice office1 /office/search?q=1
trail notice auditor1 /office/trail?half=survey&until=1
agency notice agency1 /agency?q=1&state=open&sort=name
register notice - /api/v1/named?year=2020&unit=640100
ADDRESSES
}

# as_who DEMO ACCOUNT: its cookies; a stranger's where the account is -.
as_who() {
  local at="${!1}"
  if [ "$2" = - ]; then
    curl -s -o /dev/null -c "$work/stranger.jar" "$at/login"
    echo "$work/stranger.jar"
  else
    session "$1" "$at" "$2"
  fi
}

run_sqlmap() {
  local planted found="" count=0 name demo who page action jar body via
  rm -f "$work/sqlmap-cut"
  planted=$(sqlmap_on control-address "$control/unit?id=1" '')$(sqlmap_on control-form "$control/unit" 'id=1')
  while read -r name demo who page action; do
    via="via_$demo" via="${!via}"
    [ "$page" != POSTER ] || page=$(jq -r '.posters[0].url' "$work/field.json" | sed 's|.*/q/|/q/|')
    jar=$(as_who "$demo" "$who")
    body=$(fields "${!demo}$page" "$jar" "${action:-}")
    if [ -z "$body" ]; then found+="$name has no form;"; continue; fi
    count=$((count + 1))
    action=$(curl -s -b "$jar" "${!demo}$page" | python3 .ci/attack.d/fields.py --action "${action:-}")
    found+=$(sqlmap_on "$name" "$via${action:-$page}" "$body" "$(cookies "$jar")")
  done < <(sqlmap_forms)
  while read -r name demo who page; do
    via="via_$demo"
    jar=$(as_who "$demo" "$who")
    count=$((count + 1))
    found+=$(sqlmap_on "$name" "${!via}$page" '' "$(cookies "$jar")")
  done < <(sqlmap_addresses)
  printf '%s\n' "control: $planted" "demo: $found"
  [ ! -f "$work/sqlmap-cut" ] || cat "$work/sqlmap-cut"
  local verdict=ok
  [ "$(grep -c '^Parameter: id' <<<"$planted")" -ge 1 ] || verdict='found too little'
  [ -z "$found" ] || verdict=FINDINGS
  row sqlmap 'SQL in address and form: found' "$count forms and addresses, $(grep -c . "$work/sqlmap-cut" 2>/dev/null) cut short: ${found:-none}" "$verdict"
}
