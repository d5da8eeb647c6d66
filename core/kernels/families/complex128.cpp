// complex128.
#include "../family.hpp"

MINLOC_EXPORT(complex128)
