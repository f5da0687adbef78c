# shellcheck shell=bash
# Scanners of pages: wapiti, nikto, ffuf. Each tool's function runs it on the control
# site, then with the same options on the demo, and adds its row.

# wapiti crawls and sends its payloads: SQL, scripts, files, commands, redirects,
# headers. OUT TARGET [COOKIES].
wapiti_on() {
  local out="$work/wapiti-$1.json" header=()
  [ -z "${3:-}" ] || header=(-H "Cookie: $3")
  timeout "${WAPITI_TIME:-900}" wapiti -u "$2" -m sql,blindsql,xss,permanentxss,redirect,exec,file,crlf,ssrf,csp,http_headers,cookieflags,methods,backup \
    --flush-session --store-session "$work/wapiti-store-$1" --no-bugreport --scope domain -d 3 --max-links-per-page 12 --max-files-per-dir 12 \
    --max-scan-time "${WAPITI_SCAN:-40}" --max-attack-time "${WAPITI_ATTACK:-8}" --max-parameters 12 -S normal --verify-ssl 0 \
    "${header[@]}" -f json -o "$out" >"$work/wapiti-$1.log" 2>&1
  [ -f "$out" ] || { echo 'no report;'; return; }
  jq -r --rawfile known .ci/attack.d/wapiti.known '.vulnerabilities | to_entries[] | .key as $k | .value[] | select([.info] | inside($known | split("\n")) | not) | $k' "$out" | sort | uniq -c | tr -s ' ' | tr '\n' ';'
}

run_wapiti() {
  local planted found explained who jar
  planted=$(wapiti_on control "$control/")
  rm -f "$work"/wapiti-found.*
  while read -r who; do
    case "$who" in
    public) wapiti_on public "$via_notice/" ;;
    form) wapiti_on form "$via_field$(jq -r '.posters[0].url' "$work/field.json" | sed 's|.*/q/|/q/|')" ;;
    *)
      jar=$(session notice "$via_notice" "$who")
      wapiti_on "$who" "$via_notice/" "$(cookies "$jar")"
      ;;
    esac >"$work/wapiti-found.$who" &
    [ "$(jobs -pr | wc -l)" -lt $((${#pids[@]} + 2)) ] || wait -n
    while [ "$(jobs -pr | wc -l)" -ge $((${#pids[@]} + 2)) ]; do sleep 0.2; done
  done < <(printf '%s\n' public form office1 applicant-640104 agency1 assessor1 inspector1 interviewer1 sysadmin1 secadmin1 auditor1)
  while [ "$(jobs -pr | wc -l)" -gt "${#pids[@]}" ]; do sleep 0.2; done
  found=$(grep . "$work"/wapiti-found.* | sed 's|.*wapiti-found\.||')
  printf '%s\n' "control: $planted" "demo: $found"
  explained=$(for one in "$work"/wapiti-*.json; do [ "$one" = "$work/wapiti-control.json" ] || jq '[.vulnerabilities[][]] | length' "$one"; done | awk "{ n += \$1 } END { print n + 0 }")
  local verdict=ok
  grep -q 'SQL Injection' <<<"$planted" && grep -q 'Cross Site Scripting' <<<"$planted" && grep -q 'Open Redirect' <<<"$planted" || verdict='found too little'
  [ -z "$found" ] || verdict=FINDINGS
  row wapiti 'SQL, script, redirect' "$(ls "$work"/wapiti-found.* | wc -l) people, to the end $(ls "$work"/wapiti-*.json | grep -vc control)" "$(grep -c . <<<"$found")" "$explained" "$verdict"
}

# nikto_on NAME TARGET [COOKIES]: what it says; its whole list must have been asked for.
# (2.1.5 asks for next to nothing when it is given -Tuning, and ends at once with -maxtime.)
nikto_on() {
  cp /etc/nikto/config.txt "$work/nikto.conf"
  [ -z "${3:-}" ] || echo "STATIC-COOKIE=$(sed -E 's/([^;=]+)=([^;]+)/"\1=\2"/g; s/; */;/g; s/;"/;"/g' <<<"$3")" >>"$work/nikto.conf"
  timeout "${NIKTO_TIME:-900}" nikto -config "$work/nikto.conf" -host "$2" -C all -nointeractive -ask no -nolookup >"$work/nikto-$1.log" 2>&1
  grep -qE '^\+ [0-9]{4,} items checked' "$work/nikto-$1.log" || echo '+ the list was not asked for to its end'
  grep -E '^\+ ' "$work/nikto-$1.log" | grep -vE 'Target|Start Time|End Time|Server:|items checked|requests|host\(s\) tested|No CGI'
}

run_nikto() {
  nikto_there || { row nikto - 'could not be installed' - - MISSING; return; }
  local planted found known
  known=$(grep -v '^#' .ci/attack.d/nikto.known | paste -sd'|')
  planted=$(nikto_on control "$control")
  found=$(nikto_on demo "$via_notice" | grep -vE "$known"
    nikto_on office "$via_notice" "$(cookies "$(session notice "$notice" office1)")" | grep -vE "$known")
  printf '%s\n' "control:" "$planted" "demo:" "$found"
  local verdict=ok
  grep -qiE "director(y|ies) (listing|indexing)|OSVDB-3268" <<<"$planted" && ! grep -q 'to its end' <<<"$planted" || verdict="found too little"
  [ -z "$found" ] || verdict=FINDINGS
  row nikto 'directory listing' "$(grep -ohE '[0-9]+ items checked' "$work"/nikto-{demo,office}.log | paste -sd' ') as nobody, as the office" "$(grep -c . <<<"$found")" "$(grep -chE "^\+ .*($known)" "$work"/nikto-{demo,office}.log | awk "{ n += \$1 } END { print n + 0 }")" "$verdict"
}

# ffuf asks for what nobody links: copies, keys, listings, other methods' pages.
ffuf_on() {
  local header=()
  [ -z "${3:-}" ] || header=(-H "Cookie: $3")
  ffuf -s -u "$2/FUZZ" -w "$work/words" -mc 200,201,204,206,301,302,303,307,401,405,500,501,502,503 -t 10 "${header[@]}" 2>"$work/ffuf-$1.err"
}

run_ffuf() {
  { cat .ci/attack.d/words
    for name in $(grep -v / .ci/attack.d/words); do
      for end in .bak .old .zip .tar.gz .sql .db '~' .swp .json .php; do echo "$name$end"; done
    done; } >"$work/words"
  local planted found jar
  planted=$(ffuf_on control "$control")
  found=$(ffuf_on public "$via_notice" | grep -vxFf <(own_paths); true)
  jar=$(session notice "$notice" office1)
  found+=$(echo; ffuf_on office "$via_notice" "$(cookies "$jar")" | grep -vxFf <(own_paths))
  printf '%s\n' "control:" "$planted" "demo:" "$found"
  found=$(grep . <<<"$found")
  local verdict=ok
  grep -q '\.git/HEAD' <<<"$planted" && grep -q 'backup.zip' <<<"$planted" && grep -q 'files/' <<<"$planted" || verdict='found too little'
  [ -z "$found" ] || verdict=FINDINGS
  row ffuf 'listing, copy, .git' "$(wc -l <"$work/words") names, as nobody and as the office" "$(grep -c . <<<"$found")" "$(wc -l < <(own_paths | grep -xFf "$work/words")) own" "$verdict"
}

# own_paths are the addresses that the table of routes promises, and the two of health.
own_paths() {
  awk '$2 !~ /:/ { sub("^/", "", $2); print $2 }' cmd/minyi/testdata/routes.golden
  printf '%s\n' healthz readyz demo # the demo's own page, for this machine only
}
