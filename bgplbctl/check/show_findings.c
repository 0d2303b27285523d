#include <stdio.h>

#include "bgplbctl/printable.h"
#include "bgplbctl/check/show_findings.h"
#include "common/json_writer.h"

static const char *
severity_name(enum severity severity)
{
	return severity == SEVERITY_PROBLEM ? "problem" : "notice";
}

static void
show_unseen(const struct findings *findings, FILE *out)
{
	char shown[FINDING_TEXT_MAX];
	const struct unseen *u;

	for (u = findings->unseen; u < findings->unseen + findings->nunseen; u++) {
		printable_copy(shown, u->subject, sizeof(shown));
		fprintf(out, "not looked at: %s: ", shown);
		printable_copy(shown, u->reason, sizeof(shown));
		fprintf(out, "%s\n", shown);
	}
	if (findings->unseen_omitted > 0)
		fprintf(out, "not looked at: %zu more\n",
		    findings->unseen_omitted);
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
		fprintf(out, "%s", shown);
		if (f->others > 0)
			fprintf(out, " (and %zu more like it)", f->others);
		fputc('\n', out);
		printable_copy(shown, f->remedy, sizeof(shown));
		fprintf(out, "\t%s\n", shown);
	}
	if (findings->omitted > 0)
		fprintf(out, "and %zu more\n", findings->omitted);
	show_unseen(findings, out);
	if (findings->n == 0)
		fprintf(out, findings->nunseen == 0 ?
		    "nothing found that would stop traffic\n" :
		    "nothing found in what was looked at, which is not all\n");
}

static void
write_finding(struct json_writer *w, const struct finding *f)
{
	json_begin_object(w, NULL);
	json_string(w, "severity", severity_name(f->severity));
	json_string(w, "subject", f->subject);
	json_string(w, "text", f->text);
	json_string(w, "remedy", f->remedy);
	json_number(w, "others", f->others);
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
	json_begin_array(&w, "not_looked_at");
	for (i = 0; i < findings->nunseen; i++) {
		json_begin_object(&w, NULL);
		json_string(&w, "subject", findings->unseen[i].subject);
		json_string(&w, "reason", findings->unseen[i].reason);
		json_end(&w);
	}
	json_end(&w);
	json_end(&w);
	fputc('\n', out);
}
