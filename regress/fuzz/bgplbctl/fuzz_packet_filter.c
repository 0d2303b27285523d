/*
 * Listings of packet filters, and packets through what was read of them.
 *
 * Input: one byte whose low bits choose the listing, then its text.  Texts of nft come
 * after an iptables listing that has a table of its own.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bgplbctl/check/filter/packet_filter.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check_text(const char *text, size_t size)
{
	if (memchr(text, '\0', size) == NULL)
		abort();
}

static void
follow(const struct filter_rules *rules, enum filter_path path,
    const char *source, const char *destination, enum filter_ct_state state)
{
	struct filter_packet packet = {
		.path = path, .state = state, .in = { "eth0", "p0" },
		.out = { "bgplb-1", "p1" }, .source_by_in = FILTER_YES,
		.source_routed = FILTER_UNKNOWN,
		.reply = state == FILTER_CT_ESTABLISHED,
		.solicits = path == FILTER_RECEIVED
	};
	struct filter_trace trace;
	size_t i;

	if (address_parse(source, &packet.source) == -1 ||
	    address_parse(destination, &packet.destination) == -1)
		abort();
	filter_trace(rules, &packet, &trace);
	if (trace.n > FILTER_HITS_MAX)
		abort();
	for (i = 0; i < trace.n; i++) {
		const struct filter_hit *hit = &trace.hits[i];

		check_text(hit->rule, sizeof(hit->rule));
		check_text(hit->remedy, sizeof(hit->remedy));
		check_text(hit->doubt, sizeof(hit->doubt));
		if ((hit->outcome == FILTER_DOUBT) != (hit->doubt[0] != '\0') &&
		    hit->outcome <= FILTER_DOUBT)
			abort();
	}
	(void)filter_packet_class(rules, &packet);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct filter_rules *rules = filter_rules_new();
	enum filter_listing listing;
	char why[FILTER_TEXT_MAX], *text;

	if (size == 0) {
		filter_rules_free(rules);
		return 0;
	}
	listing = data[0] % (FILTER_NFT + 1);
	if ((text = calloc(1, size)) == NULL)
		abort();
	memcpy(text, data + 1, size - 1);
	if (listing == FILTER_NFT && !filter_rules_add(rules, FILTER_IPTABLES,
	    "# (nf_tables)\n*filter\n:FORWARD DROP [0:0]\nCOMMIT\n", why))
		abort();
	memset(why, 'x', sizeof(why));
	if (!filter_rules_add(rules, listing, text, why))
		check_text(why, sizeof(why));
	free(text);
	follow(rules, FILTER_FORWARDED, "192.0.2.1", "10.0.0.1", FILTER_CT_NEW);
	follow(rules, FILTER_SENT, "2001:db8::1", "2001:db8:1::1",
	    FILTER_CT_ESTABLISHED);
	follow(rules, FILTER_RECEIVED, "2001:db8::1", "ff02::1:ff00:1",
	    FILTER_CT_UNTRACKED);
	(void)filter_rules_on_device(rules, "eth0");
	filter_rules_free(rules);
	return 0;
}
