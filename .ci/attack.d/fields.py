"""Prints the fields of a page's posted form as a body, or where it is sent:
fields.py [--action] [ACTION] < page."""
import html.parser
import sys
import urllib.parse


class Form(html.parser.HTMLParser):
    def __init__(self, action):
        super().__init__()
        self.want, self.inside, self.fields, self.select, self.done, self.action = action, False, {}, None, False, ""

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        name = a.get("name")
        if tag == "form":
            self.inside = not self.done and a.get("method", "").lower() == "post" and self.want in a.get("action", "") and "logout" not in a.get("action", "")
            if self.inside:
                self.action = a.get("action", "")
        if not self.inside:
            return
        if tag == "option" and self.select and self.select not in self.fields and a.get("value"):
            self.fields[self.select] = a["value"]
        if tag == "select":
            self.select = name
        if not name or tag not in ("input", "textarea", "button"):
            return
        kind = a.get("type", "text")
        if kind in ("radio", "checkbox", "submit") or tag == "button":
            self.fields.setdefault(name, a.get("value", "on"))
        elif kind != "file":
            self.fields[name] = a.get("value", "") or ("" if name.startswith("_") else "1")

    def handle_endtag(self, tag):
        if tag == "select":
            self.select = None
        if tag == "form" and self.inside:
            self.inside, self.done = False, bool(self.fields)


words = sys.argv[1:]
where = words[:1] == ["--action"]
form = Form("".join(words[where:where + 1]))
form.feed(sys.stdin.read())
print(form.action if where else urllib.parse.urlencode(form.fields))
