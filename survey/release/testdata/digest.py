# Reads a release on standard input, writes it canonically again and prints the
# SHA-256 of both. Python's json writes doubles as the shortest decimal too; its
# exponents and whole numbers are turned into those of ECMAScript.
import hashlib, json, sys

raw = sys.stdin.buffer.read()


def number(v):
    if v == int(v) and abs(v) < 1e21:
        return str(int(v))
    text = repr(v)
    if "e" in text:
        mantissa, exponent = text.split("e")
        if abs(v) >= 1e-6:
            return format(v, ".20f").rstrip("0")
        return mantissa + "e" + exponent[0] + exponent[1:].lstrip("0")
    return text


def write(v):
    if isinstance(v, dict):
        return "{" + ",".join(write(k) + ":" + write(v[k]) for k in sorted(v, key=lambda k: k.encode("utf-16-be"))) + "}"
    if isinstance(v, list):
        return "[" + ",".join(map(write, v)) + "]"
    if isinstance(v, float):
        return number(v)
    return json.dumps(v, ensure_ascii=False)


print(hashlib.sha256(raw).hexdigest(), hashlib.sha256(write(json.loads(raw)).encode()).hexdigest())
