# Takes the digests of a release again from what stands in the store and in the
# export: python3 frozen.py SURVEY.db ANSWERS.csv
# Prints the digest of the data, of the texts and of the weights.
import csv, hashlib, sqlite3, struct, sys


def lengthened(rows):
    h = hashlib.sha256()
    for before, text in rows:
        h.update(before + struct.pack(">I", len(text)) + text)
    return h.hexdigest()


db = sqlite3.connect("file:" + sys.argv[1] + "?mode=ro", uri=True)
rows = sorted((batch, bytes(answers)) for batch, answers in db.execute("SELECT batch, answers FROM response"))
texts = sorted(bytes(t, "utf-8") if isinstance(t, str) else bytes(t) for (t,) in db.execute("SELECT comment FROM response WHERE comment <> ''"))


def shortest(v):
    text = repr(float(format(float(v), ".9e")))
    return text[:-2] if text.endswith(".0") else text


with open(sys.argv[2], encoding="utf-8-sig", newline="") as f:
    weights = [shortest(r["weight_final"]) for r in csv.DictReader(f) if r["weight_final"]]
print(lengthened((struct.pack(">I", b), a) for b, a in rows))
print(lengthened((b"", t) for t in texts))
print(lengthened((b"", w.encode()) for w in weights))
