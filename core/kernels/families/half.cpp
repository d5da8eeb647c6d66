// float16 and bfloat16, whose keys are integers; so these are here, too: int16 and uint16.
#include "../family.hpp"

MINLOC_EXPORT(half)
MINLOC_EXPORT(int16)
