"""Compares answers with what /openapi.json says of them: a checker for the part of JSON Schema that
the daemon prints, and for statuses, headers and content types.  Standard library only.
A keyword that is not known here is a mistake, so that nothing is passed over in silence."""
import json
import re

NOTES = {'description', 'title', 'summary', 'examples'}  # and x-…: they promise nothing
TYPES = {
    'object': lambda v: isinstance(v, dict),
    'array': lambda v: isinstance(v, list),
    'string': lambda v: isinstance(v, str),
    'integer': lambda v: isinstance(v, int) and not isinstance(v, bool),
    'number': lambda v: isinstance(v, (int, float)) and not isinstance(v, bool),
    'boolean': lambda v: isinstance(v, bool),
    'null': lambda v: v is None,
}
DAY = r'\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])'
FORMATS = {
    'date': re.compile(DAY + r'\Z'),
    # every instant of the API is told in the office's own time
    'date-time': re.compile(DAY + r'T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?\+07:00\Z'),
}
RULES = {}


def rule(name):
    def keep(fn):
        RULES[name] = fn
        return fn
    return keep


def mistakes(doc, schema, value, at=''):
    """["/pointer: what is wrong"] of value against schema; $ref resolves in doc."""
    if schema is True or schema is False:
        return [] if schema else [at + ': nothing may stand here']
    out = []
    for key, want in schema.items():
        if key in NOTES or key.startswith('x-'):
            continue
        fn = RULES.get(key)
        if fn is None:
            out.append('%s: the schema uses %r, which is not known here' % (at, key))
        else:
            out += fn(doc, schema, want, value, at)
    return out


def resolve(doc, ref):
    """What a $ref names; None when there is no such thing."""
    node = doc
    if not ref.startswith('#/'):
        return None
    for part in ref[2:].split('/'):
        part = part.replace('~1', '/').replace('~0', '~')
        if not isinstance(node, dict) or part not in node:
            return None
        node = node[part]
    return node


def short(value):
    text = repr(value)
    return text if len(text) < 80 else text[:77] + '...'


def escaped(key):
    return key.replace('~', '~0').replace('/', '~1')


@rule('$ref')
def _ref(doc, schema, want, value, at):
    target = resolve(doc, want)
    if target is None:
        return ['%s: %s is not in the document' % (at, want)]
    return mistakes(doc, target, value, at)


@rule('type')
def _type(doc, schema, want, value, at):
    names = want if isinstance(want, list) else [want]
    if any(TYPES[n](value) for n in names):
        return []
    return ['%s: %s is not %s' % (at, short(value), ' or '.join(names))]


@rule('enum')
def _enum(doc, schema, want, value, at):
    return [] if value in want else ['%s: %s is not one of %s' % (at, short(value), want)]


@rule('pattern')
def _pattern(doc, schema, want, value, at):
    if not isinstance(value, str) or re.search(want, value):
        return []
    return ['%s: %s does not fit %s' % (at, short(value), want)]


@rule('format')
def _format(doc, schema, want, value, at):
    if want == 'int64':
        fits = not isinstance(value, int) or -2 ** 63 <= value < 2 ** 63
    elif want in FORMATS:
        fits = not isinstance(value, str) or FORMATS[want].match(value)
    else:
        return ['%s: the schema uses the format %r, which is not known here' % (at, want)]
    return [] if fits else ['%s: %s is not a %s' % (at, short(value), want)]


@rule('required')
def _required(doc, schema, want, value, at):
    if not isinstance(value, dict):
        return []
    return ['%s/%s: is missing' % (at, escaped(k)) for k in want if k not in value]


@rule('properties')
def _properties(doc, schema, want, value, at):
    if not isinstance(value, dict):
        return []
    return [m for k, sub in want.items() if k in value
            for m in mistakes(doc, sub, value[k], at + '/' + escaped(k))]


@rule('additionalProperties')
def _additional(doc, schema, want, value, at):
    if not isinstance(value, dict):
        return []
    known = schema.get('properties', {})
    return [m if want is not False else '%s/%s: is not described' % (at, escaped(k))
            for k in value if k not in known
            for m in mistakes(doc, want, value[k], at + '/' + escaped(k))]


@rule('items')
def _items(doc, schema, want, value, at):
    if not isinstance(value, list):
        return []
    first = len(schema.get('prefixItems', []))
    return [m for i in range(first, len(value))
            for m in mistakes(doc, want, value[i], '%s/%d' % (at, i))]


@rule('prefixItems')
def _prefix(doc, schema, want, value, at):
    if not isinstance(value, list):
        return []
    return [m for i, sub in enumerate(want) if i < len(value)
            for m in mistakes(doc, sub, value[i], '%s/%d' % (at, i))]


def _bound(name, size, fits):
    @rule(name)
    def check(doc, schema, want, value, at):
        n = size(value)
        return [] if n is None or fits(n, want) else ['%s: %s %s' % (at, name, want)]


def _length(kind):
    return lambda v: len(v) if isinstance(v, kind) else None


def _number(v):
    return v if isinstance(v, (int, float)) and not isinstance(v, bool) else None


_bound('minItems', _length(list), lambda n, w: n >= w)
_bound('maxItems', _length(list), lambda n, w: n <= w)
_bound('minLength', _length(str), lambda n, w: n >= w)
_bound('maxLength', _length(str), lambda n, w: n <= w)
_bound('minimum', _number, lambda n, w: n >= w)
_bound('maximum', _number, lambda n, w: n <= w)


@rule('anyOf')
def _any(doc, schema, want, value, at):
    tried = [mistakes(doc, sub, value, at) for sub in want]
    if any(not t for t in tried):
        return []
    # the most telling: of an alternative whose type fits
    full = [t for sub, t in zip(want, tried) if sub.get('type') != 'null']
    return (full or tried)[0]


@rule('allOf')
def _all(doc, schema, want, value, at):
    return [m for sub in want for m in mistakes(doc, sub, value, at)]


class Description:
    """One /openapi.json: finds the operation of a request and checks its answer."""

    def __init__(self, doc):
        self.doc = doc
        self.seen = set()  # (METHOD, path as described) that were answered as described
        self.paths = sorted(doc['paths'], key=lambda p: [s.startswith('{') for s in p.split('/')])

    def find(self, method, path):
        """(path as described, operation) or None."""
        want = path.split('?')[0].split('/')
        for p in self.paths:
            have = p.split('/')
            if len(have) == len(want) and all(
                    h == w or (h.startswith('{') and w) for h, w in zip(have, want)):
                op = self.doc['paths'][p].get('get' if method == 'HEAD' else method.lower())
                if op:
                    return p, op
        return None

    def check(self, method, path, status, headers, body):
        """["POST /v1/x 201 /pointer: what is wrong"]; an answer outside the table of routes, or
        of the layer below it, has nothing to be compared with."""
        found = self.find(method, path)
        if not found:
            return []
        pattern, op = found
        out = self._compare(op, method, status, headers, body)
        if not out and status < 300:
            self.seen.add((method, pattern))
        return ['%s %s %d %s' % (method, pattern, status, m) for m in out]

    def _compare(self, op, method, status, headers, body):
        if status == 304:  # what the client has; described by the answer it has
            return ['a 304 has content'] if body else []
        said = op['responses'].get(str(status))
        if said is None and status < 300:
            return ['this status is not described']
        said = said or op['responses'].get('default')
        if said is None:
            return ['this status is not described']
        if '$ref' in said:
            said = resolve(self.doc, said['$ref'])
        return self._headers(said, headers) + self._content(said, method, status, headers, body)

    def _headers(self, said, headers):
        out = []
        for name, h in said.get('headers', {}).items():
            h = resolve(self.doc, h['$ref']) if '$ref' in h else h
            if h.get('required') and headers.get(name) is None:
                out.append('the header %s is missing' % name)
        return out

    def _content(self, said, method, status, headers, body):
        kind = (headers.get('Content-Type') or '').replace('; charset=utf-8', '')
        content = said.get('content')
        if content is None:
            return ['has content, none is described: %r' % kind] if body or kind else []
        if kind not in content:
            return ['content of type %r is not described' % kind]
        if method == 'HEAD' or 'json' not in kind:
            return []
        schema = content[kind].get('schema')
        if schema is None:
            return ['JSON without a schema: give the route an .answer (server/api/README.md)']
        try:
            return mistakes(self.doc, schema, json.loads(body))
        except ValueError as e:
            return ['is not JSON: %s' % e]
