/* What comes in at an intake: the body, and its translation to a command's intake and content.
 * Everything lives in the request's arena.  Not for other rooms.  The worker's thread. */
#ifndef SERVER_API_INTAKE_H
#define SERVER_API_INTAKE_H

#include "server/api/req.h"

enum intake_outcome { OUTCOME_ACCEPT, OUTCOME_RETURN, OUTCOME_REJECT };

struct person_in {
    int kind;
    const char *name;
    int id_type;
    const char *id_number, *birth;
    int sex;
    const char *address, *area_code, *phone, *email;
};

struct component_in {
    const char *component;
    int originals, certified, copies;
    bool presented;
    const char **files;
    size_t files_n;
    const char *reused;
};

struct intake_in {
    int outcome; /* POST /v1/dossiers only */
    const char *procedure, *case_code, *receiving, *competent;
    int channel; /* enum channel */
    bool island, mountain;
    const struct person_in *applicant, *owner, *authorised;
    const char *authorised_document, *summary;
    int result_by;
    const char *result_address;
    const json_t *form;
    struct component_in *components;
    size_t components_n;
    const char **reasons;
    size_t reasons_n;
    const char **missing;
    size_t missing_n;
    const char *note;
    int fee_units;
    int64_t fee;
    int64_t ticket;
    const char *exemption, *evidence, *claimed, *document, *corrects;
    int applicant_kind; /* POST /v1/promise only */
};

extern const struct bind_shape intake_component_shape;
/* Components as ticked, for a command; in the request's arena. */
struct check_off *intake_check_offs(struct req *rq, const struct component_in *in, size_t n);

extern const struct bind_shape intake_take_in_shape;    /* POST /v1/dossiers */
extern const struct bind_shape intake_submit_shape;     /* POST /v1/submissions */
extern const struct bind_shape intake_decide_shape;     /* accept, return, reject, resubmit */
extern const struct answer_shape intake_content_answer; /* what of it is told again */

extern const struct answer_shape intake_person_answer; /* one of its people */
/* The attempts of one owner for one procedure go under this digest. */
void intake_chain(const uint8_t salt[SHA256_BYTES], const char *id_number, const char *procedure,
                  uint8_t out[SHA256_BYTES]);
extern const struct bind_shape intake_promise_shape; /* POST /v1/promise */
/* Fills cmd->intake alone: nothing of persons.  False after answering 422. */
bool intake_preview(struct req *rq, const struct procedure *p, struct command *cmd);
/* Fills act->content and cmd->intake from rq->body; p: the procedure (NULL: not known here, then a
 * form or a fee cannot be read).  False after answering 422. */
bool intake_translate(struct req *rq, const struct procedure *p, struct act *act,
                      struct command *cmd);

#endif
