/* Files of the tree carried inside the program: statements, migrations, the web client.
 * Constant data; any thread. */
#ifndef SERVER_CORE_EMBED_H
#define SERVER_CORE_EMBED_H

struct embedded {
    const char *name; /* base name of the file; NULL ends a table */
    const char *data; /* followed by a NUL */
    const char *end;
};

extern const struct embedded embed_sql[];        /* server/store/sql/ */
extern const struct embedded embed_migrations[]; /* migrations/, in order */
extern const struct embedded embed_web[];        /* server/web/ */
extern const struct embedded embed_client[];     /* the staff client as built; may be empty */
extern const struct embedded embed_papers[];     /* config/papers/ */
extern const struct embedded embed_indices[];    /* config/indices/ */

#endif
