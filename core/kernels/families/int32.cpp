// int32 and uint32.
#include "../family.hpp"

MINLOC_EXPORT(int32)
