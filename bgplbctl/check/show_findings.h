/*
 * The findings of `bgplbctl check` for people and for programs.  Pure but for the
 * stream; the JSON keys are promised by bgplbctl(8).
 */
#ifndef BGPLBCTL_CHECK_SHOW_FINDINGS_H
#define BGPLBCTL_CHECK_SHOW_FINDINGS_H

#include <stdio.h>

#include "bgplbctl/check/check.h"

/* Two lines a finding: what, and on the second, indented, what to do. */
void	show_findings_text(const struct findings *, FILE *out);
void	show_findings_json(const struct findings *, FILE *out);

#endif /* BGPLBCTL_CHECK_SHOW_FINDINGS_H */
