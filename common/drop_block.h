/*
 * The traffic control block of the links that drop all that they receive: bgplbd gives
 * it to the host's ends of its containers' links, `bgplbctl check` looks for it there.
 * The index is not another's by that it starts with the number of bgplbd's protocol.
 */
#ifndef COMMON_DROP_BLOCK_H
#define COMMON_DROP_BLOCK_H

#define DROP_BLOCK	(182U << 24)

#endif /* COMMON_DROP_BLOCK_H */
