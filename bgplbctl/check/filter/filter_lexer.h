/*
 * The words of nft's listing, a statement at a time.
 */
#ifndef BGPLBCTL_CHECK_FILTER_LEXER_H
#define BGPLBCTL_CHECK_FILTER_LEXER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct filter_token {
	const char	*start;
	size_t		 len;
	bool		 is_string;	/* stood in quotes, which are left out */
};

enum filter_ending {
	ENDING_LINE,		/* at a newline or a semicolon */
	ENDING_OPEN,		/* at the brace that opens a block */
	ENDING_CLOSE,		/* at the brace that closes one; it may have words */
	ENDING_TEXT		/* there is no more */
};

struct filter_lexer {
	const char		*text;		/* what is still to be read */
	/* The statement that was read. */
	struct filter_token	*tokens;	/* of the lexer; good until the next */
	size_t			 n;
	size_t			 size;		/* allocated */
	const char		*start;		/* its text */
	const char		*end;
	uint64_t		 handle;	/* of "# handle 5", or 0 */
	bool			 has_remark;	/* another remark within the line */
};

void	filter_lexer_init(struct filter_lexer *, const char *text);
void	filter_lexer_free(struct filter_lexer *);
/*
 * Reads the next statement that has words or an end of its own.  A brace opens a block
 * if is_block says so; else it belongs to the statement up to its counterpart.
 */
enum filter_ending filter_lexer_next(struct filter_lexer *, bool is_block)
	    __attribute__((warn_unused_result));

bool	filter_token_is(const struct filter_token *, const char *word);
/* Cut to size. */
void	filter_token_copy(const struct filter_token *, char *buf, size_t size);

#endif /* BGPLBCTL_CHECK_FILTER_LEXER_H */
