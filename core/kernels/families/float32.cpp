// float32.
#include "../family.hpp"

MINLOC_EXPORT(float32)
