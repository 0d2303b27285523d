#include <stdio.h>

#include "bgplbctl/printable.h"
#include "bgplbctl/check/show_findings.h"
#include "common/json_writer.h"

static const char *
severity_name(enum severity severity)
{
	return severity == SEVERITY_PROBLEM ? "problem" : "notice";
}

void
show_findings_text(const struct findings *findings, FILE *out)
{
	char shown[FINDING_TEXT_MAX];
	const struct finding *f;

	for (f = findings->list; f < findings->list + findings->n; f++) {
		printable_copy(shown, f->subject, sizeof(shown));
		fprintf(out, "%s: %s ", severity_name(f->severity), shown);
		printable_copy(shown, f->text, sizeof(shown));
		fprintf(out, "%s\n", shown);
		printable_copy(shown, f->remedy, sizeof(shown));
		fprintf(out, "\t%s\n", shown);
	}
	if (findings->omitted > 0)
		fprintf(out, "and %zu more\n", findings->omitted);
	if (findings->n == 0)
		fprintf(out, "nothing found that would stop traffic\n");
}

static void
write_finding(struct json_writer *w, const struct finding *f)
{
	json_begin_object(w, NULL);
	json_string(w, "severity", severity_name(f->severity));
	json_string(w, "subject", f->subject);
	json_string(w, "text", f->text);
	json_string(w, "remedy", f->remedy);
	json_end(w);
}

void
show_findings_json(const struct findings *findings, FILE *out)
{
	struct json_writer w;
	size_t i;

	json_writer_init(&w, out);
	json_begin_object(&w, NULL);
	json_begin_array(&w, "findings");
	for (i = 0; i < findings->n; i++)
		write_finding(&w, &findings->list[i]);
	json_end(&w);
	json_number(&w, "omitted", findings->omitted);
	json_end(&w);
	fputc('\n', out);
}
