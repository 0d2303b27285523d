#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbd/parent/connect_broker.h"
#include "bgplbd/parent/neighbor_socket.h"
#include "bgplbd/parent/passwords.h"
#include "common/log.h"

#define ATTEMPT_MS	(1000 / CONNECT_PER_SECOND)

struct connect_broker {
	const struct settings	*settings;
	/* Of each neighbor: when its attempts so far would be over, one by one. */
	uint64_t		 busy_until[SETTINGS_NEIGHBORS_MAX];
};

struct connect_broker *
connect_broker_new(const struct settings *settings)
{
	struct connect_broker *b = xcalloc(1, sizeof(*b));

	b->settings = settings;
	return b;
}

void
connect_broker_free(struct connect_broker *b)
{
	free(b);
}

/* False if there were too many; else this is one more. */
static bool
count_attempt(uint64_t *busy_until, uint64_t now_ms)
{
	uint64_t begin = *busy_until > now_ms ? *busy_until : now_ms;

	if (begin - now_ms > (CONNECT_BURST - 1) * ATTEMPT_MS)
		return false;
	*busy_until = begin + ATTEMPT_MS;
	return true;
}

int
connect_broker_ask(struct connect_broker *b,
    const struct connect_request *request, uint64_t now_ms,
    struct connect_answer *answer)
{
	const struct settings *s = b->settings;
	const uint32_t i = request->neighbor;
	enum connect_step step = CONNECT_LIMIT;
	int fd = -1;

	memset(answer, 0, sizeof(*answer));
	answer->neighbor = i;
	errno = EAGAIN;
	if (count_attempt(&b->busy_until[i], now_ms))
		fd = neighbor_socket_connect(&s->neighbors[i], s->as,
		    passwords_of(s->passwords, i), &step);
	if (fd == -1) {
		answer->error = errno;
		answer->step = step;
	}
	return fd;
}
