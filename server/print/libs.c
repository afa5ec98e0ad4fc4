/* Takes the libraries of drawing in.  Kept until the process ends.  Any thread. */
#include "server/print/libs.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

#include "server/core/log.h"

#define LIBRARY(file)
#define F(function) __typeof__(libs_##function) libs_##function;
#include "server/print/libs.def"
#undef F
#undef LIBRARY

/* Where the addresses go: a library (at NULL), then what is called of it. */
static const struct {
    const char *name;
    void *at;
} wanted[] = {
#define LIBRARY(file) {file, NULL},
#define F(function)   {#function, &libs_##function},
#include "server/print/libs.def"
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool opened;

static bool take_all(void)
{
    void *library = NULL, *function;

    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        if (!wanted[i].at)
            library = dlopen(wanted[i].name, RTLD_NOW | RTLD_LOCAL);
        function = library && wanted[i].at ? dlsym(library, wanted[i].name) : NULL;
        if (!library || (wanted[i].at && !function)) {
            log_event(LOG_L_ERROR, "print-library-missing", LOG_STR("what", wanted[i].name),
                      LOG_STR("why", dlerror()));
            return false;
        }
        if (function)
            memcpy(wanted[i].at, &function, sizeof function);
    }
    return true;
}

bool libs_open(void)
{
    bool ok;

    (void)pthread_mutex_lock(&lock);
    opened = opened || take_all();
    ok = opened;
    (void)pthread_mutex_unlock(&lock);
    return ok;
}
