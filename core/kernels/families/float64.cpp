// float64.
#include "../family.hpp"

MINLOC_EXPORT(float64)
