"""Public tracking: one plain sentence for code and secret; nothing personal; a wrong pair and an
unknown code cannot be told apart; rates hold."""
import os
import re
import sys
from urllib.parse import urlencode

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from api import Office, Tap, intake, same_work  # noqa: E402

t = Tap()
office = Office()
lan = office.client('lan.tiepnhan')
d = lan.post('/v1/dossiers', intake()).json
code, secret = d['code'], d['secret']
web = office.client()


def look(c, s, lang='vi', client=web):
    return client.raw('POST', '/tra-cuu?lang=' + lang, urlencode({'code': c, 'secret': s}).encode(),
                      {'Content-Type': 'application/x-www-form-urlencoded'})


for path in ('/', '/tra-cuu', '/dang-nhap', '/api', '/problems/stale'):
    for lang in ('vi', 'en'):
        r = web.raw('GET', '%s?lang=%s' % (path, lang))
        t.ok(r.status == 200 and '<html lang="%s">' % lang in r.text and
             ('<script' in r.text) == (path == '/tra-cuu'),
             '%s in %s: plain HTML; a module only where a link may bring both codes' % (path, lang), r.status)
bytes_all = sum(len(web.raw('GET', x).data) for x in ('/tra-cuu', '/web/site.css', '/web/track.js'))
t.ok(bytes_all < 15000, 'the page, its style and its module: three requests, under 15 kB', bytes_all)
r = web.raw('GET', '/tra-cuu?code=H24.11-261122-0001%22%3E%3Cb%3E')
t.ok('value="H24.11-261122-0001&quot;&gt;&lt;b&gt;"' in r.text, 'a code in the address is filled in, escaped', r)
t.ok("script-src 'self'" in r.headers['Content-Security-Policy'] and
     "require-trusted-types-for 'script'" in r.headers['Content-Security-Policy'], 'only our own module may run')
css = web.raw('GET', '/web/site.css')
t.ok(css.headers['Content-Type'].startswith('text/css') and 'prefers-color-scheme' in css.text,
     'one style sheet, light and dark')


def luminance(colour):
    part = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    return sum(k * (c / 12.92 if c <= .03928 else ((c + .055) / 1.055) ** 2.4)
               for k, c in zip((.2126, .7152, .0722), part))


def contrast(a, b):
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + .05) / (low + .05)


schemes = [dict(re.findall(r'--(\w+): (#[0-9a-f]{6})', x)) for x in re.findall(r':root \{(.*?)\}', css.text)]
t.ok(len(schemes) == 4 and all(len(x) >= 8 for x in schemes), 'four schemes of colours', schemes)
for name, more, colours in zip(('light', 'dark', 'light, raised', 'dark, raised'), (0, 0, 1, 1), schemes):
    low = [(text, ground, round(contrast(colours[text], colours[ground]), 2)) for text, ground, least in (
        ('ink', 'paper', 7), ('ink', 'soft', 7), ('quiet', 'paper', 4.5), ('accent', 'paper', 4.5),
        ('good', 'paper', 4.5), ('field', 'paper', 3), ('warn', 'paper', 3), ('warn', 'soft', 3),
        ('brand', 'paper', 4.5))
        if contrast(colours[text], colours[ground]) < max(least, 7 * more)]
    t.eq(low, [], 'contrast in the %s scheme (WCAG 2.2, 1.4.3, 1.4.11)' % name)
r = look(code, secret)
t.ok(r.status == 200 and code in r.text, 'code and secret find it', r)
t.ok('17:00' in r.text and 'Đã tiếp nhận' in r.text, 'stage and due', r.text)


def sentence(answer):
    """The one sentence, without marks."""
    text = re.search(r'<p class="sentence[^>]*>(.*?)</p>', answer.text, re.S).group(1)
    return re.sub('<[^>]+>', '', text).replace('&nbsp;', ' ')


t.ok(re.match(r'Đã tiếp nhận tại Trung tâm Phục vụ hành chính công thành phố \(bước 1/8\); hẹn trả kết '
              r'quả lúc 17:00 (thứ \S+|Chủ nhật) \d\d/\d\d/\d{4}\.$', sentence(r)),
     'one plain sentence: where, what, by when', sentence(r))
r_en = look(code, secret, 'en')
t.ok(re.match(r'Received at City Public Administration Service Centre \(step 1 of 8\); the result is '
              r'due at 17:00, \w+day \d{1,2} [A-Z]\w+ \d{4}\.$', sentence(r_en)), 'in English too',
     sentence(r_en))
t.eq(look(code.lower(), ' ' + secret.lower() + ' ').status, 200, 'typed small or with blanks: the same')
t.eq(look(code, secret.replace('-', '')).status, 200, 'without hyphens too')
unit, day, number = code.split('-')
short = '%s%s-%d' % (unit.split('.', 1)[1], day, int(number))
t.eq(look(short, secret.replace('-', '').lower()).status, 200, 'the code without province, dash and zeros: ' + short)
t.eq(look('%s-%d' % (day, int(number)), secret).status, 404, 'but not without its unit')
t.ok(re.fullmatch('([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}', secret), 'sixteen signs are 80 random bits', secret)
t.ok(code in look('', secret.replace('-', '').lower()).text, 'they find the dossier alone, typed as they come')
# A receipt given before codes were this long: twelve signs that do not say which dossier.
office.psql("UPDATE motcua.dossier SET track_hash = sha256('7QKM3XNPB2VD') WHERE code = '%s'" % code)
t.eq([look('', '7QKM-3XNP-B2VD').status, look(code, '7QKM-3XNP-B2VD').status], [404, 200],
     'the twelve signs of an older receipt: only beside the code')
d = lan.post('/v1/dossiers', intake()).json
code, secret = d['code'], d['secret']
for personal in ('Ngô Quyền', 'Lương Khánh Thiện', '02253846077', 'máy vi tính', 'Nguyễn Thị Lan',
                 'lan.tiepnhan', 'H24.21.07', '480'):
    t.ok(personal not in r.text + r_en.text, 'it does not show %r' % personal)
t.ok(r.headers['Cache-Control'] == 'no-store' and "default-src 'none'" in
     r.headers['Content-Security-Policy'], 'not kept, no script may run')

# ---- what is awaited, when it is the applicant's turn; nothing false of what has ended
STC = {c.get('/v1/session').json['user']: c for c in
       map(office.client, ('minh.congsan', 'ha.congsan', 'tuan.congsan'))}


def at_work():
    """Code and secret of a dossier on the desk of a specialist, and who that is."""
    new = lan.post('/v1/dossiers', intake()).json
    who = STC[lan.act(new['code'], 'act', {'action': 'forward'}).json['tasks'][0]['officer']]
    who.act(new['code'], 'receive')
    return new['code'], new['secret'], who


other, key, officer = at_work()
t.ok(sentence(look(other, key)).startswith('Sở Tài chính đang thẩm định (bước 2/8); hẹn trả'),
     'a public text that names the agency: it is not named twice', sentence(look(other, key)))
officer.act(other, 'ask', {'kind': 'supplement', 'missing': ['assets'], 'reasons': ['missing'],
                           'text': 'Thiếu số lượng'})
t.ok(sentence(look(other, key)).startswith('Sở Tài chính đang thẩm định (bước 2/8); hẹn trả'),
     'what is asked inside, and not sent, is not told', sentence(look(other, key)))
owed = [x['task'] for x in lan.get('/v1/dossiers/' + other).json['tasks'] if x.get('owes') == 'supplement']
r = lan.act(other, 'answer', {'task': owed[0] if owed else 0, 'outcome': 'send'})
t.eq(r.status, 200, 'the request for papers is sent')
t.ok(sentence(look(other, key)).startswith('Đang chờ ông/bà bổ sung giấy tờ') and
     'Trung tâm Phục vụ hành chính công' in sentence(look(other, key)) and
     re.search(r' trước 17:00 (thứ \S+|Chủ nhật) \d\d/\d\d/\d{4}; thời hạn', sentence(look(other, key))),
     'then the applicant is told what is awaited, where and by when', sentence(look(other, key)))
t.ok('<h2>Cần ông/bà bổ sung</h2>\n<ul>\n<li>Danh mục tài sản đề nghị mua sắm' in look(other, key).text and
     'List of' in look(other, key, 'en').text, 'and which papers, by their names', look(other, key))
lan.act(other, 'withdraw', {'document': 'Đơn ngày 22/11/2026'})
r = look(other, key)
t.ok(sentence(r) == 'Hồ sơ đã được rút theo yêu cầu của người nộp.' and 'hẹn trả' not in r.text and
     'Nơi trả' not in r.text and 'class="stages"' not in r.text, 'withdrawn: no promise is shown', r)
# Signed is not ready, ready is not handed over: the row as it stands at each of them (approved, released, returned).
other, key, officer = at_work()
for row, begins, stage in (('status = 6', 'Sở Tài chính đang thẩm định (bước 2/8); hẹn trả', 'Đang giải quyết'),
                           ('status = 7, finished = now()', 'Đã có kết quả từ ', 'Có kết quả'),
                           ('status = 8, returned = now()', 'Kết quả đã được trả lúc ', 'Đã trả kết quả')):
    office.psql("UPDATE motcua.dossier SET %s WHERE code = '%s'" % (row, other))
    r = look(other, key)
    reached = [x.strip() for x in re.findall('<li class="(?:done|now)"[^>]*>([^<]*)', r.text)]
    t.ok(sentence(r).startswith(begins) and reached[-1:] == [stage], 'told of %s: %s…' % (row, begins), (sentence(r), reached))
r = web.raw('GET', '/khong-co', headers={'Accept': 'text/html,application/xhtml+xml'})
t.ok(r.status == 404 and '<html lang="vi"' in r.text and 'Không tìm thấy' in r.text and
     "style-src 'self'" in r.headers['Content-Security-Policy'], 'a wrong address in a browser: a page', r)
t.eq(web.raw('GET', '/khong-co').code, 'not-found', 'and a problem for programs')

strip = lambda x: x.data
wrong = '-'.join(['0000'] * 4) if not secret.startswith('0000') else '-'.join(['1111'] * 4)
a, b = look(code, wrong), look('H24.11-250101-0999', wrong)
t.ok(a.status == b.status == 404 and strip(a) == strip(b) and
     {k: v for k, v in a.headers.items() if k not in ('X-Request-Id', 'Date')} ==
     {k: v for k, v in b.headers.items() if k not in ('X-Request-Id', 'Date')},
     'a wrong secret and an unknown code: the same bytes')
for c, s in (('', ''), (code, ''), ('', wrong), ('', secret[:14]), ("' OR 1=1 --", secret), ('x' * 300, 'y' * 300),
             ('<b>', '<script>')):
    r = look(c, s)
    t.ok(r.status == 404 and strip(r) == strip(a), 'nonsense (%.12r) looks the same' % c, r.status)
r = web.raw('POST', '/tra-cuu', b'code=a&secret=b&more=c', {'Content-Type': 'text/plain'})
t.eq(r.status, 400, 'an unknown field: 400')
r = web.raw('POST', '/tra-cuu', b'code=%zz', {})
t.eq(r.status, 400, 'a broken form: 400')


# Each code allows five wrong secrets an hour from one address: many codes, few tries.
codes = [lan.post('/v1/dossiers', intake()).json['code'] for _ in range(40)]
same, cost = same_work(office, lambda i: look(codes[i], wrong), lambda i: look('H24.11-250101-%04d' % i, wrong), 20, 40)
t.ok(same, 'and about the same work', cost)
many = [look(codes[0], wrong).status for _ in range(8)]
t.ok(429 in many and many.count(404) <= 5, 'five wrong secrets for one code, then 429', many)
none = [look('H24.11-250101-5555', wrong).status for _ in range(8)]
t.eq([s for s in none], [404] * 5 + [429] * 3, 'for an unknown code just the same')
t.eq(look(code, secret).status, 200, 'other codes are not concerned')
log = office.log_text()
t.ok(code not in log and secret not in log, 'neither code nor secret is logged')
p = office.stop()
t.eq(p, 0, 'the daemon stops cleanly')
office.settings['rate.public'] = '10'
office.start()
web2 = office.client()
many = [look(code, secret, client=web2).status for _ in range(14)]
t.eq(many, [200] * 10 + [429] * 4, 'ten look-ups a minute from one address when so configured')
r = look(code, secret, client=web2)
t.ok(int(r.headers['Retry-After']) >= 1 and '<html' in r.text and 'Hãy thử lại sau' in r.text, '429 is a page with Retry-After', r)
office.end(t)
