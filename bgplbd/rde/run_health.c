#include "bgplbd/rde/run_health.h"

enum health
run_health(enum health before, enum health told)
{
	if (told == HEALTH_STARTING &&
	    (before == HEALTH_HEALTHY || before == HEALTH_UNHEALTHY))
		return before;
	return told;
}
