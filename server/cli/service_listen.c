/* What the daemon listens on, and its certificate.  The service owns the sockets.  Main thread,
 * before the workers start. */
#include "server/cli/service_inside.h"

#include "server/core/notify.h"

void service_complain(struct cli *c, const char *vi, const char *en, const char *detail)
{
    fprintf(c->err, "motcuad: %s%s%s\n", c->lang == LANG_EN ? en : vi, detail ? ": " : "",
            detail ? detail : "");
}

static bool add_listener(struct service *s, int fd, const char *address, bool tls, bool ops)
{
    struct listener *l;

    if (fd < 0 || s->listeners == LISTENERS_MAX)
        return false;
    l = &s->listener[s->listeners++];
    *l = (struct listener){.fd = fd, .tls = tls, .ops = ops};
    (void)snprintf(l->address, sizeof l->address, "%s", address);
    return true;
}

static bool listen_all(struct service *s, struct config_list list, bool tls, bool ops)
{
    struct buf why;
    size_t i;
    bool ok = true;

    buf_init(&why, 4096);
    for (i = 0; ok && i < list.n; i++) {
        if (!tls && !http_address_is_local(list.item[i])) {
            service_complain(s->c, "HTTP không mã hóa chỉ dùng trên loopback hoặc unix:",
                             "plain HTTP is for loopback or unix: only", list.item[i]);
            ok = false;
            break;
        }
        ok = add_listener(s, http_listen(list.item[i], &why), list.item[i], tls, ops);
        if (!ok)
            service_complain(s->c, "không mở được địa chỉ", "cannot listen", buf_cstr(&why));
    }
    buf_free(&why);
    return ok;
}

/* Sockets of the service manager replace those of `listen`. */
bool service_open_listeners(struct service *s)
{
    int first, n = notify_listen_fds(&first), i;
    char name[32];

    if (n < 0) {
        service_complain(s->c, "LISTEN_FDS không đọc được", "LISTEN_FDS cannot be read", NULL);
        return false;
    }
    for (i = 0; i < n; i++) {
        (void)snprintf(name, sizeof name, "fd:%d", first + i);
        if (!add_listener(s, first + i, name, true, false))
            return false;
    }
    if (n == 0 && !listen_all(s, s->cfg->listen, true, false))
        return false;
    return listen_all(s, s->cfg->listen_plain, false, false) &&
           listen_all(s, s->cfg->listen_ops, false, true);
}

bool service_open_tls(struct service *s)
{
    struct buf why;
    int i;
    bool wanted = false;

    for (i = 0; i < s->listeners; i++)
        wanted |= s->listener[i].tls;
    if (!wanted)
        return true;
    buf_init(&why, 4096);
    s->tls = http_tls_new(s->cfg->tls_cert, s->cfg->tls_key, &why);
    if (!s->tls)
        service_complain(s->c, "không dùng được chứng thư TLS",
                         "the TLS certificate cannot be used", buf_cstr(&why));
    buf_free(&why);
    return s->tls != NULL;
}
