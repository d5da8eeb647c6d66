// complex64.
#include "../family.hpp"

MINLOC_EXPORT(complex64)
