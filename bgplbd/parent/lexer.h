/*
 * Cuts the text of bgplbd.conf into tokens.  Knows no keywords: that is the
 * grammar's (parse.y).  No I/O.
 *
 * Words end at a blank, a line's end, or one of ; { } " and #.  A string stands
 * in quotes, on one line; in it, \" is a quote and \\ a backslash.  # starts a
 * comment.  Statements are separated by line ends and by ;.
 *
 * The separators that the grammar sees are exact: one after each statement, also
 * where } or the text's end follows at once, and none elsewhere.
 */
#ifndef BGPLBD_PARENT_LEXER_H
#define BGPLBD_PARENT_LEXER_H

#include <stdbool.h>
#include <stddef.h>

#define LEXER_TEXT_MAX	4096	/* bytes of a word or string, with its NUL */

struct lexer_place {
	unsigned int	line;		/* from 1 */
	unsigned int	column;		/* from 1, in bytes */
};

enum lexer_kind {
	LEXER_WORD,
	LEXER_STRING,
	LEXER_SEPARATOR,
	LEXER_OPEN,
	LEXER_CLOSE,
	LEXER_END,
	LEXER_FAULT		/* not a token; the lexer goes on after it */
};

struct lexer_token {
	enum lexer_kind		kind;
	struct lexer_place	place;		/* of its first byte */
	char			text[LEXER_TEXT_MAX];	/* of words and strings */
	const char		*fault;		/* what is wrong, what to write */
};

struct lexer {
	const char		*text;		/* not terminated; the caller's */
	size_t			 len;
	size_t			 pos;
	struct lexer_place	 place;		/* of the next byte */
	bool			 separated;	/* no separator may come now */
};

void	lexer_init(struct lexer *, const char *text, size_t len);

/* LEXER_END comes again and again. */
void	lexer_next(struct lexer *, struct lexer_token *);

#endif /* BGPLBD_PARENT_LEXER_H */
