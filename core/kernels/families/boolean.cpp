// Booleans.
#include "../family.hpp"

MINLOC_EXPORT(boolean)
