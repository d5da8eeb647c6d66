// Long doubles, which have no vectors: compiled once for all instruction sets.
#include "../family.hpp"

MINLOC_EXPORT(longdouble)
