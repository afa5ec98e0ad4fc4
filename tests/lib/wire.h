/* A raw client for tests: sends any bytes, reads answers, with a time limit on everything.
 * The test owns each struct wire and closes it.  The test's thread. */
#ifndef TESTS_LIB_WIRE_H
#define TESTS_LIB_WIRE_H

#include <stdbool.h>
#include <stddef.h>

struct ssl_st;

struct wire {
    int fd;
    struct ssl_st *ssl; /* NULL: plain */
    char *p;            /* received, not yet taken */
    size_t n, cap;
    bool ended; /* the server has closed */
    bool reset; /* … with an error */
};

struct wire_answer {
    int status; /* 0: none came */
    char *head; /* NUL-terminated, with the last empty line */
    char *body;
    size_t body_n;
};

struct wire wire_connect(int port); /* 127.0.0.1; aborts when refused */
struct wire wire_connect_from(const char *local_ip, int port);
void wire_send(struct wire *w, const char *p, size_t n); /* a broken pipe is no error */
void wire_say(struct wire *w, const char *text);
/* Reads one final answer (100 is kept in *ret_continues when not NULL).  head_only: no body. */
struct wire_answer wire_answer(struct wire *w, int ms, bool head_only, int *ret_continues);
void wire_answer_free(struct wire_answer *a);
/* The value of a field of an answer, NULL when absent; valid until the next call. */
const char *wire_field(const struct wire_answer *a, const char *name);
/* Reads until at least n bytes are held, the end, or ms have passed. */
bool wire_fill(struct wire *w, size_t n, int ms);
bool wire_ends(struct wire *w, int ms); /* the server closes within ms, whatever it sends before */
void wire_reset(struct wire *w);        /* closes by RST */
void wire_close(struct wire *w);
long wire_now_ms(void);
void wire_sleep_ms(int ms);

#endif
