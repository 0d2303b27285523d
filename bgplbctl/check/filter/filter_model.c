#include <stdlib.h>
#include <string.h>

#include "bgplbctl/check/filter/filter_model.h"
#include "common/log.h"

struct filter_block {
	struct filter_block	*next;
	_Alignas(max_align_t) unsigned char memory[];
};

void *
filter_alloc(struct filter_rules *rules, size_t size)
{
	struct filter_block *block = xcalloc(1, sizeof(*block) + size);

	block->next = rules->blocks;
	rules->blocks = block;
	return block->memory;
}

char *
filter_copy(struct filter_rules *rules, const char *text, size_t len)
{
	char *copy = filter_alloc(rules, len + 1);

	memcpy(copy, text, len);
	return copy;
}

struct filter_rules *
filter_rules_new(void)
{
	struct filter_rules *rules = xcalloc(1, sizeof(*rules));

	rules->tail = &rules->tables;
	return rules;
}

void
filter_rules_free(struct filter_rules *rules)
{
	struct filter_block *block;

	if (rules == NULL)
		return;
	while ((block = rules->blocks) != NULL) {
		rules->blocks = block->next;
		free(block);
	}
	free(rules);
}

struct filter_table *
filter_table_add(struct filter_rules *rules, enum filter_family family,
    const char *name, const char *program)
{
	struct filter_table *table = filter_alloc(rules, sizeof(*table));

	table->family = family;
	table->name = filter_copy(rules, name, strlen(name));
	table->program = program;
	table->chain_tail = &table->chains;
	*rules->tail = table;
	rules->tail = &table->next;
	return table;
}

struct filter_chain *
filter_chain_add(struct filter_rules *rules, struct filter_table *table,
    const char *name)
{
	struct filter_chain *chain = filter_alloc(rules, sizeof(*chain));

	chain->table = table;
	chain->name = filter_copy(rules, name, strlen(name));
	chain->tail = &chain->rules;
	chain->policy = VERDICT_RETURN;
	*table->chain_tail = chain;
	table->chain_tail = &chain->next;
	return chain;
}

struct filter_chain *
filter_chain_find(const struct filter_table *table, const char *name)
{
	struct filter_chain *chain;

	for (chain = table->chains; chain != NULL; chain = chain->next)
		if (strcmp(chain->name, name) == 0)
			break;
	return chain;
}

struct filter_rule *
filter_rule_add(struct filter_rules *rules, struct filter_chain *chain,
    const char *text)
{
	struct filter_rule *rule = filter_alloc(rules, sizeof(*rule));

	rule->text = text;
	rule->tail = &rule->matches;
	rule->number = ++chain->nrules;
	*chain->tail = rule;
	chain->tail = &rule->next;
	return rule;
}

struct filter_match *
filter_match_add(struct filter_rules *rules, struct filter_rule *rule,
    enum filter_field field, const char *text)
{
	struct filter_match *match = filter_alloc(rules, sizeof(*match));

	match->text = text;
	match->fields[0] = (uint8_t)field;
	match->nfields = 1;
	*rule->tail = match;
	rule->tail = &match->next;
	return match;
}

void
filter_match_constant(struct filter_rules *rules, struct filter_rule *rule,
    enum filter_truth answer, bool is_negated, const char *text)
{
	struct filter_match *match = filter_match_add(rules, rule,
	    FIELD_CONSTANT, text);

	match->answer = answer;
	match->is_negated = is_negated;
}

struct filter_set *
filter_set_new(struct filter_rules *rules, const char *name)
{
	struct filter_set *set = filter_alloc(rules, sizeof(*set));

	set->name = filter_copy(rules, name, strlen(name));
	set->tail = &set->elements;
	return set;
}

struct filter_element *
filter_element_add(struct filter_rules *rules, struct filter_set *set,
    size_t nfields)
{
	struct filter_element *element = filter_alloc(rules,
	    sizeof(*element) + nfields * sizeof(element->ranges[0]));

	element->nfields = nfields;
	*set->tail = element;
	set->tail = &element->next;
	return element;
}
