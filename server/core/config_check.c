/* What values of single keys must look like: addresses, what people can do in a day.  Owns nothing.
 * Any thread. */
#include <arpa/inet.h>
#include <string.h>
#include <unistd.h>

#include "common/access/organisation.h"
#include "server/core/config_inside.h"

#define CAPACITY_MAX 100000

static bool port_valid(const char *s)
{
    int64_t port;

    return span_i64(span_of(s), 0, 65535, &port); /* 0: any free one */
}

static bool split_address(const char *address, char host[64], const char **port)
{
    const char *colon = strrchr(address, ':');
    size_t n = colon ? (size_t)(colon - address) : 0;

    if (!colon || n == 0 || n >= 64 || !port_valid(colon + 1))
        return false;
    if (address[0] == '[' && colon[-1] == ']') {
        address++;
        n -= 2;
    } else if (memchr(address, ':', n)) {
        return false; /* IPv6 stands in brackets */
    }
    memcpy(host, address, n);
    host[n] = '\0';
    *port = colon + 1;
    return (colon[-1] == ']') == (strchr(host, ':') != NULL);
}

bool config_address_valid(const char *address)
{
    unsigned char bin[16];
    char host[64];
    const char *port;

    if (strncmp(address, "unix:", 5) == 0)
        return address[5] == '/' && strlen(address + 5) < 108;
    return split_address(address, host, &port) &&
           inet_pton(strchr(host, ':') ? AF_INET6 : AF_INET, host, bin) == 1;
}

bool config_address_local(const char *address)
{
    char host[64];
    const char *port;

    if (!config_address_valid(address))
        return false;
    if (strncmp(address, "unix:", 5) == 0)
        return true;
    return split_address(address, host, &port) &&
           (strncmp(host, "127.", 4) == 0 || strcmp(host, "::1") == 0);
}

#define URL_MAX 2048

bool config_url_valid(const char *url)
{
    static const char *const heads[] = {"https://", "http://127.0.0.1", "http://[::1]",
                                        "http://localhost"};
    size_t n;

    if (strlen(url) > URL_MAX || strpbrk(url, " \t\r\n#\\\"<>"))
        return false;
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        n = strlen(heads[i]);
        if (strncmp(url, heads[i], n) == 0)
            return (i ? !url[n] || strchr("/:", url[n]) : url[n] && !strchr("/:?", url[n])) &&
                   !memchr(url + n, '@', strcspn(url + n, "/?"));
    }
    return false;
}

bool config_sso_valid(const struct config *cfg, enum config_key *ret_key, const char **ret_code,
                      struct text2 *ret_why)
{
    const char *host = strstr(cfg->sso_address, "//");

    *ret_code = "C019";
    *ret_key = CONFIG_KEY_sso_issuer;
    *ret_why = (struct text2){"phải là địa chỉ https:// (http:// chỉ trên loopback)",
                              "must be an https:// address (http:// on loopback only)"};
    if (!config_url_valid(cfg->sso_issuer))
        return false;
    *ret_key = CONFIG_KEY_sso_address;
    if (!config_url_valid(cfg->sso_address))
        return false;
    *ret_why = (struct text2){"phải không kèm đường dẫn, như https://motcua.example.gov.vn",
                              "must be without a path, like https://motcua.example.gov.vn"};
    if (!host || strpbrk(host + 2, "/?"))
        return false;
    *ret_key = CONFIG_KEY_sso_client;
    *ret_why = (struct text2){"phải có khi có sso.issuer", "is needed when there is sso.issuer"};
    if (!*cfg->sso_client || !*cfg->sso_claim)
        return false;
    *ret_key = CONFIG_KEY_sso_ca;
    *ret_code = "C008";
    *ret_why = (struct text2){"không đọc được tệp", "the file cannot be read"};
    return !*cfg->sso_ca || access(cfg->sso_ca, R_OK) == 0;
}

bool config_has_password(const char *conninfo)
{
    const char *at = strstr(conninfo, "://"), *user;

    if (strstr(conninfo, "password"))
        return true;
    if (!at)
        return false;
    user = strchr(at + 3, ':'); /* postgresql://user:password@… */
    return user && strchr(user, '@');
}

/* ---- what one person can do in a day */

static bool is_login(struct span s)
{
    return memchr(s.p, '.', s.n) != NULL;
}

static bool is_role(struct span s)
{
    for (int r = 0; r < ROLE_COUNT; r++)
        if (span_is(s, role_name((enum role)r)))
            return true;
    return false;
}

bool config_role_valid(const char *name)
{
    return is_role(span_of(name));
}

unsigned config_roles(const struct config_list *list)
{
    unsigned bits = 0;
    enum role r;

    for (size_t i = 0; i < list->n; i++)
        if (role_of_name(list->item[i], &r))
            bits |= 1u << r;
    return bits;
}

void config_role_nearest(struct diags *d, const char *wrong)
{
    const char *role[ROLE_COUNT];

    for (int r = 0; r < ROLE_COUNT; r++)
        role[r] = role_name((enum role)r);
    diag_nearest(d, wrong, role, ROLE_COUNT);
}

bool config_capacity_valid(const struct config_list *list, size_t i, struct span *ret_key,
                           struct text2 *ret_why)
{
    struct span key, value, other, rest;
    int64_t n;

    *ret_key = SPAN_NONE;
    if (!span_cut(span_of(list->item[i]), '=', &key, &value) || !key.n ||
        !span_i64(value, 0, CAPACITY_MAX, &n)) {
        *ret_why = (struct text2){"phải có dạng vai-trò=số hoặc tài.khoản=số, số từ 0 đến 100000",
                                  "must look like role=number or login=number, from 0 to 100000"};
        return false;
    }
    for (size_t k = 0; k < i; k++)
        if (span_cut(span_of(list->item[k]), '=', &other, &rest) && other.n == key.n &&
            memcmp(other.p, key.p, key.n) == 0) {
            *ret_why = (struct text2){"đã ghi ở trên: mỗi vai trò, tài khoản một lần",
                                      "stands there already: each role and login once"};
            return false;
        }
    if (is_login(key) || is_role(key))
        return true;
    *ret_key = key;
    *ret_why = (struct text2){"không có vai trò này (tài khoản thì có dấu chấm, như minh.congsan)",
                              "there is no such role (a login has a dot, like minh.congsan)"};
    return false;
}

/* ---- fields that share a register book */

#define BOOK_NAME_MAX 64

static bool is_book_name(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= 'A' && s.p[i] <= 'Z') || (s.p[i] >= 'a' && s.p[i] <= 'z') ||
              (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '-' || s.p[i] == '_' || s.p[i] == '.'))
            return false;
    return s.n > 0 && s.n <= BOOK_NAME_MAX;
}

/* How often the item names this field; as a book, too. */
static int times_named(const char *item, struct span field)
{
    struct span head, rest;
    int n = 0;

    if (!span_cut(span_of(item), '=', &head, &rest))
        return 0;
    n += span_eq(head, field);
    while (span_cut(rest, '+', &head, &rest))
        n += span_eq(head, field);
    return n + span_eq(head, field);
}

static bool named_once(const struct config_list *list, size_t i, struct span name)
{
    for (size_t k = 0; k <= i; k++)
        if (times_named(list->item[k], name) > (k == i))
            return false;
    return true;
}

bool config_register_valid(const struct config_list *list, size_t i, struct text2 *ret_why)
{
    struct span book, field, rest;
    bool more = span_cut(span_of(list->item[i]), '=', &book, &rest), well = is_book_name(book);
    bool once = named_once(list, i, book);
    int n = 0;

    for (; more; n++) {
        more = span_cut(rest, '+', &field, &rest);
        well = well && is_book_name(field);
        once = once && named_once(list, i, field);
    }
    if (!well || n < 2)
        *ret_why = (struct text2){"phải có dạng SỔ=MÃ+MÃ, ít nhất hai mã lĩnh vực",
                                  "must look like BOOK=CODE+CODE, two codes of fields at least"};
    else
        *ret_why = (struct text2){"mỗi lĩnh vực chỉ ở một sổ, tên sổ khác mã lĩnh vực",
                                  "each field stands in one book, whose name is no field's"};
    return well && n > 1 && once;
}
