/*
 * Attempts to change what is in the log, by standard error.
 */
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <fcntl.h>
#include <unistd.h>

#include "regress/lab/attack/attack.h"

ATTACK(log_clear_append)
{
	attack_result(fcntl(STDERR_FILENO, F_SETFL, O_WRONLY));
}

ATTACK(log_seek)
{
	attack_result(lseek(STDERR_FILENO, 0, SEEK_SET));
}

ATTACK(log_write_at_start)
{
	attack_result(syscall(SYS_pwrite64, STDERR_FILENO, "forged", 6, 0));
}

ATTACK(log_truncate)
{
	attack_result(syscall(SYS_ftruncate, STDERR_FILENO, 0));
}

ATTACK(log_map)
{
	void *p = mmap(NULL, 4096, PROT_WRITE, MAP_SHARED, STDERR_FILENO, 0);

	attack_result(p == MAP_FAILED ? -1 : 0);
}

/* Another descriptor of the same file, by way of a socket. */
ATTACK(log_pass_to_itself)
{
	int pair[2];

	attack_result(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
}

ATTACK(log_duplicate)
{
	attack_result(fcntl(STDERR_FILENO, F_DUPFD, 0));
}
