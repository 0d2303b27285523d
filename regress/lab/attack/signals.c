/*
 * Attempts to signal, trace or read other processes.
 */
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include <asm/sockios.h>

#include <fcntl.h>
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

ATTACK(own_a_descriptor)
{
	attack_result(fcntl(STDERR_FILENO, F_SETOWN,
	    attack_pid_of("docker frontend")));
}

ATTACK(own_a_descriptor_by_ioctl)
{
	int pid = attack_pid_of("docker frontend");

	attack_result(ioctl(STDERR_FILENO, FIOSETOWN, &pid));
}

ATTACK(signal_by_notification)
{
	attack_result(fcntl(STDERR_FILENO, F_SETFL, O_ASYNC));
}

ATTACK(kill_a_sibling)
{
	attack_result(kill(attack_pid_of("docker frontend"), SIGKILL));
}
