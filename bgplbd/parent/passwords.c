#include <sys/mman.h>

#include <string.h>

#include "bgplbd/parent/passwords.h"
#include "common/log.h"

struct passwords {
	char	of[SETTINGS_NEIGHBORS_MAX][SETTINGS_PASSWORD_MAX + 1];
};

struct passwords *
passwords_new(void)
{
	struct passwords *p;

	p = mmap(NULL, sizeof(*p), PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		fatal("no memory for passwords");
	if (madvise(p, sizeof(*p), MADV_WIPEONFORK) == -1 ||
	    madvise(p, sizeof(*p), MADV_DONTDUMP) == -1)
		fatal("cannot protect passwords");
	(void)mlock(p, sizeof(*p));
	return p;
}

void
passwords_free(struct passwords *p)
{
	if (p == NULL)
		return;
	explicit_bzero(p, sizeof(*p));
	(void)munmap(p, sizeof(*p));
}

char *
passwords_of(struct passwords *p, size_t neighbor)
{
	return p->of[neighbor];
}
