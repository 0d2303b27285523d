#include <stdbool.h>

#include "bgplbd/frontend/json_number.h"

enum json_number
json_number_next(enum json_number state, char c)
{
	bool is_digit = c >= '0' && c <= '9';
	bool is_exponent = c == 'e' || c == 'E';

	switch (state) {
	case NUMBER_BEFORE:
		if (c == '-')
			return NUMBER_MINUS;
		/* FALLTHROUGH */
	case NUMBER_MINUS:
		return c == '0' ? NUMBER_ZERO :
		    is_digit ? NUMBER_INTEGER : NUMBER_FAULTY;
	case NUMBER_ZERO:
	case NUMBER_INTEGER:
		if (is_digit)
			return state == NUMBER_ZERO ? NUMBER_FAULTY :
			    NUMBER_INTEGER;
		return c == '.' ? NUMBER_POINT :
		    is_exponent ? NUMBER_EXPONENT : NUMBER_COMPLETE;
	case NUMBER_POINT:
		return is_digit ? NUMBER_FRACTION : NUMBER_FAULTY;
	case NUMBER_FRACTION:
		return is_digit ? NUMBER_FRACTION :
		    is_exponent ? NUMBER_EXPONENT : NUMBER_COMPLETE;
	case NUMBER_EXPONENT:
		if (c == '+' || c == '-')
			return NUMBER_EXPONENT_SIGN;
		/* FALLTHROUGH */
	case NUMBER_EXPONENT_SIGN:
		return is_digit ? NUMBER_EXPONENT_DIGITS : NUMBER_FAULTY;
	case NUMBER_EXPONENT_DIGITS:
		return is_digit ? NUMBER_EXPONENT_DIGITS : NUMBER_COMPLETE;
	case NUMBER_COMPLETE:
	case NUMBER_FAULTY:
		break;
	}
	return NUMBER_FAULTY;
}
