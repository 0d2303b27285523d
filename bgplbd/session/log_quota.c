#include "bgplbd/session/log_quota.h"

bool
log_quota_take(struct log_quota *q, time_t now, unsigned int *left_out)
{
	while (q->spent > 0 && now - q->since >= QUOTA_SECONDS) {
		q->spent--;
		q->since += QUOTA_SECONDS;
	}
	if (q->spent == QUOTA_LINES) {
		q->left_out++;
		return false;
	}
	if (q->spent++ == 0)
		q->since = now;
	*left_out = q->left_out;
	q->left_out = 0;
	return true;
}
