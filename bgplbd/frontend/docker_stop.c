#include "bgplbd/frontend/docker_parse.h"
#include "bgplbd/frontend/docker_query.h"
#include "bgplbd/frontend/docker_stop.h"
#include "bgplbd/frontend/http_reply.h"
#include "common/log.h"

#define MESSAGE_MAX		256

static void
stop_answered(const struct docker_answer *answer, void *arg)
{
	const char *id = answer->request->id.hex;
	int signal = answer->request->signal;
	char message[MESSAGE_MAX];

	(void)arg;
	if (answer->outcome != DOCKER_ANSWERED) {
		log_warn("container %.*s: cannot send signal %d: %s",
		    OBJECT_ID_SHORT, id, signal, answer->error);
		return;
	}
	if (answer->status >= 200 && answer->status <= 299) {
		log_debug("container %.*s: got signal %d", OBJECT_ID_SHORT, id,
		    signal);
		return;
	}
	docker_message_parse(answer->body, answer->len, message,
	    sizeof(message));
	if (answer->status == HTTP_STATUS_NOT_FOUND ||
	    answer->status == HTTP_STATUS_CONFLICT)
		log_debug("container %.*s: has ended before signal %d: %s",
		    OBJECT_ID_SHORT, id, signal, message);
	else
		log_warn("container %.*s: Docker does not send signal %d: %s "
		    "(status %d)", OBJECT_ID_SHORT, id, signal, message,
		    answer->status);
}

void
docker_stop(struct docker_queries *queries, const struct container_signal *s)
{
	struct docker_request request = {
		.kind = DOCKER_STOP_CONTAINER,
		.signal = s->signal,
		.id = s->container,
	};

	docker_query(queries, &request, stop_answered, NULL);
}
