"""Walks a site as one person and lists what that person can see and send:

    crawl.py BASE ROUTES [COOKIES [START...]]

prints lines "page<TAB>route<TAB>URL", "form<TAB>route<TAB>URL<TAB>body" (posted forms),
"find<TAB>route<TAB>URL" (forms that are asked for by address) and "file<TAB>route<TAB>URL".
ROUTES is the table of routes; of each row with parameters two addresses are visited, and
each form (its row and its fields) is listed once, filled as the page fills it."""
import collections
import html.parser
import re
import sys
import urllib.error
import urllib.parse
import urllib.request

EACH, MOST = 2, 600


class Page(html.parser.HTMLParser):
    """The links and forms of a page."""

    def __init__(self):
        super().__init__()
        self.links, self.forms, self.form, self.select = [], [], None, None

    def handle_starttag(self, tag, attrs):
        a = {k: v or "" for k, v in attrs}
        if tag == "a" and a.get("href"):
            self.links.append(a["href"])
        if tag in ("iframe", "img", "embed") and a.get("src"):
            self.links.append(a["src"])
        if tag == "form":
            self.form = (a.get("method", "get").lower(), a.get("action", ""), {})
            self.forms.append(self.form)
        if self.form is None:
            return
        fields, name = self.form[2], a.get("name")
        if tag == "option" and self.select and a.get("value") and not fields.get(self.select):
            fields[self.select] = a["value"]
        if tag == "select":
            self.select = name
            if name:
                fields.setdefault(name, "")
        if not name or tag not in ("input", "textarea", "button"):
            return
        kind = a.get("type", "text").lower()
        if kind in ("radio", "checkbox", "submit") or tag == "button":
            fields.setdefault(name, a.get("value") or "on")
        elif kind != "file":
            fields[name] = a.get("value") or ("" if name.startswith("_") else {"date": "2020-11-01", "email": "a@example.org"}.get(kind, "1"))

    def handle_endtag(self, tag):
        if tag == "select":
            self.select = None
        if tag == "form":
            self.form = None


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Walk:
    def __init__(self, base, routes, cookies):
        self.base, self.cookies = base, cookies
        self.opener = urllib.request.build_opener(Stay)
        self.rows = []
        for line in open(routes, encoding="utf-8"):
            method, path = line.split()[:2]
            pattern = re.escape(path).replace(r"\*", ".+")
            self.rows.append((method, path, re.compile("^" + re.sub(r":\w+", "[^/]+", pattern) + "$")))
        self.rows.sort(key=lambda row: row[1].count(":"))

    def route(self, method, path):
        for m, name, pattern in self.rows:
            if m == method and pattern.match(path):
                return name
        return ""

    def ask(self, url):
        """The page behind an address, or None: what kind it is, and its text."""
        headers = {"Accept": "text/html", "Accept-Language": "zh-CN"}
        if self.cookies:
            headers["Cookie"] = self.cookies
        try:
            with self.opener.open(urllib.request.Request(url, headers=headers), timeout=60) as r:
                kind = r.headers.get("Content-Type", "")
                if r.headers.get("Content-Disposition", "").startswith("attachment"):
                    kind = "attachment"
                return kind, r.read(4 << 20).decode("utf-8", "replace") if kind.startswith("text/html") else ""
        except urllib.error.HTTPError as e:
            where = e.headers.get("Location", "")
            return "moved", where
        except OSError as e:
            print(url, e, file=sys.stderr)
            return "", ""

    def walk(self, starts):
        queue, known, visits, said = collections.deque(), set(), collections.Counter(), set()

        def meet(url, at):
            url = urllib.parse.urljoin(at, url).split("#")[0]
            if not url.startswith(self.base + "/") or url in known:
                return
            known.add(url)
            path = urllib.parse.urlsplit(url).path
            name = self.route("GET", path)
            if not name or name.startswith("/static") or "logout" in path or name.endswith("events") and name != "/events":
                return
            if visits[name] < EACH:
                visits[name] += 1
                queue.append((name, url))

        for start in starts:
            meet(start, self.base + "/")
        done = 0
        while queue and done < MOST:
            name, url = queue.popleft()
            done += 1
            kind, text = self.ask(url)
            if kind == "moved":
                visits[name] -= 1
                if text:
                    meet(text, url)
                continue
            if not kind.startswith("text/html"):
                if kind:
                    print("file", name, url, sep="\t")
                continue
            print("page", name, url, sep="\t")
            page = Page()
            page.feed(text)
            for link in page.links:
                meet(link, url)
            for method, action, fields in page.forms:
                target = urllib.parse.urljoin(url, action or url).split("#")[0]
                row = self.route(method.upper(), urllib.parse.urlsplit(target).path)
                key = (method, row, tuple(sorted(re.sub(r"\d+", "0", f) for f in fields)))
                if not row or key in said or "logout" in target:
                    continue
                said.add(key)
                body = urllib.parse.urlencode(fields)
                if method == "post":
                    print("form", row, target, body, sep="\t")
                elif body:
                    print("find", row, target.split("?")[0] + "?" + body, sep="\t")


if __name__ == "__main__":
    base, routes = sys.argv[1:3]
    Walk(base, routes, sys.argv[3] if len(sys.argv) > 3 else "").walk(sys.argv[4:] or ["/"])
