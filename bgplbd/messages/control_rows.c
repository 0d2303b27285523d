#include "bgplbd/messages/control_rows.h"
#include "bgplbd/messages/types.h"

bool
control_rows_is_request(const struct message *m)
{
	return (m->type == MSG_FRONTEND_CONTINUE ||
	    m->type == MSG_FRONTEND_LEFT) && m->len == 0 && m->fd == -1;
}
