/* Self-signed certificate over OpenSSL.  Owns nothing.  Main thread of a verb. */
#include "server/jobs/self_signed.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/core/worker.h"

enum { DAYS = 825, SPARE_DAYS = 30, PATH_BYTES = 4096 };

static bool lasts(const char *cert_file, const char *key_file)
{
    FILE *f = fopen(cert_file, "re");
    X509 *x = f ? PEM_read_X509(f, NULL, NULL, NULL) : NULL;
    int days = 0, seconds = 0;
    bool good = x && access(key_file, R_OK) == 0 &&
                ASN1_TIME_diff(&days, &seconds, NULL, X509_get0_notAfter(x)) == 1 &&
                days > SPARE_DAYS;

    X509_free(x);
    if (f)
        (void)fclose(f); /* read only */
    return good;
}

static bool add_extension(X509 *x, int nid, const char *value)
{
    X509V3_CTX ctx;
    X509_EXTENSION *e;
    bool ok;

    X509V3_set_ctx(&ctx, x, x, NULL, NULL, 0);
    e = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
    ok = e && X509_add_ext(x, e, -1) == 1;
    X509_EXTENSION_free(e);
    return ok;
}

static X509 *certificate(EVP_PKEY *key)
{
    static const unsigned char name[] = "Mot cua (demonstration)";
    X509 *x = X509_new();
    X509_NAME *subject = x ? X509_get_subject_name(x) : NULL;
    uint64_t serial;

    random_bytes(&serial, sizeof serial);
    if (x && X509_set_version(x, 2) == 1 &&
        ASN1_INTEGER_set_uint64(X509_get_serialNumber(x), serial >> 1) == 1 &&
        X509_gmtime_adj(X509_getm_notBefore(x), -3600) &&
        X509_gmtime_adj(X509_getm_notAfter(x), 86400L * DAYS) && X509_set_pubkey(x, key) == 1 &&
        X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, name, -1, -1, 0) == 1 &&
        X509_set_issuer_name(x, subject) == 1 &&
        add_extension(x, NID_basic_constraints, "critical,CA:FALSE") &&
        add_extension(x, NID_ext_key_usage, "serverAuth") &&
        add_extension(x, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1") &&
        X509_sign(x, key, EVP_sha256()) > 0)
        return x;
    X509_free(x);
    return NULL;
}

/* Writes beside the name, syncs, renames: never half a file under the name. */
static bool write_pem(const char *name, mode_t mode, X509 *x, EVP_PKEY *key)
{
    char part[PATH_BYTES + 8];
    int fd;
    FILE *f;
    bool ok;

    (void)snprintf(part, sizeof part, "%s.part", name);
    (void)unlink(part); /* of a run that was killed */
    fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    f = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (!f)
        return false;
    ok = x ? PEM_write_X509(f, x) == 1
           : PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL) == 1;
    ok = fflush(f) == 0 && fsync(fd) == 0 && ok;
    return fclose(f) == 0 && ok && rename(part, name) == 0;
}

bool self_signed_ensure(const char *dir, struct buf *ret_error)
{
    char cert_file[PATH_BYTES], key_file[PATH_BYTES];
    EVP_PKEY *key;
    X509 *x;
    bool ok;

    (void)snprintf(cert_file, sizeof cert_file, "%s/cert.pem", dir);
    (void)snprintf(key_file, sizeof key_file, "%s/key.pem", dir);
    if (lasts(cert_file, key_file))
        return true;
    if (mkdir(dir, 0700) < 0 && errno != EEXIST) {
        buf_printf(ret_error, "could not make directory \"%s\": %s", dir, strerror(errno));
        return false;
    }
    key = EVP_EC_gen("P-256");
    x = key ? certificate(key) : NULL;
    ok = x && write_pem(key_file, 0600, NULL, key) && write_pem(cert_file, 0644, x, NULL);
    if (!ok)
        buf_printf(ret_error, "could not make a certificate in \"%s\": %s", dir, strerror(errno));
    X509_free(x);
    EVP_PKEY_free(key);
    return ok;
}
