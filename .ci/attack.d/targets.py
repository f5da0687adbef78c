"""What sqlmap looks at, a line each: name<TAB>demo<TAB>account<TAB>URL<TAB>body<TAB>parameters<TAB>kind and row.

    targets.py ROUTES FIELDS_DIR CRAWLED... < accounts

CRAWLED are lists of crawl.py named DEMO-ACCOUNT.tsv. Every form that somebody was shown
comes once, with one of each kind of its fields (mark.1, mark.2 … are one kind); every
address with parameters comes once, with its parameters marked; every row of the table
that takes a form which nobody was shown (a step not due) is asked with the fields that the
door names for it. Forms come first, paths last. `accounts` is lines "role<TAB>demo<TAB>account"."""
import os
import re
import sys
import urllib.parse

NOT = {"csrf", "_form", "_key", "_ticket"}


def kinds(body):
    """One of each kind of the fields of a body."""
    seen = {}
    for name, _ in urllib.parse.parse_qsl(body, keep_blank_values=True):
        if name not in NOT:
            seen.setdefault(re.sub(r"[0-9a-f-]{8,}|\d+", "0", name), name)
    return sorted(seen.values())


def marked(row, url):
    """The address with a mark behind each of its row's parameters."""
    parts, path = urllib.parse.urlsplit(url), row.split("/")
    real = parts.path.split("/")
    real = [(p + "*") if w[:1] in (":", "*") else p for w, p in zip(path, real)] + real[len(path):]
    return urllib.parse.urlunsplit(parts._replace(path="/".join(real), query=""))


def named(folder):
    """The fields that the doors name, by row: expressions such as a|b_(c|d)|e\\d{1,3}."""
    out = {}
    for file in os.listdir(folder):
        if file.endswith(".go"):
            text = open(os.path.join(folder, file), encoding="utf-8").read()
            for row, names in re.findall(r'"(/[^"]*)":\s*((?:`[^`]*`(?:\s*\+\s*)?)+)', text):
                out[row] = "".join(re.findall(r"`([^`]*)`", names))
    return out


def examples(expression):
    """A name for each branch of an expression."""
    while m := re.search(r"\(([^()]*)\)\??", expression):  # a group stands for its first branch
        expression = expression[:m.start()] + m.group(1).split("|")[0] + expression[m.end():]
    names = [re.sub(r"\\[wd](\{[^}]*\}|\+|\*)?|\[[^\]]*\](\{[^}]*\}|\+)?", "1", n).replace("\\", "") for n in expression.split("|")]
    return [n for n in names if n and re.fullmatch(r"[\w.:-]+", n)]


def main():
    routes, folder, *crawled = sys.argv[1:]
    accounts = {}
    for line in sys.stdin:
        role, demo, account = line.rstrip("\n").split("\t")
        accounts.setdefault(role, (demo, account))
    said, forms, out = set(), set(), []

    def say(demo, who, url, body, params, row):
        if params:
            out.append((params == "URI", demo, who, url, body or "-", params, row))

    sample = {}
    for file in crawled:
        demo, who = os.path.basename(file)[:-len(".tsv")].split("-", 1)
        for line in open(file, encoding="utf-8"):
            kind, row, url, *rest = line.rstrip("\n").split("\t")
            for word, part in zip(row.split("/"), urllib.parse.urlsplit(url).path.split("/")):
                sample.setdefault(word, part)
            body = rest[0] if rest else urllib.parse.urlsplit(url).query
            if kind in ("form", "find"):
                forms.add((kind, row))
                names = [n for n in kinds(body) if (kind, row, n) not in said]
                said.update((kind, row, n) for n in names)
                say(demo, who, url, body if kind == "form" else "", ",".join(names), kind + " " + row)
            elif ":" in row and row not in said:
                said.add(row)
                say(demo, who, marked(row, url), "", "URI", "path " + row)
    fields = named(folder)
    for line in open(routes, encoding="utf-8"):
        method, row, *roles = line.split()
        role = roles[0] if roles else "public"
        if method != "POST" or ("form", row) in forms or role not in accounts or row in ("/logout",):
            continue
        demo, who = accounts[role]
        path = "/".join(sample.get(w, "1") if w[:1] in (":", "*") else w for w in row.split("/"))
        names = examples(fields.get(row, ""))
        body = urllib.parse.urlencode({"csrf": "x", **{n: "1" for n in names}})
        say(demo, who, path, body, ",".join(names), "form " + row)
        if ":" in row:
            say(demo, who, marked(row, path), body, "URI", "path form " + row)
    out.sort(key=lambda t: (t[0], t[5].count(",")))  # forms first, then paths; of few fields first, so that a short run sees most
    for number, target in enumerate(out, 1):
        print(f"{number:03d}", *target[1:], sep="\t")


main()
