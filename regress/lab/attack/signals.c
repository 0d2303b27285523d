/*
 * Attempts to signal, trace or read other processes.
 */
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "regress/lab/attack/attack.h"

ATTACK(kill_parent)
{
	attack_result(kill(getppid(), SIGTERM));
}

ATTACK(trace_parent)
{
	attack_result(ptrace(PTRACE_ATTACH, getppid(), NULL, NULL));
}

ATTACK(read_memory_of_parent)
{
	char byte;
	struct iovec mine = { &byte, 1 }, theirs = { (void *)0x1000, 1 };

	attack_result(process_vm_readv(getppid(), &mine, 1, &theirs, 1, 0));
}
